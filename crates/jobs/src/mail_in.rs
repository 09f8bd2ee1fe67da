//! Takes mails from a mailbox: each becomes a job, and that one a comment or a new record, in the name of its sender.
//!
//! The raw mail is kept before it is marked as seen, and stands with the record as a private file. What cannot be
//! taken is a dead job with the reason, which begins anew once that is mended. What a program wrote makes nothing.

use std::sync::Arc;
use std::time::Duration;

use base::{Error, Message, Refused, Result, Uuid};
use blobs::Blobs;
use dictionary::{Filter, Query, Value, spine};
use engine::history::of_record;
use engine::job::{NewJob, enqueue, keep_result};
use engine::system::actor;
use engine::system::attachment::BlobRef;
use engine::system::blob::{confirm, register};
use engine::{Action, Change, Comment, Ctx, Reading, Surface, Unit};
use futures::TryStreamExt as _;
use mail::{Incoming, Mailbox, incoming_id};
use serde_json::{Value as Json, json};

use crate::config::micros;
use crate::handler::{Failure, Handler, Run};

/// Kind of the job that looks into the mailbox.
const FETCH: &str = "mail.fetch";
/// Kind of the jobs that take one mail.
const RECEIVE: &str = "mail.receive";
/// Name of the raw mail among the files of a record.
const RAW_NAME: &str = "mail.eml";
/// Its type.
const RAW_TYPE: &str = "message/rfc822";
/// Where mails come from and what they become.
pub struct MailIn {
    /// Where they wait.
    pub mailbox: Mailbox,
    /// Where they are kept as they came.
    pub blobs: Blobs,
    /// Whose mailbox it is.
    pub tenant: Uuid,
    /// The address under which we write ourselves.
    pub own_address: String,
    /// The type of record that a new mail opens.
    pub opens: &'static str,
    /// Address of the person in whose name mails of unknown senders are taken; without one they are parked.
    pub unknown_as: Option<String>,
    /// How often the mailbox is looked into.
    pub every: Duration,
}

/// The handlers that take mails.
#[must_use]
pub fn mail_in(with: MailIn) -> Vec<Handler> {
    let every = micros(with.every);
    let with = Arc::new(with);
    let same = Arc::clone(&with);
    vec![
        Handler::new(FETCH, move |run| fetch(run, Arc::clone(&with))).every_micros(every),
        Handler::new(RECEIVE, move |run| receive(run, Arc::clone(&same))),
    ]
}

async fn fetch(run: Run, with: Arc<MailIn>) -> Result<(), Failure> {
    let taken = with.mailbox.visit(|raw| {
        let (run, with) = (run.clone(), Arc::clone(&with));
        async move {
            let kept = keep(&run, &with, &raw).await;
            kept.map_err(|error| Failure::from(error).into_text())
        }
    });
    let taken = taken.await.map_err(Failure::Retry)?;
    if taken > 0 {
        tracing::info!(taken, "mails were taken from the mailbox");
    }
    Ok(())
}

/// Keeps the mail as it is and makes a job of it; the same mail makes one job.
async fn keep(run: &Run, with: &MailIn, raw: &[u8]) -> Result<()> {
    let mut incoming = with.blobs.receive(run.engine.ids().next(run.now)).await?;
    incoming.write(raw).await?;
    let received = incoming.finish().await?;
    let mail = Incoming::read(raw, &with.own_address);
    let known_by = mail.and_then(|it| Some((it.message_id?, it.from.unwrap_or_default())));
    let (message_id, from) = known_by.unwrap_or_else(|| (received.sha256.clone(), String::new()));
    let blob = blob_of(Uuid::nil(), &received.sha256, raw.len());
    let job = NewJob {
        id: incoming_id(&message_id, &from),
        tenant: with.tenant,
        kind: RECEIVE.to_owned(),
        payload: json!({ "sha256": blob.sha256, "bytes": blob.bytes, "from": from }),
        run_at: run.now,
        unique_key: None,
    };
    let (tenant, now) = (with.tenant, run.now);
    let system = run.engine.system_ctx(tenant, Surface::Mail);
    let noted = run
        .engine
        .write(&system, move |unit| register(unit.tx, tenant, &blob, now));
    noted.await?;
    with.blobs.keep(tenant, &received).await?;
    let made = run.engine.store().write(move |tx| -> Result<bool> {
        confirm(tx, tenant, &received.sha256, now)?;
        enqueue(tx, &job, now)
    });
    made.await.map(|_| ())
}

