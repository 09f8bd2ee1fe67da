//! A year of a real service desk: 94,219 events of 16,577 incidents replayed through the door, and every
//! figure that its facts name computed again by Deskwright's own aggregates and history.
//!
//! The data lies beside the project and is not part of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base::{Result, Uuid};
use dictionary::filter::{Scope, parse};
use dictionary::{Page, Query, Value};
use engine::history::{HistoryEntry, of_record};
use engine::read::{Aggregation, Bucket, Group, GroupKey, Measure, Measured};
use engine::{Ctx, Surface};
use flow::import::prepare;
use flow::source::Source;
use flow::{Importer, Mapping, Options, Report};
use serde_json::Value as Json;
use test_kit::{Desk, both_databases_on};

both_databases_on! {
    fn a_year_of_a_service_desk(database, folder in uci_incident_log) {
        let data = Data::read(folder);
        let desk = Desk::on(database);
        let report = import(&desk, &data);
        check_report(&report);
        let checker = Checker { desk: &desk, facts: &data.facts };
        checker.check_aggregates();
        let told = checker.read_history();
        checker.check_events(&told);
        checker.check_records(&told, &data.expected);
        check_second_import(&desk, &data);
    }
}

struct Data {
    log: String,
    facts: Json,
    expected: Vec<BTreeMap<String, String>>,
}

impl Data {
    fn read(folder: &Path) -> Self {
        let facts = std::fs::read_to_string(folder.join("FACTS.visible.json")).unwrap();
        let facts: Json = serde_json::from_str(&facts).unwrap();
        let expected = folder.join("incidents_expected.visible.csv.zst");
        let expected =
            ruzstd::decoding::StreamingDecoder::new(std::fs::File::open(expected).unwrap())
                .unwrap();
        let expected = csv::Reader::from_reader(expected)
            .deserialize()
            .collect::<Result<_, _>>()
            .unwrap();
        let log = folder
            .join("incident_event_log.visible.csv.zst")
            .display()
            .to_string();
        Self {
            log,
            facts: facts["visible"].clone(),
            expected,
        }
    }
}

fn import(desk: &Desk, data: &Data) -> Report {
    let text = std::fs::read_to_string(
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/uci-incident-log.toml"),
    );
    let mapping = Mapping::parse(&text.unwrap()).unwrap();
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
    let plan = prepare(&desk.engine, &ctx, &mapping, false).unwrap().plan;
    let importer = Importer::new(
        &desk.engine,
        &ctx,
        plan,
        Options {
            writers: 3,
            ..Options::default()
        },
    );
    importer
        .run(Source::open(&data.log).unwrap(), &mut |_| {})
        .unwrap()
}

fn check_report(report: &Report) {
    let counts = &report.counts;
    assert_eq!(counts.rejected, []);
    assert_eq!(
        (report.rows, counts.created, counts.updated),
        (94_219, 16_577, 77_642)
    );
    assert_eq!((counts.unchanged, counts.known), (0, 0));
    // What Deskwright has no word for is kept and told.
    assert_eq!(
        report.tally.kept["state"],
        BTreeMap::from([("-100".to_owned(), 3)])
    );
    assert_eq!(
        report.tally.kept["hold_reason"],
        BTreeMap::from([("evidence".to_owned(), 29)])
    );
    assert_eq!(report.unused_columns, Vec::<String>::new());
    // New to closed at once, and closed to active only with a reason: steps that incidents do not take here.
    assert!(
        counts
            .reported
            .values()
            .any(|(message, _)| message.key == "replayed-step")
    );
    assert!(
        counts
            .reported
            .values()
            .any(|(message, _)| message.key == "replayed-beginning")
    );
}

/// The same file once more changes nothing: not a record, not a line of history.
fn check_second_import(desk: &Desk, data: &Data) {
    let size = |desk: &Desk| {
        let ctx = desk.engine.system_ctx(desk.tenant, Surface::Command);
        let verdict = engine::history::verify::verify_blocking(&desk.engine, &ctx).unwrap();
        (verdict.rows, verdict.records)
    };
    let before = size(desk);
    let report = import(desk, data);
    let counts = &report.counts;
    assert_eq!((report.rows, counts.known), (94_219, 94_219));
    assert_eq!(
        (
            counts.created,
            counts.updated,
            counts.unchanged,
            counts.referred.len()
        ),
        (0, 0, 0, 0)
    );
    assert_eq!(size(desk), before);
}

