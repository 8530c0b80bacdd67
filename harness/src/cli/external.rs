//! What is said of a system that runs already: by flags, by the environment, or in a file; a flag wins over the environment, and that over
//! the file. Also for other commands that ask such a system.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::builder::BoolishValueParser;
use serde::Deserialize;
use url::Url;

use super::failure::Failure;
use crate::profile::{Profile, SourcesDialect};
use crate::scenario::plan::GivenTenant;
use crate::secret::{NotAUrl, Secret, SecretUrl};
use crate::target::external::System;
use crate::yaml::Source;

/// What is said of a system that runs already.
///
/// The names in the environment are not those of the local target: `E2E_DATABASE_URL` names a server where databases are made and
/// dropped, which must never be meant by mistake.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "A system that runs already (--target external)")]
pub(super) struct SystemArguments {
    /// A YAML file with any of these, and `profile`, as keys, such as `koku-url: http://localhost:8000`
    #[arg(long, value_name = "FILE", env = "E2E_EXTERNAL_SYSTEM", hide_env_values = true)]
    system: Option<PathBuf>,
    /// Koku's database: postgres://user:password@host:port/name
    #[arg(long, value_name = "URL", env = "E2E_EXTERNAL_DATABASE_URL", hide_env_values = true)]
    database_url: Option<Secret<String>>,
    /// Koku's API, without its path
    #[arg(long, value_name = "URL", env = "E2E_EXTERNAL_KOKU_URL", hide_env_values = true)]
    koku_url: Option<Secret<String>>,
    /// The Sources API, without its path [default: Koku's API, where Koku serves it itself]
    #[arg(long, value_name = "URL", env = "E2E_EXTERNAL_SOURCES_URL", hide_env_values = true)]
    sources_url: Option<Secret<String>>,
    /// The ingress, without its path
    #[arg(long, value_name = "URL", env = "E2E_EXTERNAL_UPLOAD_URL", hide_env_values = true)]
    upload_url: Option<Secret<String>>,
    /// The org id of the tenant that is there already [default: the profile's]
    #[arg(long, value_name = "ORG_ID", env = "E2E_EXTERNAL_ORG", hide_env_values = true)]
    org: Option<String>,
    /// That tenant's account number [default: none is sent]
    #[arg(long, value_name = "NUMBER", env = "E2E_EXTERNAL_ACCOUNT_NUMBER", hide_env_values = true)]
    account_number: Option<String>,
    /// The user who acts for that tenant [default: one of the run's own]
    #[arg(long, value_name = "NAME", env = "E2E_EXTERNAL_USER_NAME", hide_env_values = true)]
    user_name: Option<String>,
    /// The system, or the cluster of --context, is mine to test: it may be acted on
    #[arg(long, env = "E2E_EXTERNAL_I_OWN_THIS_SYSTEM", hide_env_values = true, value_parser = BoolishValueParser::new())]
    i_own_this_system: bool,
}

/// The same, as it stands in a file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    profile: Option<String>,
    database_url: Option<String>,
    koku_url: Option<String>,
    sources_url: Option<String>,
    upload_url: Option<String>,
    org: Option<String>,
    account_number: Option<String>,
    user_name: Option<String>,
    #[serde(default)]
    i_own_this_system: bool,
}

/// What is said of a system, from all places.
#[derive(Debug)]
pub(super) struct Settings {
    /// Its profile, where the file names one.
    pub(super) profile: Option<String>,
    /// The tenant that it has already.
    pub(super) tenant: GivenTenant,
    database: Option<SecretUrl>,
    koku: Option<Url>,
    sources: Option<Url>,
    upload: Option<Url>,
    owned: bool,
}

