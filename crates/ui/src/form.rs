//! Forms: fields with their label, their help and what is wrong with them, and the summary above.
//!
//! A form knows texts only. What they mean is read by the edge and decided by the door.

use dictionary::{FieldDef, Kind};
use maud::{Markup, html};

use crate::icon::icon;
use crate::message::Language;
use crate::{label, text};

/// Rows of a text area.
const ROWS: u8 = 6;

/// One field of a form.
#[derive(Clone, Debug)]
pub struct FormField {
    /// Name under which the form sends it.
    pub name: String,
    /// What people read above it.
    pub label: String,
    /// A sentence below it.
    pub help: Option<String>,
    /// Whether it needs a value.
    pub required: bool,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
    /// How it is filled in.
    pub control: Control,
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub enum Control {
    /// One line.
    Line {
        /// What stands in it.
        value: String,
        /// The `type` attribute.
        kind: &'static str,
        /// Most characters.
        most: Option<usize>,
        /// What may be meant, offered while typing.
        offers: Vec<Choice>,
    },
    /// Many lines.
    Area {
        /// What stands in it.
        value: String,
    },
    /// One of several, in a menu.
    Menu {
        /// The chosen value.
        value: String,
        /// What can be chosen.
        choices: Vec<Choice>,
        /// The field whose choice says which groups of these are meant: others are out of sight, where there is script.
        follows: Option<String>,
    },
    /// One of a few, all in sight.
    Radios {
        /// The chosen value.
        value: String,
        /// What can be chosen.
        choices: Vec<Choice>,
    },
    /// Any number of several.
    Ticks {
        /// The chosen values.
        values: Vec<String>,
        /// What can be chosen.
        choices: Vec<Choice>,
    },
    /// Yes or no.
    Tick {
        /// Whether it is yes.
        on: bool,
    },
    /// A secret; what was typed is never sent back.
    Secret {
        /// The `autocomplete` attribute.
        autocomplete: &'static str,
    },
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
    /// The heading under which it stands.
    pub group: Option<String>,
}

/// What a reference can lead to.
#[derive(Clone, Debug)]
pub enum Offer {
    /// All of them.
    All(Vec<Choice>),
    /// Too many to list: people type a name, a number or an address.
    Typed,
}

/// A group of fields under a heading.
#[derive(Clone, Debug, Default)]
pub struct FormSection {
    /// The heading; nothing for the first of a short form.
    pub title: Option<String>,
    /// Its fields.
    pub fields: Vec<FormField>,
}

/// The control that fits a field, filled with these texts.
#[must_use]
pub fn control(
    language: &Language,
    field: &FieldDef,
    values: &[String],
    others: &[FieldDef],
    offer: Option<Offer>,
) -> Control {
    let value = values.first().cloned().unwrap_or_default();
    let line = |kind: &'static str, most: Option<usize>| Control::Line {
        value: value.clone(),
        kind,
        most,
        offers: Vec::new(),
    };
    let menu = |value: String, choices: Vec<Choice>| Control::Menu {
        follows: field.depends_on.clone(),
        value,
        choices,
    };
    match &field.kind {
        Kind::Text { max } => match offer {
            Some(Offer::All(choices)) => menu(value, choices),
            _ => line("text", Some(*max)),
        },
        Kind::Email => line("email", None),
        Kind::Url => line("url", None),
        Kind::Date => line("date", None),
        Kind::Instant => line("datetime-local", None),
        Kind::Integer if field.choices.is_empty() => line("number", None),
        Kind::Integer | Kind::Choice => {
            let choices = choices(language, field, others, &value);
            menu(value, choices)
        }
        Kind::MultiChoice => Control::Ticks {
            values: values.to_vec(),
            choices: choices(language, field, others, ""),
        },
        Kind::Boolean => Control::Tick {
            on: value == "true",
        },
        Kind::LongText | Kind::Json => Control::Area { value },
        Kind::Reference { .. } | Kind::References { .. } => match offer {
            Some(Offer::All(choices)) if matches!(field.kind, Kind::References { .. }) => {
                Control::Ticks {
                    values: values.to_vec(),
                    choices,
                }
            }
            Some(Offer::All(choices)) => menu(value, choices),
            _ => line("text", None),
        },
        Kind::Decimal { .. } | Kind::Money | Kind::Duration => line("text", None),
    }
}

