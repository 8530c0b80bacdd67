//! Catalogs: the structure that a migrated Koku database must have, by Koku version. Data of `fixtures/catalogs`.

mod load;
mod model;
mod raw;
mod shelf;

pub use load::CatalogError;
pub use model::{Catalog, SchemaCatalog};
pub use shelf::Shelf;
