//! JSON Lines: one object per line, columns by member name.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read};

use base::{Error, Message, Refused, Result};
use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::{BadRow, MAX_LINE_BYTES, Rows, SourceRow};
use crate::beside::DEFINES;

/// Rows of a JSON Lines file.
pub struct JsonRows {
    reader: BufReader<Box<dyn Read + Send>>,
    columns: Vec<String>,
    line: u64,
    buffer: Vec<u8>,
    /// Members so far that are no wanted columns.
    others: BTreeSet<String>,
}

/// Most names of members that are kept; a file with more of them has data for names.
const MAX_OTHERS: usize = 1_000;

/// A line whose members are only looked at where their column is wanted.
#[derive(Deserialize)]
#[serde(transparent)]
struct Line<'l>(#[serde(borrow)] HashMap<String, &'l RawValue>);

impl JsonRows {
    /// Rows cut down to these members.
    pub fn new(reader: BufReader<Box<dyn Read + Send>>, columns: &[String]) -> Self {
        Self {
            reader,
            columns: columns.to_vec(),
            line: 0,
            buffer: Vec::new(),
            others: BTreeSet::new(),
        }
    }

    /// Reads the next line, as much of it as a line may have; nothing at the end of the file.
    fn read_line(&mut self) -> Result<Option<Fits>> {
        self.buffer.clear();
        let most = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
        let failed = |error: std::io::Error| {
            let message = Message::new("import-file-unreadable").with("file", "JSON Lines");
            Error::from(Refused::BadRequest(message.with("error", error)))
        };
        let read = (&mut self.reader)
            .take(most)
            .read_until(b'\n', &mut self.buffer)
            .map_err(failed)?;
        self.line += 1;
        if read == MAX_LINE_BYTES && self.buffer.last() != Some(&b'\n') {
            self.buffer.clear();
            self.reader.skip_until(b'\n').map_err(failed)?;
            return Ok(Some(Fits::No));
        }
        Ok((read > 0).then_some(Fits::Yes))
    }

    /// The row of the line; nothing where it is a definition and nobody asked for those.
    fn row(&mut self) -> Result<Option<SourceRow>, Message> {
        let bad = |_| Message::new("row-not-an-object");
        let text = std::str::from_utf8(&self.buffer).map_err(|_| Message::new("row-not-utf8"))?;
        let object: Line<'_> = serde_json::from_str(text).map_err(bad)?;
        let asked_for = self.columns.iter().any(|it| it == DEFINES);
        if !asked_for && object.0.contains_key(DEFINES) {
            return Ok(None);
        }
        for name in object.0.keys() {
            let is_known = self.columns.contains(name) || self.others.contains(name);
            if !is_known && self.others.len() < MAX_OTHERS {
                self.others.insert(name.clone());
            }
        }
        let cells = self.columns.iter().map(|name| {
            let raw = object.0.get(name.as_str());
            raw.map(|raw| Ok(cell(serde_json::from_str(raw.get())?)))
                .transpose()
        });
        Ok(Some(SourceRow {
            line: self.line,
            cells: cells.collect::<serde_json::Result<_>>().map_err(bad)?,
        }))
    }
}

/// Whether a line is as short as a line must be.
enum Fits {
    Yes,
    No,
}

impl Rows for JsonRows {
    fn next_row(&mut self) -> Result<Option<Result<SourceRow, BadRow>>> {
        loop {
            let Some(fits) = self.read_line()? else {
                return Ok(None);
            };
            if let Fits::No = fits {
                let reason = Message::new("row-too-long").with("most", MAX_LINE_BYTES);
                let line = self.line;
                return Ok(Some(Err(BadRow { line, reason })));
            }
            if self.buffer.trim_ascii().is_empty() {
                continue;
            }
            let line = self.line;
            if let Some(row) = self.row().transpose() {
                return Ok(Some(row.map_err(|reason| BadRow { line, reason })));
            }
        }
    }

    fn other_columns(&self) -> Vec<String> {
        self.others.iter().cloned().collect()
    }
}

/// The text of a member: texts as they are, lists of texts as CSV writes them, the rest as JSON.
fn cell(json: Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::String(text) => text,
        Json::Array(items) if items.iter().all(Json::is_string) => items
            .iter()
            .filter_map(Json::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}
