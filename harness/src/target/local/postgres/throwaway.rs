//! A private server that is thrown away after the run: made by `initdb`, without durability.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal};

use super::super::files::write_private;
use super::super::sql;
use super::super::{name, state::State};
use super::account::{self, Account};
use super::error::ThrowawayError;
use crate::secret::SecretUrl;
use crate::wait::{Progress, Wait, WaitError};

/// Settings of every server that we throw away: speed before safety, and room for whole tenants in one transaction.
pub(super) const SETTINGS: [&str; 6] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_locks_per_transaction=512",
    "max_connections=200",
    "timezone=UTC",
];
/// A server that starts answers within a fraction of a second; a loaded machine may take longer.
const START_ALLOWED: Duration = Duration::from_secs(30);
/// An immediate shutdown takes milliseconds.
const STOP_ALLOWED: Duration = Duration::from_secs(10);
/// Somebody may take the free port before the server does.
const PORTS_TRIED: usize = 3;
/// How much of a log an error shows.
const LOG_SHOWN: usize = 2000;

/// A server that is being made in a state folder.
pub(super) struct Throwaway {
    binaries: PathBuf,
    folder: PathBuf,
    account: Option<Account>,
    password: String,
}

impl Throwaway {
    /// Makes a server from the `initdb` and `postgres` in this folder, and starts it.
    pub(super) async fn start(state: &State, binaries: &Path) -> Result<SecretUrl, ThrowawayError> {
        let throwaway = Self {
            binaries: binaries.to_owned(),
            folder: state.server(),
            account: account::choose()?,
            password: name::password(),
        };
        throwaway.make_folder()?;
        throwaway.initdb().await?;
        let launched = throwaway.launch_on_a_free_port().await;
        if launched.is_err() {
            // Slow to start is not gone: it must not run on beside the next provider's server.
            stop(state).await?;
        }
        launched
    }

    async fn launch_on_a_free_port(&self) -> Result<SecretUrl, ThrowawayError> {
        for _ in 1..PORTS_TRIED {
            match self.launch().await {
                Err(ThrowawayError::NotReady { log, .. }) if log.contains("could not bind") => {}
                outcome => return outcome,
            }
        }
        self.launch().await
    }

    fn make_folder(&self) -> Result<(), ThrowawayError> {
        // What an earlier provider of the chain left half made.
        match std::fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&self.folder)(error)),
            _ => {}
        }
        std::fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        if let Some(account) = &self.account {
            account.must_reach(&self.folder, "E2E_STATE")?;
            account.must_reach(&self.binaries, "E2E_POSTGRES or E2E_CACHE")?;
            give_away(&self.folder, account)?;
        }
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    async fn initdb(&self) -> Result<(), ThrowawayError> {
        let password_file = self.folder.join("password");
        write_private(&password_file, self.password.as_bytes()).map_err(at(&password_file))?;
        if let Some(account) = &self.account {
            give_away(&password_file, account)?;
        }
        let program = self.binaries.join("initdb");
        let mut command = self.command(&program);
        command
            .args(["--username=postgres", "--auth=password", "--no-locale", "--encoding=UTF8", "--no-sync"])
            .arg(format!("--pwfile={}", password_file.display()))
            .arg(format!("--pgdata={}", self.data().display()));
        let output = tokio::process::Command::from(command).kill_on_drop(true).output().await.map_err(at(&program))?;
        std::fs::remove_file(&password_file).map_err(at(&password_file))?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        let output_text = String::from_utf8_lossy(&said).trim().to_owned();
        Err(ThrowawayError::Initdb { program, status: output.status, output: output_text })
    }

    /// A program of PostgreSQL, run by whom it may be run, without our environment: `PG*` variables must not reach it.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
        command.current_dir("/").stdin(Stdio::null());
        if let Some(account) = &self.account {
            command.uid(account.uid).gid(account.gid);
        }
        command
    }

    async fn launch(&self) -> Result<SecretUrl, ThrowawayError> {
        let program = self.binaries.join("postgres");
        let log = self.folder.join("log");
        let port = free_port().map_err(at(&program))?;
        let child = self.spawn(&program, &log, port)?;
        let url = SecretUrl::parse(&format!(
            "postgres://postgres:{}@127.0.0.1:{port}/postgres?sslmode=disable",
            self.password
        ))
        .unwrap_or_else(|error| unreachable!("made of hexadecimal digits and a port: {error}"));
        match answers(&url, child).await {
            Ok(()) => Ok(url),
            Err(why) => Err(ThrowawayError::NotReady { program, why: Box::new(why), log: end_of(&log) }),
        }
    }

    fn spawn(&self, program: &Path, log: &Path, port: u16) -> Result<Child, ThrowawayError> {
        let file = File::create(log).map_err(at(log))?;
        let mut command = self.command(program);
        command.arg("-D").arg(self.data()).arg("-p").arg(port.to_string());
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        // In the folder, so that it goes with the folder, however the server ends.
        command.args(["-c", "dynamic_shared_memory_type=mmap"]);
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        command.stdout(file.try_clone().map_err(at(log))?).stderr(file);
        // Its own group: a Ctrl-C at the terminal is not for the server, which other processes may use.
        command.process_group(0).spawn().map_err(at(program))
    }
}

