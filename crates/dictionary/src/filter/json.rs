//! The filter as JSON, for programs: `{"all":[{"field":"priority","op":"<=","value":2}]}`.
//!
//! Groups are `{"all":[…]}`, `{"any":[…]}` and `{"not":…}`. Values are as the API writes them; what depends
//! on the asker is `{"relative":"today-7d"}`, never a plain text, so that no data can turn into a keyword.

use base::Message;
use serde_json::{Value as Json, json};

use super::error::{FilterError, Place};
use super::raw::{Literal, Raw, RawOperator, RawTerm, RawTest};
use super::{Filter, MAX_DEPTH, MAX_VALUES, Operand, Operator, Scope, Term, bind, relative};

/// Comparisons by name, each with whether it is negated.
const NAMES: [(&str, RawOperator, bool); 14] = [
    ("=", RawOperator::Equal, false),
    ("!=", RawOperator::Equal, true),
    ("<", RawOperator::Less, false),
    ("<=", RawOperator::LessOrEqual, false),
    (">", RawOperator::Greater, false),
    (">=", RawOperator::GreaterOrEqual, false),
    ("in", RawOperator::Equal, false),
    ("not_in", RawOperator::Equal, true),
    ("contains", RawOperator::Contains, false),
    ("not_contains", RawOperator::Contains, true),
    ("starts_with", RawOperator::StartsWith, false),
    ("between", RawOperator::Between, false),
    ("empty", RawOperator::Empty, false),
    ("not_empty", RawOperator::Empty, true),
];

impl Operator {
    /// Name of the comparison in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::Between => "between",
            Self::Empty => "empty",
        }
    }
}

impl Operand {
    /// The terms, from left to right.
    #[must_use]
    pub fn terms(&self) -> Vec<&Term> {
        match self {
            Self::None => Vec::new(),
            Self::One(term) => vec![term],
            Self::Many(terms) => terms.iter().collect(),
            Self::Range(from, until) => vec![from, until],
        }
    }
}

/// Reads a filter and binds it to the fields of the scope.
pub fn from_json(json: &Json, scope: &Scope<'_>) -> Result<Filter, FilterError> {
    bind::bind(&raw(json, "", 0)?, scope)
}

/// The filter as [`from_json`] reads it. Reading it gives the filter in its normal form.
#[must_use]
pub fn to_json(filter: &Filter) -> Json {
    match filter {
        Filter::All(parts) => json!({ "all": parts.iter().map(to_json).collect::<Vec<_>>() }),
        Filter::Any(parts) => json!({ "any": parts.iter().map(to_json).collect::<Vec<_>>() }),
        Filter::Not(part) => json!({ "not": to_json(part) }),
        Filter::Test(test) => {
            let mut members = json!({ "field": test.path.to_string(), "op": test.operator.code() });
            match &test.operand {
                Operand::None => {}
                Operand::One(term) => members["value"] = term_to_json(term),
                Operand::Many(_) | Operand::Range(..) => {
                    members["value"] = test.operand.terms().into_iter().map(term_to_json).collect();
                }
            }
            members
        }
    }
}

fn term_to_json(term: &Term) -> Json {
    match term {
        Term::Value(value) => value.to_json(),
        other => json!({ "relative": relative::format(other) }),
    }
}

fn raw(json: &Json, at: &str, depth: usize) -> Result<Raw, FilterError> {
    let place = Place::Json(at.to_owned());
    if depth > MAX_DEPTH {
        return Err(FilterError::too_deep(&place));
    }
    let Some(members) = json.as_object() else {
        return Err(FilterError::new(
            &place,
            Message::new("filter-expected-object"),
        ));
    };
    let known = ["all", "any", "not", "field", "op", "value"];
    if let Some(odd) = members.keys().find(|key| !known.contains(&key.as_str())) {
        let error = FilterError::new(
            &place,
            Message::new("filter-unknown-member").with("member", odd),
        );
        return Err(error.proposing(odd, known.into_iter()));
    }
    let group = |name: &str| -> Option<Result<Vec<Raw>, FilterError>> {
        let inner = members.get(name).filter(|_| members.len() == 1)?;
        let pointer = format!("{at}/{name}");
        let Some(parts) = inner.as_array() else {
            return Some(Err(FilterError::new(
                &Place::Json(pointer),
                Message::new("filter-expected-list"),
            )));
        };
        Some(
            parts
                .iter()
                .enumerate()
                .map(|(index, it)| raw(it, &format!("{pointer}/{index}"), depth + 1))
                .collect(),
        )
    };
    if let Some(parts) = group("all") {
        return Ok(Raw::All(parts?));
    }
    if let Some(parts) = group("any") {
        return Ok(Raw::Any(parts?));
    }
    if let Some(part) = members.get("not").filter(|_| members.len() == 1) {
        return Ok(Raw::Not(Box::new(raw(
            part,
            &format!("{at}/not"),
            depth + 1,
        )?)));
    }
    test(members, at)
}