fn blob_of(id: Uuid, sha256: &str, bytes: usize) -> BlobRef {
    BlobRef {
        id,
        sha256: sha256.to_owned(),
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        media_type: RAW_TYPE.to_owned(),
        name: RAW_NAME.to_owned(),
    }
}

async fn receive(run: Run, with: Arc<MailIn>) -> Result<(), Failure> {
    let (sha256, raw) = raw(&run, &with).await?;
    let mail = Incoming::read(&raw, &with.own_address)
        .ok_or_else(|| Failure::Fail("it is no mail".to_owned()))?;
    if let Some(why) = mail.automatic {
        tracing::info!(job = %run.job.id, why, "a mail was not taken: a program made it");
        return tell(&run, json!({ "not_taken": why })).await;
    }
    let ctx = sender(&run, &with, &mail).await?;
    let made_of = Made {
        opens: with.opens,
        mail: Arc::new(mail),
        id: run.job.id,
    };
    let (record_type, record) = run
        .engine
        .write(&ctx, move |unit| made_of.make(unit))
        .await?;
    // The raw mail is for those who work on the record; its sender could not add it as such.
    let id = run.engine.ids().next(run.now);
    let blob = blob_of(id, &sha256, raw.len());
    let system = ctx.as_system(Surface::Mail);
    let of_type = record_type.clone();
    let attached = run
        .engine
        .write(&system, move |unit| attach(unit, &of_type, record, &blob));
    attached.await?;
    tell(
        &run,
        json!({ "record_type": record_type, "record": record }),
    )
    .await
}

async fn tell(run: &Run, result: Json) -> Result<(), Failure> {
    let id = run.job.id;
    let kept = run
        .engine
        .store()
        .write(move |tx| keep_result(tx, id, &result));
    Ok(kept.await?)
}

/// The mail as it came, and its digest.
async fn raw(run: &Run, with: &MailIn) -> Result<(String, Vec<u8>), Failure> {
    let lost = || Failure::Fail("the raw mail is not there any more".to_owned());
    let sha256 = run.job.payload.get("sha256").and_then(Json::as_str);
    let sha256 = sha256.ok_or_else(lost)?;
    let bytes = run.job.payload.get("bytes").and_then(Json::as_u64);
    let content = with
        .blobs
        .read(with.tenant, sha256, 0..bytes.unwrap_or_default())
        .await?
        .ok_or_else(lost)?;
    let parts: Vec<_> = content
        .try_collect()
        .await
        .map_err(|error| Failure::Retry(error.to_string()))?;
    Ok((sha256.to_owned(), parts.concat()))
}

/// The request of the mail's sender, with their rights.
async fn sender(run: &Run, with: &MailIn, mail: &Incoming) -> Result<Ctx, Failure> {
    let address = mail.from.clone();
    let address = address.ok_or_else(|| Failure::Fail("it names no sender".to_owned()))?;
    let system = run.engine.system_ctx(with.tenant, Surface::Mail);
    let (asked, instead) = (address.clone(), with.unknown_as.clone());
    let found = run.engine.read(&system, move |reading| {
        for address in [Some(&asked), instead.as_ref()].into_iter().flatten() {
            if let Some(person) = person_of(reading, address)? {
                return actor::load(reading, person);
            }
        }
        Ok(None)
    });
    let Some((actor, preferences)) = found.await? else {
        let parked =
            format!("nobody here has the address {address}: make the person and retry this job");
        return Err(Failure::Fail(parked));
    };
    let language = preferences.language;
    Ok(Ctx {
        actor,
        language: language.unwrap_or_else(|| system.language.clone()),
        ..system
    })
}

