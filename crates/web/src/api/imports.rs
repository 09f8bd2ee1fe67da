//! Imports of files, for those who administer them: ordered here, done by a job, asked for until they are over.

use axum::Json as JsonBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Message, Refused, Result, Timestamp, Uuid};
use engine::system::import_run::ImportRun;
use engine::{Reading, Unit};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::id;
use super::idempotency::{self, Answer, Once};
use super::list::wrong;
use super::newest::Newest;
use crate::administration::import_mapping::{guess, mapping};
use crate::administration::imports::{AREA, ReadAs, Whence, content, newest, order};
use crate::auth::Proof;
use crate::body::{read_json, typed};
use crate::{AppState, Failure, FormData};

/// Which file is to be imported, and how.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderBody {
    #[serde(default)]
    upload: Option<Uuid>,
    #[serde(default)]
    import: Option<Uuid>,
    #[serde(default)]
    mapping: Option<Json>,
    #[serde(default)]
    dry_run: bool,
}

/// The one file that is named.
fn whence(upload: Option<Uuid>, import: Option<Uuid>) -> Result<Whence, Refused> {
    match (upload, import) {
        (Some(id), None) => Ok(Whence::Upload(id)),
        (None, Some(id)) => Ok(Whence::Import(id)),
        _ => Err(Refused::field("upload", Message::new("import-one-file"))),
    }
}

/// `POST /imports`
pub(super) async fn begin(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<Response, Failure> {
    caller.ctx.require_area(AREA)?;
    let key = idempotency::key(request.headers())?;
    let json = read_json(&state, request).await?;
    let body: OrderBody = typed(json.clone())?;
    let whence = whence(body.upload, body.import)?;
    let mapping = body.mapping.map(|it| match it {
        Json::String(text) => text,
        object => object.to_string(),
    });
    let token = match &caller.proof {
        Proof::Token(token) => Some(token.id),
        Proof::Session(_) => None,
    };
    let once = key.map(|it| Once::new(&caller, it, ("import", ""), &json));
    let write = move |unit: &mut Unit<'_, '_>| {
        let begin = |unit: &mut Unit<'_, '_>| {
            let run = order(unit, whence, mapping.clone(), (body.dry_run, token))?;
            Ok(Answer {
                location: Some(format!("/api/v1/imports/{}", run.id)),
                ..Answer::new(StatusCode::ACCEPTED, describe(&run))
            })
        };
        match &once {
            Some(once) => once.within(unit, begin),
            None => begin(unit),
        }
    };
    let answer = state.engine().write(&caller.ctx, write).await?;
    Ok(answer.into_response())
}

/// `GET /imports/columns?upload=…&type=…`
pub(super) async fn columns(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    parameters.only(&["upload", "import", "type", "sheet"])?;
    let given = |name: &'static str| {
        let text = parameters.get(name).filter(|it| !it.is_empty());
        text.map(|it| id(it, name)).transpose()
    };
    let whence = whence(given("upload")?, given("import")?)?;
    let read_as = ReadAs {
        sheet: parameters.get("sheet").map(str::to_owned),
    };
    let content = content(&state, &caller.ctx, whence, read_as).await?;
    let guessed = match parameters.get("type") {
        None => Json::Null,
        Some(name) => {
            let of = caller.ctx.record_type(name);
            let of = of.filter(|it| caller.ctx.may_somewhere(&it.name, "read"));
            let unknown = || wrong("type", name, "the name of a type");
            let (of, language) = (of.ok_or_else(unknown)?, &caller.language);
            let chosen = guess(&caller.ctx, language, &of, &content);
            mapping(&caller.ctx, language, &of, &content, &chosen)
        }
    };
    let columns = content.columns.iter();
    let columns: Vec<Json> = columns
        .map(|(name, samples)| json!({ "name": name, "samples": samples }))
        .collect();
    Ok(JsonBody(
        json!({ "file": content.file.name, "columns": columns, "mapping": guessed }),
    ))
}

/// `GET /imports`
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    parameters.only(&["limit", "after"])?;
    let page = Newest::asked(&parameters)?;
    let (after, rows) = (page.after, page.rows());
    let read = move |reading: &mut Reading<'_, '_>| newest(reading, after, rows);
    let mut found = state.engine().read(&caller.ctx, read).await?;
    let next = page.cut(&mut found, |it| (it.created_at, it.id));
    let imports: Vec<Json> = found.iter().map(describe).collect();
    Ok(JsonBody(json!({ "imports": imports, "next": next })))
}

/// `GET /imports/{id}`
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    let key = id(&key, "id")?;
    let read = move |reading: &mut Reading<'_, '_>| flow::import::find(reading, key);
    let run = state.engine().read(&caller.ctx, read).await?;
    Ok(JsonBody(describe(&run)))
}

/// `POST /imports/{id}/cancel`
pub(super) async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    idempotency::refuse_key(request.headers())?;
    let key = id(&key, "id")?;
    let write = move |unit: &mut Unit<'_, '_>| {
        let run = flow::import::find(&mut unit.reading(), key)?;
        flow::import::cancel(unit, run.id)?;
        flow::import::find(&mut unit.reading(), key)
    };
    let run = state.engine().write(&caller.ctx, write).await?;
    Ok(JsonBody(describe(&run)))
}

fn describe(run: &ImportRun) -> Json {
    let moment = |it: Option<Timestamp>| it.map(|it| it.to_string());
    json!({
        "id": run.id,
        "file": run.name,
        "bytes": run.bytes,
        "sha256": run.sha256,
        "mapping": run.mapping,
        "dry_run": run.dry_run,
        "state": run.state.code(),
        "read": run.read,
        "done": run.done,
        "rejected": run.rejected,
        "report": run.report,
        "problem": run.problem,
        "ordered_by": run.person,
        "created_at": run.created_at.to_string(),
        "started_at": moment(run.started_at),
        "finished_at": moment(run.finished_at),
    })
}
