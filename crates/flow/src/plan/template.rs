//! Texts made of columns: `{building} {room}`; a brace itself is written twice.

use base::Message;

/// A text with cells in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Cell(usize),
}

impl Template {
    /// Reads a template; `cell` gives the position of a column and remembers that it is wanted.
    pub fn parse(text: &str, mut cell: impl FnMut(&str) -> usize) -> Result<Self, Message> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let Some((column, after)) = rest.split_once('}').filter(|_| brace == "{") else {
                return Err(Message::new("mapping-template").with("text", text));
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Cell(cell(column)));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// The text for a row; nothing where all cells in it are missing. `cell` gives nothing for those.
    pub fn fill<'a>(&self, cell: impl Fn(usize) -> Option<&'a str>) -> Option<String> {
        let mut text = String::new();
        let mut has_cell = false;
        let mut has_value = false;
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Cell(position) => {
                    has_cell = true;
                    if let Some(value) = cell(*position) {
                        has_value = true;
                        text.push_str(value);
                    }
                }
            }
        }
        (has_value || !has_cell).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(template: &str, cells: [Option<&str>; 2], expected: Option<&str>) {
        let columns = ["a", "b"];
        let parsed = Template::parse(template, |name| {
            columns.iter().position(|it| *it == name).unwrap()
        })
        .unwrap();
        assert_eq!(parsed.fill(|at| cells[at]).as_deref(), expected);
    }

    #[test]
    fn columns_are_filled_in() {
        check("{a} / {b}", [Some("x"), Some("y")], Some("x / y"));
        check("{a} / {b}", [Some("x"), None], Some("x / "));
        check("{a} / {b}", [None, None], None);
        check("{{{a}}}", [Some("x"), None], Some("{x}"));
        check("plain", [None, None], Some("plain"));
    }

    #[test]
    fn open_braces_are_refused() {
        for text in ["{a", "a}", "{a}}"] {
            assert!(Template::parse(text, |_| 0).is_err(), "{text}");
        }
    }
}
