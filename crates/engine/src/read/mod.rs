//! The reader: every question for records, with the rights of who asks built into the statement.
//!
//! Nothing here writes, and nothing hands out a record but as [`Visible`]. A field that may not be read is
//! absent; asking about it (filter, order, group) is refused or leaves out the rows where it is closed.

mod aggregate;
mod compare;
mod compile;
mod counts;
mod cursor;
mod keyset;
mod list;
mod record;
mod rights;
mod search;
mod selection;
mod source;
mod titles;
mod visible;

use base::{Message, Refused, Result, Uuid};
use dictionary::filter::{ID, Scope};
use dictionary::{Dictionary, Query};
use store::Tx;

pub use aggregate::{
    Aggregate, AggregateRow, Aggregation, Bucket, Group, GroupKey, Measure, Measured, Quantity,
    Total,
};
pub use visible::{Title, Titles, Visible, VisiblePage};

use crate::{Ctx, Reading};
pub(crate) use counts::Counts;
pub use counts::State;
use cursor::Seal;
pub(crate) use titles::Readable;

/// A request that reads, with what it reads from.
struct Reader<'a, 't> {
    ctx: &'a Ctx,
    tx: &'a mut Tx<'t>,
    seal: Seal<'a>,
    counts: Option<&'a Counts>,
}

impl<'t> Reading<'_, 't> {
    fn reader(&mut self) -> Reader<'_, 't> {
        let seal = Seal {
            key: &self.engine.seal_key,
            ids: self.engine.ids.as_ref(),
        };
        Reader {
            ctx: self.ctx,
            tx: self.tx,
            seal,
            counts: self.keeps_counts.then_some(&self.engine.counts),
        }
    }

    /// One page of a list.
    ///
    /// # Errors
    /// Refused where the query does not fit, names what may not be read, or its cursor is out of date.
    pub fn list(&mut self, query: &Query) -> Result<VisiblePage> {
        self.reader().page_for(query, None)
    }

    /// The name of what this read sees: while two reads see a state of the same name, they find the same.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn state(&mut self) -> Result<State> {
        counts::state(self.tx)
    }

    /// How many records a query finds; its order, columns and page do not matter.
    ///
    /// # Errors
    /// As [`Reading::list`].
    pub fn count(&mut self, query: &Query) -> Result<i64> {
        self.reader().count_query(query, None)
    }

    /// The same, counted up to that many: a longer list need not be looked through.
    ///
    /// # Errors
    /// As [`Reading::list`].
    pub fn count_up_to(&mut self, query: &Query, most: i64) -> Result<i64> {
        self.reader().count_query(query, Some(most))
    }

    /// The ids of the records that a query finds, in their order, up to so many; its own order, columns and page
    /// do not matter.
    ///
    /// # Errors
    /// As [`Reading::list`].
    pub fn ids(&mut self, query: &Query, most: usize) -> Result<Vec<Uuid>> {
        self.reader().ids(query, most)
    }

    /// The id of the record with that id, or that number in any spelling.
    ///
    /// # Errors
    /// [`Refused::NotFound`] also where the record may not be read.
    pub fn readable(&mut self, record_type: &str, key: &str) -> Result<Uuid> {
        let id = [ID.to_owned()];
        Ok(self.reader().one(Some(record_type), key, &id)?.0.id())
    }

    /// The record with that id, or that number in any spelling, with all fields that may be read.
    ///
    /// # Errors
    /// [`Refused::NotFound`] also where the record may not be read.
    pub fn record(&mut self, record_type: Option<&str>, key: &str) -> Result<(Visible, Titles)> {
        self.reader().one(record_type, key, &[])
    }

    /// What these records are called; those that may not be read are left out.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn titles_of(&mut self, ids: &std::collections::BTreeSet<Uuid>) -> Result<Titles> {
        titles::load(self.tx, self.ctx, ids, None)
    }

    /// Counts, sums and the like, in groups.
    ///
    /// # Errors
    /// As [`Reading::list`].
    pub fn aggregate(&mut self, aggregation: &Aggregation) -> Result<Aggregate> {
        self.reader().aggregated(aggregation)
    }
}

/// The fields of a type, or of the spine where no type is named.
fn scope<'a>(dictionary: &'a Dictionary, record_type: Option<&str>) -> Result<Scope<'a>> {
    let Some(name) = record_type else {
        return Ok(Scope::spine(dictionary));
    };
    let unknown = || Refused::NotFound(Message::new("type-unknown").with("type", name));
    Ok(Scope::new(
        dictionary,
        dictionary.record_type(name).ok_or_else(unknown)?,
    ))
}
