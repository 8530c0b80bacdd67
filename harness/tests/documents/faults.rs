//! The faults that a scenario can put in, as a table.

use std::fmt::Write;

use harness::fault::{Fault, Setting, registry};

/// A row for each fault: what it does, where it stands, what can be said of it, and what must be found.
pub(crate) fn table() -> String {
    let mut table =
        "| fault | what it does | where it stands | settings | findings |\n|---|---|---|---|---|\n".to_owned();
    let faults = registry::all().filter_map(|fault| fault.place().map(|place| (fault, place)));
    for (fault, place) in faults {
        let (name, summary, findings) = (fault.name, fault.summary, listed(fault.findings));
        writeln!(table, "| `{name}` | {summary} | {place} | {} | {findings} |", settings(fault)).expect("writes");
    }
    table
}

fn settings(fault: &Fault) -> String {
    let keys: Vec<&str> = fault.settings().map(Setting::key).collect();
    if keys.is_empty() { "none: `{}`".to_owned() } else { listed(&keys) }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
