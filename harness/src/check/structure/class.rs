//! The class of a difference: what it does.

use super::data_type::{self, Values};
use super::difference::Difference;
use crate::check::drift::Drift;
use crate::fact::structure::Column;

/// The class of columns that differ: the gravest of them.
pub(super) fn of_columns(difference: &Difference<Column>) -> Drift {
    let counterpart = |name: &str| difference.unexpected.iter().find(|column| column.name == name);
    let lost = difference.missing.iter().map(|column| match counterpart(&column.name) {
        None => Drift::LostColumn,
        Some(observed) => of_column(column, observed),
    });
    let is_new = |column: &&Column| difference.missing.iter().all(|other| other.name != column.name);
    let new = difference.unexpected.iter().filter(is_new).map(of_new_column);
    lost.chain(new).min().unwrap_or(Drift::Altered)
}

/// The class of one column that is there in another form.
fn of_column(expected: &Column, observed: &Column) -> Drift {
    let takes = match data_type::compare(&expected.data_type, &observed.data_type) {
        Values::Others => Some(Drift::RetypedColumn),
        Values::Fewer => Some(Drift::NarrowedColumn),
        Values::More => Some(Drift::WidenedColumn),
        Values::Same => None,
    };
    let null = match (expected.not_null, observed.not_null) {
        (true, false) => Some(Drift::WidenedColumn),
        (false, true) => Some(Drift::NarrowedColumn),
        _ => None,
    };
    let numbered = (expected.identity.is_some() && observed.identity.is_none()).then_some(Drift::LostSequence);
    // A row that does not give the column is refused then.
    let default = (expected.default.is_some() && observed.default.is_none() && observed.not_null)
        .then_some(Drift::NarrowedColumn);
    [takes, null, numbered, default].into_iter().flatten().min().unwrap_or(Drift::Altered)
}

/// The class of a column that is one more: Koku's rows do not give it, and are refused where it must be given.
fn of_new_column(column: &Column) -> Drift {
    let must_be_given = column.not_null && column.default.is_none() && column.identity.is_none();
    if must_be_given { Drift::NarrowedColumn } else { Drift::Extra }
}

/// The class of keys that differ.
pub(super) fn of_keys(difference: &Difference) -> Drift {
    if difference.missing.is_empty() { Drift::Extra } else { Drift::LostKey }
}

/// The class of indexes that differ.
pub(super) fn of_indexes(difference: &Difference) -> Drift {
    if difference.missing.is_empty() { Drift::Extra } else { Drift::LostIndex }
}

/// The class of triggers that differ: one that is switched off is as good as lost.
pub(super) fn of_triggers(difference: &Difference) -> Drift {
    let fires = |text: &&String| !text.ends_with(" DISABLED") && !text.ends_with(" REPLICA");
    let replaced = |lost: &String| {
        difference.unexpected.iter().filter(fires).any(|other| trigger_name(other) == trigger_name(lost))
    };
    match difference.missing.iter().all(replaced) {
        _ if difference.missing.is_empty() => Drift::Extra,
        true => Drift::Altered,
        false => Drift::LostTrigger,
    }
}

/// The name in `CREATE TRIGGER name …` and in `CREATE CONSTRAINT TRIGGER name …`.
pub(super) fn trigger_name(definition: &str) -> Option<&str> {
    definition.split_once(" TRIGGER ")?.1.split(' ').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(data_type: &str) -> Column {
        Column { name: "c".into(), data_type: data_type.into(), not_null: false, default: None, identity: None }
    }

    fn class(expected: Option<Column>, observed: Option<Column>) -> Drift {
        of_columns(&Difference { missing: expected.into_iter().collect(), unexpected: observed.into_iter().collect() })
    }

    #[test]
    fn a_column_is_classed_by_what_becomes_of_rows() {
        let not_null = |column: Column| Column { not_null: true, ..column };
        let with_default = |column: Column| Column { default: Some("1".into()), ..column };
        let text = || column("text");
        assert_eq!(class(Some(text()), None), Drift::LostColumn);
        assert_eq!(class(None, Some(text())), Drift::Extra);
        assert_eq!(class(None, Some(not_null(text()))), Drift::NarrowedColumn);
        assert_eq!(class(None, Some(with_default(not_null(text())))), Drift::Extra);
        assert_eq!(class(Some(text()), Some(column("jsonb"))), Drift::RetypedColumn);
        assert_eq!(class(Some(text()), Some(column("character varying(9)"))), Drift::NarrowedColumn);
        assert_eq!(class(Some(column("integer")), Some(column("bigint"))), Drift::WidenedColumn);
        assert_eq!(class(Some(not_null(text())), Some(text())), Drift::WidenedColumn);
        assert_eq!(class(Some(text()), Some(not_null(text()))), Drift::NarrowedColumn);
        assert_eq!(class(Some(with_default(text())), Some(text())), Drift::Altered);
        assert_eq!(class(Some(with_default(not_null(text()))), Some(not_null(text()))), Drift::NarrowedColumn);
        let identity = Column { identity: Some("d".into()), ..not_null(text()) };
        assert_eq!(class(Some(identity), Some(not_null(text()))), Drift::LostSequence);
        // The gravest counts.
        let both = Difference { missing: vec![text()], unexpected: vec![Column { name: "d".into(), ..text() }] };
        assert_eq!(of_columns(&both), Drift::LostColumn);
    }

    #[test]
    fn a_trigger_that_is_off_is_lost() {
        let trigger = "CREATE TRIGGER t AFTER INSERT ON {schema}.a FOR EACH ROW EXECUTE FUNCTION public.f()".to_owned();
        let class = |missing: &[&String], unexpected: &[String]| {
            of_triggers(&Difference {
                missing: missing.iter().map(|text| (*text).clone()).collect(),
                unexpected: unexpected.to_vec(),
            })
        };
        assert_eq!(class(&[&trigger], &[]), Drift::LostTrigger);
        assert_eq!(class(&[&trigger], &[format!("{trigger} DISABLED")]), Drift::LostTrigger);
        assert_eq!(class(&[&trigger], &[trigger.replace("INSERT", "UPDATE")]), Drift::Altered);
        assert_eq!(class(&[], &[trigger]), Drift::Extra);
    }
}
