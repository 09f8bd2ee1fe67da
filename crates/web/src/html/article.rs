//! A text as its readers see it, and what they say of it: that it solved something, that it helps or not.
//!
//! What can be said is a type of its own that refers to the text: `about` which one, `answer` what.

pub(super) mod heard;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use base::{Error, Message, Refused, Result, Uuid};
use dictionary::{
    Audience, Direction, Filter, Kind, Operand, Operator, Page, Query, Sort, Term, TypeDef, Value,
    spine,
};
use engine::additions::LINK_KINDS;
use engine::read::Visible;
use engine::{Action, Change, Ctx, Reading};
use maud::{Markup, html};
use ui::article::{Article, Asked, article};
use ui::label;
use ui::record::title_of;
use ui::{text, time};
use url::form_urlencoded;

use super::flash::Flash;
use super::navigation::list_href;
use super::portal::{askable, texts};
use super::record::{Loaded, load};
use super::shell::{Frame, Here, go};
use crate::{AppState, Failure, Posted};

/// Field of an answer that says which text it is about.
pub(super) const ABOUT: &str = "about";
/// Field of an answer that says what the reader thinks.
pub(super) const ANSWER: &str = "answer";
/// Field of an answer that says who gave it.
const PERSON: &str = "person";
/// Field of an answer with what the reader adds.
const WORDS: &str = "words";
/// Kind of link from a record to the text that solved it.
pub(super) const SOLVED_BY: &str = "solved_by";
/// The answer that says that nobody has to be asked any more.
pub(super) const SOLVED: &str = "solved";
/// For how long an answer that it solved something is shown, in microseconds.
const A_DAY: i64 = base::MICROS_PER_DAY;
/// Longest text that is carried along in an address, in characters.
const CARRIED: usize = 1_500;
/// Longest text of a title, in characters.
const TITLE: usize = 255;

type Shown = Result<Response, Failure>;

/// The type of what readers say of texts of that type, if there is one.
pub(super) fn answers_about<'a>(ctx: &'a Ctx, text: &TypeDef) -> Option<&'a Arc<TypeDef>> {
    let refers = |it: &TypeDef| {
        it.field(ABOUT)
            .is_some_and(|it| it.kind == Kind::reference(&text.name))
    };
    let mut types = ctx.snapshot.dictionary.types();
    types.find(|it| refers(it) && it.field(ANSWER).is_some())
}

/// The page of a text.
pub(super) async fn show(state: &AppState, here: &Here, loaded: &Loaded) -> Shown {
    let said = own_answers(state, here, loaded).await?;
    let words = carried(here.query.get("q").unwrap_or_default());
    let language = here.language();
    let place = format!("/portal{}", loaded.address());
    let record = &loaded.record;
    let address = loaded.address();
    let files = loaded.files_at(here.ctx(), &address, &place);
    let file = |name: &str| {
        let found = files.all.iter().find(|it| it.blob.name == name);
        found.map(|it| format!("{address}/files/{}", it.blob.id))
    };
    let body = published(loaded);
    // Pictures that the text shows itself need no second place.
    let beside = files.show(language, |it| {
        !body.is_some_and(|text| text.contains(&it.blob.name))
    });
    let short = |name: &str| record.value(name).as_text().filter(|it| !it.is_empty());
    let page = Article {
        language,
        back: (
            match words.is_empty() {
                true => format!("/portal/{}", loaded.of.name),
                false => format!(
                    "/portal/search?{}",
                    query(&[("type", &loaded.of.name), ("q", &words)])
                ),
            },
            label::label(language, &loaded.of.plural),
        ),
        title: title_of(language, record),
        lead: short("summary"),
        facts: facts(here, loaded),
        body,
        file: &file,
        files: beside,
        asked: asked(here, loaded, &said, &words),
        report: report(here, &words),
    };
    let frame = Frame {
        title: title_of(language, record),
        area: "home",
        ..Frame::default()
    };
    Ok(here.portal(state, frame, &article(&page)))
}

/// The text that readers see: what is in work is for those who work on it.
fn published(loaded: &Loaded) -> Option<&str> {
    let mut fields = loaded.record.fields();
    let is_public = |kind: &Kind, audience| *kind == Kind::LongText && audience == Audience::Public;
    fields
        .find(|(field, value)| is_public(&field.kind, field.audience) && !value.is_null())
        .and_then(|(_, value)| value.as_text())
}

fn facts(here: &Here, loaded: &Loaded) -> Vec<Markup> {
    let record = &loaded.record;
    let mut facts = vec![html! { (record.number().unwrap_or_default()) }];
    // What its author said that it is about; who looks after it is for those who do.
    let about = loaded
        .of
        .layout
        .create
        .iter()
        .filter(|it| !spine::is_spine(it));
    let ids = about.filter_map(|it| record.value(it).as_reference());
    let mut titles: Vec<&str> = ids
        .filter_map(|it| Some(loaded.titles.get(it)?.title.as_str()))
        .collect();
    // A service and its category often have the same name.
    titles.dedup();
    facts.extend(titles.into_iter().map(|it| html! { (it) }));
    if let Some(at) = record.value("published_at").as_instant() {
        let age = time::ago(here.language(), &here.ctx().zone, here.ctx().now, at);
        facts.push(html! { (text!(here.language(), "article-published")) " " (age) });
    }
    facts
}

