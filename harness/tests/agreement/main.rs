//! The oracle and the fake, which share no code, on the same bytes: they must come to the same numbers.

mod clocks;
mod description;
mod files;
mod generator;
mod numbers;
mod system;
