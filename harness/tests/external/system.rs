//! A system that runs already: a database that `koku migrate` and `koku bootstrap` have made, and `koku serve` in front of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use harness::profile::{Profile, SourcesDialect, TenantMaker};
use harness::secret::SecretUrl;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::command::quiet;
use crate::given_server::Host;
use crate::state_folder::run;

/// The password of Koku's role, which nothing may tell.
pub(crate) const PASSWORD: &str = "wachtwoord";

/// The server of this test process.
pub(crate) fn host() -> &'static Host {
    static HOST: OnceLock<Host> = OnceLock::new();
    HOST.get_or_init(|| run(Host::start()))
}

/// The program `koku`. Cargo makes it for the tests of a whole workspace; it is made here where it is not there, or older than its
/// sources, as after `cargo test -p harness`.
fn koku() -> &'static Path {
    static KOKU: OnceLock<PathBuf> = OnceLock::new();
    KOKU.get_or_init(|| {
        let this = std::env::current_exe().expect("this program");
        let folder = this.parent().and_then(Path::parent).expect("the folder of this build");
        let koku = folder.join("koku");
        if changed(&koku) < changed(&workspace().join("fixtures/fake-koku/src")) {
            build_koku(folder);
        }
        koku
    })
}

/// When a file, or the newest one below a folder, was last changed; before all time where there is none.
fn changed(path: &Path) -> SystemTime {
    let own = path.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let Ok(entries) = path.read_dir() else { return own };
    entries.map(|entry| changed(&entry.expect("an entry").path())).max().unwrap_or(own)
}

/// Builds the workspace's programs, with the features that they have together.
fn build_koku(folder: &Path) {
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", "harness", "--package", "fake-koku", "--bins", "--profile", profile]);
    cargo.arg("--target-dir").arg(folder.parent().expect("the target folder")).current_dir(workspace());
    assert!(cargo.status().expect("cargo starts").success(), "koku is built");
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The profile of this name.
pub(crate) fn profile(name: &str) -> Profile {
    Profile::load(&workspace().join("fixtures"), name).expect("a profile")
}

/// A database of the server, owned by Koku's role, with the extension.
pub(crate) fn database(profile: &Profile) -> SecretUrl {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    // The server has roles of the usual names already, with passwords of its own.
    let (owner, number) = (&format!("external_{}", profile.database.owner), MADE.fetch_add(1, Ordering::Relaxed));
    let name = format!("e2e_external_{}_{number}", std::process::id());
    let admin = &host().admin;
    run(async {
        let mut session = PgConnection::connect(admin.reveal()).await.expect("a session");
        // Another test may make it just now: the index of roles then says so, not the command.
        let role = format!(
            "DO $$ BEGIN CREATE ROLE {owner} LOGIN PASSWORD '{PASSWORD}';
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        session.execute(AssertSqlSafe(role)).await.expect("a role");
        session.execute(AssertSqlSafe(format!("CREATE DATABASE {name} OWNER {owner}"))).await.expect("a database");
        let mut inside = PgConnection::connect(admin.with_database(&name).reveal()).await.expect("a session");
        inside.execute("CREATE EXTENSION pg_stat_statements SCHEMA public").await.expect("an extension");
    });
    let mut url = admin.with_database(&name).url().clone();
    url.set_username(owner).expect("a host");
    url.set_password(Some(PASSWORD)).expect("a host");
    url.into()
}

/// A system that runs. It ends with this value.
pub(crate) struct RunningSystem {
    pub(crate) profile: Profile,
    pub(crate) database: SecretUrl,
    pub(crate) koku: String,
    pub(crate) sources: String,
    pub(crate) upload: String,
    program: Child,
}

impl RunningSystem {
    /// As the profile of this name says.
    pub(crate) fn of_profile(name: &str) -> Self {
        let profile = profile(name);
        let database = database(&profile);
        migrated(&profile, &database);
        if profile.tenants.made_by == TenantMaker::BootstrapJob {
            assert_done(
                &command(&profile, &database, &["bootstrap", "--org", &profile.tenants.default_org_id]).output(),
            );
        }
        let dialect = profile.sources_dialect;
        Self::serve(profile, database, dialect)
    }

    /// What is served in front of a database, in this dialect.
    pub(crate) fn serve(profile: Profile, database: SecretUrl, dialect: SourcesDialect) -> Self {
        let mut command = command(&profile, &database, &["serve", "--dialect", dialect.as_str()]);
        command.args(["--koku-bind=127.0.0.1:0", "--sources-bind=127.0.0.1:0", "--ingress-bind=127.0.0.1:0"]);
        let mut program = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("koku starts");
        let told = BufReader::new(program.stdout.take().expect("piped")).lines();
        let urls: Vec<String> = told
            .take(3)
            .map(|line| line.expect("text").split(' ').next_back().unwrap_or_default().to_owned())
            .collect();
        let [koku, sources, upload] = urls.try_into().expect("three addresses");
        Self { profile, database, koku, sources, upload, program }
    }

    /// The harness's command on this system, with what is said of it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Command {
        let mut command = harness(&["run", "--target", "external", "--profile", &self.profile.name]);
        command.args(["--database-url", self.database.reveal(), "--koku-url", &self.koku]);
        command.args(["--sources-url", &self.sources, "--upload-url", &self.upload]).args(arguments);
        command
    }
}

impl Drop for RunningSystem {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        let _ = kill_process(Pid::from_child(&self.program), Signal::TERM);
        let _ = self.program.wait();
    }
}

/// Migrates a database as the profile's Koku does.
pub(crate) fn migrated(profile: &Profile, database: &SecretUrl) {
    assert_done(&command(profile, database, &["migrate"]).output());
}

pub(crate) fn command(profile: &Profile, database: &SecretUrl, arguments: &[&str]) -> Command {
    let mut command = Command::new(koku());
    let catalog = profile.database.catalog.rsplit('-').next().unwrap_or_default();
    command.args(arguments).env_clear().env("DATABASE_URL", database.reveal()).env("KOKU_CATALOG", catalog);
    command
}

pub(crate) fn assert_done(output: &std::io::Result<Output>) {
    let output = output.as_ref().expect("koku starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The harness's command, which hears nothing of the environment of the tests.
pub(crate) fn harness(arguments: &[&str]) -> Command {
    let mut command = quiet(env!("CARGO_BIN_EXE_e2e-validate"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("E2E_EXTERNAL_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(workspace());
    command
}
