//! What every record type gets for free, held for each of them and for a custom type with fields of every kind.

use std::collections::BTreeMap;

use base::Uuid;
use dictionary::filter::operators;
use dictionary::{
    FieldDef, FieldFlag, Filter, Kind, Operand, Operator, Term, TypeDef, Value, WrittenBy,
};
use engine::customize::{FieldSpec, TypeSpec};
use engine::{Action, Change, Engine};
use serde_json::json;
use test_kit::{Database, Desk, House, problems};

/// Two values of each field that people write.
type Samples = BTreeMap<String, [Value; 2]>;

struct Suite<'d> {
    desk: &'d Desk,
    record_type: std::sync::Arc<TypeDef>,
    samples: Samples,
}

impl<'d> Suite<'d> {
    fn new(desk: &'d Desk, name: &str) -> Self {
        let record_type = desk
            .engine
            .snapshot()
            .dictionary
            .record_type(name)
            .expect("declared")
            .clone();
        let mut others = Others::default();
        let written = record_type
            .fields
            .iter()
            .filter(|it| it.written_by != WrittenBy::Rules);
        let samples = written.filter_map(|it| {
            Some((
                it.name.clone(),
                sample(desk, &mut others, &record_type, it)?,
            ))
        });
        let samples = samples.collect();
        Self {
            desk,
            record_type,
            samples,
        }
    }

    fn run(&self) {
        let id = self.create();
        self.list_and_filter(id, 0);
        self.edit(id);
        self.list_and_filter(id, 1);
        self.permission(id);
        self.unique(id);
        self.delete_and_restore(id);
        self.history(id);
    }

    fn create(&self) -> Uuid {
        let id = self
            .desk
            .as_system()
            .apply(self.change(Change::create(&self.record_type.name), 0))
            .unwrap_or_else(|error| {
                panic!("{} is created: {}", self.record_type.name, problems(&error));
            });
        self.holds(id.record, 0);
        let numbered = self.record_type.number.as_ref();
        assert_eq!(
            id.number.is_some(),
            numbered.is_some(),
            "numbers of {}",
            self.record_type.name
        );
        id.record
    }

    fn edit(&self, id: Uuid) {
        let mut change = self.change(Change::update(&self.record_type.name, id), 1);
        change.set.retain(|name, _| self.editable(name));
        let version = self.desk.get(id).version().unwrap_or_default();
        let outcome = self
            .desk
            .as_system()
            .apply(change.clone())
            .unwrap_or_else(|error| {
                panic!("{} is edited: {}", self.record_type.name, problems(&error));
            });
        assert_eq!(outcome.version, version + 1);
        self.holds(id, 1);
        let again = self
            .desk
            .as_system()
            .apply(change)
            .expect("the same again is fine");
        assert!(!again.changed, "the same again changes nothing");
        let stale = Change {
            expected_version: Some(version),
            ..Change::update(&self.record_type.name, id)
        };
        let refused = self
            .desk
            .as_system()
            .apply(stale.with_value("title", Value::Text("late".to_owned())));
        assert_eq!(
            problems(&refused.expect_err("somebody was faster")),
            "conflict: conflict-version"
        );
    }

    fn holds(&self, id: Uuid, which: usize) {
        let found = self.desk.get(id);
        for (name, values) in &self.samples {
            let wanted = if self.editable(name) {
                &values[which]
            } else {
                &values[0]
            };
            assert_eq!(
                found.value(name),
                wanted,
                "{}.{name}",
                self.record_type.name
            );
        }
    }

    fn editable(&self, name: &str) -> bool {
        self.record_type
            .field(name)
            .is_some_and(|it| it.written_by != WrittenBy::Creation)
    }

    fn change(&self, change: Change, which: usize) -> Change {
        self.samples.iter().fold(change, |change, (name, values)| {
            change.with_value(name, values[which].clone())
        })
    }

