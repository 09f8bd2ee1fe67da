//! Files of a mail: recognised and held against the limits like any other, and kept before they are referred to.

use base::{Error, Message, Refused, Result, Uuid};
use engine::system::attachment::{self, BlobRef};
use engine::system::blob::{confirm, register};
use engine::{Action, Change, Comment, Ctx, Unit, Visibility};
use flow::file_type::{clean_name, recognise};
use mail::MailFile;
use ui::label::say;
use ui::message::Language;
use ui::text;

use super::MailIn;
use crate::handler::{Failure, Run};

/// A file that is not taken, and why.
#[derive(Clone, Debug)]
pub(super) struct NotTaken {
    pub(super) name: String,
    pub(super) why: Message,
}

/// Keeps the files that are taken, in their order; the others are named with the reason.
pub(super) async fn keep(
    run: &Run,
    with: &MailIn,
    ctx: &Ctx,
    files: &[MailFile],
) -> Result<(Vec<BlobRef>, Vec<NotTaken>), Failure> {
    let most = attachment::limits(ctx)?.at_once;
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    for file in files {
        let result = if kept.len() < most {
            keep_one(run, with, ctx, file).await
        } else {
            let message = Message::new("attachment-too-many-at-once").with("most", most);
            Err(Refused::field("file", message).into())
        };
        match result {
            Ok(blob) => kept.push(blob),
            Err(Error::Refused(problem @ (Refused::Invalid(_) | Refused::TooLarge(_)))) => {
                refused.push(NotTaken {
                    name: file.name.clone(),
                    why: message_of(problem),
                });
            }
            Err(other) => return Err(other.into()),
        }
    }
    // Files are listed by their ids.
    let mut ids: Vec<Uuid> = kept.iter().map(|it| it.id).collect();
    ids.sort_unstable();
    for (blob, id) in kept.iter_mut().zip(ids) {
        blob.id = id;
    }
    Ok((kept, refused))
}

fn message_of(problem: Refused) -> Message {
    match problem {
        Refused::Invalid(mut problems) if !problems.is_empty() => problems.remove(0).message,
        Refused::TooLarge(message) => message,
        _ => Message::new("attachment-empty"),
    }
}

async fn keep_one(run: &Run, with: &MailIn, ctx: &Ctx, file: &MailFile) -> Result<BlobRef> {
    let name = clean_name(&file.name)?;
    let (tenant, now) = (with.tenant, run.now);
    let limits = attachment::limits(ctx)?;
    if u64::try_from(file.content.len()).is_ok_and(|it| it > limits.bytes) {
        let kilobytes = limits.bytes / 1024;
        let message = Message::new("attachment-too-large-small").with("most", kilobytes);
        return Err(Refused::TooLarge(message.with("name", &name)).into());
    }
    let id = run.engine.ids().next(now);
    let mut incoming = with.blobs.receive(id).await?;
    incoming.write(&file.content).await?;
    let received = incoming.finish().await?;
    // What the sender's program says of it counts for nothing; its name and its first bytes do.
    let media_type = recognise(&name, "", &received.head, &attachment::types(ctx)?)?;
    let blob = BlobRef {
        id,
        sha256: received.sha256.clone(),
        bytes: i64::try_from(received.bytes).unwrap_or(i64::MAX),
        media_type,
        name,
    };
    let (asked, noted) = (blob.clone(), blob.clone());
    let room = run
        .engine
        .read(ctx, move |reading| attachment::make_room(reading, &asked));
    room.await?;
    let note = run
        .engine
        .write(ctx, move |unit| register(unit.tx, tenant, &noted, now));
    note.await?;
    with.blobs.keep(tenant, &received).await?;
    let sha256 = blob.sha256.clone();
    let confirmed = run
        .engine
        .store()
        .write(move |tx| confirm(tx, tenant, &sha256, now));
    confirmed.await?;
    Ok(blob)
}

/// Puts a private file to a record, once.
pub(super) fn attach(
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

/// Says in a private note which files were not taken; they stand in the raw mail.
pub(super) fn tell(
    unit: &mut Unit<'_, '_>,
    (type_name, record): (&str, Uuid),
    refused: &[NotTaken],
) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let language = Language::from_tag(&unit.ctx.language);
    let lines = refused
        .iter()
        .map(|it| format!("- {}: {}", it.name, say(&language, &it.why)));
    let lines = lines.collect::<Vec<_>>().join("\n");
    let note = Comment {
        visibility: Visibility::Private,
        ..Comment::public(text!(&language, "mail-in-files-not-taken", files = lines))
    };
    let change = Change::of(type_name, record, Action::Comment).with_comment(note);
    unit.apply(change).map(|_| ())
}
