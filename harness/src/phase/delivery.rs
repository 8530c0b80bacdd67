//! A payload's way: sent, waited for by its own states, and looked at.

use crate::check::PayloadExpectation;
use crate::driver::upload::upload;
use crate::error::chain;
use crate::fact::usage::{FileState, IngestFacts, PayloadFacts, ReportQuery, Scope, UploadFact};
use crate::http::HttpEndpoint;
use crate::identity::Identity;
use crate::observer::database::DatabaseObserver;
use crate::observer::usage::reports;
use crate::profile::Budgets;
use crate::secret::SecretUrl;
use crate::wait::{Progress, Wait, WaitError};
use uuid::Uuid;

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
    pub observer: &'a SecretUrl,
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
        let file = format!("{}.tar.gz", payload.uuid);
        let reply = upload(self.upload, &self.identity, &file, archive, acted).await;
        let reply = reply.map_err(|error| chain(&error))?;
        let upload = UploadFact { request: reply.request().to_owned(), status: reply.status(), body: reply.start() };
        let stalled = match upload.status {
            ACCEPTED => self.wait_until_processed(payload).await?.err().map(|error| error.to_string()),
            _ => None,
        };
        self.look(payload, upload, stalled).await
    }

    /// Looks at what became of a payload: in the database, and in the reports once it is processed.
    pub async fn look(
        &self,
        payload: &PayloadExpectation,
        upload: UploadFact,
        stalled: Option<String>,
    ) -> Result<PayloadFacts, String> {
        let observer = DatabaseObserver::connect(self.observer).await.map_err(|error| chain(&error))?;
        let usage = observer.usage(&payload.schema, &payload.expected.cluster_id, payload.uuid).await;
        observer.close().await;
        let mut usage = usage.map_err(|error| chain(&error))?;
        if let (ACCEPTED, None, Some((first, last))) = (upload.status, &stalled, payload.expected.days()) {
            let days = Scope::Days { first, last };
            let narrowed = |query: ReportQuery| self.only_cluster.map_or(query, |cluster| query.of_cluster(cluster));
            let queries: Vec<ReportQuery> = ReportQuery::suite(days, days).into_iter().map(narrowed).collect();
            let asked = reports(self.koku, &self.identity, &queries).await;
            usage.reports = asked.map_err(|error| chain(&error))?;
        }
        Ok(PayloadFacts { upload, stalled, usage })
    }

    /// Waits for the manifest, then for the end of its processing, each as long as the budgets allow.
    async fn wait_until_processed(
        &self,
        payload: &PayloadExpectation,
    ) -> Result<Result<(), WaitError<String>>, String> {
        let observer = DatabaseObserver::connect(self.observer).await.map_err(|error| chain(&error))?;
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
}

/// How far processing is, by the manifest's and the files' own states.
fn progress(facts: &IngestFacts, files: usize) -> Progress<(), String> {
    if let Some(failed) = facts.files.iter().find(|file| file.state == FileState::Failed) {
        return Progress::Never(format!("file {} failed", failed.name));
    }
    let done = facts.files.iter().filter(|file| file.state == FileState::Done).count();
    let completed = facts.manifest.as_ref().is_some_and(|manifest| manifest.completed_datetime.is_some());
    if completed && done == files {
        return Progress::Done(());
    }
    let manifest = if completed { "completed" } else { "not completed" };
    Progress::NotYet(format!("{done} of {files} files are done, and the manifest is {manifest}"))
}
