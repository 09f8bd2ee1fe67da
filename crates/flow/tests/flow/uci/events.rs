//! What the history tells, event by event, against the facts about the rows of the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Result, Timestamp, Uuid};
use dictionary::{Page, Query};
use engine::history::{HistoryEntry, of_record};
use serde_json::Value as Json;

use super::{COUNTED, Checker, LINKED, called, numbers};

/// What the history of one incident says.
pub(super) struct Told {
    number: String,
    id: Uuid,
    events: Vec<Event>,
}

/// One change of an incident, with the values that held after it.
struct Event {
    at: Timestamp,
    actor: Uuid,
    values: BTreeMap<&'static str, Arc<str>>,
}

/// Our field → the log's column, of those that stand in the log as they were after each event.
const COLUMNS: [(&str, &str); 23] = [
    ("reopen_count", "reopen_count"),
    ("made_sla", "made_sla"),
    ("requester", "caller_id"),
    ("opened_by", "opened_by"),
    ("opened_at", "opened_at"),
    ("channel", "contact_type"),
    ("location", "location"),
    ("category", "category"),
    ("subcategory", "subcategory"),
    ("symptom", "u_symptom"),
    ("configuration_item", "cmdb_ci"),
    ("impact", "impact"),
    ("urgency", "urgency"),
    ("priority", "priority"),
    ("team", "assignment_group"),
    ("assignee", "assigned_to"),
    ("knowledge_used", "knowledge"),
    ("priority_confirmed", "u_priority_confirmation"),
    ("notify", "notify"),
    ("problem_number", "problem_id"),
    ("change_number", "rfc"),
    ("vendor_reference", "vendor"),
    ("caused_by_change", "caused_by"),
];

/// Further fields that the checks look at.
const FURTHER: [&str; 6] = [
    "state",
    "hold_reason",
    "resolution_code",
    "reassignment_count",
    "resolved_at",
    "closed_at",
];

/// Fields that refer to a record, whose title is the log's word.
const REFERENCES: [&str; 7] = [
    "requester",
    "opened_by",
    "location",
    "category",
    "subcategory",
    "team",
    "assignee",
];

impl Event {
    fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", |it| it)
    }

    fn named(&self, field: &str) -> String {
        called(field, self.value(field))
    }

    /// The log's state after the event: one of ours, or why it waits.
    fn state(&self) -> String {
        match self.value("state") {
            "on_hold" => self.named("hold_reason"),
            _ => self.named("state"),
        }
    }

    /// The log's own flag, which only closing takes away.
    fn active(&self) -> String {
        (self.state() != "Closed").to_string()
    }

    fn instant(&self, field: &str) -> Option<Timestamp> {
        Timestamp::parse(self.value(field))
    }
}

impl Told {
    fn last(&self) -> &Event {
        self.events.last().unwrap()
    }

    fn has(&self, state: &str) -> bool {
        self.events.iter().any(|it| it.state() == state)
    }
}

/// How often each occurs.
fn tally(all: impl IntoIterator<Item = String>) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_insert(0) += 1;
    }
    counts
}

fn events(told: &[Told]) -> impl Iterator<Item = &Event> {
    told.iter().flat_map(|it| &it.events)
}

/// Each event with the one before it.
fn steps(told: &[Told]) -> impl Iterator<Item = (&Event, &Event)> {
    let pairs = told.iter().flat_map(|it| it.events.windows(2));
    pairs.map(|it| (&it[0], &it[1]))
}

