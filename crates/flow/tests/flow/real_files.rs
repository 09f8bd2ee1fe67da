//! Real files of other programs by the mappings of docs/examples: each row is accounted for, the figures are those
//! of the source, and the same file again changes nothing.
//!
//! Of long files it is the beginning. The whole of them, on SQLite and against the facts that came with them, is taken
//! where `DESKWRIGHT_TEST_WHOLE_FILES` is set, as `cargo xtask test --long` does.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use dictionary::Value;
use dictionary::filter::{Scope, parse};
use engine::Surface;
use engine::read::{Aggregation, Group, GroupKey, Measure, Measured};
use flow::import::prepare;
use flow::source::Source;
use flow::{Importer, Mapping, Options, Report};
use serde_json::Value as Json;
use test_kit::{Database, Desk, both_databases_on};

use super::importing::{rejected, rows_of_history};

fn example(name: &str) -> String {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    std::fs::read_to_string(examples.join(name)).unwrap()
}

/// Imports by a mapping of the examples.
fn import(desk: &Desk, mapping: &str, source: Source) -> Report {
    let mapping = Mapping::parse(&example(mapping)).unwrap();
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
    let plan = prepare(&desk.engine, &ctx, &mapping, false).unwrap().plan;
    let options = Options {
        writers: 2,
        ..Options::default()
    };
    let importer = Importer::new(&desk.engine, &ctx, plan, options);
    let report = importer.run(source, &mut |_| {}).unwrap();
    assert_eq!(report.accounted_for(), report.rows, "every row is told");
    report
}

/// Imports twice: the second time nothing happens, whatever the first time did.
#[track_caller]
fn import_twice(desk: &Desk, mapping: &str, bytes: &[u8]) -> Report {
    let source = || Source::of_bytes("rows.csv", bytes.to_vec());
    let first = import(desk, mapping, source());
    assert_eq!(first.unused_columns, Vec::<String>::new(), "{mapping}");
    let before = rows_of_history(desk);
    let again = import(desk, mapping, source());
    let counts = &again.counts;
    assert_eq!(
        (counts.created, counts.updated, counts.referred.len()),
        (0, 0, 0),
        "{mapping}"
    );
    assert_eq!(again.rows, first.rows);
    assert_eq!(rows_of_history(desk), before, "{mapping}");
    first
}

/// Makes a type as an administrator does, of the body that the API takes.
fn add_type(desk: &Desk, name: &str) {
    let spec = serde_json::from_str(&example(&format!("types/{name}.json"))).unwrap();
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Api);
    desk.engine.add_type(&ctx, spec).unwrap();
}

/// Rows of a file.
struct File {
    bytes: Vec<u8>,
    /// Whether they are all of them.
    whole: bool,
    rows: Vec<BTreeMap<String, String>>,
}

impl File {
    /// The header and so many lines on SQLite, a quarter of that on PostgreSQL.
    fn read(path: &Path, database: Database, lines: usize, delimiter: u8) -> Self {
        let mut bytes = unpacked(path);
        let asked_for_all = std::env::var_os("DESKWRIGHT_TEST_WHOLE_FILES").is_some();
        let whole = asked_for_all && database == Database::Sqlite;
        if !whole {
            let lines = match database {
                Database::Sqlite => lines,
                Database::Postgres => lines / 4,
            };
            let ends = bytes.iter().enumerate().filter(|(_, it)| **it == b'\n');
            let end = ends.map(|(at, _)| at + 1).nth(lines);
            bytes.truncate(end.unwrap_or(bytes.len()));
        }
        let text = String::from_utf8_lossy(&bytes);
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader
            .delimiter(delimiter)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let rows = reader.deserialize().map(Result::unwrap).collect();
        Self { bytes, whole, rows }
    }

    /// Rows by the value of a column.
    fn counts(&self, column: &str) -> BTreeMap<String, i64> {
        count(self.rows.iter().map(|it| it[column].clone()))
    }

    /// The last row of each case.
    fn last(&self, key: &str) -> Vec<&BTreeMap<String, String>> {
        let cases: BTreeMap<_, _> = self.rows.iter().map(|it| (&it[key], it)).collect();
        cases.into_values().collect()
    }
}

fn count(texts: impl Iterator<Item = String>) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    counts
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(file).unwrap();
    decoder.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Records by the value of a field; a reference by its title.
