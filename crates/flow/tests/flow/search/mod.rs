//! What a search finds, and for whom.

mod finding;
mod index;
mod oracle;
mod rights;

use engine::Ctx;
use flow::search::{Search as _, SearchPage, SearchQuery};
use test_kit::Desk;

/// What is found by that text.
pub fn search(desk: &Desk, ctx: &Ctx, query: SearchQuery) -> SearchPage {
    let snapshot = desk.engine.snapshot();
    let ctx = Ctx {
        snapshot,
        ..ctx.clone()
    };
    desk.engine
        .read_blocking(&ctx, move |reading| reading.search(&query))
        .unwrap()
}

/// A question for whole words.
pub fn typed(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        ..SearchQuery::default()
    }
}

/// Titles of what is found, in order.
pub fn found(desk: &Desk, ctx: &Ctx, text: &str) -> Vec<String> {
    let page = search(desk, ctx, typed(text));
    let title = |it: &flow::search::SearchHit| it.record.title().unwrap_or("?").to_owned();
    page.hits.iter().map(title).collect()
}
