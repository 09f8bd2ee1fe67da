//! Grants on saved views: one's own, those of one's teams, and those that everybody at the desk has.

use dictionary::{Filter, spine};
use engine::Grant;

use super::grants::{Narrow, either, grant, is_me, not_confidential, of_my_teams, open_to_all};

/// Name of the type.
const NAME: &str = "saved_view";

/// What the owner of a view does with it, and whoever looks after those of others.
const KEEPS: [&str; 5] = ["read", "create", "update", "delete", "history"];

/// Uses the views that are there, and keeps own ones and those of own teams.
pub fn uses() -> Vec<Grant> {
    let mine = |rows: Filter| Filter::All(vec![is_me(spine::REQUESTER), rows]);
    let of_a_team = Filter::All(vec![of_my_teams(), open_to_all().negated()]);
    let own = either(mine(not_confidential().negated()), mine(of_a_team));
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
