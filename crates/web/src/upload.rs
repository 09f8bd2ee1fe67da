//! Files that come in: streamed into the store's temporary folder, never held in memory, gone where the
//! upload breaks off.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use base::{Error, Message, Refused, Result, Uuid};
use blobs::{Blobs, Received};
use bytes::Bytes;
use engine::Ctx;
use engine::system::attachment::{self, BlobRef, Limits, Types};
use engine::system::blob;
use flow::file_type::{clean_name, recognise};
use futures::{Stream, StreamExt as _};
use multer::{Field, Multipart};

use crate::flawed::Read;
use crate::{AppState, Failure};

/// Longest time for a whole upload; how long it may pause is the limit of a request.
pub(crate) const LONGEST: Duration = Duration::from_secs(15 * 60);

/// How many times the largest file is read and thrown away for the sake of an answer.
const PATIENT_WITH: u64 = 8;

/// A form with files.
pub(crate) struct Form {
    /// What was typed.
    pub(crate) fields: Read,
    /// The files that were taken.
    pub(crate) files: Vec<Upload>,
    /// Why others were not.
    pub(crate) refused: Vec<Refused>,
}

/// A file that came whole.
pub(crate) struct Upload {
    name: String,
    media_type: String,
    received: Received,
}

impl Upload {
    /// What tells it apart from others, for requests that are sent again.
    pub(crate) fn digest(&self) -> (&str, &str) {
        (&self.name, &self.received.sha256)
    }
}

/// What is taken, as settings say it.
pub(crate) struct Rules {
    limits: Limits,
    types: Types,
}

impl Rules {
    /// The rules in force.
    pub(crate) fn of(ctx: &Ctx) -> Result<Self> {
        Ok(Self {
            limits: attachment::limits(ctx)?,
            types: attachment::types(ctx)?,
        })
    }

    fn too_large(&self, name: &str) -> Refused {
        let kilobytes = self.limits.bytes / 1024;
        let message = if kilobytes.is_multiple_of(1024) {
            Message::new("attachment-too-large").with("most", kilobytes / 1024)
        } else {
            Message::new("attachment-too-large-small").with("most", kilobytes)
        };
        Refused::TooLarge(message.with("name", name))
    }
}

/// Whether a request brings a file, and so may take its time.
pub(crate) fn is_upload(path: &str, headers: &HeaderMap) -> bool {
    boundary(headers).is_some() || path.ends_with("/attachments") || path.ends_with("/uploads")
}

/// Takes the whole body as one file.
pub(crate) async fn receive_body(
    state: &AppState,
    rules: &Rules,
    name: &str,
    (headers, body): (&HeaderMap, Body),
) -> Result<Upload, Failure> {
    let name = clean_name(name)?;
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|it| it.parse::<u64>().ok());
    if length.is_some_and(|it| it > rules.limits.bytes) {
        return Err(rules.too_large(&name).into());
    }
    let declared = text(header::CONTENT_TYPE).unwrap_or_default();
    let body = body.into_data_stream();
    Ok(receive(state, rules, (name, declared), body).await?)
}

/// Takes a form with files. Before the first file is taken, `allow` looks at the fields that came before it.
/// A file that is refused is read to its end, so that a browser gets to see the answer.
pub(crate) async fn receive_form(
    state: &AppState,
    rules: &Rules,
    (headers, body): (&HeaderMap, Body),
    allow: impl Fn(&Read) -> Result<(), Refused>,
) -> Result<Form, Failure> {
    let boundary =
        boundary(headers).ok_or_else(|| Refused::BadRequest(Message::new("body-broken-off")))?;
    let mut parts = Multipart::new(body.into_data_stream(), boundary);
    let (mut fields, mut space) = (Read::default(), state.config().body_limit);
    let (mut files, mut refused) = (Vec::new(), Vec::new());
    let mut spare = rules.limits.bytes.saturating_mul(PATIENT_WITH);
    while let Some(mut part) = patient(state, parts.next_field())
        .await?
        .map_err(broken_off)?
    {
        match part.file_name().map(str::to_owned) {
            // A browser sends the field of files also where nobody chose one.
            Some(file) if file.is_empty() => {}
            Some(file) => {
                allow(&fields)?;
                let taken = files.len() + refused.len();
                match receive_part(state, rules, (&file, taken), &mut part).await {
                    Ok(upload) => files.push(upload),
                    Err(Error::Refused(problem @ (Refused::Invalid(_) | Refused::TooLarge(_)))) => {
                        refused.push(problem)
                    }
                    Err(other) => return Err(other.into()),
                }
                while let Some(bytes) = patient(state, part.chunk()).await?.map_err(broken_off)? {
                    spare = spare
                        .checked_sub(bytes.len() as u64)
                        .ok_or_else(|| rules.too_large(&file))?;
                }
            }
            None => {
                let name = part.name().unwrap_or_default().to_owned();
                let value = text(state, &mut part, &mut space).await?;
                fields.put(name.as_bytes(), &value)?;
            }
        }
    }
    Ok(Form {
        fields,
        files,
        refused,
    })
}

