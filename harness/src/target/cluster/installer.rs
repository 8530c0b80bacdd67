//! Installs the chart by Helm, and ends the wait as soon as it can only fail.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::context::Connection;
use super::options::Options;
use crate::driver::helm::{
    ChartError, ChartSource, Helm, HelmError, Install, PostRenderer, Release, Rendering, Values, lacking,
};
use crate::driver::program::{Printed, ProgramError};
use crate::fact::release::ChartFacts;
use crate::observer::cluster::{ReleaseWatch, chart_facts};
use crate::profile::Profile;
use crate::scenario::plan::PlannedTenant;
use crate::target::{ActError, Acted, InstallRequest, Installer};

/// The fault that a chart makes where nobody makes the extensions.
const NO_EXTENSION: &str = "no-extension";
/// When Helm has failed, the cluster has mostly told why already; for so long it is listened to.
const CAUSE_ALLOWED: Duration = Duration::from_secs(2);

/// Installs into one namespace.
pub(super) struct ClusterInstaller {
    pub(super) helm: Helm,
    pub(super) connection: Connection,
    pub(super) chart: ChartSource,
    pub(super) options: Options,
    pub(super) release: Release,
    /// The cluster's version.
    pub(super) kubernetes: String,
    pub(super) profile: Profile,
    pub(super) watch: Arc<ReleaseWatch>,
}

#[async_trait]
impl Installer for ClusterInstaller {
    async fn render(&self, request: &InstallRequest) -> Result<Option<ChartFacts>, ActError> {
        let rendered = self.rendered(&self.values(request)?).await?;
        let facts = chart_facts(&rendered, &self.profile.chart.component_label, request.waits);
        facts.map(Some).map_err(|error| ActError::of(&error))
    }

    async fn install(&self, request: InstallRequest, acted: Acted<'_>) -> Result<(), ActError> {
        let values = self.values(&request)?;
        let post_renderer = self.post_renderer(&self.rendered(&values).await?).await?;
        let install = Install {
            chart: self.chart.clone(),
            values,
            waits: request.waits,
            allowed: self.profile.budgets.install,
            post_renderer,
        };
        let line = self.helm.install(&self.release, &install);
        acted(line.pasteable());
        let mut running = line.start().map_err(|error| ActError::of(&HelmError::Program(error)))?;
        tokio::select! {
            ended = running.ended() => match ended.and_then(Printed::succeeded) {
                Ok(printed) => {
                    tracing::info!(stdout = printed.stdout, "helm has installed");
                    Ok(())
                }
                Err(error) => Err(self.failed(&error).await),
            },
            (cause, _) = self.watch.doomed() => {
                running.kill().await;
                Err(ActError(format!("helm was ended, since it could only wait in vain: {cause}")))
            }
        }
    }

    async fn bootstrap(&self, _: &[PlannedTenant], _: Acted<'_>) -> Result<(), ActError> {
        Err(ActError(format!(
            "in a cluster nobody but the chart makes tenants, and profile {} has no hook that does",
            self.profile.name
        )))
    }
}

impl ClusterInstaller {
    async fn rendered(&self, values: &Values) -> Result<String, ActError> {
        let (release, namespace, kubernetes) = (&*self.release.name, &*self.release.namespace, &*self.kubernetes);
        let rendering = Rendering { release, namespace, chart: &self.chart, values, kubernetes };
        let rendered = self.helm.render(&rendering).await;
        rendered.map_err(|error| ActError::of(&error))
    }

    /// What takes out of the chart what this cluster does not know, where there is such a thing.
    async fn post_renderer(&self, rendered: &str) -> Result<Option<PostRenderer>, ActError> {
        let served = self.connection.api_groups().await.map_err(|error| ActError::of(&error))?;
        let found = lacking(rendered, &served).and_then(|lacking| PostRenderer::of(&self.helm, &lacking));
        found.map_err(|error| ActError::of(&error))
    }

    /// Why Helm failed: what the cluster tells, and Helm's own words.
    async fn failed(&self, error: &ProgramError) -> ActError {
        let said =
            error.message().map_or_else(|| crate::error::chain(error), |message| format!("helm says: {message}"));
        match tokio::time::timeout(CAUSE_ALLOWED, self.watch.doomed()).await {
            Ok((cause, _)) => ActError(format!("{cause}; {said}")),
            Err(_) => ActError(said),
        }
    }

    fn values(&self, request: &InstallRequest) -> Result<Values, ActError> {
        let mut values = values_for(&self.options, &self.profile, &self.chart);
        put_tenants(&mut values, &self.profile, &request.tenants);
        let withheld = (!request.extensions).then_some(NO_EXTENSION);
        for fault in request.chart_faults.iter().copied().chain(withheld) {
            put_fault(&mut values, &self.profile, fault)?;
        }
        Ok(values)
    }
}

