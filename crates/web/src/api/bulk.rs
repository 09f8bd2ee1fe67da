//! One act over many records: ordered here, done by a job, and asked for until it is over.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::Json as JsonBody;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Message, Problem, Refused, Result, Uuid};
use dictionary::filter::{Scope, from_json, parse};
use dictionary::{Filter, Value};
use engine::job;
use engine::read::Titles;
use engine::system::bulk::{self, BulkRun, RecordOutcome, RecordResult};
use engine::{Comment, Ctx, Reading, Unit};
use flow::bulk::{ACROSS, Act, Doing, Order, Preview};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::asked::{About, Asked};
use super::caller::Caller;
use super::change::{CommentBody, id};
use super::idempotency::{self, Answer, Once};
use super::list::wrong;
use super::newest::{Newest, limit};
use super::render::reference;
use crate::auth::Proof;
use crate::{AppState, Failure, FormData, say};

/// What is wanted, of which records.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    ids: Option<Vec<String>>,
    #[serde(default)]
    filter: Option<String>,
    #[serde(default)]
    filter_json: Option<Json>,
    #[serde(default)]
    change: Option<Map<String, Json>>,
    #[serde(default)]
    assign: Option<Map<String, Json>>,
    #[serde(default)]
    transition: Option<String>,
    /// Fields of the transition.
    #[serde(default)]
    fields: Map<String, Json>,
    #[serde(default)]
    delete: bool,
    #[serde(default)]
    restore: bool,
    #[serde(default)]
    comment: Option<CommentBody>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

/// `POST /{type}/bulk`, and `POST /records/bulk` for records of several types
pub(super) async fn begin(asked: Asked) -> Result<Response, Failure> {
    let mut body: Body = asked.body()?;
    let act = act(&asked, &mut body)?;
    let Asked {
        about,
        key,
        body: json,
    } = asked;
    flow::bulk::require(&about.caller.ctx, &about.of.name)?;
    let records = records(&about, &body).await?;
    let order = Order {
        record_type: about.name(),
        records,
        act,
        reason: body.reason.filter(|it| !it.trim().is_empty()),
        token: token(&about.caller),
    };
    if body.dry_run {
        let found = preview(&about.state, &about.caller.ctx, order).await?;
        return Ok(JsonBody(describe_preview(&about, found).await?).into_response());
    }
    let once = key.map(|it| Once::new(&about.caller, it, ("bulk", &about.name()), &json));
    let write = move |unit: &mut Unit<'_, '_>| {
        let begin = |unit: &mut Unit<'_, '_>| {
            let run = flow::bulk::begin(unit, &order)?;
            accepted(unit, &run)
        };
        match &once {
            Some(once) => once.within(unit, begin),
            None => begin(unit),
        }
    };
    let answer = about.state.engine().write(&about.caller.ctx, write).await?;
    Ok(answer.into_response())
}

fn accepted(unit: &mut Unit<'_, '_>, run: &BulkRun) -> Result<Answer> {
    Ok(Answer {
        location: Some(format!("/api/v1/bulk/{}", run.id)),
        ..Answer::new(StatusCode::ACCEPTED, shown_alone(&mut unit.reading(), run)?)
    })
}

