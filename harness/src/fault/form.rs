//! The form of a fault.

use serde::{Serialize, Serializer};
use sqlx::PgPool;

use super::subject::{Aim, FaultPlace, Setting, Subject};
use super::trouble::Trouble;
use crate::check::Capabilities;
use crate::profile::{Budgets, TenantMaker};

/// A named defect.
#[derive(Debug)]
pub struct Fault {
    /// Its name in scenario files.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// How it is put in.
    pub strike: Strike,
    /// Whom it strikes.
    pub aim: Aim,
    /// What of the struck can be chosen; where nothing is chosen, the fault has its usual choice.
    pub choices: &'static [Setting],
    /// The ids of the findings that must come of it, as often as they must come.
    pub findings: &'static [&'static str],
}

/// There is one fault of a name.
impl PartialEq for Fault {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Fault {}

/// In a plan a fault is its name.
impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// A fault that strikes one tenant in a migrated database with its tenants.
pub(super) const fn in_database(
    name: &'static str,
    summary: &'static str,
    statements: fn(&Subject) -> String,
    findings: &'static [&'static str],
) -> Fault {
    Fault { name, summary, strike: Strike::Database(statements), aim: Aim::Tenant, choices: &[], findings }
}

/// A fault that strikes what all tenants share, in a migrated database.
pub(super) const fn in_system(
    name: &'static str,
    summary: &'static str,
    statements: fn(&Subject) -> String,
    findings: &'static [&'static str],
) -> Fault {
    Fault { aim: Aim::System, ..in_database(name, summary, statements, findings) }
}

/// How a fault is put in.
#[derive(Debug, Clone, Copy)]
pub enum Strike {
    /// Statements in an empty database, before `install`.
    EmptyDatabase(fn(&Subject) -> String),
    /// Statements in a migrated database in which no tenant is yet.
    Migrated(fn(&Subject) -> String),
    /// Statements in a migrated database with its tenants.
    Database(fn(&Subject) -> String),
    /// Statements in a migrated database whose tenants have their providers.
    Provider(fn(&Subject) -> String),
    /// Statements in a database whose tenant has a provider with a payload that was processed.
    Processed(fn(&Subject) -> String),
    /// What is done wrong with a payload on its way.
    Payload(PayloadStrike),
    /// Requests to the Sources API.
    Sources(SourcesStrike),
    /// What services of the system are made to do wrong.
    Answers(Answers),
    /// A value of the chart, or how it is installed.
    Chart(ChartStrike),
    /// The target has the migration run in a database without the extension, by a role that is no superuser.
    MigrateWithoutExtension,
    /// The same, and a superuser makes the extension afterwards: the migration stands where it stopped.
    StopMigration,
}

/// How an installation is made to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartStrike {
    /// By the values that the profile names for the fault.
    Values,
    /// By a claim that an earlier installation has left.
    OldClaim,
    /// By having Helm wait for the workloads before it runs the hooks that come after them.
    Wait,
}

/// What services are made to do wrong.
#[derive(Debug, Clone, Copy)]
pub struct Answers {
    /// What, by what a profile allows each wait: delays are multiples of that.
    pub troubles: fn(&Budgets) -> Vec<Trouble>,
    /// Whether it is about events, which only a Sources API that is a system of its own raises.
    pub needs_events: bool,
    /// Whether it is about what Koku's API answers each tenant, which a run of phases does not ask and `doctor` does.
    pub at_koku: bool,
    /// What stands in the error, where nothing can be known of the struck, so that nothing is found.
    pub error: Option<&'static str>,
}

/// What is done wrong at the Sources API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourcesStrike {
    /// The source is asked for without a name, which the API refuses.
    Nameless,
    /// The application is deleted after the source was made.
    ForgetApplication,
    /// Another new org's source is asked for at the same moment.
    AtOnce,
}

/// What is done wrong with a payload on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadStrike {
    /// It is sent by an identity without an org, which the ingress refuses.
    SendAsNobody,
    /// The ingress takes it in, and Koku never hears of it.
    LoseAnnouncement,
    /// Its first file has a column that no report has.
    AddColumn,
    /// Its last file lacks a column that every report of its kind has.
    DropColumn,
    /// Its last file is listed in the manifest and not in the archive.
    LeaveOutFile,
    /// Its archive is cut in half.
    CutArchive,
    /// Koku hears of it twice.
    AnnounceTwice,
    /// The worker dies when it has processed the first of the files.
    StopAfterFirstFile,
    /// The worker dies when it has processed all files, before the summary.
    StopBeforeSummary,
    /// Reports are asked before it comes in, by a Koku whose cache the worker does not empty.
    KeepOldReports,
    /// It comes again under another uuid, from an operator that does not resend whole days.
    SendTwice,
}

