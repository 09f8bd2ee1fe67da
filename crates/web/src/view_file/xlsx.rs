//! A view as a workbook with one sheet: numbers, days and instants as such, a heading that stays.

use std::io::Write;

use base::{Error, Result};
use dictionary::filter::Scope;
use dictionary::{Kind, Value};
use engine::read::VisiblePage;
use flow::export::in_cell;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::ViewFile;
use super::cells::{Cell, cells, local};

/// Characters that the name of a sheet takes, and those it may not have.
const SHEET_CHARS: usize = 31;
const NOT_IN_SHEET: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// Most characters of a heading that widen its column.
const WIDEST_HEADING: u32 = 30;
/// First year that a workbook knows.
const FIRST_YEAR: i16 = 1900;

/// Writes the workbook from its pages. Each row goes to a file on disk, so that memory does not grow with the rows.
pub(super) fn write(
    file: &ViewFile,
    pages: impl Iterator<Item = Result<VisiblePage>>,
    out: impl Write + Send,
) -> Result<()> {
    let mut workbook = Workbook::new();
    let sheet = workbook
        .add_worksheet_with_constant_memory()
        .map_err(unwritable)?;
    let last = head(file, sheet).map_err(unwritable)?;
    let kinds = Kinds {
        day: Format::new().set_num_format("yyyy-mm-dd"),
        instant: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
    };
    let mut line = 0;
    for page in pages {
        let page = page?;
        for row in &page.rows {
            line += 1;
            for (column, cell) in (0_u16..).zip(cells(file, row)) {
                let place = Place {
                    at: (line, column),
                    cell,
                };
                place
                    .write(sheet, file, &page, &kinds)
                    .map_err(unwritable)?;
            }
        }
    }
    sheet.autofilter(0, 0, line, last).map_err(unwritable)?;
    workbook.save_to_writer(out).map_err(unwritable)
}

fn unwritable(error: XlsxError) -> Error {
    Error::failed("a workbook cannot be written", error)
}

/// The name of the sheet, and the line of headings, which stays. Gives the last column.
fn head(file: &ViewFile, sheet: &mut Worksheet) -> Result<u16, XlsxError> {
    let name: String = super::title(file)
        .chars()
        .filter(|it| !NOT_IN_SHEET.contains(it))
        .take(SHEET_CHARS)
        .collect();
    sheet.set_name(name.trim_matches('\''))?;
    let bold = Format::new().set_bold();
    let fields = file.of.as_deref().unwrap_or_else(|| Scope::spine_type());
    let mut last = 0;
    let headings = super::headings(file);
    for (column, (heading, name)) in (0_u16..).zip(headings.iter().zip(&file.query.columns)) {
        let kind = fields.field(name).map(|it| &it.kind);
        sheet.set_column_width(column, width(kind, heading))?;
        sheet.write_string_with_format(0, column, heading, &bold)?;
        last = column;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(last)
}

/// How wide a column is, in characters. The rows are gone before all of them were seen, so it goes by the kind.
fn width(kind: Option<&Kind>, heading: &str) -> f64 {
    let usual: u32 = match kind {
        Some(Kind::LongText | Kind::Json) => 60,
        Some(Kind::Text { max }) if *max > 100 => 44,
        Some(Kind::Reference { .. } | Kind::References { .. } | Kind::Email | Kind::Url) => 26,
        Some(Kind::Instant) => 17,
        Some(Kind::Boolean | Kind::Integer) => 8,
        _ => 14,
    };
    let heading = u32::try_from(heading.chars().count()).unwrap_or(usual);
    f64::from(usual.max(heading.min(WIDEST_HEADING) + 3))
}

/// How days and instants look.
struct Kinds {
    day: Format,
    instant: Format,
}

struct Place<'a> {
    at: (u32, u16),
    cell: Cell<'a>,
}

impl Place<'_> {
    fn write(
        &self,
        sheet: &mut Worksheet,
        file: &ViewFile,
        page: &VisiblePage,
        kinds: &Kinds,
    ) -> Result<(), XlsxError> {
        let (line, column) = self.at;
        let in_words = self.cell.field.is_none_or(|it| !it.choices.is_empty());
        match &*self.cell.value {
            Value::Null => {}
            Value::Integer(number) if !in_words => {
                // Beyond what such numbers keep exactly, the digits stand as text.
                if number.unsigned_abs() < 1 << 53 {
                    sheet.write_number(line, column, *number as f64)?;
                } else {
                    sheet.write_string(line, column, number.to_string())?;
                }
            }
            Value::Decimal(decimal) => {
                // A workbook has no other numbers than these.
                let number = decimal.to_string().parse::<f64>().unwrap_or_default();
                sheet.write_number(line, column, number)?;
            }
            Value::Date(day) if day.to_jiff().year() >= FIRST_YEAR => {
                sheet.write_datetime_with_format(line, column, day.to_jiff(), &kinds.day)?;
            }
            Value::Instant(at) if local(&file.ctx.zone, *at).year() >= FIRST_YEAR => {
                let at = local(&file.ctx.zone, *at);
                sheet.write_datetime_with_format(line, column, at, &kinds.instant)?;
            }
            _ => {
                let words = self.cell.text(file, &page.titles);
                sheet.write_string(line, column, in_cell(&words))?;
            }
        }
        Ok(())
    }
}
