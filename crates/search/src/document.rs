//! One record as the index has it: its words with their class in front, and what it is found by besides.
//!
//! A class is a part of the text that somebody may read or not read as a whole. It stands in front of each word,
//! so that a question names the classes it may look into and cannot reach into others. Both databases get the
//! same words at the same places: their own limits are kept here, once.

use std::collections::HashMap;

use base::fnv1a;

use crate::text::prepared;

/// Words with a place; PostgreSQL has places up to 16,383.
const MAX_PLACES: usize = 16_000;
/// Places of one word; PostgreSQL keeps 256.
const MAX_REPEATS: usize = 255;
/// Bytes of all different words with what each costs besides; PostgreSQL takes 1,048,575, and further places of the
/// same word need two each.
const MAX_BYTES: usize = 960_000;
/// What a word costs besides its letters: filling up to an even length, the number of places, the first place.
const WORD_COST: usize = 6;
/// The place of words that are known to be there and no more.
const NOWHERE: usize = 16_383;
/// Stands between texts, and where a word has no place: no phrase reaches across. No class begins with it.
const GAP: &str = "zz";

/// A text of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its class.
    pub class: String,
    /// Whether it is what the record is called: words in it weigh more.
    pub is_title: bool,
    /// The text.
    pub text: String,
}

impl Text {
    /// A text of that class.
    #[must_use]
    pub fn new(class: &str, is_title: bool, text: &str) -> Self {
        Self {
            class: class.to_owned(),
            is_title,
            text: text.to_owned(),
        }
    }
}

/// A record as the index has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Words of titles by place; nothing where there is a gap.
    title: Vec<Option<String>>,
    /// Words of all other texts by place.
    text: Vec<Option<String>>,
    /// Words without a place.
    further: Vec<String>,
    /// What the record is found by besides its words.
    hidden: Vec<String>,
}

impl Document {
    /// The document of these texts, found by these hidden words besides.
    #[must_use]
    pub fn new(texts: &[Text], hidden: Vec<String>) -> Self {
        let mut this = Self {
            hidden,
            ..Self::default()
        };
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut bytes = 0;
        let titles = texts.iter().filter(|it| it.is_title);
        for text in titles.chain(texts.iter().filter(|it| !it.is_title)) {
            for word in prepared(&text.text) {
                let word = format!("{}{word}", text.class);
                this.place(word, text.is_title, &mut seen, &mut bytes);
            }
            if this.places() < MAX_PLACES {
                this.part(text.is_title).push(None);
            }
        }
        this
    }

    fn place(
        &mut self,
        word: String,
        in_title: bool,
        seen: &mut HashMap<String, usize>,
        bytes: &mut usize,
    ) {
        let repeats = seen.get(&word).copied().unwrap_or_default();
        if repeats == 0 {
            *bytes += word.len() + WORD_COST;
            if *bytes > MAX_BYTES {
                return;
            }
        }
        if self.places() >= MAX_PLACES {
            if repeats == 0 {
                seen.insert(word.clone(), 1);
                self.further.push(word);
            }
            return;
        }
        let kept = repeats < MAX_REPEATS;
        if kept {
            seen.insert(word.clone(), repeats + 1);
        }
        self.part(in_title).push(Some(word).filter(|_| kept));
    }

    const fn places(&self) -> usize {
        self.title.len() + self.text.len()
    }

    const fn part(&mut self, is_title: bool) -> &mut Vec<Option<String>> {
        if is_title {
            &mut self.title
        } else {
            &mut self.text
        }
    }

    /// Title and text for SQLite's full-text index, words with blanks between.
    #[must_use]
    pub fn to_columns(&self) -> (String, String) {
        let joined = |words: &[Option<String>]| {
            let mut text = String::with_capacity(words.len() * 8);
            for word in words {
                text.push_str(word.as_deref().unwrap_or(GAP));
                text.push(' ');
            }
            text
        };
        let mut text = joined(&self.text);
        for word in self.further.iter().chain(&self.hidden) {
            text.push_str(word);
            text.push(' ');
            text.push_str(GAP);
            text.push(' ');
        }
        (joined(&self.title), text)
    }

    /// A `tsvector` as PostgreSQL reads it, titles with the weight A.
    #[must_use]
    pub fn to_vector(&self) -> String {
        let mut places: HashMap<&str, Vec<(usize, &str)>> = HashMap::new();
        let both = self.title.iter().zip(std::iter::repeat("A"));
        let both = both.chain(self.text.iter().zip(std::iter::repeat("")));
        for (at, (word, weight)) in both.enumerate() {
            if let Some(word) = word {
                places.entry(word).or_default().push((at + 1, weight));
            }
        }
        for word in self.further.iter().chain(&self.hidden) {
            places.entry(word).or_default().push((NOWHERE, ""));
        }
        let mut vector = String::with_capacity(places.len() * 14);
        for (word, places) in places {
            vector.push_str(if vector.is_empty() { "'" } else { " '" });
            vector.push_str(word);
            for (index, (place, weight)) in places.into_iter().enumerate() {
                vector.push_str(if index == 0 { "':" } else { "," });
                vector.push_str(&place.to_string());
                vector.push_str(weight);
            }
        }
        vector
    }

    /// Tells documents apart.
    #[must_use]
    pub fn digest(&self) -> i64 {
        let (title, text) = self.to_columns();
        number_of(&format!("{title}\n{text}"))
    }
}

/// A digest as the integer that databases keep.
pub(crate) fn number_of(text: &str) -> i64 {
    fnv1a(text.as_bytes()).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_get_the_same_words() {
        let texts = [
            Text::new("n", false, "Secret"),
            Text::new("p", true, "VPN down"),
            Text::new("p", false, "vpn"),
        ];
        let document = Document::new(&texts, vec!["zt1".to_owned()]);
        let columns = document.to_columns();
        assert_eq!(
            columns,
            (
                "pvpn pdown zz ".to_owned(),
                "nsecret zz pvpn zz zt1 zz ".to_owned()
            )
        );
        let mut vector: Vec<String> = document.to_vector().split(' ').map(str::to_owned).collect();
        vector.sort();
        assert_eq!(
            vector,
            ["'nsecret':4", "'pdown':2A", "'pvpn':1A,6", "'zt1':16383"]
        );
    }

    #[test]
    fn limits_hold_on_both_alike() {
        let long: String = (0..MAX_PLACES + 50)
            .map(|it| format!("the w{it} "))
            .collect();
        let document = Document::new(&[Text::new("p", false, &long)], Vec::new());
        let (_, words) = document.to_columns();
        assert_eq!(
            words.split(' ').filter(|it| *it == "pthe").count(),
            MAX_REPEATS
        );
        assert!(words.contains(&format!("pw{} zz", MAX_PLACES + 49)));
        let vector = document.to_vector();
        assert!(vector.contains(&format!("'pw{}':{NOWHERE}", MAX_PLACES + 49)));
        assert!(document.places() <= MAX_PLACES);
    }
}