/// The one act that the body names.
fn act(asked: &Asked, body: &mut Body) -> Result<Act, Failure> {
    let mut named: Vec<(Doing, Map<String, Json>)> = Vec::new();
    if let Some(fields) = body.change.take() {
        named.push((Doing::Change, fields));
    }
    if let Some(fields) = body.assign.take() {
        named.push((Doing::Assign, fields));
    }
    if let Some(name) = body.transition.take() {
        named.push((Doing::Transition(name), std::mem::take(&mut body.fields)));
    }
    if body.delete {
        named.push((Doing::Delete, Map::new()));
    }
    if body.restore {
        named.push((Doing::Restore, Map::new()));
    }
    if named.is_empty() && body.comment.is_some() {
        named.push((Doing::Comment, Map::new()));
    }
    let one = || Refused::BadRequest(Message::new("bulk-one-act"));
    let (doing, fields) = named.pop().ok_or_else(one)?;
    // Fields without a transition are for nobody.
    if !named.is_empty() || !body.fields.is_empty() {
        return Err(one().into());
    }
    let of = &asked.about.of;
    if let Doing::Transition(name) = &doing {
        let all = asked.about.caller.ctx.snapshot.dictionary.types();
        let all = all.map(|it| &**it).filter(|_| of.name == ACROSS);
        let mut lifecycles = all.chain([&**of]).filter_map(|it| it.lifecycle.as_ref());
        if !lifecycles.any(|it| it.transition(name).is_some()) {
            let message = Message::new("bulk-transition-unknown").with("name", name);
            return Err(Refused::field("transition", message).into());
        }
    }
    let set: BTreeMap<String, Value> = asked.values(&fields)?;
    let empty = matches!(doing, Doing::Change | Doing::Assign) && set.is_empty();
    if empty {
        let message = Message::new("bulk-no-fields");
        return Err(Refused::field(doing.name(), message).into());
    }
    let files = body.comment.as_ref().map(CommentBody::attachments);
    if files.is_some_and(|it| !it.is_empty()) {
        let message = Message::new("bulk-no-files");
        return Err(Refused::field("comment.attachments", message).into());
    }
    let comment = body.comment.take().map(Comment::from);
    Ok(Act::new(doing, &set, comment))
}

/// The records that the body means, frozen.
async fn records(about: &About, body: &Body) -> Result<Vec<Uuid>, Failure> {
    let filters = body.filter.is_some() || body.filter_json.is_some();
    let of = about.name();
    let ctx = &about.caller.ctx;
    match (&body.ids, filters) {
        (Some(ids), false) => {
            let ids = ids.clone();
            let read = move |reading: &mut Reading<'_, '_>| flow::bulk::named(reading, &of, &ids);
            Ok(about.state.engine().read_long(ctx, read).await?)
        }
        (None, true) => {
            let dictionary = &ctx.snapshot.dictionary;
            let scope = match of.as_str() {
                ACROSS => Scope::spine(dictionary),
                _ => Scope::new(dictionary, &about.of),
            };
            let mut filter = match &body.filter {
                Some(text) => parse(text, &scope).map_err(Refused::from)?,
                None => Filter::default(),
            };
            if let Some(json) = &body.filter_json {
                filter = filter.and(from_json(json, &scope).map_err(Refused::from)?);
            }
            let read = move |reading: &mut Reading<'_, '_>| {
                flow::bulk::found(reading, &of, filter.clone())
            };
            Ok(about.state.engine().read_long(ctx, read).await?)
        }
        _ => Err(Refused::BadRequest(Message::new("bulk-ids-or-filter")).into()),
    }
}

/// What the order would do.
pub(crate) async fn preview(state: &AppState, ctx: &Ctx, order: Order) -> Result<Preview> {
    let (engine, ctx) = (std::sync::Arc::clone(state.engine()), ctx.clone());
    let work = move || flow::bulk::preview(&engine, &ctx, &order);
    match tokio::task::spawn_blocking(work).await {
        Ok(found) => found,
        Err(error) => Err(base::Error::failed("a preview panicked", error)),
    }
}

fn token(caller: &Caller) -> Option<Uuid> {
    match &caller.proof {
        Proof::Token(token) => Some(token.id),
        Proof::Session(_) => None,
    }
}

async fn describe_preview(about: &About, found: Preview) -> Result<Json> {
    let ids: BTreeSet<Uuid> = found.refusals.iter().map(|it| it.0).collect();
    let titles = about.read(move |reading| reading.titles_of(&ids)).await?;
    let refusals = found.refusals.iter().map(|(record, problem)| {
        let Problem { field, message } = problem;
        json!({
            "record": record_of(&titles, *record),
            "field": field,
            "code": message.key,
            "message": say(&about.caller.language, message),
        })
    });
    let refusals: Vec<Json> = refusals.collect();
    Ok(json!({
        "total": found.total,
        "may": found.may,
        "tried": found.tried,
        "changed": found.changed,
        "unchanged": found.unchanged,
        "refused": found.refused,
        "can_undo": found.can_undo,
        "refusals": refusals,
    }))
}

