//! Priority: computed from impact and urgency by the matrix, unless somebody has set another with a reason.

use base::Message;
use dictionary::{Choice, Field};
use engine::{Draft, RuleContext};

use crate::shared::{PRIORITY, acting_person};
use crate::ticket::record::{
    CAN_WORK, HOW_MANY_AFFECTED, IMPACT, OVERRIDE_BY, OVERRIDE_REASON, OVERRIDE_UNTIL,
    PRIORITY_OVERRIDE, URGENCY,
};
use crate::ticket::settings::{
    PLAIN_QUESTIONS, PRIORITY_MATRIX, PlainQuestions, PriorityMatrix, VIP_RAISES_URGENCY,
    by_setting, setting,
};

/// Answers of requesters mean an impact and an urgency; without either, the mildest step holds.
pub fn plain_questions(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.record_type().field(CAN_WORK.name).is_some() {
        let questions = setting::<PlainQuestions>(draft, rules, PLAIN_QUESTIONS)?;
        let affected = &questions.how_many_affected;
        answer(draft, rules, (HOW_MANY_AFFECTED, IMPACT), affected)?;
        answer(draft, rules, (CAN_WORK, URGENCY), &questions.can_work)?;
    }
    if draft.is_new() && !draft.is_replay() {
        let matrix = setting::<PriorityMatrix>(draft, rules, PRIORITY_MATRIX)?;
        for (field, mildest) in [(IMPACT, matrix.impacts), (URGENCY, matrix.urgencies)] {
            if draft.get(field)?.is_none() {
                draft.set_because(field, mildest, Message::new("why-mildest"));
            }
        }
    }
    Ok(())
}

fn answer(
    draft: &mut Draft,
    rules: &RuleContext<'_>,
    (question, target): (Field<Choice<()>>, Field<i64>),
    meaning: &std::collections::BTreeMap<String, i64>,
) -> Result<(), Message> {
    let Some(answer) = draft.get(question)? else {
        return Ok(());
    };
    let Some(step) = meaning.get(answer.code()) else {
        return Ok(());
    };
    if draft.changed(question) && !draft.is_given(target) {
        let why = Message::new("why-answer-of-requester").with("answer", answer.code());
        let why = by_setting(draft, rules, PLAIN_QUESTIONS, why);
        draft.set_because(target, *step, why);
    }
    Ok(())
}

/// Where the tenant wants it, a VIP's ticket is one step more urgent.
pub fn vip(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let vip = rules.facts.get("affected.vip").as_boolean() == Some(true);
    if !vip || !draft.is_new() || draft.is_replay() || draft.is_given(URGENCY) {
        return Ok(());
    }
    if *setting::<bool>(draft, rules, VIP_RAISES_URGENCY)?
        && let Some(urgency) = draft.get(URGENCY)?.filter(|it| *it > 1)
    {
        draft.set_because(URGENCY, urgency - 1, Message::new("why-vip"));
    }
    Ok(())
}

/// An override has a reason and a person, and ends when its time is over.
pub fn override_fields(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let over = draft.get(OVERRIDE_UNTIL)?.is_some_and(|it| it <= rules.at);
    if over && draft.changed(OVERRIDE_UNTIL) && draft.get(PRIORITY_OVERRIDE)?.is_some() {
        draft.breach(Some(OVERRIDE_UNTIL.name), Message::new("must-lie-ahead"));
    } else if over {
        draft.set_value(
            PRIORITY_OVERRIDE.name,
            dictionary::Value::Null,
            Message::new("why-override-over"),
        );
    }
    let Some(value) = draft.get(PRIORITY_OVERRIDE)? else {
        draft.clear(OVERRIDE_REASON, "why-no-override");
        draft.clear(OVERRIDE_BY, "why-no-override");
        draft.clear(OVERRIDE_UNTIL, "why-no-override");
        return Ok(());
    };
    if !(1..=5).contains(&value) {
        draft.refuse_field(
            PRIORITY_OVERRIDE.name,
            Message::new("priority-out-of-range"),
        );
    }
    if draft.get(OVERRIDE_REASON)?.is_none() {
        draft.breach(
            Some(OVERRIDE_REASON.name),
            Message::new("override-needs-reason"),
        );
    }
    if draft.changed(PRIORITY_OVERRIDE) {
        match acting_person(draft, rules.ctx) {
            Some(person) => draft.set(OVERRIDE_BY, person, "why-override-by"),
            None => draft.clear(OVERRIDE_BY, "why-override-by"),
        }
    }
    Ok(())
}

/// The override, else what the matrix says.
pub fn priority(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let (impact, urgency) = (draft.get(IMPACT)?, draft.get(URGENCY)?);
    let matrix = setting::<PriorityMatrix>(draft, rules, PRIORITY_MATRIX)?;
    let mut of_matrix = None;
    if let (Some(impact), Some(urgency)) = (impact, urgency) {
        of_matrix = matrix.priority(impact, urgency);
        if of_matrix.is_none() {
            let field = if (1..=matrix.impacts).contains(&impact) {
                URGENCY
            } else {
                IMPACT
            };
            draft.breach(Some(field.name), Message::new("outside-the-matrix"));
        }
    }
    if let Some(value) = draft.get(PRIORITY_OVERRIDE)? {
        let matrix_says = of_matrix.map_or_else(|| "none".to_owned(), |it| it.to_string());
        let why = Message::new("why-priority-override")
            .with("priority", value)
            .with("who", &rules.ctx.actor.name)
            .with("matrix", matrix_says);
        let why = by_setting(draft, rules, PRIORITY_MATRIX, why);
        draft.set_because(PRIORITY, value, why);
    } else if let (Some(value), Some(impact), Some(urgency)) = (of_matrix, impact, urgency) {
        let why = Message::new("why-priority-matrix")
            .with("impact", impact)
            .with("urgency", urgency);
        let why = by_setting(draft, rules, PRIORITY_MATRIX, why);
        draft.set_because(PRIORITY, value, why);
    } else if of_matrix.is_none() && !draft.is_replay() {
        draft.clear(PRIORITY, "why-no-priority");
    }
    Ok(())
}
