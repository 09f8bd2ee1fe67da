//! What a request says: who asks, about which type or record, and what shall be done to it once.
//!
//! All handlers of records read their requests and send their changes through here, so that versions,
//! reasons, repeated requests and answers are the same everywhere.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused, Result, Uuid};
use dictionary::filter::Scope;
use dictionary::{TypeDef, Value};
use engine::system::upload;
use engine::{Action, Change, Outcome, Reading, Unit};
use flow::bulk::ACROSS;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};
use ui::message::Language;

use super::caller::Caller;
use super::change::{expected_versions, record_type, values};
use super::idempotency::{self, Answer, Once};
use super::render::{Shape, Shown, etag, handed_away};
use crate::body::{read_json, typed};
use crate::{AppState, Failure, FormData, say};

/// Who asks, and about which type or record.
pub(super) struct About {
    pub(super) state: AppState,
    pub(super) caller: Caller,
    /// The type.
    pub(super) of: Arc<TypeDef>,
    /// The query string.
    pub(super) parameters: FormData,
    pub(super) headers: HeaderMap,
    address: HashMap<String, String>,
}

impl About {
    /// Name of the type.
    pub(super) fn name(&self) -> String {
        self.of.name.clone()
    }

    /// A part of the address by its name; the record is `id`. Empty where the address has no such part.
    pub(super) fn part(&self, name: &str) -> &str {
        self.address.get(name).map_or("", String::as_str)
    }

    /// The record's id. A number is looked up as the one who asks.
    pub(super) async fn record(&self) -> Result<Uuid> {
        self.find(Some(self.name()), self.part("id")).await
    }

    /// The id of a record of a type, or of any type, that is named by id or number.
    pub(super) async fn find(&self, of: Option<String>, key: &str) -> Result<Uuid> {
        if let Ok(id) = Uuid::try_parse(key) {
            return Ok(id);
        }
        let key = key.to_owned();
        let found = self.read(move |reading| Ok(reading.record(of.as_deref(), &key)?.0.id()));
        found.await
    }

    /// Reads with the rights of the one who asks.
    pub(super) async fn read<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> Result<T> + Send + 'static,
    {
        self.state.engine().read(&self.caller.ctx, body).await
    }

    /// Does something to the record, and has nothing to show for it. Such requests need no
    /// `Idempotency-Key`: what is gone stays gone.
    pub(super) async fn take_away(&self, action: Action) -> Result<StatusCode, Failure> {
        let change = Change::of(self.name(), self.record().await?, action);
        let change = self.with_wishes(change).await?;
        self.state.apply(&self.caller.ctx, change).await?;
        Ok(StatusCode::NO_CONTENT)
    }

    /// The change with the version that the client saw, and the reason.
    async fn with_wishes(&self, mut change: Change) -> Result<Change, Failure> {
        let versions = expected_versions(&self.headers)?;
        change.expected_version = versions.first().copied();
        if let (Some(id), 2..) = (change.record, versions.len()) {
            // Of several versions the one that the record has; the door looks again whether it still has it.
            let of = self.name();
            let read = self.read(move |reading| {
                let found = reading.record(Some(&of), &id.to_string())?;
                Ok(found.0.version())
            });
            let now = read.await?.filter(|it| versions.contains(it));
            change.expected_version = now.or(change.expected_version);
        }
        if change.reason.is_none() {
            change.reason = self.parameters.get("reason").map(str::to_owned);
        }
        Ok(change)
    }
}

impl FromRequestParts<AppState> for About {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let address = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let Path(address) = address.map_err(|rejection| {
            Failure::with_status(rejection.status(), Message::new("request-unreadable"))
        })?;
        let of = match address.get("type") {
            Some(name) => record_type(&caller.ctx, name)?,
            // Addresses without a type are about records of all types.
            None => {
                let mut all = Scope::spine_type().clone();
                ACROSS.clone_into(&mut all.name);
                Arc::new(all)
            }
        };
        Ok(Self {
            of,
            parameters: FormData::of_query(parts.uri.query())?,
            headers: parts.headers.clone(),
            state: state.clone(),
            caller,
            address,
        })
    }
}

/// A change that somebody asks for, with its body.
pub(super) struct Asked {
    pub(super) about: About,
    pub(super) key: Option<String>,
    pub(super) body: Json,
}

