//! Comparing what changed with what was recorded.

use serde_json::Value;

use super::change::{CHANGED, Changes};
use crate::contract::case::{Exchange, RowsByTable};
use crate::contract::matching::{Bindings, Difference, canonical};

/// Columns whose value is the installation's and not Koku's: whoever owns the schemas.
const OWN_NAMES: [(&str, &str, &str); 1] = [("pg_namespace", "owner", "{{schema_owner}}")];

/// Compares what changed with what an exchange expects; tables that it does not watch are left out.
pub(crate) fn compare_expected(exchange: &Exchange, changes: Changes, bindings: &mut Bindings) -> Vec<Difference> {
    let Some(rows) = &exchange.rows else { return Vec::new() };
    let watched =
        |rows: RowsByTable| rows.into_iter().filter(|(table, _)| !exchange.unwatched.contains(table)).collect();
    let changes = Changes { appeared: watched(changes.appeared), gone: watched(changes.gone) };
    compare(&watched(rows.clone()), &watched(exchange.rows_deleted.clone()), &changes, bindings)
}

/// Compares rows, in any order, and binds what is new. Every table that differs is told.
fn compare(
    recorded: &RowsByTable,
    deleted: &RowsByTable,
    changes: &Changes,
    bindings: &mut Bindings,
) -> Vec<Difference> {
    let mut differences = compare_tables(recorded, &changes.appeared, "rows", bindings);
    differences.extend(compare_tables(deleted, &changes.gone, "rows deleted of", bindings));
    differences
}

fn compare_tables(recorded: &RowsByTable, seen: &RowsByTable, what: &str, bindings: &mut Bindings) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (table, recorded) in recorded {
        let place = format!("{what} {table}");
        match seen.get(table) {
            None => differences.push(Difference::new(place, Value::from(recorded.clone()), "none")),
            Some(seen) => differences.extend(compare_rows(table, recorded, seen, &place, bindings)),
        }
    }
    let unrecorded = seen.iter().filter(|(table, _)| !recorded.contains_key(*table));
    differences.extend(
        unrecorded.map(|(table, rows)| Difference::new(format!("{what} {table}"), "none", Value::from(rows.clone()))),
    );
    differences
}

fn compare_rows(
    table: &str,
    recorded: &[Value],
    seen: &[Value],
    place: &str,
    bindings: &mut Bindings,
) -> Vec<Difference> {
    if recorded.len() != seen.len() {
        return vec![Difference::new(place, Value::from(recorded.to_vec()), Value::from(seen.to_vec()))];
    }
    let mut left_seen: Vec<Value> = seen.iter().map(in_one_form).collect();
    let mut left_recorded = Vec::new();
    for row in recorded.iter().map(|row| in_one_form(&with_own_names(table, row))) {
        let matched = left_seen.iter().enumerate().find_map(|(index, seen)| {
            let mut tried = bindings.clone();
            tried.compare(&row, seen, place).is_ok().then_some((index, tried))
        });
        match matched {
            Some((index, tried)) => {
                *bindings = tried;
                left_seen.remove(index);
            }
            None => left_recorded.push(row),
        }
    }
    // What matches nothing is told beside what nothing matches.
    let left = left_recorded.iter().zip(&left_seen);
    left.filter_map(|(recorded, seen)| bindings.compare(recorded, seen, place).err()).collect()
}

fn with_own_names(table: &str, row: &Value) -> Value {
    let mut row = row.clone();
    for (_, column, placeholder) in OWN_NAMES.iter().filter(|(of, ..)| *of == table) {
        row[*column] = (*placeholder).into();
    }
    row
}

/// The changed columns are a set, and PostgreSQL writes the microseconds of a moment without the zeros at their end.
fn in_one_form(row: &Value) -> Value {
    let mut row = row.clone();
    for value in row.as_object_mut().into_iter().flat_map(|row| row.values_mut()) {
        if let Some(moment) = value.as_str().filter(|text| text.ends_with("+00:00")).and_then(canonical) {
            *value = Value::String(moment);
        }
    }
    if let Some(columns) = row.get_mut(CHANGED).and_then(Value::as_array_mut) {
        columns.sort_by_key(Value::to_string);
    }
    row
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(table: &str, rows: &[Value]) -> RowsByTable {
        RowsByTable::from([(table.to_owned(), rows.to_vec())])
    }

    #[test]
    fn rows_are_compared_in_any_order_and_differences_are_named() {
        let recorded = rows(
            "api_tenant",
            &[
                json!({ "id": "{{tenant_id_1|int}}", "schema_name": "org1" }),
                json!({ "id": "{{tenant_id_2|int}}", "schema_name": "template0", "__changed": ["b", "a"] }),
            ],
        );
        let seen = [
            json!({ "id": 3, "schema_name": "template0", "__changed": ["a", "b"] }),
            json!({ "id": 2, "schema_name": "org1" }),
        ];
        let judged = |seen: &[Value]| {
            let changes = Changes { appeared: rows("api_tenant", seen), gone: RowsByTable::default() };
            compare(&recorded, &RowsByTable::default(), &changes, &mut Bindings::default())
        };
        assert_eq!(judged(&seen), []);
        assert_eq!(judged(&seen[..1]).len(), 1, "a row too few");
        let mut other = seen.clone();
        other[1]["schema_name"] = json!("org2");
        assert_eq!(judged(&other)[0].field, "rows api_tenant.schema_name");
        let nothing = compare(&recorded, &RowsByTable::default(), &Changes::default(), &mut Bindings::default());
        assert_eq!(nothing[0].seen, "none");
        let more = Changes { appeared: rows("api_domain", &seen), gone: rows("api_tenant", &seen) };
        let more = compare(&RowsByTable::default(), &RowsByTable::default(), &more, &mut Bindings::default());
        let fields: Vec<&str> = more.iter().map(|difference| difference.field.as_str()).collect();
        assert_eq!(fields, ["rows api_domain", "rows deleted of api_tenant"]);
    }
}