/// Choices of a field in their order, those that depend on another field under its choices.
fn choices(language: &Language, field: &FieldDef, others: &[FieldDef], kept: &str) -> Vec<Choice> {
    let decider = field.depends_on.as_deref();
    let decider = decider.and_then(|name| others.iter().find(|it| it.name == name));
    let offered = field
        .choices
        .iter()
        .filter(|it| it.active || it.code == kept);
    offered
        .map(|it| Choice {
            value: it.code.clone(),
            label: label::choice(language, field, &it.code),
            group: decider.and_then(|other| {
                let when = it
                    .when
                    .iter()
                    .map(|code| label::choice(language, other, code));
                Some(when.collect::<Vec<_>>().join(", ")).filter(|it| !it.is_empty())
            }),
        })
        .collect()
}

/// What was refused, on top of the form; each line leads to its field.
#[must_use]
pub fn problems(
    language: &Language,
    prefix: &str,
    sections: &[FormSection],
    general: &[String],
) -> Markup {
    let fields: Vec<&FormField> = sections
        .iter()
        .flat_map(|it| &it.fields)
        .filter(|it| it.problem.is_some())
        .collect();
    let count = fields.len() + general.len();
    html! {
        @if count > 0 {
            section class="problems" role="alert" tabindex="-1" {
                h2 { (icon("alert")) (text!(language, "form-problems", count = count)) }
                ul {
                    @for words in general { li { (words) } }
                    @for field in fields {
                        li { a href=(format!("#{prefix}{}", field.name)) {
                            (field.label) ": " (field.problem.as_deref().unwrap_or_default())
                        } }
                    }
                }
            }
        }
    }
}

/// The sections of a form.
#[must_use]
pub fn sections(language: &Language, prefix: &str, sections: &[FormSection]) -> Markup {
    html! {
        @for section in sections {
            @match &section.title {
                Some(title) => div class="form-section" {
                    h2 { (title) }
                    (grid(language, prefix, &section.fields))
                },
                None => (grid(language, prefix, &section.fields)),
            }
        }
    }
}

/// Fields in two columns where there is room.
#[must_use]
pub fn grid(language: &Language, prefix: &str, fields: &[FormField]) -> Markup {
    html! { div class="form-grid" { @for it in fields { (field(language, prefix, it)) } } }
}

/// One field with its label, help and problem.
#[must_use]
pub fn field(language: &Language, prefix: &str, field: &FormField) -> Markup {
    let id = format!("{prefix}{}", field.name);
    let told = Told::of(&id, field);
    match &field.control {
        Control::Radios { value, choices } => {
            group(language, &id, field, choices, &|it| it == value, "radio")
        }
        Control::Ticks { values, choices } => group(
            language,
            &id,
            field,
            choices,
            &|it| values.iter().any(|value| value == it),
            "checkbox",
        ),
        Control::Tick { on } => html! {
            p class="field" {
                label class="check" {
                    input type="checkbox" id=(id) name=(field.name) value="true" checked[*on]
                        aria-describedby=[told.described()] aria-invalid=[told.invalid()];
                    (field.label)
                }
                (told.below(field))
            }
        },
        other => html! {
            p class=(if matches!(other, Control::Area { .. }) || is_wide(field) { "field wide" } else { "field" }) {
                label for=(id) { (field.label) (mark(language, field)) }
                (input(language, &id, field, &told))
                (told.below(field))
            }
        },
    }
}

/// Text fields that hold a sentence take the whole width.
fn is_wide(field: &FormField) -> bool {
    matches!(&field.control, Control::Line { kind: "text", most: Some(most), .. } if *most >= 200)
}

fn input(language: &Language, id: &str, field: &FormField, told: &Told) -> Markup {
    let (described, invalid) = (told.described(), told.invalid());
    match &field.control {
        Control::Line {
            value,
            kind,
            most,
            offers,
        } => html! {
            input class="input" id=(id) name=(field.name) type=(kind) value=(value) maxlength=[most]
                list=[(!offers.is_empty()).then(|| format!("{id}-offers"))] required[field.required]
                aria-describedby=[described] aria-invalid=[invalid];
            @if !offers.is_empty() {
                datalist id=(format!("{id}-offers")) { @for it in offers { option value=(it.value) { (it.label) } } }
            }
        },
        Control::Area { value } => html! {
            textarea class="input" id=(id) name=(field.name) rows=(ROWS) required[field.required]
                aria-describedby=[described] aria-invalid=[invalid] { "\n" (value) }
        },
        Control::Menu {
            value,
            choices,
            follows,
        } => html! {
            span class="select" {
                select class="input" id=(id) name=(field.name) data-follows=[follows] required[field.required]
                    aria-describedby=[described] aria-invalid=[invalid] {
                    @if !field.required || value.is_empty() {
                        option value="" { (text!(language, "form-choose-nothing")) }
                    }
                    (options(choices, value))
                }
                (icon("down"))
            }
        },
        Control::Secret { autocomplete } => html! {
            input class="input" id=(id) name=(field.name) type="password" autocomplete=(autocomplete)
                required[field.required] aria-describedby=[described] aria-invalid=[invalid];
        },
        Control::Radios { .. } | Control::Ticks { .. } | Control::Tick { .. } => Markup::default(),
    }
}

