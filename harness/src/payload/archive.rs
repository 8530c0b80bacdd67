//! A payload as a `tar.gz`, the form in which it is uploaded.

use std::collections::BTreeMap;
use std::io::{self, Read};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};

use super::manifest::refuse_unsafe;
use super::model::MANIFEST;
use super::{Payload, PayloadError};

/// The most that an archive may hold unpacked. A month of a thousand pods is about 200 MB of CSV.
const UNPACKED_LIMIT: u64 = 1 << 30;

impl Payload {
    /// Reads a payload from the bytes of a `tar.gz`. An archive that unpacks to more than 1 GiB is refused as soon as that
    /// is known.
    pub fn from_tar_gz(archive: &[u8]) -> Result<Self, PayloadError> {
        read_within(archive, UNPACKED_LIMIT)
    }

    /// Writes the payload as a `tar.gz`. The same payload always gives the same bytes.
    pub fn to_tar_gz(&self) -> io::Result<Vec<u8>> {
        let gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::fast());
        let mut archive = tar::Builder::new(gzip);
        for file in self.files() {
            append(&mut archive, &file.name, &file.bytes)?;
        }
        append(&mut archive, MANIFEST, &self.manifest().to_bytes())?;
        archive.into_inner()?.finish()
    }
}

fn append(archive: &mut tar::Builder<impl io::Write>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    archive.append_data(&mut header, name, bytes)
}

fn read_within(archive: impl Read, limit: u64) -> Result<Payload, PayloadError> {
    // One byte more than allowed, so that reaching the end of the budget tells "too large" from "ends here".
    let mut unpacked = GzDecoder::new(archive).take(limit + 1);
    let mut parts = BTreeMap::new();
    let read = read_parts(&mut unpacked, limit, &mut parts);
    if unpacked.limit() == 0 {
        return Err(PayloadError::TooLarge { limit });
    }
    read?;
    let manifest = parts.remove(MANIFEST).ok_or(PayloadError::NoManifest)?;
    Payload::from_parts(&manifest, parts)
}

