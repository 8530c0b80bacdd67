//! What the documentation shows is true.

use harness::scenario::load_file;

use crate::support::{root, vocabulary, vocabulary_with_few_checks};

fn documentation() -> String {
    std::fs::read_to_string(root().join("docs/scenarios.md")).expect("the documentation is readable")
}

/// The blocks of one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opened = format!("```{language}\n");
    text.split(&opened).skip(1).filter_map(|rest| rest.split_once("```")).map(|(block, _)| block.to_owned()).collect()
}

#[test]
fn each_example_loads() {
    let examples = blocks(&documentation(), "yaml");
    assert!(examples.len() >= 4, "found only {}", examples.len());
    let folder = tempfile::tempdir().expect("a folder");
    for example in examples {
        let name = example.lines().find_map(|line| line.strip_prefix("name: ")).expect("an example has a name");
        let path = folder.path().join(name).with_extension("yaml");
        std::fs::write(&path, &example).expect("writable");
        load_file(&path, &vocabulary()).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_error_is_shown_as_it_is() {
    let shown = blocks(&documentation(), "text");
    let path = shown[0].split_once("--> ").and_then(|(_, rest)| rest.split_once(':')).expect("a path").0;
    let error = load_file(path.as_ref(), &vocabulary_with_few_checks()).expect_err("wrong").to_string();
    assert_eq!(shown[0].trim_end(), error);
}

#[test]
fn each_phase_fault_and_key_of_the_schema_is_explained() {
    let schema: serde_json::Value = serde_json::to_value(harness::scenario::schema()).expect("JSON");
    let text = documentation();
    let one_key = |name: &str| {
        let variants = schema["$defs"][name]["oneOf"].as_array().expect("variants").clone();
        variants.into_iter().flat_map(|variant| keys(&variant["properties"])).collect::<Vec<_>>()
    };
    let words = [keys(&schema["properties"]), one_key("PhaseStep"), one_key("Fault")].concat();
    assert!(words.len() >= 20, "found only {words:?}");
    for word in words {
        assert!(text.contains(&format!("| `{word}` |")), "`{word}` has no row in docs/scenarios.md");
    }
}

fn keys(properties: &serde_json::Value) -> Vec<String> {
    properties.as_object().expect("properties").keys().cloned().collect()
}
