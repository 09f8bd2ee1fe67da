//! Between forms and values: what a form shows of a record, and what its texts mean.
//!
//! A field whose text is as the form showed it is not part of the change, so that nobody overwrites what
//! they did not touch.

use std::collections::{BTreeMap, HashMap};

use base::{Message, Problem, Refused, Result, Uuid};
use dictionary::filter::Filter;
use dictionary::{
    Count, FieldDef, Kind, Operand, Operator, Query, Sort, Term, TypeDef, Value, spine,
};
use engine::read::{Titles, Visible};
use engine::{Ctx, Reading};
use jiff::tz::TimeZone;
use ui::form::{Choice, Control, FormField, FormSection, Offer, control};
use ui::label::{self, say};
use ui::message::Language;
use ui::time;

use super::tree::{levels, path};
use crate::{AppState, FormData};

/// Most records that a menu lists; beyond, people type what they mean.
const MOST_OFFERED: usize = 200;

/// What the references of a form can lead to, by the target's type.
pub(super) type Offers = HashMap<String, Offer>;

/// Texts of a form by field.
pub(super) type Texts = BTreeMap<String, Vec<String>>;

/// Everything that makes a form of fields.
pub(super) struct FieldForm<'a> {
    pub(super) language: &'a Language,
    pub(super) of: &'a TypeDef,
    pub(super) offers: &'a Offers,
    pub(super) texts: &'a Texts,
    pub(super) problems: &'a [Problem],
    /// Fields that need a value here besides those that always do.
    pub(super) needed: &'a [String],
    /// Whether questions are asked as the catalogue words them for requesters.
    pub(super) plain: bool,
}

impl FieldForm<'_> {
    /// One field of the form.
    pub(super) fn field(&self, field: &FieldDef) -> FormField {
        let values = self.texts.get(&field.name).cloned().unwrap_or_default();
        let offer = target(field).or_else(|| of_roles(field));
        let offer = offer.and_then(|to| self.offers.get(to)).cloned();
        let mut control = control(self.language, field, &values, &self.of.fields, offer);
        if let Control::Menu { value, choices, .. } = &mut control {
            levels(self.of, field, value, choices);
        }
        if self.plain
            && let Control::Menu {
                value,
                choices,
                follows,
            } = control
        {
            control = if choices.len() <= 4 && field.kind == Kind::Choice {
                Control::Radios { value, choices }
            } else {
                Control::Menu {
                    value,
                    choices,
                    follows,
                }
            };
        }
        let asked = self
            .plain
            .then(|| question(self.language, self.of, field))
            .flatten();
        let help = field
            .help
            .as_ref()
            .map(|it| label::label(self.language, it));
        let help = help
            .filter(|it| !it.is_empty())
            .or_else(|| help_of(self.language, self.of, field, self.plain));
        let typed =
            target(field).is_some_and(|to| matches!(self.offers.get(to), Some(Offer::Typed)));
        let help = help.or_else(|| typed.then(|| ui::text!(self.language, "form-help-typed")));
        FormField {
            name: field.name.clone(),
            label: asked.unwrap_or_else(|| label::label(self.language, &field.label)),
            help,
            required: field.required || self.needed.contains(&field.name),
            problem: self.problem(&field.name),
            control,
        }
    }

    /// Sections with these fields; sections without fields are left out.
    pub(super) fn sections(&self, fields: &[&FieldDef]) -> Vec<FormSection> {
        let mut sections: Vec<FormSection> = Vec::new();
        let mut taken: Vec<&str> = Vec::new();
        for section in &self.of.layout.form {
            let own = fields.iter().filter(|it| section.fields.contains(&it.name));
            let own: Vec<FormField> = own
                .map(|it| {
                    taken.push(&it.name);
                    self.field(it)
                })
                .collect();
            if !own.is_empty() {
                let title = Some(label::label(self.language, &section.label));
                sections.push(FormSection { title, fields: own });
            }
        }
        let rest: Vec<FormField> = fields
            .iter()
            .filter(|it| !taken.contains(&it.name.as_str()))
            .map(|it| self.field(it))
            .collect();
        if !rest.is_empty() {
            sections.push(FormSection {
                title: None,
                fields: rest,
            });
        }
        sections
    }

    /// What is wrong with the whole, or with fields that are not on the form.
    pub(super) fn general(&self, shown: &[&FieldDef]) -> Vec<String> {
        let on_form = |name: &str| shown.iter().any(|it| it.name == name);
        let general = self.problems.iter().filter(|it| {
            it.field
                .as_deref()
                .is_none_or(|it| !on_form(it) && it != "comment")
        });
        general
            .map(|it| {
                let words = say(self.language, &it.message);
                let field = it.field.as_deref().and_then(|name| self.of.field(name));
                field.map_or(words.clone(), |it| {
                    format!("{}: {words}", label::label(self.language, &it.label))
                })
            })
            .collect()
    }

    /// What is wrong with that field.
    pub(super) fn problem(&self, name: &str) -> Option<String> {
        let found = self
            .problems
            .iter()
            .find(|it| it.field.as_deref() == Some(name))?;
        Some(say(self.language, &found.message))
    }
}

