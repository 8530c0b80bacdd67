//! The finalizer stack: whatever was made is unmade, last in, first out.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;

type Finalizer = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Something that was made and could not be unmade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// What was made.
    pub what: String,
    /// Why it is still there.
    pub why: String,
}

/// What became of a trial, for finalizers that keep what a failed one leaves.
#[derive(Debug, Clone, Default)]
pub struct Fate(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    failed: bool,
    kept: Vec<String>,
}

impl Fate {
    /// Whether the trial ended otherwise than expected.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failed
    }

    /// Tells that something was kept on purpose, and how to open it.
    pub fn kept(&self, what: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).kept.push(what);
    }
}

struct Entry {
    what: String,
    allowed: Duration,
    unmake: Finalizer,
}

/// The stack of what has to be unmade. Cheap to clone; every clone is the same stack.
#[derive(Clone)]
pub struct Cleanup {
    entries: Arc<Mutex<Vec<Entry>>>,
    fate: Fate,
    allowed: Duration,
}

impl Cleanup {
    /// An empty stack, in which each finalizer may take so long.
    #[must_use]
    pub fn new(allowed: Duration) -> Self {
        Self { entries: Arc::default(), fate: Fate::default(), allowed }
    }

    /// Remembers how to unmake what was just made. Call it before anything else can fail.
    pub fn push(&self, what: impl Into<String>, unmake: impl Future<Output = Result<(), String>> + Send + 'static) {
        self.push_allowing(what, self.allowed, unmake);
    }

    /// As [`Cleanup::push`], of what takes longer, or less long, to unmake than most.
    pub fn push_allowing(
        &self,
        what: impl Into<String>,
        allowed: Duration,
        unmake: impl Future<Output = Result<(), String>> + Send + 'static,
    ) {
        let entry = Entry { what: what.into(), allowed, unmake: Box::pin(unmake) };
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    /// What became of the trial, as finalizers will see it.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.fate.clone()
    }

    /// Tells that the trial ended otherwise than expected, before the finalizers run.
    pub fn mark_failed(&self) {
        self.fate.0.lock().unwrap_or_else(PoisonError::into_inner).failed = true;
    }

    /// What finalizers kept on purpose, each with how to open it.
    #[must_use]
    pub fn kept(&self) -> Vec<String> {
        self.fate.0.lock().unwrap_or_else(PoisonError::into_inner).kept.clone()
    }

    /// Unmakes everything, last in, first out. A finalizer that fails, panics or hangs does not keep the others from running.
    pub async fn run(&self) -> Vec<Leftover> {
        let mut leftovers = Vec::new();
        while let Some(entry) = self.pop() {
            let bounded = tokio::time::timeout(entry.allowed, AssertUnwindSafe(entry.unmake).catch_unwind());
            let why = match bounded.await {
                Ok(Ok(Ok(()))) => continue,
                Ok(Ok(Err(why))) => why,
                Ok(Err(_)) => "its finalizer panicked".to_owned(),
                Err(_) => format!("its finalizer took more than {} s", entry.allowed.as_secs_f64()),
            };
            leftovers.push(Leftover { what: entry.what, why });
        }
        leftovers
    }

    fn pop(&self) -> Option<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn unmakes_last_in_first_out_whatever_happens_to_one() {
        let cleanup = Cleanup::new(Duration::from_millis(20));
        let order = Arc::new(Mutex::new(Vec::new()));
        let note = |name: &'static str| {
            let order = Arc::clone(&order);
            async move {
                order.lock().expect("no panic holds it").push(name);
                Ok(())
            }
        };
        cleanup.push("database", note("database"));
        cleanup.push("panics", async { panic!("a finalizer may panic") });
        cleanup.push("hangs", std::future::pending());
        cleanup.push("fails", async { Err("no rights".to_owned()) });
        cleanup.push("server", note("server"));
        let leftovers = cleanup.run().await;
        assert_eq!(*order.lock().expect("no panic holds it"), ["server", "database"]);
        let told: Vec<_> = leftovers.iter().map(|leftover| format!("{}: {}", leftover.what, leftover.why)).collect();
        assert_eq!(
            told,
            ["fails: no rights", "hangs: its finalizer took more than 0.02 s", "panics: its finalizer panicked"]
        );
        assert!(cleanup.run().await.is_empty(), "what was unmade is not unmade twice");
    }
}