/// A fault that could not be put in.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// The database refused it.
    #[error("fault {fault} could not be put in")]
    Refused {
        /// The fault.
        fault: &'static str,
        /// In the server's words.
        source: sqlx::Error,
    },
    /// It is not one of statements.
    #[error("fault {fault} is not put in by statements: the installer or a driver has to bring it about")]
    NotStatements {
        /// The fault.
        fault: &'static str,
    },
}

impl Fault {
    /// Where it stands among the phases of a scenario; `None` where no phase can put it in.
    #[must_use]
    pub const fn place(&self) -> Option<FaultPlace> {
        match (self.strike, self.aim) {
            (
                Strike::EmptyDatabase(_) | Strike::Chart(_) | Strike::MigrateWithoutExtension | Strike::StopMigration,
                _,
            ) => Some(FaultPlace::BeforeInstall),
            (Strike::Migrated(_), _) => Some(FaultPlace::BeforeTenant),
            (Strike::Answers(answers), _) if answers.at_koku => None,
            (Strike::Database(_), Aim::System) | (Strike::Answers(_), _) => Some(FaultPlace::BehindInstall),
            (Strike::Database(_), _) | (Strike::Provider(_), Aim::TwoTenants) => Some(FaultPlace::BehindTenant),
            (Strike::Provider(_), _) => Some(FaultPlace::BehindProvider),
            (Strike::Processed(_), _) => Some(FaultPlace::BehindData),
            (Strike::Payload(strike), _) if strike.is_of_sender() => Some(FaultPlace::BehindProvider),
            (Strike::Sources(_) | Strike::Payload(_), _) => None,
        }
    }

    /// Whether it changes what the migration meets, so that the migration must truly run and no migrated database may be
    /// put in place.
    #[must_use]
    pub const fn changes_migration(&self) -> bool {
        matches!(self.strike, Strike::MigrateWithoutExtension | Strike::StopMigration)
    }

    /// What a scenario may say of it: what names the struck, and what of it can be chosen.
    pub fn settings(&self) -> impl Iterator<Item = Setting> {
        self.aim.needs().iter().chain(self.choices).copied()
    }

    /// The statements by which the fault is put in, where it is one of statements.
    #[must_use]
    pub fn statements(&self, subject: &Subject) -> Option<String> {
        match self.strike {
            Strike::EmptyDatabase(statements)
            | Strike::Migrated(statements)
            | Strike::Database(statements)
            | Strike::Provider(statements)
            | Strike::Processed(statements) => Some(statements(subject)),
            Strike::Sources(_)
            | Strike::Payload(_)
            | Strike::Answers(_)
            | Strike::Chart(_)
            | Strike::MigrateWithoutExtension
            | Strike::StopMigration => None,
        }
    }

    /// What services are made to do wrong, where the fault is of that kind; delays are multiples of these budgets.
    #[must_use]
    pub fn troubles(&self, budgets: &Budgets) -> Option<Vec<Trouble>> {
        self.answers().map(|answers| (answers.troubles)(budgets))
    }

    /// What stands in the error that must come of it, where nothing can be known of the struck.
    #[must_use]
    pub fn error(&self) -> Option<&'static str> {
        self.answers().and_then(|answers| answers.error)
    }

    /// Whether it can come to anything on a chart with these capabilities, as far as its kind says.
    #[must_use]
    pub fn fits(&self, capabilities: Capabilities) -> bool {
        match self.strike {
            Strike::Answers(answers) => !answers.needs_events || capabilities.source_applications,
            Strike::Chart(_) => capabilities.in_cluster,
            Strike::Sources(SourcesStrike::AtOnce) => capabilities.tenant_maker == TenantMaker::FirstSource,
            _ => true,
        }
    }

    fn answers(&self) -> Option<&Answers> {
        match &self.strike {
            Strike::Answers(answers) => Some(answers),
            _ => None,
        }
    }

    /// Puts the fault in through an administrator's session, all of it or nothing.
    pub async fn put_in(&self, administrator: &PgPool, subject: &Subject) -> Result<(), FaultError> {
        let statements = self.statements(subject).ok_or(FaultError::NotStatements { fault: self.name })?;
        // Statements that are sent as one message are one transaction.
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
            .execute(administrator)
            .await
            .map_err(|source| FaultError::Refused { fault: self.name, source })?;
        Ok(())
    }
}
