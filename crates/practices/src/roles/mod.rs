//! The default roles, as practice.md of the product lists them. Tenants change them as data.
//!
//! Grants add and nothing subtracts, so each role says only what it opens. Rows test the spine and the reader list
//! alone; a record without an access class counts as public.

mod grants;
mod people;
mod views;
mod work;

use engine::{Grant, Role};

/// The roles of a tenant that has not changed them, in the order in which they are explained.
#[must_use]
pub fn default_roles() -> Vec<Role> {
    vec![
        people::requester(),
        people::approver(),
        with(work::agent(), views::uses()),
        with(work::team_lead(), views::shares()),
        with(work::knowledge_author(), views::uses()),
        with(work::knowledge_publisher(), views::uses()),
        with(work::practice_manager(), views::shares()),
        with(work::service_owner(), views::uses()),
        with(people::auditor(), views::uses()),
        with(people::tenant_administrator(), views::shares()),
        people::system_administrator(),
        work::external_supplier(),
        work::api_client(),
    ]
}

/// The role with further grants.
fn with(mut role: Role, grants: Vec<Grant>) -> Role {
    role.grants.extend(grants);
    role
}
