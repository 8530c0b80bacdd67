//! The last line of defence for secrets: texts that others wrote (an argument, an error of a library) lose their passwords
//! before they are written anywhere. Our own values are [`Secret`](crate::secret::Secret)s and never get this far.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// The password of a URL (`scheme://user:password@`), and the value of a setting whose name says that it is secret
/// (`password=…`, `"secret_key": "…"`), also where the text stands in JSON or in a shell's quotes.
static SECRETS: LazyLock<Regex> = LazyLock::new(|| {
    let url = r#"(?<url>[a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:)(?<port>\d{1,5}/)?[^\s"'<>]*@"#;
    let setting = r#"(?<setting>(?:password|passwd|secret_?(?:access_?)?key)(?:\\?["']?\s?=|\\?["']\s?:)\s?\\?["']?)[^\s"'\\&,;)*]+"#;
    Regex::new(&format!("(?i){url}|{setting}")).expect("a pattern that compiles")
});

/// The text with `***` in the place of every password that can be recognised.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    SECRETS.replace_all(text, |found: &regex::Captures<'_>| {
        let named = |name| found.name(name).map(|part| part.as_str());
        match (named("url"), named("port"), named("setting")) {
            // `host:8080/a@b` holds a port and a path, and no password.
            (Some(_), Some(_), _) => found[0].to_owned(),
            (Some(url), None, _) => format!("{url}***@"),
            (None, _, setting) => format!("{}***", setting.unwrap_or_default()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_vanish_and_everything_else_stays() {
        for (text, shown) in [
            ("postgres://koku:hunter2@db:5432/koku refused", "postgres://koku:***@db:5432/koku refused"),
            ("cannot read 'http://a:hunter@2/x@h'", "cannot read 'http://a:***@h'"),
            (r#"{"command":["--url=postgres://:hunter2@h/d"]}"#, r#"{"command":["--url=postgres://:***@h/d"]}"#),
            ("?sslpassword=hunter2&x=1", "?sslpassword=***&x=1"),
            ("host=db password='hunter2' user=k", "host=db password='***' user=k"),
            (r#"{\"password\": \"hunter2\"}"#, r#"{\"password\": \"***\"}"#),
            ("AWS_SECRET_ACCESS_KEY=hunter2", "AWS_SECRET_ACCESS_KEY=***"),
        ] {
            assert_eq!(redact(text), shown);
            assert_eq!(redact(shown), shown, "what is hidden stays as it is");
        }
        for text in ["http://localhost:8080/a@b", "password: the role has none"] {
            assert_eq!(redact(text), text);
        }
    }
}
