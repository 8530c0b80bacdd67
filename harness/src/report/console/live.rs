//! Draws the tree on a terminal, again with each event and each tenth of a second, so that times run on.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::Utc;

use super::plain::plain_lines;
use super::tree::{ended, frame};
use crate::event::{Event, Happening, Listener};
use crate::report::fold::Fold;
use crate::report::line::Line;

/// How long the picture may stand still.
const TICK: Duration = Duration::from_millis(100);

/// The size of a terminal in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Characters in a line.
    pub width: usize,
    /// Lines.
    pub height: usize,
}

/// What is on the screen below the lines that stay: knows how to wipe it and draw anew.
#[derive(Debug)]
pub struct Screen {
    colour: bool,
    drawn: usize,
}

impl Screen {
    /// A screen on which nothing is drawn yet.
    #[must_use]
    pub const fn new(colour: bool) -> Self {
        Self { colour, drawn: 0 }
    }

    /// What to write so that `lasting` stays and `passing` stands below it, in the place of what passed before.
    pub fn draw(&mut self, lasting: &[Line], passing: &[Line], width: usize) -> String {
        let mut written = String::new();
        if self.drawn > 0 {
            // Up to the first line of what was drawn, and wipe from there.
            let _ = write!(written, "\x1b[{}A\x1b[J", self.drawn);
        }
        for line in lasting {
            written.push_str(&line.render(self.colour, None));
            written.push('\n');
        }
        for line in passing {
            // Cut, since a line that wraps would take two and spoil the count.
            written.push_str(&line.render(self.colour, Some(width)));
            written.push('\n');
        }
        self.drawn = passing.len();
        written
    }
}

/// The thread that draws.
#[derive(Debug)]
pub struct Live {
    thread: JoinHandle<()>,
}

/// Passes events on to the thread that draws, so that no trial waits for a terminal.
struct Teller(Sender<Event>);

impl Listener for Teller {
    fn hear(&mut self, event: &Event) {
        // The thread ends with the run; what comes later is in the events' file.
        let _ = self.0.send(event.clone());
    }
}

impl Live {
    /// Begins to draw on `out`, whose size is asked for each time.
    pub fn start(
        out: impl Write + Send + 'static,
        size: impl Fn() -> Size + Send + 'static,
        colour: bool,
    ) -> (Box<dyn Listener>, Self) {
        let (sender, events) = channel();
        let thread = std::thread::spawn(move || draw_until_the_end(&events, out, &size, Screen::new(colour)));
        (Box::new(Teller(sender)), Self { thread })
    }

    /// Waits until all is drawn; call it when the end of the run was recorded.
    pub fn finish(self) {
        // A panic while drawing has told itself already, and must not hide the run's result.
        let _ = self.thread.join();
    }
}

fn draw_until_the_end(events: &Receiver<Event>, mut out: impl Write, size: &impl Fn() -> Size, mut screen: Screen) {
    let mut fold = Fold::default();
    let mut over = false;
    while !over {
        let mut lasting = Vec::new();
        match events.recv_timeout(TICK) {
            Ok(first) => {
                for event in std::iter::once(first).chain(events.try_iter()) {
                    fold.add(&event);
                    lasting.extend(staying(&fold, &event));
                    over |= matches!(event.what, Happening::RunFinished { .. });
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => over = true,
        }
        let Size { width, height } = size();
        let passing = fold.report().filter(|_| !over).map(|report| frame(report, Utc::now(), height.saturating_sub(1)));
        let written = screen.draw(&lasting, &passing.unwrap_or_default(), width);
        // A terminal that has gone away is no reason to stop the run.
        let _ = out.write_all(written.as_bytes()).and_then(|()| out.flush());
    }
}

/// The lines of an event that stay on the screen.
fn staying(fold: &Fold, event: &Event) -> Vec<Line> {
    let Some(report) = fold.report() else { return Vec::new() };
    match (&event.what, &event.trial) {
        (Happening::TrialFinished { .. }, Some(id)) => {
            report.trials.iter().find(|trial| trial.id == *id).map_or_else(Vec::new, ended)
        }
        (
            Happening::RunStarted { .. }
            | Happening::TargetReady { .. }
            | Happening::CouldNotRun { .. }
            | Happening::Kept { .. }
            | Happening::LeftBehind { .. },
            _,
        ) => plain_lines(report, event),
        _ => Vec::new(),
    }
}
