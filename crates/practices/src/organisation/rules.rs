//! Rules of organisations.

use base::{Message, Result};
use dictionary::Value;
use engine::{Draft, RuleContext, Unit};

use super::record::{KIND, KINDS, PARENT};
use crate::shared::{self, ORGANISATION};

/// An organisation's record belongs to the organisation itself, so that rights on a subtree reach it.
pub fn belongs_to_itself(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let itself = draft.record();
    if draft.is_new() {
        draft.set(ORGANISATION, itself, "why-belongs-to-itself");
        if itself == rules.ctx.tenant {
            let why = Message::new("why-root-of-tenant");
            draft.set_value(KIND.name, Value::Choice(KINDS[0].to_owned()), why);
        }
    }
    if draft.value(PARENT.name) == &Value::Reference(itself) {
        draft.refuse_field(PARENT.name, Message::new("tree-cycle"));
    }
    Ok(())
}

/// No organisation stands above itself.
pub fn no_cycle(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    shared::no_cycle(unit, draft, PARENT.name)?;
    Ok(())
}
