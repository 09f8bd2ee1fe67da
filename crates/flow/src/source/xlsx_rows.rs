//! Workbooks of spreadsheets: the rows of one sheet, read as a stream.
//!
//! Texts that cells share are held in memory, as the format wants it, up to a bound; rows never are.
//! A formula counts as the value that the spreadsheet stored with it, and a cell is read as what it holds,
//! not as its format shows it.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use base::{Error, Message, Refused, Result};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use super::header::Header;
use super::{BadRow, MAX_ROW_BYTES, Rows, SourceRow};

/// Largest workbook in bytes, which is packed.
pub(super) const MAX_WORKBOOK_BYTES: u64 = 512 * 1024 * 1024;
/// How much a workbook may unpack to.
const UNPACKED: Unpacked = Unpacked {
    shared: 256 * 1024 * 1024,
    sheets: 2 * 1024 * 1024 * 1024,
    cell: 64 * 1024 * 1024,
};
/// Rows that are read ahead.
const AHEAD: usize = 256;

/// Limits of what is packed in a workbook, in bytes as they are unpacked.
#[derive(Clone, Copy)]
struct Unpacked {
    /// Shared texts, styles and the like, which are held in memory.
    shared: u64,
    /// All sheets, which are read as streams.
    sheets: u64,
    /// From the beginning of one cell to that of the next: a cell is held in memory.
    cell: u64,
}

/// Something that a workbook can be read from.
pub(super) trait Bytes: Read + Seek + Send {}

impl<T: Read + Seek + Send> Bytes for T {}

/// Rows of a sheet.
pub struct XlsxRows {
    rows: Receiver<Sent>,
    header: Header,
    columns: Vec<String>,
    wanted: Vec<Option<usize>>,
    /// Columns with values right of the header's end.
    beyond: BTreeSet<usize>,
}

/// A row as it stands in the sheet, from 1, with its cells by column.
struct SheetRow {
    line: u64,
    cells: Vec<(usize, Result<String, &'static str>)>,
}

enum Sent {
    Row(SheetRow),
    End,
    Failed(Error),
}

impl XlsxRows {
    /// Reads the first row that has cells as header, and finds the wanted columns in it.
    pub(super) fn open(
        (name, mut bytes): (&str, Box<dyn Bytes>),
        sheet: Option<&str>,
        columns: &[String],
        required: usize,
    ) -> Result<Self> {
        let unreadable = |error: &dyn std::fmt::Display| -> Error {
            let message = Message::new("import-file-unreadable")
                .with("file", name)
                .with("error", error);
            Refused::BadRequest(message).into()
        };
        check_size(&mut bytes, UNPACKED).map_err(|error| unreadable(&error))?;
        let workbook = Xlsx::new(bytes).map_err(|error| unreadable(&error))?;
        let sheet = choose(&workbook, sheet)?;
        let (send, rows) = sync_channel(AHEAD);
        let reader = std::thread::Builder::new().name("deskwright-sheet".to_owned());
        let file = name.to_owned();
        // The reader of a sheet borrows its workbook, so both live on a thread of their own.
        reader
            .spawn(move || {
                let last = match read_sheet(workbook, &sheet, &send) {
                    Ok(()) => Sent::End,
                    Err(error) => {
                        let message = Message::new("import-file-unreadable").with("file", file);
                        Sent::Failed(Refused::BadRequest(message.with("error", error)).into())
                    }
                };
                // Nobody waits for the end where the import was given up.
                drop(send.send(last));
            })
            .map_err(|error| Error::failed("no thread for the sheet", error))?;
        let Some(first) = receive(&rows)? else {
            return Err(Refused::BadRequest(Message::new("import-sheet-empty")).into());
        };
        let width = first.cells.iter().map(|(at, _)| at + 1).max();
        let mut names = vec![String::new(); width.unwrap_or_default()];
        for (at, cell) in first.cells {
            names[at] = cell.unwrap_or_default();
        }
        let header = Header::new(names);
        Ok(Self {
            wanted: header.places(columns, required)?,
            columns: columns.to_vec(),
            header,
            rows,
            beyond: BTreeSet::new(),
        })
    }
}

impl Rows for XlsxRows {
    fn next_row(&mut self) -> Result<Option<Result<SourceRow, BadRow>>> {
        let Some(row) = receive(&self.rows)? else {
            return Ok(None);
        };
        let line = row.line;
        let mut cells: Vec<Option<String>> = vec![None; self.wanted.len()];
        // The row has every column, also where the sheet stores no cell.
        for (cell, column) in cells.iter_mut().zip(&self.wanted) {
            *cell = column.map(|_| String::new());
        }
        for (at, content) in row.cells {
            if at >= self.header.width() {
                self.beyond.insert(at);
            }
            let Some(place) = self.wanted.iter().position(|it| *it == Some(at)) else {
                continue;
            };
            match content {
                Ok(text) => cells[place] = Some(text),
                Err(key) => {
                    let reason = Message::new(key).with("column", self.header.name(at));
                    return Ok(Some(Err(BadRow { line, reason })));
                }
            }
        }
        Ok(Some(Ok(SourceRow { line, cells })))
    }

