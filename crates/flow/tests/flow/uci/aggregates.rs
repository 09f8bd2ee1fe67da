//! The figures that Deskwright's own aggregates compute, against the facts.

use std::collections::BTreeMap;

use dictionary::Value;
use dictionary::filter::{Scope, parse};
use engine::Ctx;
use engine::Surface;
use engine::read::{Aggregate, Aggregation, Bucket, Group, GroupKey, Measure, Measured, Quantity};
use serde_json::Value as Json;

use super::{COUNTED, Checker, LINKED, called, numbers};

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// The bounds of the facts' histograms, in hours.
const BOUNDS: [i64; 10] = [1, 4, 8, 24, 48, 72, 120, 240, 480, 1000];

fn by(field: &str) -> Group {
    Group::Field(field.to_owned())
}

fn elapsed(from: &str, to: &str) -> Quantity {
    Quantity::Elapsed {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

impl Checker<'_> {
    pub(super) fn ctx(&self) -> Ctx {
        let engine = &self.desk.engine;
        engine.system_ctx(self.desk.tenant, Surface::Command)
    }

    fn aggregate(&self, filter: &str, groups: Vec<Group>, measures: Vec<Measure>) -> Aggregate {
        let ctx = self.ctx();
        let dictionary = &ctx.snapshot.dictionary;
        let scope = Scope::new(dictionary, dictionary.record_type("incident").unwrap());
        let asked = Aggregation {
            record_type: Some("incident".to_owned()),
            filter: parse(&format!("number starts with INC {filter}"), &scope).unwrap(),
            groups,
            measures,
            zone: Some(jiff::tz::TimeZone::UTC),
            range: None,
        };
        let read = move |reading: &mut engine::Reading<'_, '_>| reading.aggregate(&asked);
        self.desk.engine.read_blocking(&ctx, read).unwrap()
    }

    /// Measures of all the incidents that match.
    fn measure(&self, filter: &str, measures: Vec<Measure>) -> Vec<Measured> {
        self.aggregate(filter, Vec::new(), measures)
            .rows
            .remove(0)
            .values
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
            (key, number(&row.values[0]))
        });
        rows.filter(|(_, count)| *count > 0).collect()
    }

    /// The same in the words of the source.
    fn named(&self, filter: &str, field: &str) -> BTreeMap<String, i64> {
        let counts = self.counts(filter, by(field)).into_iter();
        counts
            .map(|(code, count)| (called(field, &code), count))
            .collect()
    }

    fn total(&self, filter: &str) -> i64 {
        number(&self.measure(filter, vec![Measure::Count])[0])
    }

    pub(super) fn check_aggregates(&self) {
        let facts = &self.facts["final_incidents_by"];
        let references = [("category", "category"), ("team", "assignment_group")];
        for (field, theirs) in COUNTED.iter().chain(&references) {
            assert_eq!(
                self.named("", field),
                numbers(&facts[theirs]),
                "final {theirs}"
            );
        }
        let ended = self.named("", "state");
        assert_eq!(ended, numbers(&self.facts["last_row_state"]));
        let total = Json::from(self.total(""));
        assert_eq!(total, self.facts["totals"]["incidents"]);
        let known = &self.facts["made_sla"];
        assert_eq!(self.named("", "made_sla"), numbers(&known["final"]));
        for priority in ["1", "2", "3", "4"] {
            let made = self.named(&format!("priority={priority}"), "made_sla");
            let of_priority = &known["by_final_priority"][called("priority", priority)];
            assert_eq!(made, numbers(of_priority));
        }
        self.check_counters();
        self.check_times();
        self.check_lengths();
        self.check_different();
        self.check_presence();
    }

    fn check_counters(&self) {
        let facts = &self.facts["final_incidents_by"];
        let reopened = numbers(&facts["reopen_count"]);
        assert_eq!(self.counts("", by("reopen_count")), reopened);
        assert_eq!(self.counts("", by("reassignment_count")), self.recounted());
        let [reassignments, reopenings] =
            ["reassignment_count", "reopen_count"].map(|it| &self.facts[it]);
        let measures = vec![
            Measure::Sum("reassignment_count".into()),
            Measure::Max("reassignment_count".into()),
            Measure::Sum("reopen_count".into()),
        ];
        let found: Vec<i64> = self.measure("", measures).iter().map(number).collect();
        let known = [
            &reassignments["sum_recomputed"],
            &reassignments["max_final"],
            &reopenings["sum_final"],
        ];
        assert_eq!(found, known.map(|it| it.as_i64().unwrap()));
        let reopened = Json::from(self.total("reopen_count > 0"));
        assert_eq!(reopened, reopenings["incidents_reopened"]);
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
        let time = |field: &str, bucket| {
            let field = field.to_owned();
            self.counts("", Group::Time { field, bucket })
        };
        for field in ["opened", "closed"] {
            let months = time(&format!("{field}_at"), Bucket::Month).into_iter();
            let months = months.map(|(day, count)| (day[..7].to_owned(), count));
            let known = numbers(&self.facts[format!("{field}_by_month")]);
            assert_eq!(
                months.collect::<BTreeMap<_, _>>(),
                known,
                "{field} by month"
            );
        }
        for (bucket, fact) in [
            (Bucket::Weekday, "opened_by_weekday_mon0"),
            (Bucket::HourOfDay, "opened_by_hour"),
        ] {
            assert_eq!(
                time("opened_at", bucket),
                numbers(&self.facts[fact]),
                "{fact}"
            );
        }
        for field in ["opened_at", "resolved_at", "closed_at"] {
            let ends = [Measure::Min, Measure::Max].map(|it| it(field.into()));
            let span = &self.facts["time_span"][field];
            for (at, end) in self.measure("", ends.to_vec()).iter().enumerate() {
                let Measured::Value(Value::Instant(end)) = end else {
                    panic!("an instant was asked for, not {end:?}");
                };
                let known = format!("{}Z", span[at].as_str().unwrap());
                assert_eq!(end.to_string(), known, "{field}");
            }
        }
    }

    /// How long it took, from one instant to another, and how many events that were.
    fn check_lengths(&self) {
        let resolution = || elapsed("opened_at", "resolved_at");
        let known = &self.facts["resolution_hours_opened_to_resolved"];
        self.check_spread("", &resolution(), HOUR, known);
        self.check_histogram(&resolution(), &known["histogram"]);
        for priority in ["1", "2", "3", "4"] {
            let of_priority = &known["by_final_priority"][called("priority", priority)];
            let filter = format!("priority={priority}");
            self.check_spread(&filter, &resolution(), HOUR, of_priority);
        }
        let closure = elapsed("opened_at", "closed_at");
        let known = &self.facts["closure_hours_opened_to_closed"];
        self.check_spread("", &closure, HOUR, known);
        self.check_histogram(&closure, &known["histogram"]);
        let confirmation = || elapsed("resolved_at", "closed_at");
        let known = &self.facts["resolved_to_closed_hours"];
        self.check_spread("", &confirmation(), HOUR, known);
        // Closed by the source's own job, which ran about hourly, after five days.
        let [before, until] = [120 * HOUR - 1, 121 * HOUR + HOUR / 10]
            .map(|at_most| self.within(confirmation(), at_most).0);
        assert_eq!(
            Json::from(until - before),
            known["auto_close_after_5_days_within_120h_to_121h06m"]
        );
        for (of, fact) in [
            (resolution(), &self.facts["resolved_at"]["before_opened"]),
            (confirmation(), &self.facts["closed_at"]["before_resolved"]),
        ] {
            assert_eq!(&Json::from(self.within(of, -1).0), fact);
        }
        // The version counts the changes of a record, which here are the rows of the log.
        let rows = &self.facts["totals"]["rows_per_incident"];
        self.check_spread("", &"version".into(), 1, rows);
    }

    /// Number, mean, ends and percentiles, as the facts have them: rounded to four digits.
    fn check_spread(&self, filter: &str, of: &Quantity, unit: i64, facts: &Json) {
        let percents = [1, 5, 10, 25, 50, 75, 90, 95, 99];
        let ends = [
            Measure::Filled,
            Measure::Average,
            Measure::Min,
            Measure::Max,
        ];
        let mut found = self.measure(filter, ends.map(|it| it(of.clone())).to_vec());
        let percentiles = percents.map(|it| Measure::Percentile(it, of.clone()));
        found.extend(self.measure(filter, percentiles.to_vec()));
        assert_eq!(Json::from(number(&found[0])), facts["n"], "{filter}");
        let percentiles = percents.map(|it| format!("p{it:02}"));
        let names = ["mean", "min", "max"].into_iter();
        for (name, measured) in names
            .chain(percentiles.iter().map(String::as_str))
            .zip(&found[1..])
        {
            let value = match measured {
                Measured::Number(Some(total)) => {
                    total.unscaled as f64 / 10_f64.powi(total.scale.into())
                }
                other => number(other) as f64,
            };
            let (value, known) = (value / unit as f64, facts[name].as_f64().unwrap());
            assert!(
                (value - known).abs() <= 0.000_051,
                "{name} of {of:?} {filter}: {value}, not {known}"
            );
        }
    }

    /// How many took less than each bound, and so how many lie between two.
    fn check_histogram(&self, of: &Quantity, facts: &Json) {
        let mut below: Vec<i64> = Vec::new();
        let mut whole = 0;
        for bound in BOUNDS {
            let (part, all) = self.within(of.clone(), bound * HOUR - 1);
            below.push(part);
            whole = all;
        }
        below.push(whole);
        let lower = [0].iter().chain(&BOUNDS);
        let names = lower
            .clone()
            .zip(&BOUNDS)
            .map(|(from, to)| format!("{from}-{to}h"));
        let names = names.chain([format!(">={}h", BOUNDS[BOUNDS.len() - 1])]);
        let before = [0].into_iter().chain(below.iter().copied());
        let counts = below
            .iter()
            .zip(before)
            .map(|(until, before)| until - before);
        let found: BTreeMap<String, i64> = names.zip(counts).collect();
        assert_eq!(found, numbers(facts), "histogram of {of:?}");
    }

    fn within(&self, of: Quantity, at_most: i64) -> (i64, i64) {
        match self.measure("", vec![Measure::Within { of, at_most }])[..] {
            [Measured::Share { part, whole }] => (part, whole),
            ref other => panic!("a share was asked for, not {other:?}"),
        }
    }

    /// Of what stands on an incident from the beginning, or is known in the end, all the log has is there.
    fn check_different(&self) {
        let known = &self.facts["distinct_values_per_column_excluding_missing"];
        for (field, theirs) in [
            ("number", "number"),
            ("requester", "caller_id"),
            ("opened_by", "opened_by"),
            ("opened_at", "opened_at"),
            ("configuration_item", "cmdb_ci"),
            ("notify", "notify"),
            ("caused_by_change", "caused_by"),
            ("resolution_code", "closed_code"),
            ("resolved_by", "resolved_by"),
            ("resolved_at", "resolved_at"),
            ("closed_at", "closed_at"),
        ] {
            let found = self.measure("", vec![Measure::Distinct(field.into())]);
            assert_eq!(
                Json::from(number(&found[0])),
                known[theirs],
                "different {theirs}"
            );
        }
    }

    /// On how many incidents there is something, in the end.
    fn check_presence(&self) {
        let filled = |field: &str| {
            Json::from(number(
                &self.measure("", vec![Measure::Filled(field.into())])[0],
            ))
        };
        let resolved = &self.facts["resolved_at"];
        assert_eq!(filled("resolved_at"), resolved["incidents_with"]);
        let missing = |field: &str| Json::from(self.total(&format!("{field} is empty")));
        assert_eq!(missing("resolved_at"), resolved["incidents_missing"]);
        assert_eq!(missing("closed_at"), 0);
        let anomalies = &self.facts["anomalies"];
        for (field, fact) in [("team", "assignment_group"), ("assignee", "assigned_to")] {
            let known = &anomalies[format!("incidents_final_{fact}_missing")];
            assert_eq!(&missing(field), known, "without {fact}");
        }
        for (field, fact) in LINKED {
            let known = &self.facts["links"][format!("incidents_finally_with_{fact}")];
            assert_eq!(&filled(field), known, "finally with {fact}");
        }
    }
}

/// A count, or a value that is a whole number or a duration.
fn number(measured: &Measured) -> i64 {
    match measured {
        Measured::Count(it) | Measured::Value(Value::Integer(it) | Value::Duration(it)) => *it,
        Measured::Number(Some(total)) if total.scale == 0 => total.unscaled.try_into().unwrap(),
        other => panic!("a number was asked for, not {other:?}"),
    }
}
