//! A filter against one record in memory. SQL must give the same answer; a property test holds the two together.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use base::text_key;

use super::{Asker, Filter, Operand, Operator, Path, Term, Test};
use crate::Value;

/// The values of one record and of the records it refers to.
pub trait Facts {
    /// The value at the path; [`Value::Null`] where there is none or a reference on the way is empty.
    fn value(&self, path: &Path) -> Cow<'_, Value>;
}

/// Values by dotted path.
impl Facts for BTreeMap<String, Value> {
    fn value(&self, path: &Path) -> Cow<'_, Value> {
        self.get(&path.to_string())
            .map_or(Cow::Owned(Value::Null), Cow::Borrowed)
    }
}

/// Values that a function looks up.
impl<F: Fn(&Path) -> Value> Facts for F {
    fn value(&self, path: &Path) -> Cow<'_, Value> {
        Cow::Owned(self(path))
    }
}

/// Whether the filter holds for the record, for that asker.
#[must_use]
pub fn evaluate(filter: &Filter, facts: &dyn Facts, asker: &Asker) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|it| evaluate(it, facts, asker)),
        Filter::Any(parts) => parts.iter().any(|it| evaluate(it, facts, asker)),
        Filter::Not(part) => !evaluate(part, facts, asker),
        Filter::Test(test) => holds(test, &facts.value(&test.path), asker),
    }
}

fn holds(test: &Test, value: &Value, asker: &Asker) -> bool {
    if test.operator == Operator::Empty || value.is_null() {
        return test.operator == Operator::Empty && value.is_null();
    }
    let as_day = matches!(value, Value::Date(_));
    let values = |term: &Term| asker.resolve(term, as_day);
    match &test.operand {
        Operand::None => false,
        Operand::One(term) => values(term)
            .iter()
            .any(|it| compares(test.operator, value, it)),
        Operand::Many(terms) => terms
            .iter()
            .flat_map(values)
            .any(|it| compares(Operator::Equal, value, &it)),
        Operand::Range(from, until) => {
            values(from)
                .iter()
                .any(|it| compares(Operator::GreaterOrEqual, value, it))
                && values(until)
                    .iter()
                    .any(|it| compares(Operator::LessOrEqual, value, it))
        }
    }
}

fn compares(operator: Operator, value: &Value, other: &Value) -> bool {
    let order = |wanted: fn(Ordering) -> bool| order(value, other).is_some_and(wanted);
    match operator {
        Operator::Equal => order(Ordering::is_eq),
        Operator::Less => order(Ordering::is_lt),
        Operator::LessOrEqual => order(Ordering::is_le),
        Operator::Greater => order(Ordering::is_gt),
        Operator::GreaterOrEqual => order(Ordering::is_ge),
        Operator::Contains => contains(value, other),
        Operator::StartsWith => match (value, other) {
            (Value::Text(text), Value::Text(start)) => text_key(text).starts_with(&text_key(start)),
            _ => false,
        },
        Operator::In | Operator::Between | Operator::Empty => false,
    }
}

fn contains(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::Text(text), Value::Text(part)) => text_key(text).contains(&text_key(part)),
        (Value::Choices(codes), Value::Choice(code)) => codes.contains(code),
        (Value::References(ids), Value::Reference(id)) => ids.contains(id),
        _ => false,
    }
}

/// Order of two values of one kind; `None` where they cannot be compared, such as two currencies.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(text_key(left).cmp(&text_key(right))),
        (Value::Integer(left), Value::Integer(right))
        | (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(right)),
        (Value::Decimal(left), Value::Decimal(right)) if left.scale == right.scale => {
            Some(left.unscaled.cmp(&right.unscaled))
        }
        (Value::Money(left), Value::Money(right)) if left.currency == right.currency => {
            Some(left.minor.cmp(&right.minor))
        }
        (Value::Boolean(left), Value::Boolean(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Instant(left), Value::Instant(right)) => Some(left.cmp(right)),
        (Value::Choice(left), Value::Choice(right)) => Some(left.cmp(right)),
        (Value::Reference(left), Value::Reference(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
