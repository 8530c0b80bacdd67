//! Names that no other scenario, profile or run has, and that are the same each time the plan is made.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::PlanTarget;
use crate::run_id::RunId;

/// What sets one planned scenario apart from every other.
#[derive(Debug)]
pub(super) struct Identity {
    seed: String,
    run: RunId,
}

/// The letters of a mark: lower-case ones and digits, valid in every name.
const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// How long a mark is: 36⁴ are 1.7 million.
const MARK_LENGTH: usize = 4;
/// How many account numbers of ten digits there are that do not begin with a zero, less room to count upwards.
const ACCOUNT_NUMBERS: u64 = 8_999_999_000;

impl Identity {
    /// The identity of this scenario on this profile and target, in this run.
    pub(super) fn new(scenario: &str, profile: &str, target: &PlanTarget, run: &RunId) -> Self {
        Self { seed: format!("{run}\n{scenario}\n{profile}\n{}", target.kind), run: run.clone() }
    }

    /// A name for a shared system: with the run id, and with a mark, since the scenarios of one run share the system too.
    pub(super) fn shared_name(&self, name: &str) -> String {
        format!("{name}-{}-{}", self.run, self.mark())
    }

    /// The user of a tenant.
    pub(super) fn user_name(&self, alias: &str) -> String {
        format!("e2e-{alias}-{}", self.mark())
    }

    /// The account number of the tenant with this index: ten digits, different for each index below a thousand.
    pub(super) fn account_number(&self, index: usize) -> String {
        let base = u64::from_be_bytes(first(&self.digest("account"))) % ACCOUNT_NUMBERS;
        (1_000_000_000 + base + index as u64).to_string()
    }

    /// The cluster id of the provider with this name.
    pub(super) fn cluster_id(&self, provider: &str) -> Uuid {
        uuid::Builder::from_random_bytes(first(&self.digest(&format!("cluster\n{provider}")))).into_uuid()
    }

    fn mark(&self) -> String {
        let digest = self.digest("mark");
        digest[..MARK_LENGTH * 2]
            .chunks_exact(2)
            .map(|pair| usize::from(u16::from_be_bytes([pair[0], pair[1]])) % LETTERS.len())
            .map(|letter| char::from(LETTERS[letter]))
            .collect()
    }

    fn digest(&self, what: &str) -> [u8; 32] {
        Sha256::digest(format!("{}\n{what}", self.seed)).into()
    }
}

/// The first bytes of a digest.
fn first<const LENGTH: usize>(digest: &[u8; 32]) -> [u8; LENGTH] {
    std::array::from_fn(|index| digest[index])
}
