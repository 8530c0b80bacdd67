//! Reports: the fold, the exit code that follows from it, and every text that people and programs read.

mod common;

use std::path::Path;

use common::{Story, domain_missing, every_ending, killed, moment, with_snapshots};
use harness::check::Outcome;
use harness::event::{Event, Happening, Listener};
use harness::exit_code::ExitCode;
use harness::report::console::{Live, Plain, Screen, Size, ended, frame, plain_lines};
use harness::report::{
    End, Ending, Fold, Line, Report, Standing, Status, Tone, events_schema, report_schema, summary, text, to_json,
};

fn report(story: &Story) -> Report {
    Fold::all(&story.events).expect("a report")
}

fn code(story: &Story) -> ExitCode {
    ExitCode::of(&report(story))
}

#[test]
fn exit_codes_are_numbers_that_never_change() {
    let codes = [
        ExitCode::AsExpected,
        ExitCode::Findings,
        ExitCode::Usage,
        ExitCode::CouldNotTell,
        ExitCode::NothingRan,
        ExitCode::Interrupted,
    ];
    assert_eq!(codes.map(ExitCode::number), [0, 1, 2, 3, 4, 130]);
}

#[test]
fn the_exit_code_follows_from_the_report() {
    let passed = || Story::of_run(1).passes(0, 2_000, "a");
    let errored = Outcome::Errored { why: "no route".into() };
    let skipped = Outcome::Skipped { reason: "no engine".into() };
    assert_eq!(code(&passed()), ExitCode::AsExpected);
    assert_eq!(code(&Story::of_run(1).fails(0, 9, "a", &[], &[])), ExitCode::AsExpected, "expected findings");
    assert_eq!(code(&Story::of_run(1).fails(0, 9, "a", &["domain-missing"], &[])), ExitCode::Findings);
    assert_eq!(code(&Story::of_run(1).done(9, "a", Outcome::Passed, &[], &["x"])), ExitCode::Findings, "one too few");
    assert_eq!(code(&Story::of_run(1).done(9, "a", errored.clone(), &[], &[])), ExitCode::CouldNotTell);
    assert_eq!(
        code(&Story::of_run(2).fails(0, 9, "a", &["x"], &[]).done(9, "b", errored, &[], &[])),
        ExitCode::CouldNotTell,
        "an error outweighs a finding"
    );
    assert_eq!(code(&Story::of_run(0)), ExitCode::NothingRan);
    assert_eq!(code(&Story::of_run(1).done(9, "a", skipped.clone(), &[], &[])), ExitCode::NothingRan);
    assert_eq!(
        code(&Story::of_run(2).passes(0, 2_000, "a").done(9, "b", skipped, &[], &[])),
        ExitCode::AsExpected,
        "a skip is no finding"
    );
    assert_eq!(code(&passed().run(9, Happening::Interrupted)), ExitCode::Interrupted);
    assert_eq!(code(&passed().run(9, Happening::CouldNotRun { why: "no server".into() })), ExitCode::CouldNotTell);
}

#[test]
fn what_did_not_end_or_never_began_is_no_pass() {
    assert_eq!(code(&Story::of_run(1).started(0, "a", "…", 1)), ExitCode::CouldNotTell);
    assert_eq!(code(&Story::of_run(2).passes(0, 2_000, "a")), ExitCode::CouldNotTell, "one of two never began");
}

#[test]
fn every_prefix_of_a_run_is_a_report_and_none_passes_before_its_trials_have_ended() {
    let story = every_ending();
    for length in 1..=story.events.len() {
        let report = Fold::all(&story.events[..length]).expect("a report");
        let ended = story.events[..length].iter().filter(|event| matches!(event.what, Happening::TrialFinished { .. }));
        let not_finished = report.count(Ending::NotFinished);
        assert_eq!(report.trials.len() - not_finished, ended.count());
        assert_ne!(ExitCode::of(&report), ExitCode::AsExpected);
    }
}

#[test]
fn a_finding_is_told_once_though_check_step_and_trial_repeat_it() {
    let report = report(&every_ending());
    let trial = report.trials.iter().find(|trial| trial.id.scenario == "three-tenants").expect("the trial");
    let found: Vec<_> = trial.findings.iter().map(|found| (found.step, found.standing, &found.finding)).collect();
    assert_eq!(found, [(Some(1), Standing::Unexpected, &domain_missing("org1234567"))]);
}

#[test]
fn a_killed_run_is_told_as_one() {
    let report = report(&killed());
    assert_eq!((report.end.clone(), report.not_started(), report.elapsed_ms()), (End::NotRecorded, 1, 5_000));
    let trial = report.trials.last().expect("the trial");
    assert_eq!((trial.ending, &trial.status, trial.elapsed_ms), (Ending::NotFinished, &Status::NotFinished, 4_600));
    assert_eq!(trial.steps[1].status, Status::NotFinished);
    assert_eq!(trial.findings[0].standing, Standing::Undecided);
    assert_eq!(ExitCode::of(&report), ExitCode::CouldNotTell);
}

