//! What all work for people has alike: a description, counters of hand-overs, minutes worked.
//!
//! Types of work include these fields and call these rules; it must never name a practice.

use base::Message;
use dictionary::{Audience, Kind, Value, WrittenBy, fields};
use engine::{Draft, RuleContext};

use crate::shared::{ASSIGNEE, TEAM, count};

fields! {
    /// What it is about, at length.
    DESCRIPTION: String = "description", Kind::LongText;
    /// How often the team changed; a change from or to nobody counts, the first value does not.
    REASSIGNMENT_COUNT: i64 = "reassignment_count", Kind::Integer, |it| counter(it);
    /// How often the assignee changed, counted apart in the same way.
    ASSIGNEE_CHANGE_COUNT: i64 = "assignee_change_count", Kind::Integer, |it| counter(it);
    /// Minutes of work that comments reported.
    TIME_WORKED: i64 = "time_worked", Kind::Integer, |it| counter(it);
}

fn counter(field: &mut dictionary::FieldDef) {
    field.written_by = WrittenBy::Rules;
    field.audience = Audience::Internal;
    field.default = Some(Value::Integer(0));
}

/// A new team means that the old assignee has let go, unless the change names one or they are in the new team too.
pub fn let_go_of_assignee(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.is_new() || draft.is_replay() || !draft.changed(TEAM) || draft.is_given(ASSIGNEE) {
        return Ok(());
    }
    let member = match (draft.get(TEAM)?, rules.facts.get("assignee.teams")) {
        (Some(team), Value::References(teams)) => teams.contains(&team),
        _ => false,
    };
    if !member && draft.get(ASSIGNEE)?.is_some() {
        draft.set_value(ASSIGNEE.name, Value::Null, Message::new("why-team-changed"));
    }
    Ok(())
}

/// People who have left cannot be chosen for work.
pub fn assignee_is_here(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let left = rules.facts.get("assignee.open").as_boolean() == Some(false);
    if left && draft.changed(ASSIGNEE) && draft.get(ASSIGNEE)?.is_some() {
        draft.breach(Some(ASSIGNEE.name), Message::new("assignee-has-left"));
    }
    Ok(())
}

/// Counts changes of team and of assignee apart.
pub fn count_hand_overs(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.is_new() {
        return Ok(());
    }
    for (watched, counter) in [
        (TEAM, REASSIGNMENT_COUNT),
        (ASSIGNEE, ASSIGNEE_CHANGE_COUNT),
    ] {
        if draft.changed(watched) {
            let next = count(draft, counter) + 1;
            draft.set(counter, next, "why-handed-over");
        }
    }
    Ok(())
}

/// Adds the minutes that a comment reports.
pub fn add_time_worked(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    let Some(minutes) = draft.comment().and_then(|it| it.minutes_worked) else {
        return Ok(());
    };
    let total = count(draft, TIME_WORKED) + minutes;
    let why = Message::new("why-time-worked").with("minutes", minutes);
    draft.set_because(TIME_WORKED, total, why);
    Ok(())
}
