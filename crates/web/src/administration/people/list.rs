//! A list of people as text: its columns, its lines, and who they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Error, Message, Problem, Refused, Result, text_key};
use dictionary::{FieldDef, TypeDef, WrittenBy, spine};

use super::{Line, MOST_LINES, What};
use crate::body::meant;

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

/// What lists of other systems call our columns.
const ALSO: [(&str, &str); 27] = [
    ("name", spine::TITLE),
    ("full_name", spine::TITLE),
    ("display_name", spine::TITLE),
    ("e_mail", "email"),
    ("mail", "email"),
    ("email_address", "email"),
    ("e_mail_address", "email"),
    ("mail_address", "email"),
    ("e_mail_adresse", "email"),
    ("first_name", "given_name"),
    ("firstname", "given_name"),
    ("forename", "given_name"),
    ("vorname", "given_name"),
    ("last_name", "family_name"),
    ("lastname", "family_name"),
    ("surname", "family_name"),
    ("nachname", "family_name"),
    ("familienname", "family_name"),
    ("employee_no", "employee_number"),
    ("employee_id", "employee_number"),
    ("personnel_number", "employee_number"),
    ("personalnummer", "employee_number"),
    ("telephone", "phone"),
    ("phone_number", "phone"),
    ("telefon", "phone"),
    ("mobile_phone", "mobile"),
    ("cell_phone", "mobile"),
];

/// A column that means nothing here.
#[derive(Clone, Debug)]
pub(crate) struct Ignored {
    /// As the list calls it.
    pub(crate) name: String,
    /// The column that was perhaps meant.
    pub(crate) meant: Option<String>,
}

/// Line ends that a line of a list has at most, on the average.
const MOST_ENDS: usize = 10;

/// A list that was read.
#[derive(Clone)]
pub(super) struct List {
    pub(super) of: Arc<TypeDef>,
    /// The field of each column.
    pub(super) columns: Vec<Option<FieldDef>>,
    /// What the list calls its columns.
    pub(super) header: Vec<String>,
    pub(super) left: Option<usize>,
    pub(super) rows: Vec<(usize, Vec<String>)>,
    /// Lines that cannot be taken for anybody's.
    pub(super) refused: Vec<Line>,
    /// Keys of all addresses in it.
    pub(super) addresses: BTreeSet<String>,
}

fn invalid(message: Message) -> Error {
    Refused::field("csv", message).into()
}

/// Reads a list; the second are columns that mean nothing here.
pub(super) fn read_list(of: Arc<TypeDef>, text: &str) -> Result<(List, Vec<Ignored>)> {
    let unreadable = || invalid(Message::new("people-unreadable"));
    // The reader counts lines by their last sign; of two signs the second would belong to the next line.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    // Before anything is read: whoever sends that much would wait for its end only to be told so. Cells may have
    // line ends, so that those with fewer are counted below as well.
    let too_many = || invalid(Message::new("people-too-many").with("most", MOST_LINES));
    if text.lines().count() > MOST_LINES * MOST_ENDS {
        return Err(too_many());
    }
    let first = text.lines().next().unwrap_or_default();
    let count = |it: char| first.matches(it).count();
    let delimiter = [',', ';', '\t']
        .into_iter()
        .max_by_key(|it| (count(*it), *it == ','))
        .unwrap_or(',');
    if let Some(line) = open_quote(&text, delimiter) {
        let message = Message::new("people-quote-open").with("line", line);
        return Err(invalid(message));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| unreadable())?.clone();
    let (mut list, ignored) = read_header(of, &header)?;
    let mut before = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|_| unreadable())?;
        let line = record.position().map_or(0, csv::Position::line);
        let line = usize::try_from(line).unwrap_or_default();
        let cells: Vec<String> = record.iter().map(|it| it.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        match list.fault(line, &cells, &mut before) {
            None => list.rows.push((line, cells)),
            Some(fault) => {
                let line = Line {
                    line: Some(line),
                    name: list.name(&cells),
                    person: None,
                    what: What::Refused,
                    problems: vec![fault],
                    open_work: None,
                };
                list.refused.push(line);
            }
        }
        if list.rows.len() + list.refused.len() > MOST_LINES {
            return Err(too_many());
        }
    }
    if list.rows.is_empty() && list.refused.is_empty() {
        return Err(invalid(Message::new("people-none")));
    }
    let addresses = list.rows.iter().filter_map(|it| list.cell(&it.1, "email"));
    list.addresses = addresses.map(text_key).collect();
    Ok((list, ignored))
}

