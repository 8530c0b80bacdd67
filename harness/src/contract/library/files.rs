//! Files of JSON.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::replay_file::Renamed;
use crate::contract::error::ContractError;
use crate::contract::rewriting::Rewriting;

/// Reads a file, rewrites it for the run, and reads it as JSON.
pub(super) fn read<T: DeserializeOwned>(path: &Path, rewriting: &Rewriting) -> Result<T, ContractError> {
    read_renamed(path, rewriting, &[])
}

/// The same, with placeholders of two names for one thing brought under one.
pub(super) fn read_renamed<T: DeserializeOwned>(
    path: &Path,
    rewriting: &Rewriting,
    renamed: &[Renamed],
) -> Result<T, ContractError> {
    let path = PathBuf::from(path);
    let text = std::fs::read_to_string(&path).map_err(|source| ContractError::Read { path: path.clone(), source })?;
    let text = renamed.iter().fold(text, |text, renamed| {
        let [from, to] = [&renamed.placeholder, &renamed.is].map(|name| format!("{{{{{name}"));
        text.replace(&format!("{from}|"), &format!("{to}|")).replace(&format!("{from}}}"), &format!("{to}}}"))
    });
    serde_json::from_str(&rewriting.apply(&text)).map_err(|source| ContractError::Form { path, source })
}
