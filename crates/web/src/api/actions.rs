//! What is done to a record besides changing its fields: handing over, transitions, comments.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::{Action, Change, Comment};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::caller::Caller;
use super::change::{CommentBody, WholeComment, expected_version, record_type, values};
use super::idempotency;
use super::records::{find, perform};
use crate::body::{read_json, typed};
use crate::{AppState, Failure};

/// Body of a transition.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransitionBody {
    #[serde(default)]
    fields: Map<String, Json>,
    #[serde(default)]
    comment: Option<CommentBody>,
    #[serde(default)]
    reason: Option<String>,
}

/// Body of a handing over: the fields to whom, and what goes with it.
#[derive(Deserialize)]
struct AssignBody {
    #[serde(default)]
    comment: Option<CommentBody>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(flatten)]
    fields: Map<String, Json>,
}

/// `POST /{type}/{id}/assign`
pub(super) async fn assign(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let asked = Asked::read(&state, &caller, &name, request).await?;
    let body: AssignBody = typed(asked.body.clone())?;
    let record = find(&state, &caller.ctx, &name, &key).await?;
    let mut change = Change::of(&name, record, Action::Assign);
    change.set = values(
        &caller.ctx,
        &*record_type(&caller.ctx, &name)?,
        &body.fields,
    )?;
    change.comment = body.comment.map(Comment::from);
    change.reason = body.reason;
    asked
        .perform(&state, &caller, ("assign", &key), change, StatusCode::OK)
        .await
}

/// `POST /{type}/{id}/actions/{transition}`
pub(super) async fn transition(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key, transition)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let asked = Asked::read(&state, &caller, &name, request).await?;
    let body: TransitionBody = typed(asked.body.clone())?;
    let record = find(&state, &caller.ctx, &name, &key).await?;
    let mut change = Change::transition(&name, record, &transition);
    change.set = values(
        &caller.ctx,
        &*record_type(&caller.ctx, &name)?,
        &body.fields,
    )?;
    change.comment = body.comment.map(Comment::from);
    change.reason = body.reason;
    asked
        .perform(&state, &caller, (&transition, &key), change, StatusCode::OK)
        .await
}

/// `POST /{type}/{id}/comments`
pub(super) async fn comment(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let asked = Asked::read(&state, &caller, &name, request).await?;
    let body: WholeComment = typed(asked.body.clone())?;
    let record = find(&state, &caller.ctx, &name, &key).await?;
    let change = Change::of(&name, record, Action::Comment).with_comment(body.into());
    asked
        .perform(
            &state,
            &caller,
            ("comment", &key),
            change,
            StatusCode::CREATED,
        )
        .await
}

/// What all actions read from a request.
pub(super) struct Asked {
    pub(super) body: Json,
    expected_version: Option<i64>,
    once: Option<String>,
    of: String,
}

impl Asked {
    pub(super) async fn read(
        state: &AppState,
        caller: &Caller,
        of: &str,
        request: Request,
    ) -> Result<Self, Failure> {
        record_type(&caller.ctx, of)?;
        let expected_version = expected_version(request.headers())?;
        let once = idempotency::key(request.headers())?;
        let body = read_json(state, request).await?;
        Ok(Self {
            body,
            expected_version,
            once,
            of: of.to_owned(),
        })
    }

    pub(super) async fn perform(
        self,
        state: &AppState,
        caller: &Caller,
        (action, key): (&str, &str),
        mut change: Change,
        status: StatusCode,
    ) -> Result<Response, Failure> {
        change.expected_version = self.expected_version;
        let seen = idempotency::digest(action, &format!("{}/{key}", self.of), &self.body);
        perform(
            state,
            caller,
            change,
            self.once.map(|it| (it, seen)),
            status,
        )
        .await
    }
}
