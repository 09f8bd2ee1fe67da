//! A folder of Markdown files as rows: one per file, in the order of their paths.
//!
//! What stands at the head of a file (YAML or TOML) are its columns. Beside them each row has `file.path`,
//! `file.folder`, `file.name`, `file.section`, `file.title`, `file.text` and `file.modified_at`. Files whose name
//! begins with `_` say what a folder is called, and are no rows.

mod head;
mod links;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec::IntoIter;

use base::{Message, Result, Timestamp};
use sha2::{Digest, Sha256};

use super::{BadRow, MAX_ROW_BYTES, Rows, SourceRow};
use head::{Head, split};

/// The column by which files are told apart, and links between them are followed.
pub const PATH: &str = "file.path";
/// Before the names of columns that a file has whatever stands at its head.
const OF_FILE: &str = "file.";
/// Deepest folder that is looked into.
const MOST_LEVELS: usize = 32;

/// A folder that was looked through.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// Paths below the root, parted by `/`, sorted.
    files: Vec<String>,
    /// What folders are called, by their path.
    sections: BTreeMap<String, String>,
    /// Files that say what a folder is called.
    pub(super) left_out: u64,
}

impl Folder {
    /// Looks through a folder. Hidden files and links of the file system are passed over.
    pub(super) fn open(root: &Path) -> std::io::Result<Self> {
        let mut this = Self {
            root: root.to_owned(),
            files: Vec::new(),
            sections: BTreeMap::new(),
            left_out: 0,
        };
        this.walk("", 0)?;
        this.files.sort_unstable();
        Ok(this)
    }

    fn walk(&mut self, below: &str, level: usize) -> std::io::Result<()> {
        for entry in fs::read_dir(self.root.join(below))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = if below.is_empty() {
                name.clone()
            } else {
                format!("{below}/{name}")
            };
            let kind = entry.file_type()?;
            if name.starts_with('.') {
                continue;
            }
            if kind.is_dir() && level < MOST_LEVELS {
                self.walk(&path, level + 1)?;
            } else if kind.is_file() && is_markdown(&name) {
                if name.starts_with('_') {
                    self.left_out += 1;
                    self.section(below, &path);
                } else {
                    self.files.push(path);
                }
            }
        }
        Ok(())
    }

    /// A file that cannot be read tells no name; its folder is then called as it is.
    fn section(&mut self, folder: &str, path: &str) {
        if let Ok(text) = self.text(path) {
            let (head, body) = split(&text);
            let title = head.ok().and_then(|it| it.text("title"));
            if let Some(title) = title.or_else(|| heading(body).0.map(str::to_owned)) {
                self.sections.insert(folder.to_owned(), title);
            }
        }
    }

    fn text(&self, path: &str) -> Result<String, Message> {
        let most = u64::try_from(MAX_ROW_BYTES).unwrap_or(u64::MAX);
        let mut bytes = Vec::new();
        fs::File::open(self.root.join(path))
            .and_then(|it| it.take(most + 1).read_to_end(&mut bytes))
            .map_err(|error| {
                let message = Message::new("import-file-unreadable").with("file", path);
                message.with("error", error)
            })?;
        if bytes.len() > MAX_ROW_BYTES {
            return Err(Message::new("row-too-long").with("most", MAX_ROW_BYTES));
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| Message::new("row-not-utf8"))?;
        Ok(text.replace("\r\n", "\n"))
    }

    /// SHA-256 of all paths and contents.
    pub(super) fn digest(&self) -> std::io::Result<String> {
        let mut digest = Sha256::new();
        for path in &self.files {
            let content = fs::read(self.root.join(path))?;
            digest.update(path.as_bytes());
            digest.update([0]);
            digest.update(Sha256::digest(&content));
        }
        Ok(hex::encode(digest.finalize()))
    }

    /// The paths of all rows.
    pub(super) fn paths(&self) -> &[String] {
        &self.files
    }

    fn cell(&self, path: &str, (head, body): (&Head, &str), column: &str) -> Option<String> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let (heading, text) = heading(body);
        let name = file.rsplit_once('.').map_or(file, |it| it.0);
        match column.strip_prefix(OF_FILE) {
            Some("path") => Some(path.to_owned()),
            Some("folder") => Some(folder.to_owned()),
            Some("name") => Some(name.to_owned()),
            Some("section") => {
                let last = || folder.rsplit('/').next().map(str::to_owned);
                self.sections.get(folder).cloned().or_else(last)
            }
            Some("title") => {
                let title = head.text("title").or_else(|| heading.map(str::to_owned));
                Some(title.unwrap_or_else(|| name.to_owned()))
            }
            Some("text") => Some(text.trim().to_owned()),
            Some("modified_at") => self.modified_at(path),
            _ => head.text(column),
        }
    }

    fn modified_at(&self, path: &str) -> Option<String> {
        let modified = fs::metadata(self.root.join(path)).ok()?.modified().ok()?;
        let since = modified.duration_since(std::time::UNIX_EPOCH).ok()?;
        let micros = i64::try_from(since.as_micros()).ok()?;
        Some(Timestamp::from_micros(micros).to_string())
    }
}

