//! Why the oracle cannot say what is expected.

use crate::number::NotStorable;
use crate::payload::PayloadError;

/// Why there is no expectation.
#[derive(Debug, thiserror::Error)]
pub enum OracleError {
    /// A file of the payload cannot be read.
    #[error("the payload cannot be read")]
    Payload(#[from] PayloadError),
    /// Koku summarises nothing of such a payload.
    #[error("manifest.json lacks {0:?}: without start and end Koku stores the rows, but summarises nothing")]
    NoRange(&'static str),
    /// The manifest's days are in the wrong order.
    #[error("manifest.json: end is before start")]
    RangeReversed,
    /// Payloads of two clusters in one sequence.
    #[error("payloads of one cluster are expected, and these are of {first} and {other}")]
    OtherCluster {
        /// The first payload's cluster.
        first: String,
        /// Another payload's.
        other: String,
    },
    /// The oracle has no formulas for a file.
    #[error("{file} holds {kind}, for which the oracle has no formulas")]
    KindWithoutFormulas {
        /// The file.
        file: String,
        /// What it holds.
        kind: &'static str,
    },
    /// The request is no cost model, or one that the oracle has no formulas for.
    #[error("no cost model that can be computed: {0}")]
    NoCostModel(String),
    /// No row of usage lies within the days that Koku summarises.
    #[error(
        "no row of usage lies between start and end of manifest.json, so that nothing can be proven with this payload"
    )]
    NothingExpected,
    /// A sum that the database cannot hold.
    #[error("the sum for {subject}")]
    NotStorable {
        /// Of what.
        subject: String,
        /// The sum.
        source: NotStorable,
    },
}
