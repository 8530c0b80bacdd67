//! A process that holds a lease and a database, and ends as it is told; and the same as its parent sees it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};

use harness::run_id::RunId;
use harness::target::local::{Options, Server};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde::{Deserialize, Serialize};

use crate::support::{StateFolder, run};

/// Tells this program to be a holder, and how to end.
const ASKED: &str = "E2E_TEST_HOLDER";

/// How a holder ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// By returning from `main`, with its database still there.
    Exit,
    /// By a panic.
    Panic,
    /// Not before its parent closes its input, or by a signal.
    Wait,
    /// As [`End::Exit`], after it has kept its database.
    Keep,
    /// As [`End::Exit`], after it has judged what the roles may do in a clone.
    Judge,
}

/// What a holder tells of its server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) address: String,
    pub(crate) provider: String,
    pub(crate) version_number: u32,
    pub(crate) database: String,
    pub(crate) psql_line: Option<String>,
}

/// Holds a lease, if this program was started for that.
pub(crate) fn run_if_asked() -> bool {
    let Some(end) = std::env::var_os(ASKED) else { return false };
    match end.to_str() {
        Some("Keep") => tell(&run(hold(true))),
        Some("Judge") => {
            run(async { crate::prepared::judge_roles(&crate::support::server().await).await });
            tell(&run(hold(false)));
        }
        Some("Panic") => {
            tell(&run(hold(false)));
            panic!("as it was told");
        }
        Some("Wait") => {
            tell(&run(hold(false)));
            std::io::stdin().read_to_end(&mut Vec::new()).expect("the parent's end");
        }
        _ => tell(&run(hold(false))),
    }
    true
}

fn tell(seen: &Result<Seen, String>) {
    println!("{}", serde_json::to_string(seen).expect("plain data"));
}

async fn hold(keep: bool) -> Result<Seen, String> {
    let options = Options::from_environment(RunId::new(chrono::Utc::now())).map_err(|error| error.to_string())?;
    let server = Server::acquire(&options).await.map_err(|error| crate::support::explained(&error))?;
    let database = server.empty("left behind").await.map_err(|error| crate::support::explained(&error))?;
    let provenance = server.provenance();
    Ok(Seen {
        address: provenance.address.clone(),
        provider: provenance.provider.to_string(),
        version_number: provenance.version_number,
        database: database.name().to_owned(),
        psql_line: keep.then(|| database.keep().expect("kept")),
    })
}

/// A holder that was started.
pub(crate) struct Holder {
    child: Child,
}

impl Holder {
    /// Starts one on this state folder, with further variables.
    pub(crate) fn start(state: &StateFolder, end: End, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .env(ASKED, format!("{end:?}"))
            .env("E2E_STATE", state.path())
            .env("E2E_REAPER_DELAY_MS", "300")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if matches!(end, End::Panic) { Stdio::null() } else { Stdio::inherit() })
            // Its own group, as a shell gives one to what is started at the terminal: Ctrl-C goes to all of it.
            .process_group(0);
        Self { child: command.spawn().expect("this program starts") }
    }

    /// What it tells once it has a database.
    pub(crate) fn seen(&mut self) -> Result<Seen, String> {
        let mut line = String::new();
        let output = self.child.stdout.as_mut().expect("piped");
        BufReader::new(output).read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect("what a holder tells")
    }

    /// Sends a signal to it alone.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it runs");
    }

    /// Sends a signal to its process group, as the terminal does at Ctrl-C.
    pub(crate) fn signal_group(&self, signal: Signal) {
        kill_process_group(self.pid(), signal).expect("it runs");
    }

    /// Lets it end, and waits for that.
    pub(crate) fn end(mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        self.child.wait().expect("it ends")
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}
