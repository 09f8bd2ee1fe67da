//! Values as tests write them: texts, with names of the house for references.

use base::{Error, Refused};
use dictionary::{FieldDef, Kind, TypeDef, Value};

use crate::house;

/// Reads a value as the field's kind; references may be names of the house.
#[track_caller]
pub fn value(record_type: &TypeDef, field: &str, text: &str) -> Value {
    let Some(field) = record_type.field(field) else {
        // The door shall have its say about fields that do not exist.
        return Value::Text(text.to_owned());
    };
    named(field, text).unwrap_or_else(|| {
        let read = field.from_text(text);
        read.unwrap_or_else(|message| panic!("{text:?} is no value of {}: {message}", field.name))
    })
}

fn named(field: &FieldDef, text: &str) -> Option<Value> {
    match field.kind {
        Kind::Reference { .. } => house::by_name(text).map(Value::Reference),
        Kind::References { .. } => {
            let mut ids = text
                .split(", ")
                .map(house::by_name)
                .collect::<Option<Vec<_>>>()?;
            ids.sort_unstable();
            Some(Value::References(ids))
        }
        _ => None,
    }
}

/// What a refusal says, one line per problem, as `field: key`.
#[must_use]
pub fn problems(error: &Error) -> String {
    match error {
        Error::Refused(Refused::Invalid(problems)) => {
            let line = |it: &base::Problem| {
                it.field.as_ref().map_or_else(
                    || it.message.key.to_owned(),
                    |field| format!("{field}: {}", it.message.key),
                )
            };
            problems.iter().map(line).collect::<Vec<_>>().join("; ")
        }
        Error::Refused(Refused::Forbidden(message)) => format!("forbidden: {message}"),
        Error::Refused(Refused::NotFound(message)) => format!("not found: {}", message.key),
        Error::Refused(Refused::Conflict { message, .. }) => format!("conflict: {}", message.key),
        Error::Refused(other) => other.to_string(),
        Error::Failed(failed) => {
            format!(
                "failed: {failed}: {}",
                failed
                    .cause
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string)
            )
        }
    }
}
