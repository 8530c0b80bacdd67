//! What `doctor`, `facts` and `judge` share: where they look, how they judge, and how they tell it.

use super::external::{DATABASE, KOKU, read_url};
use super::failure::Failure;
use super::output::{Format, say, tell};
use crate::catalog::Recognised;
use crate::doctor::{Chosen, Diagnosis, Knowledge, Place, Seen, look};
use crate::exit_code::ExitCode;
use crate::project::Project;
use crate::secret::Secret;

/// Where a system is looked at.
#[derive(Debug, clap::Args)]
pub(super) struct Looking {
    /// Koku's database, as a role that can read it: postgres://user:password@host:port/name
    #[arg(long, value_name = "URL", env = "E2E_EXTERNAL_DATABASE_URL", hide_env_values = true)]
    database_url: Secret<String>,
    /// Koku's API, without its path; it is asked in the name of each tenant
    #[arg(long, value_name = "URL", env = "E2E_EXTERNAL_KOKU_URL", hide_env_values = true)]
    koku_url: Option<Secret<String>>,
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
        let url = |flag, text: &Secret<String>| read_url(flag, text.reveal()).map_err(Failure::usage);
        let database = url(DATABASE, &self.database_url)?;
        let given = self.koku_url.as_ref().filter(|text| !text.reveal().is_empty());
        let koku = given.map(|text| url(KOKU, text)).transpose()?;
        let place = Place { database: &database, koku: koku.as_ref().map(crate::secret::SecretUrl::url) };
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_tell)?;
        Ok(runtime.block_on(look(knowledge, &place, profile, tenant)))
    }
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
