//! The texts that somebody may read, to look around in: the newest, those that helped most, and by what they are about.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use base::{Error, MICROS_PER_DAY, Message, Refused, Result, Timestamp, Uuid};
use dictionary::filter::{ID, Scope, parse};
use dictionary::{
    Audience, Count, Direction, FieldDef, Filter, Kind, Operand, Operator, Page, Query, Sort, Term,
    TypeDef, Value, spine,
};
use engine::read::{Aggregation, Group, GroupKey, Measure, Measured, Titles, Visible};
use engine::{Ctx, Reading, Surface};
use maud::{Markup, html};
use ui::found::{Facet, Found, Part, facets, hits, search_form};
use ui::icon::icon;
use ui::label;
use ui::record::title_of;
use ui::{text, time};
use url::form_urlencoded;

use super::article::{ABOUT, ANSWER, SOLVED, answers_about};
use super::navigation::type_icon;
use super::portal::{askable, kind, texts};
use super::search::{address, plain_words};
use super::shell::{Frame, Here, go};
use crate::{AppState, Failure};

/// Texts of a page.
const A_PAGE: usize = 25;
/// Texts whose rights are looked at in one go, the one that helped most first.
const CANDIDATES: usize = 200;
/// How the reader says that there are more groups than it answers.
const TOO_MANY: &str = "aggregate-too-large";
/// For how long it counts that a text helped.
const COUNTED: i64 = 90 * MICROS_PER_DAY;
/// When a text was published last, and what it says in a sentence, where its type has these.
const PUBLISHED_AT: &str = "published_at";
const SUMMARY: &str = "summary";

/// What the address asks.
struct Asked {
    about: Option<Uuid>,
    helped_most: bool,
    after: Option<String>,
}

/// What the page shows.
#[derive(Default)]
struct Seen {
    rows: Vec<Visible>,
    next: Option<String>,
    /// What texts are about, with how many there are.
    about: Vec<(Uuid, i64)>,
    titles: Titles,
}