fn test(members: &serde_json::Map<String, Json>, at: &str) -> Result<Raw, FilterError> {
    let place = Place::Json(at.to_owned());
    let text = |name: &str| members.get(name).and_then(Json::as_str);
    let (Some(field), Some(name)) = (text("field"), text("op")) else {
        return Err(FilterError::new(
            &place,
            Message::new("filter-expected-object"),
        ));
    };
    let Some((_, operator, negated)) = NAMES.into_iter().find(|(it, ..)| *it == name) else {
        let error = FilterError::new(
            &place,
            Message::new("filter-unknown-operator").with("operator", name),
        );
        // The signs of the text form have names here.
        let meant = match name {
            "~" => "contains",
            "!~" => "not_contains",
            "^" => "starts_with",
            ":" | "==" => "=",
            other => other,
        };
        return Err(error.proposing(meant, NAMES.iter().map(|it| it.0)));
    };
    let terms = terms(
        members.get("value"),
        &format!("{at}/value"),
        operator,
        matches!(name, "in" | "not_in"),
    )?;
    let test = Raw::Test(RawTest {
        path: field.to_owned(),
        place,
        operator,
        terms,
    });
    Ok(if negated {
        Raw::Not(Box::new(test))
    } else {
        test
    })
}

fn terms(
    value: Option<&Json>,
    at: &str,
    operator: RawOperator,
    list: bool,
) -> Result<Vec<RawTerm>, FilterError> {
    let place = Place::Json(at.to_owned());
    match value {
        None if operator == RawOperator::Empty => Ok(Vec::new()),
        None => Err(FilterError::new(
            &place,
            Message::new("filter-expected-value"),
        )),
        Some(_) if operator == RawOperator::Empty => Err(FilterError::new(
            &place,
            Message::new("filter-unknown-member").with("member", "value"),
        )),
        Some(Json::Array(items)) if list || operator == RawOperator::Between => {
            if items.len() > MAX_VALUES {
                return Err(FilterError::too_many_values(&place, MAX_VALUES));
            }
            if items.len() != 2 && !list {
                return Err(FilterError::new(
                    &place,
                    Message::new("filter-expected-two-values"),
                ));
            }
            items
                .iter()
                .enumerate()
                .map(|(index, it)| term(it, format!("{at}/{index}")))
                .collect()
        }
        Some(_) if list || operator == RawOperator::Between => Err(FilterError::new(
            &place,
            Message::new("filter-expected-list"),
        )),
        Some(it) => Ok(vec![term(it, at.to_owned())?]),
    }
}

fn term(json: &Json, at: String) -> Result<RawTerm, FilterError> {
    let place = Place::Json(at);
    let Some(relative) = json.get("relative") else {
        return Ok(RawTerm {
            literal: Literal::Json(json.clone()),
            place,
        });
    };
    let word = relative.as_str().map(str::to_ascii_lowercase);
    match word.filter(|it| {
        matches!(it.as_str(), "me" | "my_teams" | "my_organisations")
            || relative::parse(it).is_some()
    }) {
        Some(word) => Ok(RawTerm {
            literal: Literal::Word(word),
            place,
        }),
        None => Err(FilterError::new(
            &place,
            Message::new("filter-wrong-relative").with("value", relative),
        )),
    }
}
