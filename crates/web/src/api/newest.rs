//! Pages of what is listed by time, the newest first: runs, imports, mails, jobs.

use base::{Refused, Timestamp, Uuid};

use super::list::wrong;
use crate::FormData;

/// Most rows of a page.
const MOST_ROWS: i64 = 200;
/// Rows of a page where nothing is said.
const USUAL_ROWS: i64 = 50;

/// A row by its time and id.
type Place = (Timestamp, Uuid);

/// The page that somebody asks for.
pub(super) struct Newest {
    limit: i64,
    /// The last row of the page before.
    pub(super) after: Option<Place>,
}

impl Newest {
    /// The page that `limit` and `after` name.
    pub(super) fn asked(parameters: &FormData) -> Result<Self, Refused> {
        let after = parameters.get("after").filter(|it| !it.is_empty());
        Ok(Self {
            limit: limit(parameters)?,
            after: after.map(place).transpose()?,
        })
    }

    /// Rows to be read: one more than the page has tells whether there is another one.
    pub(super) const fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// Cuts what was read to the page. Gives where the next one begins; nothing on the last.
    pub(super) fn cut<T>(&self, found: &mut Vec<T>, of: impl Fn(&T) -> Place) -> Option<String> {
        let has_more = i64::try_from(found.len()).is_ok_and(|it| it > self.limit);
        found.truncate(usize::try_from(self.limit).unwrap_or_default());
        let (at, id) = of(found.last().filter(|_| has_more)?);
        Some(format!("{}_{id}", at.micros()))
    }
}

/// How many rows are asked for.
pub(super) fn limit(parameters: &FormData) -> Result<i64, Refused> {
    let Some(text) = parameters.get("limit") else {
        return Ok(USUAL_ROWS);
    };
    let number = text.parse().ok().filter(|it| (1..=MOST_ROWS).contains(it));
    number.ok_or_else(|| wrong("limit", text, "1 … 200"))
}

fn place(text: &str) -> Result<Place, Refused> {
    let read = text.split_once('_').and_then(|(micros, id)| {
        let at = Timestamp::from_micros(micros.parse().ok()?);
        Some((at, Uuid::try_parse(id).ok()?))
    });
    read.ok_or_else(|| wrong("after", text, "next of the page before"))
}
