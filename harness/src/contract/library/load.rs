//! The whole contract, as its files tell it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::arrangement::{Arrangement, begins_with_one};
use super::check::check;
use super::files::{read, read_renamed};
use super::replay_file::ReplayFile;
use super::suite::{Suite, SuiteCases};
use super::{koku, payloads, platform};
use crate::contract::case::{Dialect, Exchange, PayloadCase};
use crate::contract::error::ContractError;
use crate::contract::rewriting::Rewriting;

/// Reads the contract of a project.
#[derive(Debug, Clone)]
pub struct Library {
    folder: PathBuf,
    rewriting: Rewriting,
}

impl Library {
    /// The contract below a folder such as `fixtures/contract`, with the names in it rewritten for a run.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, rewriting: Rewriting) -> Self {
        Self { folder: folder.into(), rewriting }
    }

    /// The suites of a dialect, in the order in which they are replayed.
    ///
    /// # Errors
    /// A file that cannot be read, is no JSON, has a placeholder that means nothing, or names a case that is not recorded.
    pub fn suites(&self, dialect: Dialect) -> Result<Vec<Suite>, ContractError> {
        match dialect {
            Dialect::Platform => self.platform(),
            Dialect::Koku => self.koku(),
        }
    }

    fn platform(&self) -> Result<Vec<Suite>, ContractError> {
        let path = self.file("platform-sources.json");
        let (replay, _) = self.replay_file("platform-sources")?;
        let recorded: Vec<platform::RawExchange> = read_renamed(&path, &self.rewriting, &replay.renamed)?;
        let recorded = recorded.into_iter().map(platform::RawExchange::into_exchange).collect();
        let exchanges = self.arranged("platform-sources", recorded)?;
        check(&exchanges, &path)?;
        Ok(vec![suite("platform", Dialect::Platform, SuiteCases::Exchanges(exchanges))])
    }

    fn koku(&self) -> Result<Vec<Suite>, ContractError> {
        let mut together = Vec::new();
        let mut apart: BTreeMap<String, Vec<Exchange>> = BTreeMap::new();
        // One database for both: what the second recording finds there, the first has made.
        for name in ["koku-sources", "koku-reports"] {
            let (replay, _) = self.replay_file(name)?;
            let path = self.file(&format!("{name}.json"));
            let recording: koku::Recording = read_renamed(&path, &self.rewriting, &replay.renamed)?;
            for exchange in self.arranged(name, recording.into_exchanges())? {
                let own = replay.own_systems.iter().find(|own| begins_with_one(&exchange.case.id, &own.cases));
                match own {
                    Some(own) => apart.entry(own.suite.clone()).or_default().push(exchange),
                    None => together.push(exchange),
                }
            }
        }
        check(&together, &self.folder)?;
        let mut suites = vec![suite("koku", Dialect::Koku, SuiteCases::Exchanges(together))];
        for (name, exchanges) in apart {
            check(&exchanges, &self.folder)?;
            suites.push(suite(&name, Dialect::Koku, SuiteCases::Exchanges(exchanges)));
        }
        suites.push(suite("payloads", Dialect::Koku, SuiteCases::Payloads(self.payloads()?)));
        Ok(suites)
    }

    fn payloads(&self) -> Result<Vec<PayloadCase>, ContractError> {
        let measured: payloads::Measured = read(&self.file("koku-bad-payloads.json"), &self.rewriting)?;
        let data_path: payloads::DataPath = read(&self.file("koku-data-path.json"), &self.rewriting)?;
        let mut cases = measured.into_cases(data_path.days());
        cases.extend(data_path.into_cases(cases.len()));
        for case in &mut cases {
            case.registered.org_id = self.rewriting.apply(&case.registered.org_id);
            case.registered.cluster_id = self.rewriting.apply(&case.registered.cluster_id);
            case.sent_by = self.rewriting.apply(&case.sent_by);
        }
        Ok(cases)
    }

    fn replay_file(&self, name: &str) -> Result<(ReplayFile, PathBuf), ContractError> {
        let path = self.file(&format!("{name}-replay.json"));
        Ok((read(&path, &self.rewriting)?, path))
    }

    /// The recorded exchanges with what their replay file says.
    fn arranged(&self, name: &str, mut exchanges: Vec<Exchange>) -> Result<Vec<Exchange>, ContractError> {
        let (replay, path) = self.replay_file(name)?;
        Arrangement { replay: &replay, path: &path }.arrange(&mut exchanges)?;
        Ok(exchanges)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn suite(name: &str, dialect: Dialect, cases: SuiteCases) -> Suite {
    Suite { name: name.to_owned(), dialect, cases }
}
