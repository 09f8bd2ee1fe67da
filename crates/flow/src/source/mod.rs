//! Files as rows of cells: CSV and JSON Lines, plain or compressed with Zstandard, or standard input.
//!
//! Reads with bounded memory whatever the file holds; says nothing about what the cells mean.

mod csv_rows;
mod json_rows;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use base::{Error, Message, Refused, Result};
use sha2::{Digest, Sha256};

use crate::mapping::{FileForm, Format};
use csv_rows::CsvRows;
use json_rows::JsonRows;

/// Longest row in bytes; a lost quote would otherwise swallow the rest of the file.
pub const MAX_ROW_BYTES: usize = 4 * 1024 * 1024;

/// Longest line of JSON Lines in bytes: an exported record with its comments and its history stands on one.
pub const MAX_LINE_BYTES: usize = 64 * 1024 * 1024;

/// One row: the cells of the wanted columns, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Line in the file where it begins, from 1.
    pub line: u64,
    /// Cells; nothing where the row does not have the column at all.
    pub cells: Vec<Option<String>>,
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
    /// Columns that nobody wanted, as far as the file was read.
    fn other_columns(&self) -> Vec<String>;
}

/// A file, or something like one.
pub struct Source {
    name: String,
    origin: Origin,
    /// SHA-256 of the file as it lies there; nothing for standard input.
    pub digest: Option<String>,
}

enum Origin {
    File,
    Bytes(Arc<[u8]>),
    Input,
}

impl Source {
    /// Finds a file by path; `-` is standard input, a name that ends in `.zst` is decompressed.
    ///
    /// # Errors
    /// A refusal that names the file.
    pub fn open(path: &str) -> Result<Self> {
        if path == "-" {
            return Ok(Self {
                name: path.to_owned(),
                origin: Origin::Input,
                digest: None,
            });
        }
        let digest = digest_of(Path::new(path)).map_err(|error| unreadable(path, &error))?;
        Ok(Self {
            name: path.to_owned(),
            origin: Origin::File,
            digest: Some(digest),
        })
    }

    /// Rows of bytes that are at hand: for tests and programs.
    #[must_use]
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Self {
        let digest = Some(hex::encode(Sha256::digest(&bytes)));
        Self {
            name: name.to_owned(),
            origin: Origin::Bytes(bytes.into()),
            digest,
        }
    }

    /// Name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its rows can be had more than once.
    #[must_use]
    pub const fn can_be_read_again(&self) -> bool {
        !matches!(self.origin, Origin::Input)
    }

    /// The rows of the file from its beginning, cut down to these columns, of which the first so many must be
    /// there.
    ///
    /// # Errors
    /// A refusal that names the columns that the file does not have.
    pub fn rows(
        &self,
        form: &FileForm,
        columns: &[String],
        required: usize,
    ) -> Result<Box<dyn Rows>> {
        let mut bytes = BufReader::with_capacity(1 << 16, self.bytes()?);
        let format = match form.format {
            Some(format) => format,
            None => self.format_of(&mut bytes)?,
        };
        Ok(match format {
            Format::Csv => {
                let bytes = Box::new(bytes);
                Box::new(CsvRows::open(bytes, form.delimiter, columns, required)?)
            }
            Format::Jsonl => Box::new(JsonRows::new(bytes, columns)),
        })
    }

    fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        let plain: Box<dyn Read + Send> = match &self.origin {
            Origin::Input => Box::new(std::io::stdin()),
            Origin::Bytes(bytes) => Box::new(std::io::Cursor::new(Arc::clone(bytes))),
            Origin::File => {
                let file = File::open(&self.name);
                Box::new(file.map_err(|error| unreadable(&self.name, &error))?)
            }
        };
        if !self.name.ends_with(".zst") {
            return Ok(plain);
        }
        let buffered = BufReader::with_capacity(1 << 16, plain);
        let decoder = ruzstd::decoding::StreamingDecoder::new(buffered)
            .map_err(|error| Error::failed("the compressed file could not be read", error))?;
        Ok(Box::new(decoder))
    }

    /// The form by the name, or by the first byte where the name does not tell.
    fn format_of(&self, bytes: &mut impl BufRead) -> Result<Format> {
        let name = self.name.strip_suffix(".zst").unwrap_or(&self.name);
        if name.ends_with(".jsonl") {
            return Ok(Format::Jsonl);
        }
        let begin = bytes
            .fill_buf()
            .map_err(|error| Error::failed("the file could not be read", error))?;
        Ok(match begin.first() {
            Some(b'{') if !name.ends_with(".csv") => Format::Jsonl,
            _ => Format::Csv,
        })
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> Refused {
    Refused::BadRequest(
        Message::new("import-file-unreadable")
            .with("file", path)
            .with("error", error),
    )
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
