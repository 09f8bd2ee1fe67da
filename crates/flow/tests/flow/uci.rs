//! A year of a real service desk: 94,219 events of 16,577 incidents replayed through the door, and every
//! figure of its facts computed again by Deskwright's own aggregates and history.
//!
//! The data lies beside the project and is not part of it. Left out of its facts is what Deskwright does not
//! keep: the source's update counter and creation stamps, and guesses at its service level calendar.

mod aggregates;
mod events;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base::Result;
use engine::Surface;
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
        checker.check_history(&told, &data.expected);
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
        let verdict = verifier::verify_blocking(&desk.engine, &ctx).unwrap();
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

/// Our field → what the facts call it, of those that name something outside.
const LINKED: [(&str, &str); 5] = [
    ("problem_number", "problem_id"),
    ("change_number", "rfc"),
    ("caused_by_change", "caused_by"),
    ("configuration_item", "cmdb_ci"),
    ("vendor_reference", "vendor"),
];

fn numbers(facts: &Json) -> BTreeMap<String, i64> {
    facts
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, count)| (name.clone(), count.as_i64().unwrap()))
        .collect()
}
