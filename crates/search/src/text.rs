//! How text is prepared for the index and for a question, once for both databases.
//!
//! NFKC, default case fold, accents off, split into words. Databases get words that are finished: whatever
//! they do to text of their own must never touch them. A change here is a new [`PREPARATION`].

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};

/// Version of the preparation; an index made with another one is built anew.
pub const PREPARATION: u32 = 1;

/// Longest word in characters; the rest of a longer one is left out on both sides.
pub const MAX_WORD: usize = 64;

/// A prepared word and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as the index has it.
    pub text: String,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The words of a text, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 6);
    let mut rest = 0;
    while let Some(offset) = text[rest..].find(belongs) {
        let start = rest + offset;
        let length = text[start..].find(|it| !belongs(it));
        let end = length.map_or(text.len(), |it| start + it);
        prepare(&text[start..end], start, &mut words);
        rest = end;
    }
    words
}

/// The words of a text without their places.
#[must_use]
pub fn prepared(text: &str) -> Vec<String> {
    words(text).into_iter().map(|it| it.text).collect()
}

/// Whether a character is part of a word as it is written.
fn belongs(it: char) -> bool {
    if it.is_ascii() {
        return it.is_ascii_alphanumeric();
    }
    it.is_alphanumeric() || is_silent(it) || combining(it) != 0
}

/// Characters that are written within words and mean nothing to a search: soft hyphens, joiners, selectors.
const fn is_silent(it: char) -> bool {
    matches!(
        it,
        '\u{ad}' | '\u{180e}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{fe00}'
            ..='\u{fe0f}' | '\u{feff}'
    )
}

fn combining(it: char) -> u8 {
    const CLASSES: CanonicalCombiningClassMapBorrowed<'_> =
        CanonicalCombiningClassMapBorrowed::new();
    CLASSES.get_u8(it)
}

fn prepare(run: &str, start: usize, words: &mut Vec<Word>) {
    let end = start + run.len();
    if run.is_ascii() {
        push(run.to_ascii_lowercase(), start, end, words);
        return;
    }
    let folded = fold(run);
    for part in folded.split(|it| !belongs(it)) {
        // Scripts that put no blanks between words: each character is a word, and a run of them a phrase.
        let mut rest = part;
        while let Some(first) = rest.chars().next() {
            let length = if stands_alone(first) {
                first.len_utf8()
            } else {
                rest.find(stands_alone).unwrap_or(rest.len())
            };
            push(rest[..length].to_owned(), start, end, words);
            rest = &rest[length..];
        }
    }
}

/// NFKC, case fold, and without what writing adds to letters.
fn fold(run: &str) -> String {
    let nfkc = ComposingNormalizer::new_nfkc();
    let folded: Cow<'_, str> = match nfkc.normalize(run) {
        Cow::Borrowed(it) => CaseMapper::new().fold_string(it),
        Cow::Owned(it) => Cow::Owned(CaseMapper::new().fold_string(&it).into_owned()),
    };
    let apart = DecomposingNormalizer::new_nfkd().normalize(&folded);
    let mut plain = String::with_capacity(apart.len());
    for it in apart.chars().filter(|it| !is_accent(*it)) {
        match plain_letters(it) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(it),
        }
    }
    nfkc.normalize(&plain).into_owned()
}

/// Marks that people leave out when they type: accents, and the points of Hebrew and Arabic. Marks that make
/// another letter of it (kana voicing, nukta, the vowels of South-East Asia) stay.
fn is_accent(it: char) -> bool {
    is_silent(it) || matches!(combining(it), 1 | 10..=36 | 200..=240)
}

/// Letters with strokes and ligatures that Unicode does not take apart.
const fn plain_letters(it: char) -> Option<&'static str> {
    Some(match it {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

/// Han, kana, Thai, Lao, Myanmar, Khmer.
const fn stands_alone(it: char) -> bool {
    matches!(it,
        '\u{0e01}'..='\u{0ecd}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

fn push(mut text: String, start: usize, end: usize, words: &mut Vec<Word>) {
    if text.len() > MAX_WORD
        && let Some((cut, _)) = text.char_indices().nth(MAX_WORD)
    {
        text.truncate(cut);
    }
    without_zeros(&mut text);
    if !text.is_empty() {
        words.push(Word { text, start, end });
    }
}

/// Takes the zeros out that fill a number up: `inc0001234` and `inc1234` are one word.
fn without_zeros(text: &mut String) {
    let letters = text.bytes().take_while(u8::is_ascii_lowercase).count();
    let digits = &text[letters..];
    if digits.len() < 2 || !digits.starts_with('0') || !digits.bytes().all(|it| it.is_ascii_digit())
    {
        return;
    }
    let zeros = digits[..digits.len() - 1]
        .bytes()
        .take_while(|it| *it == b'0')
        .count();
    text.replace_range(letters..letters + zeros, "");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(prepared(text), expected, "{text}");
    }

    #[test]
    fn case_width_and_accents_are_folded() {
        check("Résumé RÉSUMÉ re\u{301}sume\u{301}", &["resume"; 3]);
        check("Straße STRASSE", &["strasse"; 2]);
        check("ＶＰＮ vpn", &["vpn"; 2]);
        check(
            "Øre œuvre Łódź İstanbul",
            &["ore", "oeuvre", "lodz", "istanbul"],
        );
        check("ΣΑΣ σας", &["σασ"; 2]);
        check("soft\u{ad}ware", &["software"]);
    }

    #[test]
    fn words_end_where_people_see_it() {
        check("wi-fi, e.g. don't", &["wi", "fi", "e", "g", "don", "t"]);
        check("ann@example.org", &["ann", "example", "org"]);
        check("“quoted”—dash…", &["quoted", "dash"]);
        check("!? _ \u{1F600}", &[]);
    }

    #[test]
    fn scripts_without_blanks_become_characters() {
        check("日本語 VPN接続", &["日", "本", "語", "vpn", "接", "続"]);
        check("が か", &["が", "か"]);
        check("हिन्दी", &["हिन्दी"]);
        check("한국어", &["한국어"]);
    }

    #[test]
    fn numbers_lose_their_zeros() {
        check(
            "INC0001234 inc1234 0001234 1234 0 00 x0",
            &["inc1234", "inc1234", "1234", "1234", "0", "0", "x0"],
        );
        check("0x00ff a0b0", &["0x00ff", "a0b0"]);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "Zoë’s ＶＰＮ";
        let found: Vec<&str> = words(text)
            .iter()
            .map(|it| &text[it.start..it.end])
            .collect();
        assert_eq!(found, ["Zoë", "s", "ＶＰＮ"]);
    }
}
