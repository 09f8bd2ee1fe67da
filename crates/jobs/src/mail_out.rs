//! Tells people by mail what happened: each event becomes one job, and that one job for each recipient.
//!
//! The job of a recipient has an id that follows from change and person, so it is made once however often the
//! event is looked at; what it shows is read as its recipient.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Error, Refused, Result, Timestamp, Uuid};
use dictionary::{Filter, Kind, Operand, Operator, Page, Query, Term, Value, spine};
use engine::history::{HistoryEntry, of_record};
use engine::job::{NewJob, enqueue};
use engine::system::actor;
use engine::system::invitation::MAIL_JOB;
use engine::{Ctx, Reading, Surface, Timeline, TimelineItem, Visibility};
use mail::{
    Concerned, Envelope, Letter, Mention, Notice, Sender, Unsent, digest, mentions, notices,
};
use serde_json::{Value as Json, json};
use ui::message::Language;

use crate::config::Subscription;
use crate::handler::{Failure, Handler, Run};
use crate::mail_link::send_link;

/// Kind of the jobs that find the recipients of an event.
const ANNOUNCE: &str = "mail.announce";
/// Kind of the jobs that send one mail.
const SEND: &str = "mail.send";
/// Attempts at a mail: almost a day, which a mail server may be away.
const ATTEMPTS: i64 = 30;

/// What mails are made of and sent with.
pub struct MailOut {
    /// Sends them.
    pub sender: Sender,
    /// Address of the pages, without a slash at its end.
    pub pages: String,
    /// Name of this installation, for what the system did by itself.
    pub product: String,
    /// Whether answers to mails become comments.
    pub answers_are_read: bool,
}

/// The handlers that send mails, and the events that they need.
#[must_use]
pub fn mail_out(with: MailOut) -> (Vec<Handler>, Subscription) {
    let with = Arc::new(with);
    let links = Arc::clone(&with);
    let link = move |run| send_link(run, Arc::clone(&links));
    let link = Handler::new(MAIL_JOB, link).with_attempts(ATTEMPTS);
    let send = Handler::new(SEND, move |run| send(run, Arc::clone(&with))).with_attempts(ATTEMPTS);
    let subscription = Subscription {
        topics: mail::concerns_mail,
        kind: ANNOUNCE.to_owned(),
    };
    let announce = Handler::new(ANNOUNCE, announce);
    (vec![announce, send, link], subscription)
}

/// A change, as a job names it.
#[derive(Clone)]
struct Event {
    tenant: Uuid,
    record: Uuid,
    record_type: String,
    change: Uuid,
}

impl Event {
    fn of(payload: &Json) -> Option<Self> {
        Some(Self {
            tenant: id(payload, "tenant")?,
            record: id(payload, "record")?,
            record_type: payload.get("record_type")?.as_str()?.to_owned(),
            change: id(payload, "change_id")?,
        })
    }
}

fn id(payload: &Json, name: &str) -> Option<Uuid> {
    Uuid::try_parse(payload.get(name)?.as_str()?).ok()
}

fn unreadable() -> Failure {
    Failure::Fail("the payload names no change".to_owned())
}

async fn announce(run: Run) -> Result<(), Failure> {
    let event = Event::of(&run.job.payload).ok_or_else(unreadable)?;
    let ctx = run.engine.system_ctx(event.tenant, Surface::Job);
    let asked = event.clone();
    let told = run
        .engine
        .read(&ctx, move |reading| recipients(reading, &asked));
    let told = told.await?;
    let jobs: Vec<NewJob> = told
        .into_iter()
        .map(|(recipient, notice)| NewJob {
            id: digest(event.change, recipient),
            tenant: event.tenant,
            kind: SEND.to_owned(),
            payload: json!({
                "tenant": event.tenant, "record": event.record, "record_type": event.record_type,
                "change_id": event.change, "recipient": recipient, "notice": notice.code(),
            }),
            run_at: run.now,
            unique_key: None,
        })
        .collect();
    let now = run.now;
    let made = run
        .engine
        .store()
        .write(move |tx| -> Result<()> {
            jobs.iter()
                .try_for_each(|it| enqueue(tx, it, now).map(|_| ()))
        })
        .await;
    Ok(made?)
}

