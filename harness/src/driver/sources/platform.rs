//! The dialect of the platform's Sources API: asynchronous, with events (measured on sources-api-go d6d8745, `sources-api.md` D.1).

use std::time::{Duration, Instant};

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::dialect::milliseconds;
use super::list::type_id;
use super::{COST_MANAGEMENT, CreatedSource, NewSource, Outlook, ProviderKind, SourcesError};
use crate::http::{HttpEndpoint, HttpError};
use crate::identity::Identity;

/// The path under which the API stands.
pub const PLATFORM_BASE: &str = "/api/sources/v3.1";

/// A client of the platform's Sources API that acts as one identity.
#[derive(Debug, Clone)]
pub struct PlatformSources<'a> {
    endpoint: &'a HttpEndpoint,
    identity: &'a Identity,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

/// Whether cost management has taken a source up, as its application tells.
#[derive(Deserialize)]
struct Availability {
    /// `in_progress`, `available` or `unavailable`; absent before anybody has said.
    availability_status: Option<String>,
    /// Why it is unavailable.
    availability_status_error: Option<String>,
}

/// What a request made.
struct Made {
    id: String,
    /// The request as people write it.
    request: String,
    elapsed: Duration,
}

impl<'a> PlatformSources<'a> {
    /// A client at this endpoint.
    #[must_use]
    pub const fn new(endpoint: &'a HttpEndpoint, identity: &'a Identity) -> Self {
        Self { endpoint, identity }
    }

    /// Makes a source, its authentication where its type needs one, and its application for cost management.
    /// `acted` is told each request as it is sent, for the events of the run.
    pub async fn create(&self, source: &NewSource, acted: impl Fn(String)) -> Result<CreatedSource, SourcesError> {
        let type_name = match source.kind {
            ProviderKind::Ocp { .. } => "openshift",
            ProviderKind::Aws { .. } => "amazon",
        };
        let source_type = self.type_id("source type", "source_types", type_name).await?;
        let application_type = self.type_id("application type", "application_types", COST_MANAGEMENT).await?;

        let mut body = json!({ "name": source.name, "source_type_id": source_type });
        if let ProviderKind::Ocp { cluster_id } = &source.kind {
            body["source_ref"] = json!(cluster_id);
        }
        let made = self.post("sources", &body, &acted).await?;
        let source_id = made.id;
        let mut extra = json!({});
        if let ProviderKind::Aws { role_arn, bucket } = &source.kind {
            let authentication = json!({
                "resource_type": "Source", "resource_id": source_id, "authtype": "arn", "username": role_arn,
            });
            self.post("authentications", &authentication, &acted).await?;
            extra = json!({ "bucket": bucket });
        }
        let application = json!({ "source_id": source_id, "application_type_id": application_type, "extra": extra });
        let application = self.post("applications", &application, &acted).await?;
        let elapsed_ms = milliseconds(made.elapsed);
        Ok(CreatedSource { source_id, application_id: Some(application.id), request: made.request, elapsed_ms })
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

    async fn type_id(&self, what: &'static str, list: &str, name: &'static str) -> Result<String, SourcesError> {
        type_id(self.endpoint, self.identity, &format!("{PLATFORM_BASE}/{list}"), what, name).await
    }

    /// Posts an object.
    async fn post(&self, what: &str, body: &Value, acted: impl Fn(String)) -> Result<Made, SourcesError> {
        let path = format!("{PLATFORM_BASE}/{what}");
        acted(format!("POST {} {body}", self.endpoint.url(&path)));
        let sent = Instant::now();
        let making = async {
            let reply = self.endpoint.send(Method::POST, &path, self.identity, |request| request.json(body)).await?;
            reply.expect(&[201])?.json::<Created>()
        };
        let created = making.await.map_err(SourcesError::NotMade)?;
        Ok(Made { id: created.id, request: format!("POST {path}"), elapsed: sent.elapsed() })
    }
}
