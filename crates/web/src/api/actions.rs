//! What is done to a record besides changing its fields: handing over, transitions, comments.

use axum::http::StatusCode;
use axum::response::Response;
use base::{Message, Refused};
use engine::{Action, Comment};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::asked::Asked;
use super::change::{CommentBody, WholeComment};
use crate::Failure;

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
pub(super) async fn assign(asked: Asked) -> Result<Response, Failure> {
    let AssignBody {
        comment,
        reason,
        fields,
    } = asked.body()?;
    step(asked, Action::Assign, (fields, comment, reason)).await
}

/// `POST /{type}/{id}/actions/{transition}`
pub(super) async fn transition(asked: Asked) -> Result<Response, Failure> {
    let TransitionBody {
        comment,
        reason,
        fields,
    } = asked.body()?;
    let name = asked.about.part("transition").to_owned();
    let lifecycle = asked.about.of.lifecycle.as_ref();
    if lifecycle.is_none_or(|it| it.transition(&name).is_none()) {
        let steps = lifecycle.map_or(&[][..], |it| &it.transitions);
        let known: Vec<&str> = steps.iter().map(|it| it.name.as_str()).collect();
        let message = Message::new("transition-unknown-of")
            .with("transition", name)
            .with("type", asked.about.name())
            .with("known", known.join(", "));
        return Err(Refused::NotFound(message).into());
    }
    let action = Action::Transition(name);
    step(asked, action, (fields, comment, reason)).await
}

/// `POST /{type}/{id}/comments`
pub(super) async fn comment(asked: Asked) -> Result<Response, Failure> {
    let whole: WholeComment = asked.body()?;
    let whole = CommentBody::Whole(whole);
    let files = whole.attachments();
    let written = asked
        .act_with(files, Action::Comment, StatusCode::CREATED, |it| {
            it.comment = Some(whole.into());
        })
        .await;
    written.map_err(|failure| failure.renamed("comment", "text"))
}

async fn step(
    asked: Asked,
    action: Action,
    (fields, comment, reason): (Map<String, Json>, Option<CommentBody>, Option<String>),
) -> Result<Response, Failure> {
    let set = asked.values(&fields)?;
    let files = comment.as_ref().map(CommentBody::attachments);
    asked
        .act_with(files.unwrap_or_default(), action, StatusCode::OK, |it| {
            it.set = set;
            it.comment = comment.map(Comment::from);
            it.reason = reason;
        })
        .await
}
