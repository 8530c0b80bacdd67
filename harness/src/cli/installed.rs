//! `--namespace`: a release that others installed into a cluster is judged, and acted on, as it is.

use std::ffi::OsString;

use super::failure::Failure;
use super::output::tell;
use super::selection::Selection;
use crate::profile::Profile;
use crate::project::Project;
use crate::scenario::plan::GivenTenant;
use crate::target::cluster::InstalledAt;
use crate::target::cluster::names::{self, NotRecognised};

/// The scenario of all phases, which runs where none is named.
const ALL_PHASES: &str = "fresh-install";
/// The flags that may stand without a command before them.
const FLAGS: [&str; 2] = ["--namespace", "--context"];
/// The command that is meant by them.
const MEANT: [&str; 3] = ["run", "--target", "cluster"];

/// The same command line, where `e2e-validate --namespace NAME --context NAME` means `e2e-validate run --target cluster` with these flags.
pub(super) fn spelled_out(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_meant = |word: &OsString| {
        let word = word.to_string_lossy();
        FLAGS.contains(&word.split('=').next().unwrap_or_default())
    };
    if arguments.get(1).is_some_and(is_meant) {
        arguments.splice(1..1, MEANT.map(OsString::from));
    }
    arguments
}

/// The release in a namespace of a context that is named. Only what a person names is touched.
pub(super) fn at(
    context: Option<String>,
    namespace: String,
    owned: bool,
    tenant: GivenTenant,
) -> Result<InstalledAt, Failure> {
    let context = context.ok_or_else(|| {
        Failure::usage(format!(
            "namespace {namespace} of which cluster? name its context by --context (kubectl config get-contexts lists them)"
        ))
    })?;
    Ok(InstalledAt { context, namespace, owned, tenant })
}

/// What is to run there: the scenario of all phases unless others are named, on the one profile that is named or that the namespace tells.
/// A namespace that is not marked is refused here.
pub(super) fn selection(selection: &Selection, at: &InstalledAt) -> Result<Selection, Failure> {
    let selection = selection.clone().on_installed().or_scenario(ALL_PHASES);
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::could_not_tell)?;
    runtime.block_on(async {
        let installed = at.find().await.map_err(Failure::usage)?;
        match selection.named_profiles() {
            [] => {}
            [_] => return Ok(selection),
            _ => return Err(Failure::usage("a release is of one profile: name one by --profile")),
        }
        let profiles = Profile::load_all(&Project::find().fixtures()).map_err(Failure::usage)?;
        let recognised = names::recognise(&installed.client, &at.namespace, &profiles).await;
        let recognised = recognised.map_err(|error| match error {
            NotRecognised::NotListed(error) => Failure::could_not_tell(error),
            error => Failure::usage(error),
        })?;
        let names::RecognisedByNames { profile, matched, of } = recognised;
        tell(&format!(
            "note: profile {}, of which {matched} of {of} names are in namespace {}",
            profile.name, at.namespace
        ));
        Ok(selection.or_profile(Some(profile.name.clone())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(words: &[&str]) -> String {
        let arguments = std::iter::once("e2e-validate").chain(words.iter().copied()).map(OsString::from).collect();
        spelled_out(arguments).iter().skip(1).map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_namespace_alone_means_to_run_all_phases_there() {
        assert_eq!(spelled(&["--namespace", "apart"]), "run --target cluster --namespace apart");
        assert_eq!(spelled(&["--context=kind", "--namespace=a"]), "run --target cluster --context=kind --namespace=a");
        assert_eq!(spelled(&["doctor", "--namespace", "a"]), "doctor --namespace a");
        assert_eq!(spelled(&["--help"]), "--help");
        assert_eq!(spelled(&[]), "");
    }
}
