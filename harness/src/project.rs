//! Where the project's files are.

use std::path::{Path, PathBuf};

const SCENARIOS: &str = "scenarios";
const FIXTURES: &str = "fixtures";

/// The project: the folder that holds `scenarios` and `fixtures`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project(PathBuf);

impl Project {
    /// The nearest such folder, from the current one upwards; else the one that this program was built from. The current folder is
    /// the empty path, so that files are named as a person would.
    #[must_use]
    pub fn find() -> Self {
        let holds = |folder: &&Path| folder.join(SCENARIOS).is_dir() && folder.join(FIXTURES).is_dir();
        let here = std::env::current_dir().unwrap_or_default();
        Self(match here.ancestors().find(holds) {
            Some(folder) if folder == here => PathBuf::new(),
            Some(folder) => folder.to_owned(),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned),
        })
    }

    /// The folder of the scenario files.
    #[must_use]
    pub fn scenarios(&self) -> PathBuf {
        self.0.join(SCENARIOS)
    }

    /// The folder of what scenarios name: profiles, catalogs, payloads.
    #[must_use]
    pub fn fixtures(&self) -> PathBuf {
        self.0.join(FIXTURES)
    }
}
