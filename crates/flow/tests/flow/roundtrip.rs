//! What export and import promise together: everything comes back as it was, into a database with nothing in
//! it, and a second time nothing changes.

use std::collections::BTreeMap;

use base::{Date, Error, Refused, Timestamp, Uuid};
use dictionary::{Decimal, FieldDef, Kind, Money, TypeDef, Value, spine};
use engine::customize::TypeSpec;
use engine::system::attachment::BlobRef;
use engine::system::blob as content;
use engine::{Action, Change, Comment, Mode, Surface, TimelineItem, Visibility};
use flow::source::Source;
use flow::{Export, Format, Importer, Options, Plan, Report};
use serde_json::{Value as Json, json};
use test_kit::{Database, Desk, House, both_databases};

use crate::exporting::{parsed, written};
use crate::importing::{rejected, rows_of_history};

/// What each database counts for itself.
const STAMPS: [&str; 1] = [spine::VERSION];

both_databases! {
    fn everything_comes_back_as_it_was_into_an_empty_database(database) {
        let (from, to) = (furnished(database), empty(database));
        let (file, before) = everything(&from);
        let report = bring_in(&to, Plan::of_whole_export(&to.engine.snapshot().dictionary), &file);
        assert_eq!(rejected(&report), Vec::<String>::new());
        assert_eq!(report.counts.references_empty, 0);
        assert!(report.counts.comments > 20 && report.counts.links > 20 && report.counts.followers > 5);
        let mut after = everything(&to).1;
        // The tenant that was there has an organisation of its own.
        after.remove(&to.tenant.to_string());
        assert_equal(&before, &after);
        let rows = rows_of_history(&to);
        let again = bring_in(&to, Plan::of_whole_export(&to.engine.snapshot().dictionary), &file);
        let counts = &again.counts;
        assert_eq!((counts.created, counts.updated, counts.unchanged), (0, 0, u64::try_from(before.len()).unwrap()));
        assert_eq!((counts.comments, counts.links, counts.followers), (0, 0, 0));
        assert_eq!(rows_of_history(&to), rows, "a second import changes nothing");
    }

    fn files_come_back_once_their_content_is_here(database) {
        let (from, to) = (Desk::on(database), empty(database));
        let record = from.as_person(House::ADA).create("incident", &[("title", "No sound")]);
        for (name, comment) in [("a.txt", None), ("b.txt", Some(Comment::private("See b"))), ("c.txt", Some(Comment::public("See c")))] {
            stored(&from, name);
            let mut change = Change::of("incident", record, if comment.is_some() { Action::Comment } else { Action::Attach });
            change.comment = comment;
            change.files = vec![blob(&from, name)];
            from.as_person(House::ADA).apply(change).unwrap();
        }
        let (file, before) = everything(&from);
        let plan = || Plan::of_whole_export(&to.engine.snapshot().dictionary);
        let bare = bring_in(&to, plan(), &file);
        assert_eq!(rejected(&bare), Vec::<String>::new());
        assert_eq!((bare.counts.files, bare.counts.files_empty), (0, 3));
        ["a.txt", "b.txt", "c.txt"].iter().for_each(|name| stored(&to, name));
        let whole = bring_in(&to, plan(), &file);
        assert_eq!((rejected(&whole), whole.counts.files, whole.counts.files_empty), (Vec::new(), 3, 0));
        let mut after = everything(&to).1;
        after.remove(&to.tenant.to_string());
        assert_equal(&before, &after);
        assert_eq!(bring_in(&to, plan(), &file).counts.files, 0);
    }

    fn each_type_comes_back_by_itself_and_into_its_own_house(database) {
        let from = furnished(database);
        let types: Vec<String> = from.engine.snapshot().dictionary.types().map(|it| it.name.clone()).collect();
        let rows = rows_of_history(&from);
        for name in &types {
            for format in [Format::Jsonl, Format::Csv] {
                let file = written(&from, &from.as_system().ctx, name, "", format);
                let report = bring_in(&from, plan_of(&from, name), &file);
                assert_eq!(rejected(&report), Vec::<String>::new(), "{name} {format:?}");
                assert_eq!(report.unused_columns, Vec::<String>::new());
                assert_eq!((report.counts.created, report.counts.updated), (0, 0), "{name} {format:?}");
            }
        }
        assert_eq!(rows_of_history(&from), rows);
        let to = empty(database);
        // Twice, since records of one file refer to those of another.
        for _ in 0..2 {
            for name in &types {
                let file = written(&from, &from.as_system().ctx, name, "", Format::Jsonl);
                let report = bring_in(&to, plan_of(&to, name), &file);
                assert_eq!(rejected(&report), Vec::<String>::new(), "{name}");
            }
        }
        let mut after = everything(&to).1;
        after.remove(&to.tenant.to_string());
        assert_equal(&everything(&from).1, &after);
    }

    fn fields_come_back_from_csv(database) {
        let (from, to) = (furnished(database), empty(database));
        let types: Vec<String> = from.engine.snapshot().dictionary.types().map(|it| it.name.clone()).collect();
        for _ in 0..2 {
            for name in &types {
                let file = written(&from, &from.as_system().ctx, name, "", Format::Csv);
                assert_eq!(rejected(&bring_in(&to, plan_of(&to, name), &file)), Vec::<String>::new(), "{name}");
            }
        }
        let fields = |desk: &Desk| {
            let mut lines = everything(desk).1;
            lines.values_mut().for_each(|it| it.as_object_mut().unwrap().retain(|name, _| !name.starts_with('@')));
            lines
        };
        let mut after = fields(&to);
        after.remove(&to.tenant.to_string());
        assert_equal(&fields(&from), &after);
    }

    fn words_keep_their_author_their_instant_and_their_place_in_the_story(database) {
        let from = Desk::on(database);
        let id = from.as_requester().create("incident", &[("title", "No sound")]);
        from.wait_days(1);
        from.as_agent().comment(id, "Is it plugged in?");
        let asked_at = from.now();
        from.wait_days(1);
        from.as_requester().comment(id, "No.");
        from.wait_days(1);
        from.update(id, &[("urgency", "1")]);
        let to = Desk::empty(database);
        to.wait_days(30);
        let report = bring_in(&to, Plan::of_whole_export(&to.engine.snapshot().dictionary), &everything(&from).0);
        assert_eq!(report.counts.comments, 2);
        let declared = to.engine.snapshot().dictionary.record_type("incident").cloned().unwrap();
        let story = to.engine.read_blocking(&to.as_system().ctx, move |reading| reading.timeline(&declared, id)).unwrap();
        let told: Vec<String> = story.entries.iter().map(|it| match &it.item {
            TimelineItem::Comment { text, visibility, .. } => {
                format!("{} {} {text}", story.titles[&it.actor], visibility.code())
            }
            TimelineItem::Change { .. } => it.action.clone(),
        }).collect();
        assert_eq!(told, ["Ada Agent public Is it plugged in?", "Rita Requester public No.", "create"]);
        assert_eq!(story.entries[0].at, asked_at);
        assert_eq!(story.entries[0].surface, "import");
        // Nothing happens now because of what was said then.
        assert_eq!(to.get(id).value("first_response_at"), from.get(id).value("first_response_at"));
    }

    fn an_import_only_adds_what_is_not_there(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "No sound")]);
        desk.as_agent().comment(id, "One");
        let file = written(&desk, &desk.as_system().ctx, "incident", "", Format::Jsonl);
        desk.as_agent().comment(id, "Two");
        desk.as_system().try_do(id, Action::Follow(House::ROB)).unwrap();
        desk.update(id, &[("title", "Still no sound")]);
        let report = bring_in(&desk, plan_of(&desk, "incident"), &file);
        assert_eq!((report.counts.updated, report.counts.comments), (1, 0));
        desk.expect(id, &[("title", "No sound")]);
        let line = parsed(&written(&desk, &desk.as_system().ctx, "incident", "", Format::Jsonl)).remove(0);
        assert_eq!(line["@journal"].as_array().unwrap().len(), 2, "what was said later stays");
        assert_eq!(line["@followers"][0]["person"], json!(House::ROB));
    }

    fn what_a_line_does_not_tell_stays_and_what_is_null_goes(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[
            ("title", "No sound"), ("description", "None"), ("location", &House::HEADQUARTERS.to_string()), ("team", &House::NETWORK.to_string()),
        ]);
        let lines = format!("{{\"id\": \"{id}\", \"updated_at\": \"2026-01-05T10:00:00Z\", \"title\": \"Noise\", \"location\": null}}\n");
        bring_in(&desk, plan_of(&desk, "incident"), lines.as_bytes());
        desk.expect(id, &[("title", "Noise"), ("description", "None")]);
        assert_eq!(desk.get(id).value("location"), &Value::Null);
        let cells = format!("id,updated_at,title,team\n{id},2026-01-05T10:00:00Z,Hum,\n");
        bring_in(&desk, plan_of(&desk, "incident"), cells.as_bytes());
        desk.expect(id, &[("title", "Hum"), ("description", "None")]);
        assert_eq!(desk.get(id).value("team"), &Value::Null, "an empty cell is told, a column that is not there is not");
    }

    fn members_that_no_field_takes_are_told(database) {
        let from = furnished(database);
        let label = BTreeMap::from([("en".to_owned(), "Extra".to_owned())]);
        let extra = json!({ "name": "extra", "label": label, "kind": "text" });
        from.engine.add_field(&from.as_system().ctx, "incident", serde_json::from_value(extra.clone()).unwrap()).unwrap();
        let to = Desk::empty(database);
        let whole = || Plan::of_whole_export(&to.engine.snapshot().dictionary);
        let file = everything(&from).0;
        let report = bring_in(&to, whole(), &file);
        assert!(report.unused_columns.contains(&"extra".to_owned()), "{:?}", report.unused_columns);
        assert!(rejected(&report).iter().all(|it| it.ends_with("row-of-other-type")), "nobody declared things here");
        assert_eq!(report.counts.rejected.len(), 1);
        // A field of the same name on another type is another field.
        to.engine.add_field(&to.as_system().ctx, "task", serde_json::from_value(extra).unwrap()).unwrap();
        assert!(bring_in(&to, whole(), &file).unused_columns.contains(&"incident.extra".to_owned()));
    }

    fn lines_that_do_not_fit_are_told_and_stay_alone(database) {
        let desk = Desk::on(database);
        let [one, two, gone] = ["One", "Two", "Gone"].map(|it| desk.create("incident", &[("title", it)]));
        desk.as_agent().comment(one, "Of one");
        let journal = parsed(&written(&desk, &desk.as_system().ctx, "incident", "title = One", Format::Jsonl)).remove(0)["@journal"].clone();
        desk.as_system().try_do(gone, Action::Delete).unwrap();
        let line = |id: Uuid, more: Json| {
            let mut line = json!({ "@type": "incident", "id": id, "updated_at": "2026-01-05T10:00:00Z", "title": "Changed" });
            line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            format!("{line}\n")
        };
        let link = |kind: &str| json!({ "@links": [{ "kind": kind, "to": two, "at": "2026-01-05T10:00:00Z", "by": null }] });
        let file = [
            line(one, json!({ "@type": "person" })),
            line(gone, json!({})),
            line(two, json!({ "@journal": journal })),
            line(one, json!({ "@journal": [{ "id": "x" }] })),
            line(one, link("nonsense")),
            line(one, link("related")),
            line(two, json!({ "@followers": [{ "person": Uuid::from_u128(7) }] })),
        ];
        let report = bring_in(&desk, plan_of(&desk, "incident"), file.concat().as_bytes());
        assert_eq!(rejected(&report), [
            "1: - row-of-other-type", "2: - record-unknown", "3: @journal row-entry-elsewhere", "4: @journal row-beside-unreadable",
            "5: kind link-kind-unknown",
        ]);
        assert_eq!((report.counts.links, report.counts.references_empty), (1, 1));
        desk.expect(one, &[("title", "Changed")]);
        let seen = desk.as_system().list("incident", "");
        assert_eq!(seen.len(), 2, "a deleted record stays deleted");
    }

    fn an_interrupted_import_of_everything_is_gone_on_with(database) {
        let (from, to) = (furnished(database), empty(database));
        let (file, before) = everything(&from);
        let run = |resume, progress: &mut dyn FnMut(flow::Progress)| {
            let ctx = to.engine.system_ctx(to.tenant, Surface::Import);
            let options = Options { rows: 9, writers: 2, resume, ..Options::default() };
            let plan = Plan::of_whole_export(&to.engine.snapshot().dictionary);
            let importer = Importer::new(&to.engine, &ctx, plan, options);
            importer.run(Source::of_bytes("x.jsonl", file.clone()), progress).unwrap()
        };
        // The program ends in the midst of it.
        let mut stop = |progress: flow::Progress| assert!(progress.done < 20, "ended");
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(false, &mut stop)));
        assert!(ended.is_err());
        let second = run(true, &mut |_| {});
        assert!((20..second.rows).contains(&second.resumed_over), "{}", second.resumed_over);
        assert_eq!(second.counts.created, second.rows - second.resumed_over);
        let mut after = everything(&to).1;
        after.remove(&to.tenant.to_string());
        assert_equal(&before, &after);
        let third = run(true, &mut |_| {});
        assert_eq!((third.resumed_over, third.counts.created, third.counts.comments), (third.rows, 0, 0));
    }

    fn trees_come_back_though_their_roots_stand_last(database) {
        let to = Desk::empty(database);
        let ids: Vec<Uuid> = (0..180_u128).map(|it| Uuid::from_u128(((it % 7) << 100) + 1_000 - it)).collect();
        // Sixty trees of three levels, leaves first.
        let line = |at: usize| json!({
            "@type": "category", "id": ids[at], "updated_at": "2026-01-05T10:00:00Z", "title": format!("Node {at}"),
            "parent": ids.get(at + 60), "applies_to": "incident",
        }).to_string() + "\n";
        let file: String = (0..180).map(line).collect();
        let report = bring_in(&to, plan_of(&to, "category"), file.as_bytes());
        assert_eq!((rejected(&report), report.counts.created, report.counts.references_empty), (vec![], 180, 0));
        for at in 0..120 {
            assert_eq!(to.get(ids[at]).value("parent"), &Value::Reference(ids[at + 60]));
        }
    }

    fn a_workbook_comes_back_as_a_csv_file_does(database) {
        let (from, to) = (Desk::on(database), Desk::on(database));
        let broken = "=1+1, \"quoted\"\nand on two lines";
        from.create("incident", &[("title", "00012"), ("description", broken), ("impact", "1"), ("requester", "Rita")]);
        from.as_requester().create("incident", &[("title", "true")]);
        let written = |desk: &Desk, format| written(desk, &desk.as_system().ctx, "incident", "", format);
        let book = written(&from, Format::Xlsx);
        let report = bring_in(&to, plan_of(&to, "incident"), &book);
        assert_eq!((rejected(&report), report.counts.created), (vec![], 2));
        let rows = |file: Vec<u8>| {
            let mut reader = csv::Reader::from_reader(file.as_slice());
            let version = reader.headers().unwrap().iter().position(|it| it == spine::VERSION);
            let rows = reader.records().map(|row| {
                let row = row.unwrap();
                let cells = row.iter().enumerate().filter(|it| Some(it.0) != version);
                cells.map(|it| it.1.to_owned()).collect::<Vec<_>>()
            });
            rows.collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(rows(written(&from, Format::Csv)), rows(written(&to, Format::Csv)));
    }

    fn what_no_cell_takes_is_cut_and_told(database) {
        let desk = Desk::on(database);
        let long = "ä".repeat(40_000);
        desk.create("incident", &[("title", "Long"), ("description", &long)]);
        let ctx = desk.as_system().ctx;
        let export = Export::new(&ctx, "incident", "", Format::Xlsx).unwrap();
        let mut file = Vec::new();
        let exported = export.run(&desk.engine, &ctx, &mut file).unwrap();
        assert_eq!((exported.records, exported.cut), (1, 1));
        assert!(file.starts_with(b"PK"));
    }

    fn a_record_with_more_words_than_a_transaction_holds_comes_back(database) {
        let from = Desk::on(database);
        let id = from.create("incident", &[("title", "Talk")]);
        for number in 0..25 {
            from.as_agent().comment(id, &format!("Word {number}"));
        }
        let to = Desk::empty(database);
        let file = everything(&from).0;
        let ctx = to.engine.system_ctx(to.tenant, Surface::Import);
        let options = Options { rows: 4, ..Options::default() };
        let importer = Importer::new(&to.engine, &ctx, Plan::of_whole_export(&to.engine.snapshot().dictionary), options);
        let report = importer.run(Source::of_bytes("x.jsonl", file), &mut |_| {}).unwrap();
        assert_eq!((rejected(&report), report.counts.comments), (vec![], 25));
        let line = parsed(&written(&to, &to.as_system().ctx, "incident", "", Format::Jsonl)).remove(0);
        let said = line["@journal"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap().to_owned());
        assert_eq!(said.collect::<Vec<_>>(), (0..25).map(|it| format!("Word {it}")).collect::<Vec<_>>());
    }
}
fn plan_of(desk: &Desk, record_type: &str) -> Plan {
    let snapshot = desk.engine.snapshot();
    Plan::of_export(snapshot.dictionary.record_type(record_type).unwrap())
}

