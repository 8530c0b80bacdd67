//! A payload's way: sent, waited for by its own states, and looked at.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::check::PayloadExpectation;
use crate::driver::upload::upload;
use crate::error::chain;
use crate::fact::usage::{FileState, IngestFacts, PayloadFacts, ReportFact, ReportQuery, Scope, UploadFact};
use crate::http::{HttpEndpoint, HttpError};
use crate::identity::Identity;
use crate::observer::database::DatabaseObserver;
use crate::observer::usage::{past_cache, reports};
use crate::oracle::{Expected, compare_reports};
use crate::profile::Budgets;
use crate::secret::SecretUrl;
use crate::wait::{Progress, Wait, WaitError};

/// The status with which the ingress takes a payload in.
const ACCEPTED: u16 = 202;

/// Where payloads of one user go, and where it is seen what becomes of them.
#[derive(Debug, Clone)]
pub struct Delivery<'a> {
    /// The ingress.
    pub upload: &'a HttpEndpoint,
    /// Koku's API, with its reports.
    pub koku: &'a HttpEndpoint,
    /// Koku's database, as a role that can only read.
    pub observer: SecretUrl,
    /// Who sends, and who asks for reports.
    pub identity: Identity,
    /// How long manifest and processing may take.
    pub budgets: &'a Budgets,
    /// The one cluster that reports are to be narrowed to, where others have clusters in the tenant.
    pub only_cluster: Option<Uuid>,
}

impl Delivery<'_> {
    /// Sends a payload, waits until it is processed or never will be, and looks at what became of it. `acted` is told the
    /// request. What could not be looked at is an error, in one text with its causes.
    pub async fn send(
        &self,
        payload: &PayloadExpectation,
        archive: Vec<u8>,
        acted: impl Fn(String),
    ) -> Result<PayloadFacts, String> {
        let upload = self.upload(payload, archive, acted).await?;
        let stalled = match upload.status {
            ACCEPTED => self.wait_until_processed(payload).await?.err().map(|error| error.to_string()),
            _ => None,
        };
        self.look(payload, upload, stalled).await
    }

    /// Sends a payload that was sent and processed before, and looks at what became of it. `took` is how long that took then.
    ///
    /// Koku never processes a uuid twice, and says nowhere that it will not: what is awaited is that nothing happens. The state
    /// before it was sent proves nothing, since the reply of the ingress comes before Koku hears of it. So, from that reply on,
    /// manifest and files must have stood still for as long as the whole first processing took, of which the first write to
    /// them is a small part; if they move, the wait begins anew, and ends with the budget. Then the numbers are looked at.
    pub async fn send_again(
        &self,
        payload: &PayloadExpectation,
        archive: Vec<u8>,
        took: Duration,
        acted: impl Fn(String),
    ) -> Result<PayloadFacts, String> {
        let upload = self.upload(payload, archive, acted).await?;
        let stalled = match upload.status {
            ACCEPTED => self.wait_until_still(payload, took).await?.err().map(|error| error.to_string()),
            _ => None,
        };
        self.look(payload, upload, stalled).await
    }

    async fn upload(
        &self,
        payload: &PayloadExpectation,
        archive: Vec<u8>,
        acted: impl Fn(String),
    ) -> Result<UploadFact, String> {
        let file = format!("{}.tar.gz", payload.uuid);
        let reply = upload(self.upload, &self.identity, &file, archive, acted).await;
        let reply = reply.map_err(|error| chain(&error))?;
        Ok(UploadFact { request: reply.request().to_owned(), status: reply.status(), body: reply.start() })
    }

    /// Looks at what became of a payload: in the database, and in the reports once it is processed.
    pub async fn look(
        &self,
        payload: &PayloadExpectation,
        upload: UploadFact,
        stalled: Option<String>,
    ) -> Result<PayloadFacts, String> {
        let observer = DatabaseObserver::connect(&self.observer).await.map_err(|error| chain(&error))?;
        let usage = observer.usage(&payload.schema, &payload.expected.cluster_id, payload.uuid).await;
        observer.close().await;
        let mut usage = usage.map_err(|error| chain(&error))?;
        if let (ACCEPTED, None, Some((first, last))) = (upload.status, &stalled, payload.expected.days()) {
            let days = Scope::Days { first, last };
            let narrowed = |query: ReportQuery| self.only_cluster.map_or(query, |cluster| query.of_cluster(cluster));
            let queries: Vec<ReportQuery> = ReportQuery::suite(days, days).into_iter().map(narrowed).collect();
            usage.reports = self.ask(&queries, payload).await.map_err(|error| chain(&error))?;
        }
        Ok(PayloadFacts { upload, stalled, usage })
    }

    /// Asks reports, and once more past Koku's cache what is answered otherwise than expected.
    async fn ask(&self, queries: &[ReportQuery], payload: &PayloadExpectation) -> Result<Vec<ReportFact>, HttpError> {
        let clusters: Vec<&Expected> = std::iter::once(&payload.expected).chain(&payload.beside).collect();
        let mut facts = reports(self.koku, &self.identity, queries).await?;
        for fact in &mut facts {
            if !compare_reports(&clusters, std::slice::from_ref(fact)).differences.is_empty() {
                fact.past_cache = Some(past_cache(self.koku, &self.identity, &fact.query).await?);
            }
        }
        Ok(facts)
    }

    /// Waits for the manifest, then for the end of its processing, each as long as the budgets allow.
    async fn wait_until_processed(
        &self,
        payload: &PayloadExpectation,
    ) -> Result<Result<(), WaitError<String>>, String> {
        let observer = DatabaseObserver::connect(&self.observer).await.map_err(|error| chain(&error))?;
        let look = async || observer.ingest(&payload.schema, payload.uuid).await;
        let manifest = Wait::new(format!("the manifest of payload {}", payload.uuid), self.budgets.manifest)
            .until(async || match look().await {
                Ok(IngestFacts { manifest: Some(_), .. }) => Progress::Done(()),
                Ok(_) => Progress::NotYet("no manifest of this uuid".to_owned()),
                Err(error) => Progress::NotYet(chain(&error)),
            })
            .await;
        let waited = match manifest {
            Ok(()) => {
                Wait::new(format!("the processing of payload {}", payload.uuid), self.budgets.processing)
                    .until(async || match look().await {
                        Ok(facts) => progress(&facts, payload.files.len()),
                        Err(error) => Progress::NotYet(chain(&error)),
                    })
                    .await
            }
            Err(error) => Err(error),
        };
        observer.close().await;
        Ok(waited)
    }

    /// Waits until what Koku holds of the payload has stood still for this long, and is processed.
    async fn wait_until_still(
        &self,
        payload: &PayloadExpectation,
        quiet: Duration,
    ) -> Result<Result<(), WaitError<String>>, String> {
        let observer = DatabaseObserver::connect(&self.observer).await.map_err(|error| chain(&error))?;
        let seen = Mutex::new(Stillness::default());
        let awaited = format!("payload {} to stay as it is", payload.uuid);
        let waited = Wait::new(awaited, self.budgets.processing + quiet)
            .until(async || match observer.ingest(&payload.schema, payload.uuid).await {
                Ok(facts) => {
                    let still = seen.lock().unwrap_or_else(PoisonError::into_inner).of(&facts, Instant::now());
                    match progress(&facts, payload.files.len()) {
                        Progress::Done(()) if still < quiet => Progress::NotYet(format!(
                            "nothing has changed for {:.1} s of {:.1} s",
                            still.as_secs_f64(),
                            quiet.as_secs_f64()
                        )),
                        other => other,
                    }
                }
                Err(error) => Progress::NotYet(chain(&error)),
            })
            .await;
        observer.close().await;
        Ok(waited)
    }
}