/// `GET /bulk?whose=own`
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    parameters.only(&["whose", "limit", "after"])?;
    let person = match parameters.get("whose") {
        None | Some("own") => Some(caller.ctx.actor.person),
        Some("all") => {
            caller.ctx.require_area("jobs")?;
            None
        }
        Some(other) => return Err(wrong("whose", other, "own, all").into()),
    };
    let page = Newest::asked(&parameters)?;
    let read = move |reading: &mut Reading<'_, '_>| {
        let tenant = reading.ctx.tenant;
        let mut found = bulk::list(reading.tx, tenant, person, page.after, page.rows())?;
        let next = page.cut(&mut found, |it| (it.created_at, it.id));
        let beside = Beside::of(reading, &found)?;
        let runs = found.iter().map(|it| shown(reading.ctx, it, &beside));
        let runs = runs.collect::<Result<Vec<Json>>>()?;
        Ok(json!({ "runs": runs, "next": next }))
    };
    Ok(JsonBody(state.engine().read(&caller.ctx, read).await?))
}

/// `GET /bulk/{id}`
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<JsonBody<Json>, Failure> {
    let key = id(&key, "id")?;
    let read = move |reading: &mut Reading<'_, '_>| {
        let run = flow::bulk::find(reading, key)?;
        shown_alone(reading, &run)
    };
    Ok(JsonBody(state.engine().read(&caller.ctx, read).await?))
}

/// `GET /bulk/{id}/results?outcome=refused`
pub(super) async fn results(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    parameters.only(&["outcome", "limit", "after"])?;
    let key = id(&key, "id")?;
    let limit = limit(&parameters)?;
    let outcome = parameters.get("outcome").map(outcome).transpose()?;
    let after = match parameters.get("after").filter(|it| !it.is_empty()) {
        None => 0,
        Some(text) => {
            let unread = || wrong("after", text, "next of the page before");
            text.parse::<i64>().map_err(|_| unread())?
        }
    };
    let read = move |reading: &mut Reading<'_, '_>| {
        let run = flow::bulk::find(reading, key)?;
        let mut found = bulk::results(reading.tx, run.id, outcome, after, limit + 1)?;
        let has_more = i64::try_from(found.len()).is_ok_and(|it| it > limit);
        found.truncate(usize::try_from(limit).unwrap_or_default());
        let next = found.last().filter(|_| has_more);
        let next = next.map(|it| it.position.to_string());
        let ids = found.iter().map(|it| it.record).collect();
        let titles = reading.titles_of(&ids)?;
        let rows: Vec<Json> = found.iter().map(|it| result(it, &titles)).collect();
        Ok(json!({ "results": rows, "next": next }))
    };
    Ok(JsonBody(state.engine().read(&caller.ctx, read).await?))
}

/// `POST /bulk/{id}/cancel`
pub(super) async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
    headers: HeaderMap,
) -> Result<JsonBody<Json>, Failure> {
    parameters.only(&[])?;
    idempotency::refuse_key(&headers)?;
    let key = id(&key, "id")?;
    let write = move |unit: &mut Unit<'_, '_>| {
        let run = flow::bulk::find(&mut unit.reading(), key)?;
        // What is over stays as it ended, however often it is asked for.
        flow::bulk::cancel(unit, run.id)?;
        let run = flow::bulk::find(&mut unit.reading(), key)?;
        shown_alone(&mut unit.reading(), &run)
    };
    Ok(JsonBody(state.engine().write(&caller.ctx, write).await?))
}

/// `POST /bulk/{id}/undo`
pub(super) async fn undo(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    parameters.only(&["reason"])?;
    let repeated = idempotency::key(&headers)?;
    let once = repeated.map(|it| Once::new(&caller, it, ("undo_bulk", &key), &Json::Null));
    let key = id(&key, "id")?;
    let with = (parameters.get("reason").map(str::to_owned), token(&caller));
    let write = move |unit: &mut Unit<'_, '_>| {
        let undo = |unit: &mut Unit<'_, '_>| {
            let run = flow::bulk::find(&mut unit.reading(), key)?;
            let begun = flow::bulk::take_back(unit, &run, with.clone())?;
            accepted(unit, &begun)
        };
        match &once {
            Some(once) => once.within(unit, undo),
            None => undo(unit),
        }
    };
    let answer = state.engine().write(&caller.ctx, write).await?;
    Ok(answer.into_response())
}

