//! A release that others installed: it is looked at, judged and acted on through the cluster's API, and refused where it is not marked.

use std::process::{Command, Output};
use std::time::Duration;

use harness::cleanup::Cleanup;
use harness::fault::trouble::{BadReply, RequestTrouble, Service, Trouble};
use harness::identity::Identity;
use harness::profile::Profile;
use harness::project::Project;
use harness::target::Administrator;
use harness::target::cluster::{Connection, Doors, names};
use libtest_mimic::Trial;

use crate::system::{System, shown};
use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("release::one_that_is_there_is_judged_acted_on_and_mended_by_nobody", one_that_is_there)]
}

const NAMESPACE: &str = "e2e-release-that-is-there";
const COMMAND: &str = env!("CARGO_BIN_EXE_e2e-validate");

fn one_that_is_there() {
    let system = System::new(NAMESPACE);
    let root = Project::find().fixtures().parent().expect("a project").to_owned();
    let mut install = system.command(root.join("scripts/install-cost-helm-chart.sh"));
    expect(install.env("NAMESPACE", NAMESPACE).args(["--set", "koku.troubles=true"]), 0);
    let mut current = system.command("kubectl");
    let context = expect(current.args(["config", "current-context"]), 0).0.trim().to_owned();
    let release = Release { system: &system, context: &context };

    assert_eq!(release.call(&["doctor"], 0).0, "", "nothing is wrong, and nothing is told");
    let report = release.call(&["run", "--target", "cluster", "--results", &system.path("run")], 0).0;
    assert!(report.contains("5 of 5 steps"), "all phases run where none are named: {report}");

    tokio::runtime::Runtime::new().expect("a runtime").block_on(strike(&system, &context));
    let found = release.call(&["doctor"], 1).0;
    assert!(found.starts_with("tenant org1234567: domain-missing\n"), "{found}");
    let facts = system.path("facts.json");
    release.call(&["facts", "--output", &facts], 0);
    let judged = expect(Command::new(COMMAND).args(["judge", &facts]), 1).0;
    assert_eq!(judged, found, "what was saved is judged alike, without a cluster");

    expect(system.command("kubectl").args(["label", "namespace", NAMESPACE, "e2e-validate/test-system-"]), 0);
    let refused = release.call(&["run", "--target", "cluster"], 2).1;
    assert!(refused.contains("nothing was touched"), "{refused}");
    let results = system.path("wrong");
    let wrong = ["run", "--target=cluster", "--i-own-this-system", "--profile=cost-onprem", "--results", &results];
    let differs = release.call(&wrong, 3).0;
    assert!(differs.contains("no secret cost-onprem-db-credentials"), "{differs}");

    let down = ["scale", "statefulset", "--all", "--replicas=0", "--namespace", NAMESPACE];
    expect(system.command("kubectl").args(down), 0);
    let gone = ["wait", "pod", "--selector=app.kubernetes.io/component=database", "--for=delete", "--timeout=60s"];
    expect(system.command("kubectl").args(gone).args(["--namespace", NAMESPACE]), 0);
    let unseen = release.call(&["doctor"], 3).1;
    assert!(unseen.contains("could not observe the database: service koku-koku-db has no pod that runs"), "{unseen}");
}

/// The release, as commands name it.
struct Release<'a> {
    system: &'a System,
    context: &'a str,
}

impl Release<'_> {
    /// What a command about the release writes to standard output and to standard error, which ends with this code.
    fn call(&self, words: &[&str], code: i32) -> (String, String) {
        let mut command = self.system.command(COMMAND);
        command.args(words).args(["--context", self.context, "--namespace", NAMESPACE]);
        command.env_remove("E2E_I_OWN_THIS_SYSTEM");
        expect(&mut command, code)
    }
}

fn expect(command: &mut Command, code: i32) -> (String, String) {
    let output: Output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert_eq!(output.status.code(), Some(code), "{command:?}: {}", shown(&output));
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr))
}

/// Takes a tenant's domain away as the superuser, and has the Sources API fail for a while.
async fn strike(system: &System, context: &str) {
    let connection = Connection::open(Some(&system.kubeconfig()), context).await.expect("the context is there");
    let client = connection.client().expect("a client");
    let profile = Profile::load(&Project::find().fixtures(), "cost-mgmt").expect("a profile of ours");
    names::compare(&client, NAMESPACE, &profile).await.expect("all names match");
    let cleanup = Cleanup::new(Duration::from_secs(10));
    let doors = Doors::open(&client, NAMESPACE, &profile, &cleanup).await.expect("ports of this machine");
    let administrator = doors.administrator();

    let reply = BadReply::ServerError;
    let trouble = RequestTrouble { service: Service::Sources, method: None, path: "source_types", times: None, reply };
    let ask = async || {
        let asked = doors.sources().get("/api/sources/v3.1/source_types", &Identity::default()).await;
        asked.expect("an answer").status()
    };
    assert_eq!(ask().await, 200);
    administrator.make_trouble(&Trouble::Requests(trouble)).await.expect("the fake takes troubles");
    assert_eq!(ask().await, 500);
    administrator.end_troubles().await.expect("the fake lets them go");
    assert_eq!(ask().await, 200);

    let superuser = administrator.sessions().await.expect("a session");
    let gone = sqlx::query("DELETE FROM public.api_domain").execute(&superuser).await.expect("may do all");
    assert_eq!(gone.rows_affected(), 1);
    superuser.close().await;
    assert_eq!(cleanup.run().await, []);
}
