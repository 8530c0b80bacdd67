//! Name, summary, labels, profiles, targets.

use crate::scenario::{Place, Problem, Scenario};

/// What is wrong with the keys that stand before the tenants.
pub(super) fn problems(scenario: &Scenario) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !is_word(&scenario.name) {
        problems.push(no_word(Place::key("name"), "a scenario's name", &scenario.name));
    }
    if scenario.summary.trim().is_empty() {
        let problem = Problem::new(Place::key("summary"), "the summary is empty", "expected a sentence");
        problems.push(problem.help("say what the scenario proves"));
    }
    for (index, label) in scenario.labels.iter().enumerate().filter(|(_, label)| !is_word(label)) {
        problems.push(no_word(Place::key("labels").then_index(index), "a label", label));
    }
    problems.extend(twice("labels", "label", &scenario.labels));
    problems.extend(twice("profiles", "profile", &scenario.profiles));
    if let Some(targets) = &scenario.targets {
        problems.extend(empty("targets", targets.is_empty(), "expected `local`, `cluster` or `external`"));
        problems.extend(twice("targets", "target", &targets.iter().map(ToString::to_string).collect::<Vec<_>>()));
    }
    problems
}

/// A list that must not be empty.
pub(super) fn empty(key: &str, is_empty: bool, expected: &str) -> Option<Problem> {
    is_empty.then(|| Problem::new(Place::key(key), format!("`{key}` is empty"), expected))
}

/// Words that stand in a list twice.
pub(super) fn twice(key: &str, what: &str, words: &[String]) -> Vec<Problem> {
    let repeated = words.iter().enumerate().filter(|(index, word)| words[..*index].contains(word));
    repeated
        .map(|(index, word)| {
            let place = Place::key(key).then_index(index);
            Problem::new(place, format!("{what} `{word}` stands twice"), "the second time here").help("take one out")
        })
        .collect()
}

/// Whether it can be typed on a command line without a doubt: lower-case letters, digits, and single hyphens between.
pub(crate) fn is_word(text: &str) -> bool {
    let allowed = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    text.split('-').all(|part| !part.is_empty() && part.chars().all(allowed))
}

fn no_word(place: Place, what: &str, text: &str) -> Problem {
    Problem::new(place, format!("{text:?} cannot be {what}"), "expected lower-case letters, digits and single hyphens")
        .help("such as `fresh-install`")
}
