//! A command line, as it is started and as a person would type it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::error::ProgramError;
use super::running::{Printed, Running};
use crate::redact::redact;

/// Characters of words that a shell takes as they are, besides letters and digits.
const PLAIN: &str = "-_./:=@,+%";

/// A program with its arguments. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    program: PathBuf,
    arguments: Vec<String>,
}

impl CommandLine {
    /// This program, looked for in `PATH` where it is a name alone.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), arguments: Vec::new() }
    }

    /// With these arguments after those that it has.
    #[must_use]
    pub fn with<A: Into<String>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The line as it can be pasted into a shell; passwords that can be recognised are `***` in it.
    #[must_use]
    pub fn pasteable(&self) -> String {
        let program = self.program.to_string_lossy();
        let words = std::iter::once(&*program).chain(self.arguments.iter().map(String::as_str));
        redact(&words.map(quoted).collect::<Vec<_>>().join(" ")).into_owned()
    }

    /// Starts it, with nothing to read. It is killed when it is dropped, and a Ctrl-C at the terminal does not reach it: whoever started
    /// it ends it.
    pub fn start(&self) -> Result<Running, ProgramError> {
        let started = Command::new(&self.program)
            .args(self.arguments.iter().map(OsStr::new))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        match started {
            Ok(child) => Ok(Running::of(self.clone(), child)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(ProgramError::NotFound { program: self.program.clone() })
            }
            Err(source) => Err(ProgramError::NotStarted { program: self.program.clone(), source }),
        }
    }

    /// Runs it to its end, for so long at most. An end that is no success is an error with what it printed.
    pub async fn run(&self, allowed: Duration) -> Result<Printed, ProgramError> {
        self.run_any(allowed).await?.succeeded()
    }

    /// As [`CommandLine::run`], whatever the exit code.
    pub async fn run_any(&self, allowed: Duration) -> Result<Printed, ProgramError> {
        let mut running = self.start()?;
        match tokio::time::timeout(allowed, running.ended()).await {
            Ok(ended) => ended,
            Err(_) => Err(ProgramError::TookTooLong { command: self.pasteable(), allowed }),
        }
    }
}

/// The word as a shell must be given it.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || PLAIN.contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Duration = Duration::from_secs(30);

    #[test]
    fn a_line_can_be_pasted_and_holds_no_password() {
        let line = CommandLine::new("helm").with([
            "install",
            "--set-json",
            r#"a.b=["o'ne"]"#,
            "",
            "--set",
            "database.password=hunter2",
        ]);
        assert_eq!(line.pasteable(), r#"helm install --set-json 'a.b=["o'\''ne"]' '' --set database.password=***"#);
    }

    #[tokio::test]
    async fn what_it_printed_is_kept_and_told_when_it_fails() {
        let line = CommandLine::new("sh").with(["-c", "echo out; echo 'no such chart' >&2; exit 3"]);
        let printed = line.run_any(ALLOWED).await.expect("it starts");
        assert_eq!((printed.stdout.as_str(), printed.stderr.as_str()), ("out\n", "no such chart\n"));
        let error = line.run(ALLOWED).await.expect_err("it fails").to_string();
        assert!(error.ends_with("ended with exit status: 3: no such chart"), "{error}");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let error = CommandLine::new("no-such-program").run(ALLOWED).await.expect_err("it is not there");
        assert_eq!(error.to_string(), "no-such-program is not there (looked for it in PATH)");
    }

    #[tokio::test]
    async fn one_that_takes_too_long_is_ended() {
        let line = CommandLine::new("sleep").with(["3600"]);
        let error = line.run(Duration::from_millis(20)).await.expect_err("it takes an hour");
        assert!(error.to_string().starts_with("sleep 3600 was ended after "), "{error}");
    }
}
