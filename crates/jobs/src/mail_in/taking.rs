//! What a mail becomes: an answer to a record of which its sender may know, or a new one.

use std::sync::Arc;

use base::{Error, Message, Problem, Refused, Result, Uuid};
use dictionary::{Phase, TypeDef, Value, spine};
use engine::history::of_record;
use engine::system::attachment::BlobRef;
use engine::system::mail::{self as incoming, Mail};
use engine::{Action, Change, Comment, Ctx, Surface, Unit};
use mail::Incoming;
use ui::message::Language;
use ui::text;

use super::files::{self, NotTaken};
use crate::handler::{Failure, Run};

/// Longest title of a record that a mail opens, in characters.
const MOST_OF_TITLE: usize = 150;
/// Field that says which record was over when this one was opened by a reply, where a type has it.
const CONTINUES: &str = "continues";
/// Records that lead on from one to the next, at most: an import may have brought some that lead to each other.
const MOST_ON: usize = 8;
/// The field of the person who has what was reported.
const AFFECTED: &str = "affected";

/// What became of a mail.
pub(super) enum Became {
    /// A record, or a part of one.
    Record,
    /// Nothing, for that reason.
    Nothing(&'static str),
}

/// Who stands behind a mail, besides the person in whose name it is taken.
#[derive(Clone)]
pub(super) struct Behind {
    /// Whether that person has the address from which it came.
    pub(super) is_sender: bool,
    /// The name of whoever decided that it is taken in that person's name.
    pub(super) taken_by: Option<String>,
}

/// A mail that is to become something.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) opens: &'static str,
    pub(super) mail: Mail,
    /// The mail as it came.
    pub(super) raw: BlobRef,
    pub(super) read: Arc<Incoming>,
    pub(super) behind: Behind,
    pub(super) files: Vec<BlobRef>,
    pub(super) refused: Vec<NotTaken>,
}

/// Makes it, notes where it belongs and keeps it there as it came, in one unit: whatever happens meanwhile, none of
/// it is there without the rest. False where an answer says nothing. Files that the record does not take any more do
/// not hold the words back.
pub(super) async fn take(run: &Run, ctx: &Ctx, made: Made) -> Result<bool, Failure> {
    let (first, mut without) = (made.clone(), made);
    let done = run.engine.write(ctx, move |unit| first.make(unit)).await;
    let why = match done {
        Err(Error::Refused(Refused::Invalid(problems))) if !without.files.is_empty() => problems
            .into_iter()
            .find(|it| it.field.as_deref() == Some("file")),
        other => return Ok(other?),
    };
    let Some(Problem { message, .. }) = why else {
        let again = without.clone();
        return Ok(run.engine.write(ctx, move |unit| again.make(unit)).await?);
    };
    let not_taken = without.files.drain(..).map(|it| NotTaken {
        name: it.name,
        why: message.clone(),
    });
    without.refused.extend(not_taken);
    Ok(run
        .engine
        .write(ctx, move |unit| without.make(unit))
        .await?)
}

impl Made {
    fn make(&self, unit: &mut Unit<'_, '_>) -> Result<bool> {
        let says_nothing = self.read.text.is_empty() && self.files.is_empty();
        let (record_type, record) = match self.answered(unit)? {
            Some(_) if says_nothing && self.refused.is_empty() => return Ok(false),
            Some((record_type, record)) => {
                let (record_type, open) = goes_on(unit, &record_type, record)?;
                match self.answer(unit, &record_type, open)? {
                    // It may go on elsewhere, and there as another type.
                    Some(there) => {
                        let record_type = unit.type_name_of(there)?.unwrap_or(record_type);
                        goes_on(unit, &record_type, there)?
                    }
                    None => (self.opens.to_owned(), self.open(unit)?),
                }
            }
            None => (self.opens.to_owned(), self.open(unit)?),
        };
        if !incoming::taken(unit.tx, &self.mail, (&record_type, record))? {
            // Another runner was faster: what was just said is not said twice.
            let message = Message::new("mail-not-parked").with("state", "taken");
            return Err(Refused::Conflict {
                message,
                current_version: None,
            }
            .into());
        }
        let place = (record_type.as_str(), record);
        self.beside(unit, |unit| files::attach(unit, place, &self.raw))?;
        self.beside(unit, |unit| files::tell(unit, place, &self.refused))?;
        Ok(true)
    }