/// The plain question that the catalogue has for a field, `incident-ask-can-work`.
pub(super) fn question(language: &Language, of: &TypeDef, field: &FieldDef) -> Option<String> {
    label::said(language, &label::key(&[&of.name, "ask", &field.name]))
}

fn help_of(language: &Language, of: &TypeDef, field: &FieldDef, plain: bool) -> Option<String> {
    let kind = if plain { "ask-help" } else { "help" };
    let own = label::said(language, &label::key(&[&of.name, kind, &field.name]));
    own.or_else(|| match &field.kind {
        Kind::Duration => Some(ui::text!(language, "form-help-duration")),
        Kind::Money => Some(ui::text!(language, "form-help-money")),
        Kind::Reference { to: None } => Some(ui::text!(language, "form-help-any-record")),
        _ => None,
    })
}

/// The type that a reference leads to.
pub(super) fn target(field: &FieldDef) -> Option<&str> {
    match &field.kind {
        Kind::Reference { to } | Kind::References { to } => to.as_deref(),
        _ => None,
    }
}

/// What the codes of roles are offered under. No type is called so.
const ROLES: &str = "+roles";

/// The offer of a field that holds the code of a role: roles are no records, so that no reference leads to them.
fn of_roles(field: &FieldDef) -> Option<&'static str> {
    (field.label.key == "role-assignment-role").then_some(ROLES)
}

/// All roles by what people call them.
fn roles(ctx: &Ctx) -> Offer {
    let language = Language::from_tag(&ctx.language);
    let codes = ctx.snapshot.roles.codes(ctx.tenant).into_iter();
    let mut choices: Vec<Choice> = codes
        .map(|it| Choice {
            value: it.to_owned(),
            label: label::role(&language, it),
            group: None,
        })
        .collect();
    choices.sort_by_cached_key(|it| base::text_key(&it.label));
    Offer::All(choices)
}

/// What these fields of a record show in a form.
pub(super) fn shown(
    fields: &[&FieldDef],
    record: &Visible,
    (titles, offers): (&Titles, &Offers),
    zone: &TimeZone,
) -> Texts {
    let texts = |it: &&FieldDef| {
        let value = record.value(&it.name);
        let typed = target(it).is_some_and(|to| !matches!(offers.get(to), Some(Offer::All(_))));
        let named = value
            .as_reference()
            .filter(|_| typed)
            .and_then(|id| titles.get(id));
        let texts = named.map_or_else(
            || texts_of(it, value, titles, zone),
            |it| vec![it.title.clone()],
        );
        (it.name.clone(), texts)
    };
    fields.iter().map(texts).collect()
}

