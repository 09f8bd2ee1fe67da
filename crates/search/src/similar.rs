//! What is like a text: its rarest words are looked for, and what has most of them comes first.
//!
//! How rare a word is decides only which words are looked for. What is found, and in which order, comes from
//! rows that the asker may read.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use base::{Result, Uuid};
use store::Sql;

use crate::ask::{Ask, Typed};
use crate::index::frequency;
use crate::question::Question;
use crate::run::{Ground, Hit, Open, Source, candidates, hits, open};
use crate::text::prepared;

/// How many different words of the text are looked at: the longest, which are rare more often.
const LOOKED_AT: usize = 48;
/// How many words are looked for.
const LOOKED_FOR: usize = 12;
/// A word that stands in more records than this tells nothing.
const COMMON: i64 = 1_000;
/// Shorter words are not looked at.
const SHORTEST: usize = 3;
/// How much more a word counts in a title: that is what the record is about.
const IN_TITLE: f64 = 3.0;
/// Words that stand everywhere and say nothing about what a text is about, in the languages of most desks.
const STOP_WORDS: &str = "a about after again all also am an and any are as ask asks at be because been before but by can \
    cannot could did do does doing done each even every for from get gets getting give got had has have he help her here \
    him his how i if in into is it its just like may me more most much must my need new no nor not now of off on once \
    one only or other our out over own please same she should so some still such than that the their them then there \
    these they thing this those through to too under until up us use very want was we were what when where which while \
    who why will with would yes you your yourself \
    aber alle als am an auch auf aus bei bin bis bitte da das dass dem den der des die dies diese dieser doch dort du \
    durch ein eine einem einen einer er es etwas für ganz geht hat habe haben hier ich ihr im immer in ist ja jetzt kann \
    kein keine mehr mein meine mich mir mit nach nicht noch nur oder ohne schon sehr sein seit sich sie sind so soll \
    über um und uns unter vom von vor war was weil wenn wer wie wieder will wir wird wo zu zum zur";
/// What fits less than this part of the best is not alike.
const LEAST_PART: f64 = 3.0;
/// Records that are read to be compared.
const READ: usize = 40;

/// What is to be alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimilarQuery {
    /// The text, what matters most first.
    pub text: String,
    /// Names of types; empty means all.
    pub types: Vec<String>,
    /// A record that is not meant: the one whose text it is.
    pub but_not: Option<Uuid>,
    /// Most hits.
    pub limit: usize,
}

/// Records that are like a text, the most alike first.
///
/// # Errors
/// A failure of the store.
pub fn similar<S: Source>(source: &mut S, query: &SimilarQuery) -> Result<Vec<Hit<S::Record>>> {
    let open = open(source.ground(), &query.types, "")?;
    let words = rarest(source.ground(), &open, query)?;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let ask = Ask::Any(words.iter().map(|it| Ask::word(it.1.as_str())).collect());
    let mut found = candidates(source.ground(), &open, Some(&ask), None)?;
    found.retain(|it| Some(it.record) != query.but_not);
    found.sort_by_key(|it| Reverse((it.score, it.place, it.record)));
    found.truncate(READ.max(query.limit));
    let typed = Typed {
        filter: String::new(),
        plain: String::new(),
        has_words: true,
        ask: Some(ask),
    };
    // Each database ranks in its own way; which of the first are alike is decided by what they say.
    let mut hits: Vec<(f64, usize, Hit<S::Record>)> = hits(source, &found, &typed)?
        .into_iter()
        .map(|(at, hit)| (likeness(&S::texts(&hit.record), &words), at, hit))
        .collect();
    hits.sort_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)));
    let best = hits.first().map(|it| it.0).unwrap_or_default();
    hits.retain(|it| it.0 > 0.0 && it.0 >= best / LEAST_PART);
    hits.truncate(query.limit);
    Ok(hits.into_iter().map(|it| it.2).collect())
}

/// How much of these words a record's texts share, the rare ones counting more. One word alone is chance where
/// several are looked for, except in the title, which comes first.
fn likeness(texts: &[(String, String)], words: &[(i64, String)]) -> f64 {
    let words_of = |(_, text): &(String, String)| prepared(text);
    let title: HashSet<String> = texts.iter().take(1).flat_map(words_of).collect();
    let said: HashSet<String> = texts.iter().skip(1).flat_map(words_of).collect();
    let called = |it: &&(i64, String)| title.contains(&it.1);
    let shared: Vec<&(i64, String)> = words
        .iter()
        .filter(|it| called(it) || said.contains(&it.1))
        .collect();
    if shared.len() < words.len().min(2) && !shared.iter().any(called) {
        return 0.0;
    }
    let rarity =
        |count: i64| (f64::from(i32::try_from(COMMON / count.max(1)).unwrap_or(1)) + 1.0).ln();
    let weight = |it: &&(i64, String)| rarity(it.0) * if called(it) { IN_TITLE } else { 1.0 };
    shared.iter().map(weight).sum()
}

/// The words of the text that stand in fewest records, and in another one at all, each with how many these are.
fn rarest(
    ground: &mut impl Ground,
    open: &[Open],
    query: &SimilarQuery,
) -> Result<Vec<(i64, String)>> {
    let mut words: Vec<String> = Vec::new();
    let stop_words: HashSet<String> = prepared(STOP_WORDS).into_iter().collect();
    for word in prepared(&query.text) {
        let tells = word.chars().count() >= SHORTEST && !stop_words.contains(&word);
        if tells && !words.contains(&word) {
            words.push(word);
        }
    }
    // Of equally long ones the first: what matters most stands in front.
    words.sort_by_key(|it| Reverse(it.chars().count()));
    words.truncate(LOOKED_AT);
    let dialect = ground.dialect();
    let classes: BTreeSet<String> = open.iter().flat_map(|it| it.classes.clone()).collect();
    let layouts: Vec<String> = open.iter().flat_map(|it| it.layouts.clone()).collect();
    if classes.is_empty() {
        return Ok(Vec::new());
    }
    let statements: Vec<Sql> = words
        .iter()
        .map(|word| {
            let question = Question {
                ask: Some(&Ask::word(word.as_str())),
                classes: &classes,
                layouts: &layouts,
            };
            frequency(dialect, &question.to(dialect), COMMON + 1)
        })
        .collect();
    let mut counted = Vec::with_capacity(words.len());
    for (word, result) in words.into_iter().zip(ground.batch(&statements)?) {
        let count = result
            .rows
            .first()
            .map(|it| it.need_integer(0))
            .transpose()?;
        counted.push((count.unwrap_or_default(), word));
    }
    // The record itself has all of its words.
    let least = 1 + i64::from(query.but_not.is_some());
    counted.retain(|(count, _)| (least..=COMMON).contains(count));
    counted.sort();
    counted.truncate(LOOKED_FOR);
    Ok(counted)
}
