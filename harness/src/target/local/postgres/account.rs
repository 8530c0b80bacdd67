//! The user that runs a server of ours: we ourselves, or somebody without privileges where we are root.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::error::ThrowawayError;

/// A user of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// PostgreSQL refuses to run as root: the users to run it as then, the better first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// Whom to run a server as: `None` where we can run it ourselves.
pub(super) fn choose() -> Result<Option<Account>, ThrowawayError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    UNPRIVILEGED.iter().find_map(|name| find(&passwd, name)).map(Some).ok_or(ThrowawayError::NoAccount)
}

/// Reads one line of `/etc/passwd`: `name:password:uid:gid:…`.
fn find(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account { name: name.to_owned(), uid, gid })
    })
}

impl Account {
    /// Refuses a folder that this user cannot come to; `variable` is the setting that names another place.
    pub(super) fn must_reach(&self, path: &Path, variable: &'static str) -> Result<(), ThrowawayError> {
        match self.closed_on_the_way(path) {
            None => Ok(()),
            Some(closed) => {
                Err(ThrowawayError::Closed { path: path.to_owned(), closed, user: self.name.clone(), variable })
            }
        }
    }

    /// The first folder on the way that this user may not pass through.
    pub(super) fn closed_on_the_way(&self, path: &Path) -> Option<PathBuf> {
        let mut way: Vec<&Path> = path.ancestors().collect();
        way.reverse();
        way.into_iter().find(|folder| !self.may_pass(folder)).map(Path::to_owned)
    }

    fn may_pass(&self, folder: &Path) -> bool {
        let Ok(metadata) = std::fs::metadata(folder) else { return true };
        let needed = if metadata.uid() == self.uid {
            0o100
        } else if metadata.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        metadata.mode() & needed != 0
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:n:/:/bin/false\npostgresql:x:7:7::/:\n";

    #[test]
    fn reads_users_by_their_whole_name() {
        assert_eq!(find(PASSWD, "nobody"), Some(Account { name: "nobody".into(), uid: 65534, gid: 65533 }));
        assert_eq!(find(PASSWD, "postgres"), None);
    }

    #[test]
    fn names_the_folder_that_is_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("open");
        std::fs::create_dir(&inner).expect("a folder in it");
        let closed = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path(), closed).expect("closed to others");
        let stranger = Account { name: "stranger".into(), uid: u32::MAX - 1, gid: u32::MAX - 1 };
        assert_eq!(stranger.closed_on_the_way(&inner).as_deref(), Some(folder.path()));
        let error = stranger.must_reach(&inner, "E2E_STATE").expect_err("closed");
        assert!(error.to_string().contains("E2E_STATE"), "{error}");
    }
}
