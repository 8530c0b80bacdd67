//! The seed's story: a chart that made a tenant's row and nothing else of it. What doctor prints is done, word for word, until it is silent.

use std::fmt::Write;

use harness::profile::Profile;
use harness::secret::SecretUrl;
use libtest_mimic::Trial;
use serde_json::Value;

use crate::state_folder::run;
use crate::{as_superuser, assert_seen, doctor, done, stdout, system, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("story::each_remedy_takes_its_finding_away_until_none_is_left", each_remedy),
        trial("story::a_tenant_that_was_never_made_is_missed", never_made),
    ]
}

/// More steps than the story has.
const ENOUGH: usize = 12;

fn each_remedy() {
    let profile = system::profile("cost-mgmt");
    let database = system::database(&profile);
    system::migrated(&profile, &database);
    run(as_superuser(&database, "INSERT INTO api_tenant (schema_name) VALUES ('org1234567')"));
    let first = done(&mut doctor(&database, &[]));
    assert_seen("story_first", &crate::command::shown(&first));
    assert_eq!(first.status.code(), Some(1));
    let mut told = String::new();
    for _ in 0..ENOUGH {
        let findings = findings(&database);
        let ids: Vec<&str> = findings.iter().map(|finding| text(finding, "check")).collect();
        writeln!(told, "found: {}", ids.join(", ")).expect("writes");
        let Some(finding) = findings.first() else { break };
        let (id, remedy) = (text(finding, "check"), text(finding, "remedy"));
        let part = first_part(remedy);
        writeln!(told, "  do: {part}").expect("writes");
        carry_out(&profile, &database, part);
        let left = self::findings(&database);
        assert!(left.iter().all(|finding| text(finding, "check") != id), "{id} is left after: {part}");
    }
    assert_seen("story_remedies", &told);
    let last = done(&mut doctor(&database, &["--profile", "cost-mgmt"]));
    assert_eq!(crate::command::shown(&last), "exit code: 0\n----- stdout -----\n\n----- stderr -----\n");
}

/// What has to be done first: of several ways the last, since the first is the chart's own; of several steps the first.
fn first_part(remedy: &str) -> &str {
    let way = remedy.rsplit("; or ").next().unwrap_or(remedy);
    way.split("; then ").next().unwrap_or(way)
}

/// Does what a remedy says, as an operator would: a command in the processor, a statement as superuser.
fn carry_out(profile: &Profile, database: &SecretUrl, part: &str) {
    match part.strip_prefix("koku ") {
        Some(arguments) => {
            let arguments: Vec<&str> = arguments.split(' ').collect();
            system::assert_done(&system::command(profile, database, &arguments).output());
        }
        None => run(as_superuser(database, part)),
    }
}

fn findings(database: &SecretUrl) -> Vec<Value> {
    let output = done(&mut doctor(database, &["--format", "json"]));
    let document: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let findings = document["findings"].as_array().expect("findings").clone();
    assert_eq!(output.status.code(), Some(i32::from(!findings.is_empty())));
    findings
}

fn text<'a>(finding: &'a Value, key: &str) -> &'a str {
    finding[key].as_str().expect(key)
}

fn never_made() {
    let profile = system::profile("cost-mgmt");
    let database = system::database(&profile);
    system::migrated(&profile, &database);
    assert_seen("story_never_made", &crate::command::shown(&done(&mut doctor(&database, &["--verbose"]))));
    let one = done(&mut doctor(&database, &["--tenant", "acme"]));
    assert_seen("story_never_made_by_name", &crate::command::shown(&one));
}
