//! What an export promises: everything out, and in again as it was.

use std::collections::BTreeMap;

use base::{Date, Error, Refused, Timestamp, Uuid};
use dictionary::{Decimal, FieldDef, Kind, Money, TypeDef, Value, spine};
use engine::{Change, Mode, Surface};
use flow::source::Source;
use flow::{Export, Format, Importer, Options, Plan};
use test_kit::{Desk, both_databases};

/// Columns that each database stamps for itself.
const STAMPS: [&str; 3] = [spine::CREATED_AT, spine::UPDATED_AT, spine::VERSION];

both_databases! {
    fn every_type_comes_back_as_it_was_from_csv(database) {
        check_round_trip(&Desk::on(database), &Desk::on(database), Format::Csv);
    }

    fn every_type_comes_back_as_it_was_from_json_lines(database) {
        check_round_trip(&Desk::on(database), &Desk::on(database), Format::Jsonl);
    }

    fn a_filter_and_rights_decide_what_comes_out(database) {
        let desk = Desk::on(database);
        let broken = "Mine, \"quoted\"\nand on two lines";
        let one = desk.as_requester().create("incident", &[("title", "Mine"), ("description", broken)]);
        desk.create("incident", &[("title", "Somebody else's"), ("impact", "1"), ("urgency", "1")]);
        let all = out(&desk, &desk.as_system().ctx, "incident", "", Format::Csv);
        assert_eq!(all.len(), 2);
        let grave = out(&desk, &desk.as_system().ctx, "incident", "priority = 1", Format::Csv);
        assert_eq!(grave.values().map(|it| it["title"].as_str()).collect::<Vec<_>>(), ["Somebody else's"]);
        let own = out(&desk, &desk.as_requester().ctx, "incident", "", Format::Csv);
        assert_eq!(own.keys().collect::<Vec<_>>(), [&one.to_string()]);
        assert_eq!(own[&one.to_string()]["description"], broken);
        assert_eq!(own[&one.to_string()]["requester.title"], "Rita Requester");
        assert_eq!(own[&one.to_string()]["reopen_count"], "", "what one may not read does not come out");
    }

    fn more_than_one_page_comes_out_once(database) {
        let desk = Desk::on(database);
        for number in 0..450 {
            desk.as_system().create("location", &[("title", &format!("Room {number}"))]);
        }
        let rows = out(&desk, &desk.as_system().ctx, "location", "title starts with Room", Format::Csv);
        assert_eq!(rows.len(), 450);
    }
}

/// Fills one desk with a record of each type that has a value in each field, and moves everything over.
fn check_round_trip(from: &Desk, to: &Desk, format: Format) {
    let dictionary = from.engine.snapshot().dictionary.clone();
    let types: Vec<&TypeDef> = dictionary.types().map(|it| &**it).collect();
    for record_type in &types {
        fill(from, record_type);
    }
    // Twice, since records refer to each other in circles.
    for _ in 0..2 {
        for record_type in &types {
            move_over(from, to, record_type, format);
        }
    }
    for record_type in &types {
        let before = out(from, &from.as_system().ctx, &record_type.name, "", format);
        let after = out(to, &to.as_system().ctx, &record_type.name, "", format);
        for (id, row) in &before {
            assert_eq!(&after[id], row, "{} {id}", record_type.name);
        }
        assert_eq!(before.len(), after.len(), "{}", record_type.name);
    }
}

fn move_over(from: &Desk, to: &Desk, record_type: &TypeDef, format: Format) {
    let file = written(from, &from.as_system().ctx, &record_type.name, "", format);
    let ctx = to.engine.system_ctx(to.tenant, Surface::Import);
    let declared = to
        .engine
        .snapshot()
        .dictionary
        .record_type(&record_type.name)
        .cloned()
        .unwrap();
    let importer = Importer::new(
        &to.engine,
        &ctx,
        Plan::of_export(&declared),
        Options {
            writers: 2,
            ..Options::default()
        },
    );
    let name = if format == Format::Csv {
        "x.csv"
    } else {
        "x.jsonl"
    };
    let report = importer
        .run(Source::of_bytes(name, file), &mut |_| {})
        .unwrap();
    assert_eq!(report.counts.rejected, [], "{}", record_type.name);
    assert_eq!(report.unused_columns, Vec::<String>::new());
}

fn written(
    desk: &Desk,
    ctx: &engine::Ctx,
    record_type: &str,
    filter: &str,
    format: Format,
) -> Vec<u8> {
    let mut file = Vec::new();
    Export::new(ctx, record_type, filter, format)
        .unwrap()
        .run(&desk.engine, ctx, &mut file)
        .unwrap();
    file
}

