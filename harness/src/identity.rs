//! Who asks: the identity header that Koku and the Sources API take.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The name of the header that carries an identity.
pub const HEADER: &str = "x-rh-identity";

/// A user of one org.
///
/// Every org needs an account number and a user name of its own: account numbers are unique in Koku's database, and a Koku
/// worker remembers the tenant by the user name alone (measured on Koku 768be82, `koku-http.md`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// The org.
    pub org_id: String,
    /// The account number. Empty where it is not known: then the header names none, and Koku keeps the one it has.
    pub account_number: String,
    /// The user's name.
    pub user_name: String,
}

impl Identity {
    /// The identity as Koku's gateway writes it (`charts.md` §2, `koku.md` §6).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut identity = json!({
            "identity": {
                "org_id": self.org_id,
                "type": "User",
                "user": {
                    "username": self.user_name,
                    "user_id": self.user_name,
                    "email": format!("{}@example.com", self.user_name),
                    "is_org_admin": true,
                },
            },
            "entitlements": { "cost_management": { "is_entitled": true } },
        });
        if !self.account_number.is_empty() {
            identity["identity"]["account_number"] = json!(self.account_number);
        }
        identity
    }

    /// The value of the header [`HEADER`].
    #[must_use]
    pub fn header(&self) -> String {
        STANDARD.encode(self.to_json().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_base64_of_json_with_all_that_koku_wants() {
        let identity = Identity { org_id: "acme".into(), account_number: "81001".into(), user_name: "user-1".into() };
        let decoded = STANDARD.decode(identity.header()).expect("base64");
        let value: Value = serde_json::from_slice(&decoded).expect("JSON");
        assert_eq!(value["identity"]["org_id"], "acme");
        assert_eq!(value["identity"]["user"]["is_org_admin"], true);
        assert_eq!(value["entitlements"]["cost_management"]["is_entitled"], true);
    }
}
