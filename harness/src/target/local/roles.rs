//! The roles beside the superuser: the owner of Koku's databases, and the observer, who can only read.

use sqlx::{Connection, PgConnection};

use super::machine::machine;
use super::record::{Record, Role};
use super::sql::{execute, identifier, literal};
use super::state::State;
use super::{name, sql};
use crate::secret::SecretUrl;

/// The owner of Koku's database. source: measured on Koku 768be82, facts "Charts", §1.
const OWNER: &str = "koku";
/// The role of database observers.
const OBSERVER: &str = "e2e_observer";
/// The first version with a role that may read everything.
const READ_ALL_SINCE: u32 = 140_000;

/// Why the roles could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the roles {owner} and {observer} cannot be made")]
pub struct RolesError {
    owner: String,
    observer: String,
    source: sqlx::Error,
}

/// Owner and observer.
pub(super) struct Roles {
    pub(super) owner: Role,
    pub(super) observer: Role,
}

/// Makes both. On a given server they carry the token in their names, since a role `koku` there is not ours to change, and
/// a comment by which they are found again with all that they own.
pub(super) async fn make(
    admin: &SecretUrl,
    state: &State,
    record: &Record,
    version: u32,
    superuser: bool,
) -> Result<Roles, RolesError> {
    let suffix = if record.given.is_some() { format!("_{}", record.token) } else { String::new() };
    let owner_name = if record.given.is_some() { format!("e2e_{OWNER}{suffix}") } else { OWNER.to_owned() };
    let roles = Roles {
        owner: Role { name: owner_name, password: name::password() },
        observer: Role { name: format!("{OBSERVER}{suffix}"), password: name::password() },
    };
    let read_all = superuser && version >= READ_ALL_SINCE;
    match carry_out(admin, &statements(&roles, &mark(state), read_all)).await {
        Ok(()) => Ok(roles),
        Err(source) => Err(RolesError { owner: roles.owner.name, observer: roles.observer.name, source }),
    }
}

/// The comment on roles of ours: whose they are.
pub(super) fn mark(state: &State) -> String {
    format!("made by e2e-validate for {} on {}", state.folder().display(), machine())
}

fn statements(roles: &Roles, mark: &str, read_all: bool) -> Vec<String> {
    let (owner, observer) = (identifier(&roles.owner.name), identifier(&roles.observer.name));
    let mut statements = Vec::new();
    for (name, role) in [(&owner, &roles.owner), (&observer, &roles.observer)] {
        statements.push(format!("CREATE ROLE {name} LOGIN PASSWORD {}", literal(&role.password)));
        statements.push(format!("COMMENT ON ROLE {name} IS {}", literal(mark)));
    }
    statements.push(format!("ALTER ROLE {observer} SET default_transaction_read_only = on"));
    // Without the role that reads everything, only the owner sees all; the session is read-only in any case.
    let reader = if read_all { "pg_read_all_data" } else { &owner };
    statements.push(format!("GRANT {reader} TO {observer}"));
    // One who is no superuser may give a database only to a role that it is a member of, and end the sessions only of such
    // roles.
    statements.push(format!("GRANT {owner}, {observer} TO CURRENT_USER"));
    statements
}

/// All or nothing: a role without its mark would never be found again.
async fn carry_out(admin: &SecretUrl, statements: &[String]) -> Result<(), sqlx::Error> {
    let mut session = sql::connect(admin).await?;
    let mut transaction = session.begin().await?;
    for statement in statements {
        execute(&mut transaction, statement.clone()).await?;
    }
    transaction.commit().await?;
    session.close().await
}

/// What was removed from a given server.
#[derive(Default)]
pub(super) struct Cleared {
    pub(super) databases: Vec<String>,
    pub(super) roles: Vec<String>,
}

/// Drops the roles with this mark and every database that they own.
pub(super) async fn clear(admin: &SecretUrl, mark: &str) -> Result<Cleared, sqlx::Error> {
    let mut session = sql::connect(admin).await?;
    let mut cleared = Cleared::default();
    let databases: Vec<String> = sqlx::query_scalar(
        "SELECT d.datname::text FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba \
         WHERE shobj_description(r.oid, 'pg_authid') = $1 ORDER BY 1",
    )
    .bind(mark)
    .fetch_all(&mut session)
    .await?;
    for database in databases {
        drop_database(&mut session, &database).await?;
        cleared.databases.push(database);
    }
    let roles: Vec<String> = sqlx::query_scalar(
        "SELECT rolname::text FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = $1 ORDER BY 1",
    )
    .bind(mark)
    .fetch_all(&mut session)
    .await?;
    for role in roles {
        execute(&mut session, format!("DROP ROLE IF EXISTS {}", identifier(&role))).await?;
        cleared.roles.push(role);
    }
    session.close().await?;
    Ok(cleared)
}

/// Drops a database whatever its state, with the sessions in it.
pub(super) async fn drop_database(session: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    let quoted = identifier(name);
    let template: Option<bool> = sqlx::query_scalar("SELECT datistemplate FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_optional(&mut *session)
        .await?;
    if template == Some(true) {
        execute(session, format!("ALTER DATABASE {quoted} IS_TEMPLATE false")).await?;
    }
    execute(session, format!("DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")).await
}
