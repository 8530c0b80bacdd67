//! Texts in which the schema that they stand in has no name, so that those of two tenants can be compared.

use crate::check::sql;

/// The text with `{schema}` in the place of the schema's own name.
pub(super) fn neutral(text: &str, schema: &str) -> String {
    if schema == "public" {
        return text.to_owned(); // The shared schema is the same in every database, and the catalog keeps its name.
    }
    let qualified = format!("{}.", sql::identifier(schema));
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&qualified) {
        let (before, from) = rest.split_at(at);
        result.push_str(before);
        let within_a_word = result.chars().last().is_some_and(|last| last.is_alphanumeric() || "_\"$.".contains(last));
        result.push_str(if within_a_word { &qualified } else { "{schema}." });
        rest = &from[qualified.len()..];
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_schema_is_neutralised() {
        assert_eq!(
            neutral("FOREIGN KEY (a) REFERENCES acme.t(id)", "acme"),
            "FOREIGN KEY (a) REFERENCES {schema}.t(id)"
        );
        assert_eq!(neutral("REFERENCES big_acme.t(id)", "acme"), "REFERENCES big_acme.t(id)");
        assert_eq!(neutral("nextval('acme.s'::regclass)", "acme"), "nextval('{schema}.s'::regclass)");
        assert_eq!(neutral("REFERENCES \"AB-c.1\".t(id)", "AB-c.1"), "REFERENCES {schema}.t(id)");
        assert_eq!(neutral("REFERENCES public.t(id)", "public"), "REFERENCES public.t(id)");
    }
}
