//! Settings as forms: the shape that a practice declared says which fields a form has, and what they mean.

use std::collections::HashMap;

use base::{Message, Problem};
use dictionary::ChoiceDef;
use engine::Shape;
use maud::{Markup, html};
use serde_json::{Map, Value as Json};
use ui::form::{Choice, Control, FormField, Offer, field};
use ui::icon::icon;
use ui::text;

use super::setting::Subject;
use crate::FormData;

/// Name of the whole value; members stand behind a point.
pub(crate) const VALUE: &str = "v";
/// Most rows of a value that a form shows; later ones stay as they are.
const MOST_ROWS: usize = 200;
/// Empty rows at the end, to add some.
const FREE_ROWS: usize = 2;

/// A setting as a form.
pub(crate) struct SettingForm<'a> {
    pub(crate) subject: &'a Subject<'a>,
    /// What references can lead to, by type.
    pub(crate) offers: &'a HashMap<String, Offer>,
}

/// Types whose records a shape asks for.
pub(crate) fn targets(shape: &Shape, out: &mut Vec<&'static str>) {
    match shape {
        Shape::Record(of) => out.push(of),
        Shape::Members(members) | Shape::Rows(members) => {
            members.iter().for_each(|it| targets(&it.1, out));
        }
        Shape::PerChoice(_, inner) => targets(inner, out),
        _ => {}
    }
}

