//! A page of a view as lines of CSV (RFC 4180).

use base::{Error, Result};
use engine::read::VisiblePage;

use super::ViewFile;
use super::cells::{cells, is_typed};

/// Marks UTF-8 for spreadsheets, which else read another character set.
const MARK: &str = "\u{feff}";
/// What a spreadsheet may take for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The lines of a page, after the heading where it is the first.
pub(super) fn part(file: &ViewFile, page: &VisiblePage, is_first: bool) -> Result<Vec<u8>> {
    let begin = if is_first { MARK } else { "" };
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(begin.as_bytes().to_vec());
    if is_first {
        writer
            .write_record(super::headings(file))
            .map_err(unwritable)?;
    }
    for row in &page.rows {
        let cells = cells(file, row).map(|cell| {
            let text = cell.text(file, &page.titles);
            if is_typed(cell.field) {
                harmless(text)
            } else {
                text
            }
        });
        writer.write_record(cells).map_err(unwritable)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::failed("a line of CSV cannot be written", error.to_string()))
}

/// The text, with a sign in front that keeps a spreadsheet from computing it. Numbers, telephone numbers among them,
/// stay as they are. Source: OWASP, CSV injection.
fn harmless(text: String) -> String {
    let is_number = |it: &str| {
        it.chars()
            .all(|it| it.is_ascii_digit() || " .,".contains(it))
    };
    let number = text.strip_prefix(['+', '-']).is_some_and(is_number);
    if text.starts_with(FORMULA) && !number {
        format!("'{text}")
    } else {
        text
    }
}

fn unwritable(error: csv::Error) -> Error {
    Error::failed("a line of CSV cannot be written", error)
}
