//! Which columns a list shows, how it is ordered by them, and the dialog that chooses them.

use dictionary::filter::{Scope, TYPE};
use dictionary::{Direction, FieldDef, Kind, Sort, TypeDef, spine};
use maud::{Markup, html};
use ui::icon::icon;
use ui::list::Column;
use ui::message::Language;
use ui::{label, text};

use super::filter::ListAddress;
use super::list::Asked;
use super::shell::Here;
use crate::AppState;
use crate::view_file::is_open;

/// Columns of lists across types.
const ACROSS: [&str; 7] = [
    TYPE,
    spine::PRIORITY,
    spine::NUMBER,
    spine::TITLE,
    spine::STATE,
    spine::ASSIGNEE,
    spine::UPDATED_AT,
];

/// Columns of a type that lays out none.
const USUAL: [&str; 5] = [
    spine::NUMBER,
    spine::TITLE,
    spine::STATE,
    spine::ASSIGNEE,
    spine::UPDATED_AT,
];

/// Columns of those fields, without an order.
pub(super) fn columns_of(language: &Language, names: &[&str]) -> Vec<Column> {
    let spine_type = Scope::spine_type();
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        label: spine_type
            .field(name)
            .map_or_else(String::new, |it| heading(language, None, it)),
        href: None,
        sorted: None,
    };
    names.iter().map(column).collect()
}

pub(super) fn columns(here: &Here, of: Option<&TypeDef>, wished: &[String]) -> Vec<String> {
    let fields = of.unwrap_or_else(|| Scope::spine_type());
    let readable = |name: &String| {
        let field = fields.field(name);
        field.is_some_and(|it| is_open(here.ctx(), of, it))
    };
    let wished: Vec<String> = wished.iter().filter(|it| readable(it)).cloned().collect();
    if !wished.is_empty() {
        return wished;
    }
    let named = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
    let usual = match of {
        None => named(&ACROSS),
        Some(of) if of.layout.list.is_empty() => named(&USUAL),
        Some(of) => of.layout.list.clone(),
    };
    usual.into_iter().filter(readable).collect()
}

/// What is still to be done comes by priority, all else the newest first.
pub(super) fn usual_order(of: Option<&TypeDef>, text: &str) -> Vec<Sort> {
    let open = text.contains("state:open") || text.contains("open:true");
    let newest = Sort {
        field: spine::CREATED_AT.to_owned(),
        direction: Direction::Descending,
    };
    if open && of.is_some_and(|it| it.field(spine::PRIORITY).is_some()) {
        let first = Sort {
            field: spine::PRIORITY.to_owned(),
            direction: Direction::Ascending,
        };
        return vec![first, newest];
    }
    vec![newest]
}

pub(super) fn sorts(text: &str) -> Vec<Sort> {
    let keys = text.split(',').filter(|it| !it.is_empty());
    let sort = |key: &str| match key.strip_prefix('-') {
        Some(field) => Sort {
            field: field.to_owned(),
            direction: Direction::Descending,
        },
        None => Sort {
            field: key.to_owned(),
            direction: Direction::Ascending,
        },
    };
    keys.map(sort).collect()
}

fn heading(language: &Language, of: Option<&TypeDef>, field: &FieldDef) -> String {
    if field.name == TYPE && of.is_none() {
        return text!(language, "list-type");
    }
    label::label(language, &field.label)
}

pub(super) fn headings(language: &Language, asked: &Asked) -> Vec<Column> {
    let of: &TypeDef = asked.of.as_deref().unwrap_or_else(|| Scope::spine_type());
    let column = |name: &String| {
        let field = of.field(name);
        let sorted = asked
            .sort
            .first()
            .filter(|it| it.field == *name)
            .map(|it| it.direction);
        let other = match sorted {
            Some(Direction::Ascending) => format!("-{name}"),
            _ => name.clone(),
        };
        let sortable = field.is_some_and(|it| it.kind.is_sortable() && it.name != TYPE);
        Column {
            name: name.clone(),
            label: field.map_or_else(
                || name.clone(),
                |it| heading(language, asked.of.as_deref(), it),
            ),
            href: sortable.then(|| asked.address.with_sort(Some(other))),
            sorted,
        }
    };
    asked.columns.iter().map(column).collect()
}

