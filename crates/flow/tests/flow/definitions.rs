//! What a tenant defined for itself comes back from an export, and its records with it.

use std::collections::BTreeMap;

use engine::Surface;
use engine::customize::{FieldSpec, TypeSpec};
use flow::import::{Misfit, Restored, restore};
use flow::source::Source;
use flow::{Export, Format, Importer, Options, Plan, Report};
use serde_json::{Value as Json, json};
use test_kit::{Database, Desk, both_databases};

use crate::exporting::written;
use crate::importing::rejected;
use crate::roundtrip::{assert_equal, everything, fill};

both_databases! {
    fn what_a_tenant_defined_comes_back_with_its_records(database) {
        let from = furnished(database);
        let (file, before) = everything(&from);
        let told = definitions(&file);
        let named: Vec<String> = told.iter().map(|it| {
            let named = it["@definition"]["name"].as_str().or(it["@of"].as_str()).unwrap();
            format!("{} {named}", it["@defines"].as_str().unwrap())
        }).collect();
        assert_eq!(named, [
            "type zone", "type alpha", "field floor", "field found_in", "setting dictionary.choices", "setting dictionary.states",
            "setting dictionary.fields", "setting dictionary.layouts", "setting dictionary.numbers", "setting links.kinds",
        ], "each after those that it needs, whatever its name");
        assert!(!String::from_utf8(file.clone()).unwrap().contains("x_alpha_"), "tables and columns are of one database");
        let to = Desk::empty(database);
        let (tried, report) = bring_in(&to, &file, true);
        assert_eq!((tried.added.len(), tried.kept.len(), report.awaited), (11, 0, 3), "{:?}", tried.added);
        assert!(to.engine.snapshot().dictionary.record_type("alpha").is_none(), "a dry run keeps nothing");
        let (restored, report) = bring_in(&to, &file, false);
        assert_eq!((restored.added, rejected(&report)), (tried.added, Vec::new()));
        assert_eq!((report.awaited, report.unused_columns, report.counts.references_empty), (0, Vec::new(), 0));
        let (again, mut after) = everything(&to);
        assert_eq!(definitions(&again), told);
        after.remove(&to.tenant.to_string());
        assert_equal(&before, &after);
        let (second, report) = bring_in(&to, &file, false);
        assert_eq!((second.added, second.kept), (Vec::new(), Vec::new()));
        assert_eq!((report.counts.created, report.counts.updated), (0, 0));
        // What it means came along, not only what it is called.
        let alpha = to.as_system().create("alpha", &[("title", "New"), ("of_text", "x")]);
        assert_eq!(to.get(alpha).number().unwrap().get(..3), Some("ALP"));
        let missing = to.as_system().try_act(alpha, "use", &[]);
        assert!(test_kit::problems(&missing.unwrap_err()).contains("of_date: refused-required"));
    }

    fn one_type_brings_what_it_needs(database) {
        let from = furnished(database);
        let file = written(&from, &from.as_system().ctx, "alpha", "", Format::Jsonl);
        let told = definitions(&file);
        let names = told.iter().map(|it| it["@definition"]["name"].as_str().unwrap_or_default());
        assert_eq!(names.collect::<Vec<_>>()[..3], ["zone", "alpha", ""], "and nothing of incidents");
        assert!(told.iter().all(|it| it["@definition"].get("incident.floor").is_none()));
        let to = Desk::empty(database);
        let zones = written(&from, &from.as_system().ctx, "zone", "", Format::Jsonl);
        for (name, file) in [("zone", zones), ("alpha", file.clone())] {
            take_definitions(&to, &file, false).unwrap();
            let report = import(&to, &file, Plan::of_export(to.engine.snapshot().dictionary.record_type(name).unwrap()), false);
            assert_eq!((rejected(&report), report.rows), (Vec::new(), report.counts.created));
        }
        let people = |line: &Json| line["@type"] == "alpha";
        let own = |desk: &Desk| everything(desk).1.into_values().filter(people).map(|mut it| {
            // People did not come along.
            it.as_object_mut().unwrap().retain(|name, _| name.starts_with("of_") || name == "number");
            it.as_object_mut().unwrap().remove("of_reference_list.title");
            it.as_object_mut().unwrap().remove("of_reference_list");
            it
        }).collect::<Vec<_>>();
        assert_eq!(own(&to), own(&from));
        assert_eq!(definitions(&written(&to, &to.as_system().ctx, "alpha", "", Format::Jsonl)), told);
    }

    fn what_is_here_in_another_form_stays_and_is_told(database) {
        let from = furnished(database);
        let (file, _) = everything(&from);
        let to = Desk::empty(database);
        let mut other = zone();
        other.fields.clear();
        to.engine.add_type(&to.as_system().ctx, other).unwrap();
        let kept = json!({ "incident.floor": [{ "code": "roof", "label": { "en": "On top" } }] });
        to.engine.add_field(&to.as_system().ctx, "incident", floor()).unwrap();
        to.set("dictionary.choices", kept.clone());
        let (restored, report) = bring_in(&to, &file, false);
        assert_eq!(restored.kept, ["zone", "dictionary.choices incident.floor"]);
        assert!(restored.added.contains(&"zone.of_floors".to_owned()), "{:?}", restored.added);
        assert_eq!(rejected(&report), Vec::<String>::new());
        let snapshot = to.engine.snapshot();
        assert_eq!(snapshot.settings.find(to.tenant, None, "dictionary.choices").unwrap().0, &kept);
    }

    fn lists_only_grow_and_a_late_definition_is_named(database) {
        let to = Desk::empty(database);
        let list = |kinds: &str| format!("{{\"@defines\":\"setting\",\"@of\":\"links.kinds\",\"@definition\":[{kinds}]}}\n");
        let (restored, _) = bring_in(&to, list("\"related\",\"beside\"").as_bytes(), false);
        assert_eq!((restored.added, restored.kept), (vec!["links.kinds beside".to_owned()], Vec::new()));
        let snapshot = to.engine.snapshot();
        let kinds = snapshot.settings.find(to.tenant, None, "links.kinds").unwrap().0.to_string();
        for kind in ["duplicate", "solved_by", "beside"] {
            assert!(kinds.contains(kind), "{kinds}");
        }
        // As two exports make it that are put one behind the other.
        let location = "{\"@type\":\"location\",\"id\":\"01a2020d-69d8-7439-a746-40a07ed8210e\",\"title\":\"Hall\"}\n";
        let file = format!("{}{location}{}", list("\"related\""), list("\"later\""));
        let (_, report) = bring_in(&to, file.as_bytes(), true);
        assert!(format!("{:?}", rejected(&report)).contains("row-definition-late"), "{:?}", rejected(&report));
    }

    fn who_may_not_administer_types_takes_no_definition_out(database) {
        let desk = furnished(database);
        for (acting, count) in [(desk.as_agent(), 0), (desk.as_administrator(), 10)] {
            let mut file = Vec::new();
            let export = Export::new(&acting.ctx, "incident", "", Format::Jsonl).unwrap();
            let exported = export.run(&desk.engine, &acting.ctx, &mut file).unwrap();
            assert_eq!((exported.definitions, definitions(&file).len()), (count, usize::try_from(count).unwrap()));
        }
    }

    fn a_definition_that_does_not_fit_is_named_by_its_line(database) {
        let desk = Desk::empty(database);
        let zone = json!({ "@defines": "type", "@definition": zone() }).to_string();
        let nowhere = json!({ "@defines": "field", "@of": "nothing", "@definition": floor() }).to_string();
        let misfit = take_definitions(&desk, format!("{zone}\n{nowhere}\n").as_bytes(), false).unwrap_err();
        assert_eq!(misfit.line, 2);
        assert!(test_kit::problems(&misfit.error).contains("definition-refused"), "{}", misfit.error);
        let mut odd = Source::of_bytes("x.jsonl", format!("{zone}\n{{\"@defines\": \"ghost\"}}\n").into_bytes());
        let refused = odd.definitions().unwrap_err();
        assert!(test_kit::problems(&refused).contains("import-definition-unreadable(line: 2"), "{refused}");
    }
}