/// What the reader is asked; nothing where no text is there or nothing may be said.
fn asked(here: &Here, loaded: &Loaded, said: &[Visible], words: &str) -> Option<Asked> {
    let of = answers_about(here.ctx(), &loaded.of)?;
    let may = here.ctx().may_somewhere(&of.name, "create") && published(loaded).is_some();
    let field = of.field(ANSWER).filter(|_| may)?;
    let action = format!("/portal{}/feedback", loaded.address());
    let code = |it: &Visible| it.value(ANSWER).as_text().unwrap_or_default().to_owned();
    let undo = |it: &Visible| format!("{action}/{}/remove", it.id());
    let words_of = |code: &str| {
        field
            .choice(code)
            .map(|it| label::label(here.language(), &it.label))
            .unwrap_or_default()
    };
    let recent = |it: &&Visible| {
        let at = it.value(spine::CREATED_AT).as_instant();
        at.is_some_and(|at| at.plus_micros(A_DAY) > here.ctx().now)
    };
    let mut solved = said.iter().filter(|it| code(it) == SOLVED);
    let opinion = said.iter().find(|it| code(it) != SOLVED);
    Some(Asked {
        hidden: html! { (here.csrf()) input type="hidden" name="q" value=(words); },
        solved: SOLVED,
        answers: field
            .choices
            .iter()
            .filter(|it| it.active && it.code != SOLVED)
            .map(|it| (it.code.clone(), label::label(here.language(), &it.label)))
            .collect(),
        said_solved: solved.find(recent).map(undo),
        said: opinion.map(|it| (code(it), words_of(&code(it)), undo(it))),
        action,
    })
}

/// Where somebody reports what the text does not solve, with the words that they searched.
fn report(here: &Here, words: &str) -> Vec<(String, String)> {
    let language = here.language();
    let (title, rest) = split(words);
    let address = |of: &TypeDef| {
        let pairs = [("title", title.as_str()), ("description", rest.as_str())];
        let given: Vec<_> = pairs.into_iter().filter(|it| !it.1.is_empty()).collect();
        format!("/portal/new/{}?{}", of.name, query(&given))
    };
    let called = |of: &TypeDef| {
        let key = label::key(&["portal", &of.name, "title"]);
        label::said(language, &key).unwrap_or_else(|| super::shell::new_words(language, of))
    };
    let mut all: Vec<_> = askable(here.ctx())
        .map(|it| (address(it), called(it)))
        .collect();
    if let Some((_, words)) = all.first_mut() {
        *words = text!(language, "article-report");
    }
    all
}

