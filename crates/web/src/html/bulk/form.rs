//! The forms that ask what is done: which fields or step, then the values.

use base::Problem;
use dictionary::{FieldDef, Transition};
use engine::Reading;
use maud::{Markup, html};
use ui::form::{Choice, Control, FormField, FormSection, problems, sections};
use ui::label;
use ui::message::Language;
use ui::text;

use super::super::input::{self, FieldForm};
use super::super::shell::Here;
use super::{Chosen, fields, steps};
use crate::{AppState, Failure, FormData};

/// Which fields, or which step.
pub(super) fn narrower(here: &Here, chosen: &Chosen) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    let choice = |value: &str, words: String| Choice {
        value: value.to_owned(),
        label: words,
        group: None,
    };
    let field = if chosen.act == "change" {
        let all = fields(ctx, &chosen.of, "update");
        let choices = all
            .iter()
            .map(|it| choice(&it.name, label::label(language, &it.label)));
        FormField {
            name: "bulk-field".to_owned(),
            label: text!(language, "bulk-which-fields"),
            help: Some(text!(language, "bulk-which-fields-help")),
            required: true,
            problem: None,
            control: Control::Ticks {
                values: chosen.fields.clone(),
                choices: choices.collect(),
            },
        }
    } else {
        let all = steps(ctx, &chosen.of);
        let choices = all
            .iter()
            .map(|it| choice(&it.name, label::label(language, &it.label)));
        FormField {
            name: "bulk-step".to_owned(),
            label: text!(language, "bulk-which-step"),
            help: Some(text!(language, "bulk-which-step-help")),
            required: true,
            problem: None,
            control: Control::Radios {
                value: all.first().map(|it| it.name.clone()).unwrap_or_default(),
                choices: choices.collect(),
            },
        }
    };
    let shown = [FormSection {
        title: None,
        fields: vec![field],
    }];
    html! {
        form class="form" method="get" action=(format!("/{}/bulk", chosen.of.name)) {
            (chosen.hidden())
            (sections(language, "", &shown))
            div class="form-actions" {
                button class="button primary" { (text!(language, "bulk-next")) }
                a class="button quiet" href=(format!("/{}", chosen.of.name)) { (text!(language, "form-cancel")) }
            }
        }
    }
}

/// The form that asks for the values, with what was typed and what is wrong with it.
pub(super) async fn values(
    state: &AppState,
    here: &Here,
    chosen: &Chosen,
    typed: &FormData,
    wrong: &[Problem],
) -> Result<Markup, Failure> {
    let (language, ctx) = (here.language(), here.ctx());
    let fields = chosen.asked(ctx);
    let own: Vec<FieldDef> = fields.iter().copied().cloned().collect();
    let read = move |reading: &mut Reading<'_, '_>| {
        input::offers(reading, &own.iter().collect::<Vec<_>>())
    };
    let offers = state.engine().read(ctx, read).await?;
    let texts = input::sent(&fields, typed);
    let step = chosen.transition(ctx);
    let form = FieldForm {
        language,
        of: &chosen.of,
        offers: &offers,
        texts: &texts,
        problems: wrong,
        needed: step.map_or(&[], |it| &it.needs),
        plain: false,
    };
    let mut shown = form.sections(&fields);
    if chosen.act != "transition" {
        // One value for many is asked for; it need not be there.
        shown
            .iter_mut()
            .flat_map(|it| &mut it.fields)
            .for_each(|it| it.required = false);
    }
    shown.push(FormSection {
        title: None,
        fields: besides(language, chosen, step, (typed, &form)),
    });
    let on_form = |it: &&Problem| it.field.as_deref() != Some("bulk-comment");
    let general: Vec<String> = match wrong.iter().filter(on_form).count() {
        0 => Vec::new(),
        _ => form.general(&fields),
    };
    Ok(html! {
        form class="form" method="post" action=(format!("/{}/bulk", chosen.of.name)) {
            (here.csrf())
            (chosen.hidden())
            @for field in &chosen.fields { input type="hidden" name="bulk-field" value=(field); }
            @if let Some(step) = &chosen.step { input type="hidden" name="bulk-step" value=(step); }
            (problems(language, "", &shown, &general))
            @if chosen.act == "assign" { p class="small-text" { (text!(language, "bulk-assign-help")) } }
            (sections(language, "", &shown))
            div class="form-actions" {
                button class="button primary" { (text!(language, "bulk-preview")) }
                a class="button quiet" href=(format!("/{}", chosen.of.name)) { (text!(language, "form-cancel")) }
                span class="small-text" { (text!(language, "bulk-preview-help")) }
            }
        }
    })
}

/// What is said with the act, and why.
fn besides(
    language: &Language,
    chosen: &Chosen,
    step: Option<&Transition>,
    (typed, form): (&FormData, &FieldForm<'_>),
) -> Vec<FormField> {
    let text = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let mut all = Vec::new();
    if chosen.of.journal && matches!(chosen.act.as_str(), "comment" | "transition") {
        all.push(FormField {
            name: "bulk-comment".to_owned(),
            label: text!(language, "bulk-comment-label"),
            help: None,
            required: chosen.act == "comment" || step.is_some_and(|it| it.needs_comment),
            problem: form.problem("bulk-comment"),
            control: Control::Area {
                value: text("bulk-comment"),
            },
        });
    }
    if chosen.act == "comment" {
        all.push(FormField {
            name: "bulk-private".to_owned(),
            label: text!(language, "bulk-comment-private"),
            help: None,
            required: false,
            problem: None,
            control: Control::Tick {
                on: typed.get("bulk-private").is_some(),
            },
        });
    }
    all.push(FormField {
        name: "bulk-reason".to_owned(),
        label: text!(language, "bulk-reason-label"),
        help: Some(text!(language, "bulk-reason-help")),
        required: false,
        problem: None,
        control: Control::Line {
            value: text("bulk-reason"),
            kind: "text",
            most: None,
            offers: Vec::new(),
        },
    });
    all
}
