//! Just enough of Rust's lexical grammar to tell code from comments and strings.
//!
//! It must never judge; rules do.

/// A string literal and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// What stands between the quotes, escapes as written.
    pub text: String,
    /// Line, from 1.
    pub line: usize,
}

/// A text told apart.
pub struct Lexed {
    /// The text with comments and the inside of strings blanked, line for line.
    pub code: String,
    /// The same, with everything under `#[cfg(test)]` blanked too.
    pub product: String,
    /// String literals outside `#[cfg(test)]`.
    pub strings: Vec<Literal>,
}

impl Lexed {
    /// Tells a text apart.
    pub fn new(text: &str) -> Self {
        let mut lexer = Lexer {
            rest: text,
            line: 1,
            code: String::new(),
            strings: Vec::new(),
        };
        while lexer.step() {}
        let (code, mut strings) = (lexer.code, lexer.strings);
        let product = without_tests(&code);
        let lines: Vec<&str> = product.lines().collect();
        let stays = |line: usize| {
            lines
                .get(line - 1)
                .is_some_and(|text| !text.trim().is_empty())
        };
        strings.retain(|literal| stays(literal.line));
        Self {
            code,
            product,
            strings,
        }
    }
}

struct Lexer<'t> {
    rest: &'t str,
    line: usize,
    code: String,
    strings: Vec<Literal>,
}

impl Lexer<'_> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        let word_before = self
            .code
            .ends_with(|it: char| it.is_alphanumeric() || it == '_');
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.blank(end);
        } else if self.rest.starts_with("/*") {
            self.blank(block_comment(self.rest));
        } else if let Some((open, close)) = raw_string(self.rest).filter(|_| !word_before) {
            let end = self.rest[open..]
                .find(&close)
                .map_or(self.rest.len(), |at| open + at);
            self.string(open, end, close.len());
        } else if first == '"' {
            let end = 1 + quoted(&self.rest[1..], '"');
            self.string(1, end, 1);
        } else if let Some(length) = char_literal(self.rest) {
            self.blank(length);
        } else {
            self.keep(first.len_utf8());
        }
        true
    }

    fn keep(&mut self, length: usize) {
        let (kept, rest) = self.rest.split_at(length);
        self.code.push_str(kept);
        self.line += kept.matches('\n').count();
        self.rest = rest;
    }

    fn blank(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        self.code.extend(
            gone.chars()
                .map(|letter| if letter == '\n' { '\n' } else { ' ' }),
        );
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    fn string(&mut self, open: usize, end: usize, close: usize) {
        self.strings.push(Literal {
            text: self.rest[open..end].to_owned(),
            line: self.line,
        });
        self.code.push('"');
        self.blank(end);
        let close = close.min(self.rest.len());
        self.blank(close);
        self.code.push('"');
    }
}

/// Lengths of `r##"` with its prefix, and the closing quote it asks for.
fn raw_string(text: &str) -> Option<(usize, String)> {
    let after = text
        .strip_prefix(['b', 'c'])
        .unwrap_or(text)
        .strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then(|| {
        let open = text.len() - after.len() + hashes + 1;
        (open, format!("\"{}", "#".repeat(hashes)))
    })
}

/// Where the closing quote stands.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at,
            _ => {}
        }
    }
    text.len()
}

/// The length of `'x'` or `'\n'`; a lifetime is none.
fn char_literal(text: &str) -> Option<usize> {
    let after = text.strip_prefix('\'')?;
    let first = after.chars().next()?;
    if first == '\\' {
        return Some(quoted(after, '\'') + 2);
    }
    after[first.len_utf8()..]
        .starts_with('\'')
        .then(|| first.len_utf8() + 2)
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Blanks each item that stands under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut product = String::new();
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        let after = &rest[start + MARK.len()..];
        let length = start + MARK.len() + item_length(after);
        product.push_str(&rest[..start]);
        product.extend(rest[start..length].chars().filter(|letter| *letter == '\n'));
        rest = &rest[length..];
    }
    product + rest
}

/// How far an item reaches: to its closing brace, or to the semicolon of one without.
pub fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in code.char_indices() {
        match letter {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (letter == ';' || letter == '}') {
            return at + 1;
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_comments_and_strings_are_told_apart() {
        let text = "let a = \"one \\\" // no\"; // a \"comment\"\nlet b = r#\"two \"# ; let c: &'static str = 'x';\n/* three /* \"four\" */ */ done";
        let lexed = Lexed::new(text);
        let strings: Vec<(&str, usize)> = lexed
            .strings
            .iter()
            .map(|it| (it.text.as_str(), it.line))
            .collect();
        assert_eq!(strings, [("one \\\" // no", 1), ("two ", 2)]);
        assert!(lexed.code.contains("&'static str"));
        assert!(!lexed.code.contains("three") && lexed.code.contains("done"));
        assert_eq!(lexed.code.lines().count(), 3);
    }

    #[test]
    fn what_stands_under_test_is_left_out() {
        let text = "fn keep() { a(\"x\"); }\n#[cfg(test)]\nmod tests {\n fn gone() { b(\"y\"); }\n}\nfn also() {}\n#[cfg(test)]\nmod more;\nfn last() {}";
        let lexed = Lexed::new(text);
        assert!(!lexed.product.contains("gone") && !lexed.product.contains("more"));
        assert!(lexed.product.contains("also") && lexed.product.contains("last"));
        assert_eq!(lexed.strings.len(), 1);
    }
}