/// The texts that a form shows for a value.
pub(super) fn texts_of(
    field: &FieldDef,
    value: &Value,
    titles: &Titles,
    zone: &TimeZone,
) -> Vec<String> {
    match value {
        // A box that is not ticked sends nothing.
        Value::Null | Value::Boolean(false) => Vec::new(),
        Value::Instant(at) => vec![time::to_input(zone, *at)],
        Value::Choices(codes) => codes.clone(),
        Value::References(ids) => ids.iter().map(ToString::to_string).collect(),
        Value::Reference(id) if target(field).is_none() => {
            let number = titles.get(*id).and_then(|it| it.number.clone());
            vec![number.unwrap_or_else(|| id.to_string())]
        }
        other => vec![other.to_text()],
    }
}

/// The texts that a form sent for these fields.
pub(super) fn sent(fields: &[&FieldDef], form: &FormData) -> Texts {
    fields
        .iter()
        .map(|it| {
            let texts = form.all(&it.name).filter(|text| !text.trim().is_empty());
            (it.name.clone(), texts.map(str::to_owned).collect())
        })
        .collect()
}

/// Values of those fields whose texts are not as they were shown. All that cannot be read is told at once.
pub(super) async fn read(
    state: &AppState,
    ctx: &Ctx,
    fields: &[&FieldDef],
    sent: &Texts,
    shown: &Texts,
) -> Result<(BTreeMap<String, Value>, Vec<Problem>)> {
    let (mut set, mut problems) = (BTreeMap::new(), Vec::new());
    let none = Vec::new();
    for field in fields {
        let texts = sent.get(&field.name).unwrap_or(&none);
        let before = shown.get(&field.name).unwrap_or(&none);
        // Text areas send their line ends as CR LF.
        let same = texts.len() == before.len()
            && texts
                .iter()
                .zip(before)
                .all(|(left, right)| left.replace("\r\n", "\n").trim_end() == right.trim_end());
        if same {
            continue;
        }
        match value(state, ctx, field, texts).await? {
            Ok(value) => drop(set.insert(field.name.clone(), value)),
            Err(message) => problems.push(Problem {
                field: Some(field.name.clone()),
                message,
            }),
        }
    }
    Ok((set, problems))
}

async fn value(
    state: &AppState,
    ctx: &Ctx,
    field: &FieldDef,
    texts: &[String],
) -> Result<Result<Value, Message>> {
    let Some(first) = texts.first() else {
        let unticked = field.kind == Kind::Boolean;
        return Ok(Ok(if unticked {
            Value::Boolean(false)
        } else {
            Value::Null
        }));
    };
    Ok(match &field.kind {
        Kind::Instant => match time::from_input(&ctx.zone, first) {
            Some(at) => Ok(Value::Instant(at)),
            None => field.from_text(first),
        },
        Kind::Reference { to } => found(state, ctx, to.as_deref(), first)
            .await?
            .map(Value::Reference),
        Kind::References { to } => {
            let mut ids = Vec::new();
            for text in texts
                .iter()
                .flat_map(|it| it.split(','))
                .filter(|it| !it.trim().is_empty())
            {
                match found(state, ctx, to.as_deref(), text).await? {
                    Ok(id) => ids.push(id),
                    Err(message) => return Ok(Err(message)),
                }
            }
            ids.sort_unstable();
            ids.dedup();
            Ok(if ids.is_empty() {
                Value::Null
            } else {
                Value::References(ids)
            })
        }
        Kind::MultiChoice => field.from_text(&texts.join(",")),
        _ => field.from_text(first),
    })
}

