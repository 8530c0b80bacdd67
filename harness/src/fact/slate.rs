//! What is there before `install`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What was found where the chart is to be installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlateFacts {
    /// The database that was looked for.
    pub database: String,
    /// What it holds; `None` when there is no such database.
    pub contents: Option<SlateContents>,
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
