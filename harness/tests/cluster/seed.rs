//! The five commands with which the document of our users verifies the fix, word for word, and the output that it expects.
//!
//! `fixtures/seed/verification.sh` is their text as it stands in the document. The namespace that they name must not be there before,
//! and is deleted afterwards. Images are chosen by the environment of `scripts/install-cost-helm-chart.sh`.

use std::collections::BTreeSet;

use harness::project::Project;
use libtest_mimic::Trial;

use crate::system::{System, shown};
use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("seed::the_documents_own_commands_give_what_it_expects", the_commands_give_what_is_expected)]
}

/// The namespace that stands in the commands.
const NAMESPACE: &str = "cost-mgmt";

fn the_commands_give_what_is_expected() {
    let steps = steps();
    let titles: Vec<_> = steps.iter().map(|step| step.title.as_str()).collect();
    let [install, log, count, rows, validate] = steps.as_slice() else { panic!("not five commands: {titles:?}") };
    let system = System::new(NAMESPACE);

    install.run(&system);
    let log = log.run(&system);
    assert!(log.contains("org1234567"), "the bootstrap's log tells of no tenant: {log}");

    // "217 tables" in the document; psql prints a table of one number.
    let expected = count.expected.first().and_then(|line| line.strip_suffix(" tables")).expect("a number of tables");
    assert_eq!(cells(&count.run(&system)), BTreeSet::from([vec![expected.to_owned()]]), "{}", count.title);

    let expected = cells(&rows.expected.join("\n"));
    assert_eq!(expected.len(), 2, "the document shows two tenants: {expected:?}");
    assert_eq!(cells(&rows.run(&system)), expected, "{}", rows.title);

    validate.run(&system);
}

/// One numbered command of the document, with the output that stands below it.
struct Step {
    title: String,
    command: String,
    expected: Vec<String>,
}

fn steps() -> Vec<Step> {
    let file = Project::find().fixtures().join("seed/verification.sh");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        let comment = line.strip_prefix('#');
        if let Some(title) = comment.filter(|comment| is_title(comment)) {
            steps.push(Step { title: title.trim().to_owned(), command: String::new(), expected: Vec::new() });
            continue;
        }
        let step = steps.last_mut().expect("the text begins with a numbered command");
        if let Some(comment) = comment {
            let said = comment.trim().trim_start_matches("Expected:").trim();
            step.expected.extend((!said.is_empty()).then(|| said.to_owned()));
        } else {
            step.command.push_str(line);
            step.command.push('\n');
        }
    }
    steps
}

/// Whether a comment is a command's title, such as ` 2. Verify tenant bootstrap`.
fn is_title(comment: &str) -> bool {
    comment.split_once(". ").is_some_and(|(number, _)| number.trim().parse::<u8>().is_ok())
}

impl Step {
    /// Runs the command as a person does, at the top of the project, and gives what it prints.
    fn run(&self, system: &System) -> String {
        println!("{}\n{}", self.title, self.command.trim_end());
        let root = Project::find().fixtures().join("..");
        let shell = system.command("bash").args(["-c", &self.command]).current_dir(root).output().expect("a shell");
        let told = shown(&shell);
        assert!(shell.status.success(), "{}: {}\n{told}", self.title, shell.status);
        String::from_utf8(shell.stdout).expect("UTF-8")
    }
}

/// The rows of a table as psql prints it, without its head, rule and foot. Their order, and how wide a column is, is nobody's promise.
fn cells(table: &str) -> BTreeSet<Vec<String>> {
    let lines = table.lines().skip_while(|line| !line.trim_start().starts_with('-')).skip(1);
    let rows = lines.take_while(|line| !line.trim().is_empty() && !line.starts_with('('));
    rows.map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}