fn person_of(reading: &mut Reading<'_, '_>, address: &str) -> Result<Option<Uuid>> {
    let query = Query {
        record_type: Some("person".to_owned()),
        filter: Filter::equal("email", Value::Text(address.to_owned())),
        ..Query::default()
    };
    Ok(reading.list(&query)?.rows.first().map(|it| it.id()))
}

/// What a mail becomes.
struct Made {
    opens: &'static str,
    mail: Arc<Incoming>,
    /// Id of the job, and of the record that it opens: so a mail opens one record, however often it is tried.
    id: Uuid,
}

impl Made {
    fn make(&self, unit: &mut Unit<'_, '_>) -> Result<(String, Uuid)> {
        let why = self.why();
        if let Some((record_type, record)) = self.answered(unit)? {
            let history = of_record(unit.tx, record)?;
            if history.iter().any(|it| it.reason.as_ref() == Some(&why)) {
                return Ok((record_type, record));
            }
            let comment = Change::of(&record_type, record, Action::Comment)
                .with_comment(Comment::public(&self.mail.text))
                .because(&why);
            match unit.savepoint(|unit| unit.apply(comment.clone())) {
                Ok(_) => return Ok((record_type, record)),
                // What is over takes no comments: the answer is a new matter.
                Err(Error::Refused(
                    Refused::Forbidden(_) | Refused::Invalid(_) | Refused::Conflict { .. },
                )) => {}
                Err(other) => return Err(other),
            }
        }
        if of_record(unit.tx, self.id)?.is_empty() {
            let title = Some(self.mail.subject.clone()).filter(|it| !it.is_empty());
            let title = title.or_else(|| self.mail.text.lines().next().map(str::to_owned));
            let mut change = Change::create(self.opens)
                .with_value(spine::TITLE, Value::Text(cut(title.unwrap_or_default())))
                .with_value("description", Value::Text(self.mail.text.clone()))
                .because(&why);
            change.record = Some(self.id);
            unit.apply(change)?;
        }
        Ok((self.opens.to_owned(), self.id))
    }

    fn why(&self) -> String {
        let id = self.mail.message_id.clone();
        format!("<{}>", id.unwrap_or_else(|| self.id.to_string()))
    }

    /// The record that the mail answers, as far as its sender may know of it.
    fn answered(&self, unit: &mut Unit<'_, '_>) -> Result<Option<(String, Uuid)>> {
        let record = self.mail.record.map(|it| it.to_string());
        for key in [record, self.mail.number.clone()].into_iter().flatten() {
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

/// A title of a length that any type takes.
fn cut(title: String) -> String {
    if title.chars().count() <= MOST_OF_TITLE {
        return title;
    }
    let kept: String = title.chars().take(MOST_OF_TITLE - 1).collect();
    kept + "…"
}

/// Longest title of a record that a mail opens, in characters.
const MOST_OF_TITLE: usize = 150;

fn attach(unit: &mut Unit<'_, '_>, type_name: &str, record: Uuid, blob: &BlobRef) -> Result<()> {
    let record_type = unit.ctx.record_type(type_name);
    let record_type = record_type
        .ok_or_else(|| Refused::NotFound(Message::new("record-unknown").with("type", type_name)))?;
    let files = unit.reading().attachments(&record_type, record)?;
    if files.iter().any(|it| it.blob.sha256 == blob.sha256) {
        return Ok(());
    }
    register(unit.tx, unit.ctx.tenant, blob, unit.ctx.now)?;
    let mut change = Change::of(type_name, record, Action::Attach);
    change.files = vec![blob.clone()];
    change.files_are_private = true;
    unit.apply(change).map(|_| ())
}
