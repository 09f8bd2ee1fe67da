//! The demo's knowledge: forty short articles, most of them published.

use anyhow::{Context as _, Result};
use base::{MICROS_PER_DAY, Timestamp};
use dictionary::Value;
use engine::Change;

use super::house::House;
use super::random::Random;
use super::stage::{Stage, choice, text};

/// `= title | service | category | audience`, a line of summary, then Markdown.
const ARTICLES: &str = include_str!("articles.txt");
/// Articles at the end of the list that are not published yet: drafts, then some in review.
const UNPUBLISHED: usize = 4;

/// Writes, reviews and publishes the articles.
pub fn fill(stage: &mut Stage, house: &House, now: Timestamp) -> Result<()> {
    let chance = Random::new(40);
    let authors = &house.members["Service desk"];
    let articles: Vec<&str> = ARTICLES
        .split("\n= ")
        .map(|it| it.trim_start_matches("= "))
        .collect();
    let begun = stage.day_before(now, 89);
    for (index, article) in articles.iter().enumerate() {
        let (head, rest) = article
            .split_once('\n')
            .context("an article has a head line")?;
        let (summary, body) = rest.split_once('\n').context("an article has a text")?;
        let mut head = head.split(" | ");
        let mut next = || head.next().unwrap_or_default();
        let (title, service, category, audience) = (next(), next(), next(), next());
        let author = *authors
            .iter()
            .filter(|it| **it != house.publisher)
            .nth(index % 2)
            .context("somebody writes")?;
        let day = begun.plus_micros(MICROS_PER_DAY * i64::try_from(index * 2).unwrap_or_default());
        let written = stage.at_work(day.plus_micros(chance.between(8, 16) * 3_600_000_000));
        let fields = [
            ("title", text(title)),
            ("summary", text(summary)),
            ("body", text(body.trim())),
            ("audience", choice(audience)),
            ("service", Value::Reference(house.services[service])),
            ("category", Value::Reference(house.categories[category])),
            (
                "known_error",
                Value::Boolean(title.starts_with("Workaround")),
            ),
        ];
        let mut change = Change::create("knowledge_article");
        for (field, value) in fields {
            change = change.with_value(field, value);
        }
        let record = stage.play(written, Some(author), change)?.record;
        let mut steps = vec![("submit", author), ("publish", house.publisher)];
        if index % 10 == 9 {
            // One of ten is still on its way.
            steps.truncate(index / 10 % (UNPUBLISHED - 1));
        }
        for (number, (step, who)) in steps.into_iter().enumerate() {
            let later = written.plus_micros(i64::try_from(number + 1).unwrap_or(1) * 5_400_000_000);
            let at = stage.at_work(later);
            if at < now {
                stage.play(
                    at,
                    Some(who),
                    Change::transition("knowledge_article", record, step),
                )?;
            }
        }
    }
    Ok(())
}