/// Whom the event concerns, as the system sees it.
fn recipients(reading: &mut Reading<'_, '_>, event: &Event) -> Result<BTreeMap<Uuid, Notice>> {
    let history = of_record(reading.tx, event.record)?;
    let entry = history.iter().find(|it| it.change_id == event.change);
    let record_type = reading.ctx.record_type(&event.record_type);
    let Some((entry, record_type)) = entry.zip(record_type) else {
        return Ok(BTreeMap::new());
    };
    let key = event.record.to_string();
    let record = match reading.record(Some(&event.record_type), &key) {
        Err(Error::Refused(Refused::NotFound(_))) => return Ok(BTreeMap::new()),
        other => other?.0,
    };
    let (beside, _) = reading.beside(&[event.record])?;
    let followers = beside
        .get(&event.record)
        .map(|it| it.followers.clone())
        .unwrap_or_default();
    let affected = record.value(AFFECTED).as_reference();
    let story = reading.timeline(&record_type, event.record)?;
    let words = story.entries.iter().find_map(|it| match &it.item {
        TimelineItem::Comment { text, .. } if it.change_id == event.change => Some(text.as_str()),
        _ => None,
    });
    let mut mentioned = Vec::new();
    for mention in mentions(words.unwrap_or_default()) {
        mentioned.extend(meant(reading, &mention)?);
    }
    let concerned = Concerned {
        requester: record.value(spine::REQUESTER).as_reference(),
        assignee: record.value(spine::ASSIGNEE).as_reference(),
        others: affected.into_iter().chain(followers).collect(),
        mentioned,
    };
    let has_public_comment = story.entries.iter().any(|it| {
        let public = |item: &TimelineItem| {
            matches!(
                item,
                TimelineItem::Comment {
                    visibility: Visibility::Public,
                    ..
                }
            )
        };
        it.change_id == event.change && public(&it.item)
    });
    Ok(notices(entry, &record_type, has_public_comment, &concerned))
}

