//! Text as it is stored and as it is compared.
//!
//! Databases disagree on case, order and equality of Unicode text, so they are never asked:
//! each compared text has a companion column with the key computed here.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;

/// Version of the key function; a stored key of another version is rebuilt by a migration.
pub const KEY_VERSION: u32 = 1;

/// Longest key in bytes; PostgreSQL refuses index entries over about 2,700.
pub const MAX_KEY_BYTES: usize = 512;

/// Bytes kept of a text whose key would be too long; the rest of the key is a digest.
const KEPT_BYTES: usize = MAX_KEY_BYTES - 17;

/// The form in which texts are compared, sorted and searched for equality: NFKC, then the default
/// case fold, then NFKC once more, without blanks at the ends.
///
/// A key over [`MAX_KEY_BYTES`] keeps its beginning and ends in a digest of the whole, so that
/// equality stays exact while order and "contains" look at the beginning only.
#[must_use]
pub fn text_key(text: &str) -> String {
    let trimmed = text.trim();
    if trimmed.is_ascii() {
        return shorten(trimmed.to_ascii_lowercase());
    }
    let normalizer = ComposingNormalizer::new_nfkc();
    let folded = CaseMapper::new()
        .fold_string(&normalizer.normalize(trimmed))
        .into_owned();
    shorten(normalizer.normalize(&folded).trim().to_owned())
}

fn shorten(mut key: String) -> String {
    if key.len() <= MAX_KEY_BYTES {
        return key;
    }
    let digest = fnv1a(key.as_bytes());
    let mut end = KEPT_BYTES;
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    key.truncate(end);
    key.push_str(&format!("\u{1}{digest:016x}"));
    key
}

/// FNV-1a, 64 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>. Only tells long texts apart.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// FNV-1a, 32 bits, stable across versions of the program as the standard hasher is not: tells names apart that
/// had to be cut.
#[must_use]
pub fn name_digest(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Text as it may be stored: line ends as `\n`. `None` where it holds U+0000, which PostgreSQL refuses.
#[must_use]
pub fn clean_text(text: &str) -> Option<String> {
    if text.contains('\0') {
        return None;
    }
    if text.contains('\r') {
        return Some(text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    Some(text.to_owned())
}

/// Whether a text shows nothing: white space, control characters, and characters that only steer how others look.
///
/// Such a character beside visible ones is no fault: joiners shape words of many languages.
#[must_use]
pub fn shows_nothing(text: &str) -> bool {
    text.chars()
        .all(|it| it.is_whitespace() || it.is_control() || is_invisible(it))
}

/// Default ignorable code points of Unicode 16 (DerivedCoreProperties.txt), the interlinear marks, and the blank
/// pattern of Braille.
const fn is_invisible(it: char) -> bool {
    matches!(
        it,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_width_and_composition() {
        for (left, right) in [
            ("Straße", "STRASSE"),
            ("É", "e\u{301}"),
            ("ＶＰＮ", "vpn"),
            ("ΣΑΣ", "σας"),
            ("ẞ", "ss"),
        ] {
            assert_eq!(text_key(left), text_key(right), "{left} and {right}");
        }
        assert_ne!(text_key("Oslo"), text_key("Ösló"));
    }

    #[test]
    fn long_keys_stay_short_and_tell_texts_apart() {
        let long = "ä".repeat(4_000);
        let longer = format!("{long}x");
        assert!(text_key(&long).len() <= MAX_KEY_BYTES);
        assert_ne!(text_key(&long), text_key(&longer));
    }

    #[test]
    fn a_key_is_its_own_key() {
        for text in ["İstanbul", "ǅ", "ﬁn", "a b", " x "] {
            assert_eq!(text_key(&text_key(text)), text_key(text));
        }
    }

    #[test]
    fn joiners_alone_show_nothing_and_in_words_they_do() {
        for nothing in [
            "",
            "  ",
            "\u{200b}",
            " \u{200d}\u{feff}\t",
            "\u{2800}\u{3164}",
            "\u{202e}\u{200f}",
            "\u{e0041}",
        ] {
            assert!(shows_nothing(nothing), "{nothing:?}");
        }
        for shown in [
            "a",
            "Auf\u{200c}lage",
            "\u{200d}x",
            ".",
            "\u{0301}",
            "👩\u{200d}🔧",
        ] {
            assert!(!shows_nothing(shown), "{shown:?}");
        }
    }

    #[test]
    fn stored_text_has_no_nul_and_plain_line_ends() {
        assert_eq!(clean_text("a\r\nb\rc").as_deref(), Some("a\nb\nc"));
        assert_eq!(clean_text("a\0b"), None);
    }
}
