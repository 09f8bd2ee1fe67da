//! Grants on saved views: one's own, those of one's teams, and those that everybody at the desk has.

use dictionary::{Filter, spine};
use engine::Grant;

use super::grants::{Narrow, either, grant, is_me, of_my_teams, open_to_all};
use crate::saved_view::record::NAME;

/// What the owner of a view does with it, and whoever looks after those of others.
const KEEPS: [&str; 5] = ["read", "create", "update", "delete", "history"];

/// Uses the views that are there, and keeps own ones and those of own teams.
pub fn uses() -> Vec<Grant> {
    let own = Filter::All(vec![is_me(spine::REQUESTER), open_to_all().negated()]);
    vec![
        grant(&[NAME], &["read"])
            .on(either(of_my_teams(), open_to_all()))
            .writing_nothing(),
        grant(&[NAME], &KEEPS).on(own),
    ]
}

/// Keeps also those that everybody has, and all of the own teams.
pub fn shares() -> Vec<Grant> {
    let mut grants = uses();
    grants.push(grant(&[NAME], &KEEPS).on(either(of_my_teams(), open_to_all())));
    grants
}
