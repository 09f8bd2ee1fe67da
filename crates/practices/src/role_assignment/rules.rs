//! Rules of role assignments.

use base::Message;
use engine::{Draft, RuleContext};

use super::record::{PERSON, ROLE, VALID_FROM, VALID_TO};
use crate::shared::{ORGANISATION, TITLE};

/// It is called after person and role.
pub fn title(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.changed(PERSON) || draft.changed(ROLE) {
        let person = rules
            .facts
            .get("person.title")
            .as_text()
            .unwrap_or_default()
            .to_owned();
        let role = draft.get(ROLE)?.unwrap_or_default();
        // A name may fill the title already; the role at its end is what tells two assignments apart.
        let short: String = person.chars().take(180).collect();
        let title = format!("{short}: {role}");
        draft.set(TITLE, title, "why-title-of-role");
    }
    Ok(())
}

/// Without a scope the role holds in the whole tenant; the organisation of whoever gives it is no scope.
pub fn scope(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.is_new() && !draft.is_given(ORGANISATION) {
        draft.clear(ORGANISATION, "why-whole-tenant");
    }
    Ok(())
}

/// The role exists.
pub fn known_role(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let Some(role) = draft.get(ROLE)? else {
        return Ok(());
    };
    if draft.changed(ROLE)
        && rules
            .ctx
            .snapshot
            .roles
            .role(rules.ctx.tenant, &role)
            .is_none()
    {
        let known = rules.ctx.snapshot.roles.codes(rules.ctx.tenant).join(", ");
        let message = Message::new("role-unknown")
            .with("role", role)
            .with("known", known);
        draft.refuse_field(ROLE.name, message);
    }
    Ok(())
}

/// Who administers a tenant may give every role but the one that stands above tenants.
pub fn not_above_own(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let above = [draft.get(ROLE)?, draft.before(ROLE)?]
        .iter()
        .flatten()
        .any(|it| it == ABOVE_TENANTS);
    let actor = &rules.ctx.actor;
    if above && !actor.system && !actor.has_role(ABOVE_TENANTS) {
        draft.refuse_field(ROLE.name, Message::new("role-above-own"));
    }
    Ok(())
}

/// Code of the role that only those who have it may give or take.
const ABOVE_TENANTS: &str = "system_administrator";

/// The last day does not lie before the first.
pub fn period(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    if let (Some(from), Some(to)) = (draft.get(VALID_FROM)?, draft.get(VALID_TO)?)
        && to < from
    {
        draft.refuse_field(VALID_TO.name, Message::new("period-ends-before-it-begins"));
    }
    Ok(())
}
