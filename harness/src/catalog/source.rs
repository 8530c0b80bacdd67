//! From which schema of a database a catalog can be captured, if it is fit for that at all.

use std::collections::BTreeSet;

use super::capture_error::CaptureError;
use super::describe;
use super::diff;
use crate::fact::database::{DatabaseFacts, NOT_TENANTS};
use crate::yaml::nearest;

/// The schema from which Koku clones tenants, where there is one.
const TEMPLATE: &str = "template0";

/// How the observer ends the text of an index that is not valid.
const INVALID: &str = " INVALID";

/// The schema that becomes the catalog's tenant: the one that is named, else the template, else the first tenant that holds no data.
/// Whatever is there of other tenants must be the same.
pub(super) fn source<'a>(facts: &'a DatabaseFacts, named: Option<&'a str>) -> Result<&'a str, CaptureError> {
    let tenants = tenants(facts)?;
    let without_data = || tenants.iter().find(|tenant| !holds_data(facts, tenant)).copied();
    let source = match named {
        Some(named) => among(&tenants, named)?,
        None => without_data().ok_or_else(|| CaptureError::HoldsData { tenants: owned(&tenants) })?,
    };
    if holds_data(facts, source) {
        return Err(CaptureError::HoldsData { tenants: vec![source.to_owned()] });
    }
    migrated(facts, &tenants)?;
    valid_indexes(facts, source)?;
    agree(facts, source, &tenants)?;
    Ok(source)
}

fn among<'a>(tenants: &[&str], named: &'a str) -> Result<&'a str, CaptureError> {
    if tenants.contains(&named) {
        return Ok(named);
    }
    let nearest = nearest(named, tenants).map(str::to_owned);
    Err(CaptureError::NoSuchTenant { named: named.to_owned(), known: owned(tenants), nearest })
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The template, then every tenant; all must have a schema.
fn tenants(facts: &DatabaseFacts) -> Result<Vec<&str>, CaptureError> {
    let database = || facts.server.database.clone();
    let Some(rows) = facts.tenants.as_ref().filter(|_| facts.migrations.contains_key("public")) else {
        return Err(CaptureError::NotMigrated { database: database() });
    };
    let template = facts.schemas.get_key_value(TEMPLATE).map(|(name, _)| name.as_str());
    let named = rows.iter().map(|row| row.schema_name.as_str()).filter(|name| !NOT_TENANTS.contains(name));
    let tenants: Vec<&str> = template.into_iter().chain(named).collect();
    if let Some(&schema) = tenants.iter().find(|name| !facts.schemas.contains_key(**name)) {
        return Err(CaptureError::NoSchema { schema: schema.to_owned() });
    }
    if tenants.is_empty() { Err(CaptureError::NoTenant { database: database() }) } else { Ok(tenants) }
}

/// Whether something was processed or is to be, so that not all its rows are a migration's.
fn holds_data(facts: &DatabaseFacts, schema: &str) -> bool {
    let months = facts.structure.month_partitions.get(schema);
    months.is_some_and(|months| !months.is_empty()) || facts.providers_of(schema).next().is_some()
}

/// Every tenant records what `public` records.
fn migrated(facts: &DatabaseFacts, tenants: &[&str]) -> Result<(), CaptureError> {
    let none = BTreeSet::new();
    let of = |schema: &str| facts.migrations.get(schema).unwrap_or(&none);
    let whole = of("public");
    for &schema in tenants {
        let own = of(schema);
        let unlike: Vec<String> = whole.symmetric_difference(own).cloned().collect();
        if !unlike.is_empty() {
            let (recorded, expected) = (own.len(), whole.len());
            return Err(CaptureError::MigrationsDiffer { schema: schema.to_owned(), recorded, expected, unlike });
        }
    }
    Ok(())
}

/// No index is one that PostgreSQL began and never ended.
fn valid_indexes(facts: &DatabaseFacts, source: &str) -> Result<(), CaptureError> {
    for schema in ["public", source] {
        for (name, table) in facts.structure.tables_of(schema) {
            if let Some(index) = table.indexes.iter().find(|index| index.ends_with(INVALID)) {
                let table = format!("{schema}.{name}");
                return Err(CaptureError::InvalidIndex { table, index: index.trim_end_matches(INVALID).to_owned() });
            }
        }
    }
    Ok(())
}

/// All have the structure of the source.
fn agree(facts: &DatabaseFacts, source: &str, tenants: &[&str]) -> Result<(), CaptureError> {
    let own = describe::schema(&facts.structure, source)?;
    for &other in tenants.iter().filter(|&&other| other != source) {
        let differences = diff::schemas(&own, &describe::schema(&facts.structure, other)?);
        if !differences.is_empty() {
            let differences = differences.iter().map(|difference| difference.between(source, other)).collect();
            return Err(CaptureError::Disagree { own: source.to_owned(), other: other.to_owned(), differences });
        }
    }
    Ok(())
}

/// A schema to compare with: the one that is named, else the template, else the first tenant, whatever may be wrong with it.
pub(super) fn any<'a>(facts: &'a DatabaseFacts, named: Option<&'a str>) -> Result<&'a str, CaptureError> {
    let tenants = tenants(facts)?;
    let first = || tenants.iter().find(|tenant| !holds_data(facts, tenant)).or_else(|| tenants.first());
    named.map_or_else(|| Ok(first().copied().unwrap_or(TEMPLATE)), |named| among(&tenants, named))
}
