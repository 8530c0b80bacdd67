//! The folder of a run: what it leaves behind for people and programs.

use std::io;
use std::path::{Path, PathBuf};

use super::json::to_json;
use super::model::Report;
use crate::run_id::RunId;

/// The name of the link to the newest run.
const LATEST: &str = "latest";

/// A folder with `events.jsonl`, `report.json` and `logs/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

/// Why a run's folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It cannot be made.
    #[error("cannot make the folder of this run, {path} (choose another with --results)")]
    Make {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It holds a run already, which is not written over.
    #[error("{path} holds a run already (choose another folder with --results, or remove it)")]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// The link to the newest run cannot be set.
    #[error("cannot set the link {path} to the newest run (choose another folder with --results)")]
    Link {
        /// The link.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The report cannot be written.
    #[error("cannot write the report {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Where the runs' folders are, when nothing else is asked for: `e2e` in cargo's target folder, which is `CARGO_TARGET_DIR`,
/// else `target` beside the nearest `Cargo.lock` above the current folder, else `target` in the current folder.
#[must_use]
pub fn results_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    target.unwrap_or_else(|| workspace().join("target")).join("e2e")
}

/// The folder of the nearest `Cargo.lock`; the current folder is the empty path, since people read it.
fn workspace() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    found.filter(|folder| *folder != here).map_or_else(PathBuf::new, Path::to_owned)
}

impl RunFolder {
    /// Makes the folder `<results>/<run id>` and sets the link `<results>/latest` to it.
    pub fn create_below(results: &Path, run: &RunId) -> Result<Self, FolderError> {
        let folder = Self::create_at(&results.join(run.as_str()))?;
        let link = results.join(LATEST);
        set_link(&link, run).map_err(|source| FolderError::Link { path: link, source })?;
        Ok(folder)
    }

    /// Makes exactly this folder, which must not hold a run already.
    pub fn create_at(path: &Path) -> Result<Self, FolderError> {
        let folder = Self { path: path.to_owned() };
        std::fs::create_dir_all(folder.logs()).map_err(|source| FolderError::Make { path: path.to_owned(), source })?;
        if folder.events().exists() {
            return Err(FolderError::Taken { path: path.to_owned() });
        }
        Ok(folder)
    }

    /// The folder of a run that was: its path, or that of its `events.jsonl`.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let folder = if path.is_file() { path.parent().unwrap_or(path) } else { path };
        Self { path: folder.to_owned() }
    }

    /// The folder of the newest run below `results`.
    #[must_use]
    pub fn latest(results: &Path) -> Self {
        let link = results.join(LATEST);
        Self { path: std::fs::read_link(&link).map_or(link, |run| results.join(run)) }
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The events, one a line, written as they happen.
    #[must_use]
    pub fn events(&self) -> PathBuf {
        self.path.join("events.jsonl")
    }

    /// The report, written at the end.
    #[must_use]
    pub fn report(&self) -> PathBuf {
        self.path.join("report.json")
    }

    /// The folder of the logs: `run.log`, and one file for each trial.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.path.join("logs")
    }

    /// Writes the report.
    pub fn write(&self, report: &Report) -> Result<(), FolderError> {
        let path = self.report();
        let text = to_json(report).map_err(io::Error::from);
        text.and_then(|text| std::fs::write(&path, text)).map_err(|source| FolderError::Write { path, source })
    }
}

/// Sets the link in one move, so that two runs that start at once leave one of both and never none.
fn set_link(link: &Path, run: &RunId) -> io::Result<()> {
    let next = link.with_file_name(format!(".{LATEST}-{run}"));
    std::os::unix::fs::symlink(run.as_str(), &next)?;
    std::fs::rename(&next, link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_run_is_found_by_its_link_and_none_is_written_over() {
        let results = tempfile::tempdir().expect("a folder");
        let runs = [0, 1].map(|second| RunId::new(chrono::DateTime::from_timestamp(second, 0).expect("a moment")));
        for run in &runs {
            let folder = RunFolder::create_below(results.path(), run).expect("a folder");
            std::fs::write(folder.events(), "").expect("written");
            assert_eq!(RunFolder::latest(results.path()), folder);
            assert_eq!(RunFolder::of(&folder.events()), folder);
            assert!(matches!(RunFolder::create_at(folder.path()), Err(FolderError::Taken { .. })));
        }
        let entries = std::fs::read_dir(results.path()).expect("readable").count();
        assert_eq!(entries, 3, "two runs and one link");
    }
}