impl SettingForm<'_> {
    /// The fields, filled with a value.
    pub(crate) fn fields(&self, value: &Json) -> Markup {
        let title = self.subject.title();
        self.edit(&self.subject.declared.shape, VALUE, &title, value)
    }

    fn edit(&self, shape: &Shape, name: &str, label: &str, value: &Json) -> Markup {
        let language = self.subject.language;
        match shape {
            Shape::Members(members) => html! {
                @for (member, shape) in *members {
                    (self.edit(shape, &format!("{name}.{member}"), &self.subject.member(member), &value[*member]))
                }
            },
            Shape::PerChoice(of, shape) => html! {
                fieldset class="setting-group" {
                    legend { (label) }
                    @for (code, words) in self.subject.choices(of) {
                        @let own = format!("{name}.{code}");
                        @match shape {
                            Shape::Members(_) => fieldset class="setting-row" { legend { (words) } (self.edit(shape, &own, &words, &value[&code])) },
                            _ => (self.edit(shape, &own, &words, &value[&code])),
                        }
                    }
                }
            },
            Shape::Rows(members) => self.rows(members, name, value),
            Shape::Grid(fields) => self.grid(fields, name, value),
            _ => field(language, "", &self.single(shape, name, label, value)),
        }
    }

    fn single(&self, shape: &Shape, name: &str, label: &str, value: &Json) -> FormField {
        let choices = |all: Vec<(String, String)>| {
            let all = all.into_iter();
            all.map(|(value, label)| choice(value, label)).collect()
        };
        let subject = self.subject;
        let control = match shape {
            Shape::OneOf(codes) => Control::Radios {
                value: said(value),
                choices: codes
                    .iter()
                    .map(|it| choice((*it).to_owned(), subject.member(it)))
                    .collect(),
            },
            Shape::ChoiceOf(of) => Control::Menu {
                value: said(value),
                choices: choices(subject.choices(of)),
                follows: None,
            },
            Shape::ChoicesOf(of) => Control::Ticks {
                values: texts(value),
                choices: choices(subject.choices(of)),
            },
            Shape::Record(of) => match self.offers.get(*of) {
                Some(Offer::All(all)) => Control::Menu {
                    value: said(value),
                    choices: all.clone(),
                    follows: None,
                },
                _ => line(said(value), "text"),
            },
            Shape::Texts => Control::Area {
                value: texts(value).join("\n"),
            },
            Shape::DaysSince(_) => line(said(value), "number"),
            _ => match value {
                Json::Bool(on) => Control::Tick { on: *on },
                Json::Null if matches!(shape, Shape::YesNo) => Control::Tick { on: false },
                Json::Number(_) => line(said(value), "number"),
                Json::String(text) => line(text.clone(), "text"),
                Json::Array(items) if items.iter().all(Json::is_string) => Control::Area {
                    value: texts(value).join("\n"),
                },
                other => Control::Area {
                    value: serde_json::to_string_pretty(other).unwrap_or_default(),
                },
            },
        };
        let help = match &control {
            Control::Area { .. } if is_list(shape, value) => {
                Some(text!(subject.language, "setting-lines-help"))
            }
            Control::Area { .. } => Some(text!(subject.language, "setting-json-help")),
            _ => None,
        };
        FormField {
            name: name.to_owned(),
            label: label.to_owned(),
            help,
            required: true,
            problem: None,
            control,
        }
    }

    fn rows(&self, members: &[(&str, Shape)], name: &str, value: &Json) -> Markup {
        let empty = Vec::new();
        let rows = value.as_array().unwrap_or(&empty);
        let (shown, rest) = rows.split_at(rows.len().min(MOST_ROWS));
        let language = self.subject.language;
        html! {
            p class="small-text" { (text!(language, "setting-rows-help")) }
            @if !rest.is_empty() { p class="small-text" { (text!(language, "setting-rows-more", count = rest.len())) } }
            // The form may show a value that is not in force yet, so it says itself what stands behind its rows.
            input type="hidden" name=(rest_of(name)) value=(serde_json::to_string(rest).unwrap_or_default());
            @for at in 0..shown.len() + FREE_ROWS {
                @let row = shown.get(at).unwrap_or(&Json::Null);
                // New rows come after all others, those that are not shown included.
                @let position = if row.is_null() { at + rest.len() + 1 } else { at + 1 };
                @let own = format!("{name}.{at}");
                fieldset class="setting-row" {
                    legend { @if row.is_null() { (text!(language, "setting-row-new")) } @else { (text!(language, "setting-row", position = at + 1)) } }
                    @for (member, shape) in members {
                        @let one = self.single(shape, &format!("{own}.{member}"), &self.subject.member(member), &row[*member]);
                        (field(language, "", &FormField { required: false, ..one }))
                    }
                    (field(language, "", &FormField {
                        name: format!("{own}.position"),
                        label: text!(language, "setting-position"),
                        help: None,
                        required: true,
                        problem: None,
                        control: line(position.to_string(), "number"),
                    }))
                }
            }
        }
    }

    fn grid(&self, [row, column, cell]: &[&str; 3], name: &str, value: &Json) -> Markup {
        let language = self.subject.language;
        let [rows, columns] = self.steps([*row, *column], value);
        let cells = self.subject.choices(cell);
        let names = [self.subject.member(row), self.subject.member(column)];
        html! {
            div class="wide-table" tabindex="0" role="region" aria-label=(self.subject.title()) {
                table class="table matrix" {
                    thead { tr {
                        td { (names[0]) " \\ " (names[1]) }
                        @for (_, words) in &columns { th scope="col" { (words) } }
                    } }
                    tbody { @for (left, words) in &rows { tr {
                        th scope="row" { (words) }
                        @for (right, other) in &columns {
                            @let pair = format!("{left}-{right}");
                            @let set = said(&value[&pair]);
                            td { span class="select" {
                                select class="input" name=(format!("{name}.{pair}")) aria-label=(format!("{}: {words}, {}: {other}", names[0], names[1])) {
                                    @if set.is_empty() { option value="" { (text!(language, "form-choose-nothing")) } }
                                    @else if cells.iter().all(|it| it.0 != set) { option value=(set) selected { (self.subject.choice(cell, &set)) } }
                                    @for (code, label) in &cells { option value=(code) selected[*code == set] { (label) } }
                                }
                                (icon("down"))
                            } }
                        }
                    } } }
                }
            }
        }
    }

    /// The steps of both scales of a grid: those in use, and those out of use that lack a cell, since a value with
    /// a hole cannot be saved.
    fn steps(&self, fields: [&str; 2], value: &Json) -> [Vec<(String, String)>; 2] {
        let pair = |at: usize, own: &str, other: &str| match at {
            0 => format!("{own}-{other}"),
            _ => format!("{other}-{own}"),
        };
        let scale = |at: usize| {
            let of = self.subject.of.as_ref();
            let field = of.and_then(|it| it.field(fields[at]));
            field.map(|it| it.choices.as_slice()).unwrap_or_default()
        };
        // A step counts where it is in use, where it lies below one that is, and where the value has it.
        let counting = |at: usize| -> Vec<&ChoiceDef> {
            let all = scale(at);
            let until = all.iter().rposition(|it| it.active).map_or(0, |it| it + 1);
            let other = scale(1 - at);
            let is_there = |own: &ChoiceDef| {
                let mut others = other.iter();
                others.any(|it| value.get(pair(at, &own.code, &it.code)).is_some())
            };
            let counted = all.iter().enumerate();
            let counted = counted.filter(|(place, it)| *place < until || is_there(it));
            counted.map(|it| it.1).collect()
        };
        [0, 1].map(|at| {
            let others = counting(1 - at);
            let lacks = |own: &ChoiceDef| {
                let mut others = others.iter();
                others.any(|it| value.get(pair(at, &own.code, &it.code)).is_none())
            };
            let shown = counting(at).into_iter();
            let shown = shown.filter(|it| it.active || lacks(it));
            let named = |it: &ChoiceDef| {
                let words = self.subject.choice(fields[at], &it.code);
                (it.code.clone(), words)
            };
            shown.map(named).collect()
        })
    }

    /// What a form says; `before` is the value that it was filled with.
    ///
    /// # Errors
    /// A problem of the field that cannot be read.
    pub(crate) fn read(&self, form: &FormData, before: &Json) -> Result<Json, Problem> {
        let read = read(&self.subject.declared.shape, VALUE, form, Some(before))?;
        Ok(read.unwrap_or(Json::Null))
    }
}

