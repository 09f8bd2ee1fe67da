//! How far a filter goes that begins with a field: its operator and its value.

/// What follows an operator of signs, or one of the few worded ones that no sentence has.
pub(super) fn operator(text: &str) -> Option<&str> {
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
pub(super) fn after_value(text: &str) -> &str {
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
