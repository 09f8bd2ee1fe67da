//! The default roles, as practice.md of the product lists them. Tenants change them as data.
//!
//! Grants add and nothing subtracts, so each role says only what it opens. Rows test the spine and the reader list
//! alone; a record without an access class counts as public.

mod grants;
mod people;
mod work;

use engine::Role;

/// The roles of a tenant that has not changed them, in the order in which they are explained.
#[must_use]
pub fn default_roles() -> Vec<Role> {
    vec![
        people::requester(),
        people::approver(),
        work::agent(),
        work::team_lead(),
        work::knowledge_author(),
        work::knowledge_publisher(),
        work::practice_manager(),
        work::service_owner(),
        people::auditor(),
        people::tenant_administrator(),
        people::system_administrator(),
        work::external_supplier(),
        work::api_client(),
    ]
}
