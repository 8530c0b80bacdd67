//! Sessions, and quoting for the statements that take no parameters.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

use crate::secret::SecretUrl;

/// Opens a session whose statements are never logged, since some of them hold a password.
pub(super) async fn connect(url: &SecretUrl) -> Result<PgConnection, sqlx::Error> {
    let options =
        PgConnectOptions::from_str(url.reveal())?.application_name("e2e-validate").disable_statement_logging();
    PgConnection::connect_with(&options).await
}

/// Carries out one statement that was put together from quoted parts.
pub(super) async fn execute(session: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    session.execute(AssertSqlSafe(statement)).await.map(|_| ())
}

/// A name as SQL wants it.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL wants it, whatever `standard_conforming_strings` says.
pub(super) fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if doubled.contains('\\') { format!("E'{}'", doubled.replace('\\', "\\\\")) } else { format!("'{doubled}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_do_not_end_what_they_quote() {
        assert_eq!(identifier("a\";drop"), "\"a\"\";drop\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\'b"), r"E'a\\''b'");
    }
}