fn is_markdown(name: &str) -> bool {
    let end = Path::new(name).extension().and_then(|it| it.to_str());
    end.is_some_and(|it| it.eq_ignore_ascii_case("md") || it.eq_ignore_ascii_case("markdown"))
}

/// The heading with which a text begins, and what follows it: a page says its title by itself.
fn heading(body: &str) -> (Option<&str>, &str) {
    let trimmed = body.trim_start();
    let Some(rest) = trimmed.strip_prefix("# ") else {
        return (None, body);
    };
    let (line, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let line = line.trim().trim_end_matches('#').trim_end();
    (Some(line).filter(|it| !it.is_empty()), rest)
}

/// Rows of a folder.
pub(super) struct FolderRows {
    folder: Arc<Folder>,
    paths: IntoIter<String>,
    columns: Vec<String>,
    line: u64,
    others: BTreeSet<String>,
    known: HashMap<String, String>,
    unsettled: u64,
}

impl FolderRows {
    /// Rows cut down to these columns; links to files lead to the addresses that are known for them.
    pub(super) fn new(
        folder: &Arc<Folder>,
        columns: &[String],
        known: &HashMap<String, String>,
    ) -> Self {
        Self {
            folder: Arc::clone(folder),
            paths: folder.files.clone().into_iter(),
            columns: columns.to_vec(),
            line: 0,
            others: BTreeSet::new(),
            known: known.clone(),
            unsettled: 0,
        }
    }

    fn row(&mut self, path: &str) -> Result<SourceRow, Message> {
        let text = self.folder.text(path)?;
        let (head, body) = split(&text);
        let head = head?;
        for name in head.names() {
            let as_title = name == "title" && self.columns.iter().any(|it| it == "file.title");
            if !as_title && !self.columns.contains(name) {
                self.others.insert(name.clone());
            }
        }
        let led = links::led(path, body, &self.folder.files, &self.known);
        self.unsettled += led.unsettled;
        let cells = self.columns.iter();
        let cells = cells.map(|it| self.folder.cell(path, (&head, &led.text), it));
        Ok(SourceRow {
            line: self.line,
            cells: cells.collect(),
        })
    }
}

impl Rows for FolderRows {
    fn next_row(&mut self) -> Result<Option<Result<SourceRow, BadRow>>> {
        let Some(path) = self.paths.next() else {
            return Ok(None);
        };
        self.line += 1;
        let line = self.line;
        let row = self.row(&path);
        Ok(Some(row.map_err(|reason| BadRow { line, reason })))
    }

    fn other_columns(&self) -> Vec<String> {
        self.others.iter().cloned().collect()
    }

    fn unsettled_links(&self) -> u64 {
        self.unsettled
    }

    fn left_out(&self) -> u64 {
        self.folder.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_heading_is_the_title() {
        assert_eq!(heading("\n# One #\n\ntext"), (Some("One"), "\ntext"));
        assert_eq!(heading("text\n# One"), (None, "text\n# One"));
        assert_eq!(heading("## Two\n"), (None, "## Two\n"));
    }
}