fn bring_in(desk: &Desk, plan: Plan, file: &[u8]) -> Report {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
    let options = Options {
        writers: 3,
        ..Options::default()
    };
    // Without a name that tells, the first byte does.
    Importer::new(&desk.engine, &ctx, plan, options)
        .run(Source::of_bytes("export", file.to_vec()), &mut |_| {})
        .unwrap()
}

/// An export of everything, and its records by id as the database of another house would write them.
pub fn everything(desk: &Desk) -> (Vec<u8>, BTreeMap<String, Json>) {
    let ctx = desk.as_system().ctx;
    let mut file = Vec::new();
    Export::everything(&ctx)
        .unwrap()
        .run(&desk.engine, &ctx, &mut file)
        .unwrap();
    let mut lines = BTreeMap::new();
    for mut line in parsed(&file) {
        let members = line.as_object_mut().unwrap();
        for own in STAMPS.iter().chain(&["@history"]) {
            members.remove(*own).unwrap();
        }
        lines.insert(line["id"].as_str().unwrap().to_owned(), line);
    }
    (file, lines)
}

#[track_caller]
pub fn assert_equal(before: &BTreeMap<String, Json>, after: &BTreeMap<String, Json>) {
    for (id, line) in before {
        let of = &line["@type"];
        for (name, value) in line.as_object().unwrap() {
            assert_eq!(&after[id][name], value, "{of} {id} {name}");
        }
        assert_eq!(&after[id], line, "{of} {id}");
    }
    assert_eq!(before.len(), after.len());
}

