//! What a caller may say about the cluster and the chart.

use std::env;
use std::path::PathBuf;

use crate::driver::helm::{ChartError, ChartSource};
use crate::run_id::RunId;

/// Which cluster, which chart, and what is kept.
#[derive(Debug, Clone)]
pub struct Options {
    /// An existing context (`E2E_CONTEXT`); without one, the run makes a cluster with kind and deletes it.
    pub context: Option<String>,
    /// A namespace with a release that is there already (`E2E_NAMESPACE`); without one, each trial has its own.
    pub namespace: Option<String>,
    /// The image of kind's node (`E2E_KIND_NODE_IMAGE`); without one, kind's own choice.
    pub node_image: Option<String>,
    /// The chart (`E2E_CHART`); without one, the profile's.
    pub chart: Option<ChartSource>,
    /// Values files, after those of the profile.
    pub values: Vec<PathBuf>,
    /// Single values, as Helm's `--set` takes them.
    pub set: Vec<String>,
    /// The image of Koku and what stands around it (`E2E_KOKU_IMAGE`); without one, the chart's.
    pub koku_image: Option<String>,
    /// The image of PostgreSQL (`E2E_POSTGRES_IMAGE`); without one, the chart's.
    pub database_image: Option<String>,
    /// Whether the cluster was called a test system (`E2E_I_OWN_THIS_SYSTEM`).
    pub owned: bool,
    /// Whether what a failed trial made is kept (`E2E_KEEP`).
    pub keep: bool,
    /// The folder of state folders (`E2E_STATE`), as for the local target.
    pub state: Option<PathBuf>,
    /// The run whose id all carries that is made.
    pub run: RunId,
}

/// A setting in the environment that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// One that is on or off.
    #[error("{name}={found:?} is neither 1 nor 0")]
    NeitherNor {
        /// The variable.
        name: &'static str,
        /// What it holds.
        found: String,
    },
    /// `E2E_CHART` names no chart.
    #[error("E2E_CHART cannot be used")]
    NoChart(#[from] ChartError),
}

impl Options {
    /// What the environment says, for this run.
    pub fn from_environment(run: RunId) -> Result<Self, OptionsError> {
        Self::read(run, |name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// As [`Options::from_environment`], with another source of variables; an unset one is `None`.
    pub fn read(run: RunId, variable: impl Fn(&str) -> Option<String>) -> Result<Self, OptionsError> {
        let switch = |name| variable(name).map_or(Ok(false), |text| on_or_off(name, text));
        Ok(Self {
            context: variable("E2E_CONTEXT"),
            namespace: variable("E2E_NAMESPACE"),
            node_image: variable("E2E_KIND_NODE_IMAGE"),
            chart: variable("E2E_CHART").map(|text| ChartSource::read(&text)).transpose()?,
            values: Vec::new(),
            set: Vec::new(),
            koku_image: variable("E2E_KOKU_IMAGE"),
            database_image: variable("E2E_POSTGRES_IMAGE"),
            owned: switch("E2E_I_OWN_THIS_SYSTEM")?,
            keep: switch("E2E_KEEP")?,
            state: variable("E2E_STATE").map(PathBuf::from),
            run,
        })
    }
}

fn on_or_off(name: &'static str, found: String) -> Result<bool, OptionsError> {
    match found.as_str() {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(OptionsError::NeitherNor { name, found }),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Options, OptionsError> {
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Options::read(RunId::new(Utc::now()), value)
    }

    #[test]
    fn the_environment_says_it_all() {
        let options = read(&[("E2E_CONTEXT", "kind-x"), ("E2E_I_OWN_THIS_SYSTEM", "1"), ("E2E_CHART", "oci://h/c:1")]);
        let options = options.expect("readable");
        assert_eq!((options.context.as_deref(), options.owned, options.keep), (Some("kind-x"), true, false));
        assert!(matches!(options.chart, Some(ChartSource::Oci { .. })));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let error = read(&[("E2E_KEEP", "maybe")]).expect_err("neither").to_string();
        assert_eq!(error, r#"E2E_KEEP="maybe" is neither 1 nor 0"#);
        let error = read(&[("E2E_CHART", "/no/chart")]).expect_err("no chart");
        assert_eq!(crate::error::chain(&error).lines().count(), 1);
    }
}
