//! Pages of `docs/` whose parts come from fixtures: they must say what the fixtures say.
//!
//! Run with `UPDATE_DOCS=1` (`just documents`) to write them anew.

mod endpoints;
mod exchange;
mod faults;
mod marked;
mod sources;

use std::path::PathBuf;

use marked::Page;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn provider_management_shows_the_recorded_exchanges() {
    let recordings = exchange::Recordings::load(&root().join("fixtures/contract"));
    let shown = Page::of(&root(), "docs/provider-management.md").hold_to(|marker| match marker {
        ["exchange", file, id] => recordings.render(file, id),
        other => Err(format!("no such marker: {}", other.join(" "))),
    });
    assert!(shown > 20, "{shown} exchanges are shown");
}

#[test]
fn endpoints_shows_what_the_profiles_say() {
    let profiles = endpoints::profiles(&root().join("fixtures"));
    let shown = Page::of(&root(), "docs/endpoints.md").hold_to(|marker| match marker {
        ["profiles", part] => endpoints::render(part, &profiles),
        other => Err(format!("no such marker: {}", other.join(" "))),
    });
    assert_eq!(shown, 3, "parts that are generated");
}

#[test]
fn endpoints_names_every_path_and_table_that_the_harness_touches() {
    let page = std::fs::read_to_string(root().join("docs/endpoints.md")).expect("the page can be read");
    let touched = sources::touched(&root().join("harness/src"));
    assert!(touched.len() >= 20, "only {} names were found in the sources", touched.len());
    let missing: Vec<&String> = touched.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/endpoints.md does not name: {missing:#?}");
}

#[test]
fn scenarios_shows_every_fault_that_a_scenario_can_put_in() {
    let shown = Page::of(&root(), "docs/scenarios.md").hold_to(|marker| match marker {
        ["faults"] => Ok(faults::table()),
        other => Err(format!("no such marker: {}", other.join(" "))),
    });
    assert_eq!(shown, 1, "parts that are generated");
}
