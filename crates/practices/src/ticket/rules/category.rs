//! Category and subcategory, two levels of one tree.

use base::Message;
use dictionary::Value;
use engine::{Draft, RuleContext};

use crate::ticket::record::{CATEGORY, SUBCATEGORY};

/// A subcategory lies below its category; it brings its category along where none is given.
pub fn tree(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let Some(above) = rules.facts.get("subcategory.parent").as_reference() else {
        return Ok(());
    };
    if draft.get(SUBCATEGORY)?.is_none() || draft.get(CATEGORY)? == Some(above) {
        return Ok(());
    }
    if draft.get(CATEGORY)?.is_none() || (draft.changed(SUBCATEGORY) && !draft.is_given(CATEGORY)) {
        draft.set_because(CATEGORY, above, Message::new("why-category-of-subcategory"));
    } else if draft.changed(CATEGORY) && !draft.is_given(SUBCATEGORY) {
        draft.set_value(
            SUBCATEGORY.name,
            Value::Null,
            Message::new("why-category-changed"),
        );
    } else {
        draft.breach(
            Some(SUBCATEGORY.name),
            Message::new("subcategory-elsewhere"),
        );
    }
    Ok(())
}

/// Newly chosen categories are in use, and meant for the type.
pub fn in_use(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    for (field, active) in [
        (CATEGORY, "category.active"),
        (SUBCATEGORY, "subcategory.active"),
    ] {
        if draft.changed(field) && rules.facts.get(active).as_boolean() == Some(false) {
            draft.breach(Some(field.name), Message::new("category-not-in-use"));
        }
    }
    let meant_for = rules.facts.get("category.applies_to").as_text();
    let elsewhere = meant_for.is_some_and(|it| it != draft.record_type().name);
    if draft.changed(CATEGORY) && elsewhere {
        draft.breach(Some(CATEGORY.name), Message::new("category-for-other-type"));
    }
    Ok(())
}
