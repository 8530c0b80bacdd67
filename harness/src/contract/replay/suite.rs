//! One suite, from its first case to its last.

use super::exchanges::Exchanges;
use super::payloads::Payloads;
use super::reach::must_answer;
use super::send::client;
use crate::contract::account::SuiteAccount;
use crate::contract::error::ContractError;
use crate::contract::library::{Suite, SuiteCases};
use crate::contract::system::System;

/// Replays a suite, and says what became of the cases that are chosen by id. Cases before the last chosen one are replayed too, since
/// each is given what those before it left behind.
///
/// # Errors
/// A service or the database that cannot be reached at all.
pub async fn replay(
    suite: &Suite,
    system: &System,
    chosen: &(dyn Fn(&str) -> bool + Sync),
) -> Result<SuiteAccount, ContractError> {
    let mut account = SuiteAccount::new(suite);
    let Some(last) = suite.cases().iter().rposition(|case| chosen(&case.id)) else { return Ok(account) };
    let client = client()?;
    must_answer(&client, system).await?;
    let outcomes = match &suite.cases {
        SuiteCases::Exchanges(exchanges) => Exchanges::new(system, client).replay(&exchanges[..=last]).await?,
        SuiteCases::Payloads(cases) => {
            let cases: Vec<_> = cases.iter().filter(|case| chosen(&case.case.id)).collect();
            return Ok(account.with(Payloads::new(system, client).replay(&cases).await?));
        }
    };
    let told = suite.cases().into_iter().zip(outcomes).filter(|(case, _)| chosen(&case.id));
    account = account.with(told.map(|(case, outcome)| (case.clone(), outcome)).collect());
    Ok(account)
}
