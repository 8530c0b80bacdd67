//! Scenarios from their files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::plan::{Plan, PlanTarget, cannot_run, plan};
use super::structure::{self, is_word};
use super::{Place, Problem, Problems, Scenario, Vocabulary};
use crate::profile::{Profile, TargetKind};
use crate::run_id::RunId;
use crate::yaml::{Diagnostic, Source};

/// A scenario and the file that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioFile {
    /// What the file says.
    pub scenario: Scenario,
    source: Source,
}

/// Why scenarios could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or a folder could not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A folder holds no scenario.
    #[error("no scenario in {}: expected files that end in `.{EXTENSION}`", folder.display())]
    NoScenario {
        /// The folder.
        folder: PathBuf,
    },
    /// Files are wrong.
    #[error("{0}")]
    Wrong(Diagnostics),
}

/// Everything that is wrong, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(texts.join("\n").trim_end())
    }
}

/// How the files of scenarios end.
pub(super) const EXTENSION: &str = "yaml";

/// What the words of the format are, each set by one of its words.
const NOUNS: [(&str, &str); 4] =
    [("install", "phase"), ("drop-domain", "fault"), ("local", "target"), ("ocp", "provider type")];

/// Loads one scenario and checks all that can be checked without running it: its words, its order, and that it can be
/// planned on each of its profiles.
pub fn load_file(path: &Path, vocabulary: &Vocabulary) -> Result<ScenarioFile, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let source = Source::read(path).map_err(unreadable)?;
    let scenario = source.parse(&NOUNS).map_err(|diagnostic| LoadError::Wrong(Diagnostics(vec![*diagnostic])))?;
    let file = ScenarioFile { scenario, source };
    let problems = file.problems(vocabulary);
    if problems.is_empty() { Ok(file) } else { Err(LoadError::Wrong(file.diagnostics(&Problems(problems)))) }
}

/// Loads every scenario of a folder and of those within, by path. All that is wrong is reported at once.
pub fn load_folder(folder: &Path, vocabulary: &Vocabulary) -> Result<Vec<ScenarioFile>, LoadError> {
    let paths = scenario_paths(folder)?;
    if paths.is_empty() {
        return Err(LoadError::NoScenario { folder: folder.to_owned() });
    }
    let mut files: Vec<ScenarioFile> = Vec::new();
    let mut wrong = Vec::new();
    for path in paths {
        match load_file(&path, vocabulary) {
            Ok(file) => match files.iter().find(|other| other.scenario.name == file.scenario.name) {
                Some(other) => wrong.extend(file.diagnostics(&Problems(vec![name_taken(&file, other)])).0),
                None => files.push(file),
            },
            Err(LoadError::Wrong(diagnostics)) => wrong.extend(diagnostics.0),
            Err(other) => return Err(other),
        }
    }
    if wrong.is_empty() { Ok(files) } else { Err(LoadError::Wrong(Diagnostics(wrong))) }
}

fn name_taken(file: &ScenarioFile, other: &ScenarioFile) -> Problem {
    let message = format!("the name `{}` is taken", file.scenario.name);
    Problem::new(Place::key("name"), message, format!("{} has it too", other.path().display()))
        .help("give one of them another name")
}

/// The files of a folder and of those within that hold scenarios, sorted.
fn scenario_paths(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            paths.extend(scenario_paths(&path)?);
        } else if path.extension().is_some_and(|extension| extension == EXTENSION) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

impl ScenarioFile {
    /// The file, as it was named.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.source.path()
    }

    /// The plan on a profile and a target; an error shows the line of the file.
    pub fn plan(
        &self,
        profile: &Profile,
        target: PlanTarget,
        run: &RunId,
        vocabulary: &Vocabulary,
    ) -> Result<Plan, Diagnostics> {
        plan(&self.scenario, profile, target, run, &vocabulary.checks).map_err(|problems| self.diagnostics(&problems))
    }

    fn problems(&self, vocabulary: &Vocabulary) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.other_file_name().into_iter().collect();
        problems.extend(structure::problems(&self.scenario));
        problems.extend(self.no_profile());
        problems.extend(vocabulary.unknown_words(&self.scenario));
        if problems.is_empty() {
            problems.extend(self.unplannable(vocabulary));
        }
        problems
    }

    /// A file that names no profile would never run. (A scenario that is written in Rust is handed its profile.)
    fn no_profile(&self) -> Option<Problem> {
        let is_empty = self.scenario.profiles.is_empty();
        is_empty.then(|| Problem::new(Place::key("profiles"), "`profiles` is empty", "expected at least one profile"))
    }

    fn other_file_name(&self) -> Option<Problem> {
        let stem = self.path().file_stem().unwrap_or_default().to_string_lossy();
        let name = &self.scenario.name;
        (is_word(name) && stem != name.as_str()).then(|| {
            let message = format!("the scenario `{name}` stands in a file that is named otherwise");
            Problem::new(Place::key("name"), message, format!("expected `{stem}`, as the file is named"))
                .help(format!("name both alike: `name: {stem}`, or rename the file to `{name}.{EXTENSION}`"))
        })
    }

    /// What refuses to run on one of its profiles and targets. A file that names no targets means every kind on
    /// which it can run.
    fn unplannable(&self, vocabulary: &Vocabulary) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        for profile in self.scenario.profiles.iter().filter_map(|name| vocabulary.profile(name)) {
            let kinds: Vec<TargetKind> = self
                .kinds()
                .filter(|kind| cannot_run(&self.scenario, profile, &PlanTarget::usual(*kind)).is_none())
                .collect();
            let refused = kinds.iter().filter_map(|kind| Some((*kind, self.refused(profile, *kind, vocabulary)?)));
            let refused: Vec<(TargetKind, Problem)> = refused.collect();
            let everywhere = refused.len() == kinds.len();
            problems.extend(refused.into_iter().next().map(|(kind, mut problem)| {
                if !everywhere {
                    problem.message = format!("{} on target `{kind}`", problem.message);
                }
                problem
            }));
        }
        problems.dedup_by(|left, right| left.place == right.place && left.message == right.message);
        problems
    }

    fn kinds(&self) -> impl Iterator<Item = TargetKind> {
        TargetKind::ALL.into_iter().filter(|kind| self.scenario.runs_on(*kind))
    }

    fn refused(&self, profile: &Profile, kind: TargetKind, vocabulary: &Vocabulary) -> Option<Problem> {
        let any_run = RunId::new(chrono::DateTime::UNIX_EPOCH);
        let planned = plan(&self.scenario, profile, PlanTarget::usual(kind), &any_run, &vocabulary.checks);
        planned.err().and_then(|problems| problems.0.into_iter().next())
    }

    /// Problems with the lines of the file, in the order of these.
    fn diagnostics(&self, problems: &Problems) -> Diagnostics {
        let shown = problems.0.iter();
        let mut diagnostics: Vec<Diagnostic> = shown
            .map(|problem| {
                self.source.diagnostic(&problem.place, &problem.message, &problem.label, problem.help.as_deref())
            })
            .collect();
        diagnostics.sort_by_key(|diagnostic| diagnostic.excerpt.as_ref().map(|excerpt| (excerpt.line, excerpt.column)));
        Diagnostics(diagnostics)
    }
}
