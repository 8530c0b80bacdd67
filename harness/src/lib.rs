//! Proves, from a clean slate, that a Cost Management chart provisions its tenants and that a provider's data becomes the
//! right numbers; and when it does not, says which part is missing.

pub mod fact;
pub mod number;
pub mod oracle;
pub mod payload;
pub mod run_id;
pub mod secret;
pub mod wait;