struct Checker<'d> {
    desk: &'d Desk,
    facts: &'d Json,
}

/// What the history of one incident says, event by event.
struct Told {
    number: String,
    id: Uuid,
    events: Vec<BTreeMap<&'static str, String>>,
}

/// Our field → what each of its codes is called in the source; a code that is not here is called alike.
fn called(field: &str, code: &str) -> String {
    let named = match (field, code) {
        (_, "") => "?",
        ("impact" | "urgency", "1") | ("priority", "2") => {
            if field == "priority" {
                "2 - High"
            } else {
                "1 - High"
            }
        }
        ("impact" | "urgency", "2") => "2 - Medium",
        ("impact" | "urgency", "3") => "3 - Low",
        ("priority", "1") => "1 - Critical",
        ("priority", "3") => "3 - Moderate",
        ("priority", "4") => "4 - Low",
        ("channel", "phone") => "Phone",
        ("channel", "portal") => "Self service",
        ("channel", "email") => "Email",
        ("channel", "ivr") => "IVR",
        ("channel", "direct_opening") => "Direct opening",
        ("state", "new") => "New",
        ("state", "in_progress") => "Active",
        ("state", "resolved") => "Resolved",
        ("state", "closed") => "Closed",
        ("hold_reason", "requester") => "Awaiting User Info",
        ("hold_reason", "problem") => "Awaiting Problem",
        ("hold_reason", "vendor") => "Awaiting Vendor",
        ("hold_reason", "evidence") => "Awaiting Evidence",
        _ => code,
    };
    named.to_owned()
}

/// Our field → the source's name for it, of those whose final values and events are counted.
const COUNTED: [(&str, &str); 9] = [
    ("priority", "priority"),
    ("impact", "impact"),
    ("urgency", "urgency"),
    ("channel", "contact_type"),
    ("resolution_code", "closed_code"),
    ("made_sla", "made_sla"),
    ("knowledge_used", "knowledge"),
    ("priority_confirmed", "u_priority_confirmation"),
    ("notify", "notify"),
];