fn give_away(path: &Path, account: &Account) -> Result<(), ThrowawayError> {
    chown(path, Some(account.uid), Some(account.gid)).map_err(at(path))
}

/// Waits until the server answers, or has ended.
async fn answers(url: &SecretUrl, child: Child) -> Result<(), WaitError<String>> {
    let child = Mutex::new(child);
    Wait::new("the server to answer", START_ALLOWED)
        .until(|| async {
            let ended = child.lock().unwrap_or_else(PoisonError::into_inner).try_wait();
            if let Ok(Some(status)) = ended {
                return Progress::Never(format!("it ended ({status})"));
            }
            match sql::connect(url).await {
                Ok(_) => Progress::Done(()),
                Err(error) => Progress::NotYet(error.to_string()),
            }
        })
        .await
}

/// Stops the server whose data stand in this state folder, if one runs.
pub(in super::super) async fn stop(state: &State) -> Result<bool, ThrowawayError> {
    let data = state.server().join("data");
    let Some(pid) = running(&data) else { return Ok(false) };
    // Immediate: nothing is to be saved.
    signal(pid, Signal::QUIT);
    let stopped = Wait::new(format!("server {} to stop", pid.as_raw_nonzero()), STOP_ALLOWED)
        .until(|| async {
            if running(&data).is_none() {
                return Progress::Done(());
            }
            Progress::<(), String>::NotYet("it still runs".to_owned())
        })
        .await;
    if stopped.is_err() {
        signal(pid, Signal::KILL);
    }
    stopped.map(|()| true).map_err(ThrowawayError::NotStopped)
}

/// The process that serves or still makes these data. Its number may belong to another process by now, so that its place is
/// asked too.
fn running(data: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    // While `initdb` is at work, the number is that of a process without sessions, and stands there with a minus.
    let number: i32 = text.lines().next()?.trim().parse().ok()?;
    let pid = Pid::from_raw(number.checked_abs()?)?;
    let alive = rustix::process::test_kill_process(pid).is_ok();
    (alive && works_in(pid, data)).then_some(pid)
}

/// A postmaster works in its data folder. Where the system does not tell, its word is taken.
fn works_in(pid: Pid, data: &Path) -> bool {
    if !Path::new("/proc/self").exists() {
        return true;
    }
    std::fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero())).is_ok_and(|cwd| cwd == data)
}

fn signal(pid: Pid, signal: Signal) {
    // It may have ended by itself just now, which is as good.
    let _ = rustix::process::kill_process(pid, signal);
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn end_of(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let start = text.len().saturating_sub(LOG_SHOWN);
    let start = (start..=text.len()).find(|&index| text.is_char_boundary(index)).unwrap_or(text.len());
    text[start..].trim().to_owned()
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> ThrowawayError + use<'_> {
    move |source| ThrowawayError::Io { path: path.to_owned(), source }
}