impl Checker<'_> {
    /// The history of all incidents.
    pub(super) fn read_history(&self) -> Vec<Told> {
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
            let read = move |reading: &mut engine::Reading<'_, '_>| {
                let page = reading.list(&query)?;
                let told = page.rows.iter().map(|row| {
                    let history = of_record(reading.tx, row.id())?;
                    Ok(Told {
                        number: row.number().unwrap().to_owned(),
                        id: row.id(),
                        events: read_events(&history),
                    })
                });
                let mut told = told.collect::<Result<Vec<_>>>()?;
                name_references(reading, &mut told)?;
                Ok((page.next, told))
            };
            let (next, told) = self.desk.engine.read_blocking(&ctx, read).unwrap();
            all.extend(told);
            after = next;
            if after.is_none() {
                return all;
            }
        }
    }

    pub(super) fn check_history(&self, told: &[Told], expected: &[BTreeMap<String, String>]) {
        self.check_rows(told);
        self.check_states(told);
        self.check_columns(told);
        self.check_steps(told);
        self.check_instants(told);
        self.check_oddities(told);
        self.check_records(told, expected);
    }

    fn check_rows(&self, told: &[Told]) {
        let facts = self.facts;
        let rows = events(told).count();
        assert_eq!(Json::from(rows), facts["totals"]["event_rows"]);
        let known = &facts["event_rows_by"];
        // The resolution code is an end value: before the end nobody knew it, so its events are not the log's.
        let counted = COUNTED.iter().filter(|it| it.0 != "resolution_code");
        for (field, theirs) in counted.chain(&[
            ("vendor_reference", "vendor"),
            ("caused_by_change", "caused_by"),
        ]) {
            let ours = tally(events(told).map(|it| it.named(field)));
            assert_eq!(ours, numbers(&known[theirs]), "events by {field}");
        }
        let matrix = events(told)
            .map(|it| ["impact", "urgency", "priority"].map(|field| it.named(field)))
            .map(|it| it.join(" / "));
        assert_eq!(tally(matrix), numbers(&facts["priority_matrix_event_rows"]));
        for field in ["priority", "impact", "urgency"] {
            let first = tally(told.iter().map(|it| it.events[0].named(field)));
            let known = &facts["first_row_incidents_by"][field];
            assert_eq!(first, numbers(known), "first {field}");
        }
        for (field, fact) in LINKED {
            let is_linked = |it: &&Told| it.events.iter().any(|it| !it.value(field).is_empty());
            let ever = told.iter().filter(is_linked).count();
            let known = &facts["links"][format!("incidents_ever_with_{fact}")];
            assert_eq!(&Json::from(ever), known, "ever with {fact}");
        }
    }

    fn check_states(&self, told: &[Told]) {
        let facts = self.facts;
        let states = tally(events(told).map(Event::state));
        assert_eq!(states, numbers(&facts["event_rows_by_state"]));
        let active = tally(events(told).map(Event::active));
        assert_eq!(active, numbers(&facts["event_rows_by"]["active"]));
        let both = tally(events(told).map(|it| format!("{}|{}", it.state(), it.active())));
        assert_eq!(both, numbers(&facts["event_rows_by_state_and_active"]));
        let first = tally(told.iter().map(|it| it.events[0].state()));
        assert_eq!(first, numbers(&facts["first_row_state"]));
        let taken = tally(steps(told).map(|it| format!("{} -> {}", it.0.state(), it.1.state())));
        let known = &facts["state_transitions_between_consecutive_rows"];
        assert_eq!(taken, numbers(known));
        let is_reopening = |step: &str| {
            let (from, to) = step.split_once(" -> ").unwrap();
            ["Resolved", "Closed"].contains(&from) && !["Resolved", "Closed"].contains(&to)
        };
        let reopened = taken.into_iter().filter(|it| is_reopening(&it.0));
        let known = numbers(&facts["reopen_count"]["reopened_from"]);
        assert_eq!(reopened.collect::<BTreeMap<_, _>>(), known);
    }

    fn check_columns(&self, told: &[Told]) {
        for (field, theirs) in COLUMNS {
            self.check_column(told, theirs, &|it| it.value(field).to_owned());
        }
        self.check_column(told, "incident_state", &Event::state);
        self.check_column(told, "active", &Event::active);
        self.check_column(told, "sys_updated_by", &|it| it.actor.to_string());
        self.check_column(told, "sys_updated_at", &|it| it.at.to_string());
    }

    /// How many cells are empty, how many different words there are, and in how many incidents they change.
    fn check_column(&self, told: &[Told], theirs: &str, cell: &dyn Fn(&Event) -> String) {
        let cells = tally(events(told).map(cell));
        let missing = cells.get("").copied().unwrap_or_default();
        let distinct = cells.keys().filter(|it| !it.is_empty()).count();
        let is_changed = |it: &&Told| {
            let first = cell(&it.events[0]);
            it.events.iter().any(|event| cell(event) != first)
        };
        let changed = told.iter().filter(is_changed).count();
        for (fact, found) in [
            ("missing_cells_per_column", Json::from(missing)),
            (
                "distinct_values_per_column_excluding_missing",
                distinct.into(),
            ),
            ("incidents_whose_value_changes", changed.into()),
        ] {
            assert_eq!(found, self.facts[fact][theirs], "{fact}: {theirs}");
        }
    }

    /// Each step counts what it changed, and nothing else.
    fn check_steps(&self, told: &[Told]) {
        let number = |event: &Event, field: &str| event.value(field).parse::<i64>().unwrap();
        let [mut reassigned, mut reopened, mut checked] = [0; 3];
        for (before, after) in steps(told) {
            let counted = |field: &str| number(after, field) - number(before, field);
            let handed_over = before.value("team") != after.value("team");
            assert_eq!(counted("reassignment_count"), i64::from(handed_over));
            reassigned += counted("reassignment_count");
            let [was_done, is_done] =
                [before, after].map(|it| ["Resolved", "Closed"].contains(&it.state().as_str()));
            assert_eq!(counted("reopen_count"), i64::from(was_done && !is_done));
            reopened += counted("reopen_count");
            checked += 1;
        }
        let [reassignments, reopenings, made_sla] =
            ["reassignment_count", "reopen_count", "made_sla"].map(|it| &self.facts[it]);
        let flips = |from: &str| {
            let turned = steps(told)
                .filter(move |it| it.0.value("made_sla") == from && it.1.value("made_sla") != from);
            tally(turned.map(|it| it.1.state()))
        };
        assert_eq!(flips("true"), numbers(&made_sla["state_at_flip"]));
        let flipped = |from: &str| flips(from).values().sum::<i64>();
        // The log counted 53 more reassignments than there are changes of the group.
        let unseen = &reassignments["logged_increments_without_visible_group_change"];
        for (found, known) in [
            (reassigned, &reassignments["sum_recomputed"]),
            (checked, &reassignments["row_increments_total"]),
            (
                checked - unseen.as_i64().unwrap(),
                &reassignments["row_increments_equal"],
            ),
            (reopened, &reopenings["sum_final"]),
            (checked, &reopenings["row_increments_equal"]),
            (flipped("true"), &made_sla["flips_true_to_false_incidents"]),
            (flipped("false"), &made_sla["flips_false_to_true_incidents"]),
        ] {
            assert_eq!(&Json::from(found), known);
        }
    }

    /// When it was resolved and closed follows from when its events happened.
    fn check_instants(&self, told: &[Told]) {
        let (mut resolved, mut closed) = (0, 0);
        for incident in told {
            let last = incident.last();
            if let Some(at) = last.instant("resolved_at") {
                let mut backwards = incident.events.iter().rev();
                let event = backwards.find(|it| it.state() == "Resolved").unwrap();
                assert_eq!(event.at, at, "resolved_at of {}", incident.number);
                resolved += 1;
            }
            assert_eq!(
                last.instant("closed_at"),
                Some(last.at),
                "{}",
                incident.number
            );
            closed += 1;
        }
        let [known_resolved, known_closed] = ["resolved_at", "closed_at"].map(|it| &self.facts[it]);
        assert_eq!(
            Json::from(resolved),
            known_resolved["incidents_rule_holds_where_present"]
        );
        assert_eq!(Json::from(closed), known_closed["incidents_rule_holds"]);
        let having = told.iter().filter(|it| it.has("Resolved")).count();
        assert_eq!(
            Json::from(having),
            known_resolved["incidents_with_a_Resolved_row"]
        );
        let times = || events(told).map(|it| it.at);
        for (at, end) in [times().min(), times().max()].into_iter().enumerate() {
            let known = self.facts["time_span"]["sys_updated_at"][at]
                .as_str()
                .unwrap();
            assert_eq!(end.unwrap().to_string(), format!("{known}Z"));
        }
    }

    fn check_oddities(&self, told: &[Told]) {
        let known = &self.facts["anomalies"];
        let numbers_of = |is_odd: &dyn Fn(&Told) -> bool| {
            let odd = told.iter().filter(|it| is_odd(it));
            let numbers: BTreeSet<&str> = odd.map(|it| it.number.as_str()).collect();
            Json::from(numbers.into_iter().collect::<Vec<_>>())
        };
        let early = |it: &Told| {
            it.events
                .iter()
                .any(|it| Some(it.at) < it.instant("opened_at"))
        };
        assert_eq!(numbers_of(&early), known["rows_sys_updated_before_opened"]);
        assert_eq!(
            numbers_of(&|it| it.has("-100")),
            known["incidents_with_state_-100"]
        );
        let falling = |it: &Told| it.events.windows(2).any(|it| it[1].at < it[0].at);
        assert_eq!(
            numbers_of(&falling),
            known["incidents_sys_updated_not_monotonic"]
        );
        let count = |is_odd: &dyn Fn(&Told) -> bool| {
            Json::from(told.iter().filter(|it| is_odd(it)).count())
        };
        assert_eq!(count(&|it| !it.has("New")), known["incidents_never_New"]);
        assert_eq!(
            count(&|it| !it.has("Resolved")),
            known["incidents_without_Resolved_row"]
        );
        let closings = |it: &Told| it.events.iter().filter(|it| it.state() == "Closed").count();
        assert_eq!(
            count(&|it| closings(it) > 1),
            known["incidents_with_several_Closed_rows"]
        );
        let numbers: BTreeSet<&str> = told.iter().map(|it| it.number.as_str()).collect();
        let totals = &self.facts["totals"];
        assert_eq!(
            Json::from(*numbers.first().unwrap()),
            totals["first_number"]
        );
        assert_eq!(Json::from(*numbers.last().unwrap()), totals["last_number"]);
    }

    /// Each incident against its own line of the expected values.
    fn check_records(&self, told: &[Told], expected: &[BTreeMap<String, String>]) {
        let by_number: BTreeMap<&str, &Told> =
            told.iter().map(|it| (it.number.as_str(), it)).collect();
        assert_eq!(by_number.len(), expected.len());
        let facts = &self.facts["reassignment_count"];
        let listed = facts["different_incidents"].as_object().unwrap();
        let mut different = 0;
        for line in expected {
            let number = line["number"].as_str();
            let incident = by_number[number];
            let (first, last) = (&incident.events[0], incident.last());
            let events = incident.events.len().to_string();
            assert_eq!(events, line["event_rows"], "events of {number}");
            assert_eq!(
                first.state(),
                line["first_state"],
                "first state of {number}"
            );
            assert_eq!(last.state(), line["final_state"], "final state of {number}");
            for (field, theirs) in [
                ("priority", "final_priority"),
                ("impact", "final_impact"),
                ("urgency", "final_urgency"),
                ("category", "final_category"),
                ("team", "final_assignment_group"),
                ("assignee", "final_assigned_to"),
                ("made_sla", "made_sla"),
                ("reopen_count", "reopen_count"),
                ("reopen_count", "reopen_recomputed"),
                ("reassignment_count", "reassignment_recomputed"),
            ] {
                let id = incident.id;
                assert_eq!(
                    last.named(field),
                    line[theirs],
                    "{theirs} of {number} ({id})"
                );
            }
            let differs = line["reassignment_count"] != line["reassignment_recomputed"];
            different += i64::from(differs);
            assert_eq!(
                differs,
                listed.contains_key(number),
                "the exceptions are those that are listed: {number}"
            );
            for field in ["opened_at", "resolved_at", "closed_at"] {
                assert_eq!(
                    minute(last.value(field)),
                    line[field],
                    "{field} of {number}"
                );
            }
        }
        let equal = expected.len() as i64 - different;
        assert_eq!(Json::from(different), facts["incidents_different"]);
        assert_eq!(Json::from(equal), facts["incidents_equal"]);
    }
}

