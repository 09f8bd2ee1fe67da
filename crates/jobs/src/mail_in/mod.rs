//! Takes mails from a mailbox, in the order in which they came: each becomes a comment or a new record, in the name
//! of its sender.
//!
//! The raw mail is kept before it is marked as seen, and stands with the record as a private file. What cannot be
//! taken is parked with the reason until somebody decides. What a program wrote makes nothing and is kept.

mod files;
mod taking;

use std::sync::Arc;
use std::time::Duration;

use base::{Message, Refused, Result, Uuid};
use blobs::Blobs;
use engine::system::actor;
use engine::system::attachment::BlobRef;
use engine::system::blob::{confirm, register};
use engine::system::mail::{self as incoming, Mail, MailState};
use engine::{Action, Change, Ctx, Surface, Unit};
use futures::TryStreamExt as _;
use mail::{Incoming, Mailbox, incoming_id};
use serde_json::Value as Json;

use crate::config::micros;
use crate::handler::{Failure, Handler, Run};

use taking::{Became, Made};

/// Kind of the job that looks into the mailbox and takes what came.
const FETCH: &str = "mail.fetch";
/// Kind of the jobs that took one mail each; earlier versions made them.
const RECEIVE: &str = "mail.receive";
/// Name of the raw mail among the files of a record.
const RAW_NAME: &str = "mail.eml";
/// Its type.
const RAW_TYPE: &str = "message/rfc822";
/// How the text of a mail begins, in lists, in characters.
const EXCERPT: usize = 300;
/// Attempts after which a mail that fails for our own reasons makes room for the next one.
const MOST_ATTEMPTS: i64 = 5;

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
        Handler::new(RECEIVE, move |run| adopt(run, Arc::clone(&same))),
    ]
}

/// One process at a time looks into the mailbox and takes one mail after the other: an answer never comes before
/// what it answers.
async fn fetch(run: Run, with: Arc<MailIn>) -> Result<(), Failure> {
    let visited = with.mailbox.visit(|uid, raw| {
        let (run, with) = (run.clone(), Arc::clone(&with));
        async move {
            let kept = keep(&run, &with, uid, &raw).await;
            kept.map_err(|error| Failure::from(error).into_text())
        }
    });
    let visited = visited.await;
    // What is kept already does not wait for a mail server.
    take_all(&run, &with).await?;
    let came = visited.map_err(Failure::Retry)?;
    if came > 0 {
        tracing::info!(came, "mails came in");
    }
    Ok(())
}

/// Keeps the mail as it is and gives it its place; the same mail has one.
async fn keep(run: &Run, with: &MailIn, uid: u32, raw: &[u8]) -> Result<()> {
    let mut file = with.blobs.receive(run.engine.ids().next(run.now)).await?;
    file.write(raw).await?;
    let received = file.finish().await?;
    let mail = noted(run, with, (uid, &received.sha256), raw);
    let blob = blob_of(Uuid::nil(), &received.sha256, raw.len());
    let (tenant, now) = (with.tenant, run.now);
    let system = run.engine.system_ctx(tenant, Surface::Mail);
    let noted = run
        .engine
        .write(&system, move |unit| register(unit.tx, tenant, &blob, now));
    noted.await?;
    with.blobs.keep(tenant, &received).await?;
    let made = run.engine.store().write(move |tx| -> Result<bool> {
        confirm(tx, tenant, &mail.sha256, now)?;
        incoming::note(tx, &mail)
    });
    made.await.map(|_| ())
}

