//! What an import promises: rows become records, bad rows stay alone, nothing is lost or done twice.

use std::collections::BTreeMap;

use base::{Error, Refused};
use engine::Surface;
use flow::import::prepare;
use flow::source::Source;
use flow::{Importer, Mapping, Options, Report};
use test_kit::{Desk, both_databases};
use verifier::verify_blocking;

const PEOPLE: &str = r#"
source = "staff"
record_type = "person"
key = "id"
missing = ["-"]
date_formats = ["%d.%m.%Y"]

[[field]]
field = "title"
column = "name"

[[field]]
field = "email"
column = "mail"

[[field]]
field = "kind"
column = "sort"
unknown = "reject"
values = { "staff" = "employee", "guest" = "external_contact" }

[[field]]
field = "employed_from"
column = "since"

[[field]]
field = "manager"
column = "boss"
lookup = { by = "title", otherwise = "reject" }

[[field]]
field = "location"
column = "site"
lookup = { create = { title = "Site {site}" } }

[[field]]
field = "language"
value = "en"
"#;

const LOG: &str = r#"
source = "log"
record_type = "incident"
key = "ticket"
zone = "Europe/Berlin"
instant_formats = ["%Y-%m-%d %H:%M"]
missing = ["?"]

[replay]
at = "at"
events = true

[[field]]
field = "title"
template = "Ticket {ticket}"

[[field]]
field = "state"
column = "state"
values = { "open" = "new", "work" = "in_progress", "done" = "resolved", "over" = "closed" }

[[field]]
field = "team"
column = "group"
lookup = { create = { title = "{group}" } }

[[field]]
field = "resolved_at"
column = "solved"
end_value = true
only_when = { column = "state", is = ["done", "over"] }

[[field]]
field = "resolution_code"
column = "code"
end_value = true
only_when = { column = "state", is = ["done", "over"] }
"#;

fn import_with(
    desk: &Desk,
    mapping: &str,
    name: &str,
    rows: &str,
    options: Options,
) -> base::Result<Report> {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Import);
    let prepared = prepare(
        &desk.engine,
        &ctx,
        &Mapping::parse(mapping)?,
        options.dry_run,
    )?;
    let importer = Importer::new(&desk.engine, &ctx, prepared.plan, options);
    importer.run(
        Source::of_bytes(name, rows.as_bytes().to_vec()),
        &mut |_| {},
    )
}

#[track_caller]
fn import(desk: &Desk, mapping: &str, rows: &str) -> Report {
    import_with(
        desk,
        mapping,
        "rows.csv",
        rows,
        Options {
            // Of two rows that clash the second is the bad one only if nobody overtakes.
            writers: 1,
            ..Options::default()
        },
    )
    .unwrap()
}

/// `line: field reason` of every rejected line.
pub fn rejected(report: &Report) -> Vec<String> {
    let lines = report.counts.rejected.iter().map(|it| {
        let problems = it
            .problems
            .iter()
            .map(|it| format!("{} {}", it.field.as_deref().unwrap_or("-"), it.message.key));
        format!("{}: {}", it.line, problems.collect::<Vec<_>>().join(", "))
    });
    lines.collect()
}

pub fn rows_of_history(desk: &Desk) -> u64 {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Command);
    verify_blocking(&desk.engine, &ctx).unwrap().rows
}

fn find(desk: &Desk, record_type: &str, title: &str) -> base::Uuid {
    let found = desk
        .as_system()
        .list(record_type, &format!("title = \"{title}\""));
    assert_eq!(found.len(), 1, "{record_type} {title}");
    found[0].id()
}

