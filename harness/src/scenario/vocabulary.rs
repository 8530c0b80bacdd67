//! The words that a scenario file may use beyond those of the format.

use std::path::Path;

use super::plan::CheckDescriptor;
use super::{PhaseStep, Place, Problem, Scenario};
use crate::payload::{Payload, PayloadError};
use crate::profile::{Profile, ProfileError};
use crate::yaml::{did_you_mean, one_of};

/// What a scenario may name: profiles, payloads, checks. All are data that the caller hands in.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// The profiles that there are.
    pub profiles: Vec<Profile>,
    /// The names of the payloads that there are.
    pub payloads: Vec<String>,
    /// The checks that there are.
    pub checks: Vec<CheckDescriptor>,
}

/// Why the words cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    /// The profiles cannot be read.
    #[error(transparent)]
    Profiles(#[from] ProfileError),
    /// The payloads cannot be read.
    #[error(transparent)]
    Payloads(#[from] PayloadError),
}

impl Vocabulary {
    /// The profiles and payloads of the fixtures' folder, and these checks.
    pub fn load(fixtures: &Path, checks: Vec<CheckDescriptor>) -> Result<Self, VocabularyError> {
        Ok(Self { profiles: Profile::load_all(fixtures)?, payloads: Payload::names(fixtures)?, checks })
    }

    /// The profile with this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// Every word of a scenario that is not among these.
    pub(super) fn unknown_words(&self, scenario: &Scenario) -> Vec<Problem> {
        let profiles: Vec<&str> = self.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let payloads: Vec<&str> = self.payloads.iter().map(String::as_str).collect();
        let checks: Vec<&str> = self.checks.iter().map(|check| check.id).collect();
        let named_profiles = in_list(Place::key("profiles"), &scenario.profiles);
        let named_checks = in_list(Place::key("expect").then_key("findings"), &scenario.expect.findings);
        let mut problems: Vec<Problem> = Vec::new();
        problems.extend(named_profiles.filter_map(|(place, word)| unknown("profile", word, &profiles, place)));
        problems.extend(payload_words(scenario).filter_map(|(place, word)| unknown("payload", word, &payloads, place)));
        problems.extend(named_checks.filter_map(|(place, word)| unknown("check", word, &checks, place)));
        problems
    }
}

fn in_list(list: Place, words: &[String]) -> impl Iterator<Item = (Place, &str)> {
    words.iter().enumerate().map(move |(index, word)| (list.clone().then_index(index), word.as_str()))
}

fn payload_words(scenario: &Scenario) -> impl Iterator<Item = (Place, &str)> {
    scenario.phases.iter().enumerate().filter_map(|(index, step)| match step {
        PhaseStep::ProcessData(data) => {
            let place = Place::key("phases").then_index(index).then_key(step.name().as_str()).then_key("payload");
            Some((place, data.payload.as_str()))
        }
        _ => None,
    })
}

fn unknown(what: &str, word: &str, known: &[&str], place: Place) -> Option<Problem> {
    let problem =
        || Problem::new(place, format!("unknown {what} `{word}`"), one_of(known)).maybe_help(did_you_mean(word, known));
    (!known.contains(&word)).then(problem)
}