/// Types that refer to each other against the order of their names, fields of every kind, every setting of the dictionary,
/// and records of all of it.
fn furnished(database: Database) -> Desk {
    let desk = Desk::on(database);
    let ctx = || desk.as_system().ctx;
    desk.engine.add_type(&ctx(), zone()).unwrap();
    desk.engine.add_type(&ctx(), alpha()).unwrap();
    desk.engine.add_field(&ctx(), "incident", floor()).unwrap();
    let found_in = json!({ "name": "found_in", "label": said("Found in"), "kind": "reference", "to": "alpha", "indexed": true });
    let found_in = serde_json::from_value(found_in).unwrap();
    desk.engine.add_field(&ctx(), "incident", found_in).unwrap();
    for (key, value) in [
        (
            "dictionary.choices",
            json!({ "incident.floor": [{ "code": "roof", "label": said("Roof") }] }),
        ),
        (
            "dictionary.states",
            json!({ "alpha": {
                "states": [{ "code": "lent", "label": said("Lent"), "phase": "on_hold", "flags": { "of_text": "read_only" } }],
                "transitions": [{ "name": "lend", "label": said("Lend"), "from": ["wanted"], "to": "lent" }],
            } }),
        ),
        (
            "dictionary.fields",
            json!({ "alpha.of_money": { "label": said("Price") }, "alpha.of_json": { "retired": true } }),
        ),
        (
            "dictionary.layouts",
            json!({ "alpha": { "list": ["number", "title", "of_date"] } }),
        ),
        (
            "dictionary.numbers",
            json!({ "alpha": { "prefix": "ALPHA", "width": 8 } }),
        ),
        (
            "links.kinds",
            json!([
                "related",
                "duplicate",
                "caused_by",
                "blocked_by",
                "affects",
                "solved_by",
                "stands_beside"
            ]),
        ),
    ] {
        desk.set(key, value);
    }
    let dictionary = desk.engine.snapshot().dictionary.clone();
    let of = |name: &str| dictionary.record_type(name).unwrap().clone();
    let zone = fill(&desk, &of("zone"));
    let one = fill(&desk, &of("alpha"));
    let two = desk.as_system().create(
        "alpha",
        &[
            ("title", "Two"),
            ("of_text", "x"),
            ("of_zone", &zone.to_string()),
        ],
    );
    desk.as_system().act(two, "lend", &[]);
    desk.as_system().comment(one, "Found again");
    let incident = desk.create("incident", &[("title", "Leak"), ("floor", "roof")]);
    desk.as_system()
        .update(incident, &[("found_in", &one.to_string())]);
    let beside = engine::Action::Link {
        kind: "stands_beside".to_owned(),
        to: two,
        primary: false,
    };
    desk.as_system().try_do(incident, beside).unwrap();
    desk
}

