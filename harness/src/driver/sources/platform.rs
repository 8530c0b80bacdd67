//! The dialect of the platform's Sources API: asynchronous, with events (measured on sources-api-go d6d8745, `sources-api.md` D.1).

use serde::Deserialize;
use serde_json::{Value, json};

use super::dialect::milliseconds;
use super::making::{Made, Maker, Wanted, Which};
use super::removal::named;
use super::{COST_MANAGEMENT, CreatedSource, NewSource, Outlook, ProviderKind, SourcesError};
use crate::http::{HttpEndpoint, HttpError};
use crate::identity::Identity;
use crate::profile::SourcesDialect;

/// The path under which the API stands.
pub const PLATFORM_BASE: &str = "/api/sources/v3.1";

/// A client of the platform's Sources API that acts as one identity.
#[derive(Debug, Clone)]
pub struct PlatformSources<'a> {
    endpoint: &'a HttpEndpoint,
    identity: &'a Identity,
}

/// Whether cost management has taken a source up, as its application tells.
#[derive(Deserialize)]
struct Availability {
    /// `in_progress`, `available` or `unavailable`; absent before anybody has said.
    availability_status: Option<String>,
    /// Why it is unavailable.
    availability_status_error: Option<String>,
}

impl<'a> PlatformSources<'a> {
    /// A client at this endpoint.
    #[must_use]
    pub const fn new(endpoint: &'a HttpEndpoint, identity: &'a Identity) -> Self {
        Self { endpoint, identity }
    }

    /// Makes a source, its authentication where its type needs one, and its application for cost management. What is made without a
    /// reply is looked for. `acted` is told each request as it is sent, for the events of the run.
    pub async fn create(
        &self,
        source: &NewSource,
        acted: impl Fn(String) + Send + Sync,
    ) -> Result<CreatedSource, SourcesError> {
        let maker = Maker { endpoint: self.endpoint, identity: self.identity, acted: &acted };
        let type_name = match source.kind {
            ProviderKind::Ocp { .. } => "openshift",
            ProviderKind::Aws { .. } => "amazon",
        };
        let source_type = maker.type_id(&path("source_types"), "source type", type_name).await?;
        let application_type = maker.type_id(&path("application_types"), "application type", COST_MANAGEMENT).await?;

        let made = make_source(&maker, source, &source_type).await?;
        let mut extra = json!({});
        if let ProviderKind::Aws { role_arn, bucket } = &source.kind {
            make_authentication(&maker, &made.id, role_arn).await?;
            extra = json!({ "bucket": bucket });
        }
        let application = make_application(&maker, &made.id, &application_type, &extra).await?;
        Ok(CreatedSource {
            source_id: made.id,
            application_id: Some(application.id),
            request: made.request,
            elapsed_ms: milliseconds(made.elapsed),
            unreported: made.unreported.or(application.unreported),
        })
    }

    /// Whether cost management may still take the source up, by what its application says.
    pub async fn outlook(&self, created: &CreatedSource) -> Result<Outlook, HttpError> {
        let path = format!("{PLATFORM_BASE}/applications/{}", created.application_id.as_deref().unwrap_or_default());
        let availability: Availability = self.endpoint.get(&path, self.identity).await?.expect(&[200])?.json()?;
        Ok(match availability.availability_status.as_deref() {
            Some("unavailable") => {
                let why = availability.availability_status_error;
                Outlook::Never(why.unwrap_or_else(|| "no reason given".to_owned()))
            }
            status => Outlook::MayCome(format!("the application is {}", status.unwrap_or("in no state"))),
        })
    }
}

fn path(below: &str) -> String {
    format!("{PLATFORM_BASE}/{below}")
}

async fn make_source(maker: &Maker<'_>, source: &NewSource, source_type: &str) -> Result<Made, SourcesError> {
    let mut body = json!({ "name": source.name, "source_type_id": source_type });
    if let ProviderKind::Ocp { cluster_id } = &source.kind {
        body["source_ref"] = json!(cluster_id);
    }
    let list = named(SourcesDialect::Platform, &source.name);
    maker.post(&path("sources"), &body, &Wanted { list, which: Which::Named(&source.name) }).await
}

async fn make_authentication(maker: &Maker<'_>, source_id: &str, role_arn: &str) -> Result<Made, SourcesError> {
    let body = json!({ "resource_type": "Source", "resource_id": source_id, "authtype": "arn", "username": role_arn });
    let list = path(&format!("sources/{source_id}/authentications"));
    maker.post(&path("authentications"), &body, &Wanted { list, which: Which::Any }).await
}

async fn make_application(
    maker: &Maker<'_>,
    source_id: &str,
    application_type: &str,
    extra: &Value,
) -> Result<Made, SourcesError> {
    let body = json!({ "source_id": source_id, "application_type_id": application_type, "extra": extra });
    let list = path(&format!("sources/{source_id}/applications"));
    maker.post(&path("applications"), &body, &Wanted { list, which: Which::OfType(application_type) }).await
}
