//! A list of records: head, filter bar, table and pager.

use dictionary::{Direction, FieldDef, Phase, TypeDef, Value, spine};
use engine::read::Visible;
use maud::{Markup, html};

use crate::field::{Reader, cell, record_href};
use crate::filter_bar::{FilterBar, filter_bar, filter_problem};
use crate::icon::{TimeLeft, icon, state, time_left};
use crate::message::Language;
use crate::selection::{self, Selection};
use crate::{label, text, time};

/// Microseconds of an hour: the last one before a promise is due is told in amber.
const HOUR: i64 = 3_600_000_000;

/// A column of a list.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name of the field.
    pub name: String,
    /// The heading.
    pub label: String,
    /// Where the heading leads: the same list in this order; nothing where it cannot be sorted.
    pub href: Option<String>,
    /// How the list is sorted by it.
    pub sorted: Option<Direction>,
}

/// Everything on a list page.
pub struct ListPage<'a> {
    /// For whom it is written.
    pub reader: Reader<'a>,
    /// The heading.
    pub title: String,
    /// The line below it.
    pub subtitle: String,
    /// How many records there are; nothing where nobody counted.
    pub count: Option<i64>,
    /// The filter bar.
    pub filter: FilterBar,
    /// The buttons beside the filter bar, with what they open.
    pub tools: Markup,
    /// Columns from the start to the end.
    pub columns: Vec<Column>,
    /// The rows of this page.
    pub rows: &'a [Visible],
    /// What the rows are put together by; they come in that order.
    pub groups: Option<Groups>,
    /// Which rows these are.
    pub pager: Pager,
    /// What can be done with rows that are chosen; nothing where none can be.
    pub selection: Option<Selection>,
    /// What stands in place of no rows.
    pub empty: Empty,
}

/// What the rows of a list are put together by.
#[derive(Clone, Debug)]
pub struct Groups {
    /// Name of the field.
    pub field: String,
    /// Whether rows of all types stand together.
    pub across: bool,
    /// How many records the whole list has of each value.
    pub counts: Vec<(Value, i64)>,
}

impl Groups {
    /// The value by which a row belongs to its group.
    fn of(&self, row: &Visible) -> Value {
        let (of, value) = (row.record_type(), row.value(&self.field));
        match self.field.as_str() {
            _ if self.by_type() => Value::Choice(of.name.clone()),
            spine::STATE if self.across => phase_of(of, value),
            _ => value.clone(),
        }
    }

    fn by_type(&self) -> bool {
        self.across && self.field == TYPE
    }

