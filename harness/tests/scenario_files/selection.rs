//! Selection by path, name and label.

use harness::scenario::{SelectError, select};

use crate::support::{root, snapshots, vocabulary};

fn selected(words: &[&str]) -> Result<Vec<String>, SelectError> {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    let files = select(&root().join("scenarios"), &words, &vocabulary())?;
    Ok(files.into_iter().map(|file| file.scenario.name).collect())
}

#[test]
fn no_word_means_all_of_them() {
    assert!(selected(&[]).expect("all").len() >= 13);
}

#[test]
fn names_labels_and_paths_mean_each_scenario_once() {
    assert_eq!(selected(&["smoke"]).expect("a label"), ["fresh-install"]);
    assert_eq!(selected(&["fresh-install", "smoke"]).expect("a name and a label"), ["fresh-install"]);
    let of_folder = ["bootstrap-twice", "odd-names", "three-tenants"];
    assert_eq!(selected(&["../scenarios/tenants"]).expect("a folder"), of_folder);
    let both = ["../scenarios/data/one-pod.yaml", "../scenarios/smoke/../data/one-pod.yaml", "small-cluster"];
    assert_eq!(selected(&both).expect("paths and a name"), ["one-pod", "small-cluster"]);
}

#[test]
fn a_path_needs_no_other_file() {
    let error = selected(&["tests/data/bad-scenarios/unknown-key.yaml"]).expect_err("wrong").to_string();
    assert!(error.starts_with("error: unknown key `labelz`"), "{error}");
}

#[test]
fn a_word_that_means_nothing_is_an_error_that_names_the_nearest() {
    let words = ["fresh-instal", "smok", "nothing-like-it", "scenarios/data/one-pods.yaml"];
    let texts: Vec<String> = words
        .iter()
        .map(|word| match selected(&["smoke", word]) {
            Err(error @ SelectError::Nothing { .. }) => error.to_string(),
            other => panic!("{word}: {other:?}"),
        })
        .collect();
    snapshots().bind(|| insta::assert_snapshot!("select-nothing", texts.join("\n")));
}
