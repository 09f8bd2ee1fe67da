//! Rules of people.

use base::Message;
use dictionary::{FieldDef, Kind, Phase, Value};
use engine::{Draft, RuleContext};

use super::record::{
    ABSENT_FROM, ABSENT_TO, EMPLOYED_FROM, EMPLOYED_TO, FAMILY_NAME, FURTHER_EMAILS,
    FURTHER_PHONES, GIVEN_NAME, LANGUAGE, MANAGER, SUBSTITUTE, ZONE,
};
use crate::shared::TITLE;

/// A person without a full name is called by given and family name.
pub fn name(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    let parts_changed = draft.changed(GIVEN_NAME) || draft.changed(FAMILY_NAME);
    let untitled = draft.get(TITLE)?.is_none();
    if untitled || (parts_changed && !draft.is_given(TITLE)) {
        let parts = [draft.get(GIVEN_NAME)?, draft.get(FAMILY_NAME)?];
        let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if !whole.is_empty() {
            draft.set_because(TITLE, whole, Message::new("why-name-from-parts"));
        }
    }
    Ok(())
}

/// Further addresses and numbers are lists of texts; language and zone look like such.
pub fn contacts(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    for field in [FURTHER_EMAILS, FURTHER_PHONES] {
        let given = draft.get(field)?;
        if given.is_some_and(|it| !is_list_of_texts(&it)) {
            draft.refuse_field(field.name, Message::new("expected-list-of-texts"));
        }
    }
    if draft.changed(FURTHER_EMAILS)
        && let Some(items) = draft.get(FURTHER_EMAILS)?
    {
        let field = FieldDef::new(FURTHER_EMAILS.name, Kind::Email);
        let texts = items
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it.as_str());
        if texts
            .map(|it| field.from_text(it))
            .any(|it| !matches!(it, Ok(Value::Text(_))))
        {
            draft.refuse_field(FURTHER_EMAILS.name, Message::new("expected-email"));
        }
    }
    if let Some(zone) = draft.get(ZONE)?
        && draft.changed(ZONE)
        && !zone
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"/_+-".contains(&it))
    {
        draft.refuse_field(ZONE.name, Message::new("expected-zone"));
    }
    if let Some(language) = draft.get(LANGUAGE)?
        && draft.changed(LANGUAGE)
        && !language
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-')
    {
        draft.refuse_field(LANGUAGE.name, Message::new("expected-language"));
    }
    Ok(())
}

/// An absence ends after it begins, and nobody stands in for themselves.
pub fn absence(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    if let (Some(from), Some(to)) = (draft.get(ABSENT_FROM)?, draft.get(ABSENT_TO)?)
        && to < from
    {
        draft.refuse_field(ABSENT_TO.name, Message::new("period-ends-before-it-begins"));
    }
    for field in [SUBSTITUTE, MANAGER] {
        if draft.get(field)? == Some(draft.record()) {
            draft.refuse_field(field.name, Message::new("person-not-themselves"));
        }
    }
    Ok(())
}

/// Employment ends after it begins; leaving without a day ends it today.
pub fn employment(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.enters(Phase::Closed) && draft.get(EMPLOYED_TO)?.is_none() {
        let day = rules.at.to_jiff().to_zoned(rules.ctx.zone.clone()).date();
        draft.set_because(EMPLOYED_TO, day.into(), Message::new("why-left-today"));
    }
    if draft.leaves(Phase::Closed) && !draft.is_given(EMPLOYED_TO) {
        draft.clear(EMPLOYED_TO, "why-came-back");
    }
    if let (Some(from), Some(to)) = (draft.get(EMPLOYED_FROM)?, draft.get(EMPLOYED_TO)?)
        && to < from
    {
        draft.refuse_field(
            EMPLOYED_TO.name,
            Message::new("period-ends-before-it-begins"),
        );
    }
    Ok(())
}

fn is_list_of_texts(json: &serde_json::Value) -> bool {
    json.as_array()
        .is_some_and(|items| items.iter().all(serde_json::Value::is_string))
}
