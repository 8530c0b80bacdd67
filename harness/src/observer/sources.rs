//! What the Sources API says of a source.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::driver::sources::{CreatedSource, PLATFORM_BASE};
use crate::fact::sources::{ApplicationFacts, SourceFacts};
use crate::http::{HttpEndpoint, HttpError, HttpProblem};
use crate::identity::Identity;

/// The only status with which a source counts as made; the driver takes no other.
const CREATED: u16 = 201;

#[derive(Deserialize)]
struct Source {
    id: String,
    uid: Option<String>,
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
            Ok(SourceFacts { request, status, body: start, id: None, uuid: None, applications: None })
        }
        problem => Err(HttpError { request, problem }),
    }
}

/// Looks at a source that was made, and at its applications.
pub async fn observe_source(
    endpoint: &HttpEndpoint,
    identity: &Identity,
    created: &CreatedSource,
) -> Result<SourceFacts, HttpError> {
    let path = format!("{PLATFORM_BASE}/sources/{}", created.source_id);
    let source: Source = get(endpoint, identity, &path).await?;
    let applications: List<Application> = get(endpoint, identity, &format!("{path}/applications")).await?;
    let types: List<ApplicationType> = get(endpoint, identity, &format!("{PLATFORM_BASE}/application_types")).await?;
    let name_of = |id: &str| types.data.iter().find(|each| each.id == id).map(|each| each.name.clone());
    let applications = applications.data.into_iter().map(|application| ApplicationFacts {
        type_name: name_of(&application.type_id).unwrap_or(application.type_id),
        id: application.id,
        extra: application.extra.into_iter().map(|(key, value)| (key, text(value))).collect(),
        availability: application.availability_status,
    });
    Ok(SourceFacts {
        request: created.request.clone(),
        status: CREATED,
        body: String::new(),
        id: Some(source.id),
        uuid: source.uid,
        applications: Some(applications.collect()),
    })
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