#[test]
fn the_summary_tells_what_is_wrong_and_how_to_mend_it() {
    let folder = Some(Path::new("target/e2e/261124-100528-ab12"));
    with_snapshots(|| {
        insta::assert_snapshot!("report__summary", summary(&report(&every_ending()), folder, false));
        insta::assert_snapshot!("report__summary_killed", summary(&report(&killed()), folder, false));
        let passed = Story::of_run(1).passes(320, 4_150, "fresh-install").ended(4_200, 0);
        insta::assert_snapshot!("report__summary_passed", summary(&report(&passed), folder, false));
        let interrupted = killed().run(5_100, Happening::Interrupted).ended(5_200, 130);
        insta::assert_snapshot!("report__summary_interrupted", summary(&report(&interrupted), None, false));
        let nothing = Story::of_run(0).ended(400, 4);
        insta::assert_snapshot!("report__summary_nothing", summary(&report(&nothing), None, false));
        let server = "no PostgreSQL\n  docker: no engine\n  local: no binaries".to_owned();
        let no_target = Story::of_run(2).run(400, Happening::CouldNotRun { why: server }).ended(400, 3);
        insta::assert_snapshot!("report__summary_could_not_run", summary(&report(&no_target), None, false));
    });
}

#[test]
fn colour_changes_no_word() {
    let report = report(&every_ending());
    let coloured = summary(&report, None, true);
    assert!(coloured.contains("\u{1b}[32m"), "{coloured}");
    let codes = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    let words = |text: &str| text.split_whitespace().map(String::from).collect::<Vec<_>>();
    assert_eq!(words(&codes.replace_all(&coloured, "")), words(&summary(&report, None, false)));
}

#[test]
fn plain_lines_tell_each_thing_once() {
    let mut fold = Fold::default();
    let lines: Vec<Line> = every_ending()
        .run(4_100, Happening::Interrupted)
        .run(4_100, Happening::CouldNotRun { why: "no server".into() })
        .events
        .iter()
        .flat_map(|event| {
            fold.add(event);
            plain_lines(fold.report().expect("a report"), event)
        })
        .collect();
    with_snapshots(|| insta::assert_snapshot!("report__plain", text(&lines, false)));
}

#[test]
fn the_plain_console_writes_as_it_hears() {
    let mut written = Vec::new();
    let mut plain = Plain::new(&mut written, false);
    every_ending().events[..3].iter().for_each(|event| plain.hear(event));
    let written = String::from_utf8(written).expect("text");
    assert_eq!(written.lines().count(), 3, "{written}");
}

/// The tree as it is at these times, one frame below the other.
fn frames(events: &[Event], times: &[i64], size: Size) -> String {
    let frames = times.iter().map(|time| {
        let report = Fold::all(events.iter().filter(|event| event.at <= moment(*time))).expect("a report");
        let lines: String = frame(&report, moment(*time), size.height)
            .iter()
            .map(|line| line.render(false, Some(size.width)) + "\n")
            .collect();
        format!("after {time} ms\n{lines}\n")
    });
    frames.collect()
}

#[test]
fn the_tree_grows_with_the_run_and_fits_its_screen() {
    let mut events = every_ending().events;
    events.sort_by_key(|event| event.at);
    with_snapshots(|| {
        let wide = Size { width: 80, height: 20 };
        insta::assert_snapshot!("report__tree", frames(&events, &[200, 330, 1_300, 1_800, 4_180], wide));
        let low = Size { width: 40, height: 3 };
        insta::assert_snapshot!("report__tree_small", frames(&events, &[330, 1_300], low));
        let lowest = Size { width: 40, height: 2 };
        insta::assert_snapshot!("report__tree_smallest", frames(&events, &[330], lowest));
    });
}

#[test]
fn an_ended_trial_stays_on_the_screen_with_what_was_wrong() {
    let lines: Vec<Line> = report(&every_ending()).trials.iter().flat_map(ended).collect();
    with_snapshots(|| insta::assert_snapshot!("report__tree_ended", text(&lines, false)));
}

#[test]
fn the_screen_wipes_what_passed_and_keeps_what_stays() {
    let line = |text| Line::new(Tone::Plain, text);
    let mut screen = Screen::new(false);
    assert_eq!(screen.draw(&[], &[line("a runs"), line("0 of 1")], 80), "a runs\n0 of 1\n");
    assert_eq!(screen.draw(&[line("a ended")], &[line("1 of 1 ended")], 7), "\u{1b}[2A\u{1b}[Ja ended\n1 of 1…\n");
    assert_eq!(screen.draw(&[], &[], 80), "\u{1b}[1A\u{1b}[J");
}

#[test]
fn the_live_console_ends_with_the_run_and_leaves_only_what_stays() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let (mut listener, live) = Live::start(writer, || Size { width: 80, height: 24 }, false);
    every_ending().events.iter().for_each(|event| listener.hear(event));
    live.finish();
    let written = std::io::read_to_string(reader).expect("text");
    assert!(written.contains("✓ fresh-install [cost-mgmt, local] as expected, 4.2 s\n"), "{written}");
    let after = written.rsplit_once("\u{1b}[J").map_or(written.as_str(), |(_, after)| after);
    assert!(!after.contains("▸"), "nothing runs any more: {after}");
}

#[test]
fn the_json_is_the_report_and_reads_back() {
    let report = report(&every_ending());
    let json = to_json(&report).expect("serializes");
    assert_eq!(serde_json::from_str::<Report>(&json).expect("reads back"), report);
    with_snapshots(|| insta::assert_snapshot!("report__json", json));
}

#[test]
fn the_schemas_that_are_checked_in_are_current() {
    for (name, schema) in [("report.schema.json", report_schema()), ("events.schema.json", events_schema())] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let current = serde_json::to_string_pretty(&schema).expect("serializes") + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(&path, &current).expect("written");
        }
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(checked_in == current, "harness/{name} is not the model's: `just schemas` writes it anew");
    }
}
