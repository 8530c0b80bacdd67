//! Catalogs: the structure that a migrated Koku database must have, by Koku version. Data of `fixtures/catalogs`.

mod load;
mod model;
mod object;
mod raw;
mod recognise;
mod shelf;

pub use load::CatalogError;
pub use model::{Catalog, SchemaCatalog};
pub use recognise::{Nearest, Recognised, Unlike, recognise};
pub use shelf::Shelf;
