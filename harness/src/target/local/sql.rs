//! Sessions, and quoting for the statements that take no parameters.

use std::io;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

use crate::secret::SecretUrl;

/// How long a server may take to open a session. One that is swamped by a whole test run takes a second.
const CONNECT_ALLOWED: Duration = Duration::from_secs(15);

/// Opens a session whose statements are never logged, since some of them hold a password.
pub(super) async fn connect(url: &SecretUrl) -> Result<PgConnection, sqlx::Error> {
    let options =
        PgConnectOptions::from_str(url.reveal())?.application_name("e2e-validate").disable_statement_logging();
    within(CONNECT_ALLOWED, PgConnection::connect_with(&options)).await
}

/// Bounds an opening: a port that takes connections and never says a word would hold it up for good.
async fn within<T>(allowed: Duration, opening: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    let silent = || io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} s", allowed.as_secs_f64()));
    tokio::time::timeout(allowed, opening).await.unwrap_or_else(|_| Err(silent().into()))
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

    #[tokio::test]
    async fn a_port_that_never_answers_does_not_hold_up_for_good() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = silent.local_addr().expect("an address").port();
        let options = PgConnectOptions::new().host("127.0.0.1").port(port);
        let opened = within(Duration::from_millis(50), PgConnection::connect_with(&options)).await;
        assert!(opened.expect_err("nobody answers").to_string().contains("no answer within 0.05 s"));
    }

    #[test]
    fn quotes_do_not_end_what_they_quote() {
        assert_eq!(identifier("a\";drop"), "\"a\"\";drop\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\'b"), r"E'a\\''b'");
    }
}
