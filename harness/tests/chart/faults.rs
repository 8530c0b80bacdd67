//! What the value of each fault changes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use harness::profile::Profile;
use libtest_mimic::Trial;
use serde_yaml::Value;

use crate::rendered::{Objects, profiles, text};
use crate::{assert_seen, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("faults::each_changes_what_it_says", each_changes_what_it_says)]
}

fn each_changes_what_it_says() {
    for profile in profiles() {
        let healthy = lines(&profile, &[]);
        let mut told = String::new();
        for (fault, values) in &profile.cluster.faults {
            let sets: Vec<String> = values.iter().map(|(path, value)| format!("{path}={value}")).collect();
            let faulty = lines(&profile, &sets.iter().map(String::as_str).collect::<Vec<_>>());
            assert_ne!(healthy, faulty, "{fault} changes nothing in {}", profile.name);
            let _ = writeln!(told, "{fault}: {}", sets.join(", "));
            tell(&mut told, '-', &healthy, &faulty);
            tell(&mut told, '+', &faulty, &healthy);
        }
        assert_seen(&format!("faults_{}", profile.name), &told);
    }
}

/// What one side has and the other has not; of an object or a container that is not there at all, no more than its name.
fn tell(told: &mut String, sign: char, side: &BTreeSet<String>, other: &BTreeSet<String>) {
    let whole = |line: &str| {
        let object = line.split_once('.').map(|(object, _)| format!("{object}."));
        let container = line.find("ontainers[").and_then(|at| Some(line[..=at + line[at..].find(']')?].to_owned()));
        let lacking = |owner: &String| !other.iter().any(|line| line.starts_with(owner));
        object.into_iter().chain(container).find(lacking).unwrap_or_else(|| line.to_owned())
    };
    let lines: BTreeSet<String> = side.difference(other).map(|line| whole(line)).collect();
    for line in lines {
        let _ = writeln!(told, "  {sign} {}", line.trim_end_matches('.'));
    }
}

/// Each value of the chart with its object and place; without the Secret, whose passwords are drawn each time.
fn lines(profile: &Profile, sets: &[&str]) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for object in Objects::of(profile, sets).0.iter().filter(|object| text(object, "/kind") != "Secret") {
        let name = format!("{} {}", text(object, "/kind"), text(object, "/metadata/name"));
        flatten(object, &name, &mut lines);
    }
    lines
}

fn flatten(value: &Value, place: &str, lines: &mut BTreeSet<String>) {
    match value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                flatten(value, &format!("{place}.{}", key.as_str().unwrap_or("?")), lines);
            }
        }
        Value::Sequence(items) => {
            for item in items {
                // A list is known by the names in it; which place one has says nothing.
                let name = item.get("name").and_then(Value::as_str).unwrap_or("");
                flatten(item, &format!("{place}[{name}]"), lines);
            }
        }
        other => {
            lines.insert(format!("{place} = {}", serde_yaml::to_string(other).expect("plain").trim()));
        }
    }
}
