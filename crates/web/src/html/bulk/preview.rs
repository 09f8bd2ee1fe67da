//! What an act over many records would do, in words.

use std::collections::BTreeSet;

use base::Uuid;
use dictionary::{FieldDef, TypeDef, Value};
use engine::Reading;
use engine::read::Titles;
use flow::bulk::{Act, Doing, Preview};
use maud::{Markup, html};
use ui::field::cell;
use ui::icon::icon;
use ui::label::{self, say};
use ui::message::Language;
use ui::run::{Row, results};
use ui::text;

use super::super::hanging;
use super::super::shell::Here;
use super::{COUNTED, Chosen, packed};
use crate::{AppState, Failure, FormData};

/// What it would do, and the button that begins it.
pub(super) async fn preview(
    state: &AppState,
    here: &Here,
    (chosen, records): (&Chosen, &[Uuid]),
    (form, act, found): (&FormData, &Act, &Preview),
) -> Result<Markup, Failure> {
    let language = here.language();
    let counted = chosen.all.is_some().then_some(records);
    let hangs = hanging::of_many(state, here, act, records).await?;
    let mut ids: BTreeSet<Uuid> = found.refusals.iter().map(|it| it.0).collect();
    ids.extend(referenced(&chosen.of, act));
    let read = move |reading: &mut Reading<'_, '_>| reading.titles_of(&ids);
    let titles = state.engine().read(here.ctx(), read).await?;
    let rows: Vec<Row> = found
        .refusals
        .iter()
        .map(|(record, problem)| Row {
            record: named(&titles, *record),
            outcome: text!(language, "bulk-refused"),
            why: why(
                language,
                &chosen.of,
                problem.field.as_deref(),
                &say(language, &problem.message),
            ),
        })
        .collect();
    let (may, total) = (found.may, found.total);
    let verdict = match may {
        0 => text!(language, "bulk-preview-none", total = total),
        _ if may == total => text!(language, "bulk-preview-all", total = total),
        _ => text!(language, "bulk-preview-some", may = may, total = total),
    };
    let kept = form.pairs().iter();
    let kept = kept
        .filter(|(name, _)| !matches!(name.as_str(), "csrf" | "bulk-go" | "bulk-back" | COUNTED));
    Ok(html! {
        section class="card padded" {
            h2 { (text!(language, "bulk-will")) }
            (done(here, &chosen.of, act, &titles))
            @if let Some(reason) = form.get("bulk-reason").filter(|it| !it.trim().is_empty()) { p class="small-text" { (text!(language, "bulk-reason-label")) ": " (reason) } }
        }
        div class=(if may == total { "banner green" } else { "banner amber" }) {
            (icon(if may == total { "check" } else { "alert" }))
            div {
                b { (verdict) }
                p { (text!(language, "bulk-preview-tried", tried = found.tried, total = total, changed = found.changed, unchanged = found.unchanged, refused = found.refused)) }
                @if counted.is_some() { p { (text!(language, "bulk-frozen")) } }
                @if !found.can_undo { p { (text!(language, "bulk-no-way-back")) } }
                @else if act.comment.is_some() { p { (text!(language, "bulk-words-stay")) } }
            }
        }
        (hanging::told_of_many(here, records.len(), &hangs))
        @if !rows.is_empty() {
            section class="card" { h2 class="padded" { (text!(language, "bulk-preview-refusals")) } (results(language, &rows)) }
        }
        form class="form" method="post" action=(format!("/{}/bulk", chosen.of.name)) {
            (here.csrf())
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            @if let Some(counted) = counted { input type="hidden" name=(COUNTED) value=(packed(counted)); }
            div class="form-actions" {
                @if may > 0 {
                    button class=(if chosen.act == "delete" { "button danger" } else { "button primary" }) name="bulk-go" value="1" { (text!(language, "bulk-go", count = total)) }
                }
                button class="button" name="bulk-back" value="1" { (text!(language, "bulk-back")) }
                a class="button quiet" href=(format!("/{}", chosen.of.name)) { (text!(language, "form-cancel")) }
            }
        }
    })
}

/// What is done to each record, in words.
pub(super) fn done(here: &Here, of: &TypeDef, act: &Act, titles: &Titles) -> Markup {
    let language = here.language();
    let reader = here.reader(titles);
    let step = match &act.doing {
        Doing::Transition(name) => of.lifecycle.as_ref().and_then(|it| it.transition(name)),
        _ => None,
    };
    html! {
        @if let Some(step) = step { p { b { (label::label(language, &step.label)) } } }
        dl class="facts" {
            @for (field, value) in set(of, act) {
                dt { (label::label(language, &field.label)) }
                dd { @if value.is_null() { (text!(language, "bulk-value-empty")) } @else { (cell(&reader, of, field, &value)) } }
            }
        }
        @if let Some(said) = &act.comment { blockquote { (said.text) } }
    }
}

fn set<'a>(of: &'a TypeDef, act: &Act) -> Vec<(&'a FieldDef, Value)> {
    let one = |(name, json): (&String, &serde_json::Value)| {
        let field = of.field(name)?;
        Some((field, field.from_json(json).unwrap_or_default()))
    };
    act.set.iter().filter_map(one).collect()
}

/// Records that the values of an act refer to.
pub(super) fn referenced(of: &TypeDef, act: &Act) -> Vec<Uuid> {
    let ids = |(_, value): (&FieldDef, Value)| match value {
        Value::Reference(id) => vec![id],
        Value::References(ids) => ids,
        _ => Vec::new(),
    };
    set(of, act).into_iter().flat_map(ids).collect()
}

/// The address and name of a record, where the reader may read it.
pub(super) fn named(titles: &Titles, record: Uuid) -> Option<(String, String)> {
    let title = titles.get(record)?;
    let number = title.number.as_deref();
    let href = ui::field::record_href(&title.record_type, number, record);
    let name = number.map_or_else(
        || title.title.clone(),
        |it| format!("{it} · {}", title.title),
    );
    Some((href, name))
}

/// A refusal with the name of its field.
pub(super) fn why(language: &Language, of: &TypeDef, field: Option<&str>, words: &str) -> String {
    match field.and_then(|it| of.field(it)) {
        Some(field) => format!("{}: {words}", label::label(language, &field.label)),
        None => words.to_owned(),
    }
}
