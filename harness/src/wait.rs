//! The one way to wait. No sleep stands anywhere else.
//!
//! A condition is asked again and again until it is done, says that it can never be, or the deadline comes. Use it for what
//! another system does in its own time; do not use it to paper over a call whose reply already tells.

use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The first pause between two questions; later ones double up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// Bounds how late a condition that became true is noticed (design: at most 100 ms on a local system).
const LONGEST_PAUSE: Duration = Duration::from_millis(80);

/// The last question is asked when the deadline has come, and on a loaded machine an answer takes this long.
const LAST_ANSWER: Duration = Duration::from_millis(250);

/// What a condition answers.
#[derive(Debug)]
pub enum Progress<T, N> {
    /// It is so; here is what was awaited.
    Done(T),
    /// Not yet, and why.
    NotYet(String),
    /// Not yet, and there is no use in asking before this time has passed.
    Later {
        /// How long not to ask.
        pause: Duration,
        /// Why not yet.
        why: String,
    },
    /// It cannot come true any more, and why (mostly a finding).
    Never(N),
}

/// Why a wait ended without what it waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WaitError<N> {
    /// The deadline came first.
    TimedOut {
        /// What was awaited.
        awaited: String,
        /// What the condition answered last.
        last: String,
        /// How long was waited.
        elapsed: Duration,
        /// How long was allowed.
        allowed: Duration,
    },
    /// The condition said that it can never come true.
    Never {
        /// What was awaited.
        awaited: String,
        /// Why it cannot come.
        why: N,
        /// How long it took to know.
        elapsed: Duration,
    },
}

impl<N: fmt::Display> fmt::Display for WaitError<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { awaited, last, elapsed, allowed } => write!(
                formatter,
                "waited for {awaited}: {last} (after {:.1} s of {:.1} s allowed)",
                elapsed.as_secs_f64(),
                allowed.as_secs_f64()
            ),
            Self::Never { awaited, why, elapsed } => write!(
                formatter,
                "waited for {awaited}, which cannot come: {why} (known after {:.1} s)",
                elapsed.as_secs_f64()
            ),
        }
    }
}

impl<N: fmt::Debug + fmt::Display> std::error::Error for WaitError<N> {}

/// A wait: what for, and how long at the most.
#[derive(Debug, Clone)]
pub struct Wait {
    awaited: String,
    allowed: Duration,
}

impl Wait {
    /// A wait for what `awaited` names, as a phrase that follows "waited for".
    pub fn new(awaited: impl Into<String>, allowed: Duration) -> Self {
        Self { awaited: awaited.into(), allowed }
    }

    /// Asks the condition until it is done or never, or the deadline comes.
    ///
    /// Where the next question would come after the deadline, the wait is over at once. A question that itself hangs ends at the deadline too, or a moment after it. The condition is asked at least once.
    pub async fn until<T, N, F>(self, mut condition: impl FnMut() -> F) -> Result<T, WaitError<N>>
    where
        F: Future<Output = Progress<T, N>>,
    {
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut last = "no answer yet".to_owned();
        loop {
            let mut demanded = None;
            let left = self.allowed.saturating_sub(started.elapsed()).max(LAST_ANSWER);
            match tokio::time::timeout(left, condition()).await {
                Ok(Progress::Done(value)) => return Ok(value),
                Ok(Progress::Never(why)) => {
                    return Err(WaitError::Never { awaited: self.awaited, why, elapsed: started.elapsed() });
                }
                Ok(Progress::NotYet(reason)) => last = reason,
                Ok(Progress::Later { pause, why }) => (demanded, last) = (Some(pause), why),
                Err(_) => last = format!("the last question was not answered; before it: {last}"),
            }
            let elapsed = started.elapsed();
            let too_late = demanded.is_some_and(|demanded| elapsed + demanded > self.allowed);
            if elapsed >= self.allowed || too_late {
                return Err(WaitError::TimedOut { awaited: self.awaited, last, elapsed, allowed: self.allowed });
            }
            if let Some(demanded) = demanded {
                tokio::time::sleep(demanded).await;
                continue;
            }
            tokio::time::sleep(pause.min(self.allowed.saturating_sub(elapsed))).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;

    use super::*;

    #[tokio::test]
    async fn gives_what_was_awaited() {
        let asked = Cell::new(0);
        let value = Wait::new("the third answer", Duration::from_secs(5))
            .until::<_, Infallible, _>(async || {
                asked.set(asked.get() + 1);
                if asked.get() == 3 { Progress::Done("here") } else { Progress::NotYet("soon".into()) }
            })
            .await;
        assert_eq!((value, asked.get()), (Ok("here"), 3));
    }

    #[tokio::test]
    async fn names_the_last_reason_at_the_deadline() {
        let error = Wait::new("a manifest", Duration::from_millis(20))
            .until::<(), Infallible, _>(async || Progress::NotYet("0 of 4 files".into()))
            .await
            .expect_err("never comes");
        let WaitError::TimedOut { elapsed, allowed, .. } = &error else { panic!("{error}") };
        assert!(elapsed >= allowed);
        assert!(error.to_string().starts_with("waited for a manifest: 0 of 4 files (after "), "{error}");
    }

    #[tokio::test]
    async fn ends_at_once_on_never() {
        let asked = Cell::new(0);
        let error = Wait::new("a file", Duration::from_hours(1))
            .until::<(), _, _>(async || {
                asked.set(asked.get() + 1);
                Progress::Never("status 2, failed")
            })
            .await
            .expect_err("cannot come");
        assert_eq!(asked.get(), 1);
        assert!(error.to_string().contains("which cannot come: status 2, failed"), "{error}");
    }

    #[tokio::test]
    async fn does_not_wait_for_a_question_that_would_come_too_late() {
        let asked = Cell::new(0);
        let error = Wait::new("a turn", Duration::from_hours(1))
            .until::<(), Infallible, _>(async || {
                asked.set(asked.get() + 1);
                let hours = if asked.get() == 1 { 0 } else { 2 };
                Progress::Later { pause: Duration::from_hours(hours), why: format!("after {hours} hours") }
            })
            .await
            .expect_err("too late");
        assert_eq!(asked.get(), 2);
        assert!(error.to_string().starts_with("waited for a turn: after 2 hours (after "), "{error}");
    }

    #[tokio::test]
    async fn a_question_that_hangs_does_not_outlive_the_deadline() {
        let error = Wait::new("an answer", Duration::from_millis(20))
            .until::<(), Infallible, _>(std::future::pending)
            .await
            .expect_err("hangs");
        assert!(error.to_string().contains("the last question was not answered"), "{error}");
    }
}
