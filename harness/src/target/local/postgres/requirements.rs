//! What a server must be and have.

use sqlx::{Connection, PgConnection};

use super::super::sql;
use super::error::RequirementError;
use crate::secret::SecretUrl;

/// The oldest server version on which everything here works (`DROP DATABASE … WITH (FORCE)`, trusted extensions).
const OLDEST: u32 = 130_000;
/// What Koku's migrations create. source: measured on Koku 768be82, facts "Koku", §1.
const EXTENSIONS: [&str; 3] = ["pg_stat_statements", "pg_trgm", "uuid-ossp"];

/// A server's version.
pub(super) struct Version {
    /// As the server writes it.
    pub(super) text: String,
    /// As a number: 150018.
    pub(super) number: u32,
}

/// What the role that was given may do, beyond what is needed.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Rights {
    /// Whether it is a superuser.
    pub(in super::super) superuser: bool,
}

/// Asks for the version, and refuses one that is too old.
pub(super) async fn version(session: &mut PgConnection) -> Result<Version, RequirementError> {
    let (text, number): (String, String) =
        sqlx::query_as("SELECT current_setting('server_version'), current_setting('server_version_num')")
            .fetch_one(session)
            .await?;
    supported(text, number.parse().unwrap_or_default())
}

fn supported(text: String, number: u32) -> Result<Version, RequirementError> {
    if number < OLDEST { Err(RequirementError::TooOld(text)) } else { Ok(Version { text, number }) }
}

/// Asks for extensions and rights.
pub(super) async fn judge(session: &mut PgConnection, admin: &SecretUrl) -> Result<Rights, RequirementError> {
    let missing: Vec<String> = sqlx::query_scalar(
        "SELECT wanted FROM unnest($1::text[]) AS wanted \
         WHERE wanted NOT IN (SELECT name FROM pg_available_extensions) ORDER BY wanted",
    )
    .bind(EXTENSIONS.map(str::to_owned).to_vec())
    .fetch_all(&mut *session)
    .await?;
    if !missing.is_empty() {
        return Err(RequirementError::NoExtensions(missing));
    }
    rights(session, admin).await
}

async fn rights(session: &mut PgConnection, admin: &SecretUrl) -> Result<Rights, RequirementError> {
    let (role, superuser, create_databases, create_roles): (String, bool, bool, bool) = sqlx::query_as(
        "SELECT rolname::text, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(session)
    .await?;
    if superuser {
        return Ok(Rights { superuser });
    }
    let name = sql::identifier(&role);
    let mut lacks = Vec::new();
    if !create_databases {
        lacks.push(format!("CREATEDB, to clone databases (a superuser grants it: ALTER ROLE {name} CREATEDB)"));
    }
    if !create_roles {
        lacks.push(format!("CREATEROLE, to make the owner of Koku's database and an observer (a superuser grants it: ALTER ROLE {name} CREATEROLE)"));
    }
    if !statements_in_template(admin).await? {
        lacks.push(
            "SUPERUSER, which pg_stat_statements needs (or a superuser installs it once for new databases: \
             CREATE EXTENSION pg_stat_statements in database template1)"
                .to_owned(),
        );
    }
    if lacks.is_empty() { Ok(Rights { superuser }) } else { Err(RequirementError::NoRights { role, lacks }) }
}

/// Whether databases made from `template1` come with `pg_stat_statements`.
async fn statements_in_template(admin: &SecretUrl) -> Result<bool, RequirementError> {
    let mut session = sql::connect(&admin.with_database("template1")).await?;
    let there = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements')")
        .fetch_one(&mut session)
        .await?;
    session.close().await?;
    Ok(there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_server_that_serves_is_13() {
        assert_eq!(supported("13.0".into(), 130_000).map(|version| version.number).ok(), Some(130_000));
        let refused = supported("12.22".into(), 120_022).map(|version| version.text).expect_err("too old");
        assert_eq!(refused.to_string(), "the server is PostgreSQL 12.22, too old: 13 is the oldest that is supported");
    }
}
