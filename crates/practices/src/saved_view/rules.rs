//! Rules of saved views.

use base::Message;
use dictionary::filter::{Scope, parse};
use dictionary::{TypeDef, Value};
use engine::{Draft, RuleContext};

use super::record::{AUDIENCE, Audiences, COLUMNS, FILTER, GROUP_BY, LISTED_TYPE, SORT};
use crate::shared::{ACCESS, CONFIDENTIAL, INTERNAL, PUBLIC, REQUESTER, TEAM, acting_person};

/// Whoever saves it owns it.
pub fn owner(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let person = acting_person(draft, rules.ctx);
    if let Some(person) = person.filter(|_| draft.is_new()) {
        draft.set(REQUESTER, person, "why-owner-of-view");
    }
    Ok(())
}

/// Who has it follows from its audience; only one for a team has a team.
pub fn audience(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    let audience = draft.get(AUDIENCE)?;
    let is = |code| audience.as_ref().is_some_and(|it| it.is(code));
    if is(Audiences::TEAM) && draft.get(TEAM)?.is_none() {
        draft.refuse_field(TEAM.name, Message::new("saved-view-team-missing"));
    } else if !is(Audiences::TEAM) {
        draft.clear(TEAM, "why-no-team-of-view");
    }
    let access = match () {
        () if is(Audiences::SHARED) => PUBLIC,
        () if is(Audiences::TEAM) => INTERNAL,
        () => CONFIDENTIAL,
    };
    draft.set(ACCESS, access, "why-access-of-view");
    Ok(())
}

/// There is such a type, and filter, order, columns and groups speak of its fields.
pub fn can_be_shown(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let dictionary = &rules.ctx.snapshot.dictionary;
    let listed = draft.get(LISTED_TYPE)?;
    let of = listed.as_deref().map(|name| dictionary.record_type(name));
    let scope = match of {
        None => Scope::spine(dictionary),
        Some(Some(of)) => Scope::new(dictionary, of),
        Some(None) => {
            draft.refuse_field(
                LISTED_TYPE.name,
                Message::new("type-unknown").with("type", listed.unwrap_or_default()),
            );
            return Ok(());
        }
    };
    if let Err(error) = parse(&draft.get(FILTER)?.unwrap_or_default(), &scope) {
        draft.refuse_field(FILTER.name, error.message);
    }
    let of: &TypeDef = scope.record_type;
    let lists = [SORT, COLUMNS, GROUP_BY].map(|field| (field.name, draft.value(field.name)));
    let unknown = lists.map(|(name, value)| (name, first_unknown(of, value)));
    for (name, field) in unknown {
        if let Some(field) = field {
            let message = Message::new("saved-view-field-unknown").with("field", field);
            draft.refuse_field(name, message);
        }
    }
    Ok(())
}

/// The first of the names with commas between that no field has.
fn first_unknown(of: &TypeDef, names: &Value) -> Option<String> {
    let mut names = names.as_text().unwrap_or_default().split(',');
    let name = |it: &str| it.trim().trim_start_matches('-').to_owned();
    names.find_map(|it| Some(name(it)).filter(|it| !it.is_empty() && of.field(it).is_none()))
}
