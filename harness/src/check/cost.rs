//! What usage costs: the rows of a cost model in the daily summary, against the oracle.

use super::case::PayloadCase;
use super::data::check;
use super::form::{Check, Judgement};
use super::sql;
use super::usage::{Told, finding, judgement};
use crate::oracle::{Difference, compare_costs};

pub(super) const CHECKS: &[Check] = &[check(
    "cost-differs",
    "the daily summary has the costs that follow from usage and the source's cost model, and none without one",
    &["usage-counted-twice", "usage-differs", "capacity-differs"],
    costs,
)];

fn costs(case: &PayloadCase<'_>) -> Judgement {
    let PayloadCase { facts, payload } = case;
    let comparison = compare_costs(&payload.expected, &facts.usage.cost_rows);
    let differences: Vec<&Difference> = comparison.differences.iter().collect();
    let expected = if payload.expected.cost_rows.is_empty() {
        "no costs, since the source has no cost model".to_owned()
    } else {
        format!("what payload {} costs by the cost model of source {}", payload.payload, payload.provider)
    };
    let map = format!("{}.cost_model_map", sql::identifier(&payload.schema));
    let provider = facts.usage.manifest.as_ref().and_then(|manifest| manifest.provider_id);
    let of_provider =
        provider.map_or_else(String::new, |id| format!(" WHERE provider_uuid = {}", sql::literal(&id.to_string())));
    let told = Told {
        expected,
        differ: "different",
        cause: "costs were not computed again after the summary or after the cost model was changed, the source has another cost \
                model, or rows of costs were altered or deleted; Koku 768be82 computes none on PostgreSQL below 16",
        remedy: format!(
            "see which cost model the source has: SELECT cost_model_id FROM {map}{of_provider}; see that its worker logs no error of \
             update_cost_model_costs; then save the cost model again, which has its costs computed"
        ),
    };
    // Rows of usage that may cost something, and each amount.
    judgement(payload.expected.summary_rows.len() + comparison.examined, finding(case, &differences, told))
}
