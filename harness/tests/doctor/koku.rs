//! With `--koku-url`: Koku's API is asked in the name of each tenant.

use std::process::Output;

use libtest_mimic::Trial;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::state_folder::run;
use crate::system::RunningSystem;
use crate::{assert_seen, doctor, done, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("koku::a_healthy_system_is_silent", healthy_system),
        trial("koku::an_api_that_refuses_a_tenant_is_a_finding", refusing),
        trial("koku::an_api_that_cannot_be_reached_could_not_be_observed", unreachable),
    ]
}

const SILENT: &str = "exit code: 0\n----- stdout -----\n\n----- stderr -----\n";

fn healthy_system() {
    for profile in ["cost-mgmt", "cost-onprem"] {
        let system = RunningSystem::of_profile(profile);
        let output = done(&mut doctor(&system.database, &["--profile", profile, "--koku-url", &system.koku]));
        assert_eq!(crate::command::shown(&output), SILENT, "{profile}");
    }
}

/// Answers each request with 200 where it asks for the status, and with this elsewhere.
async fn serve(listener: TcpListener, answer: &str) {
    while let Ok((mut client, _)) = listener.accept().await {
        let mut asked = vec![0; 16 * 1024];
        let read = client.read(&mut asked).await.expect("a request");
        let is_status = asked[..read].starts_with(b"GET /api/cost-management/v1/status/");
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
        client.write_all(if is_status { ok } else { answer }.as_bytes()).await.expect("answered");
    }
}

fn asked_of(answer: &'static str) -> Output {
    let database = crate::healthy("cost-mgmt");
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let served = tokio::spawn(serve(listener, answer));
        let command = tokio::task::spawn_blocking(move || {
            done(&mut doctor(&database, &["--profile", "cost-mgmt", "--koku-url", &url]))
        });
        let output = command.await.expect("it ends");
        served.abort();
        output
    })
}

fn refusing() {
    let fails =
        "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 22\r\nconnection: close\r\n\r\n<h1>Server Error</h1>\n";
    let output = asked_of(fails);
    assert_eq!(output.status.code(), Some(1));
    assert_seen("koku_refuses", &crate::command::shown(&output));
    let page = "HTTP/1.1 200 OK\r\ncontent-length: 12\r\nconnection: close\r\n\r\n<h1>Login...";
    let output = asked_of(page);
    assert_eq!(output.status.code(), Some(1));
    assert_seen("koku_answers_a_page", &crate::command::shown(&output));
}

fn unreachable() {
    let database = crate::healthy("cost-mgmt");
    let arguments = ["--profile", "cost-mgmt", "--koku-url", "http://127.0.0.1:1"];
    let output = done(&mut doctor(&database, &arguments));
    assert_eq!(output.status.code(), Some(3));
    assert_seen("koku_unreachable", &crate::command::shown(&output));
}