/// A desk with the type of which an administrator made one, and nobody in it.
fn empty(database: Database) -> Desk {
    let desk = Desk::empty(database);
    // Its clock is another one: nothing is equal because it happened at the same instant.
    desk.wait_days(40);
    desk.engine
        .add_type(&desk.as_system().ctx, thing())
        .unwrap();
    desk
}

/// The house, and a record of each type with a value in each field, words, links and followers.
fn furnished(database: Database) -> Desk {
    let desk = Desk::on(database);
    desk.engine
        .add_type(&desk.as_system().ctx, thing())
        .unwrap();
    let dictionary = desk.engine.snapshot().dictionary.clone();
    let types: Vec<&TypeDef> = dictionary.types().map(|it| &**it).collect();
    let made: Vec<(&TypeDef, Uuid)> = types.iter().map(|it| (*it, fill(&desk, it))).collect();
    for (at, (record_type, id)) in made.iter().enumerate() {
        desk.wait_days(1);
        if record_type.journal {
            talk(&desk, *id);
        }
        // Each is linked to the next one of another type, and the last to the first.
        for (kind, step) in [("related", 1), ("affects", 2), ("duplicate", 3)] {
            let link = Action::Link {
                kind: kind.to_owned(),
                to: made[(at + step) % made.len()].1,
                primary: step == 2,
            };
            desk.as_administrator().try_do(*id, link).unwrap();
        }
        desk.as_system()
            .try_do(*id, Action::Follow(House::ROB))
            .unwrap();
    }
    desk
}

