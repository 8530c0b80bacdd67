//! The reaper: a process of its own that unmakes a server when the last lease on it has gone.
//!
//! It is the same program, run again: a program with a `main` of its own calls [`run_if_asked`] first thing. A test program
//! of the standard harness cannot do that, and has `e2e-validate` beside it do it.

use std::env;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use super::dismantle::{self, DismantleError};
use super::files::{is_still_at, open_lock};
use super::lease;
use super::options::Options;
use super::state::{State, StateError, at};
use crate::error::chain;
use crate::wait::{Progress, Wait, WaitError};

/// Asks a program to be the reaper of the state folder that it names.
const ASKED: &str = "E2E_REAPER";
/// How long the server outlives its last lease, in milliseconds.
const DELAY: &str = "E2E_REAPER_DELAY_MS";
/// The program that can always host a reaper.
const HOST: &str = "e2e-validate";
/// A reaper has nothing to do before it is ready; a loaded machine may be slow to start it.
const READY_ALLOWED: Duration = Duration::from_secs(20);
/// How long a reaper tries to be the only one: one who looks whether a reaper lives holds its lock for a moment.
const ALONE_ALLOWED: Duration = Duration::from_secs(2);

/// This program, once it has said that it can host a reaper.
static THIS_PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Why there is no reaper.
#[derive(Debug, thiserror::Error)]
pub enum ReaperError {
    /// No program can host it.
    #[error("no program can host the reaper: {} is not there, and this program does not call run_if_asked (run `cargo build -p harness --bin e2e-validate`, or name a program in Options::reaper_program)", .looked_for.display())]
    NoHost {
        /// Where `e2e-validate` was looked for.
        looked_for: PathBuf,
    },
    /// It cannot be started.
    #[error("{} cannot be started as reaper", .program.display())]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It was started but does not take up its work.
    #[error("{} was started as reaper, but does not take up its work (is it built from other sources? build it again)", .program.display())]
    NotReady {
        /// The program.
        program: PathBuf,
        /// What was awaited.
        source: WaitError<String>,
    },
    /// Its lock cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Becomes the reaper and ends, if the program was started for that; else registers the program as able to host one.
///
/// To be called first thing in `main`, before threads, runtimes and arguments.
pub fn run_if_asked() {
    let Some(folder) = env::var_os(ASKED) else {
        if let Ok(program) = env::current_exe() {
            // A second call registers the same program.
            let _ = THIS_PROGRAM.set(program);
        }
        return;
    };
    let state = State::at(PathBuf::from(folder));
    let delay = env::var(DELAY).ok().and_then(|text| text.parse().ok()).map_or(Duration::ZERO, Duration::from_millis);
    match reap(&state, delay) {
        Ok(()) => std::process::exit(0),
        Err(error) => {
            // Nobody reads its output; the next run, or `sweep`, finds the folder and this beside it.
            let _ = std::fs::write(state.folder().join("reaper.log"), format!("{}\n", chain(&error)));
            std::process::exit(1)
        }
    }
}

/// Why a reaper gave up.
#[derive(Debug, thiserror::Error)]
enum ReapError {
    #[error("cannot leave the session")]
    Session(#[source] io::Error),
    #[error("cannot start a runtime")]
    Runtime(#[source] io::Error),
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Dismantle(#[from] DismantleError),
}

fn reap(state: &State, delay: Duration) -> Result<(), ReapError> {
    // A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
    rustix::process::setsid().map_err(|error| ReapError::Session(error.into()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(ReapError::Runtime)?;
    let Some(alone) = runtime.block_on(become_the_only_one(state))? else { return Ok(()) };
    loop {
        if !is_still_at(&alone, &state.reaper()).map_err(at(&state.reaper()))? {
            return Ok(());
        }
        lease::await_none(state)?;
        runtime.block_on(delay_unless_used(state, delay));
        match runtime.block_on(unmake_if_unused(state, &alone))? {
            Verdict::Over => return Ok(()),
            Verdict::Used => {}
        }
    }
}

enum Verdict {
    /// The server is unmade, kept, or was never ours.
    Over,
    /// Somebody took a lease meanwhile.
    Used,
}

/// Takes the reaper's lock; `None` where another reaper has it.
async fn become_the_only_one(state: &State) -> Result<Option<File>, StateError> {
    let path = state.reaper();
    let file = open_lock(&path).map_err(at(&path))?;
    let outcome = Wait::new("the reaper's lock", ALONE_ALLOWED)
        .until(|| async {
            match file.try_lock() {
                Ok(()) => Progress::<_, String>::Done(Ok(())),
                Err(TryLockError::WouldBlock) => Progress::NotYet("another reaper has it".to_owned()),
                Err(TryLockError::Error(source)) => Progress::Done(Err(source)),
            }
        })
        .await;
    match outcome {
        Ok(Ok(())) => Ok(Some(file)),
        Ok(Err(source)) => Err(StateError::Io { path, source }),
        Err(_) => Ok(None),
    }
}

/// Lets the delay pass, or less when a lease is taken: the next test program of a run comes just after the last one.
async fn delay_unless_used(state: &State, delay: Duration) {
    // The end of the delay is what is hoped for, so that the time-out is no error.
    let _ = Wait::new("another lease", delay)
        .until(|| async {
            match lease::none(state) {
                Ok(Some(_)) => Progress::<(), String>::NotYet("no lease".to_owned()),
                _ => Progress::Done(()),
            }
        })
        .await;
}

async fn unmake_if_unused(state: &State, alone: &File) -> Result<Verdict, ReapError> {
    let path = state.reaper();
    let lock = state.try_start_lock()?;
    // The folder was swept, and what stands there now has a reaper of its own.
    if !is_still_at(alone, &path).map_err(at(&path))? {
        return Ok(Verdict::Over);
    }
    // Somebody who holds it takes a lease or sweeps; either way this is looked at again.
    let Some(lock) = lock else { return Ok(Verdict::Used) };
    let Some(none) = lease::none(state)? else { return Ok(Verdict::Used) };
    if !state.keep().exists() {
        dismantle::whole(state, lock, none).await?;
    }
    Ok(Verdict::Over)
}

/// Whether a reaper of this state folder lives.
pub(super) fn lives(state: &State) -> Result<bool, StateError> {
    let path = state.reaper();
    let file = open_lock(&path).map_err(at(&path))?;
    // Shared, so that two who look at once do not take each other for the reaper.
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(source)) => Err(StateError::Io { path, source }),
    }
}

/// Sees to it that a reaper lives. The caller holds the start lock and a lease.
pub(super) async fn ensure(state: &State, options: &Options) -> Result<(), ReaperError> {
    if lives(state)? {
        return Ok(());
    }
    let program = host(options)?;
    let started = Command::new(&program)
        // For who reads a list of processes; the environment tells the reaper.
        .arg("reaper")
        .arg(state.folder())
        .env(ASKED, state.folder())
        .env(DELAY, options.reaper_delay.as_millis().to_string())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let child = started.map_err(|source| ReaperError::NotStarted { program: program.clone(), source })?;
    let child = std::sync::Mutex::new(child);
    Wait::new("the reaper to be ready", READY_ALLOWED)
        .until(|| async {
            if let Ok(Some(status)) = child.lock().unwrap_or_else(std::sync::PoisonError::into_inner).try_wait() {
                return Progress::Never(format!("it ended ({status})"));
            }
            match lives(state) {
                Ok(true) => Progress::Done(()),
                Ok(false) => Progress::NotYet("it has not taken its lock".to_owned()),
                Err(error) => Progress::Never(error.to_string()),
            }
        })
        .await
        .map_err(|source| ReaperError::NotReady { program, source })
}

/// The program that can host a reaper.
fn host(options: &Options) -> Result<PathBuf, ReaperError> {
    if let Some(program) = options.reaper_program.as_ref().or_else(|| THIS_PROGRAM.get()) {
        return Ok(program.clone());
    }
    let here = env::current_exe().unwrap_or_default();
    // Test programs stand in `deps/`, one below the programs.
    let beside: Vec<PathBuf> = here.ancestors().skip(1).take(2).map(|folder| folder.join(HOST)).collect();
    beside.iter().find(|program| program.is_file()).cloned().ok_or_else(|| ReaperError::NoHost {
        looked_for: beside.last().cloned().unwrap_or_else(|| Path::new(HOST).to_owned()),
    })
}
