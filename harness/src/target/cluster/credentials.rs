//! The database's credentials, from the secret that the profile names.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret as SecretObject;
use kube::api::ListParams;
use kube::{Api, Client};
use url::Url;

use crate::profile::{ClusterSettings, Login};
use crate::secret::{Secret, SecretUrl};
use crate::yaml::{listed, nearest};

/// As whom a session is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one that may make extensions, for faults.
    Superuser,
    /// The one that Koku works as.
    Owner,
    /// The one that can only read; the owner where the chart has none, whose sessions are then read-only by setting.
    Observer,
}

/// A role's name and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Secret<String>,
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The secret is not there.
    #[error("namespace {namespace} has no secret {secret}, which the profile names{}", offered(.nearest.as_deref()))]
    NoSecret {
        /// The namespace.
        namespace: String,
        /// The secret.
        secret: String,
        /// The one that is most like it.
        nearest: Option<String>,
    },
    /// The secret has no such key.
    #[error("secret {namespace}/{secret} has no key `{key}`, which the profile names, but {keys}{}", offered(.nearest.as_deref()))]
    NoKey {
        /// The namespace.
        namespace: String,
        /// The secret.
        secret: String,
        /// The key.
        key: String,
        /// The one that is most like it.
        nearest: Option<String>,
        /// All that it has.
        keys: String,
    },
    /// What stands there is no text.
    #[error("key `{key}` of secret {namespace}/{secret} holds no text")]
    NoText {
        /// The namespace.
        namespace: String,
        /// The secret.
        secret: String,
        /// The key.
        key: String,
    },
    /// The secret cannot be read.
    #[error("secret {namespace}/{secret} cannot be read (needed: get and list secrets in the namespace)")]
    NotRead {
        /// The namespace.
        namespace: String,
        /// The secret.
        secret: String,
        /// What the cluster's API says.
        source: Box<kube::Error>,
    },
}

fn offered(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

impl Credential {
    /// The URL of a database for this role.
    ///
    /// # Panics
    /// Never: an address makes a URL.
    #[must_use]
    pub fn url(&self, address: SocketAddr, database: &str) -> SecretUrl {
        let mut url = Url::parse(&format!("postgres://{address}")).expect("an address makes a URL");
        // A URL with a host takes a name and a password.
        let _ = url.set_username(&self.user);
        let _ = url.set_password(Some(self.password.reveal()));
        SecretUrl::from(url).with_database(database)
    }
}

/// Reads the credential of a role.
pub async fn read(
    client: &Client,
    namespace: &str,
    settings: &ClusterSettings,
    role: Role,
) -> Result<Credential, CredentialsError> {
    let secret = &settings.credentials.secret;
    let not_read = |source| CredentialsError::NotRead {
        namespace: namespace.to_owned(),
        secret: secret.clone(),
        source: Box::new(source),
    };
    let secrets: Api<SecretObject> = Api::namespaced(client.clone(), namespace);
    if let Some(found) = secrets.get_opt(secret).await.map_err(not_read)? {
        let data = found.data.unwrap_or_default();
        return Keys { namespace, secret, data: &data }.credential(settings, role);
    }
    // What is offered is a help: without the right to list, there is none.
    let others = secrets.list_metadata(&ListParams::default()).await.map(|list| list.items).unwrap_or_default();
    let names: Vec<&str> = others.iter().filter_map(|other| other.metadata.name.as_deref()).collect();
    Err(CredentialsError::NoSecret {
        namespace: namespace.to_owned(),
        secret: secret.clone(),
        nearest: nearest(secret, &names).map(str::to_owned),
    })
}

/// What a secret holds.
struct Keys<'a> {
    namespace: &'a str,
    secret: &'a str,
    data: &'a BTreeMap<String, ByteString>,
}

impl Keys<'_> {
    fn credential(&self, settings: &ClusterSettings, role: Role) -> Result<Credential, CredentialsError> {
        let credentials = &settings.credentials;
        let Login { user, password } = match role {
            Role::Superuser => &credentials.superuser,
            Role::Owner => &credentials.owner,
            Role::Observer => credentials.observer.as_ref().unwrap_or(&credentials.owner),
        };
        Ok(Credential { user: self.text(user)?, password: Secret::new(self.text(password)?) })
    }

    fn text(&self, key: &str) -> Result<String, CredentialsError> {
        let (namespace, secret) = (self.namespace.to_owned(), self.secret.to_owned());
        let Some(ByteString(bytes)) = self.data.get(key) else {
            let keys: Vec<&str> = self.data.keys().map(String::as_str).collect();
            let nearest = nearest(key, &keys).map(str::to_owned);
            return Err(CredentialsError::NoKey {
                namespace,
                secret,
                key: key.to_owned(),
                nearest,
                keys: listed(&keys),
            });
        };
        let no_text = |_| CredentialsError::NoText { namespace, secret, key: key.to_owned() };
        String::from_utf8(bytes.clone()).map_err(no_text)
    }
}

#[cfg(test)]
mod tests;
