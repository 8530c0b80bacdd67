//! A look that is broken off: the schema vanishes, the server goes away, TLS is demanded.

use std::process::Stdio;
use std::time::Duration;

use harness::observer::database::DatabaseObserver;
use harness::secret::SecretUrl;
use harness::wait::{Progress, Wait};
use libtest_mimic::Trial;
use sqlx::{Connection, Executor, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::state_folder::run;
use crate::{assert_seen, doctor, done, healthy, system, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("broken_off::a_schema_that_vanishes_while_it_is_read", vanishing_schema),
        trial("broken_off::a_server_that_goes_away_half_way", lost_connection),
        trial("broken_off::a_server_that_demands_tls", demanded_tls),
    ]
}

/// Longer than a look takes to reach a lock.
const REACHED: Duration = Duration::from_mins(1);

fn vanishing_schema() {
    let database = healthy("cost-mgmt");
    let name = database.url().path().trim_start_matches('/').to_owned();
    let admin = system::host().admin.with_database(&name);
    let output = run(async {
        let mut session = PgConnection::connect(admin.reveal()).await.expect("a session");
        session.execute("BEGIN; DROP SCHEMA org1234567 CASCADE").await.expect("dropped, unless it is taken back");
        let mut command = doctor(&database, &["--profile", "cost-mgmt"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let onlooker = DatabaseObserver::connect(&admin).await.expect("a session");
        let query = "SELECT pid::text FROM pg_stat_activity WHERE application_name = 'e2e-validate observer' \
                     AND datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = async || match onlooker.texts("sessions", query).await {
            Ok(waiting) if waiting.is_empty() => Progress::NotYet("it looks".to_owned()),
            Ok(_) => Progress::Done(()),
            Err(error) => Progress::Never(error.to_string()),
        };
        Wait::new("doctor to meet the lock", REACHED).until(waiting).await.expect("it meets the lock");
        onlooker.close().await;
        session.execute("COMMIT").await.expect("gone");
        child.wait_with_output().expect("it ends")
    });
    assert_eq!(output.status.code(), Some(3));
    assert_seen("vanished", &crate::command::shown(&output));
}

fn lost_connection() {
    let database = healthy("cost-mgmt");
    let output = run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = at(&database, &listener);
        let behind = format!("127.0.0.1:{}", database.url().port().expect("a port"));
        let command = tokio::task::spawn_blocking(move || done(&mut doctor(&url, &["--profile", "cost-mgmt"])));
        let (mut client, _) = listener.accept().await.expect("a client");
        let mut server = TcpStream::connect(behind).await.expect("the server");
        pass_until(&mut client, &mut server, b"django_migrations").await;
        drop((client, server));
        command.await.expect("it ends")
    });
    assert_eq!(output.status.code(), Some(3));
    assert_seen("lost", &crate::command::shown(&output));
}

/// The same database, at another address.
fn at(database: &SecretUrl, listener: &TcpListener) -> SecretUrl {
    let mut url = database.url().clone();
    url.set_ip_host(listener.local_addr().expect("an address").ip()).expect("a host");
    url.set_port(Some(listener.local_addr().expect("an address").port())).expect("a host");
    url.set_query(Some("sslmode=prefer"));
    url.into()
}

/// Passes on what both sides say, until the client says these words.
async fn pass_until(client: &mut TcpStream, server: &mut TcpStream, words: &[u8]) {
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let said = &asked[..read.expect("the client speaks")];
                if said.windows(words.len()).any(|window| window == words) {
                    return;
                }
                server.write_all(said).await.expect("passed on");
            }
            read = server.read(&mut answered) => {
                client.write_all(&answered[..read.expect("the server speaks")]).await.expect("passed back");
            }
        }
    }
}

/// What a server says whose `pg_hba.conf` lets only encrypted sessions in, and that has no certificate.
fn demanded_tls() {
    let database = system::database(&system::profile("cost-mgmt"));
    let output = run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = at(&database, &listener);
        let command = tokio::task::spawn_blocking(move || done(&mut doctor(&url, &["--profile", "cost-mgmt"])));
        let (mut client, _) = listener.accept().await.expect("a client");
        let mut asked = vec![0; 1024];
        // First it asks for TLS, which is denied; then it says who it is.
        assert_eq!(client.read(&mut asked).await.expect("a request"), 8);
        client.write_all(b"N").await.expect("answered");
        let _ = client.read(&mut asked).await.expect("a start-up message");
        let message = "no pg_hba.conf entry for host \"127.0.0.1\", user \"koku\", database \"koku\", no encryption";
        let fields = format!("SFATAL\0VFATAL\0C28000\0M{message}\0\0");
        let length = u32::try_from(fields.len() + 4).expect("short").to_be_bytes();
        client.write_all(&[b"E", &length[..], fields.as_bytes()].concat()).await.expect("refused");
        drop(client);
        command.await.expect("it ends")
    });
    assert_eq!(output.status.code(), Some(3));
    assert_seen("tls_demanded", &crate::command::shown(&output));
}
