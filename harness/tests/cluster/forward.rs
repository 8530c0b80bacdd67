//! Port-forwards: a service that is not there yet, many connections at once, a pod that is replaced, a half that ends.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use futures::future::join_all;
use harness::cleanup::Cleanup;
use harness::error::chain;
use harness::target::cluster::forward::{Forward, ServicePort};
use harness::wait::{Progress, Wait};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, Pod, Service};
use kube::api::{DeleteParams, PostParams};
use kube::{Api, Client};
use libtest_mimic::Trial;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("forward::a_service_is_reached_through_all_that_happens_to_its_pods", || {
        tokio::runtime::Runtime::new().expect("a runtime").block_on(a_service_is_reached());
    })]
}

/// How long a pod may take to be there.
const POD: Duration = Duration::from_mins(1);
/// How many connections are opened at once.
const AT_ONCE: usize = 40;

async fn a_service_is_reached() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::try_default().await.expect("a kubeconfig with a current context");
    let cleanup = Cleanup::new(Duration::from_secs(30));
    let tested = tokio::spawn(test(client, cleanup.clone())).await;
    let left = cleanup.run().await;
    if let Err(panic) = tested.map_err(tokio::task::JoinError::into_panic) {
        std::panic::resume_unwind(panic);
    }
    assert_eq!(left, [], "all is unmade");
}

async fn test(client: Client, cleanup: Cleanup) {
    let namespace = make_namespace(&client, &cleanup).await;
    let forwards = Cleanup::new(Duration::from_secs(10));
    let to = ServicePort { namespace: namespace.clone(), service: "answering".to_owned(), port: 80 };
    let forward = Forward::open(&client, to, &forwards).await.expect("a port of this machine");
    let address = forward.address();

    let why = chain(&forward.pod().await.expect_err("no service yet"));
    assert_eq!(why, format!("namespace {namespace} has no service answering"));
    assert_eq!(ask(address).await, "", "a connection to nothing is closed");

    make_service(&client, &namespace).await;
    let first = serving(&forward, None).await;
    assert!(ask(address).await.starts_with("HTTP/1.1 200"), "the half that ends does not end the answer");
    let answers = join_all((0..AT_ONCE).map(|_| ask(address))).await;
    let well = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 200")).count();
    assert_eq!(well, AT_ONCE, "each connection has a port-forward of its own");

    let mut held = TcpStream::connect(address).await.expect("is accepted");
    held.write_all(b"GET /livez HTTP/1.1\r\nHost: answering\r\n\r\n").await.expect("is carried");
    let mut begun = [0; 12];
    held.read_exact(&mut begun).await.expect("is answered, and stays open");
    assert_eq!(&begun, b"HTTP/1.1 200");
    let pods: Api<Pod> = Api::namespaced(client.clone(), &namespace);
    pods.delete(&first, &DeleteParams::default().grace_period(0)).await.expect("may delete a pod of its own");
    let ended = tokio::time::timeout(POD, held.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "a connection ends with its pod");
    let second = serving(&forward, Some(&first)).await;
    assert_ne!(second, first);
    assert!(ask(address).await.starts_with("HTTP/1.1 200"), "the pod that took its place is found");

    assert_eq!(forwards.run().await, []);
    let refused = TcpStream::connect(address).await.expect_err("nobody listens any more");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

/// What comes back for a request whose sender says nothing more.
async fn ask(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.expect("is accepted");
    let request = b"GET /livez HTTP/1.1\r\nHost: answering\r\nConnection: close\r\n\r\n";
    let mut answer = Vec::new();
    let asked = async {
        stream.write_all(request).await?;
        stream.shutdown().await?;
        stream.read_to_end(&mut answer).await
    };
    // One that is closed before it was read is reset: then nothing came back.
    let _ = asked.await;
    String::from_utf8(answer).expect("HTTP is text")
}

/// The pod that is ready to serve, another one than this.
async fn serving(forward: &Forward, other_than: Option<&str>) -> String {
    let waited = Wait::new("a pod of the service", POD).until::<_, String, _>(async || match forward.pod().await {
        Ok(found) if Some(found.pod.as_str()) == other_than => Progress::NotYet("still the one before".to_owned()),
        Ok(found) if ask(forward.address()).await.is_empty() => Progress::NotYet(format!("{} is deaf", found.pod)),
        Ok(found) => Progress::Done(found.pod),
        Err(error) => Progress::NotYet(chain(&error)),
    });
    waited.await.unwrap_or_else(|error| panic!("{error}"))
}

async fn make_namespace(client: &Client, cleanup: &Cleanup) -> String {
    let name = format!("door-forward-{}", std::process::id());
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let (deleting, doomed) = (namespaces.clone(), name.clone());
    cleanup.push(format!("namespace {name}"), async move {
        let deleted = deleting.delete(&doomed, &DeleteParams::default()).await;
        deleted.map(drop).map_err(|error| chain(&error))
    });
    let namespace = object(&format!("metadata: {{ name: {name}, labels: {{ e2e-validate/test-system: 'true' }} }}"));
    namespaces.create(&PostParams::default(), &namespace).await.expect("may make a namespace");
    name
}

/// The fake's Sources API, which needs nothing but itself, behind a service that leads to a port by its name.
async fn make_service(client: &Client, namespace: &str) {
    let image = std::env::var("E2E_KOKU_IMAGE").unwrap_or_else(|_| "e2e-fake-koku:dev".to_owned());
    let deployment: Deployment = object(&format!(
        "metadata: {{ name: answering }}\n\
         spec:\n  selector: {{ matchLabels: {{ app: answering }} }}\n  template:\n    metadata: {{ labels: {{ app: answering }} }}\n    \
         spec:\n      automountServiceAccountToken: false\n      containers:\n      - name: sources\n        image: {image}\n        \
         args: [serve, --part=sources, '--koku-url=http://localhost:1']\n        \
         ports: [{{ name: http, containerPort: 8001 }}]\n        \
         readinessProbe: {{ httpGet: {{ path: /readyz, port: http }}, periodSeconds: 1 }}\n"
    ));
    let service: Service = object(
        "metadata: { name: answering }\n\
         spec: { selector: { app: answering }, ports: [{ port: 80, targetPort: http }] }",
    );
    let made = PostParams::default();
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), namespace);
    deployments.create(&made, &deployment).await.expect("may make a deployment");
    let services: Api<Service> = Api::namespaced(client.clone(), namespace);
    services.create(&made, &service).await.expect("may make a service");
}

fn object<T: serde::de::DeserializeOwned>(yaml: &str) -> T {
    serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{error} in:\n{yaml}"))
}