    fn phase(&self, value: &Value) -> Option<Phase> {
        let code = value
            .as_text()
            .filter(|_| self.across && self.field == spine::STATE)?;
        Phase::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// The phase of a state, which is what states of several types have in common.
#[must_use]
pub fn phase_of(of: &TypeDef, state: &Value) -> Value {
    let phase = of
        .lifecycle
        .as_ref()
        .zip(state.as_text())
        .map(|(lifecycle, code)| lifecycle.phase(code));
    phase.map_or(Value::Null, |it| Value::Choice(it.code().to_owned()))
}

/// Which part of a list is shown.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// Rows before this page.
    pub before: usize,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// What stands in place of no rows.
#[derive(Clone, Debug, Default)]
pub struct Empty {
    /// What is not there.
    pub title: String,
    /// Why, and what to do.
    pub words: String,
    /// The step as words and an address.
    pub step: Option<(String, String)>,
}

/// The page.
#[must_use]
pub fn list_page(page: &ListPage<'_>) -> Markup {
    let language = page.reader.language;
    html! {
        div class="list-page" {
            header class="page-head" {
                div class="grow" { h1 { (page.title) } p class="small-text" { (page.subtitle) } }
                @if let Some(count) = page.count {
                    div class="figures" { p class="figure" { b { (count) } (text!(language, "list-in-view")) } }
                }
            }
            div class="filter-bar" { (filter_bar(language, &page.filter)) (page.tools) }
            @if let Some(problem) = &page.filter.problem {
                div class="scroll" tabindex="-1" { (filter_problem(language, problem)) }
            } @else if page.rows.is_empty() {
                div class="scroll" tabindex="-1" { (empty(&page.empty)) }
            } @else if let Some(chosen) = &page.selection {
                form class="scroll" tabindex="-1" id=(selection::FORM) method="get" action=(chosen.action) {
                    input type="hidden" name="bulk-q" value=(chosen.filter);
                    (rows(page))
                    (pager(language, page))
                }
                (selection::bar(language, chosen, page.rows.len()))
            } @else {
                div class="scroll" tabindex="-1" { (rows(page)) (pager(language, page)) }
            }
        }
    }
}

fn rows(page: &ListPage<'_>) -> Markup {
    let groups = page.groups.as_ref();
    let chosen = page.selection.is_some();
    table_in_groups(&page.reader, &page.columns, page.rows, groups, chosen)
}

/// The table alone.
#[must_use]
pub fn table(reader: &Reader<'_>, columns: &[Column], rows: &[Visible]) -> Markup {
    table_in_groups(reader, columns, rows, None, false)
}

fn table_in_groups<'a>(
    reader: &'a Reader<'a>,
    columns: &[Column],
    rows: &'a [Visible],
    groups: Option<&Groups>,
    boxes: bool,
) -> Markup {
    let mut cells = Cells::new(reader, columns);
    let begins =
        |at: usize, groups: &Groups| at == 0 || groups.of(&rows[at]) != groups.of(&rows[at - 1]);
    html! {
        table class="table records" data-list {
            thead { tr { @if boxes { (selection::head(reader.language)) } @for column in columns { (heading(column)) } } }
            tbody {
                @for (at, row) in rows.iter().enumerate() {
                    @if let Some(groups) = groups.filter(|it| begins(at, it)) {
                        (group_head(reader, columns.len() + usize::from(boxes), row, groups))
                    }
                    (row_of(columns, row, &mut cells, boxes))
                }
            }
        }
    }
}

/// The line above the rows that have a value in common: the value, and how many the whole list has of it.
fn group_head(reader: &Reader<'_>, width: usize, row: &Visible, groups: &Groups) -> Markup {
    let (of, value) = (row.record_type(), groups.of(row));
    let count = groups.counts.iter().find(|it| it.0 == value);
    let phase = groups.phase(&value);
    html! {
        tr class="group" {
            th scope="rowgroup" colspan=(width) {
                @if groups.by_type() { (label::label(reader.language, &of.plural)) }
                @else if let Some(phase) = phase { (state(label::state_kind(phase), &label::phase(reader.language, phase))) }
                @else if let Some(field) = of.field(&groups.field) { (cell(reader, of, field, &value)) }
                @if let Some((_, count)) = count { b { (count) } }
            }
        }
    }
}

/// What stands in place of no rows.
#[must_use]
pub fn empty(empty: &Empty) -> Markup {
    html! {
        div class="empty" {
            (icon("check"))
            h2 { (empty.title) }
            p { (empty.words) }
            @if let Some((words, href)) = &empty.step { a class="button" href=(href) { (words) } }
        }
    }
}

/// How columns of that field are drawn.
#[must_use]
pub fn column_class(name: &str) -> &'static str {
    match name {
        spine::PRIORITY => "col-priority",
        spine::NUMBER => "col-number",
        spine::TITLE => "col-title",
        spine::STATE => "col-state",
        spine::DUE_AT => "col-time-left",
        spine::ASSIGNEE => "col-assignee",
        spine::UPDATED_AT => "col-updated",
        _ => "col-text",
    }
}

/// Cells as they are drawn, each once per table: rows of a list have most of their values in common.
struct Cells<'a> {
    reader: &'a Reader<'a>,
    /// By column: the type of the row, the value, and the drawing.
    drawn: Vec<Vec<(&'a TypeDef, &'a Value, Markup)>>,
}

impl<'a> Cells<'a> {
    fn new(reader: &'a Reader<'a>, columns: &[Column]) -> Self {
        Self {
            reader,
            drawn: vec![Vec::new(); columns.len()],
        }
    }

    /// The cell of a field; what is said there must follow from nothing but the type and the value.
    fn show(&mut self, at: usize, of: &'a TypeDef, field: &FieldDef, value: &'a Value) -> &Markup {
        let drawn = &mut self.drawn[at];
        let known = drawn.iter().position(|(its_type, its_value, _)| {
            std::ptr::eq(*its_type, of) && *its_value == value
        });
        let place = known.unwrap_or_else(|| {
            drawn.push((of, value, cell(self.reader, of, field, value)));
            drawn.len() - 1
        });
        &drawn[place].2
    }
}

fn heading(column: &Column) -> Markup {
    let (order, glyph) = match column.sorted {
        Some(Direction::Ascending) => (Some("ascending"), Some("up")),
        Some(Direction::Descending) => (Some("descending"), Some("down")),
        None => (None, None),
    };
    html! {
        th class=(column_class(&column.name)) scope="col" aria-sort=[order] {
            @match &column.href {
                Some(href) => a href=(href) { (column.label) @if let Some(glyph) = glyph { (icon(glyph)) } },
                None => (column.label),
            }
        }
    }
}

