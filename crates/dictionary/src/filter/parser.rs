//! Grammar of the filter text. It knows field names only to tell `priority in (1, 2)` from the words
//! "printer in room"; whether values fit is the binder's question.

use base::Message;

use super::error::{FilterError, Place};
use super::raw::{Literal, Raw, RawOperator, RawTerm, RawTest};
use super::{MAX_DEPTH, MAX_VALUES, Scope};

/// Operators of signs, longest first, each with whether it is negated.
const SIGNS: [(&str, RawOperator, bool); 11] = [
    ("!=", RawOperator::Equal, true),
    ("!~", RawOperator::Contains, true),
    ("<=", RawOperator::LessOrEqual, false),
    (">=", RawOperator::GreaterOrEqual, false),
    ("==", RawOperator::Equal, false),
    (":", RawOperator::Matches, false),
    ("=", RawOperator::Equal, false),
    ("<", RawOperator::Less, false),
    (">", RawOperator::Greater, false),
    ("~", RawOperator::Contains, false),
    ("^", RawOperator::StartsWith, false),
];

/// Reads one filter text from left to right.
pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    scope: &'a Scope<'a>,
}

impl<'a> Parser<'a> {
    pub(super) const fn new(text: &'a str, scope: &'a Scope<'a>) -> Self {
        Self { text, at: 0, scope }
    }

    pub(super) fn parse(mut self) -> Result<Raw, FilterError> {
        let raw = self.alternatives(0)?;
        self.skip_blanks();
        if self.rest().is_empty() {
            Ok(raw)
        } else {
            Err(self.error("filter-expected-condition"))
        }
    }

    fn alternatives(&mut self, depth: usize) -> Result<Raw, FilterError> {
        if depth > MAX_DEPTH {
            return Err(FilterError::too_deep(&self.place()));
        }
        let mut unfinished = self.at_end_of_group();
        let mut parts = vec![self.conjunction(depth)?];
        while self.eat_keyword("or") {
            unfinished |= self.at_end_of_group();
            parts.push(self.conjunction(depth)?);
        }
        match parts.len() {
            1 => Ok(parts.swap_remove(0)),
            _ if unfinished => Err(self.error("filter-expected-condition")),
            _ => Ok(Raw::Any(parts)),
        }
    }

    fn conjunction(&mut self, depth: usize) -> Result<Raw, FilterError> {
        let mut parts = Vec::new();
        let mut open_end = false;
        while !self.at_end_of_group() {
            parts.push(self.negation(depth)?);
            open_end = self.eat_keyword("and");
        }
        if open_end {
            return Err(self.error("filter-expected-condition"));
        }
        Ok(if parts.len() == 1 {
            parts.swap_remove(0)
        } else {
            Raw::All(parts)
        })
    }

    fn at_end_of_group(&mut self) -> bool {
        self.skip_blanks();
        self.rest().is_empty() || self.rest().starts_with(')') || self.peek_keyword("or").is_some()
    }

    fn negation(&mut self, depth: usize) -> Result<Raw, FilterError> {
        self.skip_blanks();
        if depth > MAX_DEPTH {
            return Err(FilterError::too_deep(&self.place()));
        }
        let dash = self
            .rest()
            .strip_prefix('-')
            .and_then(|rest| rest.chars().next());
        let dashed = dash.is_some_and(|next| next.is_alphabetic() || matches!(next, '(' | '"'));
        if dashed {
            self.at += 1;
        }
        if dashed || self.eat_keyword("not") {
            return Ok(Raw::Not(Box::new(self.negation(depth + 1)?)));
        }
        self.primary(depth)
    }

