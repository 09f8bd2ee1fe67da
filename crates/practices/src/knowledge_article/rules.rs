//! Rules of knowledge articles.

use base::{Date, Message};
use dictionary::Phase;
use engine::{Action, Draft, RuleContext};

use super::record::{
    AUTHOR, BODY, FIRST_PUBLISHED_AT, PUBLISHED_AT, PUBLISHED_BODY, PUBLISHED_BY,
    PUBLISHED_REVISION, READERS, REVIEW_NOTES, REVIEW_ON, REVISION, Readers,
};
use super::settings::{PUBLISH_OWN, REVIEW_AFTER_DAYS};
use crate::shared::{
    ACCESS, CONFIDENTIAL, INTERNAL, OF_ORGANISATION, OF_TEAM, PUBLIC, TEAM, acting_person,
};

/// Who begins a revision is its author.
pub fn author(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let begins = draft.is_new() || (draft.enters(Phase::New) && is_transition(draft, "revise"));
    if begins && let Some(person) = acting_person(draft, rules.ctx) {
        draft.set(AUTHOR, person, "why-author");
    }
    Ok(())
}

/// Revisions count from 1; each new draft of a published article is the next.
pub fn revision(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.is_new() {
        draft.set(REVISION, 1, "why-first-revision");
    } else if is_transition(draft, "revise")
        && draft.get(PUBLISHED_REVISION)? == draft.get(REVISION)?
    {
        // A retired draft that nobody ever read goes on as the revision that it was.
        let next = draft.get(REVISION)?.unwrap_or_default() + 1;
        draft.set(REVISION, next, "why-next-revision");
    }
    Ok(())
}

/// Notes of a review are answered once the draft goes to review again.
pub fn review_notes(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.enters(Phase::Active) {
        draft.clear(REVIEW_NOTES, "why-notes-answered");
    }
    Ok(())
}

/// Nobody publishes an own article, unless the tenant allows it.
pub fn not_own_article(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let own = acting_person(draft, rules.ctx)
        .is_some_and(|it| draft.get(AUTHOR).ok().flatten() == Some(it));
    if draft.enters(Phase::Resolved) && own && !*rules.setting::<bool>(PUBLISH_OWN)? {
        draft.breach(None, Message::new("article-own"));
    }
    Ok(())
}

/// Publishing puts the text in work before its readers.
pub fn publication(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if !draft.enters(Phase::Resolved) {
        return Ok(());
    }
    if let Some(body) = draft.get(BODY)? {
        draft.set(PUBLISHED_BODY, body, "why-published-now");
    }
    if let Some(revision) = draft.get(REVISION)? {
        draft.set(PUBLISHED_REVISION, revision, "why-published-now");
    }
    draft.set(PUBLISHED_AT, rules.at, "why-published-now");
    if draft.get(FIRST_PUBLISHED_AT)?.is_none() {
        draft.set(FIRST_PUBLISHED_AT, rules.at, "why-first-published");
    }
    if let Some(person) = acting_person(draft, rules.ctx) {
        draft.set(PUBLISHED_BY, person, "why-published-by");
    }
    let days = *rules.setting::<u32>(REVIEW_AFTER_DAYS)?;
    if days > 0 && !draft.is_given(REVIEW_ON) {
        let today = Date::from(rules.at.to_jiff().to_zoned(rules.ctx.zone.clone()).date());
        let on = Date::from_days(
            today
                .days()
                .saturating_add(i32::try_from(days).unwrap_or(i32::MAX)),
        );
        draft.set_because(
            REVIEW_ON,
            on,
            Message::new("why-review-after-days").with("days", days),
        );
    }
    Ok(())
}

/// Readers see what has been published for them; drafts and retired articles are for those who work on them.
pub fn classify(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    let readers = draft.get(READERS)?;
    let for_team = readers.as_ref().is_some_and(|it| it.is(Readers::TEAM));
    if for_team && draft.get(TEAM)?.is_none() {
        draft.breach(Some(TEAM.name), Message::new("article-without-team"));
    }
    let shown = draft.get(PUBLISHED_BODY)?.is_some() && draft.phase() != Phase::Closed;
    let access = match readers {
        Some(it) if it.is(Readers::CONFIDENTIAL) => CONFIDENTIAL,
        Some(it) if it.is(Readers::TEAM) => OF_TEAM,
        Some(it) if it.is(Readers::ORGANISATION) && shown => OF_ORGANISATION,
        Some(it) if it.is(Readers::EVERYBODY) && shown => PUBLIC,
        _ => INTERNAL,
    };
    draft.set_because(ACCESS, access, Message::new("why-access-of-audience"));
    Ok(())
}

fn is_transition(draft: &Draft, name: &str) -> bool {
    matches!(draft.action(), Action::Transition(it) if it == name)
}