impl Checker<'_> {
    fn ctx(&self) -> Ctx {
        self.desk
            .engine
            .system_ctx(self.desk.tenant, Surface::Command)
    }

    fn aggregate(
        &self,
        filter: &str,
        groups: Vec<Group>,
        measures: Vec<Measure>,
    ) -> engine::read::Aggregate {
        let ctx = self.ctx();
        let dictionary = &ctx.snapshot.dictionary;
        let scope = Scope::new(dictionary, dictionary.record_type("incident").unwrap());
        let filter = parse(&format!("number starts with INC {filter}"), &scope).unwrap();
        let record_type = Some("incident".to_owned());
        let asked = Aggregation {
            record_type,
            filter,
            groups,
            measures,
            zone: Some(jiff::tz::TimeZone::UTC),
            range: None,
        };
        self.desk
            .engine
            .read_blocking(&ctx, move |reading| reading.aggregate(&asked))
            .unwrap()
    }

    /// Records by what they have in common; empty groups are left out.
    fn counts(&self, filter: &str, group: Group) -> BTreeMap<String, i64> {
        let answer = self.aggregate(filter, vec![group], vec![Measure::Count]);
        let rows = answer.rows.iter().map(|row| {
            let key = match &row.keys[0] {
                GroupKey::Value(Value::Reference(id)) => {
                    answer.titles.get(*id).unwrap().title.clone()
                }
                GroupKey::Value(value) => value.to_text(),
                GroupKey::From(day) => day.to_string(),
                GroupKey::Hour(hour) => hour.to_string(),
                GroupKey::Weekday(day) => (day - 1).to_string(),
                GroupKey::HourOfDay(hour) => hour.to_string(),
            };
            (key, count(&row.values[0]))
        });
        rows.filter(|(_, count)| *count > 0).collect()
    }

    fn check_aggregates(&self) {
        let by = |field: &str| Group::Field(field.to_owned());
        let facts = &self.facts["final_incidents_by"];
        for (field, theirs) in COUNTED {
            let ours = self
                .counts("", by(field))
                .into_iter()
                .map(|(code, count)| (called(field, &code), count));
            assert_eq!(
                ours.collect::<BTreeMap<_, _>>(),
                numbers(&facts[theirs]),
                "final {theirs}"
            );
        }
        for (field, theirs) in [("category", "category"), ("team", "assignment_group")] {
            let ours = self
                .counts("", by(field))
                .into_iter()
                .map(|(title, count)| (called(field, &title), count));
            assert_eq!(
                ours.collect::<BTreeMap<_, _>>(),
                numbers(&facts[theirs]),
                "final {theirs}"
            );
        }
        assert_eq!(
            self.counts("", by("reopen_count")),
            numbers(&facts["reopen_count"])
        );
        assert_eq!(self.counts("", by("reassignment_count")), self.recounted());
        let ended = self
            .counts("", by("state"))
            .into_iter()
            .map(|(code, count)| (called("state", &code), count));
        assert_eq!(
            ended.collect::<BTreeMap<_, _>>(),
            numbers(&self.facts["last_row_state"])
        );
        self.check_times();
        self.check_links();
    }

    /// The log's own counter is one too high on the incidents that the facts list: steps without a change
    /// that anybody could see. Deskwright counts what it sees.
    fn recounted(&self) -> BTreeMap<String, i64> {
        let mut expected = numbers(&self.facts["final_incidents_by"]["reassignment_count"]);
        let listed = self.facts["reassignment_count"]["different_incidents"]
            .as_object()
            .unwrap();
        for pair in listed.values() {
            let (logged, seen) = (pair[0].to_string(), pair[1].to_string());
            *expected.get_mut(&logged).unwrap() -= 1;
            *expected.entry(seen).or_default() += 1;
        }
        expected.retain(|_, count| *count > 0);
        expected
    }

    fn check_times(&self) {
        let time = |field: &str, bucket| Group::Time {
            field: field.to_owned(),
            bucket,
        };
        let month = |counts: BTreeMap<String, i64>| -> BTreeMap<String, i64> {
            counts
                .into_iter()
                .map(|(day, count)| (day[..7].to_owned(), count))
                .collect()
        };
        for (field, facts) in [
            ("opened_at", "opened_by_month"),
            ("closed_at", "closed_by_month"),
        ] {
            assert_eq!(
                month(self.counts("", time(field, Bucket::Month))),
                numbers(&self.facts[facts]),
                "{facts}"
            );
        }
        assert_eq!(
            self.counts("", time("opened_at", Bucket::Weekday)),
            numbers(&self.facts["opened_by_weekday_mon0"])
        );
        assert_eq!(
            self.counts("", time("opened_at", Bucket::HourOfDay)),
            numbers(&self.facts["opened_by_hour"])
        );
        for field in ["opened_at", "resolved_at", "closed_at"] {
            let measures = vec![
                Measure::Min(field.to_owned()),
                Measure::Max(field.to_owned()),
            ];
            let answer = self.aggregate("", Vec::new(), measures);
            let ends: Vec<String> = answer.rows[0].values.iter().map(instant).collect();
            let span = &self.facts["time_span"][field];
            assert_eq!(
                ends,
                [0, 1].map(|at| format!("{}Z", span[at].as_str().unwrap())),
                "{field}"
            );
        }
        let resolved = self.facts["resolved_at"].clone();
        assert_eq!(
            self.total("resolved_at is not empty"),
            resolved["incidents_with"]
        );
        assert_eq!(
            self.total("resolved_at is empty"),
            resolved["incidents_missing"]
        );
        assert_eq!(self.total("closed_at is empty"), 0);
    }

    fn check_links(&self) {
        let links = &self.facts["links"];
        for (field, fact) in [
            ("problem_number", "problem_id"),
            ("change_number", "rfc"),
            ("caused_by_change", "caused_by"),
            ("configuration_item", "cmdb_ci"),
            ("vendor_reference", "vendor"),
        ] {
            let expected = &links[format!("incidents_finally_with_{fact}")];
            assert_eq!(
                &Json::from(self.total(&format!("{field} is not empty"))),
                expected,
                "{fact}"
            );
        }
    }

    fn total(&self, filter: &str) -> i64 {
        let answer = self.aggregate(filter, Vec::new(), vec![Measure::Count]);
        answer.rows.first().map_or(0, |row| count(&row.values[0]))
    }

    /// The history of all incidents, event by event, with the values that held after each.
    fn read_history(&self) -> Vec<Told> {
        let ctx = self.ctx();
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let query = Query {
                record_type: Some("incident".to_owned()),
                columns: vec!["number".to_owned()],
                page: Page {
                    limit: Some(200),
                    after,
                },
                ..Query::default()
            };
            let (page, told) = self
                .desk
                .engine
                .read_blocking(&ctx, move |reading| {
                    let page = reading.list(&query)?;
                    let told = page.rows.iter().map(|row| {
                        let history = of_record(reading.tx, row.id())?;
                        Ok(Told {
                            number: row.number().unwrap().to_owned(),
                            id: row.id(),
                            events: events(&history),
                        })
                    });
                    let told = told.collect::<Result<Vec<_>>>()?;
                    Ok((page.next, told))
                })
                .unwrap();
            all.extend(told);
            after = page;
            if after.is_none() {
                return all;
            }
        }
    }

    fn check_events(&self, told: &[Told]) {
        let mut by_state = BTreeMap::new();
        let mut first = BTreeMap::new();
        let mut steps = BTreeMap::new();
        let mut matrix = BTreeMap::new();
        let mut by: BTreeMap<&str, BTreeMap<String, i64>> = BTreeMap::new();
        let mut linked: BTreeMap<&str, i64> = BTreeMap::new();
        let mut rows = 0;
        for incident in told {
            let states: Vec<String> = incident.events.iter().map(source_state).collect();
            *first.entry(states[0].clone()).or_insert(0) += 1;
            for pair in states.windows(2) {
                *steps
                    .entry(format!("{} -> {}", pair[0], pair[1]))
                    .or_insert(0) += 1;
            }
            for (event, state) in incident.events.iter().zip(states) {
                rows += 1;
                *by_state.entry(state).or_insert(0) += 1;
                for (field, theirs) in COUNTED {
                    let named = called(field, value(event, field));
                    *by.entry(theirs).or_default().entry(named).or_default() += 1;
                }
                let named = |field| called(field, value(event, field));
                *matrix
                    .entry(format!(
                        "{} / {} / {}",
                        named("impact"),
                        named("urgency"),
                        named("priority")
                    ))
                    .or_insert(0) += 1;
            }
            for field in [
                "problem_number",
                "change_number",
                "caused_by_change",
                "configuration_item",
                "vendor_reference",
            ] {
                let ever = incident
                    .events
                    .iter()
                    .any(|event| !value(event, field).is_empty());
                *linked.entry(field).or_default() += i64::from(ever);
            }
        }
        let facts = self.facts;
        assert_eq!(Json::from(rows), facts["totals"]["event_rows"]);
        assert_eq!(by_state, numbers(&facts["event_rows_by_state"]));
        assert_eq!(first, numbers(&facts["first_row_state"]));
        assert_eq!(
            steps,
            numbers(&facts["state_transitions_between_consecutive_rows"])
        );
        assert_eq!(matrix, numbers(&facts["priority_matrix_event_rows"]));
        // The resolution code is an end value: before the end nobody knew it, so its events are not the log's.
        for (field, theirs) in COUNTED
            .iter()
            .filter(|(field, _)| *field != "resolution_code")
        {
            assert_eq!(
                by[theirs],
                numbers(&facts["event_rows_by"][theirs]),
                "events by {field}"
            );
        }
        let links = &facts["links"];
        for (field, fact) in [
            ("problem_number", "problem_id"),
            ("change_number", "rfc"),
            ("caused_by_change", "caused_by"),
            ("configuration_item", "cmdb_ci"),
            ("vendor_reference", "vendor"),
        ] {
            assert_eq!(
                Json::from(linked[field]),
                links[format!("incidents_ever_with_{fact}")],
                "ever with {fact}"
            );
        }
    }

    /// Each incident against its own line of the expected values.
    fn check_records(&self, told: &[Told], expected: &[BTreeMap<String, String>]) {
        let by_number: BTreeMap<&str, &Told> =
            told.iter().map(|it| (it.number.as_str(), it)).collect();
        assert_eq!(by_number.len(), expected.len());
        let listed = self.facts["reassignment_count"]["different_incidents"]
            .as_object()
            .unwrap();
        for line in expected {
            let number = line["number"].as_str();
            let incident = by_number[number];
            let last = incident.events.last().unwrap();
            let same = |field: &str, theirs: &str| {
                assert_eq!(
                    called(field, value(last, field)),
                    line[theirs],
                    "{theirs} of {number} ({})",
                    incident.id
                );
            };
            assert_eq!(
                incident.events.len().to_string(),
                line["event_rows"],
                "events of {number}"
            );
            assert_eq!(
                source_state(&incident.events[0]),
                line["first_state"],
                "first state of {number}"
            );
            assert_eq!(
                source_state(last),
                line["final_state"],
                "final state of {number}"
            );
            same("priority", "final_priority");
            same("impact", "final_impact");
            same("urgency", "final_urgency");
            same("made_sla", "made_sla");
            same("reopen_count", "reopen_count");
            same("reopen_count", "reopen_recomputed");
            same("reassignment_count", "reassignment_recomputed");
            let differs = line["reassignment_count"] != line["reassignment_recomputed"];
            assert_eq!(
                differs,
                listed.contains_key(number),
                "the exceptions are those that are listed: {number}"
            );
            for (field, theirs) in [
                ("opened_at", "opened_at"),
                ("resolved_at", "resolved_at"),
                ("closed_at", "closed_at"),
            ] {
                assert_eq!(
                    minute(value(last, field)),
                    line[theirs],
                    "{theirs} of {number}"
                );
            }
        }
    }
}

