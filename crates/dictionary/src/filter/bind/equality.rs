//! What `:`, `=` and `in` mean for each kind of field.

use base::{Message, Uuid};

use super::super::error::FilterError;
use super::super::raw::{Literal, RawOperator, RawTerm, RawTest};
use super::super::{Filter, ID, MAX_VALUES, Operand, Operator, Path, Term, Test};
use super::{Binder, Subject, text_term, time, wrong_operator, wrong_value};
use crate::{Kind, Phase, Value, spine};

impl<'a> Binder<'a> {
    pub(super) fn equality(
        &self,
        subject: &Subject<'a>,
        test: &RawTest,
    ) -> Result<Filter, FilterError> {
        if matches!(subject.field.kind, Kind::LongText | Kind::Json) {
            let plain_words = test
                .terms
                .iter()
                .all(|it| it.literal.keyword().as_deref() == Some("empty"));
            if !plain_words {
                return Err(wrong_operator(subject, test.operator, &test.place));
            }
        }
        if test.terms.len() > MAX_VALUES {
            return Err(FilterError::too_many_values(&test.place, MAX_VALUES));
        }
        let parts = test
            .terms
            .iter()
            .map(|term| self.equal(subject, test.operator, term));
        Ok(joined(parts.collect::<Result<_, _>>()?))
    }

    fn equal(
        &self,
        subject: &Subject<'a>,
        operator: RawOperator,
        term: &RawTerm,
    ) -> Result<Filter, FilterError> {
        if term.literal.keyword().as_deref() == Some("empty") {
            return Ok(subject.test(Operator::Empty, Operand::None));
        }
        match &subject.field.kind {
            Kind::Text { .. } | Kind::Email | Kind::Url => text(self, subject, operator, term),
            Kind::Choice => self.choice(subject, operator, term),
            Kind::Reference { .. } => self.reference(subject, term),
            Kind::MultiChoice | Kind::References { .. } => {
                Ok(subject.compare(Operator::Contains, self.member(subject, term)?))
            }
            Kind::Date | Kind::Instant => match time::within(subject, term)? {
                Some(filter) => Ok(filter),
                None => Ok(subject.compare(Operator::Equal, self.plain(subject, term)?)),
            },
            _ => Ok(subject.compare(Operator::Equal, self.plain(subject, term)?)),
        }
    }

    fn choice(
        &self,
        subject: &Subject<'a>,
        operator: RawOperator,
        term: &RawTerm,
    ) -> Result<Filter, FilterError> {
        // Across types `state:open` is what people ask for, also where one type has a state with that code;
        // `state = open` is that code.
        let across = subject.field.name == spine::STATE
            && std::ptr::eq(subject.record_type, super::Scope::spine_type());
        if across
            && operator == RawOperator::Matches
            && term.literal.text().eq_ignore_ascii_case("open")
        {
            return Ok(self.open(subject, true));
        }
        match self.code(subject, term) {
            Ok(code) => Ok(subject.compare(Operator::Equal, Term::Value(Value::Choice(code)))),
            Err(error) if subject.field.name != spine::STATE => Err(error),
            Err(error) => match term.literal.text().to_ascii_lowercase().as_str() {
                "open" => Ok(self.open(subject, true)),
                "closed" => Ok(self.open(subject, false)),
                _ => self.states_of_phase(subject, term).map_err(|_| error),
            },
        }
    }

    /// `state:open` is a test of the field beside the state.
    fn open(&self, subject: &Subject<'a>, open: bool) -> Filter {
        let walked = &subject.path.0[..subject.path.0.len() - 1];
        Filter::Test(Test {
            path: Path(walked.to_vec()).then(spine::OPEN),
            operator: Operator::Equal,
            operand: Operand::One(Term::Value(Value::Boolean(open))),
        })
    }

    /// The code of a choice as it is stored; letter case does not matter where it tells no codes apart.
    fn code(&self, subject: &Subject<'a>, term: &RawTerm) -> Result<String, FilterError> {
        let written = term.literal.text();
        let Some(codes) = self.scope.codes(subject.record_type, subject.field) else {
            let value = subject.field.from_text(&written).ok();
            return match value {
                Some(Value::Choice(code)) => Ok(code),
                Some(Value::Choices(codes)) if codes.len() == 1 => Ok(codes.concat()),
                _ => Err(wrong_value(subject, term)),
            };
        };
        let exact = codes.iter().find(|it| **it == written);
        let found = exact.or_else(|| codes.iter().find(|it| it.eq_ignore_ascii_case(&written)));
        found.map(|it| (*it).to_owned()).ok_or_else(|| {
            let message = Message::new("filter-unknown-choice")
                .with("field", &subject.path)
                .with("value", &written);
            FilterError::new(&term.place, message).proposing(&written, codes.iter().copied())
        })
    }