/// A setting that cannot be read. What was given is not repeated, since it may hold a password.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnreadableSetting {
    #[error("--{0} cannot be read")]
    NoUrl(&'static str, #[source] NotAUrl),
    #[error("--{flag} speaks {found:?}, not {expected}")]
    OtherScheme { flag: &'static str, found: String, expected: &'static str },
    #[error("cannot read {}", .0.display())]
    NoFile(PathBuf, #[source] std::io::Error),
}

pub(super) const DATABASE: &str = "database-url";
pub(super) const KOKU: &str = "koku-url";
const SOURCES: &str = "sources-url";
const UPLOAD: &str = "upload-url";

impl SystemArguments {
    /// What is said, the nearest word first: flag, environment, file. An empty text says nothing.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let written = match &self.system {
            Some(file) if !file.as_os_str().is_empty() => written(file)?,
            _ => Written::default(),
        };
        let url = |flag, said: &Option<Secret<String>>, written| {
            let text = said.as_ref().map(|text| text.reveal().clone()).filter(|text| !text.is_empty()).or(written);
            text.map(|text| read_url(flag, &text)).transpose().map_err(Failure::usage)
        };
        let text = |said: &Option<String>, written| said.clone().filter(|text| !text.is_empty()).or(written);
        let plain = |url: Option<SecretUrl>| url.map(|url| url.url().clone());
        Ok(Settings {
            profile: written.profile,
            tenant: GivenTenant {
                org_id: text(&self.org, written.org),
                account_number: text(&self.account_number, written.account_number),
                user_name: text(&self.user_name, written.user_name),
            },
            database: url(DATABASE, &self.database_url, written.database_url)?,
            koku: plain(url(KOKU, &self.koku_url, written.koku_url)?),
            sources: plain(url(SOURCES, &self.sources_url, written.sources_url)?),
            upload: plain(url(UPLOAD, &self.upload_url, written.upload_url)?),
            owned: self.i_own_this_system || written.i_own_this_system,
        })
    }
}

fn written(file: &Path) -> Result<Written, Failure> {
    let source =
        Source::read(file).map_err(|error| Failure::usage(UnreadableSetting::NoFile(file.to_owned(), error)))?;
    source.parse(&[]).map_err(|wrong| Failure::usage(wrong.to_string()))
}

pub(super) fn read_url(flag: &'static str, text: &str) -> Result<SecretUrl, UnreadableSetting> {
    let url = SecretUrl::parse(text).map_err(|error| UnreadableSetting::NoUrl(flag, error))?;
    let (known, expected): (&[&str], _) = match flag {
        DATABASE => (&["postgres", "postgresql"], "PostgreSQL (postgres://user:password@host:port/name)"),
        _ => (&["http", "https"], "HTTP (http://host:port)"),
    };
    if known.contains(&url.url().scheme()) {
        return Ok(url);
    }
    Err(UnreadableSetting::OtherScheme { flag, found: url.url().scheme().to_owned(), expected })
}

impl SystemArguments {
    /// Whether a flag or the environment calls it one's own.
    pub(super) const fn owned(&self) -> bool {
        self.i_own_this_system
    }
}

impl Settings {
    /// The system, as this profile describes it; an error lists all that is missing.
    pub(super) fn system(self, profile: Option<&Profile>) -> Result<System, Missing> {
        let koku_serves_sources = profile.is_some_and(|profile| profile.sources_dialect == SourcesDialect::Koku);
        let sources = self.sources.or_else(|| self.koku.clone().filter(|_| koku_serves_sources));
        let mut missing = Vec::new();
        if profile.is_none() {
            missing.push("profile");
        }
        let needed = [
            (DATABASE, self.database.is_none()),
            (KOKU, self.koku.is_none()),
            (SOURCES, sources.is_none() && !koku_serves_sources),
            (UPLOAD, self.upload.is_none()),
        ];
        missing.extend(needed.iter().filter(|(_, is_missing)| *is_missing).map(|(flag, _)| *flag));
        match (profile, self.database, self.koku, sources, self.upload) {
            (Some(profile), Some(database), Some(koku), Some(sources), Some(upload)) => {
                let (profile, tenant, owned) = (profile.name.clone(), self.tenant, self.owned);
                Ok(System { database, koku, sources, upload, profile, tenant, owned })
            }
            _ => Err(Missing(missing)),
        }
    }
}

/// What must be known of a system and was not said.
#[derive(Debug)]
pub(super) struct Missing(Vec<&'static str>);

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "target external must know more of the system that runs already:")?;
        for flag in &self.0 {
            let what = match *flag {
                DATABASE => "Koku's database, as postgres://user:password@host:port/name",
                KOKU => "where Koku's API answers, as http://host:port",
                SOURCES => "where the Sources API answers; where Koku serves it itself, it is Koku's API",
                UPLOAD => "where the ingress takes payloads",
                _ => "how the system behaves, by the name of one profile",
            };
            write!(formatter, "\n  --{flag:<13} {what}")?;
            if *flag != "profile" {
                write!(
                    formatter,
                    "\n    or in the environment E2E_EXTERNAL_{}",
                    flag.to_uppercase().replace('-', "_")
                )?;
            }
            write!(formatter, "\n    or in the file of --system `{flag}: …`")?;
        }
        Ok(())
    }
}

impl std::error::Error for Missing {}
