//! The contract against the local fake: every case is kept or listed with its reason, a difference is found, and bad files are told.

mod bad_input;
mod every_case;
mod mutations;
mod support;
