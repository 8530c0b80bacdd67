//! Scenario files: those that are there load and can be planned, and a wrong one gets an error that shows the line.

mod bad;
mod every_file;
mod planned;
mod selection;
mod support;
