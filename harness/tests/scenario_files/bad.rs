//! Each wrong file has one thing wrong (or several, where its name says so), and an error that a person can act on.

use std::path::{Path, PathBuf};

use harness::scenario::load_file;
use rstest::rstest;

use crate::support::{snapshots, vocabulary_with_few_checks};

#[rstest]
fn shows_the_line_and_the_way_out(#[files("tests/data/bad-scenarios/*.yaml")] path: PathBuf) {
    let name = path.file_stem().expect("a file's name").to_string_lossy().into_owned();
    let from_here = Path::new("tests/data/bad-scenarios").join(path.file_name().expect("a file's name"));
    let error = load_file(&from_here, &vocabulary_with_few_checks()).expect_err("the file is wrong").to_string();
    snapshots().bind(|| insta::assert_snapshot!(format!("scenario-error-{name}"), error));
}