    /// Every field finds the record by its value, and only by its value.
    fn list_and_filter(&self, id: Uuid, which: usize) {
        let ids = |filter: Filter| -> Vec<Uuid> {
            let found = self.desk.as_system().find(&self.record_type.name, filter);
            found
                .unwrap_or_else(|error| panic!("{}: {}", self.record_type.name, problems(&error)))
                .iter()
                .map(|it| it.id())
                .collect()
        };
        assert!(
            ids(Filter::default()).contains(&id),
            "the list of {}",
            self.record_type.name
        );
        let found = self.desk.get(id);
        for field in &self.record_type.fields {
            let value = found.value(&field.name);
            let empty = ids(Filter::empty(&field.name)).contains(&id);
            assert_eq!(
                empty,
                value.is_null(),
                "{}.{} empty",
                self.record_type.name,
                field.name
            );
            let Some(filter) = finding(field, value) else {
                continue;
            };
            assert!(
                ids(filter.clone()).contains(&id),
                "{}.{} finds {value:?}",
                self.record_type.name,
                field.name
            );
            assert!(
                !ids(filter.negated()).contains(&id),
                "{}.{} not",
                self.record_type.name,
                field.name
            );
            let other = self
                .samples
                .get(&field.name)
                .map(|it| &it[1 - which])
                .filter(|it| *it != value);
            if let Some(filter) = other.and_then(|it| finding(field, it)) {
                let overlaps = matches!(field.kind, Kind::MultiChoice | Kind::References { .. });
                assert!(
                    overlaps || !ids(filter).contains(&id),
                    "{}.{} finds too much",
                    self.record_type.name,
                    field.name
                );
            }
        }
    }

    /// Somebody without any right sees nothing, changes nothing, and is told nothing.
    fn permission(&self, id: Uuid) {
        let stranger = self.desk.as_person(House::STAN);
        assert!(stranger.try_get(id).is_err());
        assert!(
            stranger
                .find(&self.record_type.name, Filter::default())
                .map_or(true, |it| it.is_empty())
        );
        let title = Value::Text("Taken over".to_owned());
        let create = stranger
            .apply(Change::create(&self.record_type.name).with_value("title", title.clone()));
        assert!(problems(&create.expect_err("no right to create")).starts_with("forbidden"));
        let edit =
            stranger.apply(Change::update(&self.record_type.name, id).with_value("title", title));
        assert_eq!(
            problems(&edit.expect_err("no right to know")),
            "not found: record-unknown"
        );
        let delete = stranger.apply(Change::of(&self.record_type.name, id, Action::Delete));
        assert_eq!(
            problems(&delete.expect_err("no right to know")),
            "not found: record-unknown"
        );
        let auditor = self.desk.as_auditor();
        let seen = auditor.try_get(id);
        let confidential = self
            .desk
            .get(id)
            .value("access")
            .as_integer()
            .is_some_and(|it| it > 1);
        assert_eq!(
            seen.is_ok(),
            !confidential,
            "an auditor reads {}",
            self.record_type.name
        );
        let edit = auditor.apply(
            Change::update(&self.record_type.name, id)
                .with_value("title", Value::Text("x".to_owned())),
        );
        assert!(edit.is_err(), "an auditor writes nothing");
    }

    /// A unique value belongs to one record, whatever the case of its letters.
    fn unique(&self, id: Uuid) {
        for field in self
            .record_type
            .fields
            .iter()
            .filter(|it| it.unique && it.written_by == WrittenBy::People)
        {
            let mut change = self.change(Change::create(&self.record_type.name), 0);
            for other in self
                .record_type
                .fields
                .iter()
                .filter(|it| it.unique && it.name != field.name)
            {
                change.set.remove(&other.name);
            }
            let taken = match self.desk.get(id).value(&field.name) {
                Value::Text(text) => Value::Text(text.to_uppercase()),
                other => other.clone(),
            };
            let refused = self
                .desk
                .as_system()
                .apply(change.clone().with_value(&field.name, taken.clone()));
            let told = problems(&refused.expect_err("the value is taken"));
            assert!(
                told.contains(&field.name),
                "{}.{}: {told}",
                self.record_type.name,
                field.name
            );
            // A deleted record gives its values free, and cannot come back into a clash.
            let system = self.desk.as_system();
            system
                .try_do(id, Action::Delete)
                .expect("it can be deleted");
            let second = system
                .apply(change.with_value(&field.name, taken))
                .expect("the value is free")
                .record;
            let back = system.apply(Change::of(&self.record_type.name, id, Action::Restore));
            assert!(
                back.is_err(),
                "{}.{} would clash",
                self.record_type.name,
                field.name
            );
            system
                .try_do(second, Action::Delete)
                .expect("it can be deleted");
            system
                .apply(Change::of(&self.record_type.name, id, Action::Restore))
                .expect("nothing is in the way");
        }
    }