/// The values after each event.
fn read_events(history: &[HistoryEntry]) -> Vec<Event> {
    let mut now: BTreeMap<&'static str, Arc<str>> = BTreeMap::new();
    let watched = || COLUMNS.iter().map(|it| it.0).chain(FURTHER);
    let events = history.iter().map(|entry| {
        assert_eq!(entry.mode, "replay");
        for field in watched() {
            if let Some(change) = entry.fields.get(field) {
                let after = match &change.after {
                    Json::Null => String::new(),
                    Json::String(text) => text.clone(),
                    other => other.to_string(),
                };
                now.insert(field, after.into());
            }
        }
        Event {
            at: entry.effective_at,
            actor: entry.actor,
            values: now.clone(),
        }
    });
    events.collect()
}

/// Puts the titles of the records that are referred to in place of their ids.
fn name_references(reading: &mut engine::Reading<'_, '_>, told: &mut [Told]) -> Result<()> {
    let ids = events(told).flat_map(|it| REFERENCES.map(|field| it.value(field)));
    let titles = reading.titles_of(&ids.filter_map(|it| it.parse().ok()).collect())?;
    for event in told.iter_mut().flat_map(|it| &mut it.events) {
        for field in REFERENCES {
            if let Some(value) = event.values.get_mut(field).filter(|it| !it.is_empty()) {
                let known = titles.get(value.parse().unwrap()).unwrap();
                *value = known.title.as_str().into();
            }
        }
    }
    Ok(())
}

/// An instant as the log writes it.
fn minute(text: &str) -> String {
    let Some(instant) = Timestamp::parse(text) else {
        return "?".to_owned();
    };
    let local = instant.to_jiff().to_zoned(jiff::tz::TimeZone::UTC);
    local.strftime("%-d/%-m/%Y %H:%M").to_string()
}
