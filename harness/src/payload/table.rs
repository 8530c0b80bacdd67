//! A CSV file of a payload, read row by row through named columns.

use csv::ByteRecord;

use super::{PayloadError, PayloadFile};

/// A column of a table. Where the file does not have it, each of its cells is empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column(Option<usize>);

impl Column {
    /// The cell of this column. A row that is too short has empty cells at its end, as in Koku.
    #[inline]
    pub(crate) fn of(self, row: &ByteRecord) -> &[u8] {
        self.0.and_then(|index| row.get(index)).unwrap_or_default()
    }
}

/// A CSV file that is being read.
pub(crate) struct Table<'a> {
    file: &'a PayloadFile,
    reader: csv::Reader<&'a [u8]>,
    header: ByteRecord,
}

impl<'a> Table<'a> {
    /// Opens a file and reads its header.
    pub(crate) fn open(file: &'a PayloadFile) -> Result<Self, PayloadError> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(&file.bytes[..]);
        let header = reader.byte_headers().map_err(|source| failed(file, source))?.clone();
        Ok(Self { file, reader, header })
    }

    /// The column of this name.
    pub(crate) fn column(&self, name: &str) -> Column {
        Column(self.header.iter().position(|column| column == name.as_bytes()))
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> &ByteRecord {
        &self.header
    }

    /// Reads the next row; false at the end.
    #[inline]
    pub(crate) fn next(&mut self, row: &mut ByteRecord) -> Result<bool, PayloadError> {
        self.reader.read_byte_record(row).map_err(|source| failed(self.file, source))
    }

    /// The error that a cell of this row, which should hold a time, does not.
    pub(crate) fn no_time(&self, row: &ByteRecord, column: &'static str, found: &[u8]) -> PayloadError {
        PayloadError::Time {
            file: self.file.name.clone(),
            line: row.position().map_or(0, csv::Position::line),
            column,
            found: String::from_utf8_lossy(found).into_owned(),
        }
    }
}

fn failed(file: &PayloadFile, source: csv::Error) -> PayloadError {
    PayloadError::Csv { file: file.name.clone(), source }
}
