//! Which Helm it is.

use std::fmt;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;

use super::error::HelmError;
use crate::driver::program::{CommandLine, ProgramError};

/// From this version on, values can be given as JSON on the command line.
pub(super) const OLDEST: HelmVersion = HelmVersion { major: 3, minor: 10, patch: 0 };
/// A version is told at once.
const ALLOWED: Duration = Duration::from_secs(20);

/// A version of Helm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HelmVersion {
    /// 3 or 4.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number.
    pub patch: u32,
}

impl fmt::Display for HelmVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl HelmVersion {
    /// The version in what `helm version --short` prints. Helm 2 prints `Client: v2.17.0+…`.
    fn read(printed: &str) -> Option<Self> {
        static VERSION: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\bv(\d+)\.(\d+)\.(\d+)").expect("a pattern that compiles"));
        let found = VERSION.captures(printed)?;
        let number = |group: usize| found[group].parse().ok();
        Some(Self { major: number(1)?, minor: number(2)?, patch: number(3)? })
    }
}

/// A Helm that is new enough. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helm {
    program: PathBuf,
    version: HelmVersion,
}

impl Helm {
    /// The Helm that `E2E_HELM` names, or else the one in `PATH`.
    pub async fn find() -> Result<Self, HelmError> {
        let named = std::env::var_os("E2E_HELM").filter(|name| !name.is_empty());
        Self::at(named.map_or_else(|| PathBuf::from("helm"), PathBuf::from)).await
    }

    /// This Helm, after a look at its version.
    pub async fn at(program: PathBuf) -> Result<Self, HelmError> {
        // Helm 2 tells its version, and then fails since it finds no Tiller.
        let printed = match CommandLine::new(&program).with(["version", "--short"]).run_any(ALLOWED).await {
            Ok(printed) => printed.stdout,
            Err(ProgramError::NotFound { program }) => return Err(HelmError::NotFound(program)),
            Err(error) => return Err(HelmError::Program(error)),
        };
        match HelmVersion::read(&printed) {
            Some(version) if version >= OLDEST => Ok(Self { program, version }),
            Some(found) => Err(HelmError::TooOld { program, found }),
            None => Err(HelmError::NoVersion { program, printed: printed.trim().chars().take(200).collect() }),
        }
    }

    /// Its version.
    #[must_use]
    pub const fn version(&self) -> HelmVersion {
        self.version
    }

    /// The program alone.
    pub(super) fn line(&self) -> CommandLine {
        CommandLine::new(&self.program)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    #[test]
    fn versions_are_read_from_every_form() {
        for (printed, version) in [
            ("v3.19.5\n", "3.19.5"),
            ("v4.0.1+g12500dd", "4.0.1"),
            ("Client: v2.17.0+ga690bad", "2.17.0"),
            ("v3.9.0+gabc", "3.9.0"),
        ] {
            assert_eq!(HelmVersion::read(printed).map(|found| found.to_string()).as_deref(), Some(version));
        }
        assert_eq!(HelmVersion::read("helm, the editor"), None);
    }

    async fn error_of(folder: &Path, script: &str) -> String {
        let program = folder.join("helm");
        std::fs::write(&program, script).expect("written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("executable");
        let error = Helm::at(program).await.expect_err("no Helm that serves");
        error.to_string().replace(&folder.display().to_string(), "[FOLDER]")
    }

    #[tokio::test]
    async fn what_is_no_helm_or_too_old_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = error_of(folder.path(), "#!/bin/sh\necho 'Client: v2.17.0+g1'; echo no tiller >&2; exit 1\n").await;
        assert_eq!(old, "[FOLDER]/helm is Helm 2.17.0, and Helm 3.10.0 or later is needed; E2E_HELM names another one");
        let other = error_of(folder.path(), "#!/bin/sh\necho 'helm: an editor'\n").await;
        assert!(other.contains(r#"printed "helm: an editor""#), "{other}");
        let none = Helm::at(folder.path().join("none")).await.expect_err("nothing there").to_string();
        assert!(none.ends_with("none is not there; install Helm 3.10.0 or later, or name it by E2E_HELM"), "{none}");
    }
}
