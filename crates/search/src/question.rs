//! What is asked as each database wants it: FTS5's query language, PostgreSQL's `tsquery`.
//!
//! Only prepared words come here, which hold no sign that means anything to either.

use std::collections::BTreeSet;

use store::Dialect;

use crate::ask::Ask;

/// What is looked for, in which classes, in documents of which layouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The words; nothing finds every document.
    pub ask: Option<&'a Ask>,
    /// Classes that may be looked into.
    pub classes: &'a BTreeSet<String>,
    /// Hidden words, one of which each document has.
    pub layouts: &'a [String],
}

/// How a database writes it.
struct Signs {
    quote: char,
    unfinished: &'static str,
    next: &'static str,
    and: &'static str,
    or: &'static str,
    but_not: &'static str,
}

const FTS5: Signs = Signs {
    quote: '"',
    unfinished: " *",
    next: " ",
    and: " AND ",
    or: " OR ",
    but_not: " NOT ",
};

const TSQUERY: Signs = Signs {
    quote: '\'',
    unfinished: ":*",
    next: " <-> ",
    and: " & ",
    or: " | ",
    but_not: " & !",
};

impl Question<'_> {
    /// As the database reads it.
    #[must_use]
    pub fn to(&self, dialect: Dialect) -> String {
        let signs = match dialect {
            Dialect::Sqlite => &FTS5,
            Dialect::Postgres => &TSQUERY,
        };
        let words = self.ask.map(|it| self.ask(it, signs));
        let all = words.into_iter().chain([self.layouts(signs)]);
        group(all.collect(), signs.and)
    }

    /// The words alone, as FTS5 reads them, where the layout of each document is asked for in another way: the
    /// hidden words are in every document, and ranking counts them all.
    #[must_use]
    pub fn words_for_fts5(&self) -> Option<String> {
        self.ask.map(|it| self.ask(it, &FTS5))
    }

    fn layouts(&self, signs: &Signs) -> String {
        let words = self.layouts.iter().map(|it| quoted(it, signs));
        group(words.collect(), signs.or)
    }

    fn ask(&self, ask: &Ask, signs: &Signs) -> String {
        match ask {
            Ask::Words { words, unfinished } => {
                let each = self
                    .classes
                    .iter()
                    .map(|class| phrase(class, words, *unfinished, signs));
                group(each.collect(), signs.or)
            }
            Ask::Any(parts) => {
                let parts = parts.iter().map(|it| self.ask(it, signs));
                group(parts.collect(), signs.or)
            }
            Ask::All(parts) => self.all(parts, signs),
            Ask::Not(_) => self.all(std::slice::from_ref(ask), signs),
        }
    }

    /// "Not" stands behind something that is found, since FTS5 knows no other: at worst, behind everything.
    fn all(&self, parts: &[Ask], signs: &Signs) -> String {
        let (mut found, mut not) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Ask::Not(inner) => not.push(self.ask(inner, signs)),
                other => found.push(self.ask(other, signs)),
            }
        }
        if found.is_empty() {
            found.push(self.layouts(signs));
        }
        let found = group(found, signs.and);
        if not.is_empty() {
            return found;
        }
        format!("({found}{}{})", signs.but_not, group(not, signs.or))
    }
}

fn phrase(class: &str, words: &[String], unfinished: bool, signs: &Signs) -> String {
    let mut text = String::new();
    let within = signs.next == " ";
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text.push_str(signs.next);
        }
        if index == 0 || !within {
            text.push(signs.quote);
        }
        text.push_str(class);
        text.push_str(word);
        if index + 1 == words.len() || !within {
            text.push(signs.quote);
        }
    }
    if unfinished {
        text.push_str(signs.unfinished);
    }
    format!("({text})")
}

fn quoted(word: &str, signs: &Signs) -> String {
    format!("{0}{word}{0}", signs.quote)
}

fn group(parts: Vec<String>, between: &str) -> String {
    match parts.as_slice() {
        [one] => one.clone(),
        _ => format!("({})", parts.join(between)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ask: &Ask, fts5: &str, tsquery: &str) {
        let question = Question {
            ask: Some(ask),
            classes: &BTreeSet::from(["p".to_owned(), "n".to_owned()]),
            layouts: &["zt1".to_owned()],
        };
        assert_eq!(question.to(Dialect::Sqlite), fts5);
        assert_eq!(question.to(Dialect::Postgres), tsquery);
        let words = question.words_for_fts5().unwrap();
        assert_eq!(format!("({words} AND \"zt1\")"), fts5);
    }

    #[test]
    fn each_database_is_asked_in_its_words() {
        check(
            &Ask::word("vpn"),
            r#"((("nvpn") OR ("pvpn")) AND "zt1")"#,
            "((('nvpn') | ('pvpn')) & 'zt1')",
        );
        let phrase = Ask::Words {
            words: vec!["a".into(), "b".into()],
            unfinished: true,
        };
        check(
            &phrase,
            r#"((("na nb" *) OR ("pa pb" *)) AND "zt1")"#,
            "((('na' <-> 'nb':*) | ('pa' <-> 'pb':*)) & 'zt1')",
        );
        check(
            &Ask::Not(Box::new(Ask::word("x"))),
            r#"(("zt1" NOT (("nx") OR ("px"))) AND "zt1")"#,
            "(('zt1' & !(('nx') | ('px'))) & 'zt1')",
        );
    }
}
