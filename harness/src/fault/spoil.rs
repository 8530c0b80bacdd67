//! Payloads that are spoilt on purpose: what the sender of one can do wrong.

use std::collections::BTreeMap;
use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};

use super::form::PayloadStrike;
use crate::payload::Payload;

impl PayloadStrike {
    /// Whether it is in the hands of whoever sends the payload, and seen without waiting for what never comes.
    #[must_use]
    pub const fn is_of_sender(self) -> bool {
        matches!(self, Self::SendAsNobody | Self::AddColumn | Self::DropColumn)
    }

    /// The archive of this payload, spoilt where that is what is done wrong.
    ///
    /// # Errors
    /// The archive cannot be written.
    pub fn archive(self, payload: &Payload) -> io::Result<Vec<u8>> {
        let mut files: BTreeMap<&str, Vec<u8>> =
            payload.files().iter().map(|file| (file.name.as_str(), file.bytes.clone())).collect();
        match self {
            Self::AddColumn => files.values_mut().next().into_iter().for_each(|file| {
                *file = by_line(file, |number, line| format!("{line},{}", if number == 0 { "of_nobody" } else { "1" }));
            }),
            Self::DropColumn => files.values_mut().next_back().into_iter().for_each(|file| {
                *file = by_line(file, |_, line| line.rsplit_once(',').map_or(line, |(kept, _)| kept).to_owned());
            }),
            Self::LeaveOutFile => drop(files.pop_last()),
            _ => {}
        }
        let mut archive = packed(&files, payload.manifest().document())?;
        if self == Self::CutArchive {
            archive.truncate(archive.len() / 2);
        }
        Ok(archive)
    }
}

fn by_line(file: &[u8], change: impl Fn(usize, &str) -> String) -> Vec<u8> {
    let text = String::from_utf8_lossy(file);
    text.lines().enumerate().map(|(number, line)| change(number, line) + "\n").collect::<String>().into_bytes()
}

/// An archive of these files, whether or not they make a sound payload.
///
/// # Errors
/// The archive cannot be written.
pub fn packed(files: &BTreeMap<&str, Vec<u8>>, manifest: &Map<String, Value>) -> io::Result<Vec<u8>> {
    let manifest = serde_json::to_vec(manifest)?;
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let files = files.iter().map(|(name, bytes)| (*name, bytes.as_slice()));
    for (name, bytes) in files.chain([("manifest.json", manifest.as_slice())]) {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, bytes)?;
    }
    archive.into_inner()?.finish()
}
