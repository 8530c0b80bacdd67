//! Scenario files: those that are there load and can be planned, and a wrong one gets an error that shows the line.

mod bad;
mod documented;
mod every_file;
mod hardened;
mod planned;
mod selection;
mod support;
