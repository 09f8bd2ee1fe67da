//! From what was written to a filter whose every value fits its field, or to an error that says where not.

mod equality;
mod time;

use base::{Message, clean_text};

use super::check::{self, check};
use super::error::{FilterError, Place};
use super::raw::{Literal, Raw, RawOperator, RawTerm, RawTest};
use super::{Filter, MAX_DEPTH, MAX_TESTS, Operand, Operator, PHASE, Path, Scope, Term, Test};
use crate::{FieldDef, Kind, TypeDef, Value, spine};

/// Binds what was written to the fields of the scope.
pub(super) fn bind(raw: &Raw, scope: &Scope<'_>) -> Result<Filter, FilterError> {
    let mut binder = Binder { scope, tests: 0 };
    let filter = binder.condition(raw, 0)?;
    let filter = filter.normalised();
    // One written test may stand for several, so what came out is counted as well.
    check(&filter, scope)?;
    Ok(filter)
}

struct Binder<'a> {
    scope: &'a Scope<'a>,
    tests: usize,
}

/// The field that a test is about.
struct Subject<'a> {
    path: Path,
    record_type: &'a TypeDef,
    field: &'a FieldDef,
}

impl Subject<'_> {
    fn test(&self, operator: Operator, operand: Operand) -> Filter {
        Filter::Test(Test {
            path: self.path.clone(),
            operator,
            operand,
        })
    }

    fn compare(&self, operator: Operator, term: Term) -> Filter {
        self.test(operator, Operand::One(term))
    }
}

impl<'a> Binder<'a> {
    fn condition(&mut self, raw: &Raw, depth: usize) -> Result<Filter, FilterError> {
        if depth > MAX_DEPTH {
            return Err(FilterError::too_deep(&Place::Whole));
        }
        Ok(match raw {
            Raw::All(parts) => Filter::All(self.conditions(parts, depth)?),
            Raw::Any(parts) => Filter::Any(self.conditions(parts, depth)?),
            Raw::Not(part) => self.condition(part, depth + 1)?.negated(),
            Raw::Test(test) => {
                self.count(&test.place)?;
                self.test(test)?
            }
            Raw::Word(term) => {
                self.count(&term.place)?;
                self.word(term)?
            }
        })
    }

    fn conditions(&mut self, parts: &[Raw], depth: usize) -> Result<Vec<Filter>, FilterError> {
        parts
            .iter()
            .map(|it| self.condition(it, depth + 1))
            .collect()
    }

    fn count(&mut self, place: &Place) -> Result<(), FilterError> {
        self.tests += 1;
        if self.tests > MAX_TESTS {
            return Err(FilterError::too_many_tests(place));
        }
        Ok(())
    }

    /// A word by itself is looked for in the title; one that reads as a number also means that record.
    fn word(&self, term: &RawTerm) -> Result<Filter, FilterError> {
        let text = term.literal.text();
        let title = self.subject(spine::TITLE, &term.place)?;
        let in_title = title.compare(Operator::Contains, text_term(&title, &text, &term.place)?);
        let quoted = matches!(term.literal, Literal::Quoted(_));
        match self
            .scope
            .number(self.scope.record_type, &text)
            .filter(|_| !quoted)
        {
            Some(number) => Ok(Filter::Any(vec![
                Filter::equal(spine::NUMBER, Value::Text(number)),
                in_title,
            ])),
            None => Ok(in_title),
        }
    }

