//! A filter as text that reads back as the same filter.

use super::{Filter, Operand, Operator, Term, Test, relative};
use crate::Value;

/// Words that mean something where a value may stand.
const KEYWORDS: [&str; 7] = [
    "empty",
    "me",
    "my_teams",
    "my_organisations",
    "not",
    "or",
    "and",
];

/// The filter as [`super::parse`] reads it. Reading it gives the filter in its normal form.
#[must_use]
pub fn to_text(filter: &Filter) -> String {
    let normal = filter.clone().normalised();
    if normal.is_always() {
        String::new()
    } else {
        condition(&normal, Within::Top)
    }
}

/// What stands around a condition, and so whether it needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Top,
    All,
    Any,
    Not,
}

fn condition(filter: &Filter, within: Within) -> String {
    match filter {
        Filter::All(parts) if parts.is_empty() => "()".to_owned(),
        Filter::All(parts) => enclosed(joined(parts, " ", Within::All), within != Within::Top),
        Filter::Any(parts) if parts.is_empty() => "not ()".to_owned(),
        Filter::Any(parts) => enclosed(joined(parts, " or ", Within::Any), within != Within::Top),
        Filter::Not(part) => format!("not {}", condition(part, Within::Not)),
        Filter::Test(test) => one_test(test),
    }
}

fn joined(parts: &[Filter], between: &str, within: Within) -> String {
    parts
        .iter()
        .map(|it| condition(it, within))
        .collect::<Vec<_>>()
        .join(between)
}

fn enclosed(text: String, needed: bool) -> String {
    if needed { format!("({text})") } else { text }
}

fn one_test(test: &Test) -> String {
    let path = &test.path;
    match &test.operand {
        Operand::None => format!("{path}:empty"),
        Operand::One(term) => {
            let sign = match test.operator {
                Operator::Less => " < ",
                Operator::LessOrEqual => " <= ",
                Operator::Greater => " > ",
                Operator::GreaterOrEqual => " >= ",
                Operator::Contains => " ~ ",
                Operator::StartsWith => " ^ ",
                _ => " = ",
            };
            format!("{path}{sign}{}", term_text(term))
        }
        Operand::Many(terms) if terms.is_empty() => "not ()".to_owned(),
        Operand::Many(terms) => {
            format!(
                "{path} in ({})",
                terms.iter().map(term_text).collect::<Vec<_>>().join(", ")
            )
        }
        Operand::Range(from, until) => format!(
            "{path} between {} and {}",
            term_text(from),
            term_text(until)
        ),
    }
}

fn term_text(term: &Term) -> String {
    match term {
        Term::Value(value @ (Value::Text(_) | Value::Money(_))) => quoted(&value.to_text()),
        Term::Value(Value::Choice(code)) => {
            let plain = code
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_');
            if plain && !code.is_empty() && !KEYWORDS.contains(&code.to_ascii_lowercase().as_str())
            {
                code.clone()
            } else {
                quoted(code)
            }
        }
        Term::Value(value) => value.to_text(),
        other => relative::format(other).unwrap_or_default(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
