//! What goes to standard output and standard error, and in which form.

use std::io::{self, IsTerminal, Write};

use crate::redact::redact;
use crate::report::console::Size;

/// The form of what a command writes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text for people.
    #[value(alias = "text")]
    Human,
    /// One JSON document, and nothing else.
    Json,
}

/// Where a terminal does not tell its size.
const USUAL_SIZE: Size = Size { width: 80, height: 24 };

/// Writes a text to standard output. That a reader went away (`| head`) is no error.
pub(super) fn say(text: &str) {
    write_line(&mut io::stdout().lock(), text);
}

/// Writes a text to standard error.
pub(super) fn tell(text: &str) {
    write_line(&mut io::stderr().lock(), text);
}

fn write_line(out: &mut dyn Write, text: &str) {
    let _ = writeln!(out, "{}", redact(text.trim_end())).and_then(|()| out.flush());
}

/// Whether standard output is to be coloured.
pub(super) fn colour_on_stdout(no_color: bool) -> bool {
    io::stdout().is_terminal() && colour(no_color)
}

/// Whether standard error is a terminal on which a picture can be drawn anew.
pub(super) fn live_on_stderr() -> bool {
    io::stderr().is_terminal() && !dumb()
}

/// Whether standard error is to be coloured.
pub(super) fn colour_on_stderr(no_color: bool) -> bool {
    io::stderr().is_terminal() && colour(no_color)
}

fn colour(no_color: bool) -> bool {
    let asked_not_to = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !no_color && !asked_not_to && !dumb()
}

fn dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb")
}

/// The size of the terminal that standard error is.
pub(super) fn size_of_stderr() -> Size {
    terminal_size::terminal_size_of(io::stderr()).map_or(USUAL_SIZE, |(width, height)| Size {
        width: usize::from(width.0).max(1),
        height: usize::from(height.0).max(1),
    })
}