fn counts(desk: &Desk, record_type: &str, filter: &str, field: &str) -> BTreeMap<String, i64> {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Command);
    let dictionary = &ctx.snapshot.dictionary;
    let scope = Scope::new(dictionary, dictionary.record_type(record_type).unwrap());
    let asked = Aggregation {
        record_type: Some(record_type.to_owned()),
        filter: parse(filter, &scope).unwrap(),
        groups: vec![Group::Field(field.to_owned())],
        measures: vec![Measure::Count],
        zone: Some(jiff::tz::TimeZone::UTC),
        range: None,
    };
    let read = move |reading: &mut engine::Reading<'_, '_>| reading.aggregate(&asked);
    let answer = desk.engine.read_blocking(&ctx, read).unwrap();
    let rows = answer.rows.iter().map(|row| {
        let key = match &row.keys[0] {
            GroupKey::Value(Value::Reference(id)) => answer.titles.get(*id).unwrap().title.clone(),
            GroupKey::Value(value) => value.to_text(),
            other => panic!("{other:?}"),
        };
        let Measured::Count(count) = row.values[0] else {
            panic!("{:?}", row.values)
        };
        (key, count)
    });
    rows.filter(|(_, count)| *count > 0).collect()
}

fn facts(path: &Path) -> Json {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(facts: &Json) -> BTreeMap<String, i64> {
    let numbers = facts.as_object().unwrap().iter();
    numbers
        .map(|(name, count)| (name.clone(), count.as_i64().unwrap()))
        .collect()
}

fn rows(file: &File) -> u64 {
    u64::try_from(file.rows.len()).unwrap()
}

/// Members of an archive that are files, by the end of their path.
fn members(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut members = BTreeMap::new();
    let mut rest = archive;
    while let Some((head, after)) = rest.split_at_checked(512) {
        let text = |from: usize, to: usize| {
            let text = head[from..to].split(|it| *it == 0).next().unwrap();
            String::from_utf8_lossy(text).trim().to_owned()
        };
        let size = usize::from_str_radix(&text(124, 136), 8).unwrap_or_default();
        if head[156] == b'0' {
            let name = text(0, 100).rsplit('/').next().unwrap().to_owned();
            members.insert(name, after[..size].to_vec());
        }
        rest = after.get(size.next_multiple_of(512)..).unwrap_or_default();
    }
    members
}

both_databases_on! {
    fn ticket_texts(database, folder in tickets_text) {
        let desk = Desk::on(database);
        let texts = File::read(&folder.join("it_tickets_48k.visible.csv.zst"), database, 2_400, b',');
        let report = import_twice(&desk, "it-tickets.toml", &texts.bytes);
        assert_eq!(rejected(&report), Vec::<String>::new());
        assert_eq!((report.rows, report.counts.created), (rows(&texts), rows(&texts)));
        let topics = texts.counts("Topic_group");
        assert_eq!(counts(&desk, "incident", "", "category"), topics);
        if texts.whole {
            let facts = &facts(&folder.join("FACTS.visible.json"))["visible"]["it_tickets_48k"];
            assert_eq!(facts["rows"], report.rows);
            assert_eq!(numbers(&facts["topic_group"]), topics);
        }
    }

    fn tickets_with_fields_that_nobody_explained(database, folder in tickets_text) {
        let desk = Desk::on(database);
        let tickets = File::read(&folder.join("it_tickets_fields_5k.visible.csv.zst"), database, 1_000, b',');
        let report = import_twice(&desk, "it-tickets-fields.toml", &tickets.bytes);
        assert_eq!(rejected(&report), Vec::<String>::new());
        assert_eq!((report.rows, report.counts.created), (rows(&tickets), rows(&tickets)));
        for (ours, theirs) in [("ticket_type", "ticket_type"), ("urgency_number", "urgency"), ("impact_number", "impact")] {
            assert_eq!(counts(&desk, "incident", "", ours), tickets.counts(theirs), "{ours}");
            if tickets.whole {
                let facts = &facts(&folder.join("FACTS.visible.json"))["visible"]["it_tickets_fields_5k"];
                assert_eq!((&facts["rows"], numbers(&facts[theirs])), (&report.rows.into(), tickets.counts(theirs)));
            }
        }
    }

    fn incidents_of_a_table(database, folder in tickets_text) {
        let desk = Desk::on(database);
        let incidents = std::fs::read(folder.join("servicenow_demo_incidents.visible.csv")).unwrap();
        let report = import_twice(&desk, "servicenow-table.toml", &incidents);
        assert_eq!((report.rows, report.counts.created, rejected(&report)), (49, 49, vec![]));
        // Theirs is a column of the file, ours is computed from impact and urgency by the matrix of the mapping.
        let theirs = csv::Reader::from_reader(incidents.as_slice()).deserialize().map(|row| {
            let row: BTreeMap<String, String> = row.unwrap();
            row["priority"].clone()
        }).collect::<Vec<_>>();
        assert_eq!(counts(&desk, "incident", "", "priority"), count(theirs.into_iter()));
    }

    fn incidents_of_a_car_maker(database, folder in bpic2013) {
        let desk = Desk::on(database);
        let log = File::read(&folder.join("VINST-incidents-ibm.csv.zst"), database, 6_000, b',');
        let report = import_twice(&desk, "volvo-incidents.toml", &log.bytes);
        assert_eq!(rejected(&report), Vec::<String>::new());
        let last = log.last("SR Number");
        let cases = u64::try_from(last.len()).unwrap();
        assert_eq!((report.rows, report.counts.created, report.counts.updated), (rows(&log), cases, rows(&log) - cases));
        let status = count(last.iter().map(|it| format!("{}/{}", it["Status"], it["Sub Status"])));
        assert_eq!(counts(&desk, "incident", "", "status_at_source"), status);
        let impacts = count(last.iter().map(|it| it["SR Latest Impact"].clone()));
        let of = |name: &str| impacts.get(name).copied().unwrap_or_default();
        let ours = counts(&desk, "incident", "", "impact");
        assert_eq!(ours["1"], of("High") + of("Major"));
        assert_eq!((ours["2"], ours["3"]), (of("Medium"), of("Low")));
        assert_eq!(counts(&desk, "incident", "major = accepted", "major").values().sum::<i64>(), of("Major"));
        // Deskwright's own rule counts what the source says only in so many rows.
        let pairs = log.rows.iter().zip(log.rows.iter().skip(1));
        let hand_overs = pairs.filter(|(one, next)| one["SR Number"] == next["SR Number"] && one["Involved ST"] != next["Involved ST"]);
        let by_case = count(hand_overs.map(|(one, _)| one["SR Number"].clone()));
        let mut expected = count(by_case.values().map(i64::to_string));
        expected.insert("0".to_owned(), i64::try_from(last.len() - by_case.len()).unwrap());
        assert_eq!(counts(&desk, "incident", "", "reassignment_count"), expected);
        if log.whole {
            let facts = &facts(&folder.join("FACTS.json"))["incidents"];
            assert_eq!((&facts["events"], &facts["cases"]), (&report.rows.into(), &cases.into()));
            assert_eq!((numbers(&facts["last_status"]), numbers(&facts["impact_by_case"])), (status, impacts));
            assert_eq!(facts["support_team_changes_total"], by_case.values().sum::<i64>());
            assert_eq!(facts["cases_with_support_team_change"], by_case.len());
        }
    }

    fn problems_into_a_type_of_the_administrators(database, folder in bpic2013) {
        let desk = Desk::on(database);
        add_type(&desk, "volvo-problem");
        for state in ["closed", "open"] {
            let log = File::read(&folder.join(format!("VINST-{state}-problems.csv.zst")), database, 1_600, b';');
            let before = counts(&desk, "volvo_problem", "", "status_at_source");
            let report = import_twice(&desk, &format!("volvo-{state}-problems.toml"), &log.bytes);
            assert_eq!(rejected(&report), Vec::<String>::new());
            let last = log.last("Problem Number");
            let status = count(last.iter().map(|it| format!("{}/{}", it["Problem Status"], it["Problem Sub Status"])));
            let mut after = counts(&desk, "volvo_problem", "", "status_at_source");
            after.iter_mut().for_each(|(status, count)| *count -= before.get(status).copied().unwrap_or_default());
            after.retain(|_, count| *count > 0);
            assert_eq!(after, status);
            if log.whole {
                let facts = &facts(&folder.join("FACTS.json"))[format!("{state}_problems")];
                assert_eq!((&facts["events"], &facts["cases"]), (&report.rows.into(), &last.len().into()));
                assert_eq!(numbers(&facts["last_status"]), status);
            }
        }
        // Read as what it is not, a name would be another.
        assert!(database == Database::Postgres || !desk.as_system().list("person", "title starts with Håkan").is_empty());
    }

    fn a_log_of_what_was_done(database, folder in bpic2013) {
        let desk = Desk::on(database);
        let log = File::read(&folder.join("helpdesk_italy/helpdesk.csv.zst"), database, 2_400, b',');
        let report = import_twice(&desk, "helpdesk-italy.toml", &log.bytes);
        assert_eq!(rejected(&report), Vec::<String>::new());
        let last = log.last("case:concept:name");
        let activities = count(last.iter().map(|it| it["Activity"].clone()));
        assert_eq!(counts(&desk, "incident", "", "activity"), activities);
        if log.whole {
            let facts = facts(&folder.join("helpdesk_italy/FACTS.json"));
            assert_eq!((&facts["events"], &facts["cases"]), (&report.rows.into(), &last.len().into()));
            assert_eq!(numbers(&facts["last_activity"]), activities);
        }
    }

    fn assets_people_and_stock_of_another_program(database, folder in cmdb) {
        let files = members(&unpacked(&folder.join("snipe-it-sample-csvs.tar.zst")));
        let desk = Desk::on(database);
        for name in ["asset", "asset-model", "software-licence", "stock-item"] {
            add_type(&desk, name);
        }
        let told = |file: &str, mapping: &str| {
            let report = import_twice(&desk, mapping, &files[file]);
            let told = report.counts.partly.iter().map(|it| it.line).collect::<Vec<_>>();
            (report.rows, report.counts.created, rejected(&report).join("; "), told)
        };
        let twice = "16: - row-key-twice; 18: - row-key-twice".to_owned();
        assert_eq!(told("locations-sample.csv", "snipe-it-locations.toml"), (19, 17, twice, vec![]));
        // Ten people are named as their own managers.
        assert_eq!(told("users-sample.csv", "snipe-it-users.toml"), (100, 100, String::new(), vec![2, 8, 18, 28, 67, 77, 81, 88, 98, 101]));
        assert_eq!(told("models-sample.csv", "snipe-it-models.toml"), (20, 20, String::new(), vec![]));
        assert_eq!(told("assets-sample.csv", "snipe-it-assets.toml"), (22, 22, String::new(), vec![]));
        assert_eq!(told("licenses-sample.csv", "snipe-it-licences.toml"), (50, 50, String::new(), vec![]));
        assert_eq!(told("accessories-sample.csv", "snipe-it-accessories.toml"), (3, 3, String::new(), vec![]));
        assert_eq!(told("consumables-sample.csv", "snipe-it-consumables.toml"), (3, 3, String::new(), vec![]));
        assert_eq!(told("components-sample.csv", "snipe-it-components.toml"), (1, 1, String::new(), vec![]));
        assert_eq!(counts(&desk, "stock_item", "", "stock_kind").len(), 3);
        // The broken ones: other line ends and letters, columns that stand twice or have no name.
        assert_eq!(told("assets-sample-BAD.csv", "snipe-it-assets-old.toml"), (200, 200, String::new(), vec![]));
        let blanks = import(&desk, "snipe-it-assets-old.toml", Source::of_bytes("blanks.csv", files["assets-sample-BLANKS.csv"].clone()));
        assert_eq!((blanks.rows, blanks.counts.created, rejected(&blanks)), (200, 0, vec![]));
        assert_eq!(counts(&desk, "asset", "", "asset_status")["lost"], 37);
    }

    fn lines_of_a_broken_file_are_told_one_by_one(database, folder in cmdb) {
        let files = members(&unpacked(&folder.join("snipe-it-sample-csvs.tar.zst")));
        let bad = &files["assets-sample-BAD.csv"];
        let desk = Desk::on(database);
        add_type(&desk, "asset");
        // A mapping that does not know of the old letters rejects the lines that have some, and only those.
        let strict = example("snipe-it-assets-old.toml").replace("encoding = \"macintosh\"", "").replace("\"Archived\" = \"archived\"", "\"Gone\" = \"archived\"");
        let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
        let plan = prepare(&desk.engine, &ctx, &Mapping::parse(&strict).unwrap(), false).unwrap().plan;
        let importer = Importer::new(&desk.engine, &ctx, plan, Options::default());
        let report = importer.run(Source::of_bytes("bad.csv", bad.clone()), &mut |_| {}).unwrap();
        let mut expected = Vec::new();
        for (number, line) in bad.split(|it| *it == b'\r').enumerate().skip(1) {
            if std::str::from_utf8(line).is_err() {
                expected.push(format!("{}: - row-not-utf8", number + 1));
            } else if line.windows(10).any(|it| it == b",Archived,") {
                expected.push(format!("{}: asset_status row-unknown-value", number + 1));
            }
        }
        assert!(expected.len() > 40, "{expected:?}");
        assert_eq!(rejected(&report), expected);
        assert_eq!(report.accounted_for(), 200);
    }
}
