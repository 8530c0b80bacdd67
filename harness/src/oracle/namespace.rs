//! Namespaces that mean something to Koku.

/// What no pod took of a worker.
pub(super) const WORKER_UNALLOCATED: &str = "Worker unallocated";
/// What no pod took of a master or an infra node.
pub(super) const PLATFORM_UNALLOCATED: &str = "Platform unallocated";
/// The namespace that makes its node a master.
pub(super) const OF_MASTERS: &[u8] = b"openshift-kube-apiserver";
/// The cost category "Platform" that a migrated tenant starts with. Source: `fixtures/catalogs`, `seed`.
pub(super) const PLATFORM_CATEGORY: i32 = 1;

/// Namespaces that the tables and reports of usage leave out. Source: facts `koku-formulas.md` §7.
const SPECIAL: [&str; 4] = [WORKER_UNALLOCATED, PLATFORM_UNALLOCATED, "Network unattributed", "Storage unattributed"];

/// Whether usage of this namespace is in the tables and reports of usage. No namespace at all is.
pub(super) fn is_reported(namespace: Option<&str>) -> bool {
    namespace.is_none_or(|namespace| !SPECIAL.contains(&namespace))
}

/// Whether the namespace is one of the platform's own. Source: `fixtures/catalogs`, `seed`, `reporting_ocp_cost_category_namespace`.
pub(super) fn is_platform(namespace: &str) -> bool {
    namespace == PLATFORM_UNALLOCATED || is_default(namespace)
}

fn is_default(namespace: &str) -> bool {
    namespace == "openshift" || namespace.starts_with("openshift-") || namespace.starts_with("kube-")
}

/// How reports classify a namespace.
pub(super) fn classification(namespace: &str) -> &'static str {
    match namespace {
        WORKER_UNALLOCATED | PLATFORM_UNALLOCATED => "unallocated",
        _ if is_default(namespace) => "default",
        _ => "project",
    }
}

/// The cost category of a namespace.
pub(super) fn category(namespace: Option<&str>) -> Option<i32> {
    namespace.filter(|namespace| is_platform(namespace)).map(|_| PLATFORM_CATEGORY)
}