/// The first line as a title, and all of it where that does not say everything.
fn split(words: &str) -> (String, String) {
    let first: String = words
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(TITLE)
        .collect();
    let rest = words.trim().strip_prefix(&first).unwrap_or_default().trim();
    (first, rest.to_owned())
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// As much of what somebody wrote as an address carries.
pub(super) fn carried(words: &str) -> String {
    words.trim().chars().take(CARRIED).collect()
}

/// What the reader has said of this text, the latest first.
async fn own_answers(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
) -> Result<Vec<Visible>, Failure> {
    let Some(of) = answers_about(here.ctx(), &loaded.of) else {
        return Ok(Vec::new());
    };
    if !here.ctx().may_somewhere(&of.name, "read") {
        return Ok(Vec::new());
    }
    let me = Filter::test(PERSON, Operator::Equal, Operand::One(Term::Me));
    let about = Filter::equal(ABOUT, Value::Reference(loaded.record.id()));
    let query = Query {
        record_type: Some(of.name.clone()),
        filter: Filter::All(vec![about, me]),
        sort: vec![Sort {
            field: spine::CREATED_AT.to_owned(),
            direction: Direction::Descending,
        }],
        columns: vec![ANSWER.to_owned(), spine::CREATED_AT.to_owned()],
        page: Page {
            limit: Some(20),
            after: None,
        },
        ..Query::default()
    };
    let read = move |reading: &mut Reading<'_, '_>| Ok(reading.list(&query)?.rows);
    Ok(state.engine().read(here.ctx(), read).await?)
}

/// What readers say of a text, for those who look after it.
pub(super) fn heard(here: &Here, loaded: &Loaded) -> Option<ui::record::Heard> {
    let heard = loaded.heard.as_ref()?;
    let field = heard.of.field(ANSWER)?;
    let said = |code: &str| {
        let choice = field.choice(code);
        choice.map_or_else(
            || code.to_owned(),
            |it| label::label(here.language(), &it.label),
        )
    };
    let about = format!("{ABOUT}:{}", loaded.record.number().unwrap_or_default());
    let counts = heard.counts.iter().map(|(code, count)| {
        let href = list_href(&heard.of.name, &format!("{about} {ANSWER}:{code}"));
        (said(code), *count, href)
    });
    let words = heard.words.iter().map(|it| {
        let text = |name: &str| it.value(name).as_text().unwrap_or_default();
        let who = it.value(PERSON).as_reference();
        let who = who.and_then(|it| heard.titles.get(it));
        let who = who.map(|it| it.title.clone()).unwrap_or_default();
        let at = it.value(spine::CREATED_AT).as_instant();
        (said(text(ANSWER)), text(WORDS).to_owned(), who, at)
    });
    let used = |it: &&engine::LinkSeen| it.kind == SOLVED_BY && !it.outgoing;
    let used = loaded.links.rows.iter().filter(used).count();
    let more = if loaded.links.next.is_some() { "+" } else { "" };
    Some(ui::record::Heard {
        counts: counts.collect(),
        words: words.collect(),
        href: list_href(&heard.of.name, &about),
        used: format!("{used}{more}"),
    })
}

/// Whether the reader may say of a record that a text solved it: it is somebody's work, and of texts there are some.
pub(super) fn may_use(here: &Here, loaded: &Loaded) -> bool {
    let ctx = here.ctx();
    let kinds = ctx.snapshot.settings.find(ctx.tenant, None, LINK_KINDS);
    let is_offered = kinds
        .and_then(|(json, _)| json.as_array())
        .is_some_and(|all| all.iter().any(|it| it == SOLVED_BY));
    let is_work = loaded.of.field(spine::ASSIGNEE).is_some();
    is_offered && is_work && loaded.may(ctx, "link") && texts(ctx).next().is_some()
}

/// `POST /portal/{type}/{key}/feedback`
pub(super) async fn say(
    State(state): State<AppState>,
    Path((name, key)): Path<(String, String)>,
    posted: Posted,
) -> Shown {
    let here = Here::after(posted.viewer);
    let loaded = load(&state, &here, &name, &key).await?;
    let text = |name: &str| posted.form.get(name).unwrap_or_default().trim().to_owned();
    let unknown = || Refused::NotFound(Message::new("address-not-found"));
    let of = answers_about(here.ctx(), &loaded.of).ok_or_else(unknown)?;
    let (answer, words, searched) = (text(ANSWER), text(WORDS), carried(&text("q")));
    let mut change = Change::create(&of.name)
        .with_value(ABOUT, Value::Reference(loaded.record.id()))
        .with_value(ANSWER, Value::Choice(answer.clone()));
    for (field, text) in [(WORDS, words), ("searched", split(&searched).0)] {
        if !text.is_empty() {
            change = change.with_value(field, Value::Text(text));
        }
    }
    let mut changes = Vec::new();
    if answer != SOLVED {
        // One opinion at a time: the new one takes the place of the old one, or both stay as they were.
        let said = own_answers(&state, &here, &loaded).await?;
        let earlier = said
            .iter()
            .filter(|it| it.value(ANSWER).as_text() != Some(SOLVED));
        changes.extend(earlier.map(|it| Change::of(&of.name, it.id(), Action::Delete)));
    }
    changes.push(change);
    let write = state.write(here.ctx(), &of.name, move |unit| {
        changes
            .iter()
            .try_for_each(|it| unit.apply(it.clone()).map(drop))
    });
    match write.await {
        // Pressed twice: what was to be said has been said.
        Err(Error::Refused(Refused::Invalid(problems)))
            if problems
                .iter()
                .any(|it| it.message.key == "refused-not-unique") => {}
        other => other?,
    }
    let told = if answer == SOLVED {
        "notice-solved"
    } else {
        "notice-thanks"
    };
    Ok(go(
        &back(&loaded, &searched),
        Some(&Flash::new(told, loaded.name())),
    ))
}

/// `POST /portal/{type}/{key}/feedback/{answer}/remove`: the reader takes an own answer back.
pub(super) async fn take_back(
    State(state): State<AppState>,
    Path((name, key, answer)): Path<(String, String, String)>,
    posted: Posted,
) -> Shown {
    let here = Here::after(posted.viewer);
    let loaded = load(&state, &here, &name, &key).await?;
    let said = own_answers(&state, &here, &loaded).await?;
    let found = said
        .iter()
        .find(|it| Uuid::try_parse(&answer).is_ok_and(|id| it.id() == id));
    // What is gone already was taken back as well.
    if let Some(found) = found {
        let change = Change::of(&found.record_type().name, found.id(), Action::Delete);
        state.apply(here.ctx(), change).await?;
    }
    let words = carried(posted.form.get("q").unwrap_or_default());
    let flash = Flash::new("notice-taken-back", loaded.name());
    Ok(go(&back(&loaded, &words), Some(&flash)))
}

fn back(loaded: &Loaded, words: &str) -> String {
    let place = format!("/portal{}", loaded.address());
    if words.is_empty() {
        return place;
    }
    format!("{place}?{}", query(&[("q", words)]))
}