/// Fields by which rows can be put together: those with few values, of which the database counts each.
pub(super) fn groupable<'a>(here: &Here, of: Option<&'a TypeDef>) -> Vec<&'a FieldDef> {
    let fields = of.unwrap_or_else(|| Scope::spine_type()).fields.iter();
    let fits = |it: &&FieldDef| {
        let few = matches!(
            it.kind,
            Kind::Choice | Kind::Reference { .. } | Kind::Boolean
        ) || it.name == spine::PRIORITY
            || !it.choices.is_empty();
        few && it.kind.is_sortable() && is_open(here.ctx(), of, it)
    };
    fields.filter(fits).collect()
}

/// The choice of columns: a form that opens without script.
pub(super) fn chooser(state: &AppState, here: &Here, asked: &Asked) -> Markup {
    let (language, of) = (here.language(), asked.of.as_deref());
    let mut what = of.map_or_else(String::new, |it| it.name.clone());
    for chosen in asked.group.iter().chain(&asked.columns) {
        what.push('\n');
        what.push_str(chosen);
    }
    let choosers = &state.drawings().choosers;
    // A list that is not grouped would else be told as one that is, by its first column.
    what.push(if asked.group.is_some() { '+' } else { '-' });
    let choices = choosers.once(here, what, || choices(here, of, asked));
    html! {
        button class="button quiet not-phone" type="button" popovertarget="columns" { (icon("columns")) (text!(language, "list-columns")) }
        div popover id="columns" class="dialog key-sheet" role="dialog" aria-label=(text!(language, "list-columns")) {
            form method="get" action=(asked.address.path) {
                header {
                    h2 { (text!(language, "list-columns")) }
                    button class="button quiet icon-only" type="button" popovertarget="columns" popovertargetaction="hide" aria-label=(text!(language, "shell-close")) { (icon("close")) }
                }
                div class="body" {
                    @for (name, value) in asked.address.first().kept(&["column", "group"]) { input type="hidden" name=(name) value=(value); }
                    (choices)
                }
                footer {
                    a class="button quiet" href=(ListAddress { columns: Vec::new(), ..asked.address.first() }.href()) { (text!(language, "list-columns-usual")) }
                    button class="button primary" { (text!(language, "list-columns-show")) }
                }
            }
        }
    }
}

/// What rows can be put together by, and the columns that a list may have.
fn choices(here: &Here, of: Option<&TypeDef>, asked: &Asked) -> Markup {
    let language = here.language();
    let mut fields: Vec<(String, &str)> = of
        .unwrap_or_else(|| Scope::spine_type())
        .fields
        .iter()
        .filter(|it| {
            is_open(here.ctx(), of, it) && !matches!(it.name.as_str(), spine::OPEN | spine::VERSION)
        })
        .map(|it| (heading(language, of, it), it.name.as_str()))
        .collect();
    // Shown ones first and in their order, so that sending the form changes nothing by itself.
    fields.sort_by_cached_key(|(words, name)| {
        let place = asked
            .columns
            .iter()
            .position(|it| it == name)
            .unwrap_or(usize::MAX);
        (place, base::text_key(words))
    });
    html! {
        label class="field" {
            span class="label" { (text!(language, "list-group-by")) }
            select class="input" name="group" {
                option value="" { (text!(language, "list-group-none")) }
                @for field in groupable(here, of) {
                    option value=(field.name) selected[asked.group.as_ref() == Some(&field.name)] { (heading(language, of, field)) }
                }
            }
        }
        @for (words, name) in &fields {
            label class="check" {
                input type="checkbox" name="column" value=(name) checked[asked.columns.iter().any(|it| it == name)];
                (words)
            }
        }
    }
}
