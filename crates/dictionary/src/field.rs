//! Declarations of fields, and typed handles on them for rules.

use std::marker::PhantomData;

use base::{Date, Timestamp, Uuid};

use crate::{Decimal, Kind, Label, Money, Value};

/// Who may give a field a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenBy {
    /// Whoever may update the record.
    People,
    /// Only at creation.
    Creation,
    /// Only by handing the record over (the action `assign`).
    Assignment,
    /// Only by a transition that needs it or asks for it.
    Transition,
    /// Only rules and the engine: computed, counted, stamped.
    Rules,
}

/// Who may see a field unless a grant says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who may read the record, the requester too.
    Public,
    /// Only people who work on records of this type.
    Internal,
}

/// One choice of a field with choices.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceDef {
    /// Stored code; for whole numbers the number as text.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// Codes of the field it depends on for which it is offered; empty means always.
    pub when: Vec<String>,
    /// Whether new values may use it; imported choices start inactive.
    pub active: bool,
}

/// Declaration of a field: built-in and custom alike.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDef {
    /// Name in filters, API and import, unique within the type.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// A sentence under the field; may be empty.
    pub help: Option<Label>,
    /// Which values it holds.
    pub kind: Kind,
    /// Choices, for choice kinds and for whole numbers that have names (priority).
    pub choices: Vec<ChoiceDef>,
    /// Name of the choice field that limits the choices of this one.
    pub depends_on: Option<String>,
    /// Whether every record must have a value.
    pub required: bool,
    /// Whether no two records of a tenant may have the same value.
    pub unique: bool,
    /// Whether lists often filter or sort by it; gets a database index.
    pub indexed: bool,
    /// Who may write it.
    pub written_by: WrittenBy,
    /// Who may see it.
    pub audience: Audience,
    /// Value of a new record where none is given.
    pub default: Option<Value>,
    /// Column in the type's table.
    pub column: String,
    /// Whether an administrator added it.
    pub custom: bool,
}

impl FieldDef {
    /// A field of that kind that people may write, with the label key `<type>-<name>` filled in by the type.
    #[must_use]
    pub fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            label: Label::default(),
            help: None,
            kind,
            choices: Vec::new(),
            depends_on: None,
            required: false,
            unique: false,
            indexed: false,
            written_by: WrittenBy::People,
            audience: Audience::Public,
            default: None,
            column: name.to_owned(),
            custom: false,
        }
    }

    /// The choice with that code.
    #[must_use]
    pub fn choice(&self, code: &str) -> Option<&ChoiceDef> {
        self.choices.iter().find(|it| it.code == code)
    }

    /// Position of a choice for sorting; unknown codes come last.
    #[must_use]
    pub fn choice_position(&self, code: &str) -> i64 {
        let position = self.choices.iter().position(|it| it.code == code);
        i64::try_from(position.unwrap_or(self.choices.len())).unwrap_or(i64::MAX)
    }
}

/// A Rust type that a field can be read as and written from.
pub trait FieldType: Sized {
    /// The value to store.
    fn into_value(self) -> Value;
    /// The typed value; `None` where the value is of another kind (null is handled by the caller).
    fn from_value(value: &Value) -> Option<Self>;
}

/// A typed handle on a field: the name at run time, the type at compile time.
#[derive(Debug)]
pub struct Field<T> {
    /// Name of the field in its type.
    pub name: &'static str,
    marker: PhantomData<fn() -> T>,
}

impl<T> Field<T> {
    /// A handle on the field with that name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            marker: PhantomData,
        }
    }
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Field<T> {}

/// The code of a choice of the set `S`: an open set, built-in codes are associated consts of `S`.
#[derive(Debug)]
pub struct Choice<S> {
    code: String,
    marker: PhantomData<fn() -> S>,
}

impl<S> Choice<S> {
    /// The choice with that code.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            marker: PhantomData,
        }
    }

    /// The stored code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether it is that built-in choice.
    #[must_use]
    pub fn is(&self, built_in: ChoiceCode<S>) -> bool {
        self.code == built_in.code
    }
}

impl<S> Clone for Choice<S> {
    fn clone(&self) -> Self {
        Self::new(self.code.clone())
    }
}

impl<S> PartialEq for Choice<S> {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

/// A built-in code of the choice set `S`.
#[derive(Debug)]
pub struct ChoiceCode<S> {
    /// The stored code.
    pub code: &'static str,
    marker: PhantomData<fn() -> S>,
}

impl<S> ChoiceCode<S> {
    /// A built-in code.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self {
            code,
            marker: PhantomData,
        }
    }
}

impl<S> Clone for ChoiceCode<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for ChoiceCode<S> {}

impl<S> From<ChoiceCode<S>> for Choice<S> {
    fn from(built_in: ChoiceCode<S>) -> Self {
        Self::new(built_in.code)
    }
}

macro_rules! field_type {
    ($($type:ty, $variant:ident);* $(;)?) => {$(
        impl FieldType for $type {
            fn into_value(self) -> Value {
                Value::$variant(self)
            }
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(it) => Some(it.clone()),
                    _ => None,
                }
            }
        }
    )*};
}

field_type! {
    String, Text;
    i64, Integer;
    Decimal, Decimal;
    Money, Money;
    bool, Boolean;
    Date, Date;
    Timestamp, Instant;
    Vec<String>, Choices;
    Uuid, Reference;
    Vec<Uuid>, References;
    serde_json::Value, Json;
}

/// A length of time, for typed handles on duration fields: microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elapsed(pub i64);

impl FieldType for Elapsed {
    fn into_value(self) -> Value {
        Value::Duration(self.0)
    }
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Duration(micros) => Some(Self(*micros)),
            _ => None,
        }
    }
}

impl<S> FieldType for Choice<S> {
    fn into_value(self) -> Value {
        Value::Choice(self.code)
    }
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Choice(code) => Some(Self::new(code.clone())),
            _ => None,
        }
    }
}

/// Declares typed handles together with their declarations, so that neither can be forgotten.
///
/// ```
/// use dictionary::{Kind, fields};
/// fields! {
///     /// Why it was closed.
///     CLOSE_NOTES: String = "close_notes", Kind::LongText, |it| it.required = true;
///     /// When work began.
///     STARTED_AT: base::Timestamp = "started_at", Kind::Instant;
/// }
/// assert_eq!(declarations()[0].name, CLOSE_NOTES.name);
/// ```
#[macro_export]
macro_rules! fields {
    ($($(#[$doc:meta])* $handle:ident: $type:ty = $name:literal, $kind:expr $(, |$def:ident| $set:expr)?;)*) => {
        $($(#[$doc])* pub const $handle: $crate::Field<$type> = $crate::Field::new($name);)*

        /// The declarations of these fields, in this order.
        #[must_use]
        pub fn declarations() -> Vec<$crate::FieldDef> {
            vec![$({
                #[allow(unused_mut, clippy::allow_attributes, reason = "only some fields are adjusted")]
                let mut field = $crate::FieldDef::new($name, $kind);
                $({ let $def = &mut field; $set; })?
                field
            }),*]
        }
    };
}