    /// What is kept for those who work on the record; its sender could not add it as such. Where the record takes
    /// none, the mail is still kept.
    fn beside(
        &self,
        unit: &mut Unit<'_, '_>,
        part: impl FnOnce(&mut Unit<'_, '_>) -> Result<()>,
    ) -> Result<()> {
        let system = unit.ctx.as_system(Surface::Mail);
        let kept = unit.savepoint(|unit| unit.acting_as(&system, part));
        match kept {
            Err(Error::Refused(
                refused @ (Refused::Invalid(_)
                | Refused::TooLarge(_)
                | Refused::NotFound(_)
                | Refused::Forbidden(_)),
            )) => {
                tracing::warn!(mail = %self.mail.id, %refused, "the raw mail does not stand with its record");
                Ok(())
            }
            other => other,
        }
    }

    /// Adds it to the record that it answers; nothing where that takes no word of its sender.
    fn answer(
        &self,
        unit: &mut Unit<'_, '_>,
        type_name: &str,
        record: Uuid,
    ) -> Result<Option<Uuid>> {
        let words = self.comment();
        let reopens = self.reopening(unit, type_name, record)?;
        let ways = reopens.into_iter().chain(words.then_some(Action::Comment));
        for way in ways {
            let mut change = Change::of(type_name, record, way).because(self.why(unit));
            change.comment = Some(Comment::public(&self.read.text));
            change.files.clone_from(&self.files);
            match unit.savepoint(|unit| unit.apply(change.clone())) {
                Ok(outcome) => return Ok(Some(outcome.record)),
                Err(Error::Refused(Refused::Invalid(problems))) if is_about_files(&problems) => {
                    return Err(Refused::Invalid(problems).into());
                }
                // Too late to reopen it, or over: the next way, and in the end a new matter.
                Err(Error::Refused(
                    Refused::Forbidden(_) | Refused::Invalid(_) | Refused::Conflict { .. },
                )) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(None)
    }

    /// Whether there is anything to say.
    fn comment(&self) -> bool {
        !self.read.text.is_empty() || !self.files.is_empty()
    }

    /// The transition by which whoever asked takes a resolved record up again.
    fn reopening(
        &self,
        unit: &mut Unit<'_, '_>,
        type_name: &str,
        record: Uuid,
    ) -> Result<Option<Action>> {
        let (row, _) = unit
            .reading()
            .record(Some(type_name), &record.to_string())?;
        let me = Some(unit.ctx.actor.person);
        let asked = [spine::REQUESTER, AFFECTED]
            .iter()
            .any(|it| row.value(it).as_reference() == me);
        let state = row.value(spine::STATE).as_text().unwrap_or_default();
        let found = step_to_work(row.record_type(), state);
        Ok(found.filter(|_| asked && self.comment()))
    }

    /// A new record, with the id of the mail: a mail opens one, however often it is tried.
    fn open(&self, unit: &mut Unit<'_, '_>) -> Result<Uuid> {
        let id = self.mail.id;
        if !of_record(unit.tx, id)?.is_empty() {
            return Ok(id);
        }
        let title = Some(self.read.subject.clone()).filter(|it| !it.is_empty());
        let title = title.or_else(|| self.read.text.lines().next().map(str::to_owned));
        let title = title.filter(|it| !base::shows_nothing(it));
        let language = Language::from_tag(&unit.ctx.language);
        let title = title.unwrap_or_else(|| text!(&language, "mail-in-no-subject"));
        let mut change = Change::create(self.opens)
            .with_value(spine::TITLE, Value::Text(cut(title)))
            .because(self.why(unit));
        if !base::shows_nothing(&self.read.text) {
            let text = Value::Text(self.read.text.clone());
            change = change.with_value("description", text);
        }
        change.record = Some(id);
        change.files.clone_from(&self.files);
        unit.apply(change)?;
        Ok(id)
    }

    /// What the history says of it: which mail it was, and when it was written.
    fn why(&self, unit: &Unit<'_, '_>) -> String {
        let id = self.mail.message_id.clone();
        let id = id.unwrap_or_else(|| self.mail.id.to_string());
        let mut why = format!("Message-ID: <{id}>");
        if let Some(at) = self.read.sent_at {
            why.push_str(&format!(", Date: {at}"));
        }
        if !self.behind.is_sender {
            // It is taken in another name: what was really written above it stands with it.
            why.push_str(&format!(", From: {}", self.mail.sender));
        }
        if let Some(by) = &self.behind.taken_by {
            let whom = unit.ctx.actor.name.as_str();
            let language = Language::from_tag(&unit.ctx.language);
            why.push_str(", ");
            why.push_str(&text!(
                &language,
                "mail-in-taken-by",
                who = by.as_str(),
                whom = whom
            ));
        }
        why
    }

    /// The record that the mail answers, as far as its sender may know of it: by our own mails, by mails that were
    /// taken before, by the number in its subject.
    fn answered(&self, unit: &mut Unit<'_, '_>) -> Result<Option<(String, Uuid)>> {
        let mut keys: Vec<String> = self.read.record.iter().map(Uuid::to_string).collect();
        for id in &self.read.refers {
            let found = incoming::records_of(unit.tx, unit.ctx.tenant, id)?;
            keys.extend(found.into_iter().map(|it| it.1.to_string()));
        }
        keys.extend(self.read.number.clone());
        for key in keys {
            let mut reading = unit.reading();
            let found = match reading.record(None, &key) {
                Err(Error::Refused(_)) => continue,
                other => other?.0.id(),
            };
            let titles = reading.titles_of(&[found].into())?;
            if let Some(title) = titles.get(found) {
                return Ok(Some((title.record_type.clone(), found)));
            }
        }
        Ok(None)
    }
}

/// Where a record goes on that is over, as far as the sender reads: in the one into which it was merged or turned, and
/// in the open one that a late reply opened, where there is one.
fn goes_on(unit: &mut Unit<'_, '_>, record_type: &str, record: Uuid) -> Result<(String, Uuid)> {
    let mut here = (record_type.to_owned(), record);
    for _ in 0..MOST_ON {
        if unit.value_of(&here.0, here.1, spine::OPEN)? == Value::Boolean(true) {
            return Ok(here);
        }
        let ways = unit.engine().practice(&here.0).map(|it| it.goes_on);
        let mut others = Vec::new();
        for way in ways.unwrap_or_default() {
            others.extend(unit.value_of(&here.0, here.1, way)?.as_reference());
        }
        match read_there(unit, None, others)? {
            Some(there) => here = there,
            None => break,
        }
    }
    let open = unit.referring(&here.0, CONTINUES, here.1, true)?;
    let there = read_there(unit, Some(&here.0), open.into_iter().rev().collect())?;
    Ok(there.unwrap_or(here))
}

/// The first of these records that the sender may read, with its type: whoever may not says it where they may.
fn read_there(
    unit: &mut Unit<'_, '_>,
    of: Option<&str>,
    records: Vec<Uuid>,
) -> Result<Option<(String, Uuid)>> {
    for record in records {
        match unit.reading().record(of, &record.to_string()) {
            Ok((found, _)) => return Ok(Some((found.record_type().name.clone(), record))),
            Err(Error::Refused(_)) => {}
            Err(failed) => return Err(failed),
        }
    }
    Ok(None)
}

fn is_about_files(problems: &[Problem]) -> bool {
    problems
        .iter()
        .any(|it| it.field.as_deref() == Some("file"))
}

/// The first transition by which what is resolved is worked on again.
fn step_to_work(of: &TypeDef, state: &str) -> Option<Action> {
    let lifecycle = of.lifecycle.as_ref()?;
    if lifecycle.phase(state) != Phase::Resolved {
        return None;
    }
    let mut steps = lifecycle.transitions_from(state);
    let found = steps.find(|it| lifecycle.phase(&it.to) == Phase::Active)?;
    Some(Action::Transition(found.name.clone()))
}

/// A title of a length that any type takes.
fn cut(title: String) -> String {
    if title.chars().count() <= MOST_OF_TITLE {
        return title;
    }
    let kept: String = title.chars().take(MOST_OF_TITLE - 1).collect();
    kept + "…"
}
