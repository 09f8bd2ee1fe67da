//! Somebody at the desk: short verbs that go through the door and the reader with that person's rights.

use base::{Result, Timestamp, Uuid};
use dictionary::{Filter, Query, Value};
use engine::read::Visible;
use engine::{Action, Change, Comment, Ctx, Mode, Outcome, Surface};

use crate::desk::block_on;
use crate::{Desk, problems, text};

/// Somebody at the desk.
pub struct Acting<'d> {
    pub(crate) desk: &'d Desk,
    /// The request with which they act.
    pub ctx: Ctx,
}

impl Acting<'_> {
    /// The same person through another surface.
    #[must_use]
    pub fn through(mut self, surface: Surface) -> Self {
        self.ctx.surface = surface;
        self
    }

    /// Sends a change through the door, now.
    ///
    /// # Errors
    /// What the door says.
    pub fn apply(&self, change: Change) -> Result<Outcome> {
        let ctx = Ctx {
            now: self.desk.now(),
            snapshot: self.desk.engine.snapshot(),
            ..self.ctx.clone()
        };
        self.desk
            .engine
            .write_blocking(&ctx, move |unit| unit.apply(change.clone()))
    }

    /// Creates a record.
    #[track_caller]
    pub fn create(&self, record_type: &str, fields: &[(&str, &str)]) -> Uuid {
        done(self.try_create(record_type, fields)).record
    }

    /// As [`Acting::create`], with what the door says.
    #[track_caller]
    pub fn try_create(&self, record_type: &str, fields: &[(&str, &str)]) -> Result<Outcome> {
        self.apply(self.with_fields(Change::create(record_type), fields))
    }

    /// Takes a transition.
    #[track_caller]
    pub fn act(&self, record: Uuid, transition: &str, fields: &[(&str, &str)]) {
        done(self.try_act(record, transition, fields));
    }

    /// As [`Acting::act`], with what the door says. A field `comment` is a public comment.
    #[track_caller]
    pub fn try_act(
        &self,
        record: Uuid,
        transition: &str,
        fields: &[(&str, &str)],
    ) -> Result<Outcome> {
        self.apply(self.change(record, Action::Transition(transition.to_owned()), fields))
    }

    /// Changes fields.
    #[track_caller]
    pub fn update(&self, record: Uuid, fields: &[(&str, &str)]) {
        done(self.try_update(record, fields));
    }

    /// As [`Acting::update`], with what the door says.
    #[track_caller]
    pub fn try_update(&self, record: Uuid, fields: &[(&str, &str)]) -> Result<Outcome> {
        self.apply(self.change(record, Action::Update, fields))
    }

    /// Hands over.
    #[track_caller]
    pub fn assign(&self, record: Uuid, fields: &[(&str, &str)]) -> Outcome {
        done(self.try_assign(record, fields))
    }

    /// As [`Acting::assign`], with what the door says.
    #[track_caller]
    pub fn try_assign(&self, record: Uuid, fields: &[(&str, &str)]) -> Result<Outcome> {
        self.apply(self.change(record, Action::Assign, fields))
    }

    /// Adds a public comment.
    #[track_caller]
    pub fn comment(&self, record: Uuid, text: &str) {
        done(self.try_comment(record, Comment::public(text)));
    }

    /// Adds a private note.
    #[track_caller]
    pub fn note(&self, record: Uuid, text: &str) {
        done(self.try_comment(record, Comment::private(text)));
    }

    /// Adds a comment, with what the door says.
    #[track_caller]
    pub fn try_comment(&self, record: Uuid, comment: Comment) -> Result<Outcome> {
        self.apply(
            self.change(record, Action::Comment, &[])
                .with_comment(comment),
        )
    }

    /// Sets a setting of the tenant or of one organisation, with what the engine says.
    pub fn try_set(
        &self,
        organisation: Option<Uuid>,
        key: &str,
        value: serde_json::Value,
    ) -> Result<()> {
        let engine = &self.desk.engine;
        block_on(engine.put_setting(&self.now(), organisation, key, Some(value)))
    }

    /// Any other action, with what the door says.
    #[track_caller]
    pub fn try_do(&self, record: Uuid, action: Action) -> Result<Outcome> {
        self.apply(self.change(record, action, &[]))
    }

    /// Replays a fact of the past.
    #[track_caller]
    pub fn replay(&self, at: &str, mut change: Change, fields: &[(&str, &str)]) -> Outcome {
        let effective_at = Timestamp::parse(at).expect("an instant");
        change.mode = Mode::Replay { effective_at };
        done(self.apply(self.with_fields(change, fields)))
    }

    /// The record with all fields that the person may read.
    #[must_use]
    #[track_caller]
    pub fn get(&self, record: Uuid) -> Visible {
        done(self.try_get(record))
    }

    /// As [`Acting::get`], with what the reader says.
    pub fn try_get(&self, record: Uuid) -> Result<Visible> {
        let ctx = self.now();
        self.desk.engine.read_blocking(&ctx, move |reading| {
            Ok(reading.record(None, &record.to_string())?.0)
        })
    }

    /// The records of a type that the person sees and the filter finds, oldest first.
    #[must_use]
    #[track_caller]
    pub fn list(&self, record_type: &str, filter: &str) -> Vec<Visible> {
        done(self.try_list(record_type, filter))
    }

    /// As [`Acting::list`], with what the reader says.
    #[track_caller]
    pub fn try_list(&self, record_type: &str, filter: &str) -> Result<Vec<Visible>> {
        let dictionary = &self.desk.engine.snapshot().dictionary;
        let found = dictionary
            .record_type(record_type)
            .expect("there is such a type");
        let scope = dictionary::filter::Scope::new(dictionary, found);
        let filter = dictionary::filter::parse(filter, &scope);
        let filter = filter.unwrap_or_else(|error| panic!("the filter can be read: {error:?}"));
        self.find(record_type, filter)
    }

    /// The records of a type that the person sees and a filter finds.
    ///
    /// # Errors
    /// What the reader says.
    pub fn find(&self, record_type: &str, filter: Filter) -> Result<Vec<Visible>> {
        let ctx = self.now();
        let mut query = Query {
            record_type: Some(record_type.to_owned()),
            filter,
            ..Query::default()
        };
        query.page.limit = Some(200);
        self.desk
            .engine
            .read_blocking(&ctx, move |reading| Ok(reading.list(&query)?.rows))
    }

    fn now(&self) -> Ctx {
        Ctx {
            now: self.desk.now(),
            snapshot: self.desk.engine.snapshot(),
            ..self.ctx.clone()
        }
    }

    #[track_caller]
    fn change(&self, record: Uuid, action: Action, fields: &[(&str, &str)]) -> Change {
        let ctx = self
            .desk
            .engine
            .system_ctx(self.desk.tenant, Surface::Command);
        let named = self
            .desk
            .engine
            .write_blocking(&ctx, move |unit| unit.type_name_of(record));
        let record_type = named.expect("the spine can be read").unwrap_or_default();
        self.with_fields(Change::of(record_type, record, action), fields)
    }

    #[track_caller]
    fn with_fields(&self, mut change: Change, fields: &[(&str, &str)]) -> Change {
        let snapshot = self.desk.engine.snapshot();
        let record_type = snapshot.dictionary.record_type(&change.record_type);
        for (field, written) in fields {
            if *field == "comment" {
                change = change.with_comment(Comment::public(*written));
                continue;
            }
            let value = record_type.map_or(Value::Null, |it| text::value(it, field, written));
            change = change.with_value(field, value);
        }
        change
    }
}

#[track_caller]
pub(crate) fn done<T>(result: Result<T>) -> T {
    match result {
        Ok(done) => done,
        Err(error) => panic!("{}", problems(&error)),
    }
}
