//! The reader of payloads on bad input, and payloads moved to the edges of months.

mod bad_input;
mod made;
mod moved;
