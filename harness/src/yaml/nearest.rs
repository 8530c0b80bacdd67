//! The word that was meant.

/// How alike two words must be, from 0 to 1, for one to be offered in place of the other.
const ALIKE: f64 = 0.7;

/// The candidate that is most like a word, if one is like it at all.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let likeness = |candidate: &str| {
        let part = !word.is_empty() && candidate.split('-').any(|part| part == word);
        if part { 1.0 } else { strsim::normalized_damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase()) }
    };
    let scored = candidates
        .iter()
        .map(|candidate| (likeness(candidate).max(strsim::jaro_winkler(word, candidate) - 0.15), *candidate));
    scored.filter(|(score, _)| *score >= ALIKE).max_by(|left, right| left.0.total_cmp(&right.0)).map(|(_, best)| best)
}

/// The help that offers the nearest candidate.
pub(crate) fn did_you_mean(word: &str, candidates: &[&str]) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// Words for a sentence: `a`, `b`, `c`.
pub(crate) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    if quoted.is_empty() { "none: there is none".to_owned() } else { quoted.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [&str; 5] = ["install", "bootstrap", "verify-tables", "create-provider", "process-data"];

    #[test]
    fn finds_what_was_meant() {
        let meant =
            ["instal", "boostrap", "verify_tables", "verify", "provider-create", "processdata", "VERIFY-TABLES"]
                .map(|word| nearest(word, &PHASES));
        insta::assert_debug_snapshot!(meant, @"");
    }

    #[test]
    fn offers_nothing_where_nothing_is_alike() {
        assert_eq!(["upgrade", "", "x"].map(|word| nearest(word, &PHASES)), [None, None, None]);
    }
}
