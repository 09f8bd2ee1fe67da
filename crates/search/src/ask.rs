//! What people type into a search box: words, "phrases", -without, `this or that`, and between them filters of
//! the filter language, which are set aside for its own parser.
//!
//! Whatever is typed means something: an open quote or parenthesis is forgiven, and a name that is no field is
//! a word. Only a filter may be refused, and that is not decided here.

use base::{Message, Refused};

use crate::text::prepared;

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
    let mut lexer = Lexer {
        text,
        at: 0,
        knows,
        while_typing,
    };
    let pieces = lexer.pieces(false);
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

struct Piece {
    start: usize,
    end: usize,
    kind: Kind,
}

enum Kind {
    /// A part of a filter.
    Filter,
    /// Words; nothing where no character can be looked for.
    Word(Option<Ask>),
    Or,
    /// `and`, or `not` before a filter.
    Joint,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    knows: &'a dyn Fn(&str) -> bool,
    while_typing: bool,
}

impl<'a> Lexer<'a> {
    fn pieces(&mut self, within: bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let Some(first) = self.rest().chars().next() else {
                return pieces;
            };
            if within && first == ')' {
                return pieces;
            }
            let start = self.at;
            let kind = self.piece(first);
            let end = self.at;
            pieces.extend(kind.map(|kind| Piece { start, end, kind }));
        }
    }

    fn piece(&mut self, first: char) -> Option<Kind> {
        let next = self.rest().chars().nth(1);
        match first {
            '-' if next.is_some_and(|it| it.is_alphanumeric() || matches!(it, '"' | '(')) => {
                self.at += 1;
                let first = next.unwrap_or_default();
                Some(match self.piece(first)? {
                    Kind::Word(ask) => Kind::Word(ask.map(|it| Ask::Not(Box::new(it)))),
                    other => other,
                })
            }
            '(' => self.group(),
            ')' => {
                self.at += 1;
                None
            }
            '"' => Some(Kind::Word(self.quoted())),
            _ => Some(self.plain()),
        }
    }

    /// A group of words, or of filters; one of both belongs to the filter language as a whole.
    fn group(&mut self) -> Option<Kind> {
        self.at += 1;
        let inner = self.pieces(true);
        if self.rest().starts_with(')') {
            self.at += 1;
        }
        if inner.iter().any(|it| matches!(it.kind, Kind::Filter)) {
            return Some(Kind::Filter);
        }
        (!inner.is_empty()).then(|| Kind::Word(words_of(&inner)))
    }

    fn quoted(&mut self) -> Option<Ask> {
        let rest = &self.rest()[1..];
        let (inner, closed) = rest
            .find('"')
            .map_or((rest, false), |end| (&rest[..end], true));
        self.at += 1 + inner.len() + usize::from(closed);
        let starred = closed && self.rest().starts_with('*');
        self.at += usize::from(starred);
        phrase(inner, starred || (!closed && self.is_last(inner)))
    }

    fn plain(&mut self) -> Kind {
        if let Some(end) = self.filter_end() {
            self.at = end;
            return Kind::Filter;
        }
        let rest = self.rest();
        let ends = |it: char| it.is_whitespace() || matches!(it, '"' | '(' | ')');
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += word.len();
        match word.to_ascii_lowercase().as_str() {
            "or" => Kind::Or,
            "and" => Kind::Joint,
            "not" if self.filter_follows() => Kind::Joint,
            _ => Kind::Word(written(word, word.ends_with('*') || self.is_last(word))),
        }
    }

    /// Whether the piece that ends here is the last one and still being typed.
    fn is_last(&self, piece: &str) -> bool {
        let typed = piece.chars().next_back();
        self.while_typing && self.rest().is_empty() && typed.is_some_and(char::is_alphanumeric)
    }

    fn filter_follows(&self) -> bool {
        let rest = self.rest().trim_start();
        let ahead = Lexer {
            at: self.text.len() - rest.len(),
            ..*self
        };
        ahead.filter_end().is_some()
    }

    /// Where the filter ends that begins here.
    fn filter_end(&self) -> Option<usize> {
        let rest = self.rest();
        let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.');
        let name = &rest[..rest.find(|it| !is_name(it)).unwrap_or(rest.len())];
        let first = name
            .split('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if first.is_empty() || !(self.knows)(&first) {
            return None;
        }
        let after = &rest[name.len()..];
        let value = operator(after)?;
        Some(self.text.len() - after_value(value).len())
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
}

/// What follows an operator of signs, or one of the few worded ones that no sentence has.
fn operator(text: &str) -> Option<&str> {
    let trimmed = text.trim_start();
    let signs = |it: char| matches!(it, ':' | '=' | '!' | '<' | '>' | '~' | '^');
    let after = trimmed.trim_start_matches(signs);
    let sign = &trimmed[..trimmed.len() - after.len()];
    if !sign.is_empty() {
        // "state : open" is a sentence, "priority <= 2" is not.
        return (trimmed.len() == text.len() || sign != ":").then(|| after.trim_start());
    }
    let mut rest = keyword(trimmed, "not").unwrap_or(trimmed);
    if let Some(list) = keyword(rest, "in") {
        return list.starts_with('(').then_some(list);
    }
    rest = keyword(rest, "is")?;
    rest = keyword(rest, "not").unwrap_or(rest);
    keyword(rest, "empty").map(|_| rest)
}

fn keyword<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    let after = &text[word.len()..];
    let whole = !after.starts_with(|it: char| it.is_alphanumeric() || it == '_');
    (whole && head.eq_ignore_ascii_case(word)).then(|| after.trim_start())
}

