//! Which team takes a new ticket, and one whose category or service became known.

use base::{Message, Uuid};
use dictionary::Value;
use engine::{Draft, RuleContext};

use crate::shared::TEAM;
use crate::ticket::record::{CATEGORY, LOCATION, SERVICE, SUBCATEGORY};
use crate::ticket::settings::{ROUTING, Route, by_setting, setting};

/// The first routing rule that fits, else the team of the category, else that of the service.
pub fn route(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let known_now = draft.changed(CATEGORY) || draft.changed(SUBCATEGORY) || draft.changed(SERVICE);
    // Once a team has it, people hand over; a rule must not take it away from them.
    let asked = !draft.is_replay() && (draft.is_new() || known_now) && !draft.is_given(TEAM);
    if !asked || draft.get(TEAM)?.is_some() || !draft.phase().is_open() {
        return Ok(());
    }
    let routes = setting::<Vec<Route>>(draft, rules, ROUTING)?;
    for (index, route) in routes.iter().enumerate() {
        if fits(draft, route)? {
            let why = Message::new("why-routing-rule").with("rule", index + 1);
            let why = by_setting(draft, rules, ROUTING, why);
            draft.set_because(TEAM, route.team, why);
            return Ok(());
        }
    }
    let defaults = [
        ("subcategory.default_team", "why-team-of-category"),
        ("category.default_team", "why-team-of-category"),
        ("service.support_team", "why-team-of-service"),
    ];
    for (path, why) in defaults {
        if let Some(team) = rules.facts.get(path).as_reference() {
            draft.set_because(TEAM, team, Message::new(why));
            return Ok(());
        }
    }
    Ok(())
}

fn fits(draft: &Draft, route: &Route) -> Result<bool, Message> {
    let category = route.category.is_none()
        || route.category == draft.get(CATEGORY)?
        || route.category == draft.get(SUBCATEGORY)?;
    let is = |wanted: Option<Uuid>, field: &str| {
        wanted.is_none_or(|it| draft.value(field) == &Value::Reference(it))
    };
    Ok(category && is(route.service, SERVICE.name) && is(route.location, LOCATION.name))
}
