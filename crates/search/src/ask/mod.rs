//! What people type into a search box: words, "phrases", -without, `this or that`, and between them filters of
//! the filter language, which are set aside for its own parser.
//!
//! Whatever is typed means something: an open quote or parenthesis is forgiven, and a name that is no field is
//! a word. Only a filter may be refused, and that is not decided here.

use base::{Message, Refused};

mod pieces;
mod value;
mod words;

#[cfg(test)]
mod tests;

use pieces::{Kind, Lexer, Piece};
use words::words_of;

/// Most words of one question.
pub const MAX_WORDS: usize = 40;

/// Most characters of one question, filters included.
pub const MAX_CHARS: usize = 2_000;

/// Most parentheses within each other: neither our parser nor that of a database is to run out of stack.
pub const MAX_DEPTH: usize = 8;

/// Fewest characters of an unfinished word; a shorter one counts as it stands.
pub const MIN_START: usize = 2;

/// What must be found in the text of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Every part.
    All(Vec<Ask>),
    /// At least one part.
    Any(Vec<Ask>),
    /// Not that.
    Not(Box<Ask>),
    /// These words one after the other.
    Words {
        /// The words as the index has them.
        words: Vec<String>,
        /// Whether the last one is the beginning of a word.
        unfinished: bool,
    },
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The filters alone; each stands where it was typed, so that errors point to the right place.
    pub filter: String,
    /// The words; nothing where there are none.
    pub ask: Option<Ask>,
    /// Whether something was typed to be looked for, even if no character of it can be.
    pub has_words: bool,
    /// The words without operators, which may be a record's number.
    pub plain: String,
}

impl Ask {
    /// One word, whole.
    #[must_use]
    pub fn word(word: impl Into<String>) -> Self {
        Self::Words {
            words: vec![word.into()],
            unfinished: false,
        }
    }

    /// All words and phrases that are looked for, with whether the last word is only begun; what must not be
    /// there is left out.
    #[must_use]
    pub fn wanted(&self) -> Vec<(&[String], bool)> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::wanted).collect(),
            Self::Not(_) => Vec::new(),
            Self::Words { words, unfinished } => vec![(words, *unfinished)],
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::count).sum(),
            Self::Not(part) => part.count(),
            Self::Words { words, .. } => words.len(),
        }
    }
}

/// Reads what was typed. `knows` tells the names of fields; while somebody is typing, the last word may be
/// unfinished.
///
/// # Errors
/// Refused where there are more than [`MAX_WORDS`] words or [`MAX_CHARS`] characters, or parentheses deeper than
/// [`MAX_DEPTH`].
pub fn read(
    text: &str,
    knows: &dyn Fn(&str) -> bool,
    while_typing: bool,
) -> Result<Typed, Refused> {
    bounded(text)?;
    let pieces = Lexer::new(text, knows, while_typing).pieces(false);
    let ask = words_of(&pieces);
    if ask.as_ref().is_some_and(|it| it.count() > MAX_WORDS) {
        let message = Message::new("search-too-many-words").with("most", MAX_WORDS);
        return Err(Refused::BadRequest(message));
    }
    let plain: Vec<&str> = pieces
        .iter()
        .filter(|it| matches!(it.kind, Kind::Word(_)))
        .map(|it| text[it.start..it.end].trim_matches(['"', '*']))
        .collect();
    Ok(Typed {
        filter: filter_of(text, &pieces),
        has_words: !plain.is_empty(),
        plain: plain.join(" "),
        ask,
    })
}

fn bounded(text: &str) -> Result<(), Refused> {
    if text.chars().count() > MAX_CHARS {
        let message = Message::new("search-too-long").with("most", MAX_CHARS);
        return Err(Refused::BadRequest(message));
    }
    let (mut depth, mut deepest) = (0_usize, 0);
    for sign in text.chars() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest > MAX_DEPTH {
        let message = Message::new("search-too-deep").with("most", MAX_DEPTH);
        return Err(Refused::BadRequest(message));
    }
    Ok(())
}

/// The text with blanks in place of everything that is no filter.
fn filter_of(text: &str, pieces: &[Piece]) -> String {
    let is_filter = |at: Option<usize>| {
        at.and_then(|at| pieces.get(at))
            .is_some_and(|it| matches!(it.kind, Kind::Filter))
    };
    let kept: Vec<&Piece> = pieces
        .iter()
        .enumerate()
        .filter(|(at, piece)| match piece.kind {
            Kind::Filter => true,
            Kind::Or => is_filter(at.checked_sub(1)) && is_filter(Some(at + 1)),
            Kind::Joint => {
                is_not(text, piece) || is_filter(at.checked_sub(1)) && is_filter(Some(at + 1))
            }
            Kind::Word(_) => false,
        })
        .map(|(_, piece)| piece)
        .collect();
    if kept.is_empty() {
        return String::new();
    }
    text.char_indices()
        .map(|(at, it)| {
            let keep = kept.iter().any(|piece| piece.start <= at && at < piece.end);
            if keep { it } else { ' ' }
        })
        .collect()
}

fn is_not(text: &str, piece: &Piece) -> bool {
    text[piece.start..piece.end].eq_ignore_ascii_case("not")
}
