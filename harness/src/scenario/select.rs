//! Which scenarios are meant.

use std::path::{Path, PathBuf};

use super::load::EXTENSION;
use super::{LoadError, ScenarioFile, Vocabulary, load_file, load_folder};
use crate::yaml::nearest;

/// Why scenarios could not be selected.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// They could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A word means none: nothing is run.
    #[error("nothing to run: no scenario has the path, name or label `{word}`{}", way_out(nearest.as_deref()))]
    Nothing {
        /// The word.
        word: String,
        /// The name, label or path that is most like it.
        nearest: Option<String>,
    },
}

fn way_out(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => "; `e2e-validate list` shows what there is".to_owned(),
    }
}

/// The scenarios that are meant by paths, names or labels, each once, sorted by path. No word means every scenario of the
/// folder.
///
/// A word with a `/`, or one that ends in `.yaml`, is the path of a file or of a folder, which need not be within the
/// scenarios' folder. Every word must mean something.
pub fn select(folder: &Path, words: &[String], vocabulary: &Vocabulary) -> Result<Vec<ScenarioFile>, SelectError> {
    let (paths, others): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| is_path(word));
    let mut selected = Vec::new();
    for word in paths {
        selected.extend(at_path(folder, word, vocabulary)?);
    }
    if words.is_empty() || !others.is_empty() {
        let files = load_folder(folder, vocabulary)?;
        if words.is_empty() {
            return Ok(files);
        }
        for word in others {
            selected.extend(named(&files, word)?);
        }
    }
    selected.sort_by_key(identity);
    selected.dedup_by_key(|file| identity(file));
    Ok(selected)
}

/// What makes two files the same, however they were named.
fn identity(file: &ScenarioFile) -> PathBuf {
    file.path().canonicalize().unwrap_or_else(|_| file.path().to_owned())
}

fn is_path(word: &str) -> bool {
    let path = Path::new(word);
    word == "." || word.contains(std::path::is_separator) || path.extension().is_some_and(|end| end == EXTENSION)
}

fn at_path(folder: &Path, word: &str, vocabulary: &Vocabulary) -> Result<Vec<ScenarioFile>, SelectError> {
    let path = Path::new(word);
    if path.is_dir() {
        return Ok(load_folder(path, vocabulary)?);
    }
    if path.is_file() {
        return Ok(vec![load_file(path, vocabulary)?]);
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let files = load_folder(folder, vocabulary)?;
    let names: Vec<&str> = files.iter().map(|file| file.scenario.name.as_str()).collect();
    let meant = nearest(&stem, &names);
    let file = files.iter().find(|file| Some(file.scenario.name.as_str()) == meant);
    let nearest = file.map(|file| file.path().display().to_string());
    Err(SelectError::Nothing { word: word.to_owned(), nearest })
}

fn named(files: &[ScenarioFile], word: &str) -> Result<Vec<ScenarioFile>, SelectError> {
    let means =
        |file: &&ScenarioFile| file.scenario.name == word || file.scenario.labels.iter().any(|label| label == word);
    let found: Vec<ScenarioFile> = files.iter().filter(means).cloned().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names = files.iter().map(|file| file.scenario.name.as_str());
    let labels = files.iter().flat_map(|file| file.scenario.labels.iter().map(String::as_str));
    let known: Vec<&str> = names.chain(labels).collect();
    Err(SelectError::Nothing { word: word.to_owned(), nearest: nearest(word, &known).map(str::to_owned) })
}
