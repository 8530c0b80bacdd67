//! The report tables that follow from the daily summary. Source: facts `koku-formulas.md` §7.

use std::collections::{BTreeMap, BTreeSet};

use super::expected::Expected;
use super::namespace::is_reported;
use super::totals::{greatest_of, sum_of};
use crate::fact::usage::{DataSource, Measure, ReportTable, ReportTableFact, ReportTableRow, SummaryRow};

impl Expected {
    /// The rows of all report tables, each in order of day, namespace, node and claim. Tables of network and virtual
    /// machines are empty.
    #[must_use]
    pub fn report_tables(&self) -> Vec<ReportTableFact> {
        ReportTable::ALL.into_iter().map(|table| ReportTableFact { table, rows: self.rows_of(table) }).collect()
    }

    fn rows_of(&self, table: ReportTable) -> Vec<ReportTableRow> {
        let mut groups: BTreeMap<_, Vec<&SummaryRow>> = BTreeMap::new();
        for row in self.summary_rows.iter().filter(|row| is_in(table, row)) {
            let key = (
                row.usage_start,
                row.namespace.clone().filter(|_| table.has_namespace()),
                row.node.clone().filter(|_| table.has_node()),
                row.persistentvolumeclaim.clone().filter(|_| table.has_claim()),
                row.storageclass.clone().filter(|_| table.has_claim()),
            );
            groups.entry(key).or_default().push(row);
        }
        let row =
            |((usage_start, namespace, node, persistentvolumeclaim, storageclass), rows): (_, Vec<&SummaryRow>)| {
                let resources = table.has_resources().then(|| resources(&rows));
                ReportTableRow {
                    cluster_id: self.cluster_id.clone(),
                    cluster_alias: Some(self.cluster_alias.clone()),
                    usage_start,
                    usage_end: usage_start,
                    node,
                    namespace,
                    persistentvolumeclaim,
                    storageclass,
                    data_source: rows.first().map(|row| row.data_source).filter(|_| table.has_resources()),
                    resource_count: resources.as_ref().map(|ids| i32::try_from(ids.len()).unwrap_or(i32::MAX)),
                    resource_ids: resources,
                    cost_category_id: rows.iter().filter_map(|row| row.cost_category_id).max(),
                    measures: measures(table, &rows),
                }
            };
        groups.into_iter().map(row).collect()
    }
}

fn is_in(table: ReportTable, row: &SummaryRow) -> bool {
    match table {
        ReportTable::Cost | ReportTable::CostByNode | ReportTable::CostByProject => true,
        ReportTable::Pod | ReportTable::PodByNode | ReportTable::PodByProject => {
            row.data_source == DataSource::Pod && is_reported(row.namespace.as_deref())
        }
        ReportTable::Volume | ReportTable::VolumeByProject => row.data_source == DataSource::Storage,
        ReportTable::Network | ReportTable::NetworkByNode | ReportTable::NetworkByProject | ReportTable::Vm => false,
    }
}

fn resources(rows: &[&SummaryRow]) -> Vec<String> {
    let ids: BTreeSet<&String> = rows.iter().filter_map(|row| row.resource_id.as_ref()).collect();
    ids.into_iter().cloned().collect()
}

/// Usage is summed; a capacity stands in every row and is not.
fn measures(table: ReportTable, rows: &[&SummaryRow]) -> crate::fact::usage::Measures {
    let is_capacity = |measure: &Measure| Measure::OF_NODE.contains(measure) || Measure::OF_CLUSTER.contains(measure);
    let (capacities, usages): (Vec<_>, Vec<_>) = table.measures().into_iter().partition(is_capacity);
    let mut measures = sum_of(rows, &usages);
    measures.append(&mut greatest_of(rows, &capacities));
    measures
}
