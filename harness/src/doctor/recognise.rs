//! Which profile a system is of, by what is there.

use std::collections::BTreeSet;
use std::fmt;

use super::knowledge::Knowledge;
use crate::catalog::Catalog;
use crate::fact::database::{DatabaseFacts, NOT_TENANTS};
use crate::profile::{Profile, TenantMaker};
use crate::yaml::listed;

/// The profile by which a system is judged, and how it came to be that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// A person named it.
    Named {
        /// Its name.
        profile: String,
    },
    /// What is there speaks for it.
    Recognised {
        /// Its name.
        profile: String,
        /// What speaks for it.
        because: Vec<String>,
    },
}

impl Chosen {
    /// The profile's name.
    #[must_use]
    pub fn profile(&self) -> &str {
        match self {
            Self::Named { profile } | Self::Recognised { profile, .. } => profile,
        }
    }
}

impl fmt::Display for Chosen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { profile } => write!(formatter, "judged by profile {profile}, as asked"),
            Self::Recognised { profile, because } => {
                write!(formatter, "judged by profile {profile}, recognised by {}", because.join(", "))
            }
        }
    }
}

/// Why no profile was recognised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRecognised {
    /// Nobody knows a profile of the name that was given.
    #[error("unknown profile `{name}`; known: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// Those that are known.
        known: String,
    },
    /// Nothing in the database speaks for one profile more than for another.
    #[error("nothing in database {database} tells which chart this is; name it by --profile: one of {known}")]
    NothingTells {
        /// The database.
        database: String,
        /// Those that are known.
        known: String,
    },
    /// As much speaks for one as for another.
    #[error("database {database} may be of any of {of}: {because}; name the chart by --profile")]
    Ambiguous {
        /// The database.
        database: String,
        /// The profiles.
        of: String,
        /// What speaks for each.
        because: String,
    },
}

/// The named profile, or the one for which most speaks.
pub(super) fn choose(
    knowledge: &Knowledge,
    named: Option<&str>,
    facts: &DatabaseFacts,
) -> Result<Chosen, NotRecognised> {
    if let Some(name) = named {
        return knowledge.named(name);
    }
    let nearest = knowledge.charts().map(|(_, catalog)| Likeness::of(catalog, facts)).max();
    let mut voiced: Vec<(&Profile, Vec<String>)> =
        knowledge.charts().map(|(profile, catalog)| (profile, evidence(profile, catalog, nearest, facts))).collect();
    let most = voiced.iter().map(|(_, because)| because.len()).max().unwrap_or_default();
    voiced.retain(|(_, because)| because.len() == most);
    let database = facts.server.database.clone();
    match voiced.as_slice() {
        _ if most == 0 => Err(NotRecognised::NothingTells { database, known: knowledge.names() }),
        [(profile, because)] => Ok(Chosen::Recognised { profile: profile.name.clone(), because: because.clone() }),
        several => Err(NotRecognised::Ambiguous {
            database,
            of: listed(&several.iter().map(|(profile, _)| profile.name.as_str()).collect::<Vec<_>>()),
            because: several
                .iter()
                .map(|(profile, because)| format!("for {} speaks {}", profile.name, because.join(", ")))
                .collect::<Vec<_>>()
                .join("; "),
        }),
    }
}

/// How like the recorded migrations are to those of a catalog, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// Some are recorded that it has not: of another version, which differs in so many.
    Near(std::cmp::Reverse<usize>),
    /// It has all that are recorded, and more: how many lack, says nothing.
    Part,
    /// They are the same.
    Same,
}

impl Likeness {
    fn of(catalog: &Catalog, facts: &DatabaseFacts) -> Self {
        let expected: BTreeSet<&String> = catalog.public.migrations.iter().collect();
        let applied: BTreeSet<&String> = facts.migrations.get("public").into_iter().flatten().collect();
        match (applied.is_subset(&expected), expected.is_subset(&applied)) {
            (true, true) => Self::Same,
            (true, false) => Self::Part,
            (false, _) => Self::Near(std::cmp::Reverse(expected.symmetric_difference(&applied).count())),
        }
    }

    fn words(self, catalog: &str) -> String {
        match self {
            Self::Same => format!("the migrations of {catalog}"),
            Self::Part => format!("migrations that {catalog} has"),
            Self::Near(_) => format!("migrations nearest to {catalog}"),
        }
    }
}

/// What speaks for a profile. Only what is there speaks: what is not there may be just what is wrong.
fn evidence(profile: &Profile, catalog: &Catalog, nearest: Option<Likeness>, facts: &DatabaseFacts) -> Vec<String> {
    let mut because = Vec::new();
    let applied = facts.migrations.get("public").map_or(0, BTreeSet::len);
    let likeness = Likeness::of(catalog, facts);
    if applied > 0 && Some(likeness) == nearest {
        because.push(likeness.words(&catalog.name));
    }
    if profile.domain_required() && facts.domains.iter().flatten().next().is_some() {
        because.push("rows in api_domain".to_owned());
    }
    let template = facts.schemas.contains_key(NOT_TENANTS[1]) || facts.tenant(NOT_TENANTS[1]).is_some();
    if profile.tenants.made_by == TenantMaker::FirstSource && template {
        because.push(format!("the template schema {}", NOT_TENANTS[1]));
    }
    let follows = |row: &&crate::fact::database::CustomerRow| {
        row.org_id.as_deref().is_some_and(|org_id| profile.schema(org_id) == row.schema_name)
    };
    if let Some(row) = facts.customers.iter().flatten().find(follows) {
        because.push(format!("the schema {} of org {}", row.schema_name, row.org_id.as_deref().unwrap_or_default()));
    }
    because
}