fn row_of<'a>(columns: &[Column], row: &'a Visible, cells: &mut Cells<'a>, boxes: bool) -> Markup {
    let of = row.record_type();
    let href = record_href(&of.name, row.number(), row.id());
    let titled = columns.iter().any(|it| it.name == spine::TITLE);
    html! {
        tr {
            @if boxes { (box_of(row)) }
            @for (at, column) in columns.iter().enumerate() {
                @let leads = column.name == spine::TITLE || (!titled && at == 0);
                @if leads {
                    td class="col-title" { a href=(href) { span class="title" { (lead(cells.reader, row, &column.name)) } } }
                } @else {
                    (cell_of(at, column, row, cells))
                }
            }
        }
    }
}

/// The box by which the row is chosen, named as the record is.
fn box_of(row: &Visible) -> Markup {
    match row.number() {
        Some(number) => selection::cell(number, number),
        None => {
            let id = row.id().to_string();
            selection::cell(&id, row.title().unwrap_or(&id))
        }
    }
}

/// The words of the link to the record.
fn lead(reader: &Reader<'_>, row: &Visible, name: &str) -> Markup {
    let of = row.record_type();
    match of
        .field(name)
        .zip(row.get(name))
        .filter(|(_, value)| !value.is_null())
    {
        Some((_, Value::Text(title))) => html! { (title) },
        Some((field, value)) => cell(reader, of, field, value),
        None => {
            html! { (row.number().map_or_else(|| text!(reader.language, "value-no-title"), str::to_owned)) }
        }
    }
}

fn cell_of<'a>(at: usize, column: &Column, row: &'a Visible, cells: &mut Cells<'a>) -> Markup {
    let (of, reader) = (row.record_type(), cells.reader);
    let shown = of.field(&column.name).zip(row.get(&column.name));
    let class = column_class(&column.name);
    html! {
        @match shown {
            None => td class=(class) { @if column.name == TYPE { (label::label(reader.language, &of.label)) } },
            Some((_, Value::Text(number))) if column.name == spine::NUMBER => td class="col-number number" { (number) },
            Some((field, value)) if column.name == spine::DUE_AT => td class=(class) { (due(reader, row, field, value)) },
            // Texts are seldom the same twice.
            Some((field, value @ Value::Text(_))) => td class=(class) { (cell(reader, of, field, value)) },
            Some((field, value)) => td class=(class) { (cells.show(at, of, field, value)) },
        }
    }
}

/// Pseudo-column of lists across types.
const TYPE: &str = dictionary::filter::TYPE;

/// How long until the promise is due, as far as the record is still open.
fn due(reader: &Reader<'_>, row: &Visible, field: &FieldDef, value: &Value) -> Markup {
    let Value::Instant(at) = value else {
        return time_left(
            TimeLeft::None,
            &text!(reader.language, "value-no-target"),
            0,
        );
    };
    let phase = row
        .value(spine::STATE)
        .as_text()
        .zip(row.record_type().lifecycle.as_ref());
    if phase.is_some_and(|(code, lifecycle)| !is_running(lifecycle.phase(code))) {
        return cell(reader, row.record_type(), field, value);
    }
    let left = at.micros() - reader.now.micros();
    let kind = match left {
        it if it < 0 => TimeLeft::Over,
        it if it < HOUR => TimeLeft::Soon,
        _ => TimeLeft::Plenty,
    };
    let figure = if left < 0 {
        format!("−{}", time::length(reader.language, -left))
    } else {
        time::length(reader.language, left)
    };
    let part = u8::try_from((left / (HOUR / 25)).clamp(0, 100)).unwrap_or(100);
    time_left(kind, &figure, part)
}

const fn is_running(phase: Phase) -> bool {
    phase.is_open()
}

fn pager(language: &Language, page: &ListPage<'_>) -> Markup {
    let (from, to) = (page.pager.before + 1, page.pager.before + page.rows.len());
    html! {
        nav class="pager" aria-label=(text!(language, "pager-label")) {
            span {
                @match page.count {
                    Some(count) => (text!(language, "pager-of", from = from, to = to, count = count)),
                    None => (text!(language, "pager-range", from = from, to = to)),
                }
            }
            @if let Some(href) = &page.pager.previous {
                a class="button small end" rel="prev" href=(href) { (icon("left")) (text!(language, "pager-previous")) }
            }
            @if let Some(href) = &page.pager.next {
                a class=(if page.pager.previous.is_some() { "button small" } else { "button small end" }) rel="next" href=(href) {
                    (text!(language, "pager-next")) (icon("right"))
                }
            }
        }
    }
}
