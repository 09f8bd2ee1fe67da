//! A record on its way through the door: what it was, what it shall be, and which rule said so.

use std::sync::Arc;

use base::{Message, Problem, Timestamp, Uuid};
use dictionary::{Field, FieldType, Phase, TypeDef, Value, spine};

use crate::change::{Action, Comment, Mode};
use crate::{Ctx, Facts, Settings};

/// A rule asked for a value as a type that the field does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} holds another kind of value")]
pub struct WrongKind(pub String);

impl From<WrongKind> for Message {
    fn from(error: WrongKind) -> Self {
        Self::new("rule-wrong-kind").with("field", error.0)
    }
}

/// Values of all fields of a type, in the order of [`TypeDef::fields`].
pub type Values = Vec<Value>;

/// Which rule set a field, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceEntry {
    /// The field.
    pub field: String,
    /// Name of the rule.
    pub rule: &'static str,
    /// Why, for the page's "explain".
    pub why: Option<Message>,
}

/// A record on its way through the door.
#[derive(Debug)]
pub struct Draft {
    record: Uuid,
    record_type: Arc<TypeDef>,
    before: Option<Values>,
    after: Values,
    given: Vec<bool>,
    revision: u64,
    action: Action,
    comment: Option<Comment>,
    mode: Mode,
    rule: &'static str,
    trace: Vec<TraceEntry>,
    problems: Vec<Problem>,
    reports: Vec<Message>,
}

impl Draft {
    pub(crate) fn new(
        record: Uuid,
        record_type: Arc<TypeDef>,
        before: Option<Values>,
        action: Action,
        mode: Mode,
    ) -> Self {
        let count = record_type.fields.len();
        let after = before.clone().unwrap_or_else(|| vec![Value::Null; count]);
        Self {
            record,
            record_type,
            before,
            after,
            given: vec![false; count],
            revision: 0,
            action,
            comment: None,
            mode,
            rule: "",
            trace: Vec::new(),
            problems: Vec::new(),
            reports: Vec::new(),
        }
    }

    /// Id of the record.
    #[must_use]
    pub const fn record(&self) -> Uuid {
        self.record
    }

    /// Its type.
    #[must_use]
    pub const fn record_type(&self) -> &Arc<TypeDef> {
        &self.record_type
    }

    /// Whether the record is being created.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Whether this is a fact of the past being replayed.
    #[must_use]
    pub const fn is_replay(&self) -> bool {
        matches!(self.mode, Mode::Replay { .. })
    }

    /// What is being done.
    #[must_use]
    pub const fn action(&self) -> &Action {
        &self.action
    }

    /// The comment that comes with the change.
    #[must_use]
    pub const fn comment(&self) -> Option<&Comment> {
        self.comment.as_ref()
    }

    /// The value as it shall be.
    ///
    /// # Errors
    /// [`WrongKind`] where the field holds another kind, or the type has no such field.
    pub fn get<T: FieldType>(&self, field: Field<T>) -> Result<Option<T>, WrongKind> {
        typed(self.value(field.name), field.name)
    }

    /// The value as it was; nothing at creation.
    ///
    /// # Errors
    /// As [`Draft::get`].
    pub fn before<T: FieldType>(&self, field: Field<T>) -> Result<Option<T>, WrongKind> {
        typed(self.value_before(field.name), field.name)
    }

    /// The value as it shall be, by name; null where the type has no such field.
    #[must_use]
    pub fn value(&self, field: &str) -> &Value {
        self.record_type.value(&self.after, field)
    }

    /// The value as it was, by name.
    #[must_use]
    pub fn value_before(&self, field: &str) -> &Value {
        let before = self.before.as_deref();
        self.record_type.value(before.unwrap_or_default(), field)
    }

    /// Sets a value from a rule, with the key of the reason in the catalogue. In replay a value that the source gave
    /// wins, and nothing happens.
    pub fn set<T: FieldType>(&mut self, field: Field<T>, value: T, why: &'static str) {
        self.set_value(field.name, value.into_value(), Message::new(why));
    }

    /// Sets a value from a rule, with a reason that names what it looked at.
    pub fn set_because<T: FieldType>(&mut self, field: Field<T>, value: T, why: Message) {
        self.set_value(field.name, value.into_value(), why);
    }

    /// Takes a value away from a rule, with the key of the reason.
    pub fn clear<T: FieldType>(&mut self, field: Field<T>, why: &'static str) {
        self.set_value(field.name, Value::Null, Message::new(why));
    }

    /// Sets a value by name from a rule. There is no way to set one without a reason.
    pub fn set_value(&mut self, field: &str, value: Value, why: Message) {
        let Some(index) = self.record_type.field_index(field) else {
            return;
        };
        if (self.is_replay() && self.given[index]) || self.after[index] == value {
            return;
        }
        self.after[index] = value;
        self.revision += 1;
        self.trace.retain(|it| it.field != field);
        self.trace.push(TraceEntry {
            field: field.to_owned(),
            rule: self.rule,
            why: Some(why),
        });
    }

