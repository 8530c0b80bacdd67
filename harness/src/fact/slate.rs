//! What is there before `install`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::release::NamespaceContents;

/// What was found where the chart is to be installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlateFacts {
    /// The database that was looked for.
    pub database: String,
    /// What it holds; `None` when there is no such database.
    pub contents: Option<SlateContents>,
    /// What is in the namespace that the chart is to be installed into, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<NamespaceContents>,
}

/// What a database holds before `install`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlateContents {
    /// Schemas that are no system schemas and not `public`.
    pub schemas: BTreeSet<String>,
    /// Tables in `public`.
    pub public_tables: BTreeSet<String>,
    /// Schema names in `public.api_tenant`; empty also when there is no such table.
    pub tenants: BTreeSet<String>,
}
