//! Changes within a table: columns, keys, indexes.

use harness::fact::database::DatabaseFacts;
use harness::fact::structure::{Column, TableDefinition};

use super::change::{Change, change};
use super::pick::Pick;
use crate::healthy::BROKEN;

pub(super) const CHANGES: &[Change] = &[
    change("a column is lost", &["columns-differ"], |facts, pick, _| {
        alter(facts, pick, any_table, |table, pick| {
            let lost = pick.take(&mut table.columns)?.name;
            // With it goes all that names it.
            let lasts = |text: &String| !words(text).any(|word| word == lost);
            table.indexes.retain(lasts);
            for keys in [&mut table.unique, &mut table.checks, &mut table.foreign_keys] {
                keys.retain(lasts);
            }
            if table.primary_key.contains(&lost) {
                table.primary_key.clear();
            }
            Some(())
        })
    }),
    change("there is one column more", &["columns-differ"], |facts, pick, _| {
        alter(facts, pick, any_table, |table, _| {
            table.columns.push(new_column());
            Some(())
        })
    }),
    change("a column has another type", &["columns-differ"], |facts, pick, _| {
        alter_column(facts, pick, |_| true, |column| column.data_type.push_str("[]"))
    }),
    change("a column holds less", &["columns-differ"], |facts, pick, _| {
        alter_column(facts, pick, is_bounded, |column| "character varying(1)".clone_into(&mut column.data_type))
    }),
    change("a column holds more", &["columns-differ"], |facts, pick, _| {
        alter_column(facts, pick, is_bounded, |column| "text".clone_into(&mut column.data_type))
    }),
    change("a column takes NULL", &["columns-differ"], |facts, pick, _| {
        alter_column(facts, pick, |column| column.not_null, |column| column.not_null = false)
    }),
    change("a column takes no NULL", &["columns-differ"], |facts, pick, _| {
        alter_column(facts, pick, |column| !column.not_null, |column| column.not_null = true)
    }),
    change("a column has no default", &["columns-differ"], |facts, pick, _| {
        alter_column(facts, pick, |column| column.default.is_some(), |column| column.default = None)
    }),
    change("a column has a default", &["columns-differ"], |facts, pick, _| {
        let has_none = |column: &Column| column.default.is_none();
        alter_column(facts, pick, has_none, |column| column.default = Some("now()".to_owned()))
    }),
    change("a column has another default", &["columns-differ"], |facts, pick, _| {
        let has_one = |column: &Column| column.default.is_some();
        alter_column(facts, pick, has_one, |column| column.default = Some("of_tomorrow()".to_owned()))
    }),
    change("a column is no identity", &["columns-differ"], |facts, pick, _| {
        alter_column(facts, pick, |column| column.identity.is_some(), |column| column.identity = None)
    }),
    change("a column is an identity", &["columns-differ"], |facts, pick, _| {
        let is_none = |column: &Column| column.identity.is_none();
        alter_column(facts, pick, is_none, |column| column.identity = Some("a".to_owned()))
    }),
    change("a primary key is lost", &["keys-differ"], |facts, pick, _| {
        alter(
            facts,
            pick,
            |table| !table.primary_key.is_empty(),
            |table, _| {
                table.primary_key.clear();
                Some(())
            },
        )
    }),
    change("a primary key has another column", &["keys-differ"], |facts, pick, _| {
        alter(
            facts,
            pick,
            |table| !table.primary_key.is_empty() && table.columns.len() > 1,
            |table, pick| {
                let others = table.columns.iter().filter(|column| !table.primary_key.contains(&column.name));
                let other = pick.of(others)?.name.clone();
                table.primary_key.push(other);
                Some(())
            },
        )
    }),
    change("a foreign key is lost", &["keys-differ"], |facts, pick, _| {
        alter(facts, pick, |table| !table.foreign_keys.is_empty(), |table, pick| take(pick, &mut table.foreign_keys))
    }),
    change("a foreign key is enforced at once", &["keys-differ"], |facts, pick, _| {
        let is_deferred = |key: &String| key.ends_with(DEFERRED);
        alter(
            facts,
            pick,
            move |table| table.foreign_keys.iter().any(is_deferred),
            move |table, pick| {
                let key = pick.of(table.foreign_keys.iter_mut().filter(|key| is_deferred(key)))?;
                key.truncate(key.len() - DEFERRED.len());
                Some(())
            },
        )
    }),
    change("there is one foreign key more", &["keys-differ"], |facts, pick, _| {
        alter(facts, pick, any_table, |table, _| {
            table.foreign_keys.push("FOREIGN KEY (intruder) REFERENCES {schema}.cost_model(uuid)".to_owned());
            Some(())
        })
    }),
    // A unique constraint takes its index with it.
    change("a unique constraint is lost", &["keys-differ"], |facts, pick, _| {
        alter(
            facts,
            pick,
            |table| !table.unique.is_empty(),
            |table, pick| {
                let own = pick.take(&mut table.unique)?.replace("UNIQUE ", "UNIQUE USING btree ");
                let at = table.indexes.iter().position(|index| *index == own)?;
                table.indexes.remove(at);
                Some(())
            },
        )
    }),
    change("a check constraint is lost", &["keys-differ"], |facts, pick, _| {
        alter(facts, pick, |table| !table.checks.is_empty(), |table, pick| take(pick, &mut table.checks))
    }),
    change("there is one check constraint more", &["keys-differ"], |facts, pick, _| {
        alter(facts, pick, any_table, |table, _| {
            table.checks.push("CHECK (false)".to_owned());
            Some(())
        })
    }),
    change("an index is lost", &["indexes-differ"], |facts, pick, _| {
        alter(
            facts,
            pick,
            |table| plain_indexes(table).next().is_some(),
            |table, pick| {
                let index = pick.of(plain_indexes(table))?;
                table.indexes.remove(index);
                Some(())
            },
        )
    }),
    change("an index is of another method", &["indexes-differ"], |facts, pick, _| {
        alter(
            facts,
            pick,
            |table| plain_indexes(table).next().is_some(),
            |table, pick| {
                let index = pick.of(plain_indexes(table))?;
                let (_, columns) = table.indexes[index].split_once('(')?;
                table.indexes[index] = format!("USING hash ({columns}");
                Some(())
            },
        )
    }),
    change("an index is not valid", &["indexes-differ"], |facts, pick, _| {
        alter(
            facts,
            pick,
            |table| plain_indexes(table).next().is_some(),
            |table, pick| {
                let index = pick.of(plain_indexes(table))?;
                table.indexes[index].push_str(" INVALID");
                Some(())
            },
        )
    }),
    change("there is one index more", &["indexes-differ"], |facts, pick, _| {
        alter(facts, pick, any_table, |table, _| {
            table.indexes.push("USING btree (intruder)".to_owned());
            Some(())
        })
    }),
    // The second of two equal indexes is a real one too.
    change("there is an index twice", &["indexes-differ"], |facts, pick, _| {
        alter(
            facts,
            pick,
            |table| !table.indexes.is_empty(),
            |table, pick| {
                let twin = pick.of(table.indexes.iter())?.clone();
                table.indexes.push(twin);
                Some(())
            },
        )
    }),
];

