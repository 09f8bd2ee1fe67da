//! Rules of feedback on articles.

use base::{Date, Message};
use engine::{Draft, RuleContext};

use super::record::{ABOUT, ANSWER, Answers, ONCE, PERSON, REVISION};
use crate::shared::{ACCESS, TITLE, acting_person, class_of_what_is_said};

/// Whoever sends it says it.
pub fn person(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.is_new()
        && let Some(person) = acting_person(draft, rules.ctx)
    {
        draft.set(PERSON, person, "why-said-by");
    }
    Ok(())
}

/// It is called after the article's number: titles are read by more people than some articles are.
pub fn title(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.is_new() {
        let answer = draft.get(ANSWER)?;
        let answer = answer.as_ref().map_or("", |it| it.code());
        let number = rules
            .facts
            .get("about.number")
            .as_text()
            .unwrap_or_default();
        let title = format!("{number}: {answer}");
        draft.set(TITLE, title, "why-title-of-feedback");
    }
    Ok(())
}

/// The revision that readers saw at that moment.
pub fn revision(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let revision = rules.facts.get("about.published_revision").as_integer();
    if draft.is_new()
        && let Some(revision) = revision
    {
        draft.set(REVISION, revision, "why-revision-shown");
    }
    Ok(())
}

/// One opinion per person and article; what solved something counts once a day, however often it is pressed.
pub fn once(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let (Some(about), Some(person)) = (draft.get(ABOUT)?, draft.get(PERSON)?) else {
        return Ok(());
    };
    let solved = draft.get(ANSWER)?.is_some_and(|it| it.is(Answers::SOLVED));
    if draft.is_new() {
        let day = Date::from(rules.at.to_jiff().to_zoned(rules.ctx.zone.clone()).date());
        let occasion = if solved {
            day.to_string()
        } else {
            String::new()
        };
        let once = format!("{about} {person} {occasion}");
        draft.set(ONCE, once, "why-said-once");
    }
    Ok(())
}

/// What is said of an article that few may read is confidential as well.
pub fn classify(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let access = class_of_what_is_said(rules.facts.get("about.access").as_integer());
    draft.set_because(ACCESS, access, Message::new("why-access-of-article"));
    Ok(())
}
