//! Takes mails from a mailbox, in the order in which they came: each becomes a comment or a new record, in the name
//! of its sender.
//!
//! The raw mail is kept before it is marked as seen, and stands with the record as a private file. What cannot be
//! taken is parked with the reason until somebody decides. What a program wrote makes nothing and is kept.

mod files;
mod taking;

use std::sync::Arc;
use std::time::Duration;

use base::{Result, Uuid};
use blobs::Blobs;
use engine::system::actor::{self, Preferences};
use engine::system::attachment::BlobRef;
use engine::system::blob::{confirm, register};
use engine::system::mail::{self as incoming, Mail, MailState};
use engine::{Actor, Ctx, Reading, Surface};
use futures::TryStreamExt as _;
use mail::{Incoming, Mailbox, further_id, incoming_id};
use serde_json::Value as Json;

use crate::config::micros;
use crate::handler::{Failure, Handler, Run};

use taking::{Became, Behind, Made};

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
            kept.map_err(Failure::into_text)
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
async fn keep(run: &Run, with: &MailIn, uid: u32, raw: &[u8]) -> Result<(), Failure> {
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
    place(run, with, mail, raw).await
}

/// Gives a mail its place. Some senders give one Message-ID to all that they send. What says something else than the
/// mail that has its place is a mail of its own, and has its turn like any other: nothing is said twice by it, and
/// parked it would wait for somebody each time such a sender writes.
async fn place(run: &Run, with: &MailIn, mut mail: Mail, raw: &[u8]) -> Result<(), Failure> {
    let store = run.engine.store();
    let (first, now) = (mail.clone(), run.now);
    let made = store.write(move |tx| -> Result<bool> {
        confirm(tx, first.tenant, &first.sha256, now)?;
        incoming::note(tx, &first)
    });
    if made.await? {
        return Ok(());
    }
    let (tenant, id) = (mail.tenant, mail.id);
    let there = store.read(move |tx| incoming::find(tx, tenant, id)).await?;
    let (Some(there), Some(read)) = (there, Incoming::read(raw, &with.own_address)) else {
        return Ok(());
    };
    if there.sha256 == mail.sha256 || is_copy(with, &there, (&mail, &read)).await? {
        return Ok(());
    }
    let known_by = mail.message_id.as_deref().unwrap_or_default();
    mail.id = further_id(known_by, &mail.sender, read.says());
    store.write(move |tx| incoming::note(tx, &mail)).await?;
    Ok(())
}

/// Whether a mail says what the one says that has its place.
async fn is_copy(
    with: &MailIn,
    there: &Mail,
    (mail, read): (&Mail, &Incoming),
) -> Result<bool, Failure> {
    let bytes = u64::try_from(there.bytes).unwrap_or_default();
    match content(with, &there.sha256, bytes).await {
        Ok(raw) => {
            let earlier = Incoming::read(&raw, &with.own_address);
            Ok(earlier.is_some_and(|it| it.says() == read.says()))
        }
        // Somebody threw it away: how it began is all that is left of it.
        Err(Failure::Fail(_)) => Ok((&there.subject, &there.excerpt, there.sent_at)
            == (&mail.subject, &mail.excerpt, mail.sent_at)),
        Err(failed) => Err(failed),
    }
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
        taken_by: None,
        decided_at: None,
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
    place(&run, &with, mail, &raw).await
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
    let (ctx, behind) = sender(run, with, (mail, &read)).await?;
    let (files, refused) = files::keep(run, with, &ctx, &read.files).await?;
    let made = Made {
        opens: with.opens,
        mail: mail.clone(),
        raw: blob_of(run.engine.ids().next(run.now), &mail.sha256, raw.len()),
        read: Arc::new(read),
        behind,
        files,
        refused,
    };
    match taking::take(run, &ctx, made).await? {
        true => Ok(Became::Record),
        false => Ok(Became::Nothing("it says nothing")),
    }
}

/// In whose name a mail is taken.
enum Found {
    /// Theirs, for that reason.
    Somebody(Box<((Actor, Preferences), Behind)>),
    /// Nobody's: they have left.
    Left(String),
    /// Nobody's.
    Nobody,
}

/// The request of the mail's sender, with their rights, and who stands behind it where that is not the sender alone.
async fn sender(
    run: &Run,
    with: &MailIn,
    (mail, read): (&Mail, &Incoming),
) -> Result<(Ctx, Behind), Failure> {
    let address = read.from.clone();
    let address = address.ok_or_else(|| Failure::Fail("it names no sender".to_owned()))?;
    let system = run.engine.system_ctx(with.tenant, Surface::Mail);
    let (asked, instead, mail) = (address.clone(), with.unknown_as.clone(), mail.clone());
    let found = run.engine.read(&system, move |reading| {
        find(reading, &mail, (&asked, instead.as_deref()))
    });
    let ((actor, preferences), behind) = match found.await? {
        Found::Somebody(found) => *found,
        Found::Left(name) => {
            let parked = format!("{name}, whose address {address} is, has left");
            return Err(Failure::Fail(parked));
        }
        Found::Nobody => {
            let parked = format!("nobody here has the address {address}");
            return Err(Failure::Fail(parked));
        }
    };
    let language = preferences.language;
    let ctx = Ctx {
        actor,
        language: language.unwrap_or_else(|| system.language.clone()),
        ..system
    };
    Ok((ctx, behind))
}

/// Whose mail it is: theirs for whom somebody decided, else theirs who have its address, else theirs who stand in
/// for strangers.
fn find(
    reading: &mut Reading<'_, '_>,
    mail: &Mail,
    (address, instead): (&str, Option<&str>),
) -> Result<Found> {
    let own = reading.person_of_address(address)?;
    let person = match mail.taken_as.or(own) {
        Some(person) => Some(person),
        None => match instead {
            Some(instead) => reading.person_of_address(instead)?,
            None => None,
        },
    };
    let Some(person) = person else {
        return Ok(Found::Nobody);
    };
    let Some(loaded) = actor::load(reading, person)? else {
        let titles = reading.titles_of(&[person].into())?;
        let name = titles.get(person).map(|it| it.title.clone());
        return Ok(name.map_or(Found::Nobody, Found::Left));
    };
    let decided = mail.taken_by.filter(|_| mail.taken_as.is_some());
    let taken_by = match decided {
        Some(by) => {
            let titles = reading.titles_of(&[by].into())?;
            let name = titles.get(by).map(|it| it.title.clone());
            Some(name.unwrap_or_else(|| by.to_string()))
        }
        None => None,
    };
    let behind = Behind {
        is_sender: own == Some(person) && mail.taken_as.is_none(),
        taken_by,
    };
    Ok(Found::Somebody(Box::new((loaded, behind))))
}
