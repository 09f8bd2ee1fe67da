//! Measures the search at the engine: real tickets go through the door, then pairs of their words are looked for.
//!
//! `cargo run --profile fast -p flow --example search_tickets -- <folder with it_tickets_48k.visible.csv.zst> [postgres]`

use std::path::Path;

use base::{Stopwatch, Timestamp};
use dictionary::Value;
use engine::{Change, Ctx, Mode};
use flow::search::{Search as _, SearchQuery, SimilarQuery};
use test_kit::{Database, Desk, House};

/// Tickets of one unit.
const UNIT: usize = 200;
/// How many questions are asked of each kind.
const QUESTIONS: usize = 500;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name the folder of the tickets")?;
    let database = match arguments.next().as_deref() {
        Some("postgres") => Database::Postgres,
        _ => Database::Sqlite,
    };
    let texts = read(Path::new(&folder))?;
    let desk = Desk::on(database);
    let took = fill(&desk, &texts);
    println!(
        "{} tickets in {took:.1} s, {:.0} a second",
        texts.len(),
        number(texts.len()) / took
    );
    let pairs = pairs(&texts, 2);
    let ones = pairs_of_one(&texts);
    for (name, ctx) in [
        ("agent", desk.as_agent().ctx),
        ("requester", desk.as_requester().ctx),
        ("auditor", desk.as_auditor().ctx),
        ("system", desk.as_system().ctx),
    ] {
        ask(&desk, &ctx, &format!("{name}: two words"), &pairs, false);
        ask(&desk, &ctx, &format!("{name}: one word"), &ones, false);
        let begun: Vec<String> = pairs
            .iter()
            .map(|it| it.chars().take(it.len() - 1).collect())
            .collect();
        ask(
            &desk,
            &ctx,
            &format!("{name}: two words, typing"),
            &begun,
            true,
        );
        ask(
            &desk,
            &ctx,
            &format!("{name}: the most common word"),
            &vec!["please".to_owned(); 20],
            false,
        );
        alike(&desk, &ctx, name, &texts);
    }
    // The whole history of so many records need not be recomputed here.
    std::process::exit(0);
}

/// Title and body of each ticket of the large file.
fn read(folder: &Path) -> Result<Vec<(String, String)>, Box<dyn std::error::Error>> {
    let file = std::fs::File::open(folder.join("it_tickets_48k.visible.csv.zst"))?;
    let mut rows = csv::Reader::from_reader(ruzstd::decoding::StreamingDecoder::new(file)?);
    let column = rows
        .headers()?
        .iter()
        .position(|it| it == "Document")
        .ok_or("no column Document")?;
    let mut texts = Vec::new();
    for row in rows.records() {
        let text = row?.get(column).unwrap_or_default().to_owned();
        let title: Vec<&str> = text.split(' ').take(6).collect();
        texts.push((title.join(" ").chars().take(200).collect(), text));
    }
    Ok(texts)
}

fn fill(desk: &Desk, texts: &[(String, String)]) -> f64 {
    let ctx = desk.as_system().ctx;
    let watch = Stopwatch::start();
    let begin = Timestamp::parse("2024-01-01T00:00:00Z").map_or(0, Timestamp::micros);
    for (unit, part) in texts.chunks(UNIT).enumerate() {
        let part = part.to_vec();
        let created = desk.engine.write_blocking(&ctx, move |it| {
            for (at, (title, body)) in part.iter().enumerate() {
                let nth = i64::try_from(unit * UNIT + at).unwrap_or_default();
                let mut change = Change::create("incident")
                    .with_value("title", Value::Text(title.clone()))
                    .with_value("description", Value::Text(body.clone()));
                if nth % 3_000 == 0 {
                    change = change.with_value("requester", Value::Reference(House::RITA));
                }
                // Twenty minutes apart: three tickets an hour, for a year and more.
                let effective_at = Timestamp::from_micros(begin + nth * 1_200_000_000);
                change.mode = Mode::Replay { effective_at };
                it.apply(change)?;
            }
            Ok(())
        });
        if let Err(error) = created {
            println!("{}", test_kit::problems(&error));
        }
    }
    watch.elapsed().as_secs_f64()
}

/// Two words that stand in one ticket, from all over the tickets.
fn pairs(texts: &[(String, String)], count: usize) -> Vec<String> {
    let step = (texts.len() / QUESTIONS).max(1);
    let words = |text: &str, nth: usize| {
        let words: Vec<&str> = text.split(' ').filter(|it| it.len() > 3).collect();
        let some =
            (0..count).filter_map(|at| words.get((nth * 7 + at * 3) % words.len().max(1)).copied());
        some.collect::<Vec<_>>().join(" ")
    };
    let asked = texts
        .iter()
        .step_by(step)
        .enumerate()
        .map(|(nth, it)| words(&it.1, nth));
    asked
        .filter(|it| it.contains(' '))
        .take(QUESTIONS)
        .collect()
}

fn pairs_of_one(texts: &[(String, String)]) -> Vec<String> {
    let firsts = pairs(texts, 2).into_iter();
    firsts
        .filter_map(|it| it.split(' ').next().map(str::to_owned))
        .collect()
}

fn ask(desk: &Desk, ctx: &Ctx, name: &str, questions: &[String], while_typing: bool) {
    let mut took = Vec::with_capacity(questions.len());
    let (mut hits, mut newest) = (0, 0);
    for text in questions {
        let query = SearchQuery {
            text: text.clone(),
            while_typing,
            ..SearchQuery::default()
        };
        let watch = Stopwatch::start();
        let page = desk
            .engine
            .read_blocking(ctx, move |reading| reading.search(&query));
        took.push(watch.elapsed().as_secs_f64() * 1_000.0);
        match page {
            Ok(page) => {
                hits += page.types.iter().map(|it| it.count).sum::<usize>();
                newest += usize::from(page.is_capped);
            }
            Err(error) => println!("{text}: {}", test_kit::problems(&error)),
        }
    }
    told(
        name,
        took,
        &format!(
            "{} hits on average, {newest} capped",
            hits / questions.len().max(1)
        ),
    );
}

fn alike(desk: &Desk, ctx: &Ctx, name: &str, texts: &[(String, String)]) {
    let mut took = Vec::new();
    let mut hits = 0;
    for (_, text) in texts.iter().step_by((texts.len() / 50).max(1)) {
        let types = vec!["incident".to_owned()];
        let query = SimilarQuery {
            text: text.clone(),
            types,
            limit: 5,
            ..SimilarQuery::default()
        };
        let watch = Stopwatch::start();
        let found = desk
            .engine
            .read_blocking(ctx, move |reading| reading.similar(&query));
        took.push(watch.elapsed().as_secs_f64() * 1_000.0);
        hits += found.map(|it| it.len()).unwrap_or_default();
    }
    let average = number(hits) / number(took.len());
    told(
        &format!("{name}: alike"),
        took,
        &format!("{average:.1} hits on average"),
    );
}

fn told(name: &str, mut took: Vec<f64>, more: &str) {
    took.sort_by(f64::total_cmp);
    let at = |part: usize| {
        took.get((took.len() * part / 100).min(took.len().saturating_sub(1)))
            .copied()
    };
    let (median, late, last) = (at(50), at(99), took.last().copied());
    let shown = |it: Option<f64>| it.unwrap_or_default();
    println!(
        "{name}: median {:.2} ms, 99 % {:.2} ms, longest {:.2} ms ({more})",
        shown(median),
        shown(late),
        shown(last)
    );
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
