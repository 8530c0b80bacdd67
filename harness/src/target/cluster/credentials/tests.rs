//! The unit tests, which name the charts.

use super::*;
use crate::profile::Profile;
use crate::project::Project;

fn profile(name: &str) -> Profile {
    Profile::load(&Project::find().fixtures(), name).expect("a profile of ours")
}

fn told(profile: &Profile, role: Role, data: &[(&str, &[u8])]) -> String {
    let data = data.iter().map(|(key, value)| ((*key).to_owned(), ByteString(value.to_vec()))).collect();
    let secret = &profile.cluster.credentials.secret;
    let credential = Keys { namespace: "apart", secret, data: &data }.credential(&profile.cluster, role);
    match credential {
        Ok(credential) => format!("{credential:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_error_names_the_secret_the_key_and_the_nearest() {
    let seed = profile("cost-mgmt");
    let no_secret = |nearest: Option<&str>| CredentialsError::NoSecret {
        namespace: "apart".to_owned(),
        secret: seed.cluster.credentials.secret.clone(),
        nearest: nearest.map(str::to_owned),
    };
    let told = [
        no_secret(Some("koku-koku-db-credential")).to_string(),
        no_secret(None).to_string(),
        told(&seed, Role::Owner, &[("koku-user", b"koku"), ("koku-pasword", b"hunter2")]),
        told(&seed, Role::Superuser, &[]),
        told(&seed, Role::Observer, &[("observer-user", b"koku_observer"), ("observer-password", b"\xff\xfe")]),
        told(&seed, Role::Observer, &[("observer-user", b"koku_observer"), ("observer-password", b"hunter2")]),
        told(&profile("cost-onprem"), Role::Observer, &[("koku-user", b"koku_user"), ("koku-password", b"hunter2")]),
    ];
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.bind(|| insta::assert_snapshot!("cluster-credentials", told.join("\n")));
}

#[test]
fn a_password_stands_in_a_url_whatever_it_holds() {
    let credential = Credential { user: "ko:ku".to_owned(), password: Secret::new("p@ss/w%rd".to_owned()) };
    let url = credential.url(([127, 0, 0, 1], 4711).into(), "koku");
    let options: sqlx::postgres::PgConnectOptions = url.reveal().parse().expect("sqlx reads it");
    assert_eq!((options.get_username(), options.get_port(), options.get_database()), ("ko:ku", 4711, Some("koku")));
    assert_eq!(url.to_string(), "postgres://ko%3Aku:***@127.0.0.1:4711/koku");
}