    fn delete_and_restore(&self, id: Uuid) {
        let system = self.desk.as_system();
        let before: Vec<_> = self
            .desk
            .get(id)
            .fields()
            .map(|(field, value)| (field.name.clone(), value.clone()))
            .collect();
        system
            .apply(Change::of(&self.record_type.name, id, Action::Delete))
            .expect("it can be deleted");
        assert!(system.try_get(id).is_err(), "deleted records are gone");
        let listed = system
            .find(&self.record_type.name, Filter::default())
            .expect("a list");
        assert!(
            listed.iter().all(|it| it.id() != id),
            "deleted records are not listed"
        );
        let edit = system.apply(Change::update(&self.record_type.name, id));
        assert!(edit.is_err(), "deleted records are not edited");
        system
            .apply(Change::of(&self.record_type.name, id, Action::Restore))
            .expect("it can be restored");
        let found = self.desk.get(id);
        for (name, value) in before
            .iter()
            .filter(|it| !["version", "updated_at"].contains(&it.0.as_str()))
        {
            assert_eq!(
                found.value(name),
                value,
                "{}.{name} comes back",
                self.record_type.name
            );
        }
    }

    fn history(&self, id: Uuid) {
        let history = self.desk.history(id);
        let actions: Vec<_> = history.iter().map(|it| it.action.as_str()).collect();
        assert_eq!(actions[..2], ["create", "update"]);
        assert_eq!(actions[actions.len() - 2..], ["delete", "restore"]);
        assert!(
            history
                .iter()
                .zip(1..)
                .all(|(it, version)| it.version == version),
            "no version is missing"
        );
        assert_eq!(
            i64::try_from(history.len()).ok(),
            self.desk.get(id).version()
        );
        for (name, values) in self.samples.iter().filter(|it| !it.1[0].is_null()) {
            let told = history[0]
                .fields
                .get(name)
                .unwrap_or_else(|| panic!("{name} at creation"));
            assert_eq!(
                told.after,
                values[0].to_json(),
                "{}.{name} in the history",
                self.record_type.name
            );
        }
    }
}

/// A filter that finds a value of the field; nothing where the kind is found by search alone.
fn finding(field: &FieldDef, value: &Value) -> Option<Filter> {
    let one = |operator, value: Value| {
        Some(Filter::test(
            &field.name,
            operator,
            Operand::One(Term::Value(value)),
        ))
    };
    match value {
        Value::Null => None,
        Value::Choices(codes) => one(Operator::Contains, Value::Choice(codes.first()?.clone())),
        Value::References(ids) => one(Operator::Contains, Value::Reference(*ids.first()?)),
        _ if operators(&field.kind).contains(&Operator::Equal) => {
            one(Operator::Equal, value.clone())
        }
        _ => None,
    }
}

/// Records that references of the samples lead to, made where the house has none.
#[derive(Default)]
struct Others {
    made: BTreeMap<(String, usize), Uuid>,
}

impl Others {
    fn of(&mut self, desk: &Desk, record_type: Option<&str>, which: usize) -> Uuid {
        let housed = match record_type {
            None => Some([House::HEADQUARTERS, House::MAIL]),
            Some("person") => Some([House::ADA, House::NOAH]),
            Some("team") => Some([House::SERVICE_DESK, House::NETWORK]),
            Some("organisation") => Some([House::ACME, House::GLOBEX]),
            Some("service") => Some([House::MAIL, House::WIRELESS]),
            Some("category") => Some([House::HARDWARE, House::NETWORKING]),
            _ => None,
        };
        if let Some(pair) = housed {
            return pair[which];
        }
        let name = record_type.unwrap_or_default().to_owned();
        *self.made.entry((name.clone(), which)).or_insert_with(|| {
            let title = Value::Text(format!("Other {which}"));
            desk.as_system()
                .apply(Change::create(&name).with_value("title", title))
                .expect("another can be made")
                .record
        })
    }
}

