//! Payloads with something wrong in them, made of golden case a; and what each is named.

mod archive;
mod spoil;
mod spoil_cells;
mod spoil_files;

pub(crate) use archive::Archive;
pub(crate) use spoil::uploads;
