//! A run: trials side by side, each with a system, a journal and finalizers of its own, whatever becomes of another.

mod evidence;
mod in_rust;
mod runner;
mod trial;
mod trials;
mod unmake;
mod verdict;

pub use runner::{RunRequest, RunTarget, Runner, RunnerError};
pub use trials::{Trials, run_on};
