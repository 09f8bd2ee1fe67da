//! Major incidents: anybody who works on it proposes, who may approve accepts and demotes.

use base::Message;
use engine::{Draft, RuleContext};

use super::record::{MAJOR, Major};

/// Which steps there are, and who takes them.
pub fn process(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if !draft.changed(MAJOR) || draft.is_replay() {
        return Ok(());
    }
    let Some(after) = draft.get(MAJOR)? else {
        draft.refuse_field(MAJOR.name, Message::new("refused-required"));
        return Ok(());
    };
    let before = draft.before(MAJOR)?;
    let was_accepted = before.as_ref().is_some_and(|it| it.is(Major::ACCEPTED));
    let decides = after.is(Major::ACCEPTED) || after.is(Major::DEMOTED);
    if decides
        && !rules
            .ctx
            .may_somewhere(&draft.record_type().name, "approve")
    {
        draft.refuse_field(MAJOR.name, Message::new("major-needs-approver"));
    }
    let fits = if was_accepted {
        after.is(Major::DEMOTED)
    } else {
        !after.is(Major::DEMOTED) || before.is_some_and(|it| it.is(Major::PROPOSED))
    };
    if !fits {
        draft.refuse_field(MAJOR.name, Message::new("major-step"));
    }
    Ok(())
}
