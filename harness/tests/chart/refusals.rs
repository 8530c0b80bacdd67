//! Values that do not fit are refused, and the refusal names them. Its words are Helm's, and differ by its version.

use libtest_mimic::Trial;

use crate::rendered::{profiles, template};
use crate::trial;

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("refusals::values_that_do_not_fit", values_that_do_not_fit)]
}

/// What is set, and what the refusal must name.
const REFUSED: [(&str, &str); 12] = [
    ("faults.noDomian=true", "noDomian"),
    ("costManagement.tenant=org2", "tenant"),
    ("costManagement.tenants=org2", "tenants"),
    ("costManagement.tenants={org2,org2}", "tenants"),
    ("costManagement.defaultOrgId=", "defaultOrgId"),
    ("costManagement.defaultOrgId=org;drop", "defaultOrgId"),
    ("koku.dialect=plattform", "dialect"),
    ("koku.catalog=218", "catalog"),
    ("koku.troubles=perhaps", "troubles"),
    ("database.owner=Koku\"", "owner"),
    ("database.extensionBy=nobody", "extensionBy"),
    ("objects.koku.port=70000", "port"),
];

fn values_that_do_not_fit() {
    for profile in profiles() {
        for (set, named) in REFUSED {
            let output = template(&profile, &[set]);
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "--set {set} is taken");
            assert!(told.contains(named), "--set {set}: {told}");
        }
        let output = template(&profile, &["koku.dialect=koku,costManagement.defaultProvider.enabled=true"]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("costManagement.defaultProvider.enabled: its hook speaks"), "{told}");
    }
}
