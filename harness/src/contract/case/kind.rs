//! How a case is known, and whose contract it is of.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a case is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It was seen on the real program.
    Measured,
    /// It stands in the real program's code.
    Read,
    /// It could be neither.
    Assumed,
}

/// Which Sources API a system speaks, and so which cases are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Koku's own Sources API, and what Koku makes of uploads.
    Koku,
    /// The platform's Sources API, a system of its own.
    Platform,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Measured => "measured",
            Self::Read => "read",
            Self::Assumed => "assumed",
        })
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Koku => "koku",
            Self::Platform => "platform",
        })
    }
}
