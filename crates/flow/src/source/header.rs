//! The line that names the columns: what each of them is called, and where the wanted ones stand.

use std::collections::{HashMap, HashSet};

use base::{Message, Refused, Result};

/// Names of a file's columns, each once.
pub(super) struct Header {
    names: Vec<String>,
}

impl Header {
    /// Names as the file has them, made so that each column can be told from the others: one without a name is
    /// called by its letter, the second of a name gets a number. Otherwise its values would be lost unseen.
    pub(super) fn new(given: impl IntoIterator<Item = String>) -> Self {
        let mut names: Vec<String> = Vec::new();
        let (mut known, mut next) = (HashSet::new(), HashMap::new());
        for (position, given) in given.into_iter().enumerate() {
            let given = given.trim();
            let name = match given {
                "" => letters(position),
                given => given.to_owned(),
            };
            let mut unique = name.clone();
            let number = next.entry(name.clone()).or_insert(2);
            while known.contains(&unique) {
                unique = format!("{name} ({number})");
                *number += 1;
            }
            known.insert(unique.clone());
            names.push(unique);
        }
        Self { names }
    }

    /// How many columns there are.
    pub(super) const fn width(&self) -> usize {
        self.names.len()
    }

    /// The name of a column; its letter where the header does not reach so far.
    pub(super) fn name(&self, position: usize) -> String {
        let named = self.names.get(position).cloned();
        named.unwrap_or_else(|| letters(position))
    }

    /// Where these columns stand, of which the first so many must be there.
    ///
    /// # Errors
    /// A refusal that names the columns which the file does not have.
    pub(super) fn places(&self, columns: &[String], required: usize) -> Result<Vec<Option<usize>>> {
        let places = self.names.iter().enumerate();
        let places: HashMap<&str, usize> = places.map(|(at, name)| (name.as_str(), at)).collect();
        let position = |column: &String| places.get(column.as_str()).copied();
        let absent: Vec<&str> = columns
            .iter()
            .take(required)
            .filter(|it| position(it).is_none())
            .map(String::as_str)
            .collect();
        if !absent.is_empty() {
            let message = Message::new("import-columns-absent")
                .with("columns", absent.join(", "))
                .with("header", self.names.join(", "));
            return Err(Refused::BadRequest(message).into());
        }
        Ok(columns.iter().map(position).collect())
    }

    /// Columns that are not among these.
    pub(super) fn others(&self, columns: &[String]) -> Vec<String> {
        let columns: HashSet<&String> = columns.iter().collect();
        let others = self.names.iter().filter(|it| !columns.contains(it));
        others.cloned().collect()
    }
}

/// A column's letters as spreadsheets show them: A to Z, AA and so on.
fn letters(position: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = position + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(digit).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name_of_its_own() {
        let given = ["Name", " Category ", "", "Category", "", "Category"];
        let header = Header::new(given.map(str::to_owned));
        assert_eq!(
            header.others(&[]),
            ["Name", "Category", "C", "Category (2)", "E", "Category (3)"]
        );
        assert_eq!(header.name(27), "AB");
        assert_eq!(
            [0, 25, 26, 701, 702].map(letters),
            ["A", "Z", "AA", "ZZ", "AAA"]
        );
    }
}