/// What the answers about runs need to know besides.
struct Beside {
    /// Those whose jobs will not be run any more, with the error.
    failed: HashMap<Uuid, Option<String>>,
    undone: HashMap<Uuid, Uuid>,
    titles: Titles,
}

impl Beside {
    fn of(reading: &mut Reading<'_, '_>, runs: &[BulkRun]) -> Result<Self> {
        let tenant = reading.ctx.tenant;
        let ids: Vec<Uuid> = runs.iter().map(|it| it.id).collect();
        let at_work = runs.iter().filter(|it| !it.state.is_over());
        let at_work: Vec<Uuid> = at_work.map(|it| it.id).collect();
        let failed = job::over(reading.tx, tenant, &at_work)?;
        let people = runs.iter().map(|it| it.person).collect();
        Ok(Self {
            failed: failed
                .into_iter()
                .map(|it| (it.id, it.last_error))
                .collect(),
            undone: bulk::undone(reading.tx, tenant, &ids)?,
            titles: reading.titles_of(&people)?,
        })
    }
}

fn shown_alone(reading: &mut Reading<'_, '_>, run: &BulkRun) -> Result<Json> {
    let beside = Beside::of(reading, std::slice::from_ref(run))?;
    shown(reading.ctx, run, &beside)
}

/// The run as answers show it. What was typed is for whoever began it.
fn shown(ctx: &Ctx, run: &BulkRun, beside: &Beside) -> Result<Json> {
    let failed = beside.failed.get(&run.id);
    let undone_by = beside.undone.get(&run.id);
    let act = Act::stored(&run.act)?;
    let own = run.person == ctx.actor.person;
    let transition = match &act.doing {
        Doing::Transition(name) => Some(name.as_str()),
        _ => None,
    };
    let can_undo =
        run.state.is_over() && act.can_be_undone() && run.counts.changed > 0 && undone_by.is_none();
    Ok(json!({
        "id": run.id,
        "type": run.record_type,
        "act": act.doing.name(),
        "transition": transition,
        "fields": act.set.keys().collect::<Vec<_>>(),
        "values": own.then_some(&act.set),
        "comment": act.comment.as_ref().filter(|_| own).map(|it| &it.text),
        "reason": run.reason,
        "person": reference(run.person, &beside.titles),
        "state": if failed.is_some() { "failed" } else { run.state.code() },
        "error": failed.cloned().flatten(),
        "total": run.counts.total,
        "done": run.counts.done,
        "changed": run.counts.changed,
        "unchanged": run.counts.unchanged,
        "refused": run.counts.refused,
        "undoes": run.undoes,
        "undone_by": undone_by,
        "can_undo": can_undo,
        "created_at": run.created_at.to_string(),
        "started_at": run.started_at.map(|it| it.to_string()),
        "finished_at": run.finished_at.map(|it| it.to_string()),
    }))
}

fn result(result: &RecordResult, titles: &Titles) -> Json {
    json!({
        "position": result.position,
        "record": record_of(titles, result.record),
        "outcome": result.outcome.code(),
        "field": result.field,
        "code": result.code,
        "message": result.words,
    })
}

/// A record by its id, with its number and title where the reader may read it.
fn record_of(titles: &Titles, record: Uuid) -> Json {
    let title = titles.get(record);
    json!({
        "id": record,
        "number": title.and_then(|it| it.number.clone()),
        "title": title.map(|it| it.title.clone()),
    })
}

fn outcome(text: &str) -> Result<RecordOutcome, Refused> {
    let found = RecordOutcome::ALL.into_iter().find(|it| it.code() == text);
    found.ok_or_else(|| wrong("outcome", text, "changed, unchanged, refused"))
}
