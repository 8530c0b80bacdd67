//! What the Sources API says of a source.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::driver::sources::{CreatedSource, KOKU_BASE, PLATFORM_BASE, SourcesError, Unreported};
use crate::fact::sources::{ApplicationFacts, SourceFacts, UnreportedFacts};
use crate::http::{HttpEndpoint, HttpError, HttpProblem};
use crate::identity::Identity;
use crate::profile::SourcesDialect;

/// The only status with which a source counts as made; the driver takes no other.
const CREATED: u16 = 201;

#[derive(Deserialize)]
struct PlatformSource {
    id: String,
    uid: Option<String>,
}

#[derive(Deserialize)]
struct KokuSource {
    id: String,
    uuid: String,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Application {
    id: String,
    #[serde(rename = "application_type_id")]
    type_id: String,
    #[serde(default)]
    extra: BTreeMap<String, Value>,
    availability_status: Option<String>,
}

#[derive(Deserialize)]
struct ApplicationType {
    id: String,
    name: String,
}

/// What a request that failed says of the source that it was to make; an error where it got no reply at all.
pub fn refused(error: HttpError) -> Result<SourceFacts, HttpError> {
    let HttpError { request, problem } = error;
    match problem {
        HttpProblem::Refused { status, start, .. } | HttpProblem::NotJson { status, start, .. } => {
            let status = Some(status);
            let (empty_list, unreported, elapsed_ms, id, uuid, applications) = (false, None, None, None, None, None);
            Ok(SourceFacts { request, status, body: start, empty_list, unreported, elapsed_ms, id, uuid, applications })
        }
        problem => Err(HttpError { request, problem }),
    }
}

/// What a reply says that was a list where a source had to be.
pub fn misreported(error: HttpError) -> Result<SourceFacts, HttpError> {
    Ok(SourceFacts { empty_list: true, ..refused(error)? })
}

/// What is seen of a source that was asked for: of one that was not made, what the reply said of it.
pub async fn observe_asked(
    dialect: SourcesDialect,
    endpoint: &HttpEndpoint,
    identity: &Identity,
    asked: Result<CreatedSource, SourcesError>,
) -> Result<SourceFacts, SourcesError> {
    match asked {
        Ok(created) => Ok(observe_source(dialect, endpoint, identity, &created).await?),
        Err(SourcesError::NotMade(error)) => refused(error).map_err(SourcesError::NotMade),
        Err(SourcesError::Misreported(error)) => misreported(error).map_err(SourcesError::Misreported),
        Err(error) => Err(error),
    }
}

/// Looks at a source that was made, by what its API says of it.
pub async fn observe_source(
    dialect: SourcesDialect,
    endpoint: &HttpEndpoint,
    identity: &Identity,
    created: &CreatedSource,
) -> Result<SourceFacts, HttpError> {
    match dialect {
        SourcesDialect::Platform => observe_at_platform(endpoint, identity, created).await,
        SourcesDialect::Koku => observe_at_koku(endpoint, identity, created).await,
    }
}

async fn observe_at_koku(
    endpoint: &HttpEndpoint,
    identity: &Identity,
    created: &CreatedSource,
) -> Result<SourceFacts, HttpError> {
    let source: KokuSource = get(endpoint, identity, &format!("{KOKU_BASE}/sources/{}/", created.source_id)).await?;
    Ok(SourceFacts { id: Some(source.id), uuid: Some(source.uuid), ..facts_of(created) })
}

/// What is known of a source from its making.
fn facts_of(created: &CreatedSource) -> SourceFacts {
    SourceFacts {
        request: created.request.clone(),
        status: created.unreported.as_ref().map_or(Some(CREATED), |unreported| unreported.status),
        body: String::new(),
        empty_list: false,
        unreported: created
            .unreported
            .as_ref()
            .map(|Unreported { problem, late, .. }| UnreportedFacts { problem: problem.clone(), late: *late }),
        elapsed_ms: Some(created.elapsed_ms),
        id: None,
        uuid: None,
        applications: None,
    }
}

/// A source of the platform, with its applications.
async fn observe_at_platform(
    endpoint: &HttpEndpoint,
    identity: &Identity,
    created: &CreatedSource,
) -> Result<SourceFacts, HttpError> {
    let path = format!("{PLATFORM_BASE}/sources/{}", created.source_id);
    let source: PlatformSource = get(endpoint, identity, &path).await?;
    let applications: List<Application> = get(endpoint, identity, &format!("{path}/applications")).await?;
    let types: List<ApplicationType> = get(endpoint, identity, &format!("{PLATFORM_BASE}/application_types")).await?;
    let name_of = |id: &str| types.data.iter().find(|each| each.id == id).map(|each| each.name.clone());
    let applications = applications.data.into_iter().map(|application| ApplicationFacts {
        type_name: name_of(&application.type_id).unwrap_or(application.type_id),
        id: application.id,
        extra: application.extra.into_iter().map(|(key, value)| (key, text(value))).collect(),
        availability: application.availability_status,
    });
    let applications = Some(applications.collect());
    Ok(SourceFacts { id: Some(source.id), uuid: source.uid, applications, ..facts_of(created) })
}

async fn get<T: serde::de::DeserializeOwned>(
    endpoint: &HttpEndpoint,
    identity: &Identity,
    path: &str,
) -> Result<T, HttpError> {
    endpoint.get(path, identity).await?.expect(&[200])?.json()
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
