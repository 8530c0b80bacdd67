//! The values that a chart is given.

use std::path::PathBuf;

use serde_json::Value;

/// Values files and single values. Helm lets `--set` win over JSON, and that over files, whatever the order on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Values files; a later one wins.
    pub files: Vec<PathBuf>,
    /// What the harness sets: dotted paths and what stands there. A later one wins.
    pub ours: Vec<(String, Value)>,
    /// What a person sets, in Helm's own form (`a.b=c`).
    pub set: Vec<String>,
}

impl Values {
    /// Sets what stands at a dotted path.
    pub fn put(&mut self, path: impl Into<String>, value: impl Into<Value>) {
        self.ours.push((path.into(), value.into()));
    }

    /// Sets an image at the dotted path of its `{repository, tag}`.
    pub fn put_image(&mut self, path: &str, reference: &str) {
        let (repository, tag) = image(reference);
        self.put(format!("{path}.repository"), repository);
        self.put(format!("{path}.tag"), tag);
    }

    /// How Helm is given them.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let files = self.files.iter().flat_map(|file| ["--values".to_owned(), file.display().to_string()]);
        let ours = self.ours.iter().flat_map(|(path, value)| ["--set-json".to_owned(), format!("{path}={value}")]);
        let set = self.set.iter().flat_map(|set| ["--set".to_owned(), set.clone()]);
        files.chain(ours).chain(set).collect()
    }
}

/// An image's repository and tag. A digest stands where a tag would, behind the same colon: `name@sha256` and the digits.
#[must_use]
pub fn image(reference: &str) -> (&str, &str) {
    let name = reference.rfind('/').map_or(0, |slash| slash + 1);
    match reference[name..].rfind(':') {
        Some(colon) => (&reference[..name + colon], &reference[name + colon + 1..]),
        None => (reference, "latest"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_cut_into_repository_and_tag() {
        for (reference, expected) in [
            ("postgres:16", ("postgres", "16")),
            ("host:5000/koku", ("host:5000/koku", "latest")),
            ("host:5000/koku:1.2", ("host:5000/koku", "1.2")),
            ("koku@sha256:abc", ("koku@sha256", "abc")),
        ] {
            assert_eq!(image(reference), expected);
        }
    }

    #[test]
    fn values_are_given_as_json_which_needs_no_escape() {
        let mut values = Values { files: vec!["a.yaml".into()], set: vec!["x=1,y=2".into()], ..Values::default() };
        values.put("tenants", vec![r#"AB-c.1, "x""#]);
        values.put_image("koku.image", "host:5000/koku:1.2");
        assert_eq!(
            values.arguments(),
            [
                "--values",
                "a.yaml",
                "--set-json",
                r#"tenants=["AB-c.1, \"x\""]"#,
                "--set-json",
                r#"koku.image.repository="host:5000/koku""#,
                "--set-json",
                r#"koku.image.tag="1.2""#,
                "--set",
                "x=1,y=2",
            ]
        );
    }
}
