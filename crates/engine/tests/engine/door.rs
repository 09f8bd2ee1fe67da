//! What the door promises: values checked, rules run, history chained, nothing half-written.

use base::{Error, Refused, Stopwatch, Uuid};
use dictionary::{Value, spine};
use engine::system::attachment::BlobRef;
use engine::system::blob;
use engine::{Action, Change, Comment, Ctx, Mode, Outcome, history};

use crate::on_both;
use crate::world::{PATIENCE, START, World};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn apply(world: &World, ctx: &Ctx, change: Change) -> base::Result<Outcome> {
    world
        .engine
        .write_blocking(ctx, move |unit| unit.apply(change.clone()))
}

fn create(world: &World) -> Uuid {
    let change = Change::create("ticket").with_value(spine::TITLE, text("VPN is down"));
    apply(world, &world.system(), change).unwrap().record
}

fn value(world: &World, record: Uuid, field: &'static str) -> Value {
    world
        .engine
        .write_blocking(&world.system(), move |unit| {
            unit.value_of("ticket", record, field)
        })
        .unwrap()
}

/// Fields and message keys of an invalid change, `field: key`.
fn problems(result: base::Result<Outcome>) -> Vec<String> {
    match result {
        Err(Error::Refused(Refused::Invalid(problems))) => problems
            .iter()
            .map(|it| format!("{}: {}", it.field.as_deref().unwrap_or("-"), it.message.key))
            .collect(),
        other => panic!("expected an invalid change, got {other:?}"),
    }
}

/// A file whose content is said to be there.
fn file(world: &World, name: &str) -> BlobRef {
    let system = world.system();
    let blob = BlobRef {
        id: world.engine.ids().next(system.now),
        sha256: format!("digest of {name}"),
        bytes: 5,
        media_type: "text/plain".to_owned(),
        name: name.to_owned(),
    };
    let noted = blob.clone();
    let register = move |unit: &mut engine::Unit<'_, '_>| {
        blob::register(unit.tx, unit.ctx.tenant, &noted, unit.ctx.now)?;
        blob::confirm(unit.tx, unit.ctx.tenant, &noted.sha256, unit.ctx.now)
    };
    world.engine.write_blocking(&system, register).unwrap();
    blob
}