both_databases! {
    fn rows_become_records_and_change_nothing_the_second_time(database) {
        let desk = Desk::on(database);
        let rows = "id,name,mail,sort,since,boss,site\n\
                    7,Ann Aalto,ann@acme.example,staff,1.3.2024,Lea Lead,B7\n\
                    8,Bo Berg,-,guest,-,-,B7\n";
        let report = import(&desk, PEOPLE, rows);
        assert_eq!((report.counts.created, rejected(&report)), (2, vec![]));
        assert_eq!(report.counts.referred, BTreeMap::from([("location".to_owned(), 1)]));
        desk.expect(find(&desk, "person", "Ann Aalto"), &[
            ("email", "ann@acme.example"), ("kind", "employee"), ("employed_from", "2024-03-01"), ("language", "en"),
        ]);
        let location = desk.field(find(&desk, "person", "Bo Berg"), "location");
        assert_eq!(location, find(&desk, "location", "Site B7").to_string());
        let before = rows_of_history(&desk);
        let again = import(&desk, PEOPLE, rows);
        assert_eq!((again.counts.created, again.counts.updated, again.counts.unchanged), (0, 0, 2));
        assert_eq!(rows_of_history(&desk), before);
    }

    fn a_known_key_updates_its_record(database) {
        let desk = Desk::on(database);
        let head = "id,name,mail,sort,since,boss,site\n";
        import(&desk, PEOPLE, &format!("{head}7,Ann Aalto,ann@acme.example,staff,-,-,-\n"));
        let report = import(&desk, PEOPLE, &format!("{head}7,Ann Berg,ann@acme.example,staff,-,-,-\n"));
        assert_eq!((report.counts.created, report.counts.updated), (0, 1));
        desk.expect(find(&desk, "person", "Ann Berg"), &[("email", "ann@acme.example")]);
    }

    fn bad_rows_are_told_and_stay_alone(database) {
        let desk = Desk::on(database);
        let rows = "id,name,mail,sort,since,boss,site\n\
                    1,Ann Aalto,ann@acme.example,staff,-,-,-\n\
                    2,Bo Berg,bo@acme.example,robot,-,-,-\n\
                    3,Cy Cole,cy@acme.example,staff,30.2.2024,-,-\n\
                    4,Di Dahl,di@acme.example,staff,-,Nobody Known,-\n\
                    5,Ed Egan,ann@acme.example,staff,-,-,-\n\
                    ,Flo Falk,flo@acme.example,staff,-,-,-\n\
                    7,Gus Gray,gus@acme.example\n\
                    8,-,hal@acme.example,staff,-,-,-\n\
                    9,Ian Ives,ian@acme.example,staff,-,-,-\n";
        let report = import(&desk, PEOPLE, rows);
        assert_eq!(report.counts.created, 2);
        assert_eq!(rejected(&report), [
            "3: kind row-unknown-value",
            "4: employed_from row-not-a-date",
            "5: manager row-reference-unknown",
            "6: email refused-not-unique",
            "7: - row-without-key",
            "8: - row-wrong-width",
            "9: title refused-required",
        ]);
        assert_eq!(desk.as_system().list("person", "title = \"Ian Ives\"").len(), 1);
    }

    fn a_key_has_one_row(database) {
        let desk = Desk::on(database);
        let rows = "id,name,mail,sort,since,boss,site\n\
                    1,Ann Aalto,-,staff,-,-,-\n2,Bo Berg,-,staff,-,-,-\n1,Ann Berg,-,staff,-,-,-\n";
        let report = import(&desk, PEOPLE, rows);
        assert_eq!((report.counts.created, rejected(&report)), (2, vec!["4: - row-key-twice".to_owned()]));
        find(&desk, "person", "Ann Aalto");
    }

    fn lines_end_as_they_like_and_are_counted(database) {
        let desk = Desk::on(database);
        for (name, end) in [("old.csv", "\r"), ("windows.csv", "\r\n"), ("unix.csv", "\n")] {
            let rows = ["id,name,mail,sort,since,boss,site", "1,Ann Aalto", "2,\"Bo\nBerg\",-,staff,-,-,-", "3,Cy"];
            let rows = format!("\u{feff}{}{end}", rows.join(end));
            let report = import_with(&desk, PEOPLE, name, &rows, Options::default()).unwrap();
            let expected = ["2: - row-wrong-width", "3: title text-has-line-ends", "5: - row-wrong-width"];
            assert_eq!(rejected(&report), expected, "{name}");
        }
    }

    fn a_row_may_refer_to_one_further_down(database) {
        let desk = Desk::on(database);
        let mapping = PEOPLE.replace("otherwise = \"reject\"", "otherwise = \"empty\"");
        let rows = "id,name,mail,sort,since,boss,site\n1,Ann Aalto,-,staff,-,Bo Berg,-\n\
                    2,Bo Berg,-,staff,-,Bo Berg,-\n3,Cy Cole,-,staff,-,Nobody,-\n";
        let report = import(&desk, &mapping, rows);
        assert_eq!((report.counts.created, report.counts.updated, report.counts.references_empty), (3, 0, 1));
        // Nobody is their own manager; the line was stored before that could be known.
        let partly = &report.counts.partly[0];
        assert_eq!((partly.line, partly.problems[0].message.key, report.accounted_for()), (3, "person-not-themselves", 3));
        let bo = find(&desk, "person", "Bo Berg").to_string();
        desk.expect(find(&desk, "person", "Ann Aalto"), &[("manager", &bo)]);
        let before = rows_of_history(&desk);
        let again = import(&desk, &mapping, rows);
        assert_eq!((again.counts.unchanged, again.counts.references_empty), (2, 1));
        assert_eq!(rejected(&again), ["3: manager person-not-themselves"]);
        assert_eq!(rows_of_history(&desk), before);
    }

    fn texts_are_cut_and_cleaned_as_the_mapping_says(database) {
        let desk = Desk::on(database);
        let cut = "column = \"name\"\ncut_to = 9\nwithout = [\"$\", \"*\"]";
        let mapping = PEOPLE.replace("column = \"name\"", cut);
        let rows = "id,name,mail,sort,since,boss,site\n1,$Ann *Aalto-Berg,-,staff,-,-,-\n\
                    2,Bo Bergen,-,staff,-,-,-\n3,Überlängenname,-,staff,-,-,-\n4,$$,-,staff,-,-,-\n";
        let report = import(&desk, &mapping, rows);
        assert_eq!(rejected(&report), ["5: title refused-required"]);
        for title in ["Ann", "Bo Bergen", "Überlänge"] {
            find(&desk, "person", title);
        }
    }

    fn a_dry_run_tells_the_same_and_keeps_nothing(database) {
        let desk = Desk::on(database);
        let rows = "id,name,mail,sort,since,boss,site\n\
                    1,Ann Aalto,ann@acme.example,staff,-,-,B7\n\
                    2,Bo Berg,bo@acme.example,robot,-,-,B7\n";
        let before = rows_of_history(&desk);
        let dry = import_with(&desk, PEOPLE, "x.csv", rows, Options { dry_run: true, ..Options::default() }).unwrap();
        assert_eq!((dry.counts.created, dry.counts.referred.len(), rejected(&dry).len()), (1, 1, 1));
        assert_eq!(rows_of_history(&desk), before);
        let real = import(&desk, PEOPLE, rows);
        assert_eq!(rejected(&real), rejected(&dry));
        assert_eq!(real.counts.created, dry.counts.created);
    }

    fn a_log_is_replayed_event_by_event(database) {
        let desk = Desk::on(database);
        let rows = "ticket,at,state,group,solved,code\n\
                    A,2026-01-01 10:00,open,Red,2026-01-02 10:00,done\n\
                    A,2026-01-01 11:00,work,Blue,2026-01-02 10:00,done\n\
                    A,2026-01-01 12:00,done,Blue,2026-01-02 10:00,done\n\
                    A,2026-01-01 12:30,work,?,2026-01-02 10:00,done\n\
                    A,2026-01-01 12:45,work,?,2026-01-02 10:00,done\n\
                    A,2026-01-02 10:00,done,Red,2026-01-02 10:00,done\n\
                    B,2026-01-01 10:00,stuck,Red,?,?\n";
        let report = import(&desk, LOG, rows);
        assert_eq!((report.counts.created, report.counts.updated, rejected(&report)), (2, 5, vec![]));
        let record = find(&desk, "incident", "Ticket A");
        // 10:00 in Berlin is 09:00 UTC; three hand-overs: Red, Blue, nobody, Red.
        desk.expect(record, &[
            ("state", "resolved"), ("resolved_at", "2026-01-02T09:00:00Z"), ("reassignment_count", "3"), ("reopen_count", "1"),
            ("resolution_code", "done"),
        ]);
        let history = desk.history(record);
        assert_eq!(history.len(), 6, "an event that changes nothing is an event all the same");
        let first_end = &history[2];
        assert_eq!(first_end.effective_at.to_string(), "2026-01-01T11:00:00Z");
        assert_eq!(first_end.fields["resolved_at"].after, "2026-01-01T11:00:00Z", "the final instant was not known yet");
        assert!(!history[0].fields.contains_key("resolution_code"), "how it ended was not known at its beginning");
        // A state that nobody declared is kept and told.
        desk.expect(find(&desk, "incident", "Ticket B"), &[("state", "stuck"), ("open", "true")]);
        assert_eq!(report.tally.kept["state"], BTreeMap::from([("stuck".to_owned(), 1)]));
    }

    fn a_log_that_grew_is_gone_on_with(database) {
        let desk = Desk::on(database);
        let begun = "ticket,at,state,group,solved,code\nA,2026-01-01 10:00,open,Red,?,?\nA,2026-01-01 11:00,work,Red,?,?\n";
        import(&desk, LOG, begun);
        let grown = format!("{begun}A,2026-01-01 12:00,done,Red,2026-01-01 12:00,?\n");
        let report = import(&desk, LOG, &grown);
        assert_eq!((report.counts.known, report.counts.updated), (2, 1));
        desk.expect(find(&desk, "incident", "Ticket A"), &[("state", "resolved")]);
        let again = import(&desk, LOG, &grown);
        assert_eq!((again.counts.known, again.counts.updated), (3, 0));
    }

    fn rows_of_a_record_that_stand_apart_are_told(database) {
        let desk = Desk::on(database);
        let rows = "ticket,at,state,group,solved,code\n\
                    A,2026-01-01 10:00,open,Red,?,?\n\
                    B,2026-01-01 10:00,open,Red,?,?\n\
                    A,2026-01-01 11:00,work,Red,?,?\n";
        assert_eq!(rejected(&import(&desk, LOG, rows)), ["4: - row-key-apart"]);
    }

    fn a_resumed_import_passes_over_what_was_done(database) {
        let desk = Desk::on(database);
        let rows: String = (1..=40).map(|it| format!("T{it},2026-01-01 10:00,open,Red,?,?\n")).collect();
        let rows = format!("ticket,at,state,group,solved,code\n{rows}");
        let options = Options { rows: 7, writers: 2, ..Options::default() };
        let first = import_with(&desk, LOG, "x.csv", &rows, options).unwrap();
        assert_eq!((first.counts.created, first.resumed_over), (40, 0));
        let second = import_with(&desk, LOG, "x.csv", &rows, Options { resume: true, ..options }).unwrap();
        assert_eq!((second.counts.created, second.counts.known, second.resumed_over), (0, 0, 40));
    }

    fn each_tenant_has_its_own_checkpoints(database) {
        let desk = Desk::on(database);
        let rows: String = (1..=20).map(|it| format!("T{it},2026-01-01 10:00,open,?,?,?\n")).collect();
        let rows = format!("ticket,at,state,group,solved,code\n{rows}");
        let resumed = Options { rows: 7, writers: 2, resume: true, ..Options::default() };
        let first = import_with(&desk, LOG, "x.csv", &rows, resumed).unwrap();
        assert_eq!((first.counts.created, first.resumed_over), (20, 0));
        // Another tenant of the same database reads the same file: nothing of it was done there.
        let other = desk.engine.ids().next(desk.now());
        let ctx = desk.engine.system_ctx(other, Surface::Import);
        desk.engine.write_blocking(&ctx, move |unit| {
            let mut root = engine::Change::create("organisation");
            root.record = Some(other);
            unit.apply(root.with_value("title", dictionary::Value::Text("Other house".to_owned())))
        }).unwrap();
        let run = || {
            let prepared = prepare(&desk.engine, &ctx, &Mapping::parse(LOG).unwrap(), false).unwrap();
            let importer = Importer::new(&desk.engine, &ctx, prepared.plan, resumed);
            importer.run(Source::of_bytes("x.csv", rows.clone().into_bytes()), &mut |_| {}).unwrap()
        };
        let theirs = run();
        assert_eq!((theirs.counts.created, theirs.counts.known, theirs.resumed_over), (20, 0, 0));
        assert_eq!(run().resumed_over, 20);
        assert_eq!(desk.as_system().list("incident", "").len(), 20, "each tenant has its own records");
    }

    fn lines_of_deleted_records_are_told_and_bring_nothing_back(database) {
        let desk = Desk::on(database);
        let rows = "id,name,mail,sort,since,boss,site\n\
                    7,Ann Aalto,-,staff,-,-,-\n8,Bo Berg,-,staff,-,-,-\n";
        import(&desk, PEOPLE, rows);
        desk.as_system().try_do(find(&desk, "person", "Ann Aalto"), engine::Action::Delete).unwrap();
        let before = rows_of_history(&desk);
        let report = import(&desk, PEOPLE, &rows.replace("Bo Berg", "Bo Bohm"));
        assert_eq!(rejected(&report), ["2: - record-unknown"]);
        assert_eq!((report.counts.created, report.counts.updated), (0, 1));
        assert_eq!(rows_of_history(&desk), before + 1);
        assert_eq!(desk.as_system().list("person", "title = \"Ann Aalto\"").len(), 0);
        // A log is no other matter.
        let log = "ticket,at,state,group,solved,code\nA,2026-01-01 10:00,open,Red,?,?\n";
        import(&desk, LOG, log);
        desk.as_system().try_do(find(&desk, "incident", "Ticket A"), engine::Action::Delete).unwrap();
        let grown = format!("{log}A,2026-01-01 11:00,work,Red,?,?\n");
        assert_eq!(rejected(&import(&desk, LOG, &grown)), ["3: - record-unknown"]);
    }

    fn a_file_with_nothing_but_bad_lines_is_given_up(database) {
        let desk = Desk::on(database);
        let rows = "nonsense\n".repeat(flow::import::MAX_REJECTED + 10);
        let error = import_with(&desk, PEOPLE, "x.jsonl", &rows, Options::default()).unwrap_err();
        assert!(test_kit::problems(&error).contains("import-too-many-rejected"), "{error:?}");
    }

    fn json_lines_are_rows_too(database) {
        let desk = Desk::on(database);
        let rows = "{\"id\": 1, \"name\": \"Ann Aalto\", \"mail\": null, \"sort\": \"staff\"}\nnonsense\n";
        let report = import_with(&desk, PEOPLE, "rows.jsonl", rows, Options::default()).unwrap();
        assert_eq!((report.counts.created, rejected(&report)), (1, vec!["2: - row-not-an-object".to_owned()]));
    }

    fn mistakes_of_a_mapping_are_told_together(database) {
        let desk = Desk::on(database);
        let mapping = "source = \"x\"\nrecord_type = \"incident\"\nkey = \"id\"\nzone = \"Mars/Base\"\n\
            [[field]]\nfield = \"titel\"\ncolumn = \"a\"\n\
            [[field]]\nfield = \"resolved_at\"\ncolumn = \"b\"\nend_value = true\n\
            [[field]]\nfield = \"title\"\ncolumn = \"a\"\nvalue = \"b\"\n";
        let error = import_with(&desk, mapping, "x.csv", "id\n", Options::default()).unwrap_err();
        let Error::Refused(Refused::Invalid(problems)) = error else { panic!("{error:?}") };
        let told: Vec<&str> = problems.iter().map(|it| it.message.key).collect();
        assert_eq!(told, [
            "mapping-unknown-zone", "mapping-unknown-field", "mapping-needs-replay", "mapping-end-value-needs-condition",
            "mapping-one-origin",
        ]);
    }

    fn a_column_that_the_file_lacks_is_named(database) {
        let desk = Desk::on(database);
        let error = import_with(&desk, PEOPLE, "x.csv", "id,name\n1,Ann\n", Options::default()).unwrap_err();
        let Error::Refused(Refused::BadRequest(message)) = error else { panic!("{error:?}") };
        assert_eq!(message.to_string(), "import-columns-absent(columns: mail, sort, since, boss, site, header: id, name)");
    }
}
