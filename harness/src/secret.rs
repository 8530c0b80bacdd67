//! Secrets as a type that cannot be printed.

use std::fmt;

use serde::{Serialize, Serializer};
use url::Url;

/// What stands in the place of a secret wherever one would be printed.
const HIDDEN: &str = "***";

/// A value that is never printed, logged or serialized; only [`Secret::reveal`] gives it out.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Takes a value into keeping.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the one call that needs it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

impl<T> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

/// A URL that may carry a password. It prints with the password hidden.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(Url);

/// A text that is no URL. The text itself is not repeated, since it may hold a password.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a URL: {0} (expected scheme://user:password@host:port/name)")]
pub struct NotAUrl(#[from] url::ParseError);

impl SecretUrl {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, NotAUrl> {
        Ok(Self(Url::parse(text)?))
    }

    /// The whole URL, password included, for the one call that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.as_str()
    }

    /// The parts of the URL, for building another one from it.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.0.clone();
        url.set_path(name);
        Self(url)
    }
}

impl From<Url> for SecretUrl {
    fn from(url: Url) -> Self {
        Self(url)
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if shown.password().is_some() {
            // A URL with a password has a host, so that setting one cannot fail.
            let _ = shown.set_password(Some(HIDDEN));
        }
        let hidden: Vec<(String, String)> = shown
            .query_pairs()
            .map(|(key, value)| {
                let value = if key.contains("password") { HIDDEN.into() } else { value };
                (key.into_owned(), value.into_owned())
            })
            .collect();
        if !hidden.is_empty() {
            shown.query_pairs_mut().clear().extend_pairs(hidden);
        }
        formatter.write_str(shown.as_str())
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for SecretUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_itself() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        assert_eq!(serde_json::to_string(&secret).expect("serializes"), "\"***\"");
        assert_eq!(*secret.reveal(), "hunter2");
    }

    #[test]
    fn a_url_shows_all_but_its_passwords() {
        let url = SecretUrl::parse("postgres://koku:hunter2@db:5432/koku?sslpassword=hunter2&x=1").expect("a URL");
        let shown = format!("{url} {url:?} {}", serde_json::to_string(&url).expect("serializes"));
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("postgres://koku:***@db:5432/koku"), "{shown}");
        assert!(url.reveal().contains("hunter2"));
        assert_eq!(url.with_database("other").url().path(), "/other");
    }
}
