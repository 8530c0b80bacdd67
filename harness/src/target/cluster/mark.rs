//! Nothing acts on a cluster that nobody has called a test system.

use k8s_openapi::api::core::v1::Namespace;
use kube::Api;

use super::context::{Connection, ContextError};
use super::namespace::TEST_SYSTEM_LABEL;

impl Connection {
    /// Refuses a cluster whose namespace of this name does not carry the label of a test system, unless it was called one's own.
    pub async fn require_mark(&self, namespace: &str, owned: bool) -> Result<(), ContextError> {
        if owned {
            return Ok(());
        }
        let namespaces: Api<Namespace> = Api::all(self.client()?);
        let found = self.asked(&format!("namespace {namespace}"), namespaces.get_opt(namespace)).await?;
        let labels = found.and_then(|found| found.metadata.labels).unwrap_or_default();
        if labels.get(TEST_SYSTEM_LABEL).is_some_and(|value| value == "true") {
            return Ok(());
        }
        Err(ContextError::Unmarked { context: self.context().to_owned(), namespace: namespace.to_owned() })
    }
}
