//! What Koku's API answers each tenant, as `doctor` asks it.

use std::collections::BTreeMap;

use harness::check::{Observed, Scope};
use harness::doctor::{Knowledge, Place, look};
use harness::fact::api::ApiFacts;
use harness::fault::Fault;
use url::Url;

use crate::healthy::{BROKEN, fixtures};
use crate::providers::Live;

/// What each tenant was answered.
pub(crate) type Answered = BTreeMap<Scope, Observed<ApiFacts>>;

impl Live {
    /// Asks in the name of one tenant, or of each.
    pub(crate) async fn ask_koku(&self, tenant: Option<&str>) -> Answered {
        let knowledge = Knowledge::load(&fixtures()).expect("profiles and catalogs");
        let koku: Url = self.server.koku_url().parse().expect("a URL");
        let place = Place { database: &self.observer, koku: Some(&koku) };
        let seen = look(&knowledge, &place, Some(&self.world.profile.name), tenant).await;
        let Observed::Seen(answers) = seen.koku else { panic!("{:?}", seen.koku) };
        answers.into_iter().map(|(schema, answers)| (Scope::Tenant { schema }, answers)).collect()
    }

    /// Asks in the name of the broken tenant while Koku's API does wrong what this fault has it do.
    pub(crate) async fn ask_koku_in_trouble(&self, fault: &Fault) -> Answered {
        let rules = self.make_trouble(fault, &self.world.profile.budgets);
        let answers = self.ask_koku(Some(BROKEN)).await;
        self.end_trouble(fault, rules);
        answers
    }
}
