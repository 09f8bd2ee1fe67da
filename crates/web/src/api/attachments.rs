//! Files of a record: added, sent ahead, listed, fetched, taken away.

use std::collections::BTreeMap;

use axum::Json as JsonBody;
use axum::body::Body;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Message, Refused, Result, Uuid};
use engine::read::Titles;
use engine::system::attachment::{Attachment, BlobRef, limits};
use engine::system::upload;
use engine::{Action, Change, Ctx, Reading, Visibility};
use serde_json::{Value as Json, json};

use super::asked::About;
use super::caller::Caller;
use super::change::id;
use super::idempotency::{self, Answer, Once};
use super::render::reference;
use crate::download::download;
use crate::origins::origins;
use crate::upload::{Rules, Upload, boundary, keep, receive_body, receive_form};
use crate::{AppState, Failure, FormData};

/// `POST /{type}/{id}/attachments`: the body is the file, or a form with files.
pub(super) async fn add(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let about = About::from_request_parts(&mut parts, &state).await?;
    about.parameters.only(&["name", "visibility", "reason"])?;
    let key = idempotency::key(&parts.headers)?;
    let is_private = match about.parameters.get("visibility") {
        None | Some("public") => false,
        Some("private") => true,
        Some(other) => {
            let message = Message::new("attachment-visibility-wrong").with("given", other);
            return Err(Refused::BadRequest(message).into());
        }
    };
    let record = allowed(&about).await?;
    let name = about.parameters.get("name").unwrap_or_default();
    let uploads = received(&state, &about.caller.ctx, name, (&parts.headers, body)).await?;
    let mut change = Change::of(about.name(), record, Action::Attach);
    change.reason = about.parameters.get("reason").map(str::to_owned);
    change.files_are_private = is_private;
    let digests: BTreeMap<_, _> = uploads.iter().map(|it| it.digest()).collect();
    let asked = json!({ "files": digests, "private": is_private });
    let target = format!("{}/{}", about.name(), about.part("id"));
    let once = key.map(|it| Once::new(&about.caller, it, ("attach", &target), &asked));
    change.files = keep(&state, &about.caller.ctx, &uploads).await?;
    let (of, name) = (about.of.clone(), about.name());
    let write = move |unit: &mut engine::Unit<'_, '_>| {
        let attach = |unit: &mut engine::Unit<'_, '_>| {
            unit.apply(change.clone())?;
            let mut reading = unit.reading();
            let all = reading.attachments(&of, record)?;
            let added = |it: &&Attachment| change.files.iter().any(|file| file.id == it.blob.id);
            let added: Vec<Attachment> = all.iter().filter(added).cloned().collect();
            Ok(Answer::new(
                StatusCode::CREATED,
                listed(&mut reading, &added)?,
            ))
        };
        match &once {
            Some(once) => once.within(unit, attach),
            None => attach(unit),
        }
    };
    let answer = state.write(&about.caller.ctx, &name, write).await?;
    Ok(answer.into_response())
}

/// The files of a request: its whole body, or those of a form.
async fn received(
    state: &AppState,
    ctx: &Ctx,
    name: &str,
    (headers, body): (&HeaderMap, Body),
) -> Result<Vec<Upload>, Failure> {
    let rules = Rules::of(ctx)?;
    if boundary(headers).is_none() {
        return Ok(vec![
            receive_body(state, &rules, name, (headers, body)).await?,
        ]);
    }
    let form = receive_form(state, &rules, (headers, body), |_| Ok(())).await?;
    form.fields.sound().map_err(Refused::from)?;
    match form.refused.into_iter().next() {
        Some(refused) => Err(refused.into()),
        None => Ok(form.files),
    }
}

