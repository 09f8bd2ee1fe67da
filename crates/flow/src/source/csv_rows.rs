//! CSV with a header line, as RFC 4180 and spreadsheets write it.

use std::io::Read;

use base::{Error, Message, Refused, Result};
use csv::{ByteRecord, ReaderBuilder};

use super::header::Header;
use super::{BadRow, MAX_ROW_BYTES, Rows, SourceRow};

/// Rows of a CSV file.
pub struct CsvRows {
    reader: csv::Reader<Bounded>,
    record: ByteRecord,
    width: usize,
    /// Where the wanted columns stand; nothing for one that the file does not have.
    wanted: Vec<Option<usize>>,
    others: Vec<String>,
}

impl CsvRows {
    /// Reads the header and finds the wanted columns in it, of which the first so many must be there.
    pub fn open(
        bytes: Box<dyn Read + Send>,
        delimiter: Option<char>,
        columns: &[String],
        required: usize,
    ) -> Result<Self> {
        let delimiter = u8::try_from(delimiter.unwrap_or(',')).unwrap_or(b',');
        let bounded = Bounded {
            bytes,
            left: MAX_ROW_BYTES,
            after_return: false,
        };
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(bounded);
        let header = reader.byte_headers().map_err(unreadable)?;
        let names = header
            .iter()
            .map(|it| String::from_utf8_lossy(it).into_owned());
        let header = Header::new(names);
        Ok(Self {
            reader,
            record: ByteRecord::new(),
            width: header.width(),
            wanted: header.places(columns, required)?,
            others: header.others(columns),
        })
    }
}

impl Rows for CsvRows {
    fn next_row(&mut self) -> Result<Option<Result<SourceRow, BadRow>>> {
        self.reader.get_mut().left = MAX_ROW_BYTES;
        if !self
            .reader
            .read_byte_record(&mut self.record)
            .map_err(unreadable)?
        {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        if self.record.len() != self.width {
            let reason = Message::new("row-wrong-width")
                .with("expected", self.width)
                .with("found", self.record.len());
            return Ok(Some(Err(BadRow { line, reason })));
        }
        let mut cells = Vec::with_capacity(self.wanted.len());
        for column in &self.wanted {
            let cell = column.and_then(|it| self.record.get(it));
            match cell.map(std::str::from_utf8).transpose() {
                Ok(cell) => cells.push(cell.map(str::to_owned)),
                Err(_) => {
                    return Ok(Some(Err(BadRow {
                        line,
                        reason: Message::new("row-not-utf8"),
                    })));
                }
            }
        }
        Ok(Some(Ok(SourceRow { line, cells })))
    }

    fn other_columns(&self) -> Vec<String> {
        self.others.clone()
    }
}

fn unreadable(error: csv::Error) -> Error {
    let message = Message::new("import-file-unreadable").with("file", "CSV");
    Refused::BadRequest(message.with("error", error)).into()
}

/// Refuses to go on when one row takes more bytes than a row may. Ends every line alike, so that those of old
/// Macintoshes, which end with a return, are counted too.
struct Bounded {
    bytes: Box<dyn Read + Send>,
    left: usize,
    after_return: bool,
}

impl Bounded {
    /// Makes one line feed of each return, line feed or both; gives how many bytes are left.
    fn end_lines(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            let second = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            if !second {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }
}

impl Read for Bounded {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if self.left == 0 {
                let message =
                    format!("a row is longer than {MAX_ROW_BYTES} bytes; is a quote missing?");
                return Err(std::io::Error::other(message));
            }
            let most = out.len().min(self.left);
            let read = self.bytes.read(&mut out[..most])?;
            self.left -= read;
            let kept = self.end_lines(&mut out[..read]);
            // The second half of a line's end is no end of the file.
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}
