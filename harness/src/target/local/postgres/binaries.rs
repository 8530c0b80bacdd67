//! Third provider: server binaries that are on the machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::chain::{Place, Served};
use super::error::ProviderError;
use super::throwaway::Throwaway;

/// Where Debian keeps each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The oldest major version that will do.
const OLDEST: u32 = 13;

/// Starts a private server from the first folder that has what is needed.
pub(super) async fn serve(place: Place<'_>) -> Result<Served, ProviderError> {
    let mut unfit = Vec::new();
    for folder in folders() {
        if !has_server(&folder) {
            continue;
        }
        match major(&folder) {
            Some(major) if major >= OLDEST => {
                let admin = Throwaway::start(place.state, &folder).await?;
                return Ok(Served { admin, place: folder.display().to_string() });
            }
            Some(major) => unfit.push(format!("{} is version {major}, too old", folder.display())),
            None => unfit.push(format!("{} does not tell its version", folder.join("postgres").display())),
        }
    }
    Err(ProviderError::NoBinaries(unfit))
}

/// Whether there is a folder with server binaries, of whatever version.
pub(super) fn are_there() -> bool {
    folders().iter().any(|folder| has_server(folder))
}

/// The folders to look into, in order.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = from_pg_config().into_iter().chain(debian(Path::new(DEBIAN))).collect();
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    folders
}

fn from_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success())?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// Debian's folders, newest version first.
fn debian(root: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<u32> = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable_by(|left, right| right.cmp(left));
    versions.into_iter().map(|version| root.join(version.to_string()).join("bin")).collect()
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// The major version that `postgres --version` tells: `postgres (PostgreSQL) 15.18 (Debian …)`.
fn major(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split("(PostgreSQL) ").nth(1)?;
    version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_versions_come_first_as_numbers_not_as_text() {
        let root = tempfile::tempdir().expect("a folder");
        for name in ["9", "15", "16", "common"] {
            std::fs::create_dir_all(root.path().join(name).join("bin")).expect("a folder");
        }
        let expected: Vec<PathBuf> = ["16", "15", "9"].map(|name| root.path().join(name).join("bin")).into();
        assert_eq!(debian(root.path()), expected);
    }
}
