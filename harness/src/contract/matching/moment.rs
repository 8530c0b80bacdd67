//! Moments in the three ways in which Koku writes them.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};

/// The same text for the same moment: RFC 3339 in UTC with microseconds, or with none where the text has whole seconds only.
pub(crate) fn canonical(text: &str) -> Option<String> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::Micros, true));
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok().map(|moment| format!("{}Z", moment.format("%FT%T")))
}

/// Whether a canonical text is of a whole second.
pub(super) fn is_whole(text: &str) -> bool {
    !text.contains('.')
}

/// Whether two canonical texts are one moment; one of whole seconds stands for every moment of its second.
pub(super) fn same(left: &str, right: &str) -> bool {
    let second = |text: &str| text.get(..19).map(str::to_owned);
    if is_whole(left) || is_whole(right) { second(left) == second(right) } else { left == right }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_the_same_in_every_form() {
        let forms = ["2026-11-24T10:00:00.123456Z", "2026-11-24T10:00:00.123456+00:00", "2026-11-24 10:00:00"];
        let forms = forms.map(|form| canonical(form).expect("a moment"));
        assert!(same(&forms[0], &forms[1]) && same(&forms[1], &forms[2]) && same(&forms[2], &forms[0]));
        let other = canonical("2026-11-24T10:00:00.123457Z").expect("a moment");
        assert!(!same(&forms[0], &other));
        let next = canonical("2026-11-24 10:00:01").expect("a moment");
        assert!(!same(&forms[0], &next));
        assert_eq!(canonical("soon"), None);
    }
}
