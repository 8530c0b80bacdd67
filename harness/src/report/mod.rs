//! Reports: what a run's events add up to, and the forms in which people and programs read it.

pub mod console;
mod fold;
mod folder;
mod json;
mod line;
mod model;
mod summary;

pub use fold::{Fold, SharedFold};
pub use folder::{FolderError, RunFolder, results_folder};
pub use json::{events_schema, report_schema, to_json};
pub(crate) use line::counted;
pub use line::{Line, Tone, text};
pub use model::{
    Check, DoesNotApply, End, Ending, Found, LeftBehind, REPORT_VERSION, Report, Standing, Status, Step, Trial,
};
pub use summary::summary;