/// What is noted of a mail.
fn noted(run: &Run, with: &MailIn, (uid, sha256): (u32, &str), raw: &[u8]) -> Mail {
    let read = Incoming::read(raw, &with.own_address);
    let known_by = read.as_ref().and_then(|it| it.message_id.as_deref());
    let sender = read.as_ref().and_then(|it| it.from.clone());
    let sender = sender.unwrap_or_default();
    let id = known_by.map_or_else(
        || incoming_id(sha256, ""),
        |known| incoming_id(known, &sender),
    );
    Mail {
        id,
        tenant: with.tenant,
        message_id: known_by.map(str::to_owned),
        sender,
        subject: read
            .as_ref()
            .map(|it| it.subject.clone())
            .unwrap_or_default(),
        excerpt: read
            .as_ref()
            .map(|it| excerpt(&it.text))
            .unwrap_or_default(),
        sent_at: read.and_then(|it| it.sent_at),
        received_at: run.now,
        uid: i64::from(uid),
        sha256: sha256.to_owned(),
        bytes: i64::try_from(raw.len()).unwrap_or(i64::MAX),
        state: MailState::Waiting,
        reason: None,
        attempts: 0,
        taken_as: None,
        record_type: None,
        record: None,
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).collect()
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

/// Gives a mail its place for which an earlier version made a job.
async fn adopt(run: Run, with: Arc<MailIn>) -> Result<(), Failure> {
    let payload = &run.job.payload;
    let sha256 = payload.get("sha256").and_then(Json::as_str);
    let bytes = payload.get("bytes").and_then(Json::as_u64);
    let (Some(sha256), Some(bytes)) = (sha256, bytes) else {
        return Err(lost());
    };
    let raw = content(&with, sha256, bytes).await?;
    let mail = noted(&run, &with, (0, sha256), &raw);
    let made = run
        .engine
        .store()
        .write(move |tx| incoming::note(tx, &mail));
    made.await?;
    Ok(())
}

fn lost() -> Failure {
    Failure::Fail("the raw mail is not there any more".to_owned())
}

/// The mail as it came.
async fn content(with: &MailIn, sha256: &str, bytes: u64) -> Result<Vec<u8>, Failure> {
    let content = with.blobs.read(with.tenant, sha256, 0..bytes).await?;
    let parts: Vec<_> = content
        .ok_or_else(lost)?
        .try_collect()
        .await
        .map_err(|error| Failure::Retry(error.to_string()))?;
    Ok(parts.concat())
}

/// Takes every mail whose turn it is, the one that came first first.
async fn take_all(run: &Run, with: &Arc<MailIn>) -> Result<(), Failure> {
    let (store, tenant) = (run.engine.store(), with.tenant);
    loop {
        let next = store.read(move |tx| incoming::next_waiting(tx, tenant));
        let Some(mail) = next.await? else {
            return Ok(());
        };
        let (state, reason) = match take(run, with, &mail).await {
            Ok(Became::Record) => continue,
            Ok(Became::Nothing(why)) => {
                tracing::info!(mail = %mail.id, why, "a mail makes nothing");
                (MailState::Kept, why.to_owned())
            }
            Err(Failure::Retry(error)) if mail.attempts + 1 < MOST_ATTEMPTS => {
                let same = mail.clone();
                let counted = store.write(move |tx| incoming::failed_once_more(tx, &same));
                counted.await?;
                return Err(Failure::Retry(error));
            }
            Err(Failure::Retry(error) | Failure::Fail(error)) => {
                tracing::warn!(mail = %mail.id, error, "a mail is parked");
                (MailState::Parked, error)
            }
        };
        let settled = store.write(move |tx| incoming::settle(tx, &mail, state, Some(&reason)));
        settled.await?;
    }
}

/// Takes one mail.
async fn take(run: &Run, with: &Arc<MailIn>, mail: &Mail) -> Result<Became, Failure> {
    let bytes = u64::try_from(mail.bytes).unwrap_or_default();
    let raw = content(with, &mail.sha256, bytes).await?;
    let read = Incoming::read(&raw, &with.own_address)
        .ok_or_else(|| Failure::Fail("it is no mail".to_owned()))?;
    // Whoever lets it be taken in somebody's name has looked at it.
    if let Some(why) = read.automatic.filter(|_| mail.taken_as.is_none()) {
        return Ok(Became::Nothing(why));
    }
    let ctx = sender(run, with, (mail, &read)).await?;
    let (files, refused) = files::keep(run, with, &ctx, &read.files).await?;
    let made = Made {
        opens: with.opens,
        mail: mail.clone(),
        read: Arc::new(read),
        files,
        refused,
    };
    let Some(done) = taking::take(run, &ctx, made).await? else {
        return Ok(Became::Nothing("it says nothing"));
    };
    // The raw mail is for those who work on the record; its sender could not add it as such.
    let blob = blob_of(run.engine.ids().next(run.now), &mail.sha256, raw.len());
    let system = ctx.as_system(Surface::Mail);
    let attached = run.engine.write(&system, move |unit| {
        attach(unit, (&done.record_type, done.record), &blob)?;
        files::tell(unit, (&done.record_type, done.record), &done.refused)
    });
    // Where the record takes none, the mail is still kept.
    if let Err(error) = attached.await {
        tracing::warn!(mail = %mail.id, %error, "the raw mail does not stand with its record");
    }
    Ok(Became::Record)
}

/// The request of the mail's sender, with their rights.
async fn sender(
    run: &Run,
    with: &MailIn,
    (mail, read): (&Mail, &Incoming),
) -> Result<Ctx, Failure> {
    let address = read.from.clone();
    let address = address.ok_or_else(|| Failure::Fail("it names no sender".to_owned()))?;
    let system = run.engine.system_ctx(with.tenant, Surface::Mail);
    let (asked, instead, given) = (address.clone(), with.unknown_as.clone(), mail.taken_as);
    let found = run.engine.read(&system, move |reading| {
        if let Some(person) = given {
            return actor::load(reading, person);
        }
        for address in [Some(&asked), instead.as_ref()].into_iter().flatten() {
            if let Some(person) = reading.person_of_address(address)? {
                return actor::load(reading, person);
            }
        }
        Ok(None)
    });
    let Some((actor, preferences)) = found.await? else {
        let parked = format!("nobody here has the address {address}");
        return Err(Failure::Fail(parked));
    };
    let language = preferences.language;
    Ok(Ctx {
        actor,
        language: language.unwrap_or_else(|| system.language.clone()),
        ..system
    })
}

/// Puts a private file to a record, once.
fn attach(
    unit: &mut Unit<'_, '_>,
    (type_name, record): (&str, Uuid),
    blob: &BlobRef,
) -> Result<()> {
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