/// The chart that is installed: the one that was named, or else the profile's.
pub(super) fn chart_of(options: &Options, profile: &Profile, fixtures: &Path) -> Result<ChartSource, ChartError> {
    match &options.chart {
        Some(chart) => Ok(chart.clone()),
        None => ChartSource::read(&fixtures.join(&profile.cluster.chart).display().to_string()),
    }
}

/// The values that every installation of a profile has: the profile's files as far as the chart has them, then those that were named,
/// the images, and the switch by which fakes take troubles.
pub(super) fn values_for(options: &Options, profile: &Profile, chart: &ChartSource) -> Values {
    let of_profile = profile.cluster.values.iter().filter_map(|file| Some(chart.folder()?.join(file)));
    let files = of_profile.filter(|file| file.is_file()).chain(options.values.iter().cloned()).collect();
    let mut values = Values { files, set: options.set.clone(), ..Values::default() };
    let images = &profile.cluster.images;
    for (path, image) in [(&images.koku, &options.koku_image), (&images.database, &options.database_image)] {
        if let Some(image) = image {
            values.put_image(path, image);
        }
    }
    if let Some(path) = &profile.cluster.troubles_value {
        values.put(path, true);
    }
    values
}

/// The first tenant is the chart's default one, the others are its further ones.
fn put_tenants(values: &mut Values, profile: &Profile, tenants: &[PlannedTenant]) {
    let mut org_ids = tenants.iter().map(|tenant| tenant.org_id.as_str());
    if let Some(path) = &profile.chart.default_org_id_value
        && let Some(first) = org_ids.next()
    {
        values.put(path, first);
    }
    if let Some(path) = &profile.chart.tenants_value {
        values.put(path, org_ids.collect::<Vec<_>>());
    }
}

fn put_fault(values: &mut Values, profile: &Profile, fault: &str) -> Result<(), ActError> {
    let faults = &profile.cluster.faults;
    let Some(settings) = faults.get(fault) else {
        let known: Vec<&str> = faults.keys().map(String::as_str).collect();
        let (profile, known) = (&profile.name, known.join(", "));
        return Err(ActError(format!(
            "profile {profile} has no values that bring {fault} about (`cluster: faults:` has {known})"
        )));
    };
    for (path, text) in settings {
        values.put(path, typed(text));
    }
    Ok(())
}

/// What a value is that stands in a profile as text: `true` is a switch, words are words.
fn typed(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Bool(_) | Value::Number(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::project::Project;
    use crate::run_id::RunId;

    fn options() -> Options {
        Options::read(RunId::new(Utc::now()), |_| None).expect("nothing is set")
    }

    fn profiles() -> Vec<Profile> {
        let fixtures = Project::find().fixtures();
        let names = Profile::names(&fixtures).expect("listed");
        names.iter().map(|name| Profile::load(&fixtures, name).expect("loads")).collect()
    }

    #[test]
    fn every_fault_of_a_profile_becomes_values_and_an_unknown_one_an_error() {
        for profile in profiles() {
            for (fault, settings) in &profile.cluster.faults {
                let mut values = Values::default();
                put_fault(&mut values, &profile, fault).expect("known");
                assert_eq!(values.ours.len(), settings.len(), "{fault}");
            }
            let error = put_fault(&mut Values::default(), &profile, "no-such-fault").expect_err("unknown").to_string();
            assert!(error.contains("has no values that bring no-such-fault about (`cluster: faults:` has "), "{error}");
        }
    }

    #[test]
    fn switches_are_switches_and_words_are_words() {
        assert_eq!(typed("true"), Value::Bool(true));
        assert_eq!(typed("no-such-tag"), Value::String("no-such-tag".to_owned()));
        assert_eq!(typed(r#"{"a": 1}"#), Value::String(r#"{"a": 1}"#.to_owned()));
    }

    #[test]
    fn images_that_are_named_win_over_the_charts() {
        let options = Options { koku_image: Some("host:5000/koku:1".to_owned()), ..options() };
        let profile = profiles().remove(0);
        let values = values_for(&options, &profile, &ChartSource::Archive("a.tgz".into()));
        let set: Vec<String> = values.ours.iter().map(|(path, value)| format!("{path}={value}")).collect();
        let path = &profile.cluster.images.koku;
        assert_eq!(set[..2], [format!(r#"{path}.repository="host:5000/koku""#), format!(r#"{path}.tag="1""#)]);
        assert!(values.files.is_empty(), "an archive's own files cannot be named");
    }
}