fn options(choices: &[Choice], value: &str) -> Markup {
    let unknown = !value.is_empty() && !choices.iter().any(|it| it.value == value);
    let mut groups: Vec<Option<&str>> = Vec::new();
    for it in choices {
        if !groups.contains(&it.group.as_deref()) {
            groups.push(it.group.as_deref());
        }
    }
    html! {
        // What is stored stays, even where it can no longer be chosen.
        @if unknown { option value=(value) selected { (value) } }
        @for group in groups {
            @let of_group = choices.iter().filter(|it| it.group.as_deref() == group);
            @match group {
                Some(title) => optgroup label=(title) {
                    @for it in of_group { option value=(it.value) selected[it.value == value] { (it.label) } }
                },
                None => { @for it in of_group { option value=(it.value) selected[it.value == value] { (it.label) } } },
            }
        }
    }
}

fn group(
    language: &Language,
    id: &str,
    field: &FormField,
    choices: &[Choice],
    chosen: &dyn Fn(&str) -> bool,
    kind: &'static str,
) -> Markup {
    let told = Told::of(id, field);
    html! {
        fieldset class="field wide" id=(id) tabindex="-1" aria-describedby=[told.described()] {
            legend { (field.label) (mark(language, field)) }
            span class="row" {
                @for it in choices {
                    label class="check" {
                        input type=(kind) name=(field.name) value=(it.value) checked[chosen(&it.value)]
                            required[kind == "radio" && field.required];
                        (it.label)
                    }
                }
            }
            (told.below(field))
        }
    }
}

/// Required is the rule on short forms, so what is optional says so.
fn mark(language: &Language, field: &FormField) -> Markup {
    html! { @if !field.required { " " span class="optional" { (text!(language, "form-optional")) } } }
}

/// What is told below a field, and how the field refers to it.
struct Told {
    help: Option<String>,
    problem: Option<String>,
}

impl Told {
    fn of(id: &str, field: &FormField) -> Self {
        Self {
            help: field.help.as_ref().map(|_| format!("{id}-help")),
            problem: field.problem.as_ref().map(|_| format!("{id}-problem")),
        }
    }

    fn described(&self) -> Option<String> {
        let ids: Vec<&str> = [&self.problem, &self.help]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.problem.as_ref().map(|_| "true")
    }

    fn below(&self, field: &FormField) -> Markup {
        html! {
            @if let Some((id, words)) = self.problem.as_ref().zip(field.problem.as_ref()) {
                span class="problem" id=(id) { (icon("alert")) (words) }
            }
            @if let Some((id, words)) = self.help.as_ref().zip(field.help.as_ref()) {
                span class="help" id=(id) { (words) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(problem: Option<&str>) -> FormField {
        FormField {
            name: "title".into(),
            label: "Title".into(),
            help: Some("In a few words.".into()),
            required: true,
            problem: problem.map(str::to_owned),
            control: Control::Line {
                value: "<b>".into(),
                kind: "text",
                most: Some(255),
                offers: Vec::new(),
            },
        }
    }

    #[test]
    fn a_refused_field_is_told_three_times_and_the_summary_leads_to_it() {
        let field_of = title(Some("Say what is wrong."));
        let shown = field(&Language::default(), "new-", &field_of).into_string();
        assert!(shown.contains(r#"<label for="new-title">"#), "{shown}");
        assert!(shown.contains(r#"aria-invalid="true""#), "{shown}");
        assert!(
            shown.contains(r#"aria-describedby="new-title-problem new-title-help""#),
            "{shown}"
        );
        let section = FormSection {
            title: None,
            fields: vec![field_of],
        };
        let above = problems(&Language::default(), "new-", &[section], &[]).into_string();
        assert!(above.contains(r##"href="#new-title""##), "{above}");
    }

    #[test]
    fn what_was_typed_stays_and_cannot_become_markup() {
        let shown = field(&Language::default(), "", &title(None)).into_string();
        assert!(
            shown.contains(r#"value="&lt;b&gt;""#) && !shown.contains("aria-invalid"),
            "{shown}"
        );
    }

    #[test]
    fn a_choice_that_is_gone_stays_chosen() {
        let shown = options(&[], "fax").into_string();
        assert_eq!(shown, r#"<option value="fax" selected>fax</option>"#);
    }
}
