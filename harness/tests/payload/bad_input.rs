//! What the reader says of payloads that are wrong. What Koku makes of most of them is in `fixtures/contract/koku-bad-payloads.json`.

use std::fmt::Write as _;

use harness::error::chain;
use harness::oracle::{self, Inputs};
use harness::payload::{Payload, Rewrite};
use tar::EntryType;
use uuid::Uuid;

use crate::made::{Archive, Made};

/// Reads an archive the whole way that a phase goes: unpacked, rewritten, and summed by the oracle.
fn error(archive: &[u8]) -> String {
    let rewrite = Rewrite {
        uuid: Uuid::from_u128(0x0c00_0000_0000_4000_8000_0000_0000_000c),
        cluster_id: "cluster".to_owned(),
        today: "2026-11-24".parse().expect("a day"),
    };
    let payload = Payload::from_tar_gz(archive).and_then(|payload| payload.rewritten(&rewrite));
    match payload {
        Err(error) => chain(&error),
        Ok(payload) => match oracle::expect(&payload, &Inputs::of_source("alias")) {
            Err(error) => chain(&error),
            Ok(_) => panic!("the payload is taken for a sound one"),
        },
    }
}

fn assert_errors(name: &str, cases: Vec<(&str, Vec<u8>)>) {
    let mut text = String::new();
    for (case, archive) in cases {
        writeln!(text, "{case}\n    {}", error(&archive)).expect("writes");
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots"));
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_broken_archive_is_named() {
    let sound = Made::of_one_pod().archive();
    let cut = |bytes: usize| sound[..sound.len() - bytes].to_vec();
    let mut flipped = sound.clone();
    // The checksum stands in the last eight bytes but four.
    let place = sound.len() - 6;
    flipped[place] ^= 0xff;
    let mut linked = Archive::default();
    linked.link("pods.csv", EntryType::Symlink, "/etc/passwd");
    let mut hard = Archive::default();
    hard.link("pods.csv", EntryType::Link, "manifest.json");
    let mut twice = Archive::default();
    twice.file("pods.csv", b"a");
    twice.file("pods.csv", b"b");
    let mut huge = Archive::default();
    huge.entry("pods.csv", EntryType::Regular, 10 << 30, "", b"0000");
    let named = |name: &str| {
        let mut archive = Archive::default();
        archive.file(name, b"a");
        archive.finish()
    };
    assert_errors(
        "broken_archive",
        vec![
            ("gzip cut in half", cut(sound.len() / 2)),
            ("gzip without its last four bytes", cut(4)),
            ("gzip with a flipped byte", flipped),
            ("not gzip", b"this is no archive".to_vec()),
            ("nothing at all", Vec::new()),
            ("a name with ..", named("../evil.csv")),
            ("a name with .. in it", named("a..csv")),
            ("a name with /", named("folder/pods.csv")),
            ("a name with \\", named("folder\\pods.csv")),
            ("an absolute name", named("/etc/passwd")),
            ("a symbolic link", linked.finish()),
            ("a hard link", hard.finish()),
            ("a name twice", twice.finish()),
            ("an entry of 10 GiB", huge.finish()),
            ("no manifest", named("pods.csv")),
        ],
    );
}

#[test]
fn a_faulty_manifest_is_named() {
    let made = Made::of_one_pod;
    let mut not_json = Archive::default();
    not_json.file("manifest.json", b"{\n  \"uuid\": oops\n}");
    let listing = |name: &str| made().set("files", vec![name.to_owned()]).archive();
    assert_errors(
        "faulty_manifest",
        vec![
            ("without start", made().unset("start").archive()),
            ("without end", made().unset("end").archive()),
            ("without start and end", made().unset("start").unset("end").archive()),
            ("start that is no time", made().set("start", "yesterday").archive()),
            ("end before start", made().set("start", "2026-11-12T00:00:00Z").archive()),
            ("uuid of version 1", made().set("uuid", "0a000000-0000-1000-8000-00000000000a").archive()),
            ("uuid that is none", made().set("uuid", "cost-report").archive()),
            ("without uuid", made().unset("uuid").archive()),
            ("without cluster_id", made().unset("cluster_id").archive()),
            ("without date", made().unset("date").archive()),
            ("not JSON", not_json.finish()),
            ("listed name with ..", listing("../evil.csv")),
            ("listed name with /", listing("/etc/passwd")),
            ("listed name with \\", listing("a\\b.csv")),
            ("a name listed twice", made().set("files", vec!["pods.csv", "pods.csv"]).archive()),
            ("a listed file is missing", made().without("storage.csv").archive()),
            ("a file is not listed", made().put("more.csv", "a").archive()),
            ("no file at all", made().set("files", Vec::<String>::new()).archive()),
        ],
    );
}

#[test]
fn a_faulty_file_is_named_with_row_and_column() {
    let made = Made::of_one_pod;
    let renamed = |file: &str, from: &'static str, to: &'static str| {
        made().change(file, |text| text.replacen(from, to, 1)).archive()
    };
    let mut binary = made().files["pods.csv"].clone();
    let place = binary.windows(9).rposition(|part| part == b"label_app").expect("a label");
    binary[place] = 0xff;
    let mut header = made().files["nodes.csv"].clone();
    header[3] = 0xc3;
    let first_line = |text: &str| text.lines().next().map(str::to_owned).expect("a header");
    let cut_after = |cells: usize| {
        let cut = move |text: &str| {
            let cut = |(number, line): (usize, &str)| match number {
                4 => line.split(',').take(cells).collect::<Vec<_>>().join(","),
                _ => line.to_owned(),
            };
            text.lines().enumerate().map(cut).collect::<Vec<_>>().join("\n")
        };
        made().change("pods.csv", cut).archive()
    };
    assert_errors(
        "faulty_file",
        vec![
            ("missing column", renamed("pods.csv", ",pod_limit_memory_byte_seconds", ",")),
            ("misspelled column", renamed("storage.csv", "storageclass", "storage_class")),
            ("extra column", renamed("pods.csv", "pod_labels\n", "pod_labels,extra\n")),
            ("0 bytes", made().put("storage.csv", "").archive()),
            ("header only", made().change("storage.csv", first_line).archive()),
            ("a cell that is not UTF-8", made().put("pods.csv", binary).archive()),
            ("a header that is not UTF-8", made().put("nodes.csv", header).archive()),
            ("a word for a time", renamed("pods.csv", "2026-11-10 01:00:00 +0000 UTC", "yesterday")),
            ("a day that is none", renamed("storage.csv", "2026-11-10 02:00:00", "2026-11-31 02:00:00")),
            ("an hour that is none", renamed("pods.csv", "2026-11-10 03:00:00", "2026-11-10 24:00:00")),
            ("a row that ends before its time", cut_after(2)),
        ],
    );
}