/// Two values of a field; nothing where its rules leave no room for any value whatever the others are.
fn sample(
    desk: &Desk,
    others: &mut Others,
    record_type: &TypeDef,
    field: &FieldDef,
) -> Option<[Value; 2]> {
    let text =
        |one: &str, other: &str| Some([Value::Text(one.to_owned()), Value::Text(other.to_owned())]);
    let read = |one: &str, other: &str| {
        Some([
            field.from_text(one).expect("fits"),
            field.from_text(other).expect("fits"),
        ])
    };
    let in_some_states = |flag: &FieldFlag| *flag == FieldFlag::Hidden;
    match (record_type.name.as_str(), field.name.as_str()) {
        // Without a hold there is no reason, and a subcategory fits its category.
        ("incident" | "request", "hold_reason" | "hold_until" | "merged_into" | "split_from") => {
            return None;
        }
        ("incident" | "request", "subcategory") => {
            return Some([Value::Reference(House::LAPTOP), Value::Null]);
        }
        ("incident" | "request", "opened_at") => {
            return read("2026-01-05T08:00:00Z", "2026-01-05T07:00:00Z");
        }
        // What came of a call ends it, and asks for more.
        ("interaction", "outcome" | "ticket") => return None,
        ("interaction", "opened_at") => {
            return read("2026-01-05T08:00:00Z", "2026-01-05T07:00:00Z");
        }
        ("interaction", "ended_at") => {
            return read("2026-01-05T08:05:00Z", "2026-01-05T07:20:00Z");
        }
        ("role_assignment", "role") => return text("agent", "auditor"),
        ("person", "zone") => return text("Europe/Berlin", "America/New_York"),
        ("person", "language") => return text("de", "en-GB"),
        ("person", "further_emails") => {
            return read(
                "[\"a@example.net\"]",
                "[\"b@example.net\", \"c@example.net\"]",
            );
        }
        ("person", "further_phones") => return read("[\"1\"]", "[\"2\", \"3\"]"),
        // Only a view for a team has one.
        ("saved_view", "team") => return None,
        ("saved_view", "audience") => return read("personal", "shared"),
        ("saved_view", "listed_type") => return text("incident", "task"),
        ("saved_view", "filter") => return text("state:open", "assignee:me open:true"),
        ("saved_view", "sort") => return text("-title", "state,title"),
        ("saved_view", "columns") => return text("title", "title,state"),
        ("saved_view", "group_by") => return text("state", "team"),
        ("category", "applies_to") => return text("incident", "task"),
        _ => {}
    }
    let lifecycle = record_type.lifecycle.as_ref();
    if lifecycle.is_some_and(|it| {
        it.states
            .iter()
            .filter_map(|it| it.flags.get(&field.name))
            .any(in_some_states)
    }) {
        return None;
    }
    if !field.choices.is_empty() && matches!(field.kind, Kind::Choice | Kind::Integer) {
        return read(&field.choices[0].code, &field.choices[1].code);
    }
    match &field.kind {
        Kind::Text { .. } => text("Straße Ωmega", "second value"),
        Kind::LongText => text("One\n\n*two*", "Another text"),
        Kind::Integer => read("1", "0"),
        Kind::Decimal { .. } => read("-12.5", "0.25"),
        Kind::Money => read("12.50 EUR", "-1 USD"),
        Kind::Boolean => read("true", "false"),
        Kind::Date => read("2027-02-28", "2028-02-29"),
        Kind::Instant => read("2027-02-28T23:59:59.000001Z", "2028-02-29T00:00:00Z"),
        Kind::Duration => read("PT1H30M", "PT0.5S"),
        Kind::MultiChoice => read(
            &field.choices[0].code,
            &format!("{}, {}", field.choices[0].code, field.choices[1].code),
        ),
        Kind::Email => text("Someone.New@example.org", "other@example.org"),
        Kind::Url => text("https://example.org/a?b=c", "http://example.org"),
        Kind::Json => read("{\"a\": [1, null, \"ü\"]}", "[]"),
        Kind::Reference { to } => {
            Some([0, 1].map(|it| Value::Reference(others.of(desk, to.as_deref(), it))))
        }
        Kind::References { to } => {
            let mut both = [0, 1].map(|it| others.of(desk, to.as_deref(), it)).to_vec();
            both.sort_unstable();
            Some([
                Value::References(vec![others.of(desk, to.as_deref(), 0)]),
                Value::References(both),
            ])
        }
        Kind::Choice => None,
    }
}

