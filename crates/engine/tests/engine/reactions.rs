//! Reactions: same unit, bounded, recorded as the system's on behalf of the actor; and units that meet.

use base::{Error, Refused, Uuid};
use dictionary::{Value, spine};
use engine::{Change, MAX_DEPTH, history};

use crate::on_both;
use crate::world::World;

fn create(world: &World, next: Option<Uuid>) -> Uuid {
    let system = world.system();
    let made = world.engine.write_blocking(&system, move |unit| {
        let change = Change::create("ticket").with_value(spine::TITLE, Value::Text("a".to_owned()));
        unit.apply(match next {
            Some(next) => change.with_value("next", Value::Reference(next)),
            None => change,
        })
    });
    made.unwrap().record
}

fn count(world: &World, record: Uuid) -> Value {
    world
        .engine
        .write_blocking(&world.system(), move |unit| {
            unit.value_of("ticket", record, "count")
        })
        .unwrap()
}

fn set_count(world: &World, record: Uuid, number: i64) -> base::Result<engine::Outcome> {
    let ann = world.ann(&["agent"]);
    let change = Change::update("ticket", record).with_value("count", Value::Integer(number));
    world
        .engine
        .write_blocking(&ann, move |unit| unit.apply(change.clone()))
}

on_both! {
    a_reaction_is_recorded_with_its_cause => |world: World| {
        let last = create(&world, None);
        let first = create(&world, Some(last));
        let outcome = set_count(&world, first, 1).unwrap();
        assert_eq!(count(&world, last), Value::Integer(2));
        let story = world.engine.read_blocking(&world.system(), move |reading| history::of_record(reading.tx, last)).unwrap();
        let told = story.last().unwrap();
        assert_eq!((told.actor, told.on_behalf_of, told.cause), (Uuid::nil(), Some(world.person), Some(outcome.change_id)));
        assert_eq!(told.surface, "reaction");
    };

    a_ring_of_reactions_is_refused_and_nothing_stays => |world: World| {
        let first = create(&world, None);
        let second = create(&world, Some(first));
        let ann = world.ann(&["agent"]);
        let ring = Change::update("ticket", first).with_value("next", Value::Reference(second));
        world.engine.write_blocking(&ann, move |unit| unit.apply(ring.clone())).unwrap();
        let error = set_count(&world, first, 1).unwrap_err();
        assert!(matches!(&error, Error::Refused(Refused::Conflict { .. })), "{error:?}");
        assert_eq!(count(&world, first), Value::Null);
    };

    chains_up_to_the_limit_pass => |world: World| {
        let mut next = create(&world, None);
        let last = next;
        for _ in 0..MAX_DEPTH {
            next = create(&world, Some(next));
        }
        set_count(&world, next, 1).unwrap();
        assert_eq!(count(&world, last), Value::Integer(1 + i64::try_from(MAX_DEPTH).unwrap()));
    };

    units_that_meet_from_both_ends_both_succeed => |world: World| {
        // One unit goes from the higher id to the lower, the other the other way round.
        let low = create(&world, None);
        let high = create(&world, Some(low));
        let rounds = 20;
        std::thread::scope(|scope| {
            let down = scope.spawn(|| (1..=rounds).try_for_each(|it| set_count(&world, high, it * 10).map(|_| ())));
            let up = scope.spawn(|| {
                (1..=rounds).try_for_each(|it| {
                    let system = world.system();
                    world.engine.write_blocking(&system, move |unit| {
                        let touch = |record, number| Change::update("ticket", record).with_value("priority", Value::Integer(number));
                        unit.apply(touch(low, it % 2 + 1))?;
                        unit.apply(touch(high, it % 2 + 1)).map(|_| ())
                    })
                })
            });
            down.join().unwrap().unwrap();
            up.join().unwrap().unwrap();
        });
        assert_eq!(count(&world, low), Value::Integer(rounds * 10 + 1));
    };
}