/// `POST /uploads`: files for a comment that comes afterwards and names them.
pub(super) async fn send_ahead(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &state).await?;
    let parameters = FormData::of_query(parts.uri.query())?;
    parameters.only(&["name"])?;
    idempotency::refuse_key(&parts.headers)?;
    let ctx = &caller.ctx;
    // Nobody sends megabytes in vain.
    let mut types = ctx.snapshot.dictionary.types();
    if !types.any(|it| ctx.may_somewhere(&it.name, "attach")) {
        let message = Message::new("forbidden-action").with("action", "attach");
        return Err(Refused::Forbidden(message.with("type", "upload")).into());
    }
    let limits = limits(ctx)?;
    let room = state.engine().read(ctx, move |reading| {
        let whose = (reading.ctx.tenant, reading.ctx.actor.person);
        upload::check_room(reading.tx, whose, &[], (&limits, reading.ctx.now))
    });
    room.await?;
    let name = parameters.get("name").unwrap_or_default();
    let uploads = received(&state, ctx, name, (&parts.headers, body)).await?;
    if uploads.is_empty() {
        return Err(Refused::field("file", Message::new("refused-required")).into());
    }
    let files = keep(&state, ctx, &uploads).await?;
    let kept = files.clone();
    let write = move |unit: &mut engine::Unit<'_, '_>| {
        let whose = (unit.ctx.tenant, unit.ctx.actor.person);
        upload::keep(unit.tx, whose, &kept, (&limits, unit.ctx.now))
    };
    state.engine().write(ctx, write).await?;
    let until = ctx.now.plus_micros(upload::WAITS_MICROS).to_string();
    let told = |it: &BlobRef| {
        json!({
            "id": it.id, "name": it.name, "media_type": it.media_type, "bytes": it.bytes, "sha256": it.sha256,
            "until": until,
        })
    };
    let told: Vec<Json> = files.iter().map(told).collect();
    Ok((StatusCode::CREATED, JsonBody(json!({ "uploads": told }))).into_response())
}

/// `GET /{type}/{id}/attachments`
pub(super) async fn list(about: About) -> Result<JsonBody<Json>, Failure> {
    about.parameters.only(&[])?;
    let (of, record) = (about.of.clone(), about.record().await?);
    let read = about.read(move |reading| {
        let all = reading.attachments(&of, record)?;
        let mut told = listed(reading, &all)?;
        // What came along from elsewhere is fetched there.
        for origin in origins(reading, (&of.name, record), None)? {
            let from = json!({
                "id": origin.record,
                "type": origin.title.record_type,
                "number": origin.title.number,
                "title": origin.title.title,
            });
            let mut there = listed(reading, &origin.files)?;
            for file in there["attachments"].as_array_mut().into_iter().flatten() {
                file["origin"] = from.clone();
            }
            if let (Some(all), Some(there)) = (
                told["attachments"].as_array_mut(),
                there["attachments"].as_array_mut(),
            ) {
                all.append(there);
            }
        }
        Ok(told)
    });
    Ok(JsonBody(read.await?))
}

/// `GET /{type}/{id}/attachments/{attachment}`: the content.
pub(super) async fn fetch(about: About) -> Result<Response, Failure> {
    about.parameters.only(&[])?;
    let wanted = attachment(&about)?;
    let (of, record) = (about.of.clone(), about.record().await?);
    let found = about
        .read(move |reading| reading.attachment(&of, record, wanted))
        .await?;
    download(&about.state, &about.caller.ctx, &found.blob, &about.headers).await
}

/// `DELETE /{type}/{id}/attachments/{attachment}`
pub(super) async fn remove(about: About) -> Result<StatusCode, Failure> {
    about.parameters.only(&["reason"])?;
    let wanted = attachment(&about)?;
    about.take_away(Action::Detach(wanted)).await
}

fn attachment(about: &About) -> Result<Uuid, Refused> {
    id(about.part("attachment"), "attachment")
}

/// The record, once it is clear that the caller may add files to it: nobody sends megabytes in vain.
async fn allowed(about: &About) -> Result<Uuid, Failure> {
    let (of, record) = (about.of.clone(), about.record().await?);
    let may = about.read(move |reading: &mut Reading<'_, '_>| {
        let standing = reading.standing(&of, record)?;
        Ok(standing.may(reading.ctx, &of.name, "attach"))
    });
    if may.await? {
        return Ok(record);
    }
    let message = Message::new("forbidden-action").with("action", "attach");
    Err(Refused::Forbidden(message.with("type", about.name())).into())
}

fn listed(reading: &mut Reading<'_, '_>, all: &[Attachment]) -> Result<Json> {
    let people = all
        .iter()
        .map(|it| it.by)
        .filter(|it| !it.is_nil())
        .collect();
    let titles = reading.titles_of(&people)?;
    let all: Vec<Json> = all.iter().map(|it| describe(it, &titles)).collect();
    Ok(json!({ "attachments": all }))
}

fn describe(file: &Attachment, titles: &Titles) -> Json {
    json!({
        "id": file.blob.id,
        "name": file.blob.name,
        "media_type": file.blob.media_type,
        "bytes": file.blob.bytes,
        "sha256": file.blob.sha256,
        "visibility": if file.visibility == Visibility::Private { "private" } else { "public" },
        "comment": file.journal_entry,
        "at": file.at.to_string(),
        "by": (!file.by.is_nil()).then(|| reference(file.by, titles)),
    })
}