impl Asked {
    /// The body as what a handler expects.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        typed(&self.body)
    }

    /// The values of fields of which the whole body consists.
    pub(super) fn fields(&self) -> Result<BTreeMap<String, Value>, Refused> {
        match &self.body {
            Json::Object(members) => self.values(members),
            _ => Err(Refused::BadRequest(Message::new("json-object-expected"))),
        }
    }

    /// The values of the fields that these members name.
    pub(super) fn values(
        &self,
        members: &Map<String, Json>,
    ) -> Result<BTreeMap<String, Value>, Refused> {
        values(&self.about.caller.ctx, &self.about.of, members)
    }

    /// Does something to the record and answers with it.
    pub(super) async fn act(
        self,
        action: Action,
        status: StatusCode,
        fill: impl FnOnce(&mut Change),
    ) -> Result<Response, Failure> {
        self.act_with(Vec::new(), action, status, fill).await
    }

    /// The same with files that were sent ahead.
    pub(super) async fn act_with(
        self,
        files: Vec<Uuid>,
        action: Action,
        status: StatusCode,
        fill: impl FnOnce(&mut Change),
    ) -> Result<Response, Failure> {
        let mut change = Change::of(self.about.name(), self.about.record().await?, action);
        fill(&mut change);
        self.perform_with(change, files, status).await
    }

    /// Sends the change through the door, once where the request has a key, and answers with the record
    /// as it is then.
    pub(super) async fn perform(
        self,
        change: Change,
        status: StatusCode,
    ) -> Result<Response, Failure> {
        self.perform_with(change, Vec::new(), status).await
    }

    /// The same with files that were sent ahead.
    async fn perform_with(
        self,
        change: Change,
        files: Vec<Uuid>,
        status: StatusCode,
    ) -> Result<Response, Failure> {
        let Self { about, key, body } = self;
        let change = about.with_wishes(change).await?;
        let (state, caller) = (&about.state, &about.caller);
        let (of, language) = (about.name(), caller.language.clone());
        let Some(key) = key else {
            let written = state.write(&caller.ctx, &of, move |it| apply(it, &change, &files));
            let outcome = written.await?;
            let read = about.read(move |it| answer(it, &of, &outcome, status, &language));
            return Ok(read.await?.into_response());
        };
        // The id or number as it was written, so that two names of a record are two targets.
        let (id, step) = (about.part("id"), about.part("transition"));
        let target = format!("{of}/{id}/{step}{}", about.part("comment"));
        let action = change.action.as_ref().map_or("", Action::name);
        let once = Once::new(caller, key, (action, &target), &body);
        let written = about.name();
        let done = state.write(&caller.ctx, &written, move |unit| {
            once.within(unit, |unit| {
                let outcome = apply(unit, &change, &files)?;
                answer(&mut unit.reading(), &of, &outcome, status, &language)
            })
        });
        Ok(done.await?.into_response())
    }
}

impl FromRequest<AppState> for Asked {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let about = About::from_request_parts(&mut parts, state).await?;
        about.parameters.only(&["reason"])?;
        let key = idempotency::key(&parts.headers)?;
        let body = read_json(state, Request::from_parts(parts, body)).await?;
        Ok(Self { about, key, body })
    }
}

/// The change with files that were sent ahead, which are its own from now on.
fn apply(unit: &mut Unit<'_, '_>, change: &Change, files: &[Uuid]) -> Result<Outcome> {
    let mut change = change.clone();
    let whose = (unit.ctx.tenant, unit.ctx.actor.person);
    change.files = upload::claim(unit.tx, whose, files, unit.ctx.now)?;
    unit.apply(change)
}

fn answer(
    reading: &mut Reading<'_, '_>,
    of: &str,
    outcome: &Outcome,
    status: StatusCode,
    language: &Language,
) -> Result<Answer> {
    let location =
        (status == StatusCode::CREATED).then(|| format!("/api/v1/{of}/{}", outcome.record));
    let found = if outcome.still_visible {
        reading
            .record(Some(of), &outcome.record.to_string())
            .map(Some)
    } else {
        Ok(None)
    };
    let shown = matches!(found, Ok(Some(_))).then_some(outcome.record);
    let (body, version) = match found {
        Ok(Some((visible, titles))) => (
            json!(Shown {
                record: &visible,
                titles: &titles,
                shape: &Shape::ALL,
            }),
            visible.version().unwrap_or_default(),
        ),
        // It went out of sight between the change and this reading.
        Ok(None) | Err(Error::Refused(Refused::NotFound(_))) => {
            let words = say(language, &Message::new("handed-away"));
            (handed_away(outcome, words), outcome.version)
        }
        Err(error) => return Err(error),
    };
    Ok(Answer {
        location,
        etag: Some(etag(version)),
        record: shown,
        ..Answer::new(status, body)
    })
}
