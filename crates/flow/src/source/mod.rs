//! Files as rows of cells: CSV and JSON Lines, plain or compressed with Zstandard, or standard input.
//!
//! Reads with bounded memory whatever the file holds; says nothing about what the cells mean.

mod csv_rows;
mod json_rows;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use base::{Error, Message, Refused, Result};
use sha2::{Digest, Sha256};

use crate::mapping::{FileForm, Format};

/// Longest row in bytes; a lost quote would otherwise swallow the rest of the file.
pub const MAX_ROW_BYTES: usize = 4 * 1024 * 1024;

/// One row: the cells of the wanted columns, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Line in the file where it begins, from 1.
    pub line: u64,
    /// Cells; an absent one is empty.
    pub cells: Vec<String>,
}

/// A line that is no row, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// Why.
    pub reason: Message,
}

/// Hands out rows one by one.
pub trait Rows: Send {
    /// The next row, or the reason why a line is none; nothing at the end.
    fn next_row(&mut self) -> Result<Option<Result<SourceRow, BadRow>>>;
    /// Columns that the file has and nobody wanted, where the form tells.
    fn other_columns(&self) -> &[String];
}

/// A file that was opened.
pub struct Source {
    name: String,
    bytes: Box<dyn Read + Send>,
    /// SHA-256 of the file as it lies there; nothing for standard input.
    pub digest: Option<String>,
}

impl Source {
    /// Opens a file by path; `-` is standard input, a name that ends in `.zst` is decompressed.
    ///
    /// # Errors
    /// A refusal that names the file.
    pub fn open(path: &str) -> Result<Self> {
        if path == "-" {
            return Ok(Self {
                name: path.to_owned(),
                bytes: Box::new(std::io::stdin()),
                digest: None,
            });
        }
        let unreadable = |error: std::io::Error| {
            Refused::BadRequest(
                Message::new("import-file-unreadable")
                    .with("file", path)
                    .with("error", error),
            )
        };
        let digest = digest_of(Path::new(path)).map_err(unreadable)?;
        let file = BufReader::with_capacity(1 << 16, File::open(path).map_err(unreadable)?);
        let bytes: Box<dyn Read + Send> = match path.strip_suffix(".zst") {
            Some(_) => {
                let decoder = ruzstd::decoding::StreamingDecoder::new(file).map_err(|error| {
                    Error::failed("the compressed file could not be read", error)
                })?;
                Box::new(decoder)
            }
            None => Box::new(file),
        };
        Ok(Self {
            name: path.to_owned(),
            bytes,
            digest: Some(digest),
        })
    }

    /// Rows of bytes that are at hand: for tests and programs.
    #[must_use]
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Self {
        let digest = Some(hex::encode(Sha256::digest(&bytes)));
        Self {
            name: name.to_owned(),
            bytes: Box::new(std::io::Cursor::new(bytes)),
            digest,
        }
    }

    /// Name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rows of the file, cut down to these columns.
    ///
    /// # Errors
    /// A refusal that names the columns that the file does not have.
    pub fn rows(self, form: &FileForm, columns: &[String]) -> Result<Box<dyn Rows>> {
        let plain_name = self.name.strip_suffix(".zst").unwrap_or(&self.name);
        let by_name = if plain_name.ends_with(".jsonl") {
            Format::Jsonl
        } else {
            Format::Csv
        };
        match form.format.unwrap_or(by_name) {
            Format::Csv => Ok(Box::new(csv_rows::CsvRows::open(
                self.bytes,
                form.delimiter,
                columns,
            )?)),
            Format::Jsonl => Ok(Box::new(json_rows::JsonRows::new(self.bytes, columns))),
        }
    }
}

fn digest_of(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut block = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(&block[..read]);
    }
}
