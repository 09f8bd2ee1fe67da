//! Files as rows of cells: CSV, JSON Lines and workbooks (XLSX), plain or compressed with Zstandard, standard
//! input, or a folder of Markdown files.
//!
//! Reads with bounded memory whatever the file holds; says nothing about what the cells mean.

mod csv_rows;
mod folder;
mod head;
mod header;
mod json_rows;
mod xlsx_rows;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use base::{Error, Message, Refused, Result};
use encoding_rs_io::DecodeReaderBytesBuilder;
use sha2::{Digest, Sha256};

use crate::mapping::{FileForm, SourceFormat};
use csv_rows::CsvRows;
pub use folder::PATH;
use folder::{Folder, FolderRows};
use json_rows::JsonRows;
use xlsx_rows::{Bytes, MAX_WORKBOOK_BYTES, XlsxRows};

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
    /// Links in texts to other rows that have not become records yet.
    fn unsettled_links(&self) -> u64 {
        0
    }
    /// Files that are no rows.
    fn left_out(&self) -> u64 {
        0
    }
}

/// A file, or something like one.
pub struct Source {
    name: String,
    origin: Origin,
    /// SHA-256 of the file as it lies there; nothing for standard input.
    pub digest: Option<String>,
    /// Addresses of records that rows of a folder became, by path.
    known: HashMap<String, String>,
}

enum Origin {
    File,
    Folder(Arc<Folder>),
    Bytes(Arc<[u8]>),
    /// Standard input, and what was read of it already.
    Input(Vec<u8>),
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
                origin: Origin::Input(Vec::new()),
                digest: None,
                known: HashMap::new(),
            });
        }
        if Path::new(path).is_dir() {
            let unreadable = |error| unreadable(path, &error);
            let folder = Folder::open(Path::new(path)).map_err(unreadable)?;
            return Ok(Self {
                name: path.to_owned(),
                digest: Some(folder.digest().map_err(unreadable)?),
                origin: Origin::Folder(Arc::new(folder)),
                known: HashMap::new(),
            });
        }
        let digest = digest_of(Path::new(path)).map_err(|error| unreadable(path, &error))?;
        Ok(Self {
            name: path.to_owned(),
            origin: Origin::File,
            digest: Some(digest),
            known: HashMap::new(),
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
            known: HashMap::new(),
        }
    }

    /// Name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Paths of the rows of a folder; none of anything else.
    pub(crate) fn paths(&self) -> &[String] {
        match &self.origin {
            Origin::Folder(folder) => folder.paths(),
            _ => &[],
        }
    }

    /// From now on links to these paths lead to these addresses.
    pub(crate) fn know(&mut self, addresses: HashMap<String, String>) {
        self.known = addresses;
    }

    /// Whether its rows can be had more than once.
    #[must_use]
    pub const fn can_be_read_again(&self) -> bool {
        !matches!(self.origin, Origin::Input(_))
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
        if let Origin::Folder(folder) = &self.origin {
            return Ok(Box::new(FolderRows::new(folder, columns, &self.known)));
        }
        let mut bytes = BufReader::with_capacity(1 << 16, self.bytes()?);
        let format = match form.format {
            Some(format) => format,
            None => self.format_of(&mut bytes)?,
        };
        let rows: Box<dyn Rows> = match format {
            SourceFormat::Csv => {
                let bytes = Box::new(decoded(bytes, form.encoding.as_deref())?);
                Box::new(CsvRows::open(bytes, form.delimiter, columns, required)?)
            }
            SourceFormat::Jsonl => Box::new(JsonRows::new(bytes, columns)),
            SourceFormat::Xlsx => {
                let workbook = (self.name.as_str(), self.whole(bytes)?);
                let sheet = form.sheet.as_deref();
                Box::new(XlsxRows::open(workbook, sheet, columns, required)?)
            }
        };
        Ok(rows)
    }

    /// A workbook is read from its end; where only a stream is at hand, it is taken into memory.
    fn whole(&self, bytes: impl Read) -> Result<Box<dyn Bytes>> {
        if matches!(self.origin, Origin::File) && !self.name.ends_with(".zst") {
            let file = File::open(&self.name);
            let file = file.map_err(|error| unreadable(&self.name, &error))?;
            return Ok(Box::new(BufReader::new(file)));
        }
        let mut whole = Vec::new();
        let mut bytes = bytes.take(MAX_WORKBOOK_BYTES + 1);
        let read = bytes.read_to_end(&mut whole);
        read.map_err(|error| unreadable(&self.name, &error))?;
        if u64::try_from(whole.len()).unwrap_or(u64::MAX) > MAX_WORKBOOK_BYTES {
            let error = format!("it has more than {MAX_WORKBOOK_BYTES} bytes");
            return Err(unreadable(&self.name, &std::io::Error::other(error)).into());
        }
        Ok(Box::new(std::io::Cursor::new(whole)))
    }

    fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        let plain: Box<dyn Read + Send> = match &self.origin {
            Origin::Input(head) => {
                Box::new(std::io::Cursor::new(head.clone()).chain(std::io::stdin()))
            }
            Origin::Bytes(bytes) => Box::new(std::io::Cursor::new(Arc::clone(bytes))),
            Origin::File | Origin::Folder(_) => {
                let file = File::open(&self.name);
                Box::new(file.map_err(|error| unreadable(&self.name, &error))?)
            }
        };
        if !self.name.ends_with(".zst") {
            return Ok(plain);
        }
        let buffered = BufReader::with_capacity(1 << 16, plain);
        let decoder = ruzstd::decoding::StreamingDecoder::new(buffered)
            .map_err(|error| unreadable(&self.name, &std::io::Error::other(error)))?;
        Ok(Box::new(decoder))
    }

    /// The form by the name, or by the first bytes where the name does not tell.
    fn format_of(&self, bytes: &mut impl BufRead) -> Result<SourceFormat> {
        let name = self.name.strip_suffix(".zst").unwrap_or(&self.name);
        let begin = bytes
            .fill_buf()
            .map_err(|error| Error::failed("the file could not be read", error))?;
        Ok(match begin {
            // Every workbook is a ZIP archive, whatever it is called.
            [b'P', b'K', 3, 4, ..] => SourceFormat::Xlsx,
            _ if name.ends_with(".jsonl") => SourceFormat::Jsonl,
            [b'{', ..] if !name.ends_with(".csv") => SourceFormat::Jsonl,
            _ => SourceFormat::Csv,
        })
    }
}

/// The same text as UTF-8. Without an encoding only a mark at the beginning changes anything.
fn decoded(
    bytes: impl Read + Send + 'static,
    encoding: Option<&str>,
) -> Result<impl Read + Send + 'static> {
    let named = encoding.map(|label| {
        let found = encoding_rs::Encoding::for_label(label.as_bytes());
        found.ok_or_else(|| Message::new("import-encoding-unknown").with("encoding", label))
    });
    let named = named.transpose().map_err(Refused::BadRequest)?;
    Ok(DecodeReaderBytesBuilder::new()
        .encoding(named)
        .utf8_passthru(true)
        .strip_bom(true)
        .build(bytes))
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
