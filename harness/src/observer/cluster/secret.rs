//! What Helm keeps of a release, in a secret of its own: base64 of gzip of JSON (the API's own base64 around it is taken off by the
//! client). Source: Helm 3 and 4, storage driver "secrets"; read on Kubernetes 1.34.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::core::v1::Secret;
use serde::Deserialize;

/// A release is bounded by what a secret holds, 1 MiB, and texts shrink to a tenth.
const LONGEST: u64 = 32 << 20;

/// One revision of a release.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StoredRelease {
    /// Its revision, counted from 1.
    pub(crate) version: i32,
    /// How it stands.
    pub(crate) info: StoredInfo,
    /// All objects that are no hooks, as YAML documents.
    #[serde(default)]
    pub(crate) manifest: String,
    /// The hooks.
    #[serde(default)]
    hooks: Option<Vec<StoredHook>>,
    /// The values that differ from the chart's own.
    #[serde(default)]
    pub(crate) config: serde_json::Value,
}

/// How a revision stands.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StoredInfo {
    /// Such as `deployed`.
    pub(crate) status: String,
    /// In a sentence.
    #[serde(default)]
    pub(crate) description: String,
    /// When it was installed last.
    #[serde(default)]
    pub(crate) last_deployed: String,
}

#[derive(Debug, Clone, Deserialize)]
struct StoredHook {
    #[serde(default)]
    manifest: String,
}

impl StoredRelease {
    /// What a secret holds; `None` where it holds no release that can be read.
    pub(crate) fn of(secret: &Secret) -> Option<Self> {
        let stored = &secret.data.as_ref()?.get("release")?.0;
        let packed = STANDARD.decode(stored).ok()?;
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).take(LONGEST).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// The objects and the hooks, as YAML documents.
    pub(crate) fn rendered(&self) -> String {
        let hooks = self.hooks.iter().flatten().map(|hook| hook.manifest.as_str());
        std::iter::once(self.manifest.as_str()).chain(hooks).collect::<Vec<_>>().join("\n---\n")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Write as _;

    use k8s_openapi::ByteString;

    use super::*;

    #[test]
    fn a_release_is_unpacked() {
        let json = r#"{"version":2,"info":{"status":"failed","description":"hook"},"manifest":"kind: A","hooks":[{"manifest":"kind: B"}]}"#;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(json.as_bytes()).expect("packs");
        let data = STANDARD.encode(packer.finish().expect("packs")).into_bytes();
        let data = Some(BTreeMap::from([("release".to_owned(), ByteString(data))]));
        let release = StoredRelease::of(&Secret { data, ..Secret::default() }).expect("is a release");
        assert_eq!((release.version, release.info.status.as_str()), (2, "failed"));
        assert_eq!(release.rendered(), "kind: A\n---\nkind: B");
    }

    #[test]
    fn a_secret_that_is_none_of_helm_s_is_no_release() {
        assert!(StoredRelease::of(&Secret::default()).is_none());
    }
}