/// What the fields below a name say; nothing where they are empty and were so before.
fn read(
    shape: &Shape,
    name: &str,
    form: &FormData,
    before: Option<&Json>,
) -> Result<Option<Json>, Problem> {
    let text = form.get(name).map(str::trim).unwrap_or_default();
    let was = |name: &str| {
        before
            .and_then(|it| it.get(name))
            .filter(|it| !it.is_null())
    };
    Ok(match shape {
        Shape::Members(members) => {
            let mut map = Map::new();
            for (member, shape) in *members {
                let read = read(shape, &format!("{name}.{member}"), form, was(member))?;
                map.extend(read.map(|it| ((*member).to_owned(), it)));
            }
            Some(Json::Object(map))
        }
        Shape::PerChoice(_, shape) => {
            // Only what the form showed is read; other entries stay as they are.
            let mut map = before
                .and_then(Json::as_object)
                .cloned()
                .unwrap_or_default();
            for code in below(form, name) {
                let own = format!("{name}.{code}");
                match read(shape, &own, form, was(&code))? {
                    Some(value) => drop(map.insert(code, value)),
                    None => drop(map.remove(&code)),
                }
            }
            // A code whose boxes are all empty sends nothing, and has no line that could be read.
            for (code, value) in &mut map {
                let own = format!("{name}.{code}");
                if below(form, name).iter().all(|it| it != code)
                    && let Some(read) = read(shape, &own, form, Some(&*value))?
                {
                    *value = read;
                }
            }
            Some(Json::Object(map))
        }
        Shape::Rows(members) => Some(Json::Array(read_rows(members, name, form, before)?)),
        Shape::Grid(_) => {
            // Steps out of use are not shown; records that have them still need their cells.
            let mut map = before
                .and_then(Json::as_object)
                .cloned()
                .unwrap_or_default();
            for pair in below(form, name) {
                let own = form.get(&format!("{name}.{pair}")).unwrap_or_default();
                if own.is_empty() {
                    map.remove(&pair);
                } else {
                    map.insert(pair, number(name, own)?);
                }
            }
            Some(Json::Object(map))
        }
        Shape::OneOf(_) => Some(Json::String(text.to_owned())),
        Shape::Record(_) => (!text.is_empty()).then(|| Json::String(text.to_owned())),
        Shape::ChoicesOf(_) => Some(form.all(name).map(Json::from).collect()),
        Shape::ChoiceOf(_) if text.is_empty() => None,
        Shape::ChoiceOf(_) => Some(number(name, text).unwrap_or_else(|_| Json::from(text))),
        Shape::Texts => {
            Some(lines(text)).filter(|it| before.is_some() || it != &Json::Array(Vec::new()))
        }
        Shape::DaysSince(_) => Some(number(name, text)?),
        Shape::YesNo => {
            Some(Json::Bool(!text.is_empty())).filter(|_| before.is_some() || !text.is_empty())
        }
        Shape::Plain => Some(match before {
            Some(Json::Bool(_)) => Json::Bool(!text.is_empty()),
            Some(Json::Number(_)) => number(name, text)?,
            Some(Json::String(_)) => Json::String(text.to_owned()),
            Some(Json::Array(items)) if items.iter().all(Json::is_string) => lines(text),
            _ => serde_json::from_str(text).map_err(|error| {
                wrong(name, Message::new("setting-no-json").with("error", error))
            })?,
        }),
    })
}

