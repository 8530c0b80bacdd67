//! A project of a test's own with a few scenarios, a state folder of its own, and the command in both.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

use harness::report::{Report, Trial};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::broken;
use crate::state_folder::StateFolder;

/// A scenario that installs, makes one tenant and looks at it.
pub(crate) const PLAIN: &str = "name: plain\nsummary: A tenant is made and verified.\nlabels: [smoke]\nprofiles: [cost-mgmt]\n\
    tenants: [acme]\nphases:\n  - install: {}\n  - bootstrap: {}\n  - verify-tables: {}\nexpect: { findings: [] }\n";

/// As [`PLAIN`], under another name.
pub(crate) fn plain(name: &str) -> String {
    PLAIN.replace("name: plain", &format!("name: {name}"))
}

/// A scenario whose fault is found, and which expects these findings.
pub(crate) fn forgotten(name: &str, findings: &str) -> String {
    plain(name)
        .replace("  - verify", "  - fault: { drop-domain: { tenant: acme } }\n  - verify")
        .replace("findings: []", &format!("findings: [{findings}]"))
}

/// A project and a state folder.
pub(crate) struct World {
    project: TempDir,
    pub(crate) state: StateFolder,
    variables: Vec<(&'static str, String)>,
}

impl World {
    /// A project with these scenarios, and with the fixtures of this one.
    pub(crate) fn new(scenarios: &[&str]) -> Self {
        let project = tempfile::tempdir().expect("a folder");
        for folder in ["scenarios", "fixtures/payloads"] {
            std::fs::create_dir_all(project.path().join(folder)).expect("a folder");
        }
        for linked in ["profiles", "catalogs", "payloads/one-pod"] {
            let there = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(linked);
            std::os::unix::fs::symlink(there, project.path().join("fixtures").join(linked)).expect("a link");
        }
        let world = Self { project, state: StateFolder::new(), variables: Vec::new() };
        for scenario in scenarios {
            world.add(scenario);
        }
        world
    }

    /// The same on a given server.
    pub(crate) fn on(url: &str, scenarios: &[&str]) -> Self {
        let url = vec![("E2E_POSTGRES", "url".to_owned()), ("E2E_DATABASE_URL", url.to_owned())];
        Self { variables: url, ..Self::new(scenarios) }
    }

    /// One more scenario.
    pub(crate) fn add(&self, scenario: &str) {
        let name = scenario.lines().find_map(|line| line.strip_prefix("name: ")).expect("a name");
        std::fs::write(self.path("scenarios").join(format!("{name}.yaml")), scenario).expect("written");
    }

    /// A path in the project.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.project.path().join(below)
    }

    /// The command, as it is built.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.program(Path::new(env!("CARGO_BIN_EXE_e2e-validate")), arguments)
    }

    /// The command on a target that is broken on purpose.
    pub(crate) fn broken(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(&std::env::current_exe().expect("this program"), arguments);
        command.env(broken::ASKED, "1");
        command
    }

    fn program(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for variable in ["RUST_LOG", "RUST_BACKTRACE", "NO_COLOR", "E2E_KEEP", "CARGO_TARGET_DIR", "COLUMNS"] {
            command.env_remove(variable);
        }
        command.args(arguments).current_dir(self.project.path());
        command.env("E2E_STATE", self.state.path()).env("E2E_REAPER_DELAY_MS", "300");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The report of the run in `out`.
    pub(crate) fn report(&self) -> Report {
        let text = std::fs::read_to_string(self.path("out/report.json")).expect("a report");
        serde_json::from_str(&text).expect("a report")
    }

    /// Every file of the run in `out`, as text.
    pub(crate) fn files(&self) -> Vec<(PathBuf, String)> {
        files(&self.path("out"))
    }
}

fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("an entry").path());
    let below = entries.flat_map(|path| {
        if path.is_dir() {
            return files(&path);
        }
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("readable")).into_owned();
        vec![(path, text)]
    });
    below.collect()
}

/// The trial of a scenario.
pub(crate) fn trial_of<'a>(report: &'a Report, scenario: &str) -> &'a Trial {
    report.trials.iter().find(|trial| trial.id.scenario == scenario).expect("the scenario ran")
}

/// A run that goes on.
pub(crate) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    told: String,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the command starts");
        let stderr = BufReader::new(child.stderr.take().expect("piped"));
        Self { child, stderr, told: String::new() }
    }

    /// Reads what is told, up to the line that holds this text.
    pub(crate) fn until(&mut self, text: &str) {
        while !self.told.lines().next_back().is_some_and(|line| line.contains(text)) {
            assert_ne!(self.stderr.read_line(&mut self.told).expect("text"), 0, "no {text:?} in {}", self.told);
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// How it ended, and all that it told on standard error.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        self.stderr.read_to_string(&mut self.told).expect("text");
        (self.child.wait().expect("it ends"), self.told)
    }
}
