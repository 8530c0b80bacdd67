//! Programs that a person would call by hand (helm, kind, docker): a command line that can be pasted, and how it ended.

mod command_line;
mod error;
mod running;

pub use command_line::CommandLine;
pub use error::ProgramError;
pub use running::{Printed, Running};
