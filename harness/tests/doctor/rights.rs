//! As which role one looks: one that can only read is enough, and of one that cannot, each grant that lacks is named.

use std::fmt::Write;

use harness::secret::SecretUrl;
use libtest_mimic::Trial;

use crate::state_folder::run;
use crate::{as_superuser, assert_seen, doctor, done, healthy, stderr, system, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("rights::every_grant_that_lacks_is_named_and_is_enough", every_grant)]
}

/// More errors than there are kinds of grants.
const ENOUGH: usize = 5;

fn every_grant() {
    let database = healthy("cost-mgmt");
    let name = database.url().path().trim_start_matches('/').to_owned();
    run(as_superuser(
        &database,
        &format!("REVOKE CONNECT ON DATABASE {name} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC"),
    ));
    let role = format!("onlooker_{}", std::process::id());
    let onlooker = run(system::host().role(&role, "LOGIN", system::PASSWORD)).with_database(&name);
    let mut told = String::new();
    for _ in 0..ENOUGH {
        let output = done(&mut doctor(&onlooker, &["--profile", "cost-mgmt"]));
        writeln!(told, "{}", crate::command::shown(&output)).expect("writes");
        if output.status.code() != Some(3) {
            break;
        }
        grant(&database, &stderr(&output));
    }
    assert_seen("rights", &told);
    assert!(told.ends_with("exit code: 0\n----- stdout -----\n\n----- stderr -----\n\n"), "{told}");
}

/// Does what the error says: all that begins with a GRANT.
fn grant(database: &SecretUrl, told: &str) {
    let (_, grants) = told.split_once("GRANT ").expect("a grant is named");
    run(as_superuser(database, &format!("GRANT {grants}")));
}