/// Rows of an export by id, without stamps.
fn out(
    desk: &Desk,
    ctx: &engine::Ctx,
    record_type: &str,
    filter: &str,
    format: Format,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let file = written(desk, ctx, record_type, filter, format);
    let rows: Vec<BTreeMap<String, String>> = match format {
        Format::Csv => csv::Reader::from_reader(file.as_slice())
            .deserialize()
            .collect::<Result<_, _>>()
            .unwrap(),
        Format::Jsonl => std::str::from_utf8(&file)
            .unwrap()
            .lines()
            .map(|line| {
                let row: BTreeMap<String, serde_json::Value> = serde_json::from_str(line).unwrap();
                row.into_iter()
                    .map(|(name, value)| (name, value.to_string()))
                    .collect()
            })
            .collect(),
    };
    let without_stamps = |mut row: BTreeMap<String, String>| {
        for stamp in STAMPS {
            row.remove(stamp);
        }
        (row["id"].trim_matches('"').to_owned(), row)
    };
    rows.into_iter().map(without_stamps).collect()
}

/// Makes a record with a value in every field that takes one.
fn fill(desk: &Desk, record_type: &TypeDef) {
    let mut change = Change::create(record_type.name.as_str());
    change.mode = Mode::Replay {
        effective_at: Timestamp::parse("2025-05-05T05:05:05Z").unwrap(),
    };
    for field in &record_type.fields {
        if !STAMPS.contains(&field.name.as_str())
            && !matches!(field.name.as_str(), spine::OPEN | spine::NUMBER)
        {
            change.set.insert(field.name.clone(), value(desk, field));
        }
    }
    // A rule may object to a value; the record then does without it.
    for _ in 0..record_type.fields.len() {
        match desk.as_system().apply(change.clone()) {
            Ok(_) => return,
            Err(Error::Refused(Refused::Invalid(problems))) => {
                for problem in problems {
                    let field = problem
                        .field
                        .unwrap_or_else(|| panic!("{}: {}", record_type.name, problem.message));
                    assert!(
                        change.set.remove(&field).is_some(),
                        "{}: {field}: {}",
                        record_type.name,
                        problem.message
                    );
                }
            }
            Err(other) => panic!("{}: {other}", record_type.name),
        }
    }
    panic!("no {} could be made", record_type.name);
}

fn value(desk: &Desk, field: &FieldDef) -> Value {
    let odd = "Ünï \"quoted\", |barred|\nand on";
    match &field.kind {
        Kind::Text { .. } => Value::Text("Ünï \"q\", 'x'; =1+1".to_owned()),
        Kind::LongText => Value::Text(odd.to_owned()),
        Kind::Integer => Value::Integer(
            field
                .choices
                .first()
                .map_or(-7, |it| it.code.parse().unwrap()),
        ),
        Kind::Decimal { scale } => Value::Decimal(Decimal {
            unscaled: -12_345,
            scale: *scale,
        }),
        Kind::Money => Value::Money(Money {
            minor: 1_999,
            currency: "EUR".to_owned(),
        }),
        Kind::Boolean => Value::Boolean(true),
        Kind::Date => Value::Date(Date::from_days(20_000)),
        Kind::Instant => Value::Instant(Timestamp::from_micros(1_700_000_000_123_456)),
        Kind::Duration => Value::Duration(93_784_000_001),
        Kind::Choice => Value::Choice(
            field
                .choices
                .last()
                .map_or("odd", |it| it.code.as_str())
                .to_owned(),
        ),
        Kind::MultiChoice => Value::Choices(
            field
                .choices
                .iter()
                .take(2)
                .map(|it| it.code.clone())
                .collect(),
        ),
        Kind::Reference { to } => {
            some_record(desk, to.as_deref()).map_or(Value::Null, Value::Reference)
        }
        Kind::References { to } => {
            some_record(desk, to.as_deref()).map_or(Value::Null, |id| Value::References(vec![id]))
        }
        Kind::Email => Value::Text(format!("{}@round.example", field.name)),
        Kind::Url => Value::Text("https://round.example/?a=b,c".to_owned()),
        Kind::Json => serde_json::from_str("[\"a, b\", \"ü\"]")
            .map(Value::Json)
            .unwrap(),
    }
}

fn some_record(desk: &Desk, record_type: Option<&str>) -> Option<Uuid> {
    desk.as_system()
        .list(record_type.unwrap_or("person"), "")
        .last()
        .map(engine::read::Visible::id)
}
