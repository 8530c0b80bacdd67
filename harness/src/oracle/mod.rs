//! The oracle: what Koku must store and report of a payload, computed by us from the bytes that are uploaded, and the
//! comparison with what was observed.
//!
//! It streams the CSV files ([`expect`], [`expect_sequence`]), and derives everything else from the rows of the daily summary: totals, report
//! tables, bodies of reports. It is not modelled on the fake and shares no code with it; both answer to what the real Koku
//! computed. Source of the formulas: measured on Koku 768be82, facts `koku-formulas.md` §1 to §4, §6 to §8.

mod body;
mod cell;
mod compare;
mod cost_model;
mod costs;
mod difference;
mod error;
mod expected;
mod json;
mod money;
mod namespace;
mod pods;
mod report;
mod resend;
mod roles;
mod storage;
mod summary;
mod symbols;
mod tables;
mod totals;

pub use body::body;
pub use compare::{Comparison, compare, compare_costs, compare_report_tables, compare_reports, compare_summary};
pub use cost_model::CostModel;
pub use difference::{Difference, DifferenceKind, Place, Subject};
pub use error::OracleError;
pub use expected::{DayOrder, Expected, Inputs, Resending, expect, expect_sequence};
pub use totals::{Total, Totals};