/// What the columns mean.
fn read_header(of: Arc<TypeDef>, header: &csv::StringRecord) -> Result<(List, Vec<Ignored>)> {
    let mut list = List {
        of,
        columns: Vec::new(),
        header: header.iter().map(|it| it.trim().to_owned()).collect(),
        left: None,
        rows: Vec::new(),
        refused: Vec::new(),
        addresses: BTreeSet::new(),
    };
    let mut ignored = Vec::new();
    for (at, name) in list.header.iter().enumerate() {
        let word = name.to_lowercase().replace([' ', '-', '.'], "_");
        let also = ALSO.iter().find(|it| it.0 == word);
        let known = also.map_or(word.as_str(), |it| it.1);
        if known == LEFT {
            list.left = Some(at);
        }
        let field = list.of.field(known);
        let field = field.filter(|it| it.written_by == WrittenBy::People);
        if field.is_none() && known != LEFT && !name.is_empty() {
            ignored.push(Ignored {
                name: name.clone(),
                meant: meant_column(&list.of, &word),
            });
        }
        let twice = |it: &FieldDef| list.columns.iter().flatten().any(|own| own.name == it.name);
        if field.is_some_and(twice) {
            let message = Message::new("people-column-twice").with("name", name);
            return Err(invalid(message));
        }
        list.columns.push(field.cloned());
    }
    let is_key = |it: &FieldDef| KEYS.contains(&it.name.as_str());
    if list.columns.iter().flatten().any(is_key) {
        return Ok((list, ignored));
    }
    let message = Message::new("people-need-key").with("given", list.header.join(", "));
    Err(invalid(message))
}

/// The column that was perhaps meant, as a list calls it.
fn meant_column(of: &TypeDef, word: &str) -> Option<String> {
    let fields = of
        .fields
        .iter()
        .filter(|it| it.written_by == WrittenBy::People);
    let names = fields.map(|it| it.name.as_str()).chain([LEFT]);
    let found = meant(word, names.chain(ALSO.iter().map(|it| it.0)))?;
    let also = ALSO.iter().find(|it| it.0 == found);
    Some(column(also.map_or(found, |it| it.1)).to_owned())
}

/// What lists call a field.
pub(super) fn column(field: &str) -> &str {
    if field == spine::TITLE { "name" } else { field }
}

/// The line of a quotation mark that never closes, or that closes before its cell ends: everything up to the next
/// one would be taken for a name.
fn open_quote(text: &str, delimiter: char) -> Option<usize> {
    let (mut line, mut opened, mut begins) = (1, None, true);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, opened) {
            ('"', Some(at)) => match signs.peek() {
                Some('"') => drop(signs.next()),
                None | Some('\n') => opened = None,
                Some(next) if *next == delimiter => opened = None,
                Some(_) => return Some(at),
            },
            ('"', None) if begins => opened = Some(line),
            _ => {}
        }
        line += usize::from(sign == '\n');
        begins = sign == delimiter || sign == '\n';
    }
    opened
}

impl List {
    /// Why a line can be nobody's; notes whose it is otherwise.
    fn fault(
        &self,
        line: usize,
        cells: &[String],
        before: &mut BTreeMap<(&'static str, String), usize>,
    ) -> Option<Problem> {
        // Programs write empty cells behind the last column.
        let filled = |all: &[String]| {
            all.iter()
                .rposition(|it| !it.is_empty())
                .map_or(0, |it| it + 1)
        };
        let columns = filled(&self.header);
        if cells.len() < columns || filled(cells) > columns {
            let message = Message::new("people-cells")
                .with("count", cells.len())
                .with("columns", columns);
            return Some(Problem {
                field: None,
                message,
            });
        }
        let keys = KEYS.iter().filter_map(|key| {
            let cell = self.cell(cells, key)?;
            Some((*key, text_key(cell)))
        });
        let keys: Vec<_> = keys.collect();
        if keys.is_empty() {
            let message = Message::new("people-nobody");
            return Some(Problem {
                field: None,
                message,
            });
        }
        for key in &keys {
            if let Some(line) = before.get(key) {
                let message = Message::new("people-twice").with("line", line);
                return Some(Problem {
                    field: Some(key.0.to_owned()),
                    message,
                });
            }
        }
        before.extend(keys.into_iter().map(|it| (it, line)));
        None
    }

    /// What this list calls a field.
    pub(super) fn column<'l>(&'l self, field: &'l str) -> &'l str {
        let is = |it: &Option<FieldDef>| it.as_ref().is_some_and(|it| it.name == field);
        let at = self.columns.iter().position(is);
        at.and_then(|it| self.header.get(it))
            .map_or(column(field), String::as_str)
    }

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
