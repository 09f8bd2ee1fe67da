//! From pieces to what must be found: phrases, numbers in any spelling, and what `or` parts.

use super::pieces::{Kind, Piece};
use super::{Ask, MIN_START};
use crate::text::prepared;

/// The words of a phrase; nothing where no character can be looked for.
pub(super) fn phrase(text: &str, unfinished: bool) -> Option<Ask> {
    let words = prepared(text);
    let long = words.last()?.chars().count() >= MIN_START;
    Some(Ask::Words {
        words,
        unfinished: unfinished && long,
    })
}

/// What is typed without a blank: a word, several that signs join, or a number. `inc-1234` also means what the
/// index has as `inc1234`.
pub(super) fn written(text: &str, unfinished: bool) -> Option<Ask> {
    let as_written = phrase(text, unfinished)?;
    let Ask::Words { words, unfinished } = &as_written else {
        return Some(as_written);
    };
    let [letters, digits] = words.as_slice() else {
        return Some(as_written);
    };
    let plausible = letters.len() <= 8
        && letters.bytes().all(|it| it.is_ascii_lowercase())
        && digits.bytes().all(|it| it.is_ascii_digit());
    let number = Ask::Words {
        words: vec![format!("{letters}{digits}")],
        unfinished: *unfinished,
    };
    Some(if plausible {
        Ask::Any(vec![as_written, number])
    } else {
        as_written
    })
}

/// The words of these pieces; `or` parts what stands before it from what stands behind.
pub(super) fn words_of(pieces: &[Piece]) -> Option<Ask> {
    let mut sides: Vec<Vec<Ask>> = vec![Vec::new()];
    for piece in pieces {
        match &piece.kind {
            Kind::Or => sides.push(Vec::new()),
            Kind::Word(Some(ask)) => sides.last_mut()?.push(ask.clone()),
            _ => {}
        }
    }
    sides.retain(|it| !it.is_empty());
    let mut sides: Vec<Ask> = sides
        .into_iter()
        .map(|mut side| {
            if side.len() == 1 {
                side.remove(0)
            } else {
                Ask::All(side)
            }
        })
        .collect();
    match sides.len() {
        0 => None,
        1 => sides.pop(),
        _ => Some(Ask::Any(sides)),
    }
}
