//! The piece of a text in which the words of a question stand, with these words marked.
//!
//! Made from stored values that the asker may read, never from the index.

use crate::text::{Word, words};

/// Longest piece in characters, as far as words allow.
const LENGTH: usize = 180;
/// Characters in front of the first marked word.
const BEFORE: usize = 50;
/// How much of a text is looked at, in bytes.
const LOOKED_AT: usize = 64 * 1024;

/// Part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_marked: bool,
}

/// Words that are looked for one after the other, and whether the last is only begun.
pub type Wanted<'a> = (&'a [String], bool);

/// The whole text with what was looked for marked.
#[must_use]
pub fn marked(text: &str, wanted: &[Wanted<'_>]) -> Vec<Piece> {
    pieces(text, &spans(text, wanted))
}

/// The best piece of a text, with how many different things of those wanted it shows; nothing where it
/// shows none.
#[must_use]
pub fn excerpt(text: &str, wanted: &[Wanted<'_>]) -> Option<(usize, Vec<Piece>)> {
    let text = head(text);
    let spans = spans(text, wanted);
    let reach = |from: usize| {
        let within = spans[from..]
            .iter()
            .take_while(|it| text[spans[from].start..it.end].chars().count() <= LENGTH - BEFORE);
        let mut shown: Vec<usize> = within.map(|it| it.of).collect();
        shown.sort_unstable();
        shown.dedup();
        shown.len()
    };
    // The first of the best: people read from the top.
    let best = (0..spans.len()).max_by_key(|it| (reach(*it), std::cmp::Reverse(*it)))?;
    let start = start_of(text, spans[best].start);
    let end = end_of(text, start, spans[best].end);
    let within = |it: &&Span| start <= it.start && it.end <= end;
    let moved: Vec<Span> = spans
        .iter()
        .filter(within)
        .map(|it| Span {
            start: it.start - start,
            end: it.end - start,
            of: it.of,
        })
        .collect();
    let mut pieces = pieces(&text[start..end], &moved);
    if start > 0 {
        pieces.insert(0, plain("… "));
    }
    if end < text.len() {
        pieces.push(plain(" …"));
    }
    Some((reach(best), joined(pieces)))
}

#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    /// Which of the wanted.
    of: usize,
}

fn spans(text: &str, wanted: &[Wanted<'_>]) -> Vec<Span> {
    let words = words(text);
    let mut spans: Vec<Span> = Vec::new();
    for (of, (phrase, unfinished)) in wanted.iter().enumerate() {
        if phrase.is_empty() {
            continue;
        }
        for found in words.windows(phrase.len()) {
            if matches(found, phrase, *unfinished) {
                let (start, end) = (found[0].start, found[found.len() - 1].end);
                spans.push(Span { start, end, of });
            }
        }
    }
    spans.sort_by_key(|it| (it.start, it.end));
    spans
}

fn matches(found: &[Word], phrase: &[String], unfinished: bool) -> bool {
    found
        .iter()
        .zip(phrase)
        .enumerate()
        .all(|(at, (word, wanted))| {
            if unfinished && at + 1 == phrase.len() {
                word.text.starts_with(wanted.as_str())
            } else {
                word.text == *wanted
            }
        })
}

fn pieces(text: &str, spans: &[Span]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(spans.len() * 2 + 1);
    let mut at = 0;
    for span in spans {
        let start = span.start.max(at);
        if span.end <= start {
            continue;
        }
        pieces.push(plain(&text[at..start]));
        pieces.push(Piece {
            text: text[start..span.end].to_owned(),
            is_marked: true,
        });
        at = span.end;
    }
    pieces.push(plain(&text[at..]));
    joined(pieces)
}

fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.into_iter().filter(|it| !it.text.is_empty()) {
        match all.last_mut() {
            Some(last) if last.is_marked == piece.is_marked => last.text.push_str(&piece.text),
            _ => all.push(piece),
        }
    }
    all
}

fn plain(text: &str) -> Piece {
    // One line, whatever the text was.
    Piece {
        text: text.replace('\n', " "),
        is_marked: false,
    }
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The beginning of a word some characters before.
fn start_of(text: &str, at: usize) -> usize {
    let before = text[..at].char_indices().rev().take(BEFORE).last();
    let earliest = before.map_or(at, |(index, _)| index);
    if earliest == 0 {
        return 0;
    }
    let blank = text[earliest..at].find(char::is_whitespace);
    blank.map_or(earliest, |offset| {
        let rest = &text[earliest + offset..at];
        at - rest.trim_start().len()
    })
}

/// The end of a word, so that the piece has its length, and what is marked first is whole.
fn end_of(text: &str, start: usize, least: usize) -> usize {
    let Some((index, _)) = text[start..].char_indices().nth(LENGTH) else {
        return text.len();
    };
    let latest = (start + index).max(least);
    let blank = text[least..latest].rfind(char::is_whitespace);
    blank.map_or(latest, |offset| least + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pieces: &[Piece]) -> String {
        let one = |it: &Piece| {
            if it.is_marked {
                format!("[{}]", it.text)
            } else {
                it.text.clone()
            }
        };
        pieces.iter().map(one).collect()
    }

    fn wanted(words: &[&str]) -> Vec<Vec<String>> {
        words
            .iter()
            .map(|it| it.split(' ').map(str::to_owned).collect())
            .collect()
    }

    #[track_caller]
    fn check(text: &str, words: &[&str], unfinished: bool, expected: Option<&str>) {
        let words = wanted(words);
        let wanted: Vec<Wanted<'_>> = words.iter().map(|it| (it.as_slice(), unfinished)).collect();
        let found = excerpt(text, &wanted).map(|(_, it)| told(&it));
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn what_was_looked_for_is_marked() {
        check(
            "The VPN is down",
            &["vpn"],
            false,
            Some("The [VPN] is down"),
        );
        check(
            "Das Café, die CAFÉS",
            &["cafe"],
            false,
            Some("Das [Café], die CAFÉS"),
        );
        check(
            "Das Café, die CAFÉS",
            &["cafe"],
            true,
            Some("Das [Café], die [CAFÉS]"),
        );
        check(
            "paper jam, jam of paper",
            &["paper jam"],
            false,
            Some("[paper jam], jam of paper"),
        );
        check("nothing here", &["vpn"], false, None);
    }

    #[test]
    fn long_texts_are_cut_at_words() {
        let text = format!(
            "{}the printer\nis jammed {}",
            "before ".repeat(40),
            "after ".repeat(80)
        );
        let words = wanted(&["printer", "jammed"]);
        let wanted: Vec<Wanted<'_>> = words.iter().map(|it| (it.as_slice(), false)).collect();
        let (shown, pieces) = excerpt(&text, &wanted).unwrap();
        let told = told(&pieces);
        assert_eq!(shown, 2);
        assert!(
            told.starts_with("… before") && told.ends_with("after …"),
            "{told}"
        );
        assert!(told.contains("the [printer] is [jammed] after"), "{told}");
        assert!(told.chars().count() < 200, "{told}");
    }
}
