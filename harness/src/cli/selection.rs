//! Which scenarios a command means, and their plans.

use super::failure::Failure;
use crate::profile::{Profile, TargetKind};
use crate::project::Project;
use crate::run_id::RunId;
use crate::scenario::plan::{CheckDescriptor, Plan, PlanTarget};
use crate::scenario::{ScenarioFile, SelectError, Vocabulary, select};

/// Which scenarios, on which profiles and which target.
#[derive(Debug, clap::Args)]
pub(super) struct Selection {
    /// Files, folders, names or labels of scenarios; without any, all of them
    #[arg(value_name = "PATH|NAME|LABEL")]
    scenarios: Vec<String>,
    /// Only on this profile (may be given again)
    #[arg(long = "profile", value_name = "NAME")]
    profiles: Vec<String>,
    /// Where the scenarios run
    #[arg(long, value_enum, default_value = "local")]
    target: Target,
}

/// Where scenarios run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Target {
    /// A real PostgreSQL on this machine, and fakes for the rest
    Local,
}

impl Target {
    fn kind(self) -> TargetKind {
        match self {
            Self::Local => TargetKind::Local,
        }
    }
}

/// The scenarios that are meant, and what they may name.
pub(super) struct Selected {
    /// The scenarios that run on the target and on one of the profiles.
    pub(super) files: Vec<ScenarioFile>,
    vocabulary: Vocabulary,
    profiles: Vec<String>,
    target: TargetKind,
}

impl Selected {
    /// The profiles on which a scenario is to run.
    pub(super) fn profiles_of(&self, file: &ScenarioFile) -> Vec<&Profile> {
        let meant = |name: &&String| self.profiles.is_empty() || self.profiles.contains(name);
        file.scenario.profiles.iter().filter(meant).filter_map(|name| self.vocabulary.profile(name)).collect()
    }
}

/// Finds the scenarios that are meant, which may name these checks.
pub(super) fn selected(selection: &Selection, checks: Vec<CheckDescriptor>) -> Result<Selected, Failure> {
    let project = Project::find();
    let fixtures = project.fixtures();
    for name in &selection.profiles {
        // For its error, which names the nearest.
        Profile::load(&fixtures, name).map_err(Failure::usage)?;
    }
    let vocabulary = Vocabulary::load(&fixtures, checks).map_err(Failure::usage)?;
    let files = select(&project.scenarios(), &selection.scenarios, &vocabulary).map_err(|error| match error {
        SelectError::Nothing { .. } => Failure::nothing_ran(error),
        SelectError::Load(_) => Failure::usage(error),
    })?;
    let target = selection.target.kind();
    let mut selected = Selected { files, vocabulary, profiles: selection.profiles.clone(), target };
    let files = std::mem::take(&mut selected.files);
    selected.files = files
        .into_iter()
        .filter(|file| file.scenario.runs_on(target) && !selected.profiles_of(file).is_empty())
        .collect();
    Ok(selected)
}

/// The plans of the scenarios that are meant: one for each scenario and profile.
pub(super) fn plans(selection: &Selection, checks: Vec<CheckDescriptor>, run: &RunId) -> Result<Vec<Plan>, Failure> {
    let selected = selected(selection, checks)?;
    let mut plans = Vec::new();
    for file in &selected.files {
        for profile in selected.profiles_of(file) {
            let plan = file.plan(profile, PlanTarget::own(selected.target), run, &selected.vocabulary);
            plans.push(plan.map_err(|wrong| Failure::usage(wrong.to_string()))?);
        }
    }
    Ok(plans)
}
