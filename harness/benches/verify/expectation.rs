//! What is expected of a database with many tenants.

use std::path::Path;
use std::sync::Arc;

use harness::catalog::Catalog;
use harness::check::{Capabilities, ChartExpectation, Commands, Expectation, SystemExpectation, TenantExpectation};
use harness::profile::TenantMaker;

use crate::support::org_id;

/// That all tenants are whole.
pub(crate) fn of(tenants: usize, owner_role: String) -> Expectation {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let catalog = Catalog::load(&fixtures, "koku-768be82-224").expect("the catalog");
    Expectation {
        capabilities: Capabilities {
            domain_required: true,
            tenant_maker: TenantMaker::BootstrapJob,
            source_applications: true,
            sources_asked: true,
            koku_asked: false,
            in_cluster: false,
            runs_already: false,
            catalog_known: true,
        },
        system: SystemExpectation {
            catalog: Some(Arc::new(catalog)),
            database: "koku".to_owned(),
            owner_role,
            tenants: (0..tenants).map(org_id).collect(),
            tenant_maker: TenantMaker::BootstrapJob,
            shared: false,
            bootstrap_ended: None,
            commands: Commands {
                migrate: "koku migrate".to_owned(),
                migrate_tenant: "koku migrate-schemas --schema={schema}".to_owned(),
                bootstrap: "koku bootstrap".to_owned(),
            },
            chart: ChartExpectation::default(),
        },
        tenants: (0..tenants).map(tenant).collect(),
        providers: vec![],
        payloads: vec![],
    }
}

fn tenant(number: usize) -> TenantExpectation {
    let org_id = org_id(number);
    TenantExpectation { schema: org_id.clone(), account_number: None, domain: format!("{org_id}.local"), org_id }
}
