//! Each part of a catalog is compared: one change is one difference.

use std::path::Path;

use super::{Change, Difference, Kind};
use crate::catalog::diff::CatalogDiff;
use crate::catalog::file::CatalogFile;
use crate::catalog::raw::{RawCatalog, RawKind, RawTable};
use crate::check::Drift;

fn catalog() -> CatalogFile {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    CatalogFile::load(&fixtures, "koku-768be82-224").expect("a catalog")
}

/// One difference in one line.
type Told = (Option<&'static str>, Kind, Change, Option<Drift>, String);

/// What a change makes of the differences, as far as it can be told in one line.
fn told(change: impl FnOnce(&mut RawCatalog)) -> Vec<Told> {
    let left = catalog();
    let mut raw = left.raw().clone();
    change(&mut raw);
    let diff = CatalogDiff::of(&left, &CatalogFile::new("changed".into(), raw));
    let line = |one: &Difference| (one.schema, one.kind, one.change, one.drift, one.object.clone());
    diff.differences().iter().map(line).collect()
}

fn table<'a>(catalog: &'a mut RawCatalog, name: &str) -> &'a mut RawTable {
    catalog.schemas.tenant.tables.get_mut(name).expect("a table")
}

const TENANT: Option<&str> = Some("tenant");

#[test]
fn a_catalog_is_the_same_as_itself() {
    assert_eq!(told(|_| {}), []);
    let text = CatalogDiff::of(&catalog(), &catalog()).to_text();
    assert_eq!(text, "koku-768be82-224 and koku-768be82-224 are the same");
}

#[test]
fn a_change_of_a_table_is_one_difference() {
    let expected = |kind, change, drift, object: &str| vec![(TENANT, kind, change, Some(drift), object.to_owned())];
    assert_eq!(
        told(|raw| drop(raw.schemas.tenant.tables.remove("currency_settings"))),
        expected(Kind::Table, Change::Less, Drift::LostTable, "currency_settings")
    );
    assert_eq!(
        told(|raw| table(raw, "currency_settings").kind = RawKind::Partitioned),
        expected(Kind::Table, Change::Other, Drift::Altered, "currency_settings")
    );
    let partition = "openshift_gpu_usage_line_items_default";
    assert_eq!(
        told(|raw| table(raw, partition).bound = Some("FOR VALUES IN (1)".into())),
        expected(Kind::Partition, Change::Other, Drift::Altered, partition)
    );
    assert_eq!(
        told(|raw| drop(table(raw, "cost_model").columns.remove(1))),
        expected(Kind::Column, Change::Less, Drift::LostColumn, "cost_model.name")
    );
    assert_eq!(
        told(|raw| table(raw, "cost_model").columns[1].0.not_null = false),
        expected(Kind::Column, Change::Other, Drift::WidenedColumn, "cost_model.name")
    );
    assert_eq!(
        told(|raw| table(raw, "cost_model").columns[1].0.data_type = "uuid".into()),
        expected(Kind::Column, Change::Other, Drift::RetypedColumn, "cost_model.name")
    );
    assert_eq!(
        told(|raw| table(raw, "cost_model").columns[1].0.default = Some("''".into())),
        expected(Kind::Column, Change::Other, Drift::Altered, "cost_model.name")
    );
    assert_eq!(
        told(|raw| table(raw, "cost_model").columns.swap(1, 2)),
        expected(Kind::Column, Change::Other, Drift::Altered, "cost_model, order of columns")
    );
    assert_eq!(
        told(|raw| table(raw, "cost_model").primary_key.clear()),
        expected(Kind::Key, Change::Less, Drift::LostKey, "cost_model")
    );
    let key = |add: fn(&mut RawTable)| {
        assert_eq!(
            told(|raw| add(table(raw, "cost_model"))),
            expected(Kind::Key, Change::More, Drift::Extra, "cost_model")
        );
    };
    key(|table| table.unique.push("UNIQUE (name)".into()));
    key(|table| table.checks.push("CHECK ((name <> ''::text))".into()));
    key(|table| table.foreign_keys.push("FOREIGN KEY (name) REFERENCES {schema}.cost_model(uuid)".into()));
    // A second index that is equal to another one is one more.
    let index = |raw: &mut RawCatalog| {
        let indexes = &mut table(raw, "cost_model_map").indexes;
        indexes.push(indexes[0].clone());
    };
    assert_eq!(told(index), expected(Kind::Index, Change::More, Drift::Extra, "cost_model_map"));
    assert_eq!(
        told(|raw| drop(table(raw, "cost_model_map").indexes.remove(0))),
        expected(Kind::Index, Change::Less, Drift::LostIndex, "cost_model_map")
    );
}

#[test]
fn a_change_of_anything_else_is_one_difference() {
    let expected = |schema, kind, change, drift, object: &str| vec![(schema, kind, change, drift, object.to_owned())];
    assert_eq!(
        told(|raw| drop(raw.extensions.remove(1))),
        expected(None, Kind::Extension, Change::Less, None, "pg_trgm")
    );
    assert_eq!(
        told(|raw| raw.extensions[1].schema = "other".into()),
        expected(None, Kind::Extension, Change::Other, None, "pg_trgm")
    );
    assert_eq!(
        told(|raw| drop(raw.schemas.tenant.triggers.remove(0))),
        expected(TENANT, Kind::Trigger, Change::Less, Some(Drift::LostTrigger), "cost_model.cost_model_audit")
    );
    assert_eq!(
        told(|raw| drop(raw.schemas.tenant.sequences.remove(0))),
        expected(TENANT, Kind::Sequence, Change::Less, Some(Drift::LostSequence), "cost_model_audit_id_seq")
    );
    let signature = "process_cost_model_audit()";
    assert_eq!(
        told(|raw| drop(raw.schemas.tenant.functions.remove(0))),
        expected(TENANT, Kind::Function, Change::Less, Some(Drift::LostFunction), signature)
    );
    assert_eq!(
        told(|raw| raw.schemas.tenant.functions[0].strict = true),
        expected(TENANT, Kind::Function, Change::Other, Some(Drift::Altered), signature)
    );
    assert_eq!(
        told(|raw| drop(raw.schemas.public.seed.migrations_in_order.remove(0))),
        expected(Some("public"), Kind::Migration, Change::Less, None, "api.0001_initial")
    );
    assert_eq!(
        told(|raw| raw.schemas.public.seed.migrations_in_order.swap(3, 4)),
        expected(Some("public"), Kind::Migration, Change::Other, None, "the order, from the 4th on")
    );
    let seed = |change: fn(&mut RawCatalog), object: &str| {
        assert_eq!(told(change), expected(TENANT, Kind::SeedRows, Change::Other, None, object));
    };
    seed(|raw| *raw.schemas.tenant.seed.counts.get_mut("enabled_currency").expect("a count") += 1, "enabled_currency");
    seed(
        |raw| *raw.schemas.tenant.seed.sequences.get_mut("enabled_currency_id_seq").expect("a number") += 1,
        "enabled_currency_id_seq",
    );
    seed(
        |raw| raw.schemas.tenant.seed.rows.get_mut("enabled_currency").expect("rows").rows[2][1] = "XYZ".into(),
        "enabled_currency, row 3",
    );
}

#[test]
fn the_type_of_a_sequence_of_a_clone_is_no_difference() {
    let cloned = |raw: &mut RawCatalog| {
        let sequence = &mut raw.schemas.tenant.sequences[0];
        assert_eq!(sequence.data_type, "integer");
        sequence.data_type = "bigint".into();
        sequence.maximum = Some(i64::from(i32::MAX));
    };
    assert_eq!(told(cloned), []);
}
