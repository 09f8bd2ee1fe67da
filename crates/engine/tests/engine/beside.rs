//! What stands beside records, and how many: nothing is left out silently.

use base::{Refused, Uuid};
use dictionary::{Page, Value, spine};
use engine::{Action, Change, Ctx};

use crate::on_both;
use crate::world::World;

fn ticket(title: &str) -> Change {
    Change::create("ticket").with_value(spine::TITLE, Value::Text(title.to_owned()))
}

fn apply(world: &World, change: Change) -> Uuid {
    let applied = world
        .engine
        .write_blocking(&world.system(), move |unit| unit.apply(change.clone()));
    applied.unwrap().record
}

/// That many tickets after that one.
fn followers_of(world: &World, first: Uuid, count: usize) {
    let half = count / 2;
    for part in [half, count - half] {
        let made = world.engine.write_blocking(&world.system(), move |unit| {
            (0..part).try_for_each(|_| {
                let one = ticket("one of many").with_value("next", Value::Reference(first));
                unit.apply(one).map(|_| ())
            })
        });
        made.unwrap();
    }
}

/// All links that somebody sees, page by page.
fn links(world: &World, ctx: &Ctx, record: Uuid, limit: usize) -> (usize, Vec<(Uuid, bool)>) {
    let (mut pages, mut seen, mut after) = (0, Vec::new(), None);
    loop {
        let page = Page {
            limit: Some(limit),
            after,
        };
        let page = world.engine.read_blocking(ctx, move |reading| {
            reading.links("ticket", &record.to_string(), &page)
        });
        let page = page.unwrap();
        assert!(
            page.rows
                .iter()
                .all(|it| page.titles.get(it.other).is_some())
        );
        seen.extend(page.rows.iter().map(|it| (it.other, it.outgoing)));
        pages += 1;
        after = page.next;
        if after.is_none() {
            return (pages, seen);
        }
    }
}

on_both! {
    what_one_may_see_is_found_behind_much_that_one_may_not => |world: World| {
        let mine = || ticket("mine").with_value(spine::REQUESTER, Value::Reference(world.person));
        let center = apply(&world, mine());
        followers_of(&world, center, 1_005);
        world.tamper(
            "INSERT INTO link (tenant, from_record, kind, to_record, is_primary, created_at, created_by) \
             SELECT tenant, next, 'among-many', id, 0, 0, id FROM ticket WHERE next IS NOT NULL",
        );
        // Links are in the order of their kinds, so this one comes last.
        let other = apply(&world, mine());
        apply(&world, Change::of("ticket", center, Action::Link { kind: "related".to_owned(), to: other, primary: false }));
        assert_eq!(links(&world, &world.ann(&["requester"]), center, 200), (1, vec![(other, true)]));
        assert_eq!(links(&world, &world.system(), center, 200).1.len(), 1_006);
        let open = world.engine.write_blocking(&world.system(), move |unit| unit.referring("ticket", "next", center, true));
        assert_eq!(open.unwrap().len(), 1_005);
    };

    pages_of_links_and_followers_are_all_of_them => |world: World| {
        let center = apply(&world, ticket("center"));
        let others: Vec<Uuid> = (0..5).map(|_| apply(&world, ticket("other"))).collect();
        let link = |from, to| apply(&world, Change::of("ticket", from, Action::Link { kind: "related".to_owned(), to, primary: false }));
        for other in &others[..3] {
            link(center, *other);
        }
        for other in &others[2..] {
            link(*other, center);
        }
        let (pages, seen) = links(&world, &world.ann(&["agent"]), center, 2);
        let mut expected: Vec<_> = others[..3].iter().map(|it| (*it, true)).collect();
        expected.sort_unstable();
        let mut incoming: Vec<_> = others[2..].iter().map(|it| (*it, false)).collect();
        incoming.sort_unstable();
        expected.extend(incoming);
        assert_eq!((pages, seen), (3, expected));

        let people: Vec<Uuid> = (0..3).map(|_| {
            let person = apply(&world, Change::create("person").with_value(spine::TITLE, Value::Text("Bob".to_owned())));
            apply(&world, Change::of("ticket", center, Action::Follow(person)));
            person
        }).collect();
        let page = |limit, after: Option<String>| {
            let asked = Page { limit: Some(limit), after };
            world.engine.read_blocking(&world.ann(&["agent"]), move |reading| {
                Ok((reading.followers("ticket", &center.to_string(), &asked)?, reading.follows(center)?))
            })
        };
        let (first, follows) = page(2, None).unwrap();
        assert!(first.next.is_some() && !follows);
        let (second, _) = page(2, first.next).unwrap();
        let mut seen = [first.rows, second.rows].concat();
        seen.sort_unstable();
        let mut expected = people;
        expected.sort_unstable();
        assert_eq!((seen, second.next), (expected, None));
        let nonsense = page(2, Some("nonsense".to_owned())).unwrap_err();
        assert!(matches!(nonsense, base::Error::Refused(Refused::BadRequest(_))), "{nonsense:?}");
    };
}
