//! Changes of triggers, sequences and functions, of the shared schema and of the template, and of which version migrated them.

use harness::fact::database::DatabaseFacts;
use harness::fact::object::{FunctionDefinition, SequenceDefinition};
use harness::fact::structure::TableDefinition;

use super::change::{Change, change};
use super::of_tables::{alter_in, any_table, new_column};
use super::pick::Pick;
use crate::healthy::BROKEN;
use crate::model::TEMPLATE;

const PUBLIC: &str = "public";

pub(super) const CHANGES: &[Change] = &[
    change("a trigger is lost", &["triggers-differ"], |facts, pick, _| {
        alter_in(BROKEN, facts, pick, has_triggers, |table, pick| pick.take(&mut table.triggers).map(drop))
    }),
    change("a trigger is switched off", &["triggers-differ"], |facts, pick, _| {
        alter_in(BROKEN, facts, pick, has_triggers, |table, pick| {
            pick.of(table.triggers.iter_mut())?.push_str(" DISABLED");
            Some(())
        })
    }),
    change("there is one trigger more", &["triggers-differ"], |facts, pick, _| {
        alter_in(BROKEN, facts, pick, any_table, |table, _| {
            table.triggers.push("CREATE TRIGGER intruder AFTER INSERT ON {schema}.x EXECUTE FUNCTION f()".to_owned());
            Some(())
        })
    }),
    change("a sequence is lost", &["sequences-differ"], |facts, pick, _| lose_sequence(BROKEN, facts, pick)),
    change("a sequence ends early", &["sequences-differ"], |facts, pick, _| {
        let (name, mut sequence) = sequence(BROKEN, facts, pick)?;
        sequence.maximum -= 1;
        facts.structure.sequences.insert(BROKEN, &name, sequence);
        Some(name)
    }),
    change("a function is lost", &["functions-differ"], |facts, pick, _| lose_function(BROKEN, facts, pick)),
    change("a function is strict", &["functions-differ"], |facts, pick, _| {
        let (signature, mut function) = function(BROKEN, facts, pick)?;
        function.strict = !function.strict;
        facts.structure.functions.insert(BROKEN, &signature, function);
        Some(signature)
    }),
    change("a shared table has one column more", &["public-differs"], |facts, pick, _| {
        alter_in(PUBLIC, facts, pick, any_table, |table, _| {
            table.columns.push(new_column());
            Some(())
        })
    }),
    change("a shared table has a column of another type", &["public-differs"], |facts, pick, _| {
        alter_in(PUBLIC, facts, pick, any_table, |table, pick| {
            pick.of(table.columns.iter_mut())?.data_type.push_str("[]");
            Some(())
        })
    }),
    change("a shared table has one index more", &["public-differs"], |facts, pick, _| {
        alter_in(PUBLIC, facts, pick, any_table, |table, _| {
            table.indexes.push("USING btree (intruder)".to_owned());
            Some(())
        })
    }),
    change("a shared sequence is lost", &["public-differs"], |facts, pick, _| lose_sequence(PUBLIC, facts, pick)),
    change("a shared function is lost", &["public-differs"], |facts, pick, _| lose_function(PUBLIC, facts, pick)),
    change("a table of the template has one column more", &["template-differs"], |facts, pick, _| {
        alter_in(TEMPLATE, facts, pick, any_table, |table, _| {
            table.columns.push(new_column());
            Some(())
        })
    }),
    change("a newer version migrated what is shared", &["version-differs"], |facts, _, _| {
        let newer = "api.9999_of_tomorrow".to_owned();
        facts.migrations.get_mut(PUBLIC)?.insert(newer.clone());
        Some(newer)
    }),
];

fn has_triggers(table: &TableDefinition) -> bool {
    !table.triggers.is_empty()
}

fn sequence(schema: &str, facts: &DatabaseFacts, pick: &mut Pick<'_>) -> Option<(String, SequenceDefinition)> {
    let (name, sequence) = pick.of(facts.structure.sequences.of(schema))?;
    Some((name.to_owned(), sequence.clone()))
}

fn function(schema: &str, facts: &DatabaseFacts, pick: &mut Pick<'_>) -> Option<(String, FunctionDefinition)> {
    let (signature, function) = pick.of(facts.structure.functions.of(schema))?;
    Some((signature.to_owned(), function.clone()))
}

fn lose_sequence(schema: &str, facts: &mut DatabaseFacts, pick: &mut Pick<'_>) -> Option<String> {
    let (name, _) = sequence(schema, facts, pick)?;
    facts.structure.sequences.remove(schema, &name);
    Some(name)
}

fn lose_function(schema: &str, facts: &mut DatabaseFacts, pick: &mut Pick<'_>) -> Option<String> {
    let (signature, _) = function(schema, facts, pick)?;
    facts.structure.functions.remove(schema, &signature);
    Some(signature)
}
