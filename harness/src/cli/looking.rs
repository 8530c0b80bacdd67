//! What `doctor`, `facts` and `judge` share: where they look, how they judge, and how they tell it.

use super::external::{DATABASE, KOKU, read_url};
use super::failure::Failure;
use super::output::{Format, say, tell};
use crate::catalog::Recognised;
use crate::doctor::{CannotLook, Chosen, ClusterPlace, Diagnosis, Knowledge, Place, Seen, look, look_in_cluster};
use crate::exit_code::ExitCode;
use crate::project::Project;
use crate::secret::Secret;
use crate::target::cluster::Connection;
use crate::target::cluster::names::NotRecognised;

/// Where a system is looked at.
#[derive(Debug, clap::Args)]
pub(super) struct Looking {
    /// Koku's database, as a role that can read it: postgres://user:password@host:port/name
    #[arg(
        long,
        value_name = "URL",
        env = "E2E_EXTERNAL_DATABASE_URL",
        hide_env_values = true,
        required_unless_present = "namespace"
    )]
    database_url: Option<Secret<String>>,
    /// Koku's API, without its path; it is asked in the name of each tenant
    #[arg(long, value_name = "URL", env = "E2E_EXTERNAL_KOKU_URL", hide_env_values = true)]
    koku_url: Option<Secret<String>>,
    /// Instead of these: the namespace of a release in a cluster, which is looked at too; both are found there, by port-forward
    #[arg(long, value_name = "NAME", requires = "context")]
    namespace: Option<String>,
    /// The cluster of that namespace, by its context in the kubeconfig
    #[arg(long, value_name = "NAME", env = "E2E_CONTEXT", hide_env_values = true)]
    context: Option<String>,
}

/// How it is judged and told.
#[derive(Debug, clap::Args)]
pub(super) struct Judging {
    /// The profile that the system is of [default: it is recognised from what is there, and told]
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Only this tenant, by its schema or its org id, and what is in the way of every tenant
    #[arg(long, value_name = "SCHEMA|ORG_ID")]
    pub(super) tenant: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Tell on standard error what was judged, also where nothing was found
    #[arg(long, short)]
    verbose: bool,
}

/// What is known of charts and of versions of Koku.
pub(super) fn knowledge() -> Result<Knowledge, Failure> {
    Knowledge::load(&Project::find().fixtures()).map_err(Failure::usage)
}

impl Looking {
    /// Looks.
    pub(super) fn look(
        &self,
        knowledge: &Knowledge,
        profile: Option<&str>,
        tenant: Option<&str>,
    ) -> Result<Seen, Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_tell)?;
        if let (Some(namespace), Some(context)) = (&self.namespace, &self.context) {
            return runtime.block_on(in_cluster(knowledge, context, namespace, profile, tenant));
        }
        let url = |flag, text: &Secret<String>| read_url(flag, text.reveal()).map_err(Failure::usage);
        let database = self.database_url.as_ref().ok_or_else(|| Failure::usage("--database-url is missing"))?;
        let database = url(DATABASE, database)?;
        let given = self.koku_url.as_ref().filter(|text| !text.reveal().is_empty());
        let koku = given.map(|text| url(KOKU, text)).transpose()?;
        let place = Place { database: &database, koku: koku.as_ref().map(crate::secret::SecretUrl::url) };
        Ok(runtime.block_on(look(knowledge, &place, profile, tenant)))
    }
}

/// Looks at a release in a cluster. It changes nothing, so that it needs no mark.
async fn in_cluster(
    knowledge: &Knowledge,
    context: &str,
    namespace: &str,
    profile: Option<&str>,
    tenant: Option<&str>,
) -> Result<Seen, Failure> {
    let connection = Connection::open(None, context).await.map_err(Failure::usage)?;
    connection.version().await.map_err(Failure::could_not_tell)?;
    let client = connection.client().map_err(Failure::could_not_tell)?;
    let place = ClusterPlace { client, namespace: namespace.to_owned() };
    look_in_cluster(knowledge, &place, profile, tenant).await.map_err(|error| match error {
        CannotLook::NotRecognised(NotRecognised::NotListed(error)) => Failure::could_not_tell(error),
        error => Failure::usage(error),
    })
}

/// Tells a diagnosis: findings on standard output, all else on standard error.
pub(super) fn tell_diagnosis(diagnosis: &Diagnosis, judging: &Judging) -> Result<ExitCode, Failure> {
    match &diagnosis.chosen {
        Some(chosen @ Chosen::Recognised { .. }) => tell(&format!("note: {chosen}")),
        Some(chosen) if judging.verbose => tell(&format!("note: {chosen}")),
        _ => {}
    }
    if let Some(version @ Recognised::Unknown(_)) = &diagnosis.version {
        tell(&format!("note: {version}; its structure is judged by the template schema and by the other tenants"));
    }
    if judging.verbose && diagnosis.chosen.is_some() {
        tell(&format!("note: {}", diagnosis.scope_line()));
        for (check, why) in diagnosis.not_applying() {
            tell(&format!("note: {check} does not apply: {why}"));
        }
    }
    match judging.format {
        Format::Human => {
            let text = diagnosis.to_text();
            if !text.is_empty() {
                say(&text);
            }
        }
        Format::Json => say(&diagnosis.to_json().map_err(Failure::could_not_tell)?),
    }
    for unobserved in &diagnosis.unobserved {
        tell(&format!("error: could not observe {}: {}", unobserved.what, unobserved.why));
    }
    Ok(diagnosis.exit_code())
}
