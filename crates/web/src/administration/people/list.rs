//! A list of people as text: its columns, its lines, and who they are about.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Error, Message, Refused, Result, text_key};
use dictionary::{FieldDef, TypeDef, WrittenBy, spine};

use super::MOST_LINES;

/// Columns by which people are found, in this order.
pub(super) const KEYS: [&str; 2] = ["employee_number", "email"];
/// Column that says who has left.
pub(super) const LEFT: &str = "left";
/// Words of that column for those who have left.
const GONE: [&str; 10] = ["yes", "y", "true", "t", "1", "ja", "j", "wahr", "x", "left"];
/// Words of that column, besides an empty cell, for those who are still here.
const HERE: [&str; 8] = ["no", "n", "false", "f", "0", "nein", "falsch", "active"];
/// How much of an unknown word is told.
const TOLD: usize = 40;

/// A list that was read.
#[derive(Clone)]
pub(super) struct List {
    pub(super) of: Arc<TypeDef>,
    /// The field of each column.
    pub(super) columns: Vec<Option<FieldDef>>,
    pub(super) left: Option<usize>,
    pub(super) rows: Vec<(usize, Vec<String>)>,
    /// Keys of all addresses in it.
    pub(super) addresses: BTreeSet<String>,
}

fn invalid(key: &'static str) -> Error {
    Refused::field("csv", Message::new(key)).into()
}

/// Reads a list; the second are columns that mean nothing here.
pub(super) fn read_list(of: Arc<TypeDef>, text: &str) -> Result<(List, Vec<String>)> {
    // The reader counts lines by their last sign; of two signs the second would belong to the next line.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let first = text.lines().next().unwrap_or_default();
    let count = |it: char| first.matches(it).count();
    let delimiter = [',', ';', '\t']
        .into_iter()
        .max_by_key(|it| (count(*it), *it == ','));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter.unwrap_or(',')).unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|_| invalid("people-unreadable"))?
        .clone();
    let mut ignored = Vec::new();
    let mut left = None;
    let mut columns = Vec::new();
    for (at, name) in header.iter().enumerate() {
        let name = name.trim();
        let known = name.to_lowercase().replace([' ', '-'], "_");
        let known = match known.as_str() {
            "name" | "full_name" => spine::TITLE,
            "e_mail" | "mail" | "email_address" => "email",
            other => other,
        };
        if known == LEFT {
            left = Some(at);
        }
        let field = of
            .field(known)
            .filter(|it| it.written_by == WrittenBy::People);
        if field.is_none() && known != LEFT {
            ignored.push(name.to_owned());
        }
        columns.push(field.cloned());
    }
    let is = |it: &Option<FieldDef>, name: &str| it.as_ref().is_some_and(|it| it.name == name);
    if !KEYS.iter().any(|key| columns.iter().any(|it| is(it, key))) {
        return Err(invalid("people-need-key"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| invalid("people-unreadable"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(|it| it.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        rows.push((usize::try_from(line).unwrap_or_default(), cells));
        if rows.len() > MOST_LINES {
            let message = Message::new("people-too-many").with("most", MOST_LINES);
            return Err(Refused::field("csv", message).into());
        }
    }
    if rows.is_empty() {
        return Err(invalid("people-none"));
    }
    let at = columns.iter().position(|it| is(it, "email"));
    let addresses = rows
        .iter()
        .filter_map(|it| it.1.get(at?))
        .map(|it| text_key(it));
    Ok((
        List {
            addresses: addresses.collect(),
            of,
            columns,
            left,
            rows,
        },
        ignored,
    ))
}

impl List {
    /// A cell by the name of its field.
    pub(super) fn cell<'r>(&self, row: &'r [String], name: &str) -> Option<&'r str> {
        let is = |it: &Option<FieldDef>| it.as_ref().is_some_and(|it| it.name == name);
        let at = self.columns.iter().position(is)?;
        row.get(at).map(String::as_str).filter(|it| !it.is_empty())
    }

    /// Whether the line says that they left. An unknown word is refused: it may mean the one or the other, and
    /// to guess takes somebody out.
    pub(super) fn has_left(&self, row: &[String]) -> Result<bool> {
        let cell = self.left.and_then(|it| row.get(it));
        let Some(cell) = cell.filter(|it| !it.is_empty()) else {
            return Ok(false);
        };
        let word = cell.to_lowercase();
        if GONE.contains(&word.as_str()) {
            return Ok(true);
        }
        if HERE.contains(&word.as_str()) {
            return Ok(false);
        }
        let message = Message::new("people-left-unknown")
            .with("given", cell.chars().take(TOLD).collect::<String>())
            .with("gone", GONE.join(", "))
            .with("here", HERE.join(", "));
        Err(Refused::field(LEFT, message).into())
    }

    /// Whether the line takes somebody out. One that cannot be read does not.
    pub(super) fn takes_out(&self, row: &[String]) -> bool {
        self.has_left(row).is_ok_and(|it| it)
    }

    /// The column that tells who is missing.
    pub(super) fn key(&self) -> &'static str {
        let has = |key: &&&str| self.columns.iter().flatten().any(|it| it.name == **key);
        KEYS.iter().find(has).copied().unwrap_or("email")
    }

    /// Who the line is about.
    pub(super) fn name(&self, row: &[String]) -> String {
        let names = [self.cell(row, "given_name"), self.cell(row, "family_name")];
        let parts = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let title = self.cell(row, spine::TITLE).map(str::to_owned);
        let name = title.or(Some(parts).filter(|it| !it.is_empty()));
        name.or_else(|| self.cell(row, "email").map(str::to_owned))
            .unwrap_or_default()
    }
}