fn read_rows(
    members: &[(&str, Shape)],
    name: &str,
    form: &FormData,
    before: Option<&Json>,
) -> Result<Vec<Json>, Problem> {
    let mut rows: Vec<(i64, Json)> = Vec::new();
    for at in 0..MOST_ROWS + FREE_ROWS {
        let own = format!("{name}.{at}");
        let mut map = Map::new();
        for (member, shape) in members {
            let read = read(shape, &format!("{own}.{member}"), form, None)?;
            map.extend(read.map(|it| ((*member).to_owned(), it)));
        }
        if !map.is_empty() {
            let position = form.get(&format!("{own}.position")).unwrap_or_default();
            rows.push((
                position.trim().parse().unwrap_or(i64::MAX),
                Json::Object(map),
            ));
        }
    }
    for (at, row) in rows_behind(name, form, before)?.into_iter().enumerate() {
        let position = i64::try_from(MOST_ROWS + at + 1).unwrap_or(i64::MAX);
        rows.push((position, row));
    }
    rows.sort_by_key(|it| it.0);
    Ok(rows.into_iter().map(|it| it.1).collect())
}

/// Rows that stand behind those that the form showed.
fn rows_behind(name: &str, form: &FormData, before: Option<&Json>) -> Result<Vec<Json>, Problem> {
    match form.get(&rest_of(name)) {
        Some(text) => serde_json::from_str(text)
            .map_err(|error| wrong(name, Message::new("setting-no-json").with("error", error))),
        None => {
            let rows = before.and_then(Json::as_array);
            let rest = rows.and_then(|it| it.get(MOST_ROWS..)).unwrap_or_default();
            Ok(rest.to_vec())
        }
    }
}

/// The field that carries the rows that a form does not show.
fn rest_of(name: &str) -> String {
    format!("{name}.rest")
}

/// Names that stand below a name, each once.
fn below(form: &FormData, name: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (pair, _) in form.pairs() {
        let rest = pair.strip_prefix(name).and_then(|it| it.strip_prefix('.'));
        let first = rest.and_then(|it| it.split('.').next());
        if let Some(first) = first.filter(|it| !names.iter().any(|known| known == it)) {
            names.push(first.to_owned());
        }
    }
    names
}

fn number(name: &str, text: &str) -> Result<Json, Problem> {
    let number: Option<i64> = text.trim().parse().ok();
    let wrong = || wrong(name, Message::new("expected-integer"));
    number.map(Json::from).ok_or_else(wrong)
}

fn lines(text: &str) -> Json {
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    lines.map(Json::from).collect()
}

fn wrong(name: &str, message: Message) -> Problem {
    Problem {
        field: Some(name.to_owned()),
        message,
    }
}

fn choice(value: String, label: String) -> Choice {
    Choice {
        value,
        label,
        group: None,
    }
}

fn line(value: String, kind: &'static str) -> Control {
    Control::Line {
        value,
        kind,
        most: None,
        offers: Vec::new(),
    }
}

fn said(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn texts(value: &Json) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.map(said).collect()
}

fn is_list(shape: &Shape, value: &Json) -> bool {
    let texts = |it: &Vec<Json>| it.iter().all(Json::is_string);
    matches!(shape, Shape::Texts) || value.as_array().is_some_and(texts)
}