/// The one person whom a mention means; nobody where several could be meant.
fn meant(reading: &mut Reading<'_, '_>, mention: &Mention) -> Result<Option<Uuid>> {
    let text = |it: &str| Operand::One(Term::Value(Value::Text(it.to_owned())));
    let by_handle = if mention.handle.contains('@') {
        Filter::test(EMAIL, Operator::Equal, text(&mention.handle))
    } else {
        let beginning = format!("{}@", mention.handle);
        Filter::test(EMAIL, Operator::StartsWith, text(&beginning))
    };
    let by_name = |it: &String| Filter::test(spine::TITLE, Operator::Equal, text(it));
    let ways = std::iter::once(by_handle).chain(mention.names.iter().map(by_name));
    for filter in ways {
        let query = Query {
            record_type: Some(PERSON.to_owned()),
            filter,
            columns: vec![spine::TITLE.to_owned()],
            page: Page {
                limit: Some(2),
                after: None,
            },
            ..Query::default()
        };
        match reading.list(&query)?.rows.as_slice() {
            [] => {}
            [person] => return Ok(Some(person.id())),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// The type of people, and the field of their address.
const PERSON: &str = "person";
const EMAIL: &str = "email";

/// The field of the person who has what was reported.
const AFFECTED: &str = "affected";

async fn send(run: Run, with: Arc<MailOut>) -> Result<(), Failure> {
    let payload = &run.job.payload;
    let event = Event::of(payload).ok_or_else(unreadable)?;
    let recipient = id(payload, "recipient").ok_or_else(unreadable)?;
    let notice = payload.get("notice").and_then(Json::as_str);
    let notice = notice.and_then(Notice::of_code).ok_or_else(unreadable)?;
    let system = run.engine.system_ctx(event.tenant, Surface::Job);
    let found = run
        .engine
        .read(&system, move |reading| addressee(reading, recipient));
    let Some(addressee) = found.await? else {
        return Ok(());
    };
    let ctx = Ctx {
        actor: addressee.actor,
        language: addressee.language,
        ..system
    };
    let (asked, pages, product) = (event.clone(), with.pages.clone(), with.product.clone());
    let answers_are_read = with.answers_are_read;
    let read = run.engine.read(&ctx, move |reading| {
        let written = Written {
            event: &asked,
            notice,
            pages: &pages,
            product: &product,
            answers_are_read,
        };
        written.letter(reading)
    });
    let Some((letter, at)) = read.await? else {
        return Ok(());
    };
    let envelope = Envelope {
        to: addressee.address,
        name: ctx.actor.name.clone(),
        recipient,
        record: event.record,
        change: event.change,
        at,
    };
    match with.sender.send(&envelope, &letter).await {
        Ok(()) => {
            tracing::debug!(record = %event.record, notice = notice.code(), "a mail was sent");
            Ok(())
        }
        Err(Unsent::Later(error)) => Err(Failure::Retry(error)),
        Err(Unsent::Never(error)) => Err(Failure::Fail(error)),
    }
}

/// Who gets a mail.
pub(crate) struct Addressee {
    pub(crate) actor: engine::Actor,
    pub(crate) language: String,
    pub(crate) address: String,
}

/// The person as they are now; nothing where they left or have no address.
pub(crate) fn addressee(
    reading: &mut Reading<'_, '_>,
    recipient: Uuid,
) -> Result<Option<Addressee>> {
    let Some((actor, preferences)) = actor::load(reading, recipient)? else {
        return Ok(None);
    };
    let (person, _) = reading.record(Some(PERSON), &recipient.to_string())?;
    let address = person.value(EMAIL).as_text().map(str::to_owned);
    let language = preferences.language;
    Ok(address.map(|address| Addressee {
        actor,
        language: language.unwrap_or_else(|| reading.ctx.language.clone()),
        address,
    }))
}

/// What a letter is written from.
struct Written<'a> {
    event: &'a Event,
    notice: Notice,
    pages: &'a str,
    product: &'a str,
    answers_are_read: bool,
}

impl Written<'_> {
    /// The letter, with nothing in it but what its reader may read, and when the change happened; nothing where
    /// they may not know of it.
    fn letter(&self, reading: &mut Reading<'_, '_>) -> Result<Option<(Letter, Timestamp)>> {
        let Event {
            record,
            record_type,
            change,
            ..
        } = self.event;
        let row = match reading.record(Some(record_type), &record.to_string()) {
            Err(Error::Refused(Refused::NotFound(_))) => return Ok(None),
            other => other?.0,
        };
        let history = of_record(reading.tx, *record)?;
        let Some(entry) = history.into_iter().find(|it| it.change_id == *change) else {
            return Ok(None);
        };
        let story = reading.timeline(row.record_type(), *record)?;
        let comment = story.entries.iter().find_map(|it| match &it.item {
            TimelineItem::Comment { entry, text, .. } if it.change_id == *change => {
                Some((*entry, text.clone()))
            }
            _ => None,
        });
        let comment = match comment {
            // Who sent pictures alone said something as well: what they are called.
            Some((entry, text)) if text.is_empty() => {
                let files = reading.attachments(row.record_type(), *record)?;
                let files = files.iter().filter(|it| it.journal_entry == Some(entry));
                let names: Vec<&str> = files.map(|it| it.blob.name.as_str()).collect();
                Some(names.join("\n"))
            }
            other => other.map(|it| it.1),
        };
        let of_words = matches!(self.notice, Notice::Answered | Notice::Mentioned);
        if of_words && comment.is_none() {
            return Ok(None);
        }
        // Only names are taken from the history; their values are those that the reader may see.
        let told = row.fields().filter(|(field, _)| {
            self.notice == Notice::Resolved
                && field.kind == Kind::LongText
                && entry.fields.contains_key(&field.name)
        });
        let told = told.filter_map(|(_, value)| value.as_text().map(str::to_owned));
        let written = told.chain(comment).collect();
        let reader = reading.ctx.actor.person;
        let theirs = [spine::REQUESTER, AFFECTED]
            .iter()
            .any(|it| row.value(it).as_reference() == Some(reader));
        let key = row
            .number()
            .map_or_else(|| record.to_string(), str::to_owned);
        let place = if theirs { "/portal" } else { "" };
        let link = format!("{}{place}/{record_type}/{key}", self.pages);
        let author = self.author(reading, &story, &entry)?;
        let letter = Letter {
            notice: self.notice,
            language: Language::from_tag(&reading.ctx.language),
            number: key,
            title: row.title().unwrap_or_default().to_owned(),
            author,
            written,
            link,
            answers_are_read: self.answers_are_read,
        };
        Ok(Some((letter, entry.recorded_at)))
    }

    /// Name of who made the change: everybody may know who wrote what they read; of others only who may know
    /// the person.
    fn author(
        &self,
        reading: &mut Reading<'_, '_>,
        story: &Timeline,
        entry: &HistoryEntry,
    ) -> Result<String> {
        let actor = Some(entry.actor).filter(|it| !it.is_nil());
        let Some(author) = actor.or(entry.on_behalf_of) else {
            return Ok(self.product.to_owned());
        };
        if let Some(name) = story.titles.get(&author) {
            return Ok(name.clone());
        }
        let known = reading.titles_of(&BTreeSet::from([author]))?;
        let name = known.get(author).map_or(self.product, |it| &it.title);
        Ok(name.to_owned())
    }
}