/// A custom type with fields of every kind, as an administrator sends it.
fn gadget() -> TypeSpec {
    let label = json!({ "en": "Gadget" });
    let choices = json!([{ "code": "red", "label": label }, { "code": "blue", "label": label }]);
    let field = |name: &str, kind: &str, more: serde_json::Value| {
        let mut spec = json!({ "name": name, "label": label, "kind": kind });
        let members = spec.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        spec
    };
    let spec = json!({
        "name": "gadget", "label": label, "plural": label, "prefix": "GAD", "journal": true,
        "spine": ["team", "assignee", "requester", "access", "due_at"],
        "states": [
            { "code": "wanted", "label": label, "phase": "new" },
            { "code": "there", "label": label, "phase": "active" },
            { "code": "gone", "label": label, "phase": "closed" },
        ],
        "transitions": [{ "name": "buy", "label": label, "from": ["wanted"], "to": "there", "needs": ["g_money"] }],
        "fields": [
            field("g_text", "text", json!({ "required": true, "max": 40 })),
            field("g_serial", "text", json!({ "unique": true })),
            field("g_long", "long_text", json!({})),
            field("g_integer", "integer", json!({ "indexed": true })),
            field("g_decimal", "decimal", json!({ "scale": 3 })),
            field("g_money", "money", json!({})),
            field("g_boolean", "boolean", json!({})),
            field("g_date", "date", json!({})),
            field("g_instant", "instant", json!({ "unique": true })),
            field("g_duration", "duration", json!({})),
            field("g_choice", "choice", json!({ "choices": choices })),
            field("g_choices", "multi_choice", json!({ "choices": choices })),
            field("g_reference", "reference", json!({ "to": "service" })),
            field("g_any", "reference", json!({})),
            field("g_references", "reference_list", json!({ "to": "team" })),
            field("g_email", "email", json!({})),
            field("g_url", "url", json!({})),
            field("g_json", "json", json!({})),
        ],
    });
    serde_json::from_value(spec).expect("a type")
}

fn with_gadgets(database: Database) -> Desk {
    let desk = Desk::on(database);
    let ctx = desk.as_administrator().ctx;
    desk.engine
        .add_type(&ctx, gadget())
        .unwrap_or_else(|error| panic!("the type is added: {}", problems(&error)));
    desk
}

macro_rules! suite_of {
    ($($record_type:ident)*) => {
        $(mod $record_type {
            use super::*;

            #[test]
            fn sqlite() {
                let desk = Desk::on(Database::Sqlite);
                Suite::new(&desk, stringify!($record_type)).run();
            }

            #[test]
            fn postgres() {
                let desk = Desk::on(Database::Postgres);
                Suite::new(&desk, stringify!($record_type)).run();
            }
        })*

        #[test]
        fn every_type_has_its_suite() {
            let suites = [$(stringify!($record_type)),*];
            let types: Vec<_> = practices::all().iter().map(|it| it.record_type).collect();
            assert_eq!(types, suites, "add the new type to suite_of!");
        }
    };
}

suite_of! {
    article_feedback category incident interaction knowledge_article location organisation person request role_assignment saved_view service task team
}

