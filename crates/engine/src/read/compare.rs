//! One comparison of one column with one value, as SQL that is true, false or unknown.
//!
//! Texts are compared by their stored key and never by a function of the database, which would fold case
//! and sort differently on each of them.

use base::text_key;
use dictionary::{FieldDef, Kind, Operator, Value};
use store::{Sql, SqlValue};

use super::compile::{column, companion, joined};
use crate::columns::own_column;

/// Equality with one of several values.
pub(super) fn one_of(field: &FieldDef, values: Vec<Value>) -> Option<Sql> {
    if matches!(field.kind, Kind::Money) {
        let all: Vec<Sql> = values
            .iter()
            .map(|it| compare(field, Operator::Equal, it))
            .collect();
        return (!all.is_empty()).then(|| joined(all, " OR "));
    }
    let mut sql = Sql::default();
    compared_column(&mut sql, field);
    match values.as_slice() {
        [] => return None,
        [value] => sql.push(" = ").arg(compared_value(value)),
        values => sql
            .push(" IN (")
            .arg_list(values.iter().map(compared_value))
            .push(")"),
    };
    Some(sql)
}

pub(super) fn compare(field: &FieldDef, operator: Operator, value: &Value) -> Sql {
    let mut sql = Sql::default();
    match (operator, value) {
        (Operator::Contains, Value::Choice(code)) => list_has(&mut sql, field, code),
        (Operator::Contains, Value::Reference(id)) => list_has(&mut sql, field, &id.to_string()),
        (Operator::Contains, _) => {
            sql.push("strpos(");
            compared_column(&mut sql, field)
                .push(", ")
                .arg(compared_value(value))
                .push(") > 0");
        }
        (Operator::StartsWith, _) => return begins(field, value),
        (_, Value::Money(money)) => {
            sql.push("(");
            column(&mut sql, &field.column)
                .push(sign(operator))
                .arg(money.minor)
                .push(" AND ");
            companion(&mut sql, &field.column, "__currency")
                .push(" = ")
                .arg(&money.currency)
                .push(")");
        }
        _ => {
            compared_column(&mut sql, field)
                .push(sign(operator))
                .arg(compared_value(value));
        }
    }
    sql
}

/// Lists are stored as `|a|b|`.
fn list_has(sql: &mut Sql, field: &FieldDef, member: &str) {
    sql.push("strpos(");
    column(sql, &field.column)
        .push(", ")
        .arg(format!("|{member}|"))
        .push(") > 0");
}

/// A range over the key rather than a function of it, so that an index serves.
fn begins(field: &FieldDef, value: &Value) -> Sql {
    let start = text_key(value.as_text().unwrap_or_default());
    let mut sql = Sql::new("(");
    compared_column(&mut sql, field)
        .push(" >= ")
        .arg(start.as_str());
    if let Some(end) = after_all_with(&start) {
        sql.push(" AND ");
        compared_column(&mut sql, field).push(" < ").arg(end);
    }
    sql.push(")");
    sql
}

/// The smallest text after all texts that begin with this one; nothing where there is none.
fn after_all_with(start: &str) -> Option<String> {
    let mut characters: Vec<char> = start.chars().collect();
    while let Some(last) = characters.pop() {
        // Surrogates are no characters: after U+D7FF comes U+E000.
        let next = if last == '\u{D7FF}' {
            Some('\u{E000}')
        } else {
            char::from_u32(u32::from(last) + 1)
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

/// Texts are compared by their key, everything else by itself.
fn compared_column<'a>(sql: &'a mut Sql, field: &FieldDef) -> &'a mut Sql {
    if field.kind.is_keyed_text() {
        companion(sql, &field.column, "__key")
    } else {
        column(sql, &field.column)
    }
}

fn compared_value(value: &Value) -> SqlValue {
    match value {
        Value::Text(text) => SqlValue::Text(text_key(text)),
        Value::Choices(_) | Value::References(_) | Value::Json(_) => SqlValue::Null,
        value => own_column(value),
    }
}

const fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Less => " < ",
        Operator::LessOrEqual => " <= ",
        Operator::Greater => " > ",
        Operator::GreaterOrEqual => " >= ",
        _ => " = ",
    }
}
