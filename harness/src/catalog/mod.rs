//! Catalogs: the structure that a migrated Koku database must have, by Koku version. Data of `fixtures/catalogs`, which are loaded,
//! recognised, captured from a database that is known to be good, and compared.

mod capture;
mod capture_error;
mod describe;
mod diff;
mod file;
mod load;
mod model;
mod object;
mod raw;
mod raw_column;
mod recognise;
mod shelf;
mod source;
mod write;

pub use capture::{CaptureRequest, capture, look};
pub use capture_error::CaptureError;
pub use diff::{CatalogDiff, Change, Difference, Kind};
pub use file::{CatalogFile, CatalogSummary};
pub use load::CatalogError;
pub use model::{Catalog, SchemaCatalog};
pub(crate) use recognise::difference;
pub use recognise::{Nearest, Recognised, Unlike, recognise};
pub use shelf::Shelf;
