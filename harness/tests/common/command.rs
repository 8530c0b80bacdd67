//! Runs a command and shows exit code, standard output and standard error as one text, as uv's tests do.

use std::path::Path;
use std::process::{Command, Output};

/// A command that sees nothing of the environment of the tests that would change what it says.
pub(crate) fn quiet(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for variable in
        ["RUST_LOG", "NO_COLOR", "E2E_KEEP", "E2E_POSTGRES", "E2E_DATABASE_URL", "CARGO_TARGET_DIR", "COLUMNS"]
    {
        command.env_remove(variable);
    }
    command
}

/// Exit code, standard output and standard error as one text.
pub(crate) fn shown(output: &Output) -> String {
    let code = output.status.code().map_or_else(|| output.status.to_string(), |code| code.to_string());
    format!(
        "exit code: {code}\n----- stdout -----\n{}\n----- stderr -----\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Replaces what differs from run to run: run ids, moments, durations, and this folder.
pub(crate) fn filters(settings: &mut insta::Settings, folder: &Path) {
    settings.add_filter(&regex::escape(&folder.display().to_string()), "[FOLDER]");
    settings.add_filter(r"\d{6}-\d{6}-[0-9a-f]{4}", "[RUN]");
    settings.add_filter(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "[MOMENT]");
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "[MOMENT]");
    settings.add_filter(r#""elapsed_ms": \d+"#, r#""elapsed_ms": [TIME]"#);
    settings.add_filter(r"\b\d+\.\d s\b", "[TIME]");
}

/// A project with the profiles of this one, and one scenario that no test of scenarios changes.
pub(crate) fn project(folder: &Path) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for made in ["scenarios", "fixtures/payloads"] {
        std::fs::create_dir_all(folder.join(made)).expect("a folder");
    }
    let profiles = folder.join("fixtures/profiles");
    if !profiles.exists() {
        std::os::unix::fs::symlink(workspace.join("fixtures/profiles"), profiles).expect("a link");
    }
    std::fs::write(folder.join("Cargo.lock"), "").expect("written");
    let scenario = "name: scripted\nsummary: A script runs.\nlabels: [smoke]\nprofiles: [cost-mgmt]\ntenants: [acme]\n\
                    phases:\n  - install: {}\nexpect: { findings: [] }\n";
    std::fs::write(folder.join("scenarios/scripted.yaml"), scenario).expect("written");
}