fn read_parts(unpacked: &mut impl Read, limit: u64, parts: &mut BTreeMap<String, Vec<u8>>) -> Result<(), PayloadError> {
    let broken = |source| PayloadError::BrokenArchive { source };
    let mut archive = tar::Archive::new(&mut *unpacked);
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if entry.header().entry_type().is_dir() {
            continue;
        }
        if !entry.header().entry_type().is_file() {
            return Err(PayloadError::NotAFile { name });
        }
        let name = name.strip_prefix("./").unwrap_or(&name).to_owned();
        refuse_unsafe("the archive", &name)?;
        if entry.size() > limit {
            return Err(PayloadError::TooLarge { limit });
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(broken)?;
        if parts.insert(name.clone(), bytes).is_some() {
            return Err(PayloadError::DuplicateFile { place: "the archive", name });
        }
    }
    // The checksum of a gzip stream stands at its end: it is only looked at when all is read.
    io::copy(unpacked, &mut io::sink()).map_err(broken)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;

    use super::*;

    fn payload() -> Payload {
        let archive = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/golden/a-one-pod/upload.tar.gz");
        Payload::from_tar_gz(&std::fs::read(archive).expect("the golden upload")).expect("a payload")
    }

    fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            archive.append(&header, *bytes).expect("appends");
        }
        archive.into_inner().expect("ends").finish().expect("ends")
    }

    #[test]
    fn what_is_written_is_read_again_and_is_always_the_same() {
        let payload = payload();
        let archive = payload.to_tar_gz().expect("packs");
        assert_eq!(Payload::from_tar_gz(&archive).expect("reads"), payload);
        assert_eq!(payload.to_tar_gz().expect("packs"), archive);
    }

    #[test]
    fn a_broken_archive_is_refused() {
        let archive = payload().to_tar_gz().expect("packs");
        let mut flipped = archive.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0xff;
        for broken in [&archive[..archive.len() / 2], &archive[..archive.len() - 4], &flipped, b"plain text"] {
            let error = Payload::from_tar_gz(broken).expect_err("broken");
            assert!(matches!(error, PayloadError::BrokenArchive { .. }), "{error}");
        }
    }

    #[test]
    fn an_archive_without_manifest_or_with_bad_names_is_refused() {
        let error = |entries: &[(&str, &[u8])]| Payload::from_tar_gz(&packed(entries)).expect_err("faulty").to_string();
        assert_eq!(
            error(&[("a.csv", b"x")]),
            "no manifest.json in the payload (it must stand at the top, beside the CSV files)"
        );
        for name in ["../evil.csv", "/etc/passwd", "folder/manifest.json", "a\\b.csv"] {
            assert!(error(&[(name, b"x")]).starts_with("the archive names"), "{name}");
        }
        assert_eq!(error(&[("a.csv", b"x"), ("a.csv", b"y")]), "the archive names \"a.csv\" twice");
    }

    #[test]
    fn files_and_manifest_must_agree() {
        let manifest =
            br#"{"uuid": "0a000000-0000-4000-8000-00000000000a", "cluster_id": "c", "date": "d", "files": ["a.csv"]}"#;
        let error = |entries: &[(&str, &[u8])]| Payload::from_tar_gz(&packed(entries)).expect_err("faulty").to_string();
        assert_eq!(error(&[("manifest.json", manifest)]), "manifest.json lists \"a.csv\", which is not in the payload");
        let labels: &[u8] =
            b"report_period_start,report_period_end,interval_start,interval_end,node,node_labels\n,,,,,\n";
        assert_eq!(
            error(&[("manifest.json", manifest), ("a.csv", labels), ("b.csv", labels)]),
            "\"b.csv\" is in the payload, but manifest.json does not list it in files or resource_optimization_files"
        );
    }

    #[test]
    fn a_bomb_is_refused_by_the_limit() {
        let bomb = packed(&[("bomb.csv", &vec![b'0'; 300_000])]);
        assert!(bomb.len() < 3_000, "{}", bomb.len());
        let error = read_within(&bomb[..], 200_000).expect_err("too large");
        assert!(matches!(error, PayloadError::TooLarge { limit: 200_000 }), "{error}");
        let many: Vec<(String, Vec<u8>)> = (0..30).map(|n| (format!("{n}.csv"), vec![b'0'; 10_000])).collect();
        let entries: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        let error = read_within(&packed(&entries)[..], 200_000).expect_err("too large");
        assert!(matches!(error, PayloadError::TooLarge { .. }), "{error}");
        let mut zeros = GzEncoder::new(Vec::new(), Compression::fast());
        zeros.write_all(&vec![0; 300_000]).expect("writes");
        let error = read_within(&zeros.finish().expect("ends")[..], 200_000).expect_err("too large");
        assert!(matches!(error, PayloadError::TooLarge { .. }), "{error}");
    }

    /// A `tar.gz` of 10 MB that holds a file of zeros, and then 10 GB more of them. Each piece of the stream ends with a full flush, so
    /// that it can be repeated without being packed again.
    fn bomb() -> Vec<u8> {
        const PIECE: usize = 1 << 24;
        let mut header = tar::Header::new_gnu();
        header.set_path("a.csv").expect("a name");
        header.set_size(PIECE as u64);
        header.set_cksum();
        let zeros = flushed(&vec![0; PIECE]);
        let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
        bomb.extend(flushed(header.as_bytes()));
        for _ in 0..640 {
            bomb.extend(&zeros);
        }
        bomb
    }

    /// A piece of a raw deflate stream that ends at a byte and is not referred to by what follows.
    fn flushed(bytes: &[u8]) -> Vec<u8> {
        let mut stream = flate2::Compress::new(Compression::best(), false);
        let mut packed = Vec::with_capacity(bytes.len() / 500 + 4096);
        stream.compress_vec(bytes, &mut packed, flate2::FlushCompress::Full).expect("packs");
        assert_eq!(stream.total_in(), bytes.len() as u64);
        packed
    }

    #[test]
    fn a_bomb_of_ten_gigabytes_is_given_up_as_soon_as_it_is_too_large() {
        let bomb = bomb();
        assert!((9_000_000..12_000_000).contains(&bomb.len()), "{}", bomb.len());
        let mut left = &bomb[..];
        let error = read_within(&mut left, 3 << 24).expect_err("too large");
        assert!(matches!(error, PayloadError::TooLarge { .. }), "{error}");
        // Of 640 pieces, three and a little were looked at.
        let read = bomb.len() - left.len();
        assert!(read < bomb.len() / 100, "{read} of {} bytes were read", bomb.len());
    }
}