/// The text behind the value that it begins with: a list, something in quotes, a word.
fn after_value(text: &str) -> &str {
    if text.starts_with('(') {
        return text.find(')').map_or("", |end| &text[end + 1..]);
    }
    if let Some(inner) = text.strip_prefix('"') {
        return inner.find('"').map_or("", |end| &inner[end + 1..]);
    }
    if let Some(of) = keyword(text, "start").and_then(|rest| keyword(rest, "of")) {
        return after_value(of);
    }
    let ends = |it: char| it.is_whitespace() || matches!(it, '(' | ')' | '"');
    &text[text.find(ends).unwrap_or(text.len())..]
}

fn phrase(text: &str, unfinished: bool) -> Option<Ask> {
    let words = prepared(text);
    let long = words.last()?.chars().count() >= MIN_START;
    Some(Ask::Words {
        words,
        unfinished: unfinished && long,
    })
}

/// What is typed without a blank: a word, several that signs join, or a number. `inc-1234` also means what the
/// index has as `inc1234`.
fn written(text: &str, unfinished: bool) -> Option<Ask> {
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
fn words_of(pieces: &[Piece]) -> Option<Ask> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, while_typing: bool) -> Typed {
        let knows = |name: &str| ["state", "priority", "team", "opened_at"].contains(&name);
        read(text, &knows, while_typing).unwrap()
    }

    /// The words as a person would write them, with `*` for unfinished.
    fn told(ask: &Ask) -> String {
        let list = |parts: &[Ask], with: &str| {
            let parts: Vec<String> = parts.iter().map(told).collect();
            format!("({})", parts.join(with))
        };
        match ask {
            Ask::All(parts) => list(parts, " "),
            Ask::Any(parts) => list(parts, " | "),
            Ask::Not(part) => format!("-{}", told(part)),
            Ask::Words { words, unfinished } => {
                format!("{}{}", words.join("+"), if *unfinished { "*" } else { "" })
            }
        }
    }

    #[track_caller]
    fn check(text: &str, filter: &str, words: &str) {
        let typed = typed(text, false);
        assert_eq!(typed.filter.trim(), filter, "the filter of {text}");
        assert_eq!(
            typed.ask.as_ref().map(told).unwrap_or_default(),
            words,
            "the words of {text}"
        );
    }

    #[test]
    fn words_and_filters_share_a_box() {
        check(
            "state:open priority<=2 vpn \"error 619\"",
            "state:open priority<=2",
            "(vpn error+619)",
        );
        check(
            "vpn state in (new, open) down",
            "state in (new, open)",
            "(vpn down)",
        );
        check(
            "team:\"Service Desk\" wi-fi",
            "team:\"Service Desk\"",
            "wi+fi",
        );
        check("priority <= 2 vpn", "priority <= 2", "vpn");
        check("not state:open vpn", "not state:open", "vpn");
        check("-state:open -vpn mouse", "-state:open", "(-vpn mouse)");
        check("state:open or state:new", "state:open or state:new", "");
        check(
            "opened_at >= start of month printer",
            "opened_at >= start of month",
            "printer",
        );
        check("state is not empty x", "state is not empty", "x");
        check("(state:open or vpn) mouse", "(state:open or vpn)", "mouse");
    }

    #[test]
    fn sentences_are_words() {
        check("VPN not working", "", "(vpn not working)");
        check(
            "Re: error: 619, state of things",
            "",
            "(re error 619 state of things)",
        );
        check("black and white", "", "(black white)");
        check("vpn or (wifi broken)", "", "(vpn | (wifi broken))");
        check("foo:bar http://x.org/a", "", "(foo+bar http+x+org+a)");
        check("(open \"quote", "", "(open quote)");
        check("a) b -- c", "", "(a b c)");
        check("or", "", "");
    }

    #[test]
    fn numbers_are_found_in_any_spelling() {
        check("inc-1234", "", "(inc+1234 | inc1234)");
        check("INC0001234", "", "inc1234");
        check("1234", "", "1234");
    }

    #[test]
    fn the_last_word_may_be_unfinished() {
        let last = |text: &str| typed(text, true).ask.as_ref().map(told).unwrap_or_default();
        assert_eq!(last("vpn pri"), "(vpn pri*)");
        assert_eq!(last("vpn pri "), "(vpn pri)");
        assert_eq!(last("vpn p"), "(vpn p)");
        assert_eq!(last("\"paper ja"), "paper+ja*");
        assert_eq!(last("\"paper jam\""), "paper+jam");
        assert_eq!(
            typed("print* jam", false).ask.as_ref().map(told).unwrap(),
            "(print* jam)"
        );
    }

    #[test]
    fn places_of_filters_stay() {
        let typed = typed("größe state:open", false);
        assert_eq!(typed.filter, "      state:open");
    }

    #[test]
    fn too_many_words_are_refused() {
        let knows = |_: &str| false;
        assert!(read(&"word ".repeat(MAX_WORDS), &knows, false).is_ok());
        assert!(read(&"word ".repeat(MAX_WORDS + 1), &knows, false).is_err());
    }

    #[test]
    fn what_would_run_out_of_stack_is_refused() {
        let knows = |_: &str| false;
        let nested = |depth: usize| format!("{}a{}", "(b or ".repeat(depth), ")".repeat(depth));
        assert!(read(&nested(MAX_DEPTH), &knows, false).is_ok());
        assert!(read(&nested(MAX_DEPTH + 1), &knows, false).is_err());
        assert!(read(&"(".repeat(100_000), &knows, false).is_err());
        assert!(read(&"-(".repeat(900), &knows, false).is_err());
        assert!(read(&"a".repeat(MAX_CHARS + 1), &knows, false).is_err());
    }
}