fn blob(desk: &Desk, name: &str) -> BlobRef {
    BlobRef {
        id: desk.engine.ids().next(desk.now()),
        sha256: format!("digest of {name}"),
        bytes: 5,
        media_type: "text/plain".to_owned(),
        name: name.to_owned(),
    }
}

/// Says that the content of a file is there.
fn stored(desk: &Desk, name: &str) {
    let (blob, ctx) = (blob(desk, name), desk.as_system().ctx);
    let stored = desk.engine.write_blocking(&ctx, move |unit| {
        content::register(unit.tx, unit.ctx.tenant, &blob, unit.ctx.now)?;
        content::confirm(unit.tx, unit.ctx.tenant, &blob.sha256, unit.ctx.now)
    });
    stored.unwrap();
}

/// All that can be said beside a record.
fn talk(desk: &Desk, record: Uuid) {
    let odd = "Ünï \"quoted\",\n- and\n- a list, *too*";
    let say = |text: &str, visibility, minutes_worked| Comment {
        text: text.to_owned(),
        visibility,
        minutes_worked,
        to_children: false,
    };
    for comment in [
        say(odd, Visibility::Public, None),
        say("A note", Visibility::Private, Some(25)),
        say("Work", Visibility::Public, Some(5)),
    ] {
        desk.wait_days(1);
        desk.as_administrator()
            .try_comment(record, comment)
            .unwrap();
    }
    desk.as_system().comment(record, "The system says");
    let mut change = Change::of(
        desk.get(record).record_type().name.as_str(),
        record,
        Action::Comment,
    );
    change = change.with_comment(Comment::public("For somebody"));
    change.on_behalf_of = Some(House::RITA);
    desk.as_administrator().apply(change).unwrap();
}

