//! Whether a filter fits the fields it names: for trees that code built, and as the last word on bound ones.

use base::Message;

use super::error::{FilterError, Place};
use super::{
    Filter, MAX_DEPTH, MAX_TERMS, MAX_TESTS, MAX_VALUES, Operand, Operator, Resolved, Scope, Term,
    Test,
};
use crate::{Kind, Value};

/// Comparisons that a field of that kind knows. Long text and JSON are found through search instead.
#[must_use]
pub const fn operators(kind: &Kind) -> &'static [Operator] {
    use Operator as O;
    match kind {
        Kind::Text { .. } | Kind::Email | Kind::Url => &[
            O::Equal,
            O::Less,
            O::LessOrEqual,
            O::Greater,
            O::GreaterOrEqual,
            O::In,
            O::Contains,
            O::StartsWith,
            O::Between,
            O::Empty,
        ],
        Kind::Integer
        | Kind::Decimal { .. }
        | Kind::Money
        | Kind::Date
        | Kind::Instant
        | Kind::Duration => &[
            O::Equal,
            O::Less,
            O::LessOrEqual,
            O::Greater,
            O::GreaterOrEqual,
            O::In,
            O::Between,
            O::Empty,
        ],
        Kind::Boolean | Kind::Choice | Kind::Reference { .. } => &[O::Equal, O::In, O::Empty],
        Kind::MultiChoice | Kind::References { .. } => &[O::Contains, O::Empty],
        Kind::LongText | Kind::Json => &[O::Empty],
    }
}

/// Checks every test against the fields of the scope, and the filter against the limits.
pub fn check(filter: &Filter, scope: &Scope<'_>) -> Result<(), FilterError> {
    if depth(filter) > MAX_DEPTH {
        return Err(FilterError::too_deep(&Place::Whole));
    }
    let tests = filter.tests();
    if tests.len() > MAX_TESTS {
        return Err(FilterError::too_many_tests(&Place::Whole));
    }
    // Databases take some tens of thousands of arguments in one statement.
    if tests
        .iter()
        .map(|it| it.operand.terms().len())
        .sum::<usize>()
        > MAX_TERMS
    {
        return Err(FilterError::too_many_values(&Place::Whole, MAX_TERMS));
    }
    tests
        .into_iter()
        .try_for_each(|test| check_test(test, scope))
}

/// How far the innermost test lies below the top.
fn depth(filter: &Filter) -> usize {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => 1 + parts.iter().map(depth).max().unwrap_or(0),
        Filter::Not(part) => 1 + depth(part),
        Filter::Test(_) => 0,
    }
}

fn check_test(test: &Test, scope: &Scope<'_>) -> Result<(), FilterError> {
    let resolved = scope.resolve(&test.path)?;
    let kind = &resolved.field.kind;
    let shaped = matches!(
        (test.operator, &test.operand),
        (Operator::Empty, Operand::None)
            | (Operator::In, Operand::Many(_))
            | (Operator::Between, Operand::Range(..))
            | (
                Operator::Equal
                    | Operator::Less
                    | Operator::LessOrEqual
                    | Operator::Greater
                    | Operator::GreaterOrEqual
                    | Operator::Contains
                    | Operator::StartsWith,
                Operand::One(_)
            )
    );
    if !shaped || !operators(kind).contains(&test.operator) {
        let message = Message::new("filter-wrong-operator").with("field", &test.path);
        return Err(whole(
            message
                .with("operator", test.operator.code())
                .with("kind", kind.name()),
        ));
    }
    let terms = test.operand.terms();
    if terms.len() > MAX_VALUES {
        return Err(FilterError::too_many_values(&Place::Whole, MAX_VALUES));
    }
    terms
        .into_iter()
        .try_for_each(|term| check_term(term, test, &resolved, scope))
}

fn check_term(
    term: &Term,
    test: &Test,
    resolved: &Resolved<'_>,
    scope: &Scope<'_>,
) -> Result<(), FilterError> {
    let kind = &resolved.field.kind;
    let fits = match term {
        Term::Value(value) => fits(value, kind),
        Term::Me => may_refer(kind, "person"),
        Term::MyTeams => may_refer(kind, "team"),
        Term::MyOrganisations => may_refer(kind, "organisation"),
        Term::Now { .. } | Term::Start { .. } | Term::Day(_) => {
            matches!(kind, Kind::Date | Kind::Instant)
        }
    };
    if !fits {
        let value = match term {
            Term::Value(value) => value.to_text(),
            other => super::relative::format(other).unwrap_or_default(),
        };
        let message = Message::new("filter-wrong-value")
            .with("field", &test.path)
            .with("value", value);
        return Err(whole(message.with("kind", kind.name())));
    }
    if let Term::Value(Value::Choice(code)) = term
        && let Some(codes) = scope.codes(resolved.record_type, resolved.field)
        && !codes.contains(&code.as_str())
    {
        let message = Message::new("filter-unknown-choice")
            .with("field", &test.path)
            .with("value", code);
        return Err(whole(message).proposing(code, codes.into_iter()));
    }
    Ok(())
}

/// Whether the value is one that the field, or a member of the field's list, can hold.
fn fits(value: &Value, kind: &Kind) -> bool {
    match (kind, value) {
        (_, Value::Null) => false,
        (Kind::MultiChoice, Value::Choice(_)) | (Kind::References { .. }, Value::Reference(_)) => {
            true
        }
        (Kind::MultiChoice, _) | (Kind::References { .. }, _) => false,
        (Kind::Decimal { scale }, Value::Decimal(decimal)) => decimal.scale == *scale,
        _ => kind.holds(value),
    }
}

fn may_refer(kind: &Kind, name: &str) -> bool {
    match kind {
        Kind::Reference { to } | Kind::References { to } => {
            to.as_deref().is_none_or(|it| it == name)
        }
        _ => false,
    }
}

fn whole(message: Message) -> FilterError {
    FilterError::new(&Place::Whole, message)
}
