//! Telling it.

use std::fmt::Write as _;

use serde::Serialize;

use super::compare;
use super::difference::{Change, Difference, Kind};
use crate::catalog::file::CatalogFile;
use crate::check::Drift;

/// The version of this format.
const VERSION: u32 = 1;

/// How many of a group are told.
const TOLD: usize = 8;

/// Everything in which two catalogs differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogDiff {
    version: u32,
    left: String,
    right: String,
    same: bool,
    differences: Vec<Difference>,
}

impl CatalogDiff {
    /// Compares two catalogs. What is not compared: how, when and from where they came about.
    #[must_use]
    pub fn of(left: &CatalogFile, right: &CatalogFile) -> Self {
        let differences = compare::catalogs(left.raw(), right.raw());
        let (left, right) = (left.name().to_owned(), right.name().to_owned());
        Self { version: VERSION, left, right, same: differences.is_empty(), differences }
    }

    /// Whether there is no difference.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.same
    }

    /// All differences: the database's, then those of `public`, then a tenant's.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// The differences that are no matter of the server or of who filled what: all but those of extensions and of first rows.
    pub(in crate::catalog) fn structural(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|difference| !matches!(difference.kind, Kind::Extension | Kind::SeedRows))
    }

    /// What people read. Long lists are cut; the JSON has them whole.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self { left, right, .. } = self;
        if self.same {
            return format!("{left} and {right} are the same");
        }
        let mut text = format!(
            "{left} and {right} differ in {} places\n  - only in {left}, + only in {right}, ~ in both, and not the same\n",
            self.differences.len()
        );
        let mut schema = None;
        let mut cut = false;
        for group in self.differences.chunk_by(|one, next| group_of(one) == group_of(next)) {
            let of = group.first().map(|one| one.schema.unwrap_or("database"));
            if schema != of {
                let _ = write!(text, "\n{}\n", of.unwrap_or_default());
                schema = of;
            }
            tell(group, &mut text);
            cut |= group.len() > TOLD;
        }
        if cut {
            text.push_str("\nall of them: --format json\n");
        }
        text
    }
}

type Group = (Option<&'static str>, Kind, Change, Option<Drift>);

fn group_of(difference: &Difference) -> Group {
    (difference.schema, difference.kind, difference.change, difference.drift)
}

fn tell(group: &[Difference], text: &mut String) {
    let Some(Difference { kind, change, drift, .. }) = group.first() else { return };
    let class = match (change, drift) {
        (Change::More, _) | (_, None) => String::new(),
        (_, Some(drift)) => format!(" ({drift})"),
    };
    let _ = write!(text, "  {} {} {}{class}:", change.sign(), group.len(), kind.counted(group.len()));
    let told = group.iter().take(TOLD);
    let more = group.len().saturating_sub(TOLD);
    if kind.is_told_by_its_name() && *change != Change::Other {
        let names: Vec<&str> = told.map(|difference| difference.object.as_str()).collect();
        let _ = write!(text, " {}", names.join(", "));
        let _ = if more > 0 { writeln!(text, " and {more} more") } else { writeln!(text) };
        return;
    }
    text.push('\n');
    for difference in told {
        let _ = writeln!(text, "      {difference}");
    }
    if more > 0 {
        let _ = writeln!(text, "      and {more} more");
    }
}
