//! What each action costs the database: statements, and waits for it on PostgreSQL. A change of these
//! figures is a decision, so they stand here.

use base::Uuid;
use dictionary::{Value, spine};
use engine::{Action, Change, Comment, Ctx};

use crate::on_both;
use crate::world::World;

/// Action, statements, round trips without the commit.
const BASELINE: [(&str, u64, u64); 6] = [
    ("create", 11, 2),
    ("update", 8, 2),
    ("transition", 10, 2),
    ("comment", 11, 2),
    ("unchanged", 3, 1),
    ("delete", 9, 2),
];

fn cost(world: &World, ctx: &Ctx, change: Change) -> (Uuid, u64, u64) {
    let measured = world.engine.write_blocking(ctx, move |unit| {
        let (statements, trips) = (unit.tx.statements(), unit.tx.round_trips());
        let record = unit.apply(change.clone())?.record;
        Ok((
            record,
            unit.tx.statements() - statements,
            unit.tx.round_trips() - trips,
        ))
    });
    measured.unwrap()
}

on_both! {
    each_action_costs_what_was_agreed => |world: World| {
        let ann = world.ann(&["agent", "requester"]);
        let create = Change::create("ticket")
            .with_value(spine::TITLE, Value::Text("VPN is down".to_owned()))
            .with_value(spine::REQUESTER, Value::Reference(world.person));
        let (record, statements, trips) = cost(&world, &ann, create);
        let mut measured = vec![("create", statements, trips)];
        let update = Change::update("ticket", record).with_value("count", Value::Integer(1));
        let finish = Change::transition("ticket", record, "finish").with_value("note", Value::Text("x".to_owned()));
        let comment = Change::of("ticket", record, Action::Comment).with_comment(Comment::public("hello"));
        let delete = Change::of("ticket", record, Action::Delete);
        for (name, change) in [
            ("update", update.clone()), ("transition", finish), ("comment", comment), ("unchanged", update), ("delete", delete),
        ] {
            let (_, statements, trips) = cost(&world, &ann, change);
            measured.push((name, statements, trips));
        }
        if matches!(world.engine.store().dialect(), store::Dialect::Sqlite) {
            // SQLite waits for nothing: each of its statements is a call, and it takes no row locks.
            for (name, statements, _) in measured {
                let agreed = BASELINE.iter().find(|it| it.0 == name).unwrap().1;
                let locks = u64::from(name != "create");
                // It keeps the words of the search apart from their entry.
                let words = u64::from(["create", "transition", "comment", "delete"].contains(&name));
                assert_eq!(statements + locks, agreed + words, "statements of {name}");
            }
        } else {
            assert_eq!(measured, BASELINE);
        }
    };
}
