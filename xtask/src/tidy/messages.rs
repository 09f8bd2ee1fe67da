//! Words that people read: every key that a refusal uses stands in the catalogue. What pages use, and
//! what nobody uses, is checked beside the catalogue.

use std::collections::BTreeSet;

use super::{refuse, sources};

/// The folder of the English words, one file per room.
const CATALOGUE: &str = "crates/ui/messages/en";

/// Calls whose first argument is a key.
const CALLS: [&str; 4] = ["Message::new(", "built_in(", ".text(", "say("];

fn keys(catalogue: &str) -> BTreeSet<String> {
    let is_key = |name: &str| {
        name.starts_with(|it: char| it.is_ascii_lowercase())
            && name
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || it == '-')
    };
    let names = catalogue
        .lines()
        .filter_map(|line| Some(line.split_once(" =")?.0.to_owned()));
    names.filter(|name| is_key(name)).collect()
}

#[test]
fn every_key_that_is_used_exists() {
    let rooms = std::fs::read_dir(crate::root().join(CATALOGUE)).unwrap();
    let catalogue = rooms.map(|it| std::fs::read_to_string(it.unwrap().path()).unwrap());
    let keys = keys(&catalogue.collect::<String>());
    let mut offences = Vec::new();
    for source in sources().iter().filter(|it| it.is_product()) {
        for call in CALLS {
            for (at, _) in source.lexed.product.match_indices(call) {
                let line = source.lexed.product[..at].lines().count().max(1);
                let shown = source.text.lines().nth(line - 1).unwrap_or_default();
                let key = shown
                    .split_once(&format!("{call}\""))
                    .and_then(|(_, after)| Some(after.split_once('"')?.0));
                if let Some(key) = key.filter(|key| key.contains('-') && !keys.contains(*key)) {
                    offences.push(format!("{}:{line} uses {key}", source.path));
                }
            }
        }
    }
    refuse(
        &offences,
        &format!("add the key with its English text to {CATALOGUE}."),
    );
}
