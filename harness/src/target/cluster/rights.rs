//! What the run must be allowed to do in a cluster; asked before anything is done.

use futures::future::try_join_all;
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use kube::Api;
use kube::api::PostParams;

use super::context::{Connection, ContextError};

/// Verbs, the API group, the resource and maybe its subresource. In a namespace of the run Helm makes whatever the chart holds; these
/// are what every chart needs and what the harness looks at itself.
const NEEDED: [(&[&str], &str, &str, &str); 9] = [
    (&["get", "create", "delete"], "", "namespaces", ""),
    (&["get", "list", "watch", "create", "update", "delete"], "", "secrets", ""),
    (&["list", "watch", "delete", "deletecollection"], "", "pods", ""),
    (&["get"], "", "pods", "log"),
    (&["create"], "", "pods", "portforward"),
    (&["list", "watch", "create"], "", "services", ""),
    (&["list", "watch", "create"], "apps", "deployments", ""),
    (&["list", "watch", "create"], "batch", "jobs", ""),
    (&["list", "watch"], "", "events", ""),
];

impl Connection {
    /// Refuses a cluster in which the run could not do its work, and names each right that is missing.
    pub async fn require_rights(&self) -> Result<(), ContextError> {
        let reviews: Api<SelfSubjectAccessReview> = Api::all(self.client()?);
        let questions = NEEDED.iter().flat_map(|(verbs, group, resource, subresource)| {
            verbs.iter().map(move |verb| (*verb, *group, *resource, *subresource))
        });
        let asked = questions.map(|(verb, group, resource, subresource)| {
            let reviews = &reviews;
            async move {
                let what = named(verb, group, resource, subresource);
                let review = review(verb, group, resource, subresource);
                let parameters = PostParams::default();
                let answer = self.asked("our rights", reviews.create(&parameters, &review)).await?;
                let allowed = answer.status.is_some_and(|status| status.allowed);
                Ok((!allowed).then_some(what))
            }
        });
        let missing: Vec<String> = try_join_all(asked).await?.into_iter().flatten().collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(ContextError::MissingRights { context: self.context().to_owned(), missing })
    }
}

/// A right, as people say it: `create pods/portforward`, `list deployments.apps`.
fn named(verb: &str, group: &str, resource: &str, subresource: &str) -> String {
    let group = if group.is_empty() { String::new() } else { format!(".{group}") };
    let subresource = if subresource.is_empty() { String::new() } else { format!("/{subresource}") };
    format!("{verb} {resource}{group}{subresource}")
}

fn review(verb: &str, group: &str, resource: &str, subresource: &str) -> SelfSubjectAccessReview {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let attributes = ResourceAttributes {
        verb: text(verb),
        group: text(group),
        resource: text(resource),
        subresource: text(subresource),
        ..ResourceAttributes::default()
    };
    let spec =
        SelfSubjectAccessReviewSpec { resource_attributes: Some(attributes), ..SelfSubjectAccessReviewSpec::default() };
    SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() }
}