    /// Whether the value differs from before.
    #[must_use]
    pub fn changed<T>(&self, field: Field<T>) -> bool {
        self.value_changed(field.name)
    }

    /// Whether the value differs from before, by name.
    #[must_use]
    pub fn value_changed(&self, field: &str) -> bool {
        self.value(field) != self.value_before(field)
    }

    /// Whether the client gave this field a value in this change.
    #[must_use]
    pub fn is_given<T>(&self, field: Field<T>) -> bool {
        self.is_given_value(field.name)
    }

    /// The phase as it shall be; types without states are active.
    #[must_use]
    pub fn phase(&self) -> Phase {
        let phase = self.record_type.phase(self.value(spine::STATE));
        phase.unwrap_or(Phase::Active)
    }

    /// The phase as it was; nothing at creation.
    #[must_use]
    pub fn phase_before(&self) -> Option<Phase> {
        self.record_type.phase(self.value_before(spine::STATE))
    }

    /// Whether the record comes into this phase by the change.
    #[must_use]
    pub fn enters(&self, phase: Phase) -> bool {
        self.phase() == phase && self.phase_before() != Some(phase)
    }

    /// Whether the record leaves this phase by the change.
    #[must_use]
    pub fn leaves(&self, phase: Phase) -> bool {
        self.phase() != phase && self.phase_before() == Some(phase)
    }

    /// Notes that a field does not fit; the change will be refused with all problems at once.
    pub fn refuse_field(&mut self, field: &str, message: Message) {
        self.problems.push(Problem {
            field: Some(field.to_owned()),
            message,
        });
    }

    /// Notes that the whole change does not fit.
    pub fn refuse(&mut self, message: Message) {
        self.problems.push(Problem {
            field: None,
            message,
        });
    }

    /// Notes a breach of a rule of work: refuses a live change, is reported in replay.
    pub fn breach(&mut self, field: Option<&str>, message: Message) {
        if self.is_replay() {
            self.reports.push(message);
        } else {
            self.problems.push(Problem {
                field: field.map(str::to_owned),
                message,
            });
        }
    }
}

/// What only the door does with a draft.
impl Draft {
    pub(crate) fn give(&mut self, field: &str, value: Value) {
        if let Some(index) = self.record_type.field_index(field) {
            self.after[index] = value;
            self.revision += 1;
            self.given[index] = true;
        }
    }

    pub(crate) fn set_comment(&mut self, comment: Option<Comment>) {
        self.comment = comment;
    }

    pub(crate) fn report(&mut self, message: Message) {
        self.reports.push(message);
    }

    /// Whether something about the field was refused already.
    pub(crate) fn refuses(&self, field: &str) -> bool {
        self.problems
            .iter()
            .any(|it| it.field.as_deref() == Some(field))
    }

    pub(crate) fn is_given_value(&self, field: &str) -> bool {
        self.record_type
            .field_index(field)
            .is_some_and(|index| self.given[index])
    }

    pub(crate) const fn enter_rule(&mut self, name: &'static str) {
        self.rule = name;
    }

    pub(crate) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// Counts up with every value that is set.
    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn into_parts(self) -> DraftParts {
        DraftParts {
            record: self.record,
            record_type: self.record_type,
            before: self.before,
            after: self.after,
            action: self.action,
            comment: self.comment,
            mode: self.mode,
            trace: self.trace,
            reports: self.reports,
        }
    }
}

/// A draft taken apart once everything is checked.
#[derive(Debug)]
pub(crate) struct DraftParts {
    pub record: Uuid,
    pub record_type: Arc<TypeDef>,
    pub before: Option<Values>,
    pub after: Values,
    pub action: Action,
    pub comment: Option<Comment>,
    pub mode: Mode,
    pub trace: Vec<TraceEntry>,
    pub reports: Vec<Message>,
}

fn typed<T: FieldType>(value: &Value, field: &str) -> Result<Option<T>, WrongKind> {
    if value.is_null() {
        return Ok(None);
    }
    T::from_value(value)
        .map(Some)
        .ok_or_else(|| WrongKind(field.to_owned()))
}

/// What a rule may look at besides the draft: who and when, settings, and facts of referenced records.
pub struct RuleContext<'a> {
    /// The request; rules read actor and tenant.
    pub ctx: &'a Ctx,
    /// When the change happens: now, or the replayed instant.
    pub at: Timestamp,
    /// Values reached through references, by the practice's `needs`.
    pub facts: &'a Facts,
    /// Organisation of the record, for settings.
    pub organisation: Option<Uuid>,
}

impl RuleContext<'_> {
    /// A setting in force for the record's organisation.
    ///
    /// # Errors
    /// A message where the setting is not declared with this type.
    pub fn setting<T: Send + Sync + 'static>(&self, key: &str) -> Result<Arc<T>, Message> {
        self.settings().get(self.ctx.tenant, self.organisation, key)
    }

    fn settings(&self) -> &Settings {
        &self.ctx.snapshot.settings
    }
}
