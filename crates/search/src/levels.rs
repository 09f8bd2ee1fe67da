//! From what single permissions open to what is open on a row: on each row exactly one level holds.
//!
//! Who reads a row through several permissions reads what all of them open together, and a word must be looked
//! for in all of that and in nothing else.

use std::collections::BTreeSet;

use dictionary::Filter;

/// Most levels; combinations beyond them are left out, which finds less and never more.
const MAX_LEVELS: usize = 16;

/// Rows on which the same classes of text are open.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Level {
    /// The classes.
    classes: BTreeSet<String>,
    /// One of these must hold: each is a set of permissions that hold together.
    some: BTreeSet<BTreeSet<usize>>,
    /// None of these may hold: they open more.
    none: BTreeSet<BTreeSet<usize>>,
}

/// On which rows which classes are open, each row in one part at most, given what each permission opens on
/// the rows of its filter.
#[must_use]
pub fn parts(opened: &[(Filter, BTreeSet<String>)]) -> Vec<(BTreeSet<String>, Filter)> {
    let classes: Vec<BTreeSet<String>> = opened.iter().map(|it| it.1.clone()).collect();
    let together =
        |it: &BTreeSet<usize>| Filter::All(it.iter().map(|at| opened[*at].0.clone()).collect());
    let part = |level: Level| {
        let some = Filter::Any(level.some.iter().map(together).collect());
        let none = level.none.iter().map(|it| together(it).negated());
        let rows = std::iter::once(some).chain(none).collect();
        (level.classes, Filter::All(rows).normalised())
    };
    levels(&classes).into_iter().map(part).collect()
}

/// The levels of these permissions, each of which opens some classes; those that open most come first.
fn levels(opened: &[BTreeSet<String>]) -> Vec<Level> {
    let mut all: Vec<Level> = Vec::new();
    for (index, classes) in opened.iter().enumerate() {
        add(&mut all, classes.clone(), BTreeSet::from([index]));
    }
    let mut at = 0;
    while at < all.len() {
        for other in 0..at {
            let (one, two) = (&all[at], &all[other]);
            if one.classes.is_subset(&two.classes) || two.classes.is_subset(&one.classes) {
                continue;
            }
            let classes: BTreeSet<String> = one.classes.union(&two.classes).cloned().collect();
            let pairs: Vec<BTreeSet<usize>> = one
                .some
                .iter()
                .flat_map(|left| two.some.iter().map(move |right| left | right))
                .collect();
            if all.len() < MAX_LEVELS || all.iter().any(|it| it.classes == classes) {
                for together in pairs {
                    add(&mut all, classes.clone(), together);
                }
            }
        }
        at += 1;
    }
    all.sort_by_key(|it| std::cmp::Reverse(it.classes.len()));
    for at in 0..all.len() {
        let more = all[..at]
            .iter()
            .filter(|it| it.classes.is_superset(&all[at].classes));
        all[at].none = more.flat_map(|it| it.some.iter().cloned()).collect();
    }
    all
}

fn add(all: &mut Vec<Level>, classes: BTreeSet<String>, together: BTreeSet<usize>) {
    match all.iter_mut().find(|it| it.classes == classes) {
        Some(level) => drop(level.some.insert(together)),
        None => all.push(Level {
            classes,
            some: BTreeSet::from([together]),
            none: BTreeSet::new(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On every row, whatever holds there, the one level is what is open together.
    #[test]
    fn one_level_holds_and_it_is_all_that_is_open() {
        for opened in [
            vec!["p"],
            vec!["p", "pin"],
            vec!["p", "pi", "pn"],
            vec!["pi", "pn", "n", "px"],
            vec!["a", "b", "c"],
            vec!["p", "p"],
        ] {
            let sets: Vec<BTreeSet<String>> = opened
                .iter()
                .map(|it| it.chars().map(String::from).collect())
                .collect();
            let levels = levels(&sets);
            for row in 0..1_u32 << sets.len() {
                let held = |it: &BTreeSet<usize>| it.iter().all(|index| row & (1 << index) != 0);
                let holding: Vec<&Level> = levels
                    .iter()
                    .filter(|it| it.some.iter().any(held) && !it.none.iter().any(held))
                    .collect();
                let open: BTreeSet<String> = sets
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| row & (1 << index) != 0)
                    .flat_map(|(_, set)| set.iter().cloned())
                    .collect();
                let found: Vec<_> = holding.iter().map(|it| it.classes.clone()).collect();
                let expected: Vec<_> = Some(open).filter(|_| row != 0).into_iter().collect();
                assert_eq!(found, expected, "{opened:?}, row {row:b}");
            }
        }
    }
}
