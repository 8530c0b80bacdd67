//! Statements that bring back what is lost, where the expected definition is all that it takes.

use super::class::trigger_name;
use super::comparison::{Aspect, Different};
use crate::check::sql;

/// The statements, with the schema's name in them; none where data, a body or somebody's judgement is needed too.
pub(super) fn statements(aspect: Aspect, different: &Different, schema: &str) -> Option<String> {
    let table = format!("{}.{}", sql::identifier(schema), sql::identifier(&different.name));
    if aspect == Aspect::Triggers
        && let Some(statements) = enabling(different, &table)
    {
        return Some(statements);
    }
    if !different.unexpected.is_empty() {
        return None;
    }
    let statement = |definition: &String| {
        let definition = definition.replace("{schema}", &sql::identifier(schema));
        match aspect {
            Aspect::Keys => Some(format!("ALTER TABLE {table} ADD {definition};")),
            Aspect::Indexes => Some(match definition.strip_prefix("UNIQUE ") {
                Some(definition) => format!("CREATE UNIQUE INDEX ON {table} {definition};"),
                None => format!("CREATE INDEX ON {table} {definition};"),
            }),
            Aspect::Triggers => Some(format!("{definition};")),
            Aspect::Columns | Aspect::Sequences | Aspect::Functions => None,
        }
    };
    let statements: Option<Vec<String>> = different.missing.iter().map(statement).collect();
    statements.map(|statements| statements.join(" "))
}

/// Statements that switch triggers on again, where that is all that they need.
fn enabling(different: &Different, table: &str) -> Option<String> {
    let is_off = |lost: &String| different.unexpected.iter().any(|other| *other == format!("{lost} DISABLED"));
    if different.missing.is_empty() || different.missing.len() != different.unexpected.len() {
        return None;
    }
    let statement = |lost: &String| {
        let name = trigger_name(lost).filter(|_| is_off(lost))?;
        Some(format!("ALTER TABLE {table} ENABLE TRIGGER {name};"))
    };
    let statements: Option<Vec<String>> = different.missing.iter().map(statement).collect();
    statements.map(|statements| statements.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::drift::Drift;

    fn lost(name: &str, missing: &str, unexpected: &[&str]) -> Different {
        let unexpected = unexpected.iter().map(|text| (*text).to_owned()).collect();
        Different { name: name.into(), missing: vec![missing.into()], unexpected, drift: Drift::Altered }
    }

    #[test]
    fn what_is_lost_comes_back_by_its_own_definition() {
        let told = |aspect, different: &Different| statements(aspect, different, "AB-c.1");
        assert_eq!(
            told(Aspect::Indexes, &lost("t", "UNIQUE USING btree (a)", &[])).as_deref(),
            Some("CREATE UNIQUE INDEX ON \"AB-c.1\".t USING btree (a);")
        );
        assert_eq!(
            told(Aspect::Keys, &lost("t", "FOREIGN KEY (a) REFERENCES {schema}.u(id)", &[])).as_deref(),
            Some("ALTER TABLE \"AB-c.1\".t ADD FOREIGN KEY (a) REFERENCES \"AB-c.1\".u(id);")
        );
        let trigger = "CREATE TRIGGER x AFTER INSERT ON {schema}.t FOR EACH ROW EXECUTE FUNCTION public.f()";
        assert_eq!(
            told(Aspect::Triggers, &lost("t", trigger, &[&format!("{trigger} DISABLED")])).as_deref(),
            Some("ALTER TABLE \"AB-c.1\".t ENABLE TRIGGER x;")
        );
        assert_eq!(told(Aspect::Triggers, &lost("t", trigger, &["CREATE TRIGGER x"])), None);
        assert_eq!(told(Aspect::Columns, &lost("t", "a text", &[])), None);
    }
}
