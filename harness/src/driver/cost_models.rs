//! Cost models are made through Koku's API (source: golden case e of Koku 768be82; that the reply is 201 is `assumed`).

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::{HttpEndpoint, HttpError};
use crate::identity::Identity;

const PATH: &str = "/api/cost-management/v1/cost-models/";

/// Why a cost model cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CostModelError {
    /// There is no such file.
    #[error("there is no cost model {name:?}: {path} cannot be read")]
    NoFile {
        /// Its name.
        name: String,
        /// Where it would be.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no JSON.
    #[error("{path} is no JSON")]
    NoJson {
        /// The file.
        path: String,
        /// Why.
        source: serde_json::Error,
    },
}

/// Reads the cost model of this name from `cost-models` below the fixtures: the body of the request that makes it, but for its name
/// and its sources.
///
/// # Errors
/// There is no such file, or it is no JSON.
pub fn read_cost_model(fixtures: &Path, name: &str) -> Result<Value, CostModelError> {
    let file = fixtures.join("cost-models").join(format!("{name}.json"));
    let path = file.display().to_string();
    let text = std::fs::read_to_string(&file);
    let text = text.map_err(|source| CostModelError::NoFile { name: name.to_owned(), path: path.clone(), source })?;
    serde_json::from_str(&text).map_err(|source| CostModelError::NoJson { path, source })
}

/// Makes a cost model of this name for one source, whose uuid Koku takes for the provider's. `acted` is told the request.
///
/// # Errors
/// Koku cannot be reached, or refuses it.
pub async fn create_cost_model(
    koku: &HttpEndpoint,
    identity: &Identity,
    name: &str,
    source: Uuid,
    model: &Value,
    acted: impl Fn(String),
) -> Result<(), HttpError> {
    let mut body = model.clone();
    body["name"] = name.into();
    body["source_uuids"] = json!([source]);
    acted(format!("POST {} {body}", koku.url(PATH)));
    let reply = koku.send(Method::POST, PATH, identity, |request| request.json(&body)).await?;
    reply.expect(&[201])?;
    Ok(())
}
