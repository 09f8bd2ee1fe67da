//! What was typed, part by part: words, phrases, groups, and filters as a whole.

use super::Ask;
use super::value::{after_value, operator};
use super::words::{phrase, words_of, written};

/// A piece of what was typed, and where it stands.
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// What a piece is.
pub(super) enum Kind {
    /// A part of a filter.
    Filter,
    /// Words; nothing where no character can be looked for.
    Word(Option<Ask>),
    /// What stands before it, or what stands behind.
    Or,
    /// `and`, or `not` before a filter.
    Joint,
}

/// Parts what was typed into pieces.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    knows: &'a dyn Fn(&str) -> bool,
    while_typing: bool,
}

impl<'a> Lexer<'a> {
    /// Begins at the start of the text.
    pub(super) fn new(text: &'a str, knows: &'a dyn Fn(&str) -> bool, while_typing: bool) -> Self {
        Self {
            text,
            at: 0,
            knows,
            while_typing,
        }
    }

    /// The pieces from here on, up to the closing parenthesis within one.
    pub(super) fn pieces(&mut self, within: bool) -> Vec<Piece> {
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
