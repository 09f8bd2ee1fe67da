//! From neutral `?` to PostgreSQL's `$1`, and the cast that a typed placeholder asks for.
//!
//! Runs once per statement and connection; it looks into quotes and comments only to skip them.

/// The statement in PostgreSQL's notation, and how many placeholders it has.
pub(super) fn number_placeholders(neutral: &str) -> (String, usize) {
    let mut text = String::with_capacity(neutral.len() + 16);
    let mut count = 0;
    let mut rest = neutral;
    while let Some(position) = rest.find(['?', '\'', '"', '-', '/']) {
        text.push_str(&rest[..position]);
        rest = &rest[position..];
        if let Some(after) = rest.strip_prefix('?') {
            count += 1;
            text.push('$');
            text.push_str(&count.to_string());
            rest = after;
            if let Some((kind, after)) = rest
                .strip_prefix("/*")
                .and_then(|comment| comment.split_once("*/"))
            {
                text.push_str("::");
                text.push_str(kind);
                rest = after;
            }
        } else {
            let length = skipped(rest);
            text.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    text.push_str(rest);
    (text, count)
}

/// Length of the quoted text, name or comment at the start, or of one plain character.
fn skipped(text: &str) -> usize {
    let end = |opening: usize, closing: &str| {
        text[opening..]
            .find(closing)
            .map_or(text.len(), |at| opening + at + closing.len())
    };
    // A doubled quote ends one piece and starts the next, which is skipped as well.
    match text.as_bytes() {
        [b'\'', ..] => end(1, "'"),
        [b'"', ..] => end(1, "\""),
        [b'-', b'-', ..] => end(2, "\n"),
        [b'/', b'*', ..] => end(2, "*/"),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::number_placeholders;

    #[track_caller]
    fn check(neutral: &str, expected: &str, count: usize) {
        assert_eq!(number_placeholders(neutral), (expected.to_owned(), count));
    }

    #[test]
    fn placeholders_are_numbered() {
        check("a = ? AND b = ?", "a = $1 AND b = $2", 2);
        check("(?/*uuid*/, ?/*bigint*/)", "($1::uuid, $2::bigint)", 2);
        check("", "", 0);
    }

    #[test]
    fn quotes_and_comments_are_left_alone() {
        check("a = '?' AND \"?\" = ?", "a = '?' AND \"?\" = $1", 1);
        check("'it''s ?' || ?", "'it''s ?' || $1", 1);
        check("1 -- ?\n- ?", "1 -- ?\n- $1", 1);
        check("/* ? */ a / ?", "/* ? */ a / $1", 1);
        check("'open ?", "'open ?", 0);
    }
}
