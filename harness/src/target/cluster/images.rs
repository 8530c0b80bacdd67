//! Which images a run needs, so that a cluster of its own is given those that this machine has.

use std::collections::BTreeSet;

use super::error::AcquireError;
use super::installer::{chart_of, values_for};
use super::options::Options;
use crate::driver::helm::{Helm, Rendering, rendered};
use crate::profile::Profile;
use crate::project::Project;

/// Renders the chart of each profile, and gives the images that they name, for this version of Kubernetes. A chart that does not render is refused here, before
/// anything is touched.
pub(super) async fn needed<'a>(
    helm: &Helm,
    options: &Options,
    profiles: impl IntoIterator<Item = &'a Profile>,
    kubernetes: &str,
) -> Result<BTreeSet<String>, AcquireError> {
    let mut images = BTreeSet::new();
    for profile in profiles {
        let chart = chart_of(options, profile, &Project::find().fixtures())?;
        let values = values_for(options, profile, &chart);
        let (release, namespace) = (&profile.chart.release, &profile.chart.namespace);
        let rendering = Rendering { release, namespace, chart: &chart, values: &values, kubernetes };
        let rendered = helm.render(&rendering).await?;
        images.extend(rendered::images(&rendered)?);
    }
    Ok(images)
}
