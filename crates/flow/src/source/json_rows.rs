//! JSON Lines: one object per line, columns by member name.

use std::io::{BufRead, BufReader, Read};

use base::{Error, Message, Result};
use serde_json::{Map, Value as Json};

use super::{BadRow, MAX_ROW_BYTES, Rows, SourceRow};

/// Rows of a JSON Lines file.
pub struct JsonRows {
    reader: BufReader<Box<dyn Read + Send>>,
    columns: Vec<String>,
    line: u64,
    buffer: Vec<u8>,
}

impl JsonRows {
    /// Rows cut down to these members.
    pub fn new(bytes: Box<dyn Read + Send>, columns: &[String]) -> Self {
        Self {
            reader: BufReader::new(bytes),
            columns: columns.to_vec(),
            line: 0,
            buffer: Vec::new(),
        }
    }

    fn read_line(&mut self) -> Result<bool> {
        self.buffer.clear();
        let most = u64::try_from(MAX_ROW_BYTES).unwrap_or(u64::MAX);
        let failed = |error| Error::failed("the file could not be read", error);
        let read = (&mut self.reader)
            .take(most)
            .read_until(b'\n', &mut self.buffer)
            .map_err(failed)?;
        if read == MAX_ROW_BYTES {
            return Err(Error::failed(
                "the file could not be read",
                "a line is too long",
            ));
        }
        self.line += 1;
        Ok(read > 0)
    }
}

impl Rows for JsonRows {
    fn next_row(&mut self) -> Result<Option<Result<SourceRow, BadRow>>> {
        loop {
            if !self.read_line()? {
                return Ok(None);
            }
            if !self.buffer.trim_ascii().is_empty() {
                break;
            }
        }
        let line = self.line;
        let Ok(object) = serde_json::from_slice::<Map<String, Json>>(&self.buffer) else {
            return Ok(Some(Err(BadRow {
                line,
                reason: Message::new("row-not-an-object"),
            })));
        };
        let cells = self
            .columns
            .iter()
            .map(|name| object.get(name).map_or_else(String::new, cell))
            .collect();
        Ok(Some(Ok(SourceRow { line, cells })))
    }

    fn other_columns(&self) -> &[String] {
        &[]
    }
}

/// The text of a member: texts as they are, lists of texts as CSV writes them, the rest as JSON.
fn cell(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) if items.iter().all(Json::is_string) => items
            .iter()
            .filter_map(Json::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}
