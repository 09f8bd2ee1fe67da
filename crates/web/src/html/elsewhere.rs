//! Records that go on elsewhere, and what is split off from what was said.

use std::collections::HashMap;
use std::sync::Arc;

use axum::response::Response;
use base::{Result, Uuid};
use dictionary::{FieldDef, Kind, TypeDef, spine};
use engine::{BesidePage, Ctx, LinkSeen, Reading, Timeline, TimelineItem};
use ui::field::record_href;
use ui::timeline::Origin;

use super::flash::Flash;
use super::input::{self, Offers, Texts};
use super::record::Loaded;
use super::shell::{Here, go, may_give};
use crate::origins::{GOES_ON, SPLIT_FROM, origins};
use crate::{AppState, Failure, FormData};

/// The change that brought the words that are split off.
const COMMENT: &str = "comment";

/// Where a record goes on that was merged or turned into another one; `?stay` shows the old one as it is.
pub(super) fn goes_on(here: &Here, loaded: &Loaded, below: &str) -> Option<Response> {
    if here.query.get("stay").is_some() {
        return None;
    }
    let mut others = GOES_ON
        .iter()
        .filter_map(|it| loaded.record.value(it).as_reference());
    let other = others.next()?;
    // Whoever may not read the other one stays here.
    let title = loaded.titles.get(other)?;
    let href = record_href(&title.record_type, title.number.as_deref(), other);
    let told = Flash::new("notice-goes-on", loaded.name());
    Some(go(&format!("{below}{href}"), Some(&told)))
}

/// Records that go on in another one.
#[derive(Default)]
pub(super) struct Origins {
    /// All of them.
    pub(super) all: Vec<Arc<Origin>>,
    /// Where that was said which the story tells of them, by the change.
    pub(super) by_change: HashMap<Uuid, Arc<Origin>>,
}

/// Tells in a story what was said in the records that go on in this one; with their names by the change.
pub(super) fn tell_origins(
    reading: &mut Reading<'_, '_>,
    (of, record): (&str, Uuid),
    links: &BesidePage<LinkSeen>,
    timeline: &mut Timeline,
) -> Result<Origins> {
    let mut told = Origins::default();
    for origin in origins(reading, (of, record), Some(links))? {
        let (number, of) = (origin.title.number.as_deref(), &origin.title.record_type);
        let there = Origin {
            name: number.unwrap_or(&origin.title.title).to_owned(),
            address: record_href(of, number, origin.record),
            files: origin.files,
        };
        let there = Arc::new(there);
        for mut entry in origin.said.entries {
            // Its version is that of another record.
            entry.version = 0;
            told.by_change.insert(entry.change_id, Arc::clone(&there));
            timeline.entries.push(entry);
        }
        timeline.titles.extend(origin.said.titles);
        told.all.push(there);
    }
    timeline.entries.sort_by_key(|it| it.at);
    Ok(told)
}

/// Where something that was said becomes a record of its own, for whoever may do so.
pub(super) fn splits(ctx: &Ctx, loaded: &Loaded) -> Option<String> {
    let of = &loaded.of;
    let may = of.field(SPLIT_FROM).is_some_and(|it| may_give(ctx, of, it))
        && loaded.may(ctx, "link")
        && ctx.may_somewhere(&of.name, "create");
    may.then(|| format!("/{}/new?{SPLIT_FROM}={}", of.name, loaded.name()))
}

/// The field that says from where a new record is split, where the form or address names one.
pub(super) fn split_field<'a>(
    ctx: &Ctx,
    of: &'a TypeDef,
    given: &FormData,
) -> Option<&'a FieldDef> {
    given.get(SPLIT_FROM).filter(|it| !it.is_empty())?;
    of.field(SPLIT_FROM).filter(|it| may_give(ctx, of, it))
}

/// Fills a new record with the words that are split off, as its first long text, and with who asks.
pub(super) async fn fill_in(
    state: &AppState,
    here: &Here,
    (fields, offers): (&[&FieldDef], &Offers),
    texts: &mut Texts,
) -> Result<(), Failure> {
    let (Some(from), Some(change)) = (here.query.get(SPLIT_FROM), here.query.get(COMMENT)) else {
        return Ok(());
    };
    let text = fields.iter().find(|it| it.kind == Kind::LongText);
    let (Some(text), Ok(change)) = (text, Uuid::try_parse(change)) else {
        return Ok(());
    };
    let from = from.to_owned();
    let said = move |reading: &mut Reading<'_, '_>| {
        let (source, titles) = reading.record(None, &from)?;
        let story = reading.timeline(source.record_type(), source.id())?;
        let mut entries = story.entries.into_iter();
        let words = entries.find_map(|it| match it.item {
            TimelineItem::Comment { text, .. } if it.change_id == change => Some(text),
            _ => None,
        });
        Ok((source, titles, words))
    };
    let (source, titles, words) = state.engine().read(here.ctx(), said).await?;
    texts.extend(words.map(|it| (text.name.clone(), vec![it])));
    let mut asks = fields.to_vec();
    asks.retain(|it| it.name == spine::REQUESTER);
    let zone = &here.ctx().zone;
    texts.extend(input::shown(&asks, &source, (&titles, offers), zone));
    Ok(())
}
