//! The word that was meant, and lists of words for an error.

/// How alike two words must be, from 0 to 1, for one to be offered in place of the other.
const ALIKE: f64 = 0.6;

/// The candidate that is most like a word, if one is like it at all.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let scored = candidates.iter().map(|candidate| (likeness(word, candidate), *candidate));
    scored.filter(|(score, _)| *score >= ALIKE).max_by(|left, right| left.0.total_cmp(&right.0)).map(|(_, best)| best)
}

/// How alike two words are. One part of the other counts as the same: `verify` means `verify-tables`.
fn likeness(word: &str, candidate: &str) -> f64 {
    let is_part = !word.is_empty() && candidate.split('-').any(|part| part == word);
    if is_part { 1.0 } else { strsim::normalized_damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase()) }
}

/// The help that offers the nearest candidate.
pub(crate) fn did_you_mean(word: &str, candidates: &[&str]) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// Words for a sentence: `a`, `b`, `c`.
pub(crate) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    if quoted.is_empty() { "nothing: there is none".to_owned() } else { quoted.join(", ") }
}

/// How many words an error lists: more do not fit on a line.
const LISTED_AT_MOST: usize = 12;

/// What was expected: one word, or one of several.
pub(crate) fn one_of(words: &[&str]) -> String {
    let one = if words.len() > 1 { "one of " } else { "" };
    let shown = &words[..words.len().min(LISTED_AT_MOST)];
    let rest = words.len() - shown.len();
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("expected {one}{}{more}", listed(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [&str; 5] = ["install", "bootstrap", "verify-tables", "create-provider", "process-data"];

    #[test]
    fn finds_what_was_meant() {
        let meant = ["instal", "boostrap", "verify_tables", "verify", "createprovider", "VERIFY-TABLES", "process"]
            .map(|word| nearest(word, &PHASES).unwrap_or("nothing"));
        let expected = [
            "install",
            "bootstrap",
            "verify-tables",
            "verify-tables",
            "create-provider",
            "verify-tables",
            "process-data",
        ];
        assert_eq!(meant, expected);
    }

    #[test]
    fn offers_nothing_where_nothing_is_alike() {
        assert_eq!(["upgrade", "", "x"].map(|word| nearest(word, &PHASES)), [None, None, None]);
    }
}