/// `GET /portal/{type}`
pub(super) async fn page(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Result<Response, Failure> {
    let Some(of) = texts(here.ctx()).find(|it| it.name == name).cloned() else {
        if askable(here.ctx()).any(|it| it.name == name) {
            return Ok(go("/portal/requests", None));
        }
        return Err(Refused::NotFound(Message::new("address-not-found")).into());
    };
    let given = |name: &str| here.query.get(name).filter(|it| !it.is_empty());
    let asked = Asked {
        about: given("about").and_then(|it| Uuid::try_parse(it).ok()),
        helped_most: given("order") == Some("helped"),
        after: given("after").map(str::to_owned),
    };
    let helped = match asked.helped_most {
        true => helped(&state, here.ctx(), &of).await?,
        false => Vec::new(),
    };
    let seen = match look(&state, &here, &of, &asked, helped).await {
        Err(Error::Refused(Refused::BadRequest(message))) if message.key.starts_with("cursor-") => {
            return Ok(go(&href(&of, &asked, None), None));
        }
        other => other?,
    };
    let title = label::label(here.language(), &of.plural);
    let frame = Frame {
        title: title.clone(),
        area: "home",
        ..Frame::default()
    };
    Ok(here.portal(&state, frame, &body(&here, &of, &asked, &seen)))
}

/// Texts that readers may find: those with something to read that are not out of use.
fn readable(ctx: &Ctx, of: &TypeDef) -> Result<Filter> {
    let mut filter = Filter::default();
    if let Some(text) = published(of) {
        filter = filter.and(Filter::empty(&text.name).negated());
    }
    if of.lifecycle.is_some() {
        let scope = Scope::new(&ctx.snapshot.dictionary, of);
        let over = parse("phase:closed or phase:cancelled", &scope).map_err(Refused::from)?;
        filter = filter.and(over.negated());
    }
    Ok(filter)
}

/// The text that readers see.
fn published(of: &TypeDef) -> Option<&FieldDef> {
    let mut fields = of.fields.iter();
    fields.find(|it| it.kind == Kind::LongText && it.audience == Audience::Public)
}

/// What texts are about: the first thing that their authors name.
fn subject(of: &TypeDef) -> Option<&FieldDef> {
    let mut named = of.layout.create.iter().filter(|it| !spine::is_spine(it));
    named.find_map(|it| {
        of.field(it)
            .filter(|it| matches!(it.kind, Kind::Reference { .. }))
    })
}

async fn look(
    state: &AppState,
    here: &Here,
    of: &TypeDef,
    asked: &Asked,
    helped: Vec<Uuid>,
) -> Result<Seen> {
    let all = readable(here.ctx(), of)?;
    let subject = subject(of).map(|it| it.name.clone());
    let mut chosen = all.clone();
    if let (Some(subject), Some(about)) = (&subject, asked.about) {
        chosen = chosen.and(Filter::equal(subject, Value::Reference(about)));
    }
    let newest = [PUBLISHED_AT, spine::CREATED_AT].into_iter();
    let newest = newest.filter(|it| of.field(it).is_some()).map(|it| Sort {
        field: it.to_owned(),
        direction: Direction::Descending,
    });
    let columns = [spine::NUMBER, spine::TITLE, SUMMARY, PUBLISHED_AT];
    let columns = columns.into_iter().filter(|it| of.field(it).is_some());
    let mut query = Query {
        record_type: Some(of.name.clone()),
        filter: chosen,
        sort: newest.collect(),
        columns: columns.map(str::to_owned).collect(),
        page: Page {
            limit: Some(A_PAGE),
            after: asked.after.clone(),
        },
        count: Count::No,
    };
    if asked.helped_most {
        query.page = Page {
            limit: Some(CANDIDATES),
            after: None,
        };
    }
    let counted = subject.map(|field| Aggregation {
        record_type: Some(of.name.clone()),
        filter: all,
        groups: vec![Group::Field(field)],
        measures: vec![Measure::Count],
        ..Aggregation::default()
    });
    let helped_most = asked.helped_most;
    let read = move |reading: &mut Reading<'_, '_>| {
        let mut seen = Seen::default();
        if helped_most {
            seen.rows = first_of(reading, &query, &helped)?;
        } else {
            let page = reading.list(&query)?;
            (seen.rows, seen.next) = (page.rows, page.next);
        }
        if let Some(counted) = &counted {
            let found = reading.aggregate(counted)?;
            seen.about = found.rows.iter().filter_map(count_of).collect();
            seen.titles = found.titles;
        }
        Ok(seen)
    };
    match helped_most {
        true => state.engine().read_long(here.ctx(), read).await,
        false => state.engine().read(here.ctx(), read).await,
    }
}

/// The first of these records that the reader may see and the question finds, in their order.
fn first_of(reading: &mut Reading<'_, '_>, asked: &Query, order: &[Uuid]) -> Result<Vec<Visible>> {
    let mut rows = Vec::new();
    for part in order.chunks(CANDIDATES) {
        let ids = part.iter().map(|it| Term::Value(Value::Reference(*it)));
        let named = Filter::test(ID, Operator::In, Operand::Many(ids.collect()));
        let mut query = asked.clone();
        query.filter = query.filter.and(named);
        let mut found = reading.list(&query)?.rows;
        found.sort_by_key(|it| part.iter().position(|id| *id == it.id()));
        rows.append(&mut found);
        if rows.len() >= A_PAGE {
            break;
        }
    }
    rows.truncate(A_PAGE);
    Ok(rows)
}

/// A record that a group has in common, and how many there are.
fn count_of(row: &engine::read::AggregateRow) -> Option<(Uuid, i64)> {
    match (row.keys.first()?, row.values.first()?) {
        (GroupKey::Value(Value::Reference(id)), Measured::Count(count)) => Some((*id, *count)),
        _ => None,
    }
}

/// The texts that have lately solved something, those that did most often first. How many said so is no secret; who did
/// is, so that the house counts.
async fn helped(state: &AppState, ctx: &Ctx, of: &TypeDef) -> Result<Vec<Uuid>> {
    let Some(answers) = answers_about(ctx, of) else {
        return Ok(Vec::new());
    };
    let asked = Aggregation {
        record_type: Some(answers.name.clone()),
        groups: vec![Group::Field(ABOUT.to_owned())],
        measures: vec![Measure::Count],
        ..Aggregation::default()
    };
    let span = (ctx.now.plus_micros(-COUNTED).micros(), ctx.now.micros() + 1);
    let read = move |reading: &mut Reading<'_, '_>| {
        in_parts(span, &mut |from, to| {
            let bound = |operator, at| {
                let at = Value::Instant(Timestamp::from_micros(at));
                Filter::test(spine::CREATED_AT, operator, Operand::One(Term::Value(at)))
            };
            let mut asked = asked.clone();
            asked.filter = Filter::All(vec![
                bound(Operator::GreaterOrEqual, from),
                bound(Operator::Less, to),
                Filter::equal(ANSWER, Value::Choice(SOLVED.to_owned())),
            ]);
            let found = reading.aggregate(&asked)?;
            Ok(found.rows.iter().filter_map(count_of).collect())
        })
    };
    let counts = state
        .engine()
        .read_long(&ctx.as_system(Surface::Page), read)
        .await?;
    let mut counts: Vec<(Uuid, i64)> = counts.into_iter().collect();
    counts.sort_by_key(|it| (std::cmp::Reverse(it.1), it.0));
    Ok(counts.into_iter().map(|it| it.0).collect())
}

/// Counts over a span of time, put together from its halves where there are too many for one answer.
fn in_parts(
    span: (i64, i64),
    ask: &mut dyn FnMut(i64, i64) -> Result<Vec<(Uuid, i64)>>,
) -> Result<HashMap<Uuid, i64>> {
    let mut counts = HashMap::new();
    let mut left = vec![span];
    while let Some((from, to)) = left.pop() {
        match ask(from, to) {
            Err(Error::Refused(Refused::BadRequest(message)))
                if message.key == TOO_MANY && to - from > 1 =>
            {
                let middle = from + (to - from) / 2;
                left.extend([(from, middle), (middle, to)]);
            }
            found => {
                for (id, count) in found? {
                    *counts.entry(id).or_default() += count;
                }
            }
        }
    }
    Ok(counts)
}

fn href(of: &TypeDef, asked: &Asked, after: Option<&str>) -> String {
    let about = asked.about.map(|it| it.to_string());
    let order = asked.helped_most.then_some("helped");
    let pairs = [
        ("about", about.as_deref()),
        ("order", order),
        ("after", after),
    ];
    let given = pairs.into_iter().filter_map(|(name, it)| Some((name, it?)));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(given)
        .finish();
    let path = format!("/portal/{}", of.name);
    if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    }
}