/// A type with a field of every kind, as an administrator sends it.
fn thing() -> TypeSpec {
    let label = json!({ "en": "Thing" });
    let kinds = [
        "text",
        "long_text",
        "integer",
        "money",
        "boolean",
        "date",
        "instant",
        "duration",
        "email",
        "url",
        "json",
        "reference",
    ];
    let field = |kind: &str| json!({ "name": format!("of_{kind}"), "label": label, "kind": kind });
    let mut fields: Vec<Json> = kinds.map(field).to_vec();
    let choices = json!([{ "code": "red", "label": label }, { "code": "blue", "label": label }]);
    for (kind, member, more) in [
        ("decimal", "scale", json!(3)),
        ("choice", "choices", choices.clone()),
        ("multi_choice", "choices", choices),
        ("reference_list", "to", json!("team")),
    ] {
        let mut field = field(kind);
        field[member] = more;
        fields.push(field);
    }
    serde_json::from_value(json!({
        "name": "thing", "label": label, "plural": label, "prefix": "THG", "journal": true,
        "spine": ["team", "assignee", "requester", "access", "due_at"], "fields": fields,
        "states": [
            { "code": "wanted", "label": label, "phase": "new" },
            { "code": "gone", "label": label, "phase": "closed" },
        ],
        "transitions": [{ "name": "lose", "label": label, "from": ["wanted"], "to": "gone" }],
    }))
    .unwrap()
}

/// Makes a record with a value in every field that takes one.
pub fn fill(desk: &Desk, record_type: &TypeDef) -> Uuid {
    let mut change = Change::create(record_type.name.as_str());
    change.mode = Mode::Replay {
        effective_at: Timestamp::parse("2025-05-05T05:05:05Z").unwrap(),
    };
    for field in &record_type.fields {
        if ![spine::CREATED_AT, spine::UPDATED_AT, spine::VERSION].contains(&field.name.as_str())
            && !matches!(field.name.as_str(), spine::OPEN | spine::NUMBER)
        {
            change.set.insert(field.name.clone(), value(desk, field));
        }
    }
    // A rule may object to a value; the record then does without it.
    for _ in 0..record_type.fields.len() {
        match desk.as_system().apply(change.clone()) {
            Ok(outcome) => return outcome.record,
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
        Kind::MultiChoice => {
            let codes = field.choices.iter().take(2).map(|it| it.code.clone());
            let mut codes: Vec<String> = codes.collect();
            codes.sort_unstable();
            Value::Choices(codes)
        }
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
