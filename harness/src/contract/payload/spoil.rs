//! What is uploaded in a case, by the name of its fault.

use serde_json::json;

use super::archive::{Archive, STORAGE};
use super::spoil_files;
use crate::contract::error::ContractError;

/// The bytes that are uploaded in a case, in order; only the last one's answer counts. A fault that changes nothing is an error, except `none`.
pub(crate) fn uploads(fault: &str, mut payload: Archive) -> Result<Vec<Vec<u8>>, ContractError> {
    let whole = payload.clone();
    let archive = whole.to_tar_gz();
    Ok(match fault {
        "none" => vec![archive],
        "corrupt-gzip-cut" => vec![archive[..archive.len() / 2].to_vec()],
        "not-gzip" => vec![b"this is no archive".to_vec()],
        "corrupt-gzip-flip" => {
            let mut bytes = archive;
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0xff;
            vec![bytes]
        }
        "duplicate-upload" => vec![archive.clone(), archive],
        "missing-csv-storage--2nd-tarball" => {
            let mut second = whole;
            second.files = vec![payload.files.remove(STORAGE)];
            vec![payload.to_tar_gz(), second.to_tar_gz()]
        }
        _ => {
            let known = spoil(fault, &mut payload);
            let reason = if known { "nothing was changed" } else { "nobody wrote down how" };
            if payload == whole {
                return Err(ContractError::Payload { case: fault.to_owned(), reason: reason.to_owned() });
            }
            vec![payload.to_tar_gz()]
        }
    })
}

/// Puts a fault in. Says whether it is known.
fn spoil(fault: &str, payload: &mut Archive) -> bool {
    match fault {
        "no-start-end" => remove(payload, &["start", "end"]),
        "no-end" => remove(payload, &["end"]),
        "no-cluster-id" => remove(payload, &["cluster_id"]),
        "no-date" => remove(payload, &["date"]),
        "uuid-v1" => payload.manifest["uuid"] = json!("09000000-0000-1000-8000-000000000011"),
        "uuid-not-uuid" => payload.manifest["uuid"] = json!("not-a-uuid"),
        "unknown-cluster" => payload.manifest["cluster_id"] = json!("99999999-0000-4000-8000-000000000099"),
        "other-org-cluster" => payload.manifest["certified"] = json!(false),
        "cluster-alias" => payload.manifest["cluster_alias"] = json!("an alias of the payload's own"),
        "no-manifest" => payload.has_manifest = false,
        "manifest-not-json" => payload.manifest_text = Some("{this is no JSON".to_owned()),
        "path-in-files" => list_only(payload, "../evil.csv"),
        "backslash-in-files" => list_only(payload, "..\\evil.csv"),
        "slash-in-files" => list_only(payload, "folder/evil.csv"),
        "files-empty" => payload.manifest["files"] = json!([]),
        "range-one-day" => payload.manifest["end"] = json!("2026-11-10T23:59:59Z"),
        "range-wider" => {
            payload.manifest["start"] = json!("2026-11-08T00:00:00Z");
            payload.manifest["end"] = json!("2026-11-13T23:59:59Z");
        }
        _ => return spoil_files::spoil(fault, payload),
    }
    true
}

fn remove(payload: &mut Archive, fields: &[&str]) {
    if let Some(manifest) = payload.manifest.as_object_mut() {
        for field in fields {
            manifest.remove(*field);
        }
    }
}

/// Lists a file that is not in the archive.
fn list_only(payload: &mut Archive, name: &str) {
    payload.add_file(name, "");
    payload.files.pop();
}