fn body(here: &Here, of: &TypeDef, asked: &Asked, seen: &Seen) -> Markup {
    let language = here.language();
    let only = html! { input type="hidden" name="type" value=(of.name); };
    let order = |helped_most: bool| {
        let other = Asked {
            helped_most,
            after: None,
            ..*asked
        };
        href(of, &other, None)
    };
    let first = || href(of, asked, None);
    let (words, help) = plain_words(language);
    html! {
        div class="portal-page" { div class="portal-column search-page" {
            a class="back-link" href="/portal" { (icon("left")) (text!(language, "portal-back")) }
            h1 { (label::label(language, &of.plural)) }
            (search_form(language, ("/portal/search", &words), "", &only))
            p class="small-text" id="search-help" { (help) }
            div id="found" data-part="hits" {
                (facets(language, &subjects(here, of, asked, seen)))
                div class="row" {
                    a class=(chosen(!asked.helped_most)) aria-current=[(!asked.helped_most).then_some("true")] href=(order(false)) { (text!(language, "library-newest")) }
                    a class=(chosen(asked.helped_most)) aria-current=[asked.helped_most.then_some("true")] href=(order(true)) { (text!(language, "library-helped")) }
                }
                @if asked.helped_most { p class="small-text" { (text!(language, "library-helped-help")) } }
                @if seen.rows.is_empty() { (nothing(here, of, asked)) }
                @else { (hits(&seen.rows.iter().map(|it| one(here, it)).collect::<Vec<_>>())) }
                @if asked.after.is_some() || seen.next.is_some() {
                    nav class="pager" aria-label=(text!(language, "pager-label")) {
                        @if asked.after.is_some() { a class="button small" href=(first()) { (icon("left")) (text!(language, "pager-first")) } }
                        @if let Some(next) = &seen.next { a class="button small end" rel="next" href=(href(of, asked, Some(next))) { (text!(language, "pager-next")) (icon("right")) } }
                    }
                }
            }
        } }
    }
}