    fn subject(&self, path: &str, place: &Place) -> Result<Subject<'a>, FilterError> {
        let path = Path::new(path);
        let resolved = self.scope.resolve_at(&path, place)?;
        Ok(Subject {
            path,
            record_type: resolved.record_type,
            field: resolved.field,
        })
    }

    fn test(&self, test: &RawTest) -> Result<Filter, FilterError> {
        if let Some(filter) = self.phase(test)? {
            return Ok(filter);
        }
        let subject = self.subject(&test.path, &test.place)?;
        let [first, rest @ ..] = test.terms.as_slice() else {
            return match test.operator {
                RawOperator::Empty => Ok(subject.test(Operator::Empty, Operand::None)),
                // An empty list of JSON: equal to none of nothing.
                _ => Ok(Filter::Any(Vec::new())),
            };
        };
        match test.operator {
            RawOperator::Matches | RawOperator::Equal => self.equality(&subject, test),
            RawOperator::Contains => self.contains(&subject, test.operator, first),
            RawOperator::StartsWith if subject.field.kind.is_keyed_text() => Ok(subject.compare(
                Operator::StartsWith,
                text_term(&subject, &first.literal.text(), &first.place)?,
            )),
            RawOperator::Less
            | RawOperator::LessOrEqual
            | RawOperator::Greater
            | RawOperator::GreaterOrEqual => self.order(&subject, test.operator, first),
            RawOperator::Between => match rest {
                [last] => self.between(&subject, first, last),
                _ => Err(FilterError::new(
                    &test.place,
                    Message::new("filter-expected-two-values"),
                )),
            },
            _ => Err(wrong_operator(&subject, test.operator, &test.place)),
        }
    }

    fn contains(
        &self,
        subject: &Subject<'a>,
        operator: RawOperator,
        term: &RawTerm,
    ) -> Result<Filter, FilterError> {
        match subject.field.kind {
            Kind::Text { .. } | Kind::Email | Kind::Url => Ok(subject.compare(
                Operator::Contains,
                text_term(subject, &term.literal.text(), &term.place)?,
            )),
            Kind::MultiChoice | Kind::References { .. } => {
                Ok(subject.compare(Operator::Contains, self.member(subject, term)?))
            }
            _ => Err(wrong_operator(subject, operator, &term.place)),
        }
    }

    fn order(
        &self,
        subject: &Subject<'a>,
        operator: RawOperator,
        term: &RawTerm,
    ) -> Result<Filter, FilterError> {
        if !has_order(&subject.field.kind) {
            return Err(wrong_operator(subject, operator, &term.place));
        }
        if let Some(filter) = time::order(subject, operator, term)? {
            return Ok(filter);
        }
        let operator = match operator {
            RawOperator::Less => Operator::Less,
            RawOperator::LessOrEqual => Operator::LessOrEqual,
            RawOperator::Greater => Operator::Greater,
            _ => Operator::GreaterOrEqual,
        };
        Ok(subject.compare(operator, self.plain(subject, term)?))
    }

    fn between(
        &self,
        subject: &Subject<'a>,
        first: &RawTerm,
        last: &RawTerm,
    ) -> Result<Filter, FilterError> {
        if !has_order(&subject.field.kind) {
            return Err(wrong_operator(subject, RawOperator::Between, &first.place));
        }
        if time::is_time(&subject.field.kind) {
            let from = self.order(subject, RawOperator::GreaterOrEqual, first)?;
            let until = self.order(subject, RawOperator::LessOrEqual, last)?;
            return Ok(time::joined(subject, from, until));
        }
        let (from, until) = (self.plain(subject, first)?, self.plain(subject, last)?);
        if let (Term::Value(Value::Money(from)), Term::Value(Value::Money(until))) = (&from, &until)
            && from.currency != until.currency
        {
            return Err(FilterError::new(
                &last.place,
                Message::new("filter-two-currencies"),
            ));
        }
        Ok(subject.test(Operator::Between, Operand::Range(from, until)))
    }

    /// A value of the field's own kind.
    fn plain(&self, subject: &Subject<'a>, term: &RawTerm) -> Result<Term, FilterError> {
        let kind = &subject.field.kind;
        if kind.is_keyed_text() {
            return text_term(subject, &term.literal.text(), &term.place);
        }
        let value = match &term.literal {
            Literal::Json(json) => subject.field.from_json(json),
            Literal::Word(text) if *kind == Kind::Money => {
                subject.field.from_text(&spaced_amount(text))
            }
            Literal::Word(text) | Literal::Quoted(text) => subject.field.from_text(text),
        };
        match value {
            Ok(value) if !value.is_null() => Ok(Term::Value(value)),
            _ => Err(wrong_value(subject, term)),
        }
    }
}

fn has_order(kind: &Kind) -> bool {
    check::operators(kind).contains(&Operator::Less)
}

/// `12.50EUR` is one word where `12.50 EUR` would be two.
fn spaced_amount(text: &str) -> String {
    let split = text
        .find(|it: char| it.is_ascii_alphabetic())
        .unwrap_or(text.len());
    format!("{} {}", &text[..split], text[split..].to_ascii_uppercase())
}

/// A text to look for; not checked as an e-mail or web address, since part of one is looked for as well.
fn text_term(subject: &Subject<'_>, text: &str, place: &Place) -> Result<Term, FilterError> {
    match clean_text(text.trim()) {
        Some(text) if !base::text_key(&text).is_empty() => Ok(Term::Value(Value::Text(text))),
        _ => Err(FilterError::new(
            place,
            Message::new("filter-expected-value").with("field", &subject.field.name),
        )),
    }
}

fn wrong_value(subject: &Subject<'_>, term: &RawTerm) -> FilterError {
    let message = Message::new("filter-wrong-value")
        .with("field", &subject.path)
        .with("value", term.literal.text())
        .with("kind", subject.field.kind.name());
    FilterError::new(&term.place, message)
}

fn wrong_operator(subject: &Subject<'_>, operator: RawOperator, place: &Place) -> FilterError {
    let message = Message::new("filter-wrong-operator")
        .with("field", &subject.path)
        .with("operator", operator.symbol())
        .with("kind", subject.field.kind.name());
    FilterError::new(place, message)
}

impl Binder<'_> {
    /// The pseudo-field `phase`, here or at the end of a walk, as the states of that phase.
    fn phase(&self, test: &RawTest) -> Result<Option<Filter>, FilterError> {
        let path = Path::new(&test.path);
        let Some((PHASE, walked)) = path
            .0
            .split_last()
            .map(|(last, walked)| (last.as_str(), walked))
        else {
            return Ok(None);
        };
        let mut state = Path(walked.to_vec()).then(spine::STATE).to_string();
        if walked.is_empty() {
            state = spine::STATE.to_owned();
        }
        let Ok(subject) = self.subject(&state, &test.place) else {
            return Ok(None);
        };
        if subject.record_type.field(PHASE).is_some() {
            return Ok(None);
        }
        if test.operator == RawOperator::Empty {
            return Ok(Some(subject.test(Operator::Empty, Operand::None)));
        }
        if !matches!(test.operator, RawOperator::Matches | RawOperator::Equal) {
            return Err(wrong_operator(&subject, test.operator, &test.place));
        }
        let phases = test
            .terms
            .iter()
            .map(|term| self.states_of_phase(&subject, term));
        Ok(Some(Filter::Any(phases.collect::<Result<_, _>>()?)))
    }
}