    fn primary(&mut self, depth: usize) -> Result<Raw, FilterError> {
        let place = self.place();
        if self.eat("(") {
            let inner = self.alternatives(depth + 1)?;
            self.skip_blanks();
            return if self.eat(")") {
                Ok(inner)
            } else {
                Err(self.error("filter-expected-closing"))
            };
        }
        if self.rest().starts_with('"') {
            let literal = Literal::Quoted(self.quoted()?);
            return Ok(Raw::Word(RawTerm { literal, place }));
        }
        let start = self.at;
        let path = self.take_while(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '.'));
        if path.starts_with(|it: char| it.is_ascii_alphabetic())
            && let Some(test) = self.test(path.to_ascii_lowercase(), &place)?
        {
            return Ok(test);
        }
        self.at = start;
        let word = self.take_while(|it| !it.is_whitespace() && !matches!(it, '(' | ')' | '"'));
        // A comma after a word is punctuation of a pasted sentence.
        let word = word.trim_end_matches(',');
        if word.is_empty() {
            return Err(FilterError::new(
                &place,
                Message::new("filter-expected-condition"),
            ));
        }
        Ok(Raw::Word(RawTerm {
            literal: Literal::Word(word.to_owned()),
            place,
        }))
    }

    /// The test that begins with that path, or nothing where the path is only a word.
    fn test(&mut self, path: String, place: &Place) -> Result<Option<Raw>, FilterError> {
        let after_path = self.at;
        self.skip_blanks();
        let (negated, operator, terms) = if let Some((operator, negated)) = self.sign() {
            let operator = self.comparison_after_colon(operator);
            self.operands(operator, negated)?
        } else if after_path != self.at
            && self.scope.knows(path.split('.').next().unwrap_or_default())
        {
            match self.worded_operands()? {
                Some(it) => it,
                None => {
                    self.at = after_path;
                    return Ok(None);
                }
            }
        } else {
            self.at = after_path;
            return Ok(None);
        };
        let test = Raw::Test(RawTest {
            path,
            place: place.clone(),
            operator,
            terms,
        });
        Ok(Some(if negated {
            Raw::Not(Box::new(test))
        } else {
            test
        }))
    }

    fn sign(&mut self) -> Option<(RawOperator, bool)> {
        let found = SIGNS
            .iter()
            .find(|(sign, ..)| self.rest().starts_with(sign))?;
        self.at += found.0.len();
        Some((found.1, found.2))
    }

    /// `priority:<=2` is what other search bars taught people.
    fn comparison_after_colon(&mut self, operator: RawOperator) -> RawOperator {
        let comparison = ["<=", ">=", "<", ">"]
            .iter()
            .any(|it| self.rest().starts_with(it));
        if operator == RawOperator::Matches && comparison {
            return self.sign().map_or(operator, |(it, _)| it);
        }
        operator
    }

    fn operands(&mut self, operator: RawOperator, negated: bool) -> Result<Operands, FilterError> {
        self.skip_blanks();
        let equality = matches!(operator, RawOperator::Matches | RawOperator::Equal);
        if equality && self.rest().starts_with('(') {
            return Ok((negated, operator, self.list()?));
        }
        let first = self.term()?;
        if equality && self.eat("..") {
            let second = self.term()?;
            return Ok((negated, RawOperator::Between, vec![first, second]));
        }
        if equality && first.literal.keyword().as_deref() == Some("empty") {
            return Ok((negated, RawOperator::Empty, Vec::new()));
        }
        Ok((negated, operator, vec![first]))
    }

    fn worded_operands(&mut self) -> Result<Option<Operands>, FilterError> {
        let negated = self.eat_keyword("not");
        if self.eat_keyword("in") {
            self.skip_blanks();
            let list = if self.rest().starts_with('(') {
                Some(self.list()?)
            } else {
                None
            };
            return Ok(list.map(|terms| (negated, RawOperator::Equal, terms)));
        }
        if self.eat_keyword("contains") {
            return Ok(Some((negated, RawOperator::Contains, vec![self.term()?])));
        }
        if self.eat_keyword("starts") && self.eat_keyword("with") {
            return Ok(Some((negated, RawOperator::StartsWith, vec![self.term()?])));
        }
        if self.eat_keyword("between") {
            let first = self.term()?;
            if !self.eat_keyword("and") {
                return Err(self.error("filter-expected-and"));
            }
            return Ok(Some((
                negated,
                RawOperator::Between,
                vec![first, self.term()?],
            )));
        }
        if !negated && self.eat_keyword("is") {
            let negated = self.eat_keyword("not");
            let empty = self.eat_keyword("empty");
            return Ok(empty.then(|| (negated, RawOperator::Empty, Vec::new())));
        }
        Ok(None)
    }

    fn list(&mut self) -> Result<Vec<RawTerm>, FilterError> {
        let mut terms = Vec::new();
        self.at += 1;
        loop {
            if terms.len() == MAX_VALUES {
                return Err(FilterError::too_many_values(&self.place(), MAX_VALUES));
            }
            terms.push(self.term()?);
            self.skip_blanks();
            if self.eat(")") {
                return Ok(terms);
            }
            if !self.eat(",") {
                return Err(self.error("filter-expected-closing"));
            }
        }
    }

    fn term(&mut self) -> Result<RawTerm, FilterError> {
        self.skip_blanks();
        let place = self.place();
        if self.rest().starts_with('"') {
            return Ok(RawTerm {
                literal: Literal::Quoted(self.quoted()?),
                place,
            });
        }
        let mut word = self.value_word().to_owned();
        if word.is_empty() {
            return Err(self.error("filter-expected-value"));
        }
        if word.eq_ignore_ascii_case("start") && self.eat_keyword("of") {
            self.skip_blanks();
            word = format!("start of {}", self.value_word());
        }
        Ok(RawTerm {
            literal: Literal::Word(word),
            place,
        })
    }

    fn value_word(&mut self) -> &'a str {
        let rest = self.rest();
        let ends = |it: char| it.is_whitespace() || matches!(it, '(' | ')' | ',' | '"');
        let end = rest.find(ends).unwrap_or(rest.len());
        let word = &rest[..end];
        let word = word.find("..").map_or(word, |dots| &word[..dots]);
        self.at += word.len();
        word
    }

    fn quoted(&mut self) -> Result<String, FilterError> {
        let place = self.place();
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += index + 1;
                    return Ok(text);
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                other => text.push(other),
            }
        }
        Err(FilterError::new(
            &place,
            Message::new("filter-unclosed-quote"),
        ))
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|it| !belongs(it)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    fn eat_keyword(&mut self, keyword: &str) -> bool {
        self.skip_blanks();
        let end = self.peek_keyword(keyword);
        self.at = end.unwrap_or(self.at);
        end.is_some()
    }

    /// Where the keyword ends, if it stands here as a whole word.
    fn peek_keyword(&self, keyword: &str) -> Option<usize> {
        let word = self.rest().get(..keyword.len())?;
        let after = self.rest()[keyword.len()..].chars().next();
        let whole = after.is_none_or(|it| it.is_whitespace() || matches!(it, '(' | ')' | '"'));
        (whole && word.eq_ignore_ascii_case(keyword)).then_some(self.at + keyword.len())
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn place(&self) -> Place {
        Place::Text {
            byte: self.at,
            column: self.text[..self.at].chars().count() + 1,
        }
    }

    fn error(&self, key: &'static str) -> FilterError {
        FilterError::new(&self.place(), Message::new(key))
    }
}

/// Whether it is negated, the comparison, the terms.
type Operands = (bool, RawOperator, Vec<RawTerm>);
