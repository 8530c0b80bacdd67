//! The engine can fail: one expected thing is changed in memory, and the difference is named.

use harness::contract::{Body, Dialect, Exchange, Outcome, PayloadCase, Suite, SuiteCases};
use serde_json::json;

use crate::support::{replayed, suites};

/// The field that differs in this case, after the suite was changed.
async fn field(mut suite: Suite, id: &str, change: impl FnOnce(&mut Suite)) -> Vec<String> {
    change(&mut suite);
    let account = replayed(&suite, &|case| case == id).await;
    let case = account.suites[0].cases.iter().find(|case| case.id == id).expect("the case");
    match &case.result {
        Outcome::Differs { differences } => differences.iter().map(|difference| difference.field.clone()).collect(),
        other => panic!("{id}: {other:?}"),
    }
}

fn suite(dialect: Dialect, name: &str) -> Suite {
    suites(dialect).into_iter().find(|suite| suite.name == name).expect("the suite")
}

fn exchange<'s>(suite: &'s mut Suite, id: &str) -> &'s mut Exchange {
    let SuiteCases::Exchanges(exchanges) = &mut suite.cases else { panic!("{id} is no exchange") };
    exchanges.iter_mut().find(|exchange| exchange.case.id == id).expect("the exchange")
}

fn payload<'s>(suite: &'s mut Suite, id: &str) -> &'s mut PayloadCase {
    let SuiteCases::Payloads(cases) = &mut suite.cases else { panic!("{id} is no payload") };
    cases.iter_mut().find(|case| case.case.id == id).expect("the payload")
}

/// A change of what is expected of an exchange.
type Change = fn(&mut Exchange);

#[tokio::test]
async fn a_changed_reply_or_event_of_the_platform_is_found() {
    let id = "source-create-openshift";
    let changes: [(&str, Change); 4] = [
        ("status", |exchange| exchange.reply.as_mut().expect("a reply").status = 200),
        ("header content-type", |exchange| {
            let headers = &mut exchange.reply.as_mut().expect("a reply").headers;
            headers.insert("content-type".to_owned(), Some("text/html".to_owned()));
        }),
        ("body.name", |exchange| {
            let Body::Json(body) = &mut exchange.reply.as_mut().expect("a reply").body else { panic!("no JSON") };
            body["name"] = json!("another");
        }),
        ("events", |exchange| exchange.events = Some(Vec::new())),
    ];
    let whole = suite(Dialect::Platform, "platform");
    for (named, change) in changes {
        let fields = field(whole.clone(), id, |suite| change(exchange(suite, id))).await;
        assert_eq!(fields, [named]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_row_is_found() {
    let id = "next-new-org-post";
    let whole = suite(Dialect::Koku, "koku");
    let changes: [(&str, Change); 3] = [
        ("rows api_tenant.schema_name", |exchange| {
            let rows = exchange.rows.as_mut().expect("rows").get_mut("api_tenant").expect("a tenant");
            rows[0]["schema_name"] = json!("org1");
        }),
        ("rows api_domain", |exchange| {
            let domain = json!({ "id": 1, "domain": "org1", "is_primary": true, "tenant_id": 1 });
            exchange.rows.as_mut().expect("rows").insert("api_domain".to_owned(), vec![domain]);
        }),
        ("rows deleted of api_user", |exchange| {
            exchange.rows_deleted.insert("api_user".to_owned(), vec![json!({ "id": 1 })]);
        }),
    ];
    for (named, change) in changes {
        assert_eq!(field(whole.clone(), id, |suite| change(exchange(suite, id))).await, [named]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_outcome_of_an_upload_is_found() {
    let whole = suite(Dialect::Koku, "payloads");
    let validation = field(whole.clone(), "not-gzip", |suite| {
        payload(suite, "not-gzip").validation = Some("success".to_owned());
    });
    assert_eq!(validation.await, ["validation"]);
    let status =
        field(whole.clone(), "ingress-no-identity", |suite| payload(suite, "ingress-no-identity").status = 202);
    assert_eq!(status.await, ["status of the upload"]);
    let hours = field(whole, "negative", |suite| {
        let observation = payload(suite, "negative").observations.iter_mut().find(|seen| seen.what == "core-hours");
        observation.expect("hours").expected = json!([6, 6]);
    });
    assert_eq!(hours.await, ["core-hours"]);
}
