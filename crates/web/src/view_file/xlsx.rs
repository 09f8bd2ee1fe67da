//! A view as a workbook with one sheet: numbers, days and instants as such, a heading that stays.

use base::{Error, Result};
use dictionary::{FieldDef, Value};
use engine::read::VisiblePage;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::ViewFile;
use super::cells::{cells, local, text};
use crate::label;

/// Characters that a cell takes. Source: Excel specifications and limits.
const CELL_CHARS: usize = 32_767;
/// Characters that the name of a sheet takes, and those it may not have.
const SHEET_CHARS: usize = 31;
const NOT_IN_SHEET: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// Widest column, in pixels.
const WIDEST: u32 = 420;
/// First year that a workbook knows.
const FIRST_YEAR: i16 = 1900;

/// The workbook's bytes.
pub(super) fn write(file: &ViewFile, pages: &[VisiblePage]) -> Result<Vec<u8>> {
    made(file, pages).map_err(|error| Error::failed("a workbook cannot be written", error))
}

fn made(file: &ViewFile, pages: &[VisiblePage]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let plural = label(&file.language, &file.of.plural);
    let name: String = plural
        .chars()
        .filter(|it| !NOT_IN_SHEET.contains(it))
        .take(SHEET_CHARS)
        .collect();
    sheet.set_name(name.trim_matches('\''))?;
    let bold = Format::new().set_bold();
    let mut last = 0;
    for (column, heading) in (0_u16..).zip(super::headings(file)) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
        last = column;
    }
    sheet.set_freeze_panes(1, 0)?;
    let kinds = Kinds {
        day: Format::new().set_num_format("yyyy-mm-dd"),
        instant: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
    };
    let rows = pages
        .iter()
        .flat_map(|page| page.rows.iter().map(move |row| (page, row)));
    let mut end = 0;
    for (line, (page, row)) in (1_u32..).zip(rows) {
        for (column, (field, value)) in (0_u16..).zip(cells(file, row)) {
            let cell = Cell {
                at: (line, column),
                field,
                value,
            };
            cell.write(sheet, file, page, &kinds)?;
        }
        end = line;
    }
    sheet.autofilter(0, 0, end, last)?;
    sheet.set_autofit_max_width(WIDEST).autofit();
    workbook.save_to_buffer()
}

/// How days and instants look.
struct Kinds {
    day: Format,
    instant: Format,
}

struct Cell<'a> {
    at: (u32, u16),
    field: Option<&'a FieldDef>,
    value: &'a Value,
}

impl Cell<'_> {
    fn write(
        &self,
        sheet: &mut Worksheet,
        file: &ViewFile,
        page: &VisiblePage,
        kinds: &Kinds,
    ) -> Result<(), XlsxError> {
        let (line, column) = self.at;
        let in_words = self.field.is_none_or(|it| !it.choices.is_empty());
        match self.value {
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
            value => {
                let words = text(file, &page.titles, self.field, value);
                let words: String = words.chars().take(CELL_CHARS).collect();
                sheet.write_string(line, column, words)?;
            }
        }
        Ok(())
    }
}
