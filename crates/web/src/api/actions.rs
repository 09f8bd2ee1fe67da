//! What is done to a record besides changing its fields: handing over, transitions, comments.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use base::{Message, Refused};
use dictionary::{FieldDef, Kind, TypeDef, Value, WrittenBy};
use engine::{Action, Change, Comment, Reading, TimelineItem, Visibility};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::asked::Asked;
use super::change::{CommentBody, WholeComment, id};
use crate::Failure;
use crate::origins::SPLIT_FROM;

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

/// `POST /{type}/{id}/comments/{comment}/split`: a record of its own of what was said there, one unit with the link
/// between both. The words become its first long text, unless the body has one.
pub(super) async fn split(asked: Asked) -> Result<Response, Failure> {
    let of = Arc::clone(&asked.about.of);
    if of.field(SPLIT_FROM).is_none() {
        let message = Message::new("split-not-of").with("type", &of.name);
        return Err(Refused::NotFound(message).into());
    }
    let mut change = Change::create(of.name.as_str());
    change.set = asked.fields()?;
    let said = id(asked.about.part("comment"), "comment")?;
    let (source, text) = (asked.about.record().await?, first_text(&of));
    let read = move |reading: &mut Reading<'_, '_>| {
        let story = reading.timeline(&of, source)?;
        let mut all = story.entries.into_iter();
        Ok(all.find_map(|it| match it.item {
            TimelineItem::Comment {
                entry,
                visibility,
                text,
                ..
            } if entry == said => Some((visibility, text)),
            _ => None,
        }))
    };
    let words = match asked.about.read(read).await? {
        Some((Visibility::Public, words)) => words,
        Some((Visibility::Private, _)) => {
            // Whoever asked would read in the new record what was kept from them here.
            return Err(Refused::field("comment", Message::new("split-private")).into());
        }
        None => return Err(Refused::NotFound(Message::new("comment-unknown")).into()),
    };
    change
        .set
        .insert(SPLIT_FROM.to_owned(), Value::Reference(source));
    if let Some(text) = text {
        change.set.entry(text).or_insert(Value::Text(words));
    }
    asked.perform(change, StatusCode::CREATED).await
}

/// The field that takes the words that are split off.
fn first_text(of: &TypeDef) -> Option<String> {
    let mut shown = of.layout.create.iter().filter_map(|it| of.field(it));
    let text = |it: &&FieldDef| it.kind == Kind::LongText && it.written_by == WrittenBy::People;
    let found = shown.find(text).or_else(|| of.fields.iter().find(text));
    found.map(|it| it.name.clone())
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
