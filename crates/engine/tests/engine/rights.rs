//! What one may not know stays unknown on every way: timeline, links, equal values, followers, scopes.

use base::{Error, Refused, Uuid};
use dictionary::{Value, spine};
use engine::{Action, Change, Comment, Ctx, Outcome, RoleInForce, TimelineItem, additions};
use serde_json::json;

use crate::on_both;
use crate::world::World;

fn apply(world: &World, ctx: &Ctx, change: Change) -> base::Result<Outcome> {
    world
        .engine
        .write_blocking(ctx, move |unit| unit.apply(change.clone()))
}

fn create(world: &World, title: &str, requester: Option<Uuid>) -> Uuid {
    let change = Change::create("ticket").with_value(spine::TITLE, Value::Text(title.to_owned()));
    let change = match requester {
        Some(person) => change.with_value(spine::REQUESTER, Value::Reference(person)),
        None => change,
    };
    apply(world, &world.system(), change).unwrap().record
}

fn link(to: Uuid, kind: &str) -> Action {
    Action::Link {
        kind: kind.to_owned(),
        to,
        primary: false,
    }
}

fn timeline(world: &World, ctx: &Ctx, record: Uuid) -> engine::Timeline {
    let read = world.engine.read_blocking(ctx, move |reading| {
        let record_type = reading
            .ctx
            .snapshot
            .dictionary
            .record_type("ticket")
            .cloned()
            .unwrap();
        reading.timeline(&record_type, record)
    });
    read.unwrap()
}

fn is_forbidden(result: base::Result<Outcome>) -> bool {
    matches!(result, Err(Error::Refused(Refused::Forbidden(_))))
}

fn is_invalid(result: base::Result<Outcome>, field: &str) -> bool {
    match result {
        Err(Error::Refused(Refused::Invalid(problems))) => {
            problems.iter().any(|it| it.field.as_deref() == Some(field))
        }
        _ => false,
    }
}

on_both! {
    the_timeline_names_only_what_may_be_read => |world: World| {
        let curious = world.ann(&["curious"]);
        let hidden = create(&world, "Board papers", None);
        let own = create(&world, "My screen", Some(world.person));
        let system = world.system();
        apply(&world, &system, Change::of("ticket", own, link(hidden, "related"))).unwrap();
        // A text that looks like an id must not be looked up.
        let note = Change::update("ticket", own).with_value("note", Value::Text(hidden.to_string()));
        apply(&world, &system, note).unwrap();
        let seen = timeline(&world, &curious, own);
        assert!(!seen.titles.contains_key(&hidden), "{:?}", seen.titles);
        let tells_link = |it: &engine::TimelineEntry| matches!(&it.item, TimelineItem::Change { fields, .. } if fields.contains_key("@link"));
        assert!(!seen.entries.iter().any(tells_link));
        let whole = timeline(&world, &system, own);
        assert!(whole.entries.iter().any(tells_link));
        assert_eq!(whole.titles.get(&hidden).map(String::as_str), Some("Board papers"));
    };

    rules_are_told_for_readable_fields_only => |world: World| {
        let own = create(&world, "My screen", Some(world.person));
        let counted = Change::update("ticket", own).with_value("count", Value::Integer(2));
        apply(&world, &world.system(), counted).unwrap();
        let told = |ctx: &Ctx| {
            let entries = timeline(&world, ctx, own).entries;
            entries.iter().any(|it| matches!(&it.item, TimelineItem::Change { rule_trace: Some(trace), .. } if trace.to_string().contains("doubled")))
        };
        assert!(told(&world.system()));
        assert!(!told(&world.ann(&["curious"])));
    };

    a_deleted_record_has_no_timeline => |world: World| {
        let own = create(&world, "My screen", Some(world.person));
        apply(&world, &world.system(), Change::of("ticket", own, Action::Delete)).unwrap();
        let ctx = world.ann(&["curious"]);
        let read = world.engine.read_blocking(&ctx, move |reading| {
            let record_type = reading.ctx.snapshot.dictionary.record_type("ticket").cloned().unwrap();
            reading.timeline(&record_type, own)
        });
        assert!(matches!(read, Err(Error::Refused(Refused::NotFound(_)))));
    };

    equal_values_of_hidden_fields_are_not_told => |world: World| {
        let own = create(&world, "My screen", Some(world.person));
        let put = |ctx: &Ctx, secret: &str| {
            apply(&world, ctx, Change::update("ticket", own).with_value("secret", Value::Text(secret.to_owned())))
        };
        put(&world.system(), "blue").unwrap();
        let curious = world.ann(&["curious"]);
        assert!(is_invalid(put(&curious, "blue"), "secret"));
        assert!(is_invalid(put(&curious, "red"), "secret"));
    };

    work_and_words_for_others_need_more_than_a_comment => |world: World| {
        let own = create(&world, "My screen", Some(world.person));
        let requester = world.ann(&["requester"]);
        let say = |comment: Comment| apply(&world, &requester, Change::of("ticket", own, Action::Comment).with_comment(comment));
        assert!(is_forbidden(say(Comment { to_children: true, ..Comment::public("hello") })));
        assert!(is_forbidden(say(Comment { minutes_worked: Some(5), ..Comment::public("hello") })));
        say(Comment::public("hello")).unwrap();
    };

    followers_are_people_one_may_know => |world: World| {
        let own = create(&world, "My screen", Some(world.person));
        let other = create(&world, "Another", None);
        let agent = world.ann(&["agent"]);
        assert!(is_invalid(apply(&world, &agent, Change::of("ticket", own, Action::Follow(other))), "person"));
        assert!(is_invalid(apply(&world, &agent, Change::of("ticket", own, Action::Follow(Uuid::from_u128(9)))), "person"));
        apply(&world, &agent, Change::of("ticket", own, Action::Follow(world.person))).unwrap();
    };

    links_are_of_known_kinds => |world: World| {
        let (one, other) = (create(&world, "One", None), create(&world, "Other", None));
        let agent = world.ann(&["agent"]);
        assert!(is_invalid(apply(&world, &agent, Change::of("ticket", one, link(other, "whatever"))), "kind"));
        assert!(apply(&world, &agent, Change::of("ticket", one, link(other, "duplicate"))).unwrap().changed);
    };

    a_role_for_one_organisation_does_not_administer_the_tenant => |world: World| {
        let mut limited = world.ann(&[]);
        limited.actor.roles = vec![RoleInForce { role: "curious".to_owned(), organisations: vec![Uuid::from_u128(5)] }];
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let put = |ctx: &Ctx, organisation| {
            runtime.block_on(world.engine.put_setting(ctx, organisation, additions::LINK_KINDS, Some(json!(["related"]))))
        };
        assert!(matches!(put(&limited, None), Err(Error::Refused(Refused::Forbidden(_)))));
        // What belongs to the whole tenant cannot be had by the back door of an organisation.
        assert!(matches!(put(&limited, Some(Uuid::from_u128(5))), Err(Error::Refused(Refused::Invalid(_)))));
        put(&world.ann(&["curious"]), None).unwrap();
    };
}
