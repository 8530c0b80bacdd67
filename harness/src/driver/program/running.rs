//! A program that runs.

use std::process::ExitStatus;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;
use tokio::task::JoinHandle;

use super::command_line::CommandLine;
use super::error::ProgramError;
use crate::redact::redact;

/// A program that runs; dropped, it is killed.
#[derive(Debug)]
pub struct Running {
    line: CommandLine,
    child: Child,
    stdout: Option<JoinHandle<std::io::Result<String>>>,
    stderr: Option<JoinHandle<std::io::Result<String>>>,
}

/// What a program printed until its end.
#[derive(Debug, Clone)]
pub struct Printed {
    line: CommandLine,
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Running {
    pub(super) fn of(line: CommandLine, mut child: Child) -> Self {
        // Read from the start, so that it never waits for us.
        let stdout = child.stdout.take().map(|pipe| tokio::spawn(whole(pipe)));
        let stderr = child.stderr.take().map(|pipe| tokio::spawn(whole(pipe)));
        Self { line, child, stdout, stderr }
    }

    /// Waits for its end. May be given up and called again; once it has ended it is not called again.
    pub async fn ended(&mut self) -> Result<Printed, ProgramError> {
        let unreadable = |source| ProgramError::Unreadable { command: self.line.pasteable(), source };
        let status = self.child.wait().await.map_err(unreadable)?;
        let stdout = read(self.stdout.take()).await.map_err(unreadable)?;
        let stderr = read(self.stderr.take()).await.map_err(unreadable)?;
        Ok(Printed { line: self.line.clone(), status, stdout, stderr })
    }

    /// Ends it at once.
    pub async fn kill(&mut self) {
        // An error only says that it has ended already.
        let _ = self.child.kill().await;
    }
}

impl Printed {
    /// Itself, if the program succeeded.
    pub fn succeeded(self) -> Result<Self, ProgramError> {
        if self.status.success() {
            return Ok(self);
        }
        let said = if self.stderr.trim().is_empty() { &self.stdout } else { &self.stderr };
        let message = redact(said.trim()).into_owned();
        Err(ProgramError::Failed { command: self.line.pasteable(), status: self.status, message })
    }
}

async fn whole(mut pipe: impl AsyncRead + Unpin) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn read(reader: Option<JoinHandle<std::io::Result<String>>>) -> std::io::Result<String> {
    match reader {
        Some(reader) => reader.await.map_err(std::io::Error::other)?,
        None => Ok(String::new()),
    }
}
