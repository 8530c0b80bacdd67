//! Which scenarios a command means, and their plans.

use super::failure::Failure;
use super::output::tell;
use crate::profile::{Profile, TargetKind};
use crate::project::Project;
use crate::run_id::RunId;
use crate::scenario::plan::{CheckDescriptor, GivenTenant, Plan, PlanTarget, cannot_run};
use crate::scenario::{ScenarioFile, SelectError, Vocabulary, select};

/// Which scenarios, on which profiles and which target.
#[derive(Debug, Clone, clap::Args)]
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
    /// Whether the target is a release that others installed into a cluster.
    #[arg(skip)]
    installed: bool,
}

/// Where scenarios run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Target {
    /// A real PostgreSQL on this machine, and fakes for the rest
    Local,
    /// A system that runs already, given by its URLs
    External,
    /// A Kubernetes cluster: one that the run makes with kind, or an existing context
    Cluster,
}

impl Target {
    fn kind(self) -> TargetKind {
        match self {
            Self::Local => TargetKind::Local,
            Self::External => TargetKind::External,
            Self::Cluster => TargetKind::Cluster,
        }
    }
}

/// The scenarios that are meant, and what they may name.
pub(super) struct Selected {
    /// The scenarios that run on the target and on one of the profiles.
    pub(super) files: Vec<ScenarioFile>,
    /// Those that do not run on the target, each with the reason.
    pub(super) left_out: Vec<String>,
    vocabulary: Vocabulary,
    profiles: Vec<String>,
    target: PlanTarget,
}

impl Selected {
    /// The profiles on which a scenario is to run.
    pub(super) fn profiles_of<'a>(&'a self, file: &'a ScenarioFile) -> Vec<&'a Profile> {
        let fits = |profile: &&Profile| cannot_run(&file.scenario, profile, &self.target).is_none();
        self.profiles_meant(file).filter(fits).collect()
    }

    fn profiles_meant<'a>(&'a self, file: &'a ScenarioFile) -> impl Iterator<Item = &'a Profile> {
        let meant = |name: &&String| self.profiles.is_empty() || self.profiles.contains(name);
        file.scenario.profiles.iter().filter(meant).filter_map(|name| self.vocabulary.profile(name))
    }

    /// Tells what does not run on the target, and why.
    pub(super) fn tell_left_out(&self) {
        if !self.left_out.is_empty() {
            tell(&format!("not on target {}:\n  {}", self.target.kind, self.left_out.join("\n  ")));
        }
    }

    /// Takes the files that run on the target, and keeps why the others do not.
    fn take(&mut self, files: Vec<ScenarioFile>) {
        for file in files {
            if file.scenario.runs_on(self.target.kind) {
                let reasons: Vec<String> = self
                    .profiles_meant(&file)
                    .filter_map(|profile| {
                        let why = cannot_run(&file.scenario, profile, &self.target)?;
                        Some(format!("{} on {}: {why}", file.scenario.name, profile.name))
                    })
                    .collect();
                self.left_out.extend(reasons);
                if !self.profiles_of(&file).is_empty() {
                    self.files.push(file);
                }
            } else if self.profiles_meant(&file).next().is_some() {
                let targets = file.scenario.targets.iter().flatten().map(|kind| kind.as_str());
                let targets: Vec<&str> = targets.collect();
                self.left_out.push(format!("{}: its `targets` are {}", file.scenario.name, targets.join(", ")));
            }
        }
    }
}

impl Selection {
    /// Whether a system that runs already is meant.
    pub(super) fn is_external(&self) -> bool {
        self.target == Target::External
    }

    /// Whether a cluster is meant.
    pub(super) fn is_cluster(&self) -> bool {
        self.target == Target::Cluster
    }

    /// The same, on a release that others installed into a cluster.
    pub(super) fn on_installed(self) -> Self {
        Self { installed: true, ..self }
    }

    fn plan_target(&self) -> PlanTarget {
        match self.target {
            Target::Cluster if self.installed => PlanTarget::installed(GivenTenant::default()),
            target => PlanTarget::usual(target.kind()),
        }
    }

    /// The same, with this scenario, unless the command line says which.
    pub(super) fn or_scenario(mut self, scenario: &str) -> Self {
        if self.scenarios.is_empty() {
            self.scenarios.push(scenario.to_owned());
        }
        self
    }

    /// The profiles that the command line names.
    pub(super) fn named_profiles(&self) -> &[String] {
        &self.profiles
    }

    /// The same, on this profile, unless the command line names one.
    pub(super) fn or_profile(mut self, profile: Option<String>) -> Self {
        if self.profiles.is_empty() {
            self.profiles.extend(profile);
        }
        self
    }

    /// The one profile that is meant, if it is one.
    pub(super) fn only_profile(&self) -> Option<&str> {
        match self.profiles.as_slice() {
            [only] => Some(only),
            _ => None,
        }
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
    let target = selection.plan_target();
    let (profiles, left_out) = (selection.profiles.clone(), Vec::new());
    let mut selected = Selected { files: Vec::new(), left_out, vocabulary, profiles, target };
    selected.take(files);
    Ok(selected)
}

/// The plans of the scenarios that are meant: one for each scenario and profile. `tenant` is what is said of the one that a system
/// which runs already has. Scenarios that cannot run on the target are told.
pub(super) fn plans(
    selection: &Selection,
    tenant: &GivenTenant,
    checks: Vec<CheckDescriptor>,
    run: &RunId,
) -> Result<Vec<Plan>, Failure> {
    let selected = selected(selection, checks)?;
    selected.tell_left_out();
    let target = PlanTarget { tenant: tenant.clone(), ..selected.target.clone() };
    let mut plans = Vec::new();
    for file in &selected.files {
        for profile in selected.profiles_of(file) {
            let plan = file.plan(profile, target.clone(), run, &selected.vocabulary);
            plans.push(plan.map_err(|wrong| Failure::usage(wrong.to_string()))?);
        }
    }
    Ok(plans)
}
