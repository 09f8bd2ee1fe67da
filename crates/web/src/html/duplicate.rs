//! A record that tells the same as another one: ways to the merge from where somebody sees that, and what it does.

use std::collections::BTreeMap;

use base::{Result, Uuid};
use dictionary::filter::ID;
use dictionary::{
    FieldDef, Filter, Operand, Operator, Page, Phase, Query, Term, Transition, TypeDef, Value,
    spine,
};
use engine::read::Visible;
use engine::{BesidePage, LinkSeen, Reading};
use maud::{Markup, html};
use ui::field::record_href;
use ui::icon::icon;
use ui::record::title_of;
use ui::{label, text};

use super::flash::Flash;
use super::input::{self, Texts};
use super::record::Loaded;
use super::shell::{Here, go, may_read};
use crate::{AppState, Failure, FormData};

/// Field that says into which record one was merged, where a type has it; and the step that takes that back.
pub(super) const MERGED_INTO: &str = "merged_into";
pub(super) const UNMERGE: &str = "unmerge";
/// Most linked duplicates that are looked at.
const MOST: usize = 50;
/// Kind of link that says that the one tells the same as the other.
const DUPLICATE: &str = "duplicate";

/// Whether a step merges records.
pub(super) fn merges(step: &Transition) -> bool {
    step.needs.iter().any(|it| it == MERGED_INTO)
}

/// The step that merges a record into another one, where it can be taken from here.
fn own_step<'a>(here: &'a Here, loaded: &'a Loaded) -> Option<&'a Transition> {
    loaded.transitions(here.ctx()).find(|it| merges(it))
}

/// The step that merges another record of the type into this one, as far as its state and the roles tell.
fn other_step<'a>(here: &Here, of: &'a TypeDef, other: &Visible) -> Option<&'a Transition> {
    let state = other.value(spine::STATE).as_text()?;
    let mut steps = of.lifecycle.as_ref()?.transitions.iter();
    let step = steps.find(|it| merges(it) && it.from.iter().any(|from| from == state))?;
    let right = format!("transition:{}", step.name);
    here.ctx().may_somewhere(&of.name, &right).then_some(step)
}

/// Whether something can still be merged into the record.
fn takes_in(of: &TypeDef, record: &Visible) -> bool {
    let phase = of.phase(record.value(spine::STATE));
    phase.is_some_and(|it| !matches!(it, Phase::Closed | Phase::Cancelled))
}

/// Whether the reader may merge such records at all.
pub(super) fn is_possible(here: &Here, loaded: &Loaded) -> bool {
    own_step(here, loaded).is_some()
}

fn address(href: &str, step: &Transition, into: &str) -> String {
    format!("{href}/step/{}?{MERGED_INTO}={into}", step.name)
}

fn key_of(record: &Visible) -> String {
    let number = record.number().map(str::to_owned);
    number.unwrap_or_else(|| record.id().to_string())
}

/// Ways to merge a record with one that was found beside it, in both directions.
pub(super) fn ways(here: &Here, loaded: &Loaded, other: &Visible) -> Option<Markup> {
    let (language, of) = (here.language(), &loaded.of);
    if other.record_type().name != of.name || other.id() == loaded.record.id() {
        return None;
    }
    let (own, theirs) = (key_of(&loaded.record), key_of(other));
    let there = own_step(here, loaded).filter(|_| takes_in(of, other));
    let here_in = other_step(here, of, other).filter(|_| takes_in(of, &loaded.record));
    (there.is_some() || here_in.is_some()).then(|| html! {
        div class="ways" {
            @if let Some(step) = there {
                a class="button small" href=(address(&loaded.address(), step, &theirs)) {
                    (icon("arrow")) (text!(language, "duplicate-merge-into", name = own.as_str()))
                    span class="visually-hidden" { " · " (theirs) }
                }
            }
            @if let Some(step) = here_in {
                a class="button small quiet" href=(address(&record_href(&of.name, other.number(), other.id()), step, &own)) {
                    (text!(language, "duplicate-is-of", name = own.as_str()))
                    span class="visually-hidden" { " · " (theirs) }
                }
            }
        }
    })
}

/// The records of the type that are linked as duplicates, with what decides whether they can be merged.
pub(super) fn linked(
    reading: &mut Reading<'_, '_>,
    of: &TypeDef,
    links: &BesidePage<LinkSeen>,
) -> Result<Vec<Visible>> {
    let same = |it: &&LinkSeen| {
        let title = links.titles.get(it.other);
        it.kind == DUPLICATE && title.is_some_and(|it| it.record_type == of.name)
    };
    let ids: Vec<Term> = links
        .rows
        .iter()
        .filter(same)
        .map(|it| Term::Value(Value::Reference(it.other)))
        .collect();
    if ids.is_empty() || of.lifecycle.is_none() {
        return Ok(Vec::new());
    }
    // Whoever may not read a state is offered no step, and still the page.
    let shown = [spine::NUMBER, spine::STATE].into_iter();
    let shown = shown.filter(|it| of.field(it).is_some_and(|it| may_read(reading.ctx, of, it)));
    let columns: Vec<String> = [ID].into_iter().chain(shown).map(str::to_owned).collect();
    let query = Query {
        record_type: Some(of.name.clone()),
        filter: Filter::test(ID, Operator::In, Operand::Many(ids)),
        columns,
        page: Page {
            limit: Some(MOST),
            after: None,
        },
        ..Query::default()
    };
    Ok(reading.list(&query)?.rows)
}