    fn other_columns(&self) -> Vec<String> {
        let mut others = self.header.others(&self.columns);
        others.extend(self.beyond.iter().map(|it| self.header.name(*it)));
        others
    }
}

/// Refuses what would take more memory or time than a workbook may. What is packed is unpacked and counted: what a part
/// says of its own size may be anything.
fn check_size(bytes: &mut Box<dyn Bytes>, most: Unpacked) -> std::io::Result<()> {
    let mut archive = zip::ZipArchive::new(&mut *bytes)?;
    let (mut shared, mut sheets) = (0, 0);
    for number in 0..archive.len() {
        let mut part = archive.by_index(number)?;
        if part.name()?.starts_with("xl/worksheets/") {
            measure(&mut part, (&mut sheets, most.sheets), Some(most.cell))?;
        } else {
            measure(&mut part, (&mut shared, most.shared), None)?;
        }
    }
    bytes.seek(SeekFrom::Start(0)).map(|_| ())
}

/// Adds the size of a part to what was counted, up to the most that there may be.
fn measure(
    part: &mut impl Read,
    (counted, most): (&mut u64, u64),
    cell: Option<u64>,
) -> std::io::Result<()> {
    let mut block = vec![0; 1 << 16];
    let (mut last, mut gap) = ([0; 2], 0);
    // Whether all since the last `<` may be the name of an element: in texts, `:c` is no cell.
    let mut named = false;
    loop {
        let read = part.read(&mut block)?;
        if read == 0 {
            return Ok(());
        }
        *counted += u64::try_from(read).unwrap_or(u64::MAX);
        if *counted > most {
            let message = format!("unpacked it has more than {most} bytes");
            return Err(std::io::Error::other(message));
        }
        let Some(longest) = cell else { continue };
        for byte in &block[..read] {
            // A cell begins with `<c` or, under a name of its own for the format, with `:c`.
            let begins = matches!(last, [b'<' | b':', b'c']) && matches!(byte, b' ' | b'>' | b'/');
            gap = if begins && named { 0 } else { gap + 1 };
            if last[1] == b'<' && *byte == b'!' {
                // What stands in these looks like cells and is none; no spreadsheet writes them.
                return Err(std::io::Error::other(
                    "a sheet has comments or unparsed text",
                ));
            }
            named = *byte == b'<' || named && (byte.is_ascii_alphanumeric() || *byte == b':');
            last = [last[1], *byte];
            if gap > longest {
                let message = format!("a cell has more than {longest} bytes");
                return Err(std::io::Error::other(message));
            }
        }
    }
}

/// The sheet of that name, else the only one that people see.
fn choose(workbook: &Xlsx<Box<dyn Bytes>>, wanted: Option<&str>) -> Result<String> {
    let sheets = workbook.sheets_metadata().iter();
    let sheets: Vec<_> = sheets.filter(|it| it.typ == SheetType::WorkSheet).collect();
    let names = || {
        let names: Vec<&str> = sheets.iter().map(|it| it.name.as_str()).collect();
        names.join(", ")
    };
    if let Some(wanted) = wanted {
        let found = sheets.iter().find(|it| it.name == wanted);
        return found.map(|it| it.name.clone()).ok_or_else(|| {
            let message = Message::new("import-sheet-unknown").with("sheet", wanted);
            Refused::BadRequest(message.with("sheets", names())).into()
        });
    }
    let mut visible = sheets
        .iter()
        .filter(|it| it.visible == SheetVisible::Visible);
    match (visible.next(), visible.next()) {
        (Some(only), None) => Ok(only.name.clone()),
        _ => {
            let message = Message::new("import-sheet-unclear").with("sheets", names());
            Err(Refused::BadRequest(message).into())
        }
    }
}

fn receive(rows: &Receiver<Sent>) -> Result<Option<SheetRow>> {
    match rows.recv() {
        Ok(Sent::Row(row)) => Ok(Some(row)),
        Ok(Sent::End) => Ok(None),
        Ok(Sent::Failed(error)) => Err(error),
        Err(gone) => Err(Error::failed("the sheet was not read to its end", gone)),
    }
}

/// Columns that a sheet may have (ECMA-376: up to XFD); room is made for all before one that is told.
const WIDEST: u32 = 16_384;

/// Sends the rows that have cells with content, until nobody takes them any more.
fn read_sheet(
    mut workbook: Xlsx<Box<dyn Bytes>>,
    sheet: &str,
    send: &SyncSender<Sent>,
) -> Result<(), String> {
    let told = |error: calamine::XlsxError| error.to_string();
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(told)?;
    let mut row = SheetRow {
        line: 0,
        cells: Vec::new(),
    };
    let mut bytes = 0;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(told)? {
        let (_, column) = cell.pos;
        if column >= WIDEST {
            return Err(format!("a cell stands in column {}", u64::from(column) + 1));
        }
        let line = u64::from(cell.pos.0) + 1;
        if line != row.line && !row.cells.is_empty() {
            let cells = std::mem::take(&mut row.cells);
            bytes = 0;
            let line = row.line;
            if send.send(Sent::Row(SheetRow { line, cells })).is_err() {
                return Ok(());
            }
        }
        row.line = line;
        let column = usize::try_from(cell.pos.1).unwrap_or_default();
        if let Some(content) = content(&cell.value, cell.formula.is_some()) {
            bytes += content.as_ref().map_or(1, String::len);
            if bytes > MAX_ROW_BYTES {
                return Err(format!("row {line} has more than {MAX_ROW_BYTES} bytes"));
            }
            row.cells.push((column, content));
        }
    }
    if !row.cells.is_empty() {
        // Whoever took the rows may have enough of them.
        drop(send.send(Sent::Row(row)));
    }
    Ok(())
}

/// What a cell says, or the key of why it says nothing that could be taken; nothing where it is empty.
fn content(value: &DataRef<'_>, has_formula: bool) -> Option<Result<String, &'static str>> {
    let text = match value {
        DataRef::Empty if has_formula => return Some(Err("row-formula-without-value")),
        DataRef::Empty => return None,
        DataRef::Error(_) => return Some(Err("row-formula-failed")),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) => moment_text(*moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
    };
    (!text.is_empty()).then_some(Ok(text))
}

/// A number with the fifteen digits that spreadsheets keep: 0.1 + 0.2 is 0.3 there.
fn number_text(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// A day where the cell names no time, else a moment without a zone, or a length of time, in ISO 8601.
fn moment_text(moment: ExcelDateTime) -> String {
    let value = moment.as_f64();
    if moment.is_duration() {
        let length = std::time::Duration::try_from_secs_f64(value.abs() * 86_400.0);
        let seconds = length.unwrap_or_default().as_secs_f64().round();
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}PT{seconds}S");
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let time = match milli {
        0 => format!("{hour:02}:{minute:02}:{second:02}"),
        milli => format!("{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    };
    if value < 1.0 {
        return time;
    }
    match time.as_str() {
        "00:00:00" => format!("{year:04}-{month:02}-{day:02}"),
        time => format!("{year:04}-{month:02}-{day:02}T{time}"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};
    use zip::write::SimpleFileOptions;

    use super::*;

    const SMALL: Unpacked = Unpacked {
        shared: 100_000,
        sheets: 300_000,
        cell: 50_000,
    };

    /// An archive with one part of zeros, which packs to almost nothing.
    fn packed(name: &str, content: &[u8]) -> Result<Vec<u8>, zip::result::ZipError> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(content)?;
        Ok(archive.finish()?.into_inner())
    }

    fn refusal(archive: Vec<u8>) -> Option<String> {
        let mut bytes: Box<dyn Bytes> = Box::new(Cursor::new(archive));
        check_size(&mut bytes, SMALL).err().map(|it| it.to_string())
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() -> Result<(), zip::result::ZipError> {
        let shared = "xl/sharedStrings.xml";
        assert_eq!(refusal(packed(shared, &vec![b' '; 100_000])?), None);
        let bomb = packed(shared, &vec![b' '; 100_001])?;
        assert!(bomb.len() < 1_000, "packed it is small");
        let said = Some("unpacked it has more than 100000 bytes".to_owned());
        assert_eq!(refusal(bomb.clone()), said);
        // Of its size it may say what it likes: in the list of parts it stands after 24 bytes.
        let mut lies = bomb;
        let at = lies
            .windows(4)
            .position(|it| it == b"PK\x01\x02")
            .unwrap_or_default();
        lies[at + 24..at + 28].copy_from_slice(&10_u32.to_le_bytes());
        assert!(refusal(lies).is_some());
        let sheet = "xl/worksheets/sheet1.xml";
        let cells = b"<c r=\"A1\"><v>1</v></c>".repeat(9_000);
        assert_eq!(refusal(packed(sheet, &cells)?), None);
        let said = Some("unpacked it has more than 300000 bytes".to_owned());
        assert_eq!(refusal(packed(sheet, &cells.repeat(2))?), said);
        let prefixed = b"<x:c>".repeat(20_000);
        assert_eq!(refusal(packed(sheet, &prefixed)?), None);
        let text = [&b"<c><is><t>"[..], &vec![b'x'; 60_000]].concat();
        let said = Some("a cell has more than 50000 bytes".to_owned());
        assert_eq!(refusal(packed(sheet, &text)?), said);
        // What looks like a cell within a text is none.
        let split = [&b"<c><is><t>"[..], &b"xxxxxxxx :c ".repeat(5_000)].concat();
        assert_eq!(refusal(packed(sheet, &split)?), said);
        let unparsed = [&b"<c><is><t><![CDATA["[..], &b"xxxx<c >".repeat(10)].concat();
        let said = Some("a sheet has comments or unparsed text".to_owned());
        assert_eq!(refusal(packed(sheet, &unparsed)?), said);
        Ok(())
    }

    #[test]
    fn numbers_and_moments_are_written_as_people_mean_them() {
        assert_eq!(number_text(0.1 + 0.2), "0.3");
        assert_eq!(number_text(7.0), "7");
        assert_eq!(number_text(6.37702E+15), "6377020000000000");
        let text = |value, kind| moment_text(ExcelDateTime::new(value, kind, false));
        assert_eq!(text(45_943.0, DateTime), "2025-10-13");
        assert_eq!(text(45_943.541, DateTime), "2025-10-13T12:59:02.400");
        assert_eq!(text(45_943.5, DateTime), "2025-10-13T12:00:00");
        assert_eq!(text(0.75, DateTime), "18:00:00");
        assert_eq!(text(1.5, TimeDelta), "PT129600S");
    }
}
