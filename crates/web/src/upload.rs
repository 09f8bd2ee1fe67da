//! Files that come in: streamed into the store's temporary folder, never held in memory, gone where the
//! upload breaks off.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use base::{Error, Message, Refused, Result};
use blobs::{Blobs, Received};
use bytes::Bytes;
use engine::Ctx;
use engine::system::attachment::{self, BlobRef, Limits, Types};
use futures::{Stream, StreamExt as _};
use multer::Multipart;

use crate::file_type::{clean_name, recognise};
use crate::{AppState, Failure, FormData};

/// Longest time for a whole upload; how long it may pause is the limit of a request.
pub(crate) const LONGEST: Duration = Duration::from_secs(15 * 60);

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
        let most = self.limits.bytes / 1024;
        Refused::TooLarge(
            Message::new("attachment-too-large")
                .with("name", name)
                .with("most", most),
        )
    }
}

/// Whether a request brings a file, and so may take its time.
pub(crate) fn is_upload(path: &str, headers: &HeaderMap) -> bool {
    boundary(headers).is_some() || path.ends_with("/attachments")
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
    receive(state, rules, (name, declared), body.into_data_stream()).await
}

/// Takes a form with files. Before the first file is taken, `allow` looks at the fields that came before it.
pub(crate) async fn receive_form(
    state: &AppState,
    rules: &Rules,
    (headers, body): (&HeaderMap, Body),
    allow: impl Fn(&FormData) -> Result<(), Refused>,
) -> Result<(FormData, Vec<Upload>), Failure> {
    let broken = |_| Refused::BadRequest(Message::new("body-broken-off"));
    let boundary =
        boundary(headers).ok_or_else(|| Refused::BadRequest(Message::new("body-broken-off")))?;
    let mut parts = Multipart::new(body.into_data_stream(), boundary);
    let (mut fields, mut uploads) = (Vec::new(), Vec::new());
    let mut space = state.config().body_limit;
    while let Some(mut part) = patient(state, parts.next_field()).await?.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            // A browser sends the field of files also where nobody chose one.
            Some(file) if file.is_empty() => {}
            Some(file) => {
                allow(&FormData::from_pairs(fields.clone()))?;
                if uploads.len() == rules.limits.at_once {
                    let message = Message::new("attachment-too-many-at-once");
                    return Err(
                        Refused::field("file", message.with("most", rules.limits.at_once)).into(),
                    );
                }
                let declared = part
                    .content_type()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let named = (clean_name(&file)?, declared.as_str());
                uploads.push(receive(state, rules, named, part).await?);
            }
            None => {
                let mut value = Vec::new();
                while let Some(bytes) = patient(state, part.chunk()).await?.map_err(broken)? {
                    space = space.checked_sub(bytes.len()).ok_or_else(|| {
                        Refused::TooLarge(
                            Message::new("body-too-large").with("most", state.config().body_limit),
                        )
                    })?;
                    value.extend_from_slice(&bytes);
                }
                let unreadable =
                    |_| Refused::BadRequest(Message::new("text-not-utf8").with("field", &name));
                let value = String::from_utf8(value).map_err(unreadable)?;
                if value.contains('\0') {
                    return Err(Refused::field(name, Message::new("text-with-nul")).into());
                }
                fields.push((name, value));
            }
        }
    }
    Ok((FormData::from_pairs(fields), uploads))
}

/// Moves files into the store, so that a change may refer to them.
pub(crate) async fn keep(state: &AppState, ctx: &Ctx, uploads: &[Upload]) -> Result<Vec<BlobRef>> {
    let mut kept = Vec::with_capacity(uploads.len());
    for upload in uploads {
        let blob = BlobRef {
            id: state.engine().ids().next(ctx.now),
            sha256: upload.received.sha256.clone(),
            bytes: i64::try_from(upload.received.bytes).unwrap_or(i64::MAX),
            media_type: upload.media_type.clone(),
            name: upload.name.clone(),
        };
        let noted = blob.clone();
        let note = state.engine().write(ctx, move |unit| {
            attachment::register(unit.tx, unit.ctx.tenant, &noted, unit.ctx.now)
        });
        note.await?;
        store(state)?.keep(ctx.tenant, &upload.received).await?;
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
) -> Result<Upload, Failure> {
    let id = state.engine().ids().next(state.engine().now());
    let mut incoming = store(state)?.receive(id).await?;
    while let Some(part) = patient(state, parts.next()).await? {
        let part = part.map_err(|_| Refused::BadRequest(Message::new("body-broken-off")))?;
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
    let broken = |_| Refused::BadRequest(Message::new("body-broken-off"));
    tokio::time::timeout(state.config().request_limit, next)
        .await
        .map_err(broken)
}
