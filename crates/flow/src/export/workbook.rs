//! The columns of a type as a workbook with one sheet, for people with a spreadsheet.
//!
//! Rows lie on disk until the file is packed, so that memory does not grow with them.

use std::io::Write;
use std::sync::Arc;

use base::{Message, Refused, Result};
use dictionary::{TypeDef, Value};
use engine::read::{Titles, Visible};
use engine::{Ctx, Engine};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::columns::Column;
use super::{Export, PAGE, unwritable};

/// Records that a sheet takes below its headings, and characters of a cell. Source: Excel specifications and limits.
const MOST: u32 = 1_048_575;
const CELL_CHARS: usize = 32_767;
/// Characters of the name of a sheet.
const SHEET_CHARS: usize = 31;
/// Whole numbers below this are kept exactly by the numbers of a workbook.
const EXACT: u64 = 1 << 53;

/// Writes a type as a workbook. Gives the number of records, and of texts that were too long for their cells.
pub(super) fn write(
    export: &Export,
    engine: &Arc<Engine>,
    ctx: &Ctx,
    record_type: &Arc<TypeDef>,
    out: &mut (dyn Write + Send),
) -> Result<(u64, u64)> {
    let columns = Column::all(record_type);
    let mut workbook = Workbook::new();
    let sheet = workbook
        .add_worksheet_with_constant_memory()
        .map_err(unwritable)?;
    head(sheet, record_type, &columns).map_err(unwritable)?;
    let (mut line, mut cut) = (0, 0);
    let records = export.pages(
        engine,
        ctx,
        (record_type, PAGE),
        |_, _| Ok(()),
        |page, ()| {
            for row in &page.rows {
                line += 1;
                if line > MOST {
                    let message = Message::new("export-too-many").with("most", MOST);
                    return Err(Refused::TooLarge(message).into());
                }
                for (at, column) in (0_u16..).zip(&columns) {
                    let whole = put(sheet, (line, at), column, row, &page.titles);
                    cut += u64::from(!whole.map_err(unwritable)?);
                }
            }
            Ok(())
        },
    )?;
    workbook.save_to_writer(out).map_err(unwritable)?;
    Ok((records, cut))
}

fn head(sheet: &mut Worksheet, of: &TypeDef, columns: &[Column<'_>]) -> Result<(), XlsxError> {
    let name: String = of.name.chars().take(SHEET_CHARS).collect();
    sheet.set_name(name)?;
    let bold = Format::new().set_bold();
    for (at, column) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(0, at, &column.name, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Writes a cell as an import reads it back; false where its text was cut.
fn put(
    sheet: &mut Worksheet,
    (line, at): (u32, u16),
    column: &Column<'_>,
    row: &Visible,
    titles: &Titles,
) -> Result<bool, XlsxError> {
    if let Some(Value::Integer(number)) = column.value(row)
        && number.unsigned_abs() < EXACT
    {
        sheet.write_number(line, at, *number as f64)?;
        return Ok(true);
    }
    let text = column.text(row, titles);
    if text.is_empty() {
        return Ok(true);
    }
    let kept = in_cell(&text);
    sheet.write_string(line, at, kept)?;
    Ok(kept.len() == text.len())
}

/// As much of a text as a cell takes, counted as its programs count: an emoji is two.
#[must_use]
pub fn in_cell(text: &str) -> &str {
    let mut units = 0;
    let over = text.char_indices().find(|(_, it)| {
        units += it.len_utf16();
        units > CELL_CHARS
    });
    over.map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_takes_what_its_programs_count() {
        assert_eq!(in_cell(&"ä".repeat(40_000)).chars().count(), CELL_CHARS);
        let emoji = "😀".repeat(20_000);
        let kept = in_cell(&emoji);
        assert_eq!(
            kept.encode_utf16().count(),
            CELL_CHARS - 1,
            "none is cut in two"
        );
        assert_eq!(in_cell("short"), "short");
    }
}