on_both! {
    creating_numbers_stamps_and_runs_rules => |world: World| {
        let change = Change::create("ticket")
            .with_value(spine::TITLE, text("VPN is down"))
            .with_value("count", Value::Integer(21));
        let first = apply(&world, &world.system(), change).unwrap();
        assert_eq!((first.number.as_deref(), first.version), (Some("TKT0000001"), 1));
        assert_eq!(value(&world, first.record, "doubled"), Value::Integer(42));
        assert_eq!(value(&world, first.record, "state"), Value::Choice("new".to_owned()));
        assert_eq!(value(&world, first.record, "open"), Value::Boolean(true));
        assert_eq!(value(&world, first.record, "created_at"), Value::Instant(START));
    };

    a_bad_change_tells_all_its_problems_and_writes_nothing => |world: World| {
        let change = Change::create("ticket")
            .with_value("count", text("many"))
            .with_value("nonsense", Value::Integer(1))
            .with_value("doubled", Value::Integer(1))
            .with_value("colour", Value::Choice("blue".to_owned()))
            .with_value("team", Value::Reference(Uuid::from_u128(99)));
        let told = problems(apply(&world, &world.system(), change));
        for expected in [
            "count: refused-kind", "nonsense: refused-unknown-field", "colour: refused-choice",
            "team: reference-unknown", "title: refused-required",
        ] {
            assert!(told.iter().any(|it| it == expected), "{expected} is missing in {told:?}");
        }
        let verdict = verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        assert_eq!(verdict.records, 2, "only the tenant and the person of the world exist");
    };

    a_transition_needs_its_fields_and_its_state => |world: World| {
        let record = create(&world);
        let system = world.system();
        assert_eq!(problems(apply(&world, &system, Change::transition("ticket", record, "close"))), ["-: transition-not-from-here"]);
        assert_eq!(problems(apply(&world, &system, Change::transition("ticket", record, "finish"))), ["note: refused-required"]);
        let finish = Change::transition("ticket", record, "finish").with_value("note", text("restarted"));
        apply(&world, &system, finish).unwrap();
        assert_eq!(value(&world, record, "open"), Value::Boolean(false));
        let counted = Change::update("ticket", record).with_value("count", Value::Integer(1));
        assert_eq!(problems(apply(&world, &world.ann(&["agent"]), counted)), ["count: refused-read-only"]);
    };

    two_writers_of_one_version_conflict => |world: World| {
        let record = create(&world);
        let system = world.system();
        let mut change = Change::update("ticket", record).with_value("count", Value::Integer(1));
        change.expected_version = Some(1);
        assert_eq!(apply(&world, &system, change.clone()).unwrap().version, 2);
        let error = apply(&world, &system, change.with_value("count", Value::Integer(2))).unwrap_err();
        assert!(matches!(error, Error::Refused(Refused::Conflict { current_version: Some(2), .. })), "{error:?}");
    };

    saying_the_same_again_changes_nothing => |world: World| {
        let record = create(&world);
        let change = Change::update("ticket", record).with_value(spine::TITLE, text("VPN is down"));
        let outcome = apply(&world, &world.system(), change).unwrap();
        assert!(!outcome.changed);
        assert_eq!(outcome.version, 1);
    };

    what_one_may_not_read_does_not_exist => |world: World| {
        let record = create(&world);
        let change = Change::update("ticket", record).with_value("count", Value::Integer(1));
        let error = apply(&world, &world.ann(&["requester"]), change.clone()).unwrap_err();
        assert!(matches!(error, Error::Refused(Refused::NotFound(_))), "{error:?}");
        let error = apply(&world, &world.ann(&[]), change).unwrap_err();
        assert!(matches!(error, Error::Refused(Refused::NotFound(_))), "{error:?}");
    };

    requesters_create_their_own_with_public_fields => |world: World| {
        let ann = world.ann(&["requester"]);
        let own = Change::create("ticket")
            .with_value(spine::TITLE, text("My screen flickers"))
            .with_value(spine::REQUESTER, Value::Reference(world.person));
        let record = apply(&world, &ann, own.clone()).unwrap().record;
        let for_nobody = Change::create("ticket").with_value(spine::TITLE, text("Somebody's screen"));
        let error = apply(&world, &ann, for_nobody).unwrap_err();
        assert!(matches!(error, Error::Refused(Refused::Forbidden(_))), "{error:?}");
        assert_eq!(problems(apply(&world, &ann, own.with_value("secret", text("x")))), ["secret: refused-unknown-field"]);
        let note = Change::of("ticket", record, Action::Comment).with_comment(Comment::private("hm"));
        let error = apply(&world, &ann, note).unwrap_err();
        assert!(matches!(error, Error::Refused(Refused::Forbidden(_))), "{error:?}");
        apply(&world, &ann, Change::of("ticket", record, Action::Comment).with_comment(Comment::public("It got worse"))).unwrap();
    };

    unique_values_are_refused_by_field => |world: World| {
        let with_serial = |serial: &str| Change::create("ticket").with_value(spine::TITLE, text("a")).with_value("serial", text(serial));
        apply(&world, &world.system(), with_serial("AB-1")).unwrap();
        assert_eq!(problems(apply(&world, &world.system(), with_serial("ab-1"))), ["serial: refused-not-unique"]);
        apply(&world, &world.system(), with_serial("ab-2")).unwrap();
    };

    replay_reports_breaches_and_keeps_odd_values => |world: World| {
        let record = create(&world);
        let at = START.plus_micros(-1_000_000_000);
        let mut change = Change::update("ticket", record)
            .with_value("state", Value::Choice("-100".to_owned()))
            .with_value("colour", Value::Choice("mauve".to_owned()));
        change.mode = Mode::Replay { effective_at: at };
        let outcome = apply(&world, &world.system(), change).unwrap();
        let told: Vec<_> = outcome.reports.iter().map(|it| it.key).collect();
        assert_eq!(told, ["replayed-step", "imported-choice", "imported-choice"]);
        assert_eq!(value(&world, record, "colour"), Value::Choice("mauve".to_owned()));
        let kept = world.engine.reload(world.tenant).unwrap();
        let choice = kept.dictionary.record_type("ticket").unwrap().field("colour").unwrap().choice("mauve").cloned();
        assert!(choice.is_some_and(|it| !it.active));
        let live = Change::create("ticket").with_value(spine::TITLE, text("b")).with_value("colour", Value::Choice("mauve".to_owned()));
        assert_eq!(problems(apply(&world, &world.system(), live)), ["colour: refused-choice"]);
    };

    deleted_records_are_gone_until_restored => |world: World| {
        let record = create(&world);
        let system = world.system();
        apply(&world, &system, Change::of("ticket", record, Action::Delete)).unwrap();
        let error = apply(&world, &system, Change::update("ticket", record)).unwrap_err();
        assert!(matches!(error, Error::Refused(Refused::NotFound(_))), "{error:?}");
        apply(&world, &system, Change::of("ticket", record, Action::Restore)).unwrap();
        assert_eq!(value(&world, record, spine::TITLE), text("VPN is down"));
    };

    the_chain_verifies_and_tells_what_was_tampered_with => |world: World| {
        let record = create(&world);
        let system = world.system();
        apply(&world, &system, Change::of("ticket", record, Action::Comment).with_comment(Comment::public("hello"))).unwrap();
        let seal = || world.engine.write_blocking(&system, |unit| history::seal::seal(unit.tx, unit.ctx.now)).unwrap();
        let verify = || verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        // Transactions of other databases of the cluster may hold back the newest rows for a
        // moment, so sealing goes on until none is left, in however many blocks that takes.
        let mut blocks: u64 = 0;
        let waiting = Stopwatch::start();
        let verdict = loop {
            blocks += u64::from(seal().is_some());
            let verdict = verify();
            if verdict.unsealed == 0 {
                break verdict;
            }
            assert!(waiting.elapsed() < PATIENCE, "some rows were never sealed");
        };
        assert_eq!((verdict.damage.as_slice(), verdict.rows, verdict.blocks), (&[][..], 4, blocks));
        // The newest seal is told, and somebody who kept it can ask for it.
        let (height, hash) = verdict.seal.map(|it| (it.height, hex::encode(it.hash))).unwrap();
        assert_eq!(u64::try_from(height), Ok(blocks));
        let is_part = |height, hash: String| {
            world.engine.read_blocking(&system, move |reading| history::seal::is_part(reading.tx, height, &hash)).unwrap()
        };
        assert!(is_part(height, hash.clone()));
        assert!(!is_part(height + 1, hash.clone()));
        assert!(!is_part(height, "00".repeat(32)));
        for tampering in [
            "UPDATE history SET reason = 'because' WHERE version = 2",
            "UPDATE journal SET text = 'goodbye'",
            "DELETE FROM journal",
            "DELETE FROM history_value WHERE fields LIKE '%@comment%'",
            "DELETE FROM history WHERE version = 2",
        ] {
            world.tamper(tampering);
            assert!(!verify().damage.is_empty(), "{tampering} went unnoticed");
        }
    };

    what_is_stored_is_held_against_the_history => |world: World| {
        let record = create(&world);
        let verify = || verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        assert_eq!(verify().damage, []);
        for (tampering, undone, found) in [
            ("UPDATE ticket SET title = 'Mine'", "UPDATE ticket SET title = 'VPN is down'",
                ", field title: its row says something else than its history"),
            ("UPDATE record SET title = 'Mine' WHERE record_type = 'ticket'", "UPDATE record SET title = 'VPN is down' WHERE record_type = 'ticket'",
                ", field title: its row on the spine says something else than its history"),
            ("UPDATE ticket SET title__key = 'mine'", "UPDATE ticket SET title__key = 'vpn is down'",
                ", field title: its key for comparing does not fit its text"),
            ("UPDATE ticket SET count = 3", "UPDATE ticket SET count = NULL",
                ", field count: its row says something else than its history"),
            // A ticket has no such field, but rights may look at its column.
            ("UPDATE ticket SET due_at = 3", "UPDATE ticket SET due_at = NULL",
                ", field due_at: its row says something else than its history"),
            ("UPDATE ticket SET version = 3", "UPDATE ticket SET version = 1",
                ", field version: its row says something else than its history"),
            ("UPDATE ticket SET created_at = created_at + 1", "UPDATE ticket SET created_at = created_at - 1",
                ", field created_at: its row says something else than its history"),
            ("UPDATE ticket SET deleted_at = 3", "UPDATE ticket SET deleted_at = NULL",
                ": its row was deleted or restored by another hand"),
            ("UPDATE ticket SET tenant = id", "UPDATE ticket SET tenant = organisation",
                ": its row is of another tenant"),
            ("UPDATE record SET record_type = 'person' WHERE record_type = 'ticket'", "UPDATE record SET record_type = 'ticket' WHERE number IS NOT NULL",
                ": its row is of another type"),
            ("DELETE FROM record WHERE record_type = 'ticket'", "SELECT 1", ": its row on the spine is missing"),
        ] {
            world.tamper(tampering);
            let told: Vec<String> = verify().damage.iter().map(ToString::to_string).collect();
            assert_eq!(told, [format!("record {record}{found}")], "{tampering}");
            world.tamper(undone);
        }
    };

    what_stands_beside_is_held_against_the_history => |world: World| {
        let (other, third) = (create(&world), create(&world));
        let change = Change::create("ticket")
            .with_value(spine::TITLE, text("VPN is slow"))
            .with_value(spine::REQUESTER, Value::Reference(world.person));
        let record = apply(&world, &world.system(), change).unwrap().record;
        let mut comment = Comment::public("hello");
        comment.minutes_worked = Some(5);
        let link = |to, primary| Action::Link { kind: "related".to_owned(), to, primary };
        for action in [
            link(third, true), link(other, true), Action::Unlink { kind: "related".to_owned(), to: third }, link(third, true),
            link(other, true), Action::Follow(world.person), Action::Unfollow(world.person), Action::Follow(world.person),
        ] {
            apply(&world, &world.system(), Change::of("ticket", record, action)).unwrap();
        }
        apply(&world, &world.system(), Change::of("ticket", record, Action::Comment).with_comment(comment)).unwrap();
        for name in ["a.txt", "b.txt"] {
            let mut attach = Change::of("ticket", record, Action::Attach);
            attach.files = vec![file(&world, name)];
            apply(&world, &world.system(), attach.clone()).unwrap();
            if name == "b.txt" {
                apply(&world, &world.system(), Change::of("ticket", record, Action::Detach(attach.files[0].id))).unwrap();
            }
        }
        let verify = || verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        assert_eq!(verify().damage, []);
        for (tampering, undone, of, found) in [
            ("UPDATE attachment SET sha256 = 'other'", "UPDATE attachment SET sha256 = 'digest of a.txt'", record, "its file was altered"),
            ("UPDATE attachment SET visibility = 'private'", "UPDATE attachment SET visibility = 'public'", record, "its file was altered"),
            ("INSERT INTO attachment (id, tenant, record, visibility, name, media_type, bytes, sha256, created_at, created_by, change_id) \
                SELECT record, tenant, record, visibility, name, media_type, bytes, sha256, created_at, created_by, change_id FROM attachment",
                "DELETE FROM attachment WHERE id = record", record, "its history tells nothing of a file"),
            ("UPDATE journal SET change_id = record", "UPDATE journal SET change_id = (SELECT change_id FROM history WHERE action = 'comment')",
                record, "its comment was altered"),
            ("UPDATE journal SET author = record", "UPDATE journal SET author = (SELECT actor FROM history WHERE action = 'comment')",
                record, "its comment was altered"),
            ("UPDATE journal SET written_at = written_at + 1", "UPDATE journal SET written_at = written_at - 1", record, "its comment was altered"),
            ("UPDATE journal SET minutes_worked = 600", "UPDATE journal SET minutes_worked = 5", record, "its comment was altered"),
            ("UPDATE link SET is_primary = 0 WHERE is_primary = 1",
                "UPDATE link SET is_primary = 1 WHERE to_record = (SELECT id FROM record WHERE number = 'TKT0000001')",
                record, "its link was altered"),
            ("UPDATE link SET created_at = created_at + 1 WHERE is_primary = 1", "UPDATE link SET created_at = created_at - 1 WHERE is_primary = 1",
                record, "its link was altered"),
            ("INSERT INTO link (tenant, from_record, kind, to_record, is_primary, created_at, created_by) \
                SELECT tenant, to_record, 'affects', from_record, 0, created_at, created_by FROM link WHERE is_primary = 1",
                "DELETE FROM link WHERE kind = 'affects'", other, "its history tells nothing of a link"),
            ("INSERT INTO record_reader (record, reader, source, record_type, tenant) \
                SELECT record, record, source, record_type, tenant FROM record_reader",
                "DELETE FROM record_reader WHERE reader = record", record, "its history tells nothing of a reader"),
            ("UPDATE record_reader SET record_type = 'person' WHERE source = 'requester'",
                "UPDATE record_reader SET record_type = 'ticket' WHERE source = 'requester'", record, "its reader was altered"),
            ("DELETE FROM record_reader WHERE source = 'follower'",
                "INSERT INTO record_reader (record, reader, source, record_type, tenant) \
                    SELECT record, reader, 'follower', record_type, tenant FROM record_reader", record, "its reader is missing"),
            ("DELETE FROM record_reader WHERE source = 'requester'", "SELECT 1", record, "its reader is missing"),
            ("DELETE FROM link WHERE is_primary = 1", "SELECT 1", record, "its link is missing"),
            ("DELETE FROM attachment", "SELECT 1", record, "its file is missing"),
        ] {
            world.tamper(tampering);
            let told: Vec<String> = verify().damage.iter().map(ToString::to_string).collect();
            assert!(told.contains(&format!("record {of}: {found}")), "{tampering}: {told:?}");
            world.tamper(undone);
        }
        assert_eq!(verify().damages, 3, "everything else was undone");
    };

    what_cannot_be_read_is_damage_and_not_the_end => |world: World| {
        let record = create(&world);
        let damaging = match world.engine.store().dialect() {
            store::Dialect::Sqlite => [
                "UPDATE ticket SET team = x'00'", "UPDATE ticket SET tenant = x'00'", "UPDATE history SET actor = x'00' WHERE record_type = 'ticket'",
            ],
            store::Dialect::Postgres => [
                "ALTER TABLE ticket ALTER COLUMN team TYPE TEXT USING 'x'", "ALTER TABLE ticket ALTER COLUMN tenant TYPE TEXT USING 'x'",
                "ALTER TABLE history ALTER COLUMN actor TYPE TEXT USING 'x'",
            ],
        };
        damaging.into_iter().for_each(|it| world.tamper(it));
        let verdict = verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        let told: Vec<String> = verdict.damage.iter().map(ToString::to_string).collect();
        for expected in [
            ", version 1: its hash does not fit its content", ": its row is of another tenant",
            ", field team: its row says something else than its history",
        ] {
            assert!(told.contains(&format!("record {record}{expected}")), "{expected}: {told:?}");
        }
        assert_eq!(verdict.rows, 3);
    };

    rows_before_the_first_block_are_damage => |world: World| {
        create(&world);
        match world.engine.store().dialect() {
            store::Dialect::Sqlite => {
                world.tamper("UPDATE history_value SET seq = -5 WHERE seq = (SELECT seq FROM history WHERE record_type = 'ticket')");
                world.tamper("UPDATE history SET seq = -5 WHERE record_type = 'ticket'");
            }
            store::Dialect::Postgres => world.tamper("UPDATE history SET transaction_mark = -1 WHERE record_type = 'ticket'"),
        }
        let verdict = verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        let told: Vec<String> = verdict.damage.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["block 1: rows lie before it, where no block covers them"]);
    };

    an_erased_field_is_gone_and_the_chain_holds => |world: World| {
        let change = Change::create("ticket").with_value(spine::TITLE, text("VPN is down")).with_value("note", text("Ann is ill"));
        let record = apply(&world, &world.system(), change).unwrap().record;
        world.engine.store().write_blocking(move |tx| -> base::Result<()> {
            let find = "SELECT v.seq, v.salt, v.fields FROM history_value v JOIN history h ON h.seq = v.seq WHERE h.record = ?";
            let row = tx.query_one(&store::Sql::new(find).bind(record))?;
            let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(row.need_text(2)?).unwrap();
            for (name, field) in &mut fields {
                let salt = history::field_salt(row.need_bytes(1)?, name);
                if name == "note" {
                    let diff = history::FieldDiff { before: field[0].clone(), after: field[1].clone() };
                    *field = serde_json::json!({ "digest": hex::encode(diff.digest(salt)) });
                } else {
                    field.as_array_mut().unwrap().push(hex::encode(salt).into());
                }
            }
            let erase = store::Sql::new("UPDATE history_value SET salt = NULL, fields = ? WHERE seq = ?");
            tx.execute(&erase.bind(serde_json::Value::Object(fields).to_string()).bind(row.need_integer(0)?))?;
            Ok(())
        }).unwrap();
        world.tamper("UPDATE ticket SET note = NULL");
        let verify = || verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        assert_eq!((verify().damage, verify().erased), (Vec::new(), 1));
        let told = world.engine.read_blocking(&world.system(), move |reading| history::of_record(reading.tx, record)).unwrap();
        assert_eq!(told[0].fields[spine::TITLE].after, "VPN is down");
        assert!(!told[0].fields.contains_key("note"));
        // What was kept is still held against the chain, and so is the digest.
        world.tamper("UPDATE history_value SET fields = replace(fields, 'VPN', 'WAN') WHERE salt IS NULL");
        assert_ne!(verify().damages, 0);
        world.tamper("UPDATE history_value SET fields = replace(replace(fields, 'WAN', 'VPN'), 'digest\":\"', 'digest\":\"0') WHERE salt IS NULL");
        assert_ne!(verify().damages, 0);
    };

    a_long_history_is_verified_in_parts => |world: World| {
        let made = 1_100;
        for part in 0..2 {
            let made = world.engine.write_blocking(&world.system(), move |unit| {
                (0..made / 2).try_for_each(|at| {
                    let title = format!("ticket {part} {at}");
                    unit.apply(Change::create("ticket").with_value(spine::TITLE, text(&title))).map(|_| ())
                })
            });
            made.unwrap();
        }
        let verify = || verifier::verify_blocking(&world.engine, &world.system()).unwrap();
        let verdict = verify();
        assert_eq!((verdict.records, verdict.rows, verdict.damages), (1_102, 1_102, 0));
        world.tamper("UPDATE ticket SET count = 3");
        let verdict = verify();
        assert_eq!((verdict.damages, verdict.damage.len()), (1_100, verifier::MOST_TOLD));
    };

    a_unit_is_stored_whole_or_not_at_all => |world: World| {
        let result = world.engine.write_blocking(&world.system(), |unit| {
            unit.apply(Change::create("ticket").with_value(spine::TITLE, text("first")))?;
            unit.apply(Change::create("ticket"))
        });
        assert_eq!(problems(result), ["title: refused-required"]);
        let count = world.engine.write_blocking(&world.system(), |unit| {
            Ok(unit.tx.query_one(&store::Sql::new("SELECT count(*) FROM ticket"))?.need_integer(0)?)
        }).unwrap();
        assert_eq!(count, 0);
    };
}
