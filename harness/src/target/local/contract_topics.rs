//! A place at which the fake's answers to uploads are heard.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

use crate::cleanup::Cleanup;
use crate::contract::Topics;
use crate::target::TargetError;

/// The answers that were heard, by request.
pub(super) type Heard = Arc<Mutex<BTreeMap<String, String>>>;

/// The topic `platform.upload.validation`.
pub(super) struct Answers {
    address: Url,
    heard: Heard,
}

impl Answers {
    /// Listens at a free port.
    pub(super) async fn start(cleanup: &Cleanup) -> Result<Self, TargetError> {
        let heard = Heard::default();
        let router = Router::new().route("/", post(hear)).with_state(Arc::clone(&heard));
        Ok(Self { address: serve("the answers to uploads", router, cleanup).await?, heard })
    }

    /// Where answers are sent.
    pub(super) const fn address(&self) -> &Url {
        &self.address
    }
}

async fn hear(State(heard): State<Heard>, Json(answer): Json<Value>) -> StatusCode {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    heard.lock().unwrap_or_else(PoisonError::into_inner).insert(text("request_id"), text("validation"));
    StatusCode::NO_CONTENT
}

#[async_trait]
impl Topics for Answers {
    fn take(&self) -> Vec<Value> {
        Vec::new()
    }

    fn validation(&self, request_id: &str) -> Option<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).get(request_id).cloned()
    }

    async fn put(&self, topic: &str, _headers: &[(String, String)], _body: String) -> Result<(), String> {
        Err(format!("nothing is put on {topic} here"))
    }
}

/// Serves a router at a free port of the loopback interface until the cleanup.
pub(super) async fn serve(what: &str, router: Router, cleanup: &Cleanup) -> Result<Url, TargetError> {
    let failed = |error: std::io::Error| TargetError(format!("{what} cannot be served: {error}"));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let task = tokio::spawn(async move { axum::serve(listener, router).await });
    cleanup.push(what, async move {
        task.abort();
        Ok(())
    });
    let text = format!("http://{address}");
    Url::parse(&text).map_err(|error| TargetError(format!("{text:?} is no URL: {error}")))
}
