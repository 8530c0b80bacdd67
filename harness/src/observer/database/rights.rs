//! Whether the observing role may read what is to be read. Asked before anything is: so that an error names all that lacks at once, and
//! the statements that give it.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ObserveError;
use super::session::Look;
use crate::check::sql;

/// The tables of `public` whose rows are read.
const SHARED: [&str; 9] = [
    "api_customer",
    "api_domain",
    "api_provider",
    "api_providerauthentication",
    "api_providerbillingsource",
    "api_sources",
    "api_tenant",
    "reporting_common_costusagereportmanifest",
    "reporting_common_costusagereportstatus",
];

/// The tables that are read in every schema, beside those whose rows are counted.
const EVERYWHERE: [&str; 4] = [
    "django_migrations",
    "reporting_ocpusagelineitem_daily_summary",
    "reporting_ocpusagereportperiod",
    "reporting_tenant_api_provider",
];

/// What a role lacks in one schema.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lacking {
    usage: bool,
    tables: Vec<String>,
}

/// An error that names every grant that `role` lacks, where it lacks one.
pub(super) async fn demand(look: &mut Look<'_>, role: &str, counted: &BTreeSet<String>) -> Result<(), ObserveError> {
    let everywhere: Vec<String> = counted.iter().cloned().chain(EVERYWHERE.map(str::to_owned)).collect();
    let shared: Vec<String> = SHARED.map(str::to_owned).into();
    let query = sqlx::query_as(include_str!("sql/unreadable.sql")).bind(everywhere).bind(shared);
    let rows: Vec<(String, String, bool, bool)> = look.typed("the rights of the observing role", query).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut lacking: BTreeMap<String, Lacking> = BTreeMap::new();
    for (schema, table, has_usage, has_select) in rows {
        let lacks = lacking.entry(schema).or_default();
        lacks.usage |= !has_usage;
        if !has_select {
            lacks.tables.push(table);
        }
    }
    let schemas: Vec<&str> = lacking.keys().map(String::as_str).collect();
    Err(ObserveError::GrantsMissing {
        role: role.to_owned(),
        schemas: schemas.join(", "),
        grants: grants(role, &lacking),
    })
}

/// The statements that give what is lacking.
fn grants(role: &str, lacking: &BTreeMap<String, Lacking>) -> String {
    let role = sql::identifier(role);
    let statements = lacking.iter().flat_map(|(schema, lacks)| {
        let name = sql::identifier(schema);
        let tables: Vec<String> =
            lacks.tables.iter().map(|table| format!("{name}.{}", sql::identifier(table))).collect();
        let usage = lacks.usage.then(|| format!("GRANT USAGE ON SCHEMA {name} TO {role};"));
        let select = (!tables.is_empty()).then(|| format!("GRANT SELECT ON {} TO {role};", tables.join(", ")));
        usage.into_iter().chain(select)
    });
    statements.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_can_be_pasted() {
        let tables = ["a", "B"].map(str::to_owned).to_vec();
        let lacking = BTreeMap::from([
            ("AB-c.1".to_owned(), Lacking { usage: true, tables }),
            ("acme".to_owned(), Lacking { usage: true, tables: vec![] }),
        ]);
        assert_eq!(
            grants("on-looker", &lacking),
            "GRANT USAGE ON SCHEMA \"AB-c.1\" TO \"on-looker\"; GRANT SELECT ON \"AB-c.1\".a, \"AB-c.1\".\"B\" TO \"on-looker\"; \
             GRANT USAGE ON SCHEMA acme TO \"on-looker\";"
        );
    }
}