fn said(words: &str) -> BTreeMap<&str, &str> {
    BTreeMap::from([("en", words), ("de", "Wort")])
}

fn zone() -> TypeSpec {
    let fields = json!([{ "name": "of_floors", "label": said("Floors"), "kind": "integer", "required": true, "default": 1 }]);
    let spec =
        json!({ "name": "zone", "label": said("Zone"), "plural": said("Zones"), "fields": fields });
    serde_json::from_value(spec).unwrap()
}

fn floor() -> FieldSpec {
    let choices = json!([{ "code": "cellar", "label": said("Cellar") }, { "code": "attic", "label": said("Attic") }]);
    serde_json::from_value(json!({
        "name": "floor", "label": said("Floor"), "kind": "choice", "choices": choices, "default": "cellar",
        "help": said("As on the lift."), "internal": true, "indexed": true,
    }))
    .unwrap()
}

/// A type with states that ask and lock, and a field of every kind.
fn alpha() -> TypeSpec {
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
    ];
    let field =
        |kind: &str| json!({ "name": format!("of_{kind}"), "label": said(kind), "kind": kind });
    let mut fields: Vec<Json> = kinds.map(field).to_vec();
    fields[0]["required"] = json!(true);
    fields[0]["max"] = json!(60);
    let choices =
        json!([{ "code": "red", "label": said("Red") }, { "code": "blue", "label": said("Blue") }]);
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
    fields.push(
        json!({ "name": "of_zone", "label": said("Zone"), "kind": "reference", "to": "zone" }),
    );
    let depends = json!([{ "code": "dark", "label": said("Dark"), "when": ["red"] }]);
    fields.push(json!({ "name": "of_shade", "label": said("Shade"), "kind": "choice", "choices": depends, "depends_on": "of_choice" }));
    serde_json::from_value(json!({
        "name": "alpha", "label": said("Alpha"), "plural": said("Alphas"), "prefix": "ALP", "journal": true,
        "spine": ["team", "assignee", "requester", "access", "due_at"], "fields": fields,
        "states": [
            { "code": "wanted", "label": said("Wanted"), "phase": "new" },
            { "code": "used", "label": said("Used"), "phase": "active", "flags": { "of_date": "required", "of_url": "hidden" } },
            { "code": "gone", "label": said("Gone"), "phase": "closed" },
        ],
        "transitions": [
            { "name": "use", "label": said("Use"), "from": ["wanted"], "to": "used", "needs": ["of_text"] },
            { "name": "lose", "label": said("Lose"), "from": ["wanted", "used"], "to": "gone" },
        ],
    }))
    .unwrap()
}

/// The lines of an export that are no records.
fn definitions(file: &[u8]) -> Vec<Json> {
    let lines = std::str::from_utf8(file).unwrap().lines();
    let lines = lines.map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|it: &Json| it.get("@defines").is_some())
        .collect()
}

fn take_definitions(desk: &Desk, file: &[u8], dry_run: bool) -> Result<Restored, Misfit> {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
    let mut source = Source::of_bytes("export", file.to_vec());
    restore(&desk.engine, &ctx, &source.definitions().unwrap(), dry_run)
}

fn import(desk: &Desk, file: &[u8], plan: Plan, dry_run: bool) -> Report {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
    let options = Options {
        dry_run,
        ..Options::default()
    };
    Importer::new(&desk.engine, &ctx, plan, options)
        .run(Source::of_bytes("export", file.to_vec()), &mut |_| {})
        .unwrap()
}

/// As the command does it.
fn bring_in(desk: &Desk, file: &[u8], dry_run: bool) -> (Restored, Report) {
    let restored = take_definitions(desk, file, dry_run)
        .unwrap_or_else(|it| panic!("{}: {}", it.line, it.error));
    let plan = Plan::of_whole_export(&desk.engine.snapshot().dictionary)
        .awaiting(restored.awaited.clone());
    let report = import(desk, file, plan, dry_run);
    (restored, report)
}
