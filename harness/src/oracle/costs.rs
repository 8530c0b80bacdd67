//! From rows of usage to rows of costs, in decimals of fifteen places. Source: facts `koku-formulas.md` §8, golden case e.

use std::collections::BTreeMap;

use bigdecimal::{BigDecimal, Zero};
use chrono::{Datelike, NaiveDate};

use super::cost_model::{CostModel, Rates};
use super::namespace::{WORKER_UNALLOCATED, is_platform};
use crate::fact::usage::{CostRow, DataSource, Measure, SummaryRow};
use crate::number::Stored;

/// The rows that a cost model makes of these.
pub(super) fn rows(usage: &[SummaryRow], model: &CostModel) -> Vec<CostRow> {
    let mut rows: Vec<CostRow> = Vec::new();
    for (rate_type, rates) in &model.rates {
        rows.extend(usage.iter().map(|row| by_usage(row, rate_type, rates)));
        if rates.has_nodes() {
            let pods = usage.iter().filter(|row| row.data_source == DataSource::Pod);
            rows.extend(pods.map(|row| by_node(row, rate_type, rates)));
        }
    }
    let mut spread = Vec::new();
    if model.spreads_platform {
        spread.extend(distributed(usage, &rows, "platform_distributed", is_platform));
    }
    if model.spreads_workers {
        spread.extend(distributed(usage, &rows, "worker_distributed", |namespace| namespace == WORKER_UNALLOCATED));
    }
    rows.extend(spread);
    rows
}

fn amount(row: &SummaryRow, measure: Measure) -> BigDecimal {
    row.measures.get(&measure).map_or_else(BigDecimal::zero, |number| number.decimal())
}

fn by_usage(row: &SummaryRow, rate_type: &str, rates: &Rates) -> CostRow {
    let of = |usage, price: &BigDecimal, request, price_of_request: &BigDecimal| {
        Stored::from_decimal(&(amount(row, usage) * price + amount(row, request) * price_of_request))
    };
    CostRow {
        cpu: of(Measure::PodUsageCpuCoreHours, &rates.cpu_usage, Measure::PodRequestCpuCoreHours, &rates.cpu_request),
        memory: of(
            Measure::PodUsageMemoryGigabyteHours,
            &rates.memory_usage,
            Measure::PodRequestMemoryGigabyteHours,
            &rates.memory_request,
        ),
        volume: of(
            Measure::PersistentvolumeclaimUsageGigabyteMonths,
            &rates.storage_usage,
            Measure::VolumeRequestStorageGigabyteMonths,
            &rates.storage_request,
        ),
        ..free(row, rate_type)
    }
}

/// A node's price of the day goes to whoever took of it, and the rest to what nobody took.
fn by_node(row: &SummaryRow, rate_type: &str, rates: &Rates) -> CostRow {
    let capacity = amount(row, Measure::NodeCapacityCpuCoreHours);
    let days = BigDecimal::from(row.usage_start.num_days_in_month());
    let cpu = if capacity.is_zero() {
        Stored::ZERO
    } else {
        let taken = amount(row, Measure::PodEffectiveUsageCpuCoreHours);
        Stored::from_decimal(&(taken * &rates.node_month / (capacity * days)))
    };
    CostRow { cpu, monthly_type: Some("Node".to_owned()), ..free(row, rate_type) }
}

/// A row of costs that costs nothing.
fn free(row: &SummaryRow, rate_type: &str) -> CostRow {
    CostRow {
        usage_start: row.usage_start,
        data_source: row.data_source,
        namespace: row.namespace.clone(),
        node: row.node.clone(),
        persistentvolumeclaim: row.persistentvolumeclaim.clone(),
        persistentvolume: row.persistentvolume.clone(),
        storageclass: row.storageclass.clone(),
        rate_type: rate_type.to_owned(),
        monthly_type: None,
        cpu: Stored::ZERO,
        memory: Stored::ZERO,
        volume: Stored::ZERO,
        distributed: Stored::ZERO,
    }
}

/// A namespace on a node on a day.
type Part = (NaiveDate, Option<String>, Option<String>);

fn part(row: &CostRow, distributed: Stored, rate_type: &str) -> CostRow {
    CostRow {
        data_source: DataSource::Pod,
        persistentvolumeclaim: None,
        persistentvolume: None,
        storageclass: None,
        rate_type: rate_type.to_owned(),
        monthly_type: None,
        cpu: Stored::ZERO,
        memory: Stored::ZERO,
        volume: Stored::ZERO,
        distributed,
        ..row.clone()
    }
}

/// Day by day, the costs of some namespaces are taken off them and handed to those that are neither the platform's nor idle, by
/// effective core-hours.
fn distributed(usage: &[SummaryRow], costs: &[CostRow], rate_type: &str, is_spread: fn(&str) -> bool) -> Vec<CostRow> {
    let mut given: BTreeMap<Part, (Stored, &CostRow)> = BTreeMap::new();
    for row in costs.iter().filter(|row| row.namespace.as_deref().is_some_and(is_spread)) {
        let key = (row.usage_start, row.namespace.clone(), row.node.clone());
        let sum = &mut given.entry(key).or_insert((Stored::ZERO, row)).0;
        *sum = *sum + row.cpu + row.memory + row.volume;
    }
    let mut whole: BTreeMap<NaiveDate, Stored> = BTreeMap::new();
    for ((day, ..), (sum, _)) in &given {
        let total = whole.entry(*day).or_insert(Stored::ZERO);
        *total = *total + *sum;
    }
    let is_taker = |row: &&SummaryRow| {
        let name = row.namespace.as_deref().unwrap_or_default();
        row.data_source == DataSource::Pod && !is_platform(name) && name != WORKER_UNALLOCATED
    };
    let mut takers: BTreeMap<Part, (BigDecimal, &SummaryRow)> = BTreeMap::new();
    let mut hours: BTreeMap<NaiveDate, BigDecimal> = BTreeMap::new();
    for row in usage.iter().filter(is_taker) {
        let taken = amount(row, Measure::PodEffectiveUsageCpuCoreHours);
        let key = (row.usage_start, row.namespace.clone(), row.node.clone());
        takers.entry(key).or_insert_with(|| (BigDecimal::zero(), row)).0 += &taken;
        *hours.entry(row.usage_start).or_default() += taken;
    }
    let handed_over = given.into_values().map(|(sum, row)| part(row, Stored::from_decimal(&-sum.decimal()), rate_type));
    let taken_over = takers.into_values().filter_map(|(taken, row)| {
        let (whole, hours) = (whole.get(&row.usage_start)?, &hours[&row.usage_start]);
        let share = (!hours.is_zero()).then(|| Stored::from_decimal(&(taken * whole.decimal() / hours)))?;
        Some(part(&free(row, rate_type), share, rate_type))
    });
    handed_over.chain(taken_over).collect()
}
