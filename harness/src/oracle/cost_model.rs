//! A cost model: what a unit of usage costs. Source of its form: the request of golden case e.

use std::collections::BTreeMap;
use std::str::FromStr;

use bigdecimal::{BigDecimal, Zero};
use serde::Deserialize;
use serde_json::{Number, Value};

use super::error::OracleError;

/// What a unit costs, by the type of the cost, and whether costs of the platform and of idle workers are spread over others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostModel {
    pub(super) rates: BTreeMap<String, Rates>,
    pub(super) spreads_platform: bool,
    pub(super) spreads_workers: bool,
}

/// What a unit costs. Hours of cores and of GiB, months of GiB, months of nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rates {
    pub(super) cpu_usage: BigDecimal,
    pub(super) cpu_request: BigDecimal,
    pub(super) memory_usage: BigDecimal,
    pub(super) memory_request: BigDecimal,
    pub(super) storage_usage: BigDecimal,
    pub(super) storage_request: BigDecimal,
    pub(super) node_month: BigDecimal,
}

#[derive(Deserialize)]
struct Request {
    rates: Vec<Rate>,
    distribution: String,
    distribution_info: Distribution,
}

#[derive(Deserialize)]
struct Distribution {
    platform_cost: bool,
    worker_cost: bool,
}

#[derive(Deserialize)]
struct Rate {
    metric: Metric,
    cost_type: String,
    #[serde(default)]
    tiered_rates: Vec<Tier>,
}

#[derive(Deserialize)]
struct Metric {
    name: String,
}

#[derive(Deserialize)]
struct Tier {
    value: Number,
}

impl CostModel {
    /// Reads the body of the request that makes it. Rates by tag are passed over: without an enabled tag key nothing comes of them.
    /// A markup is a share of what a cloud costs, of which there is nothing on-prem.
    ///
    /// # Errors
    /// The body is no cost model, or has what the oracle has no formulas for.
    pub fn read(request: &Value) -> Result<Self, OracleError> {
        let request = Request::deserialize(request).map_err(|error| OracleError::NoCostModel(error.to_string()))?;
        if request.distribution != "cpu" {
            return Err(OracleError::NoCostModel(format!(
                "distribution {:?}, only cpu is known",
                request.distribution
            )));
        }
        let mut rates: BTreeMap<String, Rates> = BTreeMap::new();
        for rate in &request.rates {
            let of_type = rates.entry(rate.cost_type.clone()).or_default();
            for tier in &rate.tiered_rates {
                let value = BigDecimal::from_str(&tier.value.to_string());
                let value = value.map_err(|error| OracleError::NoCostModel(error.to_string()))?;
                *of_type.of_metric(&rate.metric.name)? += value;
            }
        }
        let Distribution { platform_cost, worker_cost } = request.distribution_info;
        Ok(Self { rates, spreads_platform: platform_cost, spreads_workers: worker_cost })
    }
}

impl Rates {
    fn of_metric(&mut self, metric: &str) -> Result<&mut BigDecimal, OracleError> {
        Ok(match metric {
            "cpu_core_usage_per_hour" => &mut self.cpu_usage,
            "cpu_core_request_per_hour" => &mut self.cpu_request,
            "memory_gb_usage_per_hour" => &mut self.memory_usage,
            "memory_gb_request_per_hour" => &mut self.memory_request,
            "storage_gb_usage_per_month" => &mut self.storage_usage,
            "storage_gb_request_per_month" => &mut self.storage_request,
            "node_cost_per_month" => &mut self.node_month,
            other => return Err(OracleError::NoCostModel(format!("metric {other:?} is not known"))),
        })
    }

    pub(super) fn has_nodes(&self) -> bool {
        !self.node_month.is_zero()
    }
}