async fn receive_part(
    state: &AppState,
    rules: &Rules,
    (file, taken): (&str, usize),
    part: &mut Field<'_>,
) -> Result<Upload> {
    let most = rules.limits.at_once;
    if taken >= most {
        let message = Message::new("attachment-too-many-at-once").with("most", most);
        return Err(Refused::field("file", message).into());
    }
    let declared = part.content_type().map(ToString::to_string);
    let named = (clean_name(file)?, declared.as_deref().unwrap_or_default());
    receive(state, rules, named, part).await
}

async fn text(
    state: &AppState,
    part: &mut Field<'_>,
    space: &mut usize,
) -> Result<Vec<u8>, Refused> {
    let most = state.config().body_limit;
    let mut value = Vec::new();
    while let Some(bytes) = patient(state, part.chunk()).await?.map_err(broken_off)? {
        let too_large = || Refused::TooLarge(Message::new("body-too-large").with("most", most));
        *space = space.checked_sub(bytes.len()).ok_or_else(too_large)?;
        value.extend_from_slice(&bytes);
    }
    Ok(value)
}

/// Moves files into the store, so that a change may refer to them.
pub(crate) async fn keep(state: &AppState, ctx: &Ctx, uploads: &[Upload]) -> Result<Vec<BlobRef>> {
    let mut kept = Vec::with_capacity(uploads.len());
    // In the order in which they were sent, since files are listed by their ids.
    let mut ids: Vec<Uuid> = uploads
        .iter()
        .map(|_| state.engine().ids().next(ctx.now))
        .collect();
    ids.sort_unstable();
    for (upload, id) in uploads.iter().zip(ids) {
        let blob = BlobRef {
            id,
            sha256: upload.received.sha256.clone(),
            bytes: i64::try_from(upload.received.bytes).unwrap_or(i64::MAX),
            media_type: upload.media_type.clone(),
            name: upload.name.clone(),
        };
        let (asked, noted) = (blob.clone(), blob.clone());
        let room = state
            .engine()
            .read(ctx, move |reading| attachment::make_room(reading, &asked));
        room.await?;
        let note = state.engine().write(ctx, move |unit| {
            blob::register(unit.tx, unit.ctx.tenant, &noted, unit.ctx.now)
        });
        note.await?;
        store(state)?.keep(ctx.tenant, &upload.received).await?;
        let sha256 = blob.sha256.clone();
        let confirm = state.engine().write(ctx, move |unit| {
            blob::confirm(unit.tx, unit.ctx.tenant, &sha256, unit.ctx.now)
        });
        confirm.await?;
        kept.push(blob);
    }
    Ok(kept)
}

/// The store of files.
pub(crate) fn store(state: &AppState) -> Result<&Blobs> {
    state
        .blobs()
        .ok_or_else(|| Error::failed("files cannot be kept", "no folder for them was given"))
}

/// The boundary of a form with files.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(given).ok()
}

async fn receive<E>(
    state: &AppState,
    rules: &Rules,
    (name, declared): (String, &str),
    mut parts: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Upload> {
    let id = state.engine().ids().next(state.engine().now());
    let mut incoming = store(state)?.receive(id).await?;
    while let Some(part) = patient(state, parts.next()).await? {
        let part = part.map_err(broken_off)?;
        if incoming.bytes() + part.len() as u64 > rules.limits.bytes {
            return Err(rules.too_large(&name).into());
        }
        incoming.write(&part).await?;
    }
    let received = incoming.finish().await?;
    let media_type = recognise(&name, declared, &received.head, &rules.types)?;
    Ok(Upload {
        name,
        media_type,
        received,
    })
}

/// Waits as long as a request may pause.
async fn patient<T>(state: &AppState, next: impl Future<Output = T>) -> Result<T, Refused> {
    tokio::time::timeout(state.config().request_limit, next)
        .await
        .map_err(broken_off)
}

fn broken_off<E>(_: E) -> Refused {
    Refused::BadRequest(Message::new("body-broken-off"))
}
