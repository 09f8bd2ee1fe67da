//! Random records and random filters over them. Values come from small pools, so that tests often hold.

use base::{Date, Timestamp, Uuid};
use dictionary::filter::{Scope, Unit, operators};
use dictionary::{
    Decimal, Dictionary, FieldDef, Filter, Kind, Money, Operand, Operator, Path, Term, Test, Value,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use super::shelf::{Fields, Item, Items, Who, types};

/// Texts that differ in case, width, composition and length only where that matters.
const TEXTS: [&str; 20] = [
    "vpn",
    "VPN",
    "Vpn is down",
    "Straße",
    "STRASSE",
    "é",
    "E\u{301}",
    "İstanbul",
    "istanbul",
    "ǅ",
    "ﬁn",
    "Σας",
    "ΣΑΣ",
    "a%b_c",
    "A",
    "_",
    "10",
    "9",
    "\u{d7ff}x",
    "\u{10ffff}",
];
pub const ZONES: [&str; 5] = [
    "UTC",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "America/New_York",
    "Asia/Kathmandu",
];
pub const PEOPLE: u128 = 6;

pub fn person(number: u128) -> Uuid {
    Uuid::from_u128(100 + number)
}

pub fn team(number: u128) -> Uuid {
    Uuid::from_u128(200 + number)
}

fn sample(number: u128) -> Uuid {
    Uuid::from_u128(300 + number)
}

/// Around changes of clocks in the zones above, before 1970, and one year around.
pub fn instant() -> impl Strategy<Value = Timestamp> {
    let around = [
        "2026-04-04T14:00:00Z",
        "2026-04-04T15:00:00Z",
        "2025-10-04T15:30:00Z",
        "2026-03-08T07:00:00Z",
        "2025-11-02T06:00:00Z",
    ];
    let around = select(around.to_vec()).prop_map(|it| Timestamp::parse(it).unwrap());
    let near = (around, -8_000_i64..8_000)
        .prop_map(|(it, seconds)| it.plus_micros(seconds * 1_000_000 + seconds));
    let year =
        (0_i64..31_536_000).prop_map(|it| Timestamp::from_micros((1_750_000_000 + it) * 1_000_000));
    prop_oneof![3 => near, 3 => year, 1 => Just(Timestamp::from_micros(-1)), 1 => Just(Timestamp::from_micros(-86_400_000_001))]
}

pub fn who() -> impl Strategy<Value = Who> {
    let teams = prop::collection::btree_set((0..3_u128).prop_map(team), 0..3);
    (
        (0..PEOPLE).prop_map(person),
        teams,
        instant(),
        select(ZONES.to_vec()),
    )
        .prop_map(|(person, teams, now, zone)| {
            Who::system(person, teams.into_iter().collect(), now, zone)
        })
}

fn text() -> impl Strategy<Value = String> {
    let long = (600_usize..602).prop_map(|length| "ß".repeat(length));
    prop_oneof![9 => select(TEXTS.to_vec()).prop_map(str::to_owned), 1 => long]
}

/// A value that the field may hold; `inner` for one member of a list.
fn value(field: &FieldDef, inner: bool) -> BoxedStrategy<Value> {
    let reference = |to: &Option<String>| match to.as_deref() {
        Some("team") => (0..4_u128).prop_map(team).boxed(),
        Some("department") => (0..3_u128).prop_map(|it| Uuid::from_u128(400 + it)).boxed(),
        Some("sample") => (0..90_u128).prop_map(sample).boxed(),
        Some("organisation") => (0..3_u128).prop_map(|it| Uuid::from_u128(500 + it)).boxed(),
        Some(_) => (0..PEOPLE + 1).prop_map(person).boxed(),
        None => prop_oneof![(0..PEOPLE).prop_map(person), (0..20_u128).prop_map(sample)].boxed(),
    };
    let mut codes: Vec<String> = field.choices.iter().map(|it| it.code.clone()).collect();
    if codes.is_empty() {
        // On the spine the type and the state have no choices of their own.
        let known = if field.name == "type" {
            ["sample", "person", "team"]
        } else {
            ["new", "work", "done"]
        };
        codes = known.map(str::to_owned).to_vec();
    }
    match &field.kind {
        Kind::Integer => (-2_i64..4).prop_map(Value::Integer).boxed(),
        Kind::Decimal { scale } => {
            let scale = *scale;
            (-3_i64..4)
                .prop_map(move |it| {
                    Value::Decimal(Decimal {
                        unscaled: it * 50,
                        scale,
                    })
                })
                .boxed()
        }
        Kind::Money => ((-2_i64..4), select(vec!["EUR", "USD"]))
            .prop_map(|(minor, currency)| {
                Value::Money(Money {
                    minor,
                    currency: currency.to_owned(),
                })
            })
            .boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Kind::Date => (20_500_i32..20_520)
            .prop_map(|it| Value::Date(Date::from_days(it)))
            .boxed(),
        Kind::Instant => instant().prop_map(Value::Instant).boxed(),
        Kind::Duration => (-2_i64..5)
            .prop_map(|it| Value::Duration(it * 1_500_000))
            .boxed(),
        Kind::Choice => select(codes).prop_map(Value::Choice).boxed(),
        Kind::MultiChoice if inner => select(codes).prop_map(Value::Choice).boxed(),
        Kind::MultiChoice => prop::collection::btree_set(select(codes), 1..3)
            .prop_map(|it| Value::Choices(it.into_iter().collect()))
            .boxed(),
        Kind::Reference { to } => reference(to).prop_map(Value::Reference).boxed(),
        Kind::References { to } if inner => reference(to).prop_map(Value::Reference).boxed(),
        Kind::References { to } => prop::collection::btree_set(reference(to), 1..4)
            .prop_map(|it| Value::References(it.into_iter().collect()))
            .boxed(),
        Kind::Json => Just(Value::Json(serde_json::json!({"a": [1, null]}))).boxed(),
        _ => text().prop_map(Value::Text).boxed(),
    }
}

fn fields_of(record_type: &'static str) -> BoxedStrategy<Fields> {
    let declared = types()
        .into_iter()
        .find(|it| it.name == record_type)
        .unwrap();
    let mut all = Just(Fields::new()).boxed();
    for field in declared.fields {
        let stamped = matches!(field.name.as_str(), "created_at" | "updated_at" | "version");
        let one = match field.name.as_str() {
            // Numbers are unique; those with the id tell more than random ones anyway.
            "number" => Just(Value::Null).boxed(),
            _ if stamped => value(&field, false),
            _ => prop_oneof![1 => Just(Value::Null), 3 => value(&field, false)].boxed(),
        };
        let name = field.name;
        all = (all, one)
            .prop_map(move |(mut fields, value)| {
                if !value.is_null() {
                    fields.insert(name.clone(), value);
                }
                fields
            })
            .boxed();
    }
    all
}

/// People, departments, teams, and so many samples.
pub fn items(samples: usize) -> impl Strategy<Value = Items> {
    let people = prop::collection::vec(fields_of("person"), usize::try_from(PEOPLE).unwrap());
    let departments = prop::collection::vec(fields_of("department"), 3);
    let teams = prop::collection::vec(fields_of("team"), 3);
    let samples = prop::collection::vec(fields_of("sample"), samples);
    (people, departments, teams, samples).prop_map(|(people, departments, teams, samples)| {
        let mut items = Items::default();
        let groups = [
            ("person", 100, people),
            ("department", 400, departments),
            ("team", 200, teams),
            ("sample", 300, samples),
        ];
        for (record_type, first, all) in groups {
            for (number, mut fields) in (0_u128..).zip(all) {
                if record_type == "sample" {
                    fields.insert("number".to_owned(), Value::Text(format!("SMP{number:07}")));
                }
                items.0.insert(
                    Uuid::from_u128(first + number),
                    Item {
                        record_type,
                        fields,
                    },
                );
            }
        }
        items
    })
}

/// One set of records for a whole test: making databases takes longer than asking them.
pub fn some_items(samples: usize) -> Items {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    items(samples).new_tree(&mut runner).unwrap().current()
}

fn term(field: &FieldDef) -> BoxedStrategy<Term> {
    let plain = value(field, true).prop_map(Term::Value);
    let unit = || {
        select(vec![
            Unit::Day,
            Unit::Week,
            Unit::Month,
            Unit::Quarter,
            Unit::Year,
        ])
    };
    let start = (unit(), -3_i64..4, unit()).prop_map(|(unit, offset, offset_unit)| Term::Start {
        unit,
        offset,
        offset_unit,
    });
    let hour = (-5_i64..5).prop_map(|offset| Term::Start {
        unit: Unit::Hour,
        offset,
        offset_unit: Unit::Hour,
    });
    let now = (-9_i64..9).prop_map(|hours| Term::Now {
        offset: hours * 3_600_000_000,
    });
    let day = (20_500_i32..20_550).prop_map(|it| Term::Day(Date::from_days(it)));
    match &field.kind {
        Kind::Date => prop_oneof![plain, start].boxed(),
        Kind::Instant => prop_oneof![plain, start, hour, now, day].boxed(),
        Kind::Reference { to } | Kind::References { to } => match to.as_deref() {
            Some("person") | None => prop_oneof![plain, Just(Term::Me)].boxed(),
            Some("team") => prop_oneof![plain, Just(Term::MyTeams)].boxed(),
            Some(_) => plain.boxed(),
        },
        _ => plain.boxed(),
    }
}

fn operand(field: &FieldDef, operator: Operator) -> BoxedStrategy<Operand> {
    match operator {
        Operator::Empty => Just(Operand::None).boxed(),
        Operator::In => prop::collection::vec(term(field), 0..4)
            .prop_map(Operand::Many)
            .boxed(),
        Operator::Between => (term(field), term(field))
            .prop_map(|(from, until)| Operand::Range(from, until))
            .boxed(),
        _ => term(field).prop_map(Operand::One).boxed(),
    }
}

/// A random filter over these paths.
pub fn filter(
    dictionary: &'static Dictionary,
    record_type: Option<&'static str>,
    paths: Vec<Path>,
) -> BoxedStrategy<Filter> {
    let scope = move || match record_type {
        Some(name) => Scope::new(dictionary, dictionary.record_type(name).unwrap()),
        None => Scope::spine(dictionary),
    };
    let test = select(paths).prop_flat_map(move |path| {
        let field = scope().resolve(&path).unwrap().field;
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
    });
    let tree = test.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Any),
            inner.prop_map(Filter::negated),
        ]
    });
    tree.boxed()
}

/// All fields of a type.
pub fn own_paths(dictionary: &Dictionary, record_type: &str) -> Vec<Path> {
    dictionary
        .record_type(record_type)
        .unwrap()
        .fields
        .iter()
        .map(|it| Path::new(&it.name))
        .collect()
}
