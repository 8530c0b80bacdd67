//! The cluster of a test, as the current context of a kubeconfig of its own, and a namespace that is the test's alone.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A cluster that commands find as their current context: the one of `E2E_CONTEXT`, or one that kind makes and this deletes. Never
/// the context that a developer happens to have chosen. Its namespace is deleted with it.
pub(crate) struct System {
    folder: TempDir,
    /// The cluster that kind made.
    made: Option<String>,
    namespace: &'static str,
}

impl System {
    /// A cluster in which this namespace is free.
    pub(crate) fn new(namespace: &'static str) -> Self {
        let mut system = Self { folder: tempfile::tempdir().expect("a folder"), made: None, namespace };
        match std::env::var("E2E_CONTEXT") {
            Ok(context) => system.adopt(&context),
            Err(_) => system.make(),
        }
        let there = system.succeed("kubectl", &["get", "namespace", namespace, "--ignore-not-found", "--output=name"]);
        if !there.is_empty() {
            // It is not this test's to delete.
            system.namespace = "";
            panic!(
                "namespace {namespace} is there already: look what it holds, and delete it, or name another E2E_CONTEXT"
            );
        }
        system
    }

    /// A command to which the cluster is the current context.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("KUBECONFIG", self.kubeconfig());
        // What it is to do stands on its command line.
        for variable in ["E2E_CONTEXT", "E2E_NAMESPACE", "E2E_TARGET"] {
            command.env_remove(variable);
        }
        command
    }

    /// The kubeconfig in which the cluster is the current context.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// A path in a folder that goes with this.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn adopt(&self, context: &str) {
        let view = ["config", "view", "--flatten", "--minify", "--context", context];
        let view = Command::new("kubectl").args(view).output().expect("kubectl starts");
        assert!(view.status.success(), "E2E_CONTEXT={context}: {}", shown(&view));
        std::fs::write(self.kubeconfig(), view.stdout).expect("written");
    }

    fn make(&mut self) {
        let name = format!("e2e-seed-{}", std::process::id());
        self.made = Some(name.clone());
        let mut create = vec!["create", "cluster", "--name", &name];
        let node = std::env::var("E2E_KIND_NODE_IMAGE").unwrap_or_default();
        if !node.is_empty() {
            create.extend(["--image", &node]);
        }
        self.succeed("kind", &create);
        let koku = std::env::var("E2E_KOKU_IMAGE").unwrap_or_else(|_| "e2e-fake-koku:dev".to_owned());
        for image in [Some(koku), std::env::var("E2E_POSTGRES_IMAGE").ok()].into_iter().flatten() {
            self.succeed("kind", &["load", "docker-image", &image, "--name", &name]);
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let output = self.command(program).args(arguments).output();
        output.unwrap_or_else(|error| panic!("{program} does not start: {error}"))
    }

    fn succeed(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.run(program, arguments);
        assert!(output.status.success(), "{program} {}: {}", arguments.join(" "), shown(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

impl Drop for System {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.namespace.is_empty() {
            println!("{}", shown(&self.run("kubectl", &["get", "pods,jobs,events", "--namespace", self.namespace])));
        }
        let unmade = match &self.made {
            Some(name) => self.run("kind", &["delete", "cluster", "--name", name]),
            None if self.namespace.is_empty() => return,
            None => self.run("kubectl", &["delete", "namespace", self.namespace, "--ignore-not-found"]),
        };
        if !unmade.status.success() {
            println!("something is left behind: {}", shown(&unmade));
        }
    }
}

/// What a command printed.
pub(crate) fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
