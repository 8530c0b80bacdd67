//! The watch of a release: what can only fail is told with its cause, and what can still come is not.

use std::time::Duration;

use harness::cleanup::Cleanup;
use harness::error::chain;
use harness::fact::release::ReleaseFacts;
use harness::observer::cluster::{Cause, ReleaseWatch};
use harness::profile::Profile;
use harness::target::ReleaseObserver as _;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::{DeleteParams, PostParams};
use kube::{Api, Client};
use libtest_mimic::Trial;
use serde_json::json;

use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("watch::an_image_that_is_not_there_is_named", || {
            tested("image", Made::Workload { image: "e2e-fake-koku:no-such-tag" });
        }),
        trial("watch::a_job_that_fails_is_told_with_its_exit_code_and_last_line", || tested("job", Made::Job)),
        trial("watch::a_release_that_comes_is_waited_for", || {
            tested("well", Made::Workload { image: "e2e-fake-koku:dev" });
        }),
    ]
}

enum Made {
    Workload { image: &'static str },
    Job,
}

/// More than anything here takes.
const ALLOWED: Duration = Duration::from_mins(1);

fn tested(name: &str, made: Made) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let name = format!("watch-{name}-{}", std::process::id());
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let client = Client::try_default().await.expect("a kubeconfig with a current context");
        let cleanup = Cleanup::new(Duration::from_secs(30));
        let tested = tokio::spawn(test(client, name, made, cleanup.clone())).await;
        let left = cleanup.run().await;
        if let Err(panic) = tested.map_err(tokio::task::JoinError::into_panic) {
            std::panic::resume_unwind(panic);
        }
        assert_eq!(left, [], "all is unmade");
    });
}

async fn test(client: Client, namespace: String, made: Made, cleanup: Cleanup) {
    make_namespace(&client, &namespace, &cleanup).await;
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let profile = Profile::load(&fixtures, "cost-mgmt").expect("a profile");
    let watch = ReleaseWatch::start(client.clone(), &namespace, "made", &profile).await.expect("may watch");
    match made {
        Made::Workload { image } if image.ends_with(":dev") => {
            make_workload(&client, &namespace, image).await;
            let facts = watch.settled(ALLOWED).await.expect("is looked at");
            assert!(facts.workloads.iter().all(harness::fact::release::WorkloadFact::is_ready), "{facts:#?}");
            assert_eq!(facts.workloads.len(), 1);
        }
        Made::Workload { image } => {
            make_workload(&client, &namespace, image).await;
            let (cause, _) = doomed(&watch).await;
            assert!(
                cause.sentence.contains(&format!("image {image} of container sources cannot be pulled")),
                "{cause}"
            );
            assert_eq!(cause.of, "Deployment/answering");
        }
        Made::Job => {
            make_job(&client, &namespace).await;
            let (cause, facts) = doomed(&watch).await;
            let ended =
                "its container psql ended with exit code 3, its last line \"cannot reach postgres://koku:***@db/koku\"";
            assert!(cause.sentence.contains(ended), "{cause}\n{facts:#?}");
            let evidence = watch.evidence(ALLOWED).await;
            assert_eq!(evidence.logs.len(), 1, "{:?}", evidence.missing);
        }
    }
}

async fn doomed(watch: &ReleaseWatch) -> (Cause, ReleaseFacts) {
    tokio::time::timeout(ALLOWED, watch.doomed()).await.expect("it can only fail")
}

async fn make_namespace(client: &Client, name: &str, cleanup: &Cleanup) {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let (deleting, doomed) = (namespaces.clone(), name.to_owned());
    cleanup.push(format!("namespace {name}"), async move {
        let deleted = deleting.delete(&doomed, &DeleteParams::default()).await;
        deleted.map(drop).map_err(|error| chain(&error))
    });
    let namespace = object(json!({ "metadata": { "name": name, "labels": { "e2e-validate/test-system": "true" } } }));
    namespaces.create(&PostParams::default(), &namespace).await.expect("may make a namespace");
}

async fn make_workload(client: &Client, namespace: &str, image: &str) {
    let deployment: Deployment = object(json!({
        "metadata": { "name": "answering", "annotations": { "meta.helm.sh/release-name": "made" } },
        "spec": {
            "selector": { "matchLabels": { "app": "answering" } },
            "template": {
                "metadata": { "labels": { "app": "answering" } },
                "spec": { "automountServiceAccountToken": false, "containers": [{
                    "name": "sources",
                    "image": image,
                    "args": ["serve", "--part=sources", "--koku-url=http://localhost:1"],
                    "ports": [{ "name": "http", "containerPort": 8001 }],
                    "readinessProbe": { "httpGet": { "path": "/readyz", "port": "http" }, "periodSeconds": 1 },
                }] },
            },
        },
    }));
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), namespace);
    deployments.create(&PostParams::default(), &deployment).await.expect("may make a deployment");
}

async fn make_job(client: &Client, namespace: &str) {
    let job: Job = object(json!({
        "metadata": { "name": "migrate", "annotations": { "meta.helm.sh/release-name": "made" } },
        "spec": { "backoffLimit": 0, "template": { "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": false,
            "containers": [{
                "name": "psql",
                "image": "e2e-postgres:15",
                "command": ["sh", "-c", "echo cannot reach postgres://koku:hunter2@db/koku; exit 3"],
            }],
        } } },
    }));
    let jobs: Api<Job> = Api::namespaced(client.clone(), namespace);
    jobs.create(&PostParams::default(), &job).await.expect("may make a job");
}

fn object<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).expect("is such an object")
}
