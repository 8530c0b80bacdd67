//! Which provider serves, printed at the start of a run and recorded with it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way to come by a PostgreSQL server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// A server that runs already, given by `E2E_DATABASE_URL`.
    Url,
    /// A container, by testcontainers.
    Docker,
    /// Server binaries found on the machine.
    Local,
    /// An archive that is fetched once.
    Embedded,
}

impl Provider {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 4] = [Self::Url, Self::Docker, Self::Local, Self::Embedded];

    /// The name by which `E2E_POSTGRES` pins it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Docker => "docker",
            Self::Local => "local",
            Self::Embedded => "embedded",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A provider that was tried and could not serve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PassedOver {
    /// The provider.
    pub provider: Provider,
    /// What was missing.
    pub missing: String,
}

/// Providers that could not serve, one a line.
pub(in super::super) fn listed(passed_over: &[PassedOver]) -> String {
    let lines: Vec<String> =
        passed_over.iter().map(|passed| format!("  {:<9} {}", passed.provider.as_str(), passed.missing)).collect();
    lines.join("\n")
}

/// Where the server of a run comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The provider that serves.
    pub provider: Provider,
    /// What the server says of its version, such as `15.18 (Debian 15.18-0+deb12u1)`.
    pub version: String,
    /// The same as a number: 150018.
    pub version_number: u32,
    /// The image, the folder of binaries, or the URL without its password.
    pub place: String,
    /// The address at which it listens.
    pub address: String,
    /// The providers that were tried before it.
    pub passed_over: Vec<PassedOver>,
}

impl fmt::Display for Provenance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PostgreSQL {} from {} ({}) at {}", self.version, self.provider, self.place, self.address)?;
        if !self.passed_over.is_empty() {
            write!(formatter, "\npassed over:\n{}", listed(&self.passed_over))?;
        }
        Ok(())
    }
}
