//! What is judged where no catalog says what a tenant must have: by the template schema from which Koku clones tenants, and by what most
//! tenants have. The template itself is judged too, by the catalog where there is one.

mod kind;
mod reference;
mod template;
mod tenant;
mod tenants;

pub(super) use template::CHECKS as TEMPLATE_CHECKS;
pub(super) use tenant::CHECKS as TENANT_CHECKS;
pub use tenants::Tenants;
