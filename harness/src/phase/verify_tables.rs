//! `verify-tables`: judges every tenant and compares its tables with the catalog.

use async_trait::async_trait;

use super::context::Context;
use super::pipeline::Phase;
use crate::check::{Facts, Group, Outcome};

pub(super) struct VerifyTables;

#[async_trait]
impl Phase for VerifyTables {
    async fn run(&self, context: &mut Context<'_>) -> Outcome {
        let facts = Facts { database: context.look_at_database().await, ..Facts::default() };
        context.judge(&[Group::Tenant, Group::Tables], &facts)
    }
}
