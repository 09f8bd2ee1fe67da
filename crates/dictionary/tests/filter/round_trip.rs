//! Text and JSON lose nothing: what is written is read back as the same filter.

use base::{Date, Timestamp, Uuid};
use dictionary::filter::{Unit, check, from_json, operators, parse, to_json, to_text};
use dictionary::{
    Decimal, FieldDef, Filter, Kind, Money, Operand, Operator, Path, Term, Test, Value,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::world::incidents;

fn text() -> impl Strategy<Value = String> {
    let odd = select(vec![
        "me", "or", "a..b", "ß\"\\", "today", "(x, y)", "İ", "empty", "-x", "1:2",
    ]);
    prop_oneof![odd.prop_map(str::to_owned), "\\PC{1,12}"]
        .prop_map(|it| it.trim().to_owned())
        .prop_filter("a text to look for has a key", |it| {
            !base::text_key(it).is_empty()
        })
}

fn value(field: &FieldDef) -> BoxedStrategy<Value> {
    let id = any::<u128>().prop_map(|it| Value::Reference(Uuid::from_u128(it)));
    let micros = -60_000_000_000_000_000_i64..200_000_000_000_000_000;
    match &field.kind {
        Kind::Integer => (-999_i64..999).prop_map(Value::Integer).boxed(),
        Kind::Decimal { scale } => {
            let scale = *scale;
            (-99_999_i64..99_999)
                .prop_map(move |unscaled| Value::Decimal(Decimal { unscaled, scale }))
                .boxed()
        }
        Kind::Money => {
            let money = (-99_999_i64..99_999).prop_map(|minor| Money {
                minor,
                currency: "EUR".to_owned(),
            });
            money.prop_map(Value::Money).boxed()
        }
        Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Kind::Date => (-700_000_i32..2_000_000)
            .prop_map(|it| Value::Date(Date::from_days(it)))
            .boxed(),
        Kind::Instant => micros
            .prop_map(|it| Value::Instant(Timestamp::from_micros(it)))
            .boxed(),
        Kind::Duration => (-999_999_999_999_i64..999_999_999_999)
            .prop_map(Value::Duration)
            .boxed(),
        Kind::Choice | Kind::MultiChoice => {
            let codes: Vec<String> = field.choices.iter().map(|it| it.code.clone()).collect();
            select(codes).prop_map(Value::Choice).boxed()
        }
        Kind::Reference { .. } | Kind::References { .. } => id.boxed(),
        _ => text().prop_map(Value::Text).boxed(),
    }
}

fn term(field: &FieldDef) -> BoxedStrategy<Term> {
    let plain = value(field).prop_map(Term::Value);
    let units = select(vec![
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ]);
    let start =
        (units.clone(), -40_i64..40, units).prop_map(|(unit, offset, offset_unit)| Term::Start {
            unit,
            offset,
            offset_unit,
        });
    let now = (-90_000_000_000_i64..90_000_000_000).prop_map(|offset| Term::Now { offset });
    let hour = (-40_i64..40).prop_map(|offset| Term::Start {
        unit: Unit::Hour,
        offset,
        offset_unit: Unit::Hour,
    });
    let day = (-700_000_i32..2_000_000).prop_map(|it| Term::Day(Date::from_days(it)));
    match &field.kind {
        Kind::Date => prop_oneof![plain, start].boxed(),
        Kind::Instant => prop_oneof![plain, start, now, hour, day].boxed(),
        Kind::Reference { to: None } => {
            prop_oneof![plain, Just(Term::Me), Just(Term::MyTeams)].boxed()
        }
        Kind::Reference { to } | Kind::References { to } => match to.as_deref() {
            Some("person") => prop_oneof![plain, Just(Term::Me)].boxed(),
            Some("team") => prop_oneof![plain, Just(Term::MyTeams)].boxed(),
            _ => plain.boxed(),
        },
        _ => plain.boxed(),
    }
}

fn operand(field: &FieldDef, operator: Operator) -> BoxedStrategy<Operand> {
    match operator {
        Operator::Empty => Just(Operand::None).boxed(),
        Operator::In => prop::collection::vec(term(field), 0..5)
            .prop_map(Operand::Many)
            .boxed(),
        Operator::Between => (term(field), term(field))
            .prop_map(|(from, until)| Operand::Range(from, until))
            .boxed(),
        _ => term(field).prop_map(Operand::One).boxed(),
    }
}

fn test() -> impl Strategy<Value = Filter> {
    let mut paths: Vec<Path> = incidents()
        .record_type
        .fields
        .iter()
        .map(|it| Path::new(&it.name))
        .collect();
    // Numbers are spelled in more than one way, so they come back in the one way.
    paths.retain(|it| it.to_string() != "number");
    paths.extend(
        [
            "requester.email",
            "parent.due_at",
            "requester.department.organisation",
            "id",
        ]
        .map(Path::new),
    );
    select(paths).prop_flat_map(|path| {
        let field = incidents().resolve(&path).unwrap().field;
        select(operators(&field.kind)).prop_flat_map(move |operator| {
            let path = path.clone();
            operand(field, operator).prop_map(move |operand| {
                Filter::Test(Test {
                    path: path.clone(),
                    operator,
                    operand,
                })
            })
        })
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    test().prop_recursive(5, 30, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::Any),
            inner.prop_map(Filter::negated),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn text_reads_back(filter in filter()) {
        let written = to_text(&filter);
        let read = parse(&written, &incidents()).map_err(|error| TestCaseError::fail(format!("{written}: {error}")))?;
        prop_assert_eq!(read, filter.normalised(), "{}", written);
    }

    #[test]
    fn json_reads_back(filter in filter()) {
        let written = to_json(&filter);
        let read = from_json(&written, &incidents()).map_err(|error| TestCaseError::fail(format!("{written}: {error}")))?;
        prop_assert_eq!(read, filter.normalised(), "{}", written);
    }

    #[test]
    fn what_was_read_passes_the_check(filter in filter()) {
        prop_assert!(check(&filter, &incidents()).is_ok());
    }

    #[test]
    fn no_text_is_a_crash(text in "[ -~ä\"().:<=>!^~,-]{0,60}") {
        if let Ok(filter) = parse(&text, &incidents()) {
            prop_assert_eq!(parse(&to_text(&filter), &incidents()), Ok(filter));
        }
    }
}
