//! Cost report files: reading, writing, rewriting. A payload is what a cluster's operator uploads: a `tar.gz` with
//! `manifest.json` and CSV files. Source of its form: facts `ocp-payload.md`.

mod archive;
mod columns;
mod error;
mod folder;
mod form;
mod manifest;
mod model;
mod rewrite;
mod table;
mod time;

pub use columns::FileKind;
pub use error::PayloadError;
pub use form::Form;
pub use manifest::Manifest;
pub use model::{Payload, PayloadFile};
pub use rewrite::Rewrite;
pub(crate) use table::{Column, Table};
pub(crate) use time::{Hour, HourReader};
