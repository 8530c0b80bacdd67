//! What Koku's API answers each tenant.

use super::case::ApiCase;
use super::expectation::Capabilities;
use super::finding::Severity;
use super::form::{Applies, Check, Deviation, Group, Judge, Judgement};

/// The status of an answer that has what was asked for.
const OK: u16 = 200;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "report-refused",
    group: Group::Api,
    severity: Severity::Required,
    summary: "Koku's API answers each tenant's questions: status 200 and JSON",
    // A tenant that is there only in part is refused because of that.
    presupposes: &[
        "tenant-missing",
        "domain-missing",
        "customer-missing",
        "schema-not-granted",
        "tenant-migrations-behind",
        "tables-missing",
        "columns-differ",
    ],
    applies: asked,
    judge: Judge::Api(report_refused),
}];

const fn asked(capabilities: Capabilities) -> Applies {
    if capabilities.koku_asked {
        Applies::Yes
    } else {
        Applies::No("nobody asks Koku's API in the name of each tenant")
    }
}

fn report_refused(case: &ApiCase<'_>) -> Judgement {
    let ApiCase { facts, tenant } = case;
    let refused = facts.answers.iter().filter(|answer| answer.status != OK || !answer.is_json);
    let deviation = |answer: &crate::fact::api::ApiAnswer| Deviation {
        place: Some(format!("GET {}", answer.path)),
        expected: format!("{OK} and JSON, asked by org {}", tenant.org_id),
        observed: format!("{}: {}", answer.status, answer.body),
        cause: cause(answer.status).to_owned(),
        drift: None,
        remedy: remedy(answer.status, &tenant.org_id),
    };
    Judgement { examined: facts.answers.len(), deviations: refused.map(deviation).collect() }
}

const fn cause(status: u16) -> &'static str {
    match status {
        401 | 403 => {
            "Koku, or a gateway in front of it, refuses the identity: it may want a token, or know no such entitlement"
        }
        424 => {
            "Koku cannot reach its RBAC service, which it asks for the rights of whoever is no administrator of the org"
        }
        429 | 503 => "something in front of Koku has no room for the request",
        OK => "something in front of Koku answers in its place, such as the page of a login",
        500.. => {
            "Koku fails on this tenant though the database is whole: its log says why; a worker that was started before the \
                  tenant was mended may hold on to what it saw"
        }
        _ => "Koku refuses the question; its own words are the observed ones",
    }
}

fn remedy(status: u16, org_id: &str) -> String {
    match status {
        401 | 403 | OK => "give the URL of Koku itself, past its gateway".to_owned(),
        424 => "see that the RBAC service runs and that Koku's RBAC_SERVICE_HOST names it".to_owned(),
        _ => format!(
            "read what Koku logs of org {org_id} at this request; restart its API where the database was mended since"
        ),
    }
}
