//! What stands before the records of an export: definitions of what the tenant made its own.

use std::io::{BufRead, BufReader, Read};

use base::{Message, Refused, Result};
use engine::system::definition::Definition;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{MAX_LINE_BYTES, Origin, Source, unreadable};

/// A line as far as it tells whether it is a definition.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "@defines")]
    defines: Option<IgnoredAny>,
}

impl Source {
    /// The definitions with which the file begins, each with its line; a file of another form has none. Standard input
    /// keeps what was read of it.
    ///
    /// # Errors
    /// A refusal that names the line that is no definition of ours, or the file.
    pub fn definitions(&mut self) -> Result<Vec<(u64, Definition)>> {
        let name = self.name.clone();
        let failed = |error: std::io::Error| unreadable(&name, &error);
        match &mut self.origin {
            Origin::Folder(_) => Ok(Vec::new()),
            Origin::Input(head) => {
                let before = head.len();
                let mut input = std::io::stdin().lock();
                let (found, read) = definitions(&mut input).map_err(|it| it.or(failed))?;
                head.truncate(before);
                head.extend(read);
                Ok(found)
            }
            Origin::File | Origin::Bytes(_) => {
                let mut bytes = BufReader::with_capacity(1 << 16, self.bytes()?);
                let (found, _) = definitions(&mut bytes).map_err(|it| it.or(failed))?;
                Ok(found)
            }
        }
    }
}

/// Why definitions cannot be read.
enum Unread {
    File(std::io::Error),
    Line(u64, serde_json::Error),
}

impl Unread {
    fn or(self, file: impl Fn(std::io::Error) -> Refused) -> Refused {
        match self {
            Self::File(error) => file(error),
            Self::Line(line, error) => Refused::BadRequest(
                Message::new("import-definition-unreadable")
                    .with("line", line)
                    .with("error", error),
            ),
        }
    }
}

/// Definitions, each with its line.
type Found = Vec<(u64, Definition)>;

/// Definitions up to the first line that is none, and the bytes that were read with that line.
fn definitions(bytes: &mut impl BufRead) -> std::result::Result<(Found, Vec<u8>), Unread> {
    let (mut found, mut read, mut line) = (Vec::new(), Vec::new(), 0);
    let most = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
    loop {
        // Only lines of JSON are looked at: anything else may have no line end at all.
        if bytes.fill_buf().map_err(Unread::File)?.first() != Some(&b'{') {
            return Ok((found, read));
        }
        let begin = read.len();
        let mut one = bytes.by_ref().take(most);
        one.read_until(b'\n', &mut read).map_err(Unread::File)?;
        line += 1;
        let text = &read[begin..];
        let is_one = serde_json::from_slice::<Head>(text).is_ok_and(|it| it.defines.is_some());
        if !is_one {
            return Ok((found, read));
        }
        let definition = serde_json::from_slice(text);
        found.push((line, definition.map_err(|error| Unread::Line(line, error))?));
    }
}
