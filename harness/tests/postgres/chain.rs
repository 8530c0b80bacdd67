//! Which provider serves, and what is said when none does.

use std::path::PathBuf;

use harness::run_id::RunId;
use harness::target::local::postgres::{
    ContainerError, EmbeddedError, PassedOver, Provenance, Provider, ProviderError, RequirementError,
};
use harness::target::local::{Options, Server, ServerError};
use libtest_mimic::Trial;

use crate::holder::{End, Holder};
use crate::support::{StateFolder, assert_snapshot, explained, options, run, trial};

pub(crate) fn trials() -> Vec<Trial> {
    let engine_asked = options().pin == Some(Provider::Docker);
    vec![
        trial("chain::settings_that_cannot_be_read_are_named", settings_that_cannot_be_read_are_named),
        trial("chain::none_serves_tells_what_each_lacks", none_serves_tells_what_each_lacks),
        trial("chain::a_provenance_tells_who_was_passed_over", a_provenance_tells_who_was_passed_over),
        trial("chain::the_environment_decides_the_provider", the_environment_decides_the_provider),
        trial("chain::a_pinned_provider_is_never_replaced", a_pinned_provider_is_never_replaced),
        trial("chain::the_archive_is_fetched_once", the_archive_is_fetched_once),
        trial("chain::the_engine_serves_when_pinned", the_engine_serves_when_pinned).with_ignored_flag(!engine_asked),
    ]
}

fn settings_that_cannot_be_read_are_named() {
    let cases = [
        ("E2E_POSTGRES", "podman"),
        ("E2E_DATABASE_URL", "hunter2"),
        ("E2E_DATABASE_URL", "mysql://koku:hunter2@db/koku"),
        ("E2E_KEEP", "yes"),
        ("E2E_REAPER_DELAY_MS", "3s"),
    ];
    let lines = cases.map(|(variable, value)| {
        let read = |name: &str| (name == variable).then(|| value.to_owned());
        explained(&Options::read(RunId::new(chrono::Utc::now()), read).expect_err("unreadable"))
    });
    assert_snapshot("settings", &lines.join("\n"));
}

fn none_serves_tells_what_each_lacks() {
    let missing: [(Provider, ProviderError); 4] = [
        (Provider::Url, ProviderError::NoUrl),
        (Provider::Docker, ContainerError::NoEngine("no socket".into()).into()),
        (Provider::Local, ProviderError::NoBinaries(vec!["/usr/lib/postgresql/12/bin is version 12, too old".into()])),
        (Provider::Embedded, EmbeddedError::NoCache.into()),
    ];
    let passed_over = missing.map(|(provider, error)| PassedOver { provider, missing: explained(&error) });
    assert_snapshot("none_serves", &explained(&ServerError::NoneServes(passed_over.into())));
}

fn a_provenance_tells_who_was_passed_over() {
    let no_image = ContainerError::NoImage { image: "postgres:16".into() };
    let provenance = Provenance {
        provider: Provider::Local,
        version: "15.18".into(),
        version_number: 150_018,
        place: "/usr/lib/postgresql/15/bin".into(),
        address: "127.0.0.1:40000".into(),
        passed_over: vec![
            PassedOver { provider: Provider::Url, missing: ProviderError::NoUrl.to_string() },
            PassedOver { provider: Provider::Docker, missing: no_image.to_string() },
        ],
    };
    assert_snapshot("provenance", &provenance.to_string());
    let read = serde_json::to_string(&provenance).and_then(|text| serde_json::from_str::<Provenance>(&text));
    assert_eq!(read.expect("reads back"), provenance);
    let lacks = [RequirementError::TooOld("12.4".into()), RequirementError::NoExtensions(vec!["pg_trgm".into()])];
    assert_snapshot("requirements", &lacks.map(|error| error.to_string()).join("\n"));
}

fn the_environment_decides_the_provider() {
    let options = options();
    let server = run(Server::acquire(&options)).expect("a server");
    let provenance = server.provenance();
    match (options.pin, &options.database_url) {
        (Some(pin), _) => assert_eq!(provenance.provider, pin),
        (None, Some(_)) => assert_eq!(provenance.provider, Provider::Url),
        (None, None) => {
            let tried: Vec<_> = provenance.passed_over.iter().map(|passed| passed.provider).collect();
            assert_eq!(Provider::ALL[tried.len()], provenance.provider);
            assert_eq!(Provider::ALL[..tried.len()], tried[..]);
        }
    }
    assert!(provenance.version_number >= 130_000, "{provenance}");
}

fn a_pinned_provider_is_never_replaced() {
    let nowhere = "unix:///nonexistent/docker.sock";
    let said = [
        refusal(&[("E2E_POSTGRES", "url")]),
        refusal(&[("E2E_POSTGRES", "docker"), ("DOCKER_HOST", nowhere)]),
        refusal(&[("E2E_POSTGRES", "embedded"), ("E2E_CACHE", "/dev/null/cache")]),
    ];
    assert_snapshot("pinned", &said.join("\n"));
}

/// What a holder says that gets no server. Nothing of it is left either.
fn refusal(variables: &[(&str, &str)]) -> String {
    let state = StateFolder::new();
    let without_url = [("E2E_DATABASE_URL", "")];
    let mut holder = Holder::start(&state, End::Exit, &[&without_url, variables].concat());
    let error = holder.seen().expect_err("no server");
    assert!(holder.end().success());
    run(state.await_gone());
    error
}

fn the_archive_is_fetched_once() {
    let cache = tempfile::tempdir_in("/var/tmp").expect("a folder");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o711);
    std::fs::set_permissions(cache.path(), open).expect("others may pass");
    let cache = cache.path().display().to_string();
    let variables = [("E2E_POSTGRES", "embedded"), ("E2E_DATABASE_URL", ""), ("E2E_CACHE", cache.as_str())];
    // A proxy where none listens: whoever fetches now fails.
    let offline = [("HTTPS_PROXY", "http://127.0.0.1:1"), ("https_proxy", "http://127.0.0.1:1")];
    let served = |further: &[(&str, &str)]| {
        let state = StateFolder::new();
        let mut holder = Holder::start(&state, End::Exit, &[&variables, further].concat());
        let seen = holder.seen();
        assert!(holder.end().success());
        run(state.await_gone());
        seen
    };
    let error = served(&offline).expect_err("not there, and out of reach");
    assert!(error.contains("cannot be fetched"), "{error}");
    let fetched = served(&[]).expect("the archive is fetched");
    assert_eq!((fetched.provider.as_str(), fetched.version_number / 10_000), ("embedded", 16));
    let again = served(&offline).expect("the archive is there");
    assert_eq!(again.version_number, fetched.version_number);
    assert!(PathBuf::from(&cache).join("postgresql-16/bin/postgres").is_file());
}

fn the_engine_serves_when_pinned() {
    let state = StateFolder::new();
    let mut holder = Holder::start(&state, End::Wait, &[]);
    assert_eq!(holder.seen().expect("a container").provider, "docker");
    let containers = run(crate::support::containers_of(state.path()));
    assert_eq!(containers.len(), 1, "{containers:?}");
    assert!(holder.end().success());
    run(state.await_gone());
}