/// Ways to merge with records that are linked as duplicates, by the other record: what is said, and where it leads.
pub(super) fn of_links(here: &Here, loaded: &Loaded) -> BTreeMap<Uuid, (String, String)> {
    let (language, of) = (here.language(), &loaded.of);
    let own = key_of(&loaded.record);
    let links = loaded.links.rows.iter().filter(|it| it.kind == DUPLICATE);
    let way = |it: &LinkSeen| {
        let other = loaded.duplicates.iter().find(|row| row.id() == it.other)?;
        let theirs = key_of(other);
        // Whatever is said to be the duplicate goes on in the other one.
        let (from, into) = match it.outgoing {
            true => (&own, &theirs),
            false => (&theirs, &own),
        };
        let step = match it.outgoing {
            true => own_step(here, loaded).filter(|_| takes_in(of, other)),
            false => other_step(here, of, other).filter(|_| takes_in(of, &loaded.record)),
        }?;
        let words = text!(
            language,
            "duplicate-merge-both",
            from = from.as_str(),
            into = into.as_str()
        );
        let href = match it.outgoing {
            true => loaded.address(),
            false => record_href(&of.name, other.number(), other.id()),
        };
        Some((it.other, (words, address(&href, step, into))))
    };
    let gone = |other: Uuid| {
        let mut all = loaded.links.rows.iter();
        all.any(|it| it.other == other && it.kind == MERGED_INTO)
    };
    links.filter(|it| !gone(it.other)).filter_map(way).collect()
}

/// What the address of a step's page brings for the fields that it asks for.
pub(super) fn brought(fields: &[&FieldDef], query: &FormData) -> Texts {
    let mut texts = input::sent(fields, query);
    texts.retain(|_, it| !it.is_empty());
    texts
}

/// What a merge does, in words.
pub(super) fn words(here: &Here, loaded: &Loaded) -> String {
    text!(here.language(), "duplicate-what", name = loaded.name())
}

/// What a merge does, and into which record, before it is done; nothing for other steps.
pub(super) async fn preview(
    state: &AppState,
    here: &Here,
    (loaded, step): (&Loaded, &Transition),
    texts: &Texts,
) -> Result<Markup, Failure> {
    if !merges(step) {
        return Ok(html! {});
    }
    let language = here.language();
    let named = texts.get(MERGED_INTO).and_then(|it| it.first()).cloned();
    let target = match named {
        None => None,
        Some(key) => {
            let of = loaded.of.name.clone();
            let read = move |reading: &mut Reading<'_, '_>| match reading.record(Some(&of), &key) {
                Ok((record, titles)) => Ok(Some((record, titles))),
                Err(base::Error::Refused(_)) => Ok(None),
                Err(error) => Err(error),
            };
            state.engine().read(here.ctx(), read).await?
        }
    };
    let asks = |record: &Visible, titles: &engine::read::Titles| {
        let who = record.value(spine::REQUESTER).as_reference();
        who.and_then(|it| titles.get(it)).map(|it| it.title.clone())
    };
    let side = |record: &Visible, titles: &engine::read::Titles, words: String| {
        let of = record.record_type();
        let code = record.value(spine::STATE).as_text();
        let state = code.map(|code| label::state(language, of, code));
        html! {
            div {
                p class="small-text" { (words) }
                p { a class="link" href=(record_href(&of.name, record.number(), record.id())) { (record.number().unwrap_or_default()) } " " b { (title_of(language, record)) } }
                p class="small-text" {
                    @if let Some((kind, words)) = &state { (ui::icon::state(*kind, words)) " " }
                    @if let Some(who) = asks(record, titles) { (who) }
                }
            }
        }
    };
    Ok(html! {
        section class="card padded merge" aria-label=(text!(language, "duplicate-preview")) {
            @if let Some((target, titles)) = &target {
                div class="sides" {
                    (side(&loaded.record, &loaded.titles, text!(language, "duplicate-ends")))
                    (icon("arrow"))
                    (side(target, titles, text!(language, "duplicate-goes-on")))
                }
            }
            p { (words(here, loaded)) }
        }
    })
}

/// The page of the record into which one was merged, with the way back; nothing where the reader may not see that.
pub(super) async fn led_to(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    into: Uuid,
) -> Result<Option<axum::response::Response>, Failure> {
    let read =
        move |reading: &mut Reading<'_, '_>| reading.titles_of(&[into].into_iter().collect());
    let titles = state.engine().read(here.ctx(), read).await?;
    Ok(titles.get(into).map(|it| {
        let href = record_href(&it.record_type, it.number.as_deref(), into);
        let flash = Flash::new("notice-merged", loaded.name());
        let back = format!("{}/step/{UNMERGE}", loaded.address());
        go(&href, Some(&flash.with_step(back)))
    }))
}
