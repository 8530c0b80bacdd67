//! The form of a fault.

use sqlx::PgPool;

/// A named defect.
#[derive(Debug)]
pub struct Fault {
    /// Its name in scenario files.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// How it is put in.
    pub strike: Strike,
    /// The ids of the findings that must come of it, as often as they must come.
    pub findings: &'static [&'static str],
}

/// A fault that is put into a migrated database with its tenants.
pub(super) const fn in_database(
    name: &'static str,
    summary: &'static str,
    statements: fn(&Subject) -> String,
    findings: &'static [&'static str],
) -> Fault {
    Fault { name, summary, strike: Strike::Database(statements), findings }
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
    /// The target has the migration run in a database without the extension, by a role that is no superuser.
    MigrateWithoutExtension,
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
    /// The reply is held back longer than the budget allows.
    HoldBack,
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
    /// Its last file is listed in the manifest and not in the archive.
    LeaveOutFile,
    /// It comes again under another uuid, from an operator that does not resend whole days.
    SendTwice,
}

/// Whom and what a fault strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The tenant's schema.
    pub schema: String,
    /// The tenant's org id.
    pub org_id: String,
    /// The role with which Koku works.
    pub owner_role: String,
    /// The table to strike, where the fault strikes one and another one than usual is meant.
    pub table: Option<String>,
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
    /// The statements by which the fault is put in, where it is one of statements.
    #[must_use]
    pub fn statements(&self, subject: &Subject) -> Option<String> {
        match self.strike {
            Strike::EmptyDatabase(statements)
            | Strike::Migrated(statements)
            | Strike::Database(statements)
            | Strike::Provider(statements)
            | Strike::Processed(statements) => Some(statements(subject)),
            Strike::Sources(_) | Strike::Payload(_) | Strike::MigrateWithoutExtension => None,
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