test_kit::both_databases! {
    fn a_custom_type(database) {
        let desk = with_gadgets(database);
        Suite::new(&desk, "gadget").run();
    }

    fn a_custom_type_has_states(database) {
        let desk = with_gadgets(database);
        let syd = desk.as_administrator();
        let id = syd.create("gadget", &[("title", "Drill"), ("g_text", "x")]);
        desk.expect(id, &[("number", "GAD0000001"), ("state", "wanted"), ("open", "true")]);
        let answer = syd.try_act(id, "buy", &[]);
        assert_eq!(problems(&answer.expect_err("it costs something")), "g_money: refused-required");
        syd.act(id, "buy", &[("g_money", "12 EUR")]);
        syd.comment(id, "Nice");
        desk.expect(id, &[("state", "there")]);
    }

    fn a_custom_field_on_a_built_in_type(database) {
        let desk = Desk::on(database);
        let ctx = desk.as_administrator().ctx;
        let spec = json!({ "name": "badge", "label": { "en": "Badge" }, "kind": "text", "unique": true });
        let spec: FieldSpec = serde_json::from_value(spec).expect("a field");
        Engine::add_field(&desk.engine, &ctx, "person", spec).unwrap_or_else(|error| panic!("{}", problems(&error)));
        Suite::new(&desk, "person").run();
        let system = desk.as_system();
        system.update(House::RITA, &[("badge", "A-7")]);
        assert_eq!(system.list("person", "badge:A-7").len(), 1);
    }

    fn custom_fields_have_defaults_and_states_ask_and_lock(database) {
        let desk = Desk::on(database);
        let ctx = desk.as_administrator().ctx;
        let label = json!({ "en": "x" });
        let choices = json!([{ "code": "red", "label": label }, { "code": "blue", "label": label }]);
        let spec = |colour: &str, flagged: &str| json!({
            "name": "badge", "label": label, "plural": label,
            "states": [
                { "code": "wanted", "label": label, "phase": "new" },
                { "code": "printed", "label": label, "phase": "active", "flags": { flagged: "required", "colour": "read_only" } },
            ],
            "transitions": [{ "name": "print", "label": label, "from": ["wanted"], "to": "printed" }],
            "fields": [
                { "name": "colour", "label": label, "kind": "choice", "choices": choices, "default": colour, "help": { "en": "Of the card" } },
                { "name": "copies", "label": label, "kind": "integer", "default": 2 },
                { "name": "room", "label": label, "kind": "text" },
            ],
        });
        let add = |spec: serde_json::Value| {
            let spec: TypeSpec = serde_json::from_value(spec).expect("a type");
            desk.engine.add_type(&ctx, spec).map_err(|it| problems(&it))
        };
        assert_eq!(add(spec("green", "room")), Err("fields: default-no-choice".to_owned()));
        assert!(add(spec("blue", "rom")).is_err_and(|it| it.starts_with("name: definition-refused")));
        add(spec("blue", "room")).expect("it fits");
        let syd = desk.as_administrator();
        let id = syd.create("badge", &[("title", "Rita's")]);
        desk.expect(id, &[("colour", "blue"), ("copies", "2")]);
        let answer = syd.try_act(id, "print", &[]);
        assert_eq!(problems(&answer.expect_err("the state asks for it")), "room: refused-required");
        syd.update(id, &[("room", "7"), ("colour", "red")]);
        syd.act(id, "print", &[]);
        let answer = syd.try_update(id, &[("colour", "blue")]);
        assert_eq!(problems(&answer.expect_err("the state locks it")), "colour: refused-read-only");
        let answer = syd.try_update(id, &[("room", "")]);
        assert_eq!(problems(&answer.expect_err("the state asks for it")), "room: refused-required");
        let field = json!({ "name": "floor", "label": label, "kind": "integer", "default": "many" });
        let field: FieldSpec = serde_json::from_value(field).expect("a field");
        let answer = Engine::add_field(&desk.engine, &ctx, "badge", field);
        assert_eq!(problems(&answer.expect_err("it is no number")), "default: expected-integer");
    }

    fn values_that_code_built_are_held_to_their_kinds(database) {
        let desk = with_gadgets(database);
        let base = || Change::create("gadget").with_value("title", Value::Text("Drill".to_owned())).with_value("g_text", Value::Text("x".to_owned()));
        let long = "y".repeat(41);
        for (field, text, problem) in [
            ("g_email", "nonsense", "expected-email"), ("g_url", "example.org", "expected-url"),
            ("g_text", long.as_str(), "text-too-long"), ("g_serial", "a\0b", "text-has-nul"), ("title", "a\nb", "text-has-line-ends"),
        ] {
            let change = base().with_value(field, Value::Text(text.to_owned()));
            for acting in [desk.as_system(), desk.as_administrator()] {
                let answer = acting.apply(change.clone());
                assert_eq!(problems(&answer.expect_err("it does not fit")), format!("{field}: {problem}"));
            }
        }
        let change = base().with_value("g_integer", Value::Integer(i64::MAX));
        assert_eq!(problems(&desk.as_system().apply(change).expect_err("it is too large")), "g_integer: number-out-of-range");
        let kept = desk.as_system().apply(base().with_value("g_email", Value::Text(" a@example.org ".to_owned())));
        desk.expect(kept.expect("it is one").record, &[("g_email", "a@example.org")]);
    }

    fn access_classes_are_those_that_there_are(database) {
        let desk = with_gadgets(database);
        for of in ["incident", "gadget", "organisation"] {
            for class in [-5, 3, 99] {
                let change = Change::create(of).with_value("title", Value::Text("x".to_owned())).with_value("access", Value::Integer(class));
                let replayed = Change { mode: engine::Mode::Replay { effective_at: desk.now() }, ..change.clone() };
                for change in [change, replayed] {
                    let answer = problems(&desk.as_system().apply(change).expect_err("there is no such class"));
                    assert!(answer.contains("access: refused-choice"), "{answer}");
                }
            }
        }
    }

    fn who_may_not_administer_adds_nothing(database) {
        let desk = Desk::on(database);
        for person in [House::ADA, House::RITA, House::MAX] {
            let ctx = desk.as_person(person).ctx;
            let answer = desk.engine.add_type(&ctx, gadget());
            assert!(problems(&answer.expect_err("no right")).starts_with("forbidden"));
        }
    }
}