    pub(super) fn states_of_phase(
        &self,
        subject: &Subject<'a>,
        term: &RawTerm,
    ) -> Result<Filter, FilterError> {
        let written = term.literal.text().to_ascii_lowercase();
        if written == "open" {
            return Ok(self.open(subject, true));
        }
        let Some(phase) = Phase::ALL.into_iter().find(|it| it.code() == written) else {
            let message = Message::new("filter-unknown-choice")
                .with("field", &subject.path)
                .with("value", &written);
            return Err(FilterError::new(&term.place, message)
                .proposing(&written, Phase::ALL.iter().map(|it| it.code())));
        };
        let states: Vec<_> = self.scope.states(subject.record_type).collect();
        let mut certain: Vec<&str> = Vec::new();
        let mut parts = Vec::new();
        for (record_type, code, _) in states.iter().filter(|it| it.2 == phase) {
            // Across types one code may stand in two phases; then the type decides.
            if states
                .iter()
                .any(|(_, other, its)| other == code && *its != phase)
            {
                let walked = Path(subject.path.0[..subject.path.0.len() - 1].to_vec());
                parts.push(Filter::All(vec![
                    Filter::equal(
                        &walked.then("type").to_string(),
                        Value::Choice(record_type.name.clone()),
                    ),
                    subject.compare(Operator::Equal, choice_term(code)),
                ]));
            } else if !certain.contains(code) {
                certain.push(code);
            }
        }
        parts.extend(
            certain
                .into_iter()
                .map(|code| subject.compare(Operator::Equal, choice_term(code))),
        );
        Ok(joined(parts))
    }

    /// Another record: by id, `me`, `my_teams`, number or title.
    fn reference(&self, subject: &Subject<'a>, term: &RawTerm) -> Result<Filter, FilterError> {
        if let Some(term) = self.known_reference(subject, term) {
            return Ok(subject.compare(Operator::Equal, term));
        }
        let written = term.literal.text();
        let textual = !matches!(&term.literal, Literal::Json(json) if !json.is_string());
        let Some(target) = self.scope.target(subject.field).filter(|_| textual) else {
            return Err(wrong_value(subject, term));
        };
        let number = self.scope.number(target, &written);
        let (name, text) = match number {
            Some(number) => (spine::NUMBER, number),
            None => (spine::TITLE, written),
        };
        if subject.field.name == ID {
            let at = self.subject(name, &term.place)?;
            return Ok(at.compare(Operator::Equal, text_term(&at, &text, &term.place)?));
        }
        let at = self.subject(&subject.path.then(name).to_string(), &term.place)?;
        Ok(at.compare(Operator::Equal, text_term(&at, &text, &term.place)?))
    }

    /// A member of a list field.
    pub(super) fn member(
        &self,
        subject: &Subject<'a>,
        term: &RawTerm,
    ) -> Result<Term, FilterError> {
        if matches!(subject.field.kind, Kind::MultiChoice) {
            return self
                .code(subject, term)
                .map(|code| Term::Value(Value::Choice(code)));
        }
        self.known_reference(subject, term)
            .ok_or_else(|| wrong_value(subject, term))
    }

    /// A reference that needs no look at the target.
    fn known_reference(&self, subject: &Subject<'a>, term: &RawTerm) -> Option<Term> {
        let (Kind::Reference { to } | Kind::References { to }) = &subject.field.kind else {
            return None;
        };
        let may_be = |name: &str| to.as_deref().is_none_or(|it| it == name);
        match term.literal.keyword().as_deref() {
            Some("me") if may_be("person") => return Some(Term::Me),
            Some("my_teams") if may_be("team") => return Some(Term::MyTeams),
            Some("my_organisations") if may_be("organisation") => {
                return Some(Term::MyOrganisations);
            }
            _ => {}
        }
        let id = match &term.literal {
            Literal::Json(json) => json
                .get("id")
                .unwrap_or(json)
                .as_str()
                .and_then(|it| Uuid::try_parse(it).ok()),
            Literal::Word(text) | Literal::Quoted(text) => Uuid::try_parse(text).ok(),
        };
        id.map(|id| Term::Value(Value::Reference(id)))
    }
}

fn choice_term(code: &str) -> Term {
    Term::Value(Value::Choice(code.to_owned()))
}

/// `title:vpn` finds titles with it; a number is meant whole, in any spelling.
fn text<'a>(
    binder: &Binder<'a>,
    subject: &Subject<'a>,
    operator: RawOperator,
    term: &RawTerm,
) -> Result<Filter, FilterError> {
    let written = term.literal.text();
    if subject.field.name == spine::NUMBER
        && let Some(number) = binder.scope.number(subject.record_type, &written)
    {
        return Ok(subject.compare(Operator::Equal, Term::Value(Value::Text(number))));
    }
    let operator = match operator {
        RawOperator::Matches => Operator::Contains,
        _ => Operator::Equal,
    };
    Ok(subject.compare(operator, text_term(subject, &written, &term.place)?))
}

/// One of several conditions; equalities of the same field become one `in`.
fn joined(parts: Vec<Filter>) -> Filter {
    let mut others = Vec::new();
    let mut equal: Vec<(Path, Vec<Term>)> = Vec::new();
    for part in parts {
        match part {
            Filter::Test(Test {
                path,
                operator: Operator::Equal,
                operand: Operand::One(term),
            }) => match equal.iter_mut().find(|(other, _)| *other == path) {
                Some((_, terms)) => terms.push(term),
                None => equal.push((path, vec![term])),
            },
            Filter::Any(inner) => others.extend(inner),
            other => others.push(other),
        }
    }
    for (path, terms) in equal {
        others.push(Filter::Test(Test {
            path,
            operator: Operator::In,
            operand: Operand::Many(terms),
        }));
    }
    Filter::Any(others)
}