/// The record that somebody means by an id, a number, a name or an e-mail address.
pub(super) async fn found(
    state: &AppState,
    ctx: &Ctx,
    to: Option<&str>,
    text: &str,
) -> Result<Result<Uuid, Message>> {
    let text = text.trim().to_owned();
    if let Ok(id) = Uuid::try_parse(&text) {
        return Ok(Ok(id));
    }
    let to = to.map(str::to_owned);
    let named = text.clone();
    let read = move |reading: &mut Reading<'_, '_>| {
        let by_number = match reading.record(to.as_deref(), &text) {
            Ok((record, _)) => vec![record.id()],
            Err(base::Error::Refused(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        if !by_number.is_empty() {
            return Ok(by_number);
        }
        let query = Query {
            record_type: to.clone(),
            filter: by_name(reading.ctx, to.as_deref(), &text),
            ..Query::default()
        };
        let page = dictionary::Page {
            limit: Some(2),
            after: None,
        };
        let rows = reading.list(&Query { page, ..query })?.rows;
        Ok(rows.iter().map(Visible::id).collect())
    };
    Ok(match state.engine().read(ctx, read).await?.as_slice() {
        [one] => Ok(*one),
        [] => Err(Message::new("reference-not-found").with("text", named)),
        _ => Err(Message::new("reference-ambiguous").with("text", named)),
    })
}

fn by_name(ctx: &Ctx, to: Option<&str>, text: &str) -> Filter {
    let is = |field: &str| {
        Filter::test(
            field,
            Operator::Equal,
            Operand::One(Term::Value(Value::Text(text.to_owned()))),
        )
    };
    let mut ways = vec![is(spine::TITLE)];
    let of = to.and_then(|it| ctx.snapshot.dictionary.record_type(it));
    let addresses = of
        .iter()
        .flat_map(|it| &it.fields)
        .filter(|it| it.kind == Kind::Email && it.unique);
    ways.extend(
        addresses
            .filter(|_| text.contains('@'))
            .map(|it| is(&it.name)),
    );
    Filter::Any(ways)
}

/// What the references among these fields can lead to. One question for each type, none for fields of others.
pub(super) fn offers(reading: &mut Reading<'_, '_>, fields: &[&FieldDef]) -> Result<Offers> {
    let mut offers = Offers::new();
    for field in fields {
        if let Some(name) = of_roles(field) {
            offers.insert(name.to_owned(), roles(reading.ctx));
        }
        let Some(to) = target(field).filter(|to| !offers.contains_key(*to)) else {
            continue;
        };
        let offer = offer(reading, to)?;
        offers.insert(to.to_owned(), offer);
    }
    Ok(offers)
}

/// What a reference to that type can lead to.
pub(super) fn offer(reading: &mut Reading<'_, '_>, to: &str) -> Result<Offer> {
    let snapshot = reading.ctx.snapshot.clone();
    // Records with numbers are named by them; a menu of all incidents would help nobody.
    let Some(of) = snapshot
        .dictionary
        .record_type(to)
        .filter(|it| it.number.is_none())
    else {
        return Ok(Offer::Typed);
    };
    let parent = of.field("parent").filter(|it| target(it) == Some(to));
    let mut columns = vec![spine::TITLE.to_owned()];
    columns.extend(parent.map(|it| it.name.clone()));
    let query = Query {
        record_type: Some(to.to_owned()),
        filter: selectable(of),
        sort: vec![Sort {
            field: spine::TITLE.to_owned(),
            direction: dictionary::Direction::Ascending,
        }],
        columns,
        page: dictionary::Page {
            limit: Some(MOST_OFFERED),
            after: None,
        },
        count: Count::No,
    };
    let page = match reading.list(&query) {
        Ok(page) => page,
        // Whoever may not read any of them types nothing either; the door would refuse.
        Err(base::Error::Refused(Refused::Forbidden(_) | Refused::BadRequest(_))) => {
            return Ok(Offer::Typed);
        }
        Err(error) => return Err(error),
    };
    if page.next.is_some() {
        return Ok(Offer::Typed);
    }
    let choice = |row: &Visible| Choice {
        value: row.id().to_string(),
        label: path(row, &page.rows),
        group: None,
    };
    let mut choices: Vec<Choice> = page.rows.iter().map(choice).collect();
    choices.sort_by_cached_key(|it| base::text_key(&it.label));
    Ok(Offer::All(choices))
}

/// Records that can be chosen: those that are open where the type has states, active where it says so.
fn selectable(of: &TypeDef) -> Filter {
    let mut all = Vec::new();
    if of.lifecycle.is_some() {
        all.push(Filter::equal(spine::OPEN, Value::Boolean(true)));
    }
    if of
        .field("active")
        .is_some_and(|it| it.kind == Kind::Boolean)
    {
        all.push(Filter::equal("active", Value::Boolean(false)).negated());
    }
    Filter::All(all)
}