const fn chosen(is_shown: bool) -> &'static str {
    if is_shown {
        "button small primary"
    } else {
        "button small"
    }
}

/// All of them, and those about each subject, by its name.
fn subjects(here: &Here, of: &TypeDef, asked: &Asked, seen: &Seen) -> Vec<Facet> {
    let language = here.language();
    let place = |about: Option<Uuid>| {
        let other = Asked {
            about,
            after: None,
            ..*asked
        };
        href(of, &other, None)
    };
    let mut named: Vec<Facet> = seen
        .about
        .iter()
        .filter_map(|(id, count)| {
            Some(Facet {
                words: seen.titles.get(*id)?.title.clone(),
                count: count.to_string(),
                href: place(Some(*id)),
                is_shown: asked.about == Some(*id),
            })
        })
        .collect();
    named.sort_by_cached_key(|it| base::text_key(&it.words));
    if named.is_empty() {
        return named;
    }
    let all = Facet {
        words: text!(language, "library-all"),
        count: String::new(),
        href: place(None),
        is_shown: asked.about.is_none(),
    };
    std::iter::once(all).chain(named).collect()
}

fn nothing(here: &Here, of: &TypeDef, asked: &Asked) -> Markup {
    let language = here.language();
    let narrower = asked.about.is_some() || asked.helped_most;
    html! {
        div class="empty" {
            (icon("book"))
            @if narrower {
                h2 { (text!(language, "library-none-here")) }
                p { a class="button" href=(format!("/portal/{}", of.name)) { (text!(language, "library-see-all")) } }
            } @else {
                h2 { (text!(language, "search-empty")) }
                p { (text!(language, "library-none-help")) }
            }
        }
    }
}

fn one(here: &Here, row: &Visible) -> Found {
    let part = |text: String| Part {
        text,
        is_marked: false,
    };
    let of = row.record_type();
    let summary = row.value(SUMMARY).as_text().filter(|it| !it.is_empty());
    let at = row.value(PUBLISHED_AT).as_instant();
    Found {
        href: format!("/portal{}", address(row)),
        icon: type_icon(of),
        kind: kind(here.language(), of),
        number: row.number().unwrap_or_default().to_owned(),
        title: vec![part(title_of(here.language(), row))],
        snippet: summary.into_iter().map(|it| part(it.to_owned())).collect(),
        from: None,
        is_private: false,
        state: None,
        updated: at.map(|at| time::ago(here.language(), &here.ctx().zone, here.ctx().now, at)),
        action: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_one_answer_holds_is_counted_in_parts() {
        // One of three texts at each instant, and an answer holds two.
        let all: Vec<(i64, Uuid)> = (0..12_i64)
            .map(|at| (at, Uuid::from_u128(at.unsigned_abs().into())))
            .chain((0..12).map(|at| (at, Uuid::from_u128(100))))
            .collect();
        let mut asked = 0;
        let counts = in_parts((0, 12), &mut |from, to| {
            asked += 1;
            let mut groups: HashMap<Uuid, i64> = HashMap::new();
            for (_, id) in all.iter().filter(|it| (from..to).contains(&it.0)) {
                *groups.entry(*id).or_default() += 1;
            }
            if groups.len() > 3 {
                return Err(Refused::BadRequest(Message::new(TOO_MANY)).into());
            }
            Ok(groups.into_iter().collect())
        });
        let counts = counts.ok().unwrap_or_default();
        assert_eq!(counts.len(), 13);
        assert_eq!(counts.get(&Uuid::from_u128(100)), Some(&12));
        assert!(asked > 4);
        let other = in_parts((0, 12), &mut |_, _| {
            Err(Refused::BadRequest(Message::new("other")).into())
        });
        assert!(other.is_err());
    }
}
