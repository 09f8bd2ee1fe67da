//! From JSON to a change: members become values of the fields' kinds, and all that do not fit are told
//! at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use base::{Message, Problem, Refused, Uuid};
use dictionary::{TypeDef, Value};
use engine::{Comment, Ctx, Visibility};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json};

use crate::Failure;
use crate::body::meant;

/// Members of an answer that are no fields; what was read may be sent back.
const NO_FIELDS: [&str; 3] = ["id", "type", "labels"];
/// Most problems that are told at once: nobody mends more of them in one go.
const MOST_PROBLEMS: usize = 100;

/// The type with that name.
pub(super) fn record_type(ctx: &Ctx, name: &str) -> Result<Arc<TypeDef>, Refused> {
    let dictionary = &ctx.snapshot.dictionary;
    dictionary.record_type(name).cloned().ok_or_else(|| {
        let message = match meant(name, dictionary.types().map(|it| it.name.as_str())) {
            Some(meant) => Message::new("type-unknown-meant").with("meant", meant),
            None => Message::new("type-unknown"),
        };
        Refused::NotFound(message.with("type", name))
    })
}

/// Values of the fields that the members name.
pub(super) fn values(
    ctx: &Ctx,
    of: &TypeDef,
    members: &Map<String, Json>,
) -> Result<BTreeMap<String, Value>, Refused> {
    let mut values = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, json) in members {
        if problems.len() == MOST_PROBLEMS {
            break;
        }
        match of.field(name) {
            None if NO_FIELDS.contains(&name.as_str()) => {}
            None => {
                // Only names that the reader could read in the description of the type are proposed.
                let known = of.fields.iter().map(|it| it.name.as_str());
                let known = known.filter(|_| ctx.may_somewhere(&of.name, "update"));
                let message = match meant(name, known) {
                    Some(meant) => Message::new("unknown-field-meant").with("meant", meant),
                    None => Message::new("refused-unknown-field"),
                };
                let message = message.with("field", name);
                problems.push(Problem {
                    field: Some(name.clone()),
                    message,
                });
            }
            Some(field) => match field.from_json(json) {
                Ok(value) => drop(values.insert(name.clone(), value)),
                Err(message) => problems.push(Problem {
                    field: Some(name.clone()),
                    message,
                }),
            },
        }
    }
    if problems.is_empty() {
        Ok(values)
    } else {
        Err(Refused::Invalid(problems))
    }
}

/// The members of a body that must be an object.
pub(super) fn object(json: Json) -> Result<Map<String, Json>, Refused> {
    match json {
        Json::Object(members) => Ok(members),
        _ => Err(Refused::BadRequest(Message::new("json-object-expected"))),
    }
}

/// A comment as clients write it: a text for a public one, or an object.
#[derive(Clone, Debug)]
pub(super) enum CommentBody {
    Text(String),
    Whole(WholeComment),
}

/// An object says what does not fit in it, which an untagged choice would not.
impl<'de> Deserialize<'de> for CommentBody {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Json::deserialize(from)? {
            Json::String(text) => Ok(Self::Text(text)),
            other => WholeComment::deserialize(other)
                .map(Self::Whole)
                .map_err(D::Error::custom),
        }
    }
}

/// A comment with all that belongs to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WholeComment {
    text: String,
    #[serde(default)]
    visibility: VisibilityBody,
    #[serde(default)]
    minutes_worked: Option<i64>,
    #[serde(default)]
    to_children: bool,
    /// Files that were sent ahead.
    #[serde(default)]
    attachments: Vec<Uuid>,
}

impl CommentBody {
    /// Ids of files that were sent ahead and come with it.
    pub(super) fn attachments(&self) -> Vec<Uuid> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::Whole(whole) => whole.attachments.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum VisibilityBody {
    #[default]
    Public,
    Private,
}

impl From<CommentBody> for Comment {
    fn from(body: CommentBody) -> Self {
        match body {
            CommentBody::Text(text) => Self::public(text),
            CommentBody::Whole(whole) => whole.into(),
        }
    }
}

impl From<WholeComment> for Comment {
    fn from(whole: WholeComment) -> Self {
        Self {
            text: whole.text,
            visibility: match whole.visibility {
                VisibilityBody::Public => Visibility::Public,
                VisibilityBody::Private => Visibility::Private,
            },
            minutes_worked: whole.minutes_worked,
            to_children: whole.to_children,
        }
    }
}

/// The versions that `If-Match` names, any of which the record may have; none for `*`, or without the header.
pub(super) fn expected_versions(headers: &HeaderMap) -> Result<Vec<i64>, Failure> {
    let mut versions = Vec::new();
    for given in headers.get_all(header::IF_MATCH) {
        let text = given.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Vec::new());
        }
        for tag in text.split(',') {
            let tag = tag.trim();
            let version = tag.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            let Some(version) = version.and_then(|it| it.parse().ok()) else {
                let message = Message::new("if-match-unreadable").with("given", text);
                return Err(Failure::with_status(StatusCode::BAD_REQUEST, message));
            };
            versions.push(version);
        }
    }
    Ok(versions)
}

/// Reads an id of a path or parameter.
pub(super) fn id(text: &str, field: &'static str) -> Result<Uuid, Refused> {
    Uuid::try_parse(text).map_err(|_| {
        Refused::BadRequest(
            Message::new("id-expected")
                .with("field", field)
                .with("given", text),
        )
    })
}