/// Fields that the checks look at.
const WATCHED: [&str; 21] = [
    "state",
    "hold_reason",
    "priority",
    "impact",
    "urgency",
    "channel",
    "resolution_code",
    "made_sla",
    "knowledge_used",
    "priority_confirmed",
    "notify",
    "reopen_count",
    "reassignment_count",
    "opened_at",
    "resolved_at",
    "closed_at",
    "problem_number",
    "change_number",
    "caused_by_change",
    "configuration_item",
    "vendor_reference",
];

/// The values after each event.
fn events(history: &[HistoryEntry]) -> Vec<BTreeMap<&'static str, String>> {
    let mut now: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut events = Vec::with_capacity(history.len());
    for entry in history {
        assert_eq!(entry.mode, "replay");
        for field in WATCHED {
            if let Some(change) = entry.fields.get(field) {
                let after = match &change.after {
                    Json::Null => String::new(),
                    Json::String(text) => text.clone(),
                    other => other.to_string(),
                };
                now.insert(field, after);
            }
        }
        events.push(now.clone());
    }
    events
}

fn value<'e>(event: &'e BTreeMap<&'static str, String>, field: &str) -> &'e str {
    event.get(field).map_or("", String::as_str)
}

/// The source's state after an event: one of ours, or why it waits.
fn source_state(event: &BTreeMap<&'static str, String>) -> String {
    match value(event, "state") {
        "on_hold" => called("hold_reason", value(event, "hold_reason")),
        state => called("state", state),
    }
}

/// An instant as the source writes it.
fn minute(text: &str) -> String {
    if text.is_empty() {
        return "?".to_owned();
    }
    let instant: jiff::Timestamp = text.parse().unwrap();
    let local = instant.to_zoned(jiff::tz::TimeZone::UTC);
    format!(
        "{}/{}/{} {:02}:{:02}",
        local.day(),
        local.month(),
        local.year(),
        local.hour(),
        local.minute()
    )
}

fn numbers(facts: &Json) -> BTreeMap<String, i64> {
    facts
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, count)| (name.clone(), count.as_i64().unwrap()))
        .collect()
}

fn count(measured: &Measured) -> i64 {
    match measured {
        Measured::Count(count) => *count,
        other => panic!("a count was asked for, not {other:?}"),
    }
}

fn instant(measured: &Measured) -> String {
    match measured {
        Measured::Value(value) => value.to_text(),
        other => panic!("an instant was asked for, not {other:?}"),
    }
}
