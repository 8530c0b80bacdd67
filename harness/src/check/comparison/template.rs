//! The template schema, from which Koku clones tenants: by the catalog, or by the tenants that agree with each other.

use std::collections::BTreeSet;

use super::reference::Reference;
use super::tenants::Tenants;
use crate::check::case::SystemCase;
use crate::check::expectation::{Capabilities, TenantExpectation};
use crate::check::finding::Severity;
use crate::check::form::{Applies, Check, Group, Judge, Judgement};
use crate::profile::TenantMaker;

pub(in crate::check) const CHECKS: &[Check] = &[Check {
    id: "template-differs",
    group: Group::Tables,
    severity: Severity::Required,
    summary: "the template schema has what its version of Koku has, or, where that is not known, what the tenants have",
    presupposes: &["public-tables-missing"],
    applies: cloned,
    judge: Judge::SystemCompared(template_differs),
}];

/// The schema from which Koku clones tenants (source: measured on Koku 768be82, facts `koku.md` §6.1).
pub(super) const TEMPLATE: &str = "template0";

/// How to have a template made anew: whoever needs it next makes it (source: measured on Koku 768be82, facts `koku.md` §2 and §6.7).
const MAKE_ANEW: &str = "if no tenant is named template0: DROP SCHEMA template0 CASCADE; DELETE FROM api_tenant WHERE schema_name = \
                         'template0'; the next org's first source makes it anew, which takes about a minute";

const fn cloned(capabilities: Capabilities) -> Applies {
    match capabilities.tenant_maker {
        TenantMaker::FirstSource => Applies::Yes,
        TenantMaker::BootstrapJob => {
            Applies::No("this chart's tenants are migrated one by one, not cloned from a template")
        }
    }
}

/// Where there is no template yet, it differs in nothing: Koku makes it with the first tenant. The look for it counts.
fn template_differs(case: &SystemCase<'_>, tenants: &Tenants<'_>) -> Result<Judgement, String> {
    let SystemCase { facts, system } = case;
    if !facts.schemas.contains_key(TEMPLATE) {
        return Ok(Judgement::one(None));
    }
    let none = BTreeSet::new();
    let consequence = "every tenant that is made from now on is a clone of it, and is as it is";
    let of_catalog: BTreeSet<String>;
    let reference = if let Some(catalog) = &system.catalog {
        let mut catalog = catalog.as_ref().clone();
        catalog.tenant.seed_rows.clear();
        of_catalog = catalog.tenant.migrations.iter().cloned().collect();
        let told = format!("as catalog {} has it", catalog.name);
        let because = format!("the template was altered, or a migration stopped in it; {consequence}");
        Reference { catalog, migrations: &of_catalog, told, because }
    } else if tenants.count() == 0 {
        return Err(format!(
            "nothing to compare {TEMPLATE} with: the version of Koku is not known, and there is no tenant that is migrated"
        ));
    } else {
        let because = format!(
            "the version of Koku is not known, so that the template was compared with the tenants, and those agree; {consequence}"
        );
        // One tenant alone has no majority over the template: which of the two is right, `tenant-differs-from-template` leaves open.
        let outvoted = tenants.count() > 1;
        let own = facts.migrations.get(TEMPLATE).unwrap_or(&none);
        let migrations = tenants.migrations().filter(|_| outvoted).unwrap_or(own);
        let catalog = if outvoted { tenants.agreed(TEMPLATE) } else { tenants.template().cloned().unwrap_or_default() };
        Reference { catalog, migrations, told: format!("as most of {} tenants have it", tenants.count()), because }
    };
    let template = TenantExpectation {
        schema: TEMPLATE.to_owned(),
        org_id: String::new(),
        account_number: None,
        domain: String::new(),
    };
    let mut judgement = reference.judge(facts, system, &template);
    for deviation in &mut judgement.deviations {
        deviation.place = deviation.place.take().map(|place| format!("schema {TEMPLATE}, {place}"));
        MAKE_ANEW.clone_into(&mut deviation.remedy);
    }
    Ok(judgement)
}