/// What was seen last, and since when.
#[derive(Debug, Default)]
struct Stillness(Option<(IngestFacts, Instant)>);

impl Stillness {
    /// For how long it has been so.
    fn of(&mut self, facts: &IngestFacts, now: Instant) -> Duration {
        match &self.0 {
            Some((seen, since)) if seen == facts => now.duration_since(*since),
            _ => {
                self.0 = Some((facts.clone(), now));
                Duration::ZERO
            }
        }
    }
}

/// How far processing is, by the manifest's and the files' own states.
fn progress(facts: &IngestFacts, files: usize) -> Progress<(), String> {
    if let Some(failed) = facts.files.iter().find(|file| file.state == FileState::Failed) {
        return Progress::Never(format!("file {} failed", failed.name));
    }
    if let Some(step) = facts.manifest.as_ref().and_then(|manifest| manifest.failed_steps().next()) {
        return Progress::Never(format!("step {step} failed"));
    }
    let done = facts.files.iter().filter(|file| file.state == FileState::Done).count();
    let completed = facts.manifest.as_ref().is_some_and(|manifest| manifest.completed_datetime.is_some());
    if completed && done == files {
        return Progress::Done(());
    }
    let manifest = if completed { "completed" } else { "not completed" };
    Progress::NotYet(format!("{done} of {files} files are done, and the manifest is {manifest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_begins_anew_to_stand_still() {
        let (mut seen, start) = (Stillness::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let (nothing, other) = (IngestFacts::default(), IngestFacts { files: vec![file()], ..IngestFacts::default() });
        let stood = [(&nothing, 0), (&nothing, 3), (&other, 4), (&other, 6), (&nothing, 7)]
            .map(|(facts, moment)| seen.of(facts, at(moment)).as_secs());
        assert_eq!(stood, [0, 3, 0, 2, 0]);
    }

    fn file() -> crate::fact::usage::FileFact {
        let name = "a.csv".to_owned();
        crate::fact::usage::FileFact { name, state: FileState::Done, failed_status: None, completed_datetime: None }
    }
}
