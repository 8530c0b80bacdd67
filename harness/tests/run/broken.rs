//! A local target that breaks one scenario or another, as its name says.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use harness::catalog::Catalog;
use harness::cleanup::Cleanup;
use harness::event::Journal;
use harness::exit_code::ExitCode;
use harness::http::HttpEndpoint;
use harness::profile::Profile;
use harness::run::{RunRequest, Runner, RunnerError, Trials, run_on};
use harness::scenario::plan::{CheckDescriptor, Plan, PlanTarget, PlannedTenant};
use harness::target::local::{LocalTarget, Options};
use harness::target::{ActError, Acted, Endpoints, InstallRequest, Installer, Target, TargetError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Makes this program the command.
pub(crate) const ASKED: &str = "E2E_TEST_BROKEN";
/// A scenario of this name has an installer that panics when it is to make tenants.
pub(crate) const PANICS_AT_BOOTSTRAP: &str = "panics-at-bootstrap";
/// A scenario of this name has a target that panics when all it needs is made.
pub(crate) const PANICS_WHEN_READY: &str = "panics-when-ready";
/// How long a request may take where the service is broken.
const ALLOWED: Duration = Duration::from_millis(400);

/// Runs the command on the broken target, if this program was started for that.
pub(crate) fn command_if_asked() -> Option<ExitCode> {
    std::env::var_os(ASKED).map(|_| harness::cli::execute(std::env::args_os(), &OnBrokenTarget))
}

struct OnBrokenTarget;

#[async_trait]
impl Runner for OnBrokenTarget {
    fn checks(&self) -> Vec<CheckDescriptor> {
        Trials.checks()
    }

    async fn run(
        &self,
        request: RunRequest,
        journal: &Journal,
        interrupt: CancellationToken,
    ) -> Result<(), RunnerError> {
        let options = Options::from_environment(journal.run().clone())?;
        let target = BrokenTarget(LocalTarget::acquire(&options).await?);
        run_on(Arc::new(target), request, journal, interrupt).await
    }
}

struct BrokenTarget(LocalTarget);

#[async_trait]
impl Target for BrokenTarget {
    fn kind(&self) -> PlanTarget {
        self.0.kind()
    }

    fn summary(&self) -> String {
        self.0.summary()
    }

    async fn ready(
        &self,
        plan: &Plan,
        profile: &Profile,
        catalog: &Catalog,
        cleanup: &Cleanup,
    ) -> Result<Endpoints, TargetError> {
        let mut endpoints = self.0.ready(plan, profile, catalog, cleanup).await?;
        assert_ne!(plan.scenario, PANICS_WHEN_READY, "on purpose, and after everything was made");
        if plan.scenario == PANICS_AT_BOOTSTRAP {
            let installer = endpoints.installer.take().expect("the local target installs");
            endpoints.installer = Some(Arc::new(PanicsAtBootstrap(installer)));
        }
        if let Some((service, answer)) = plan.scenario.split_once("-answers-") {
            let url = serve(answer.to_owned()).await;
            match service {
                "sources" => endpoints.sources = HttpEndpoint::new("Sources API", url, ALLOWED),
                "upload" => endpoints.upload = HttpEndpoint::new("ingress", url, ALLOWED),
                _ => endpoints.koku = HttpEndpoint::new("Koku API", url, ALLOWED),
            }
        }
        Ok(endpoints)
    }
}

struct PanicsAtBootstrap(Arc<dyn Installer>);

#[async_trait]
impl Installer for PanicsAtBootstrap {
    async fn install(&self, request: InstallRequest, acted: Acted<'_>) -> Result<(), ActError> {
        self.0.install(request, acted).await
    }

    async fn bootstrap(&self, tenants: &[PlannedTenant], _: Acted<'_>) -> Result<(), ActError> {
        panic!("no hands to make {} with", tenants[0].alias)
    }
}

/// A service that answers each request with a page, with nothing, or too late.
async fn serve(answer: String) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(reply(connection, answer.clone()));
        }
    });
    Url::parse(&format!("http://{address}/")).expect("a URL")
}

async fn reply(mut connection: TcpStream, answer: String) {
    let page = "<html><h1>Bad gateway</h1></html>";
    let head = |length| {
        format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n")
    };
    let mut request = vec![0; 65536];
    let _ = connection.read(&mut request).await;
    let text = match answer.as_str() {
        "html" => head(page.len()) + page,
        "nothing" => head(0),
        _ => std::future::pending().await,
    };
    // Who asked may have gone.
    let _ = connection.write_all(text.as_bytes()).await;
}
