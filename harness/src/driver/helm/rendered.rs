//! What a rendered chart needs of the machine that it is to run on.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::error::HelmError;
use super::post_render::documents;

/// The images of all containers of a chart's rendered documents.
pub fn images(manifest: &str) -> Result<BTreeSet<String>, HelmError> {
    let mut images = BTreeSet::new();
    for document in documents(manifest) {
        collect(&serde_yaml::from_str(document)?, &mut images);
    }
    Ok(images)
}

fn collect(value: &Value, images: &mut BTreeSet<String>) {
    match value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                match (key.as_str(), value.as_str()) {
                    (Some("image"), Some(image)) => drop(images.insert(image.to_owned())),
                    _ => collect(value, images),
                }
            }
        }
        Value::Sequence(sequence) => sequence.iter().for_each(|value| collect(value, images)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_all_containers_are_found() {
        let rendered = "---\nkind: Deployment\nspec:\n  template:\n    spec:\n      initContainers: [{name: wait, image: 'koku:0'}]\n      \
                        containers: [{name: api, image: 'koku:1'}]\n---\nkind: Service\nspec: {image: {tag: '1'}}\n";
        let expected = BTreeSet::from(["koku:0".to_owned(), "koku:1".to_owned()]);
        assert_eq!(images(rendered).expect("readable"), expected);
    }
}