const DEFERRED: &str = " DEFERRABLE INITIALLY DEFERRED";

/// Alters one of the tenant's tables that fit, and gives its name.
fn alter(
    facts: &mut DatabaseFacts,
    pick: &mut Pick<'_>,
    fits: impl Fn(&TableDefinition) -> bool,
    alteration: impl Fn(&mut TableDefinition, &mut Pick<'_>) -> Option<()>,
) -> Option<String> {
    alter_in(BROKEN, facts, pick, fits, alteration)
}

/// Alters one of a schema's tables that fit, and gives its name.
pub(super) fn alter_in(
    schema: &str,
    facts: &mut DatabaseFacts,
    pick: &mut Pick<'_>,
    fits: impl Fn(&TableDefinition) -> bool,
    alteration: impl Fn(&mut TableDefinition, &mut Pick<'_>) -> Option<()>,
) -> Option<String> {
    let (name, table) = pick.of(facts.structure.tables_of(schema).filter(|(_, table)| fits(table)))?;
    let (name, mut table) = (name.to_owned(), table.clone());
    alteration(&mut table, pick)?;
    table.indexes.sort();
    table.foreign_keys.sort();
    facts.structure.insert(schema, &name, table);
    Some(name)
}

/// Alters a column that fits.
fn alter_column(
    facts: &mut DatabaseFacts,
    pick: &mut Pick<'_>,
    fits: fn(&Column) -> bool,
    alteration: fn(&mut Column),
) -> Option<String> {
    alter(
        facts,
        pick,
        |table| table.columns.iter().any(fits),
        |table, pick| {
            alteration(pick.of(table.columns.iter_mut().filter(|column| fits(column)))?);
            Some(())
        },
    )
}

pub(super) const fn any_table(_: &TableDefinition) -> bool {
    true
}

fn is_bounded(column: &Column) -> bool {
    column.data_type.starts_with("character varying(")
}

pub(super) fn new_column() -> Column {
    Column { name: "intruder".into(), data_type: "text".into(), not_null: false, default: None, identity: None }
}

fn take(pick: &mut Pick<'_>, texts: &mut Vec<String>) -> Option<()> {
    pick.take(texts).map(drop)
}

/// Where the indexes stand that belong to no constraint.
fn plain_indexes(table: &TableDefinition) -> impl Iterator<Item = usize> {
    let places = table.indexes.iter().enumerate().filter(|(_, index)| !index.starts_with("UNIQUE "));
    places.map(|(place, _)| place)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let own = text.split(" REFERENCES ").next().unwrap_or(text);
    own.split(|character: char| !character.is_alphanumeric() && character != '_')
}
