//! Lines of text for people: what is said is kept apart from its colour and from the width of the terminal.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

/// What a piece of text is about, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// All is well.
    Good,
    /// Something is wrong.
    Bad,
    /// Something asks for attention.
    Notice,
    /// Of less importance.
    Dim,
    /// A heading.
    Strong,
}

impl Tone {
    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Notice => AnsiColor::Yellow.on_default(),
            Self::Dim => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
        }
    }
}

/// One line, made of pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    pieces: Vec<(Tone, String)>,
}

impl Line {
    /// A line that begins with this text.
    pub fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        Self::default().and(tone, text)
    }

    /// The line with more text at its end. Control characters become blanks: what a database answers must not steer a terminal.
    #[must_use]
    pub fn and(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        let text = text.as_ref().chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        self.pieces.push((tone, text));
        self
    }

    /// The line with text before its begin.
    #[must_use]
    pub fn behind(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        let mut line = Self::new(tone, text);
        line.pieces.append(&mut self.pieces);
        line
    }

    /// A text of one or more lines: the first behind `first`, the others below it.
    #[must_use]
    pub fn paragraph(first: &str, tone: Tone, text: &str) -> Vec<Self> {
        let mut lines = text.trim_end().lines();
        let indent = " ".repeat(first.chars().count());
        let head = Self::new(Tone::Dim, first).and(tone, lines.next().unwrap_or_default());
        std::iter::once(head).chain(lines.map(|line| Self::new(Tone::Plain, &indent).and(tone, line))).collect()
    }

    /// The line as it is written: with or without colour, cut to a width where there is one.
    #[must_use]
    pub fn render(&self, colour: bool, width: Option<usize>) -> String {
        let length: usize = self.pieces.iter().map(|(_, text)| text.chars().count()).sum();
        let cut = width.filter(|width| length > *width);
        let mut left = cut.map_or(usize::MAX, |width| width.saturating_sub(1));
        let mut rendered = String::new();
        for (tone, text) in &self.pieces {
            let text: String = text.chars().take(left).collect();
            left -= text.chars().count();
            let style = tone.style();
            if colour && style != Style::new() && !text.is_empty() {
                let _ = write!(rendered, "{style}{text}{style:#}");
            } else {
                rendered.push_str(&text);
            }
        }
        if cut.is_some() {
            rendered.push('…');
        }
        rendered
    }
}

/// Lines as one text, each with a newline at its end and without blanks before it.
#[must_use]
pub fn text(lines: &[Line], colour: bool) -> String {
    lines.iter().map(|line| line.render(colour, None).trim_end().to_owned() + "\n").collect()
}

/// A time in milliseconds as people read it: seconds with one digit behind the point.
#[must_use]
pub(in crate::report) fn seconds(milliseconds: u64) -> String {
    // In whole tenths, so that no rounding of doubles shows.
    let tenths = milliseconds.saturating_add(50) / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

/// A number with its noun: `1 trial`, `2 trials`.
#[must_use]
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_to_the_width_and_coloured_piece_by_piece() {
        let line = Line::new(Tone::Good, "passed").and(Tone::Plain, " in 3.0 s");
        assert_eq!(line.render(false, None), "passed in 3.0 s");
        assert_eq!(line.render(false, Some(15)), "passed in 3.0 s");
        assert_eq!(line.render(false, Some(8)), "passed …");
        assert_eq!(line.render(true, Some(4)), "\u{1b}[32mpas\u{1b}[0m…");
    }

    #[test]
    fn a_text_from_outside_cannot_steer_the_terminal() {
        assert_eq!(Line::new(Tone::Plain, "a\u{1b}[2Jb\nc").render(false, None), "a [2Jb c");
        let lines = Line::paragraph("cause  ", Tone::Plain, "one\ntwo\n");
        assert_eq!(text(&lines, false), "cause  one\n       two\n");
    }

    #[test]
    fn times_are_rounded_to_tenths() {
        assert_eq!([0, 49, 50, 1949, 61_000].map(seconds), ["0.0 s", "0.0 s", "0.1 s", "1.9 s", "61.0 s"]);
        assert_eq!([counted(1, "trial"), counted(0, "trial")], ["1 trial", "0 trials"]);
    }
}
