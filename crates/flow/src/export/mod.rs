//! Exports: records out, page by page, in the form that an import reads back.
//!
//! Each page is a short read of its own, so writers never wait for an export: each row is consistent, the
//! file as a whole is not a snapshot. Only what the actor may read comes out, and only of records on which
//! the actor has the right to export. CSV and workbooks hold the fields; a line of JSON holds the whole record, and
//! before the records stands what the tenant defined for itself.

mod columns;
mod lines;
mod workbook;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use base::{Error, Message, Refused, Result, Stopwatch};
use dictionary::filter::{Scope, parse};
use dictionary::{Dictionary, Filter, Page, Query, TypeDef};
use engine::read::VisiblePage;
use engine::system::definition;
use engine::{Ctx, Engine, Reading};

use crate::mapping::Format;
pub(crate) use columns::{refers, title_column};
pub use workbook::in_cell;

/// Records of one page of CSV.
const PAGE: usize = 200;
/// Records of one page where their journals and histories come with them.
const WHOLE_PAGE: usize = 50;

/// What to export.
#[derive(Clone, Debug)]
pub struct Export {
    types: Vec<Arc<TypeDef>>,
    /// The only type that is asked for; nothing where everything is.
    only: Option<String>,
    filter: Filter,
    format: Format,
    left_out: Vec<String>,
}

/// What was exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Records.
    pub records: u64,
    /// Types, fields and settings of the tenant's own that stand before the records.
    pub definitions: u64,
    /// Types of which the actor may export nothing, where everything was asked for.
    pub left_out: Vec<String>,
    /// Digests of the files that the records have.
    pub files: BTreeSet<String>,
    /// Texts that were longer than a cell of a workbook, and were cut.
    pub cut: u64,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

impl Export {
    /// An export of the records that a filter text finds; blank text finds all.
    ///
    /// # Errors
    /// A refusal where there is no such type, the actor may export none of its records, or the filter does
    /// not fit it.
    pub fn new(ctx: &Ctx, record_type: &str, filter: &str, format: Format) -> Result<Self> {
        let dictionary = &ctx.snapshot.dictionary;
        let declared = dictionary.record_type(record_type).ok_or_else(|| {
            Refused::BadRequest(Message::new("mapping-unknown-type").with("type", record_type))
        })?;
        ctx.require_somewhere(record_type, EXPORT)?;
        let filter = parse(filter, &Scope::new(dictionary, declared))
            .map_err(|error| Refused::BadRequest(error.message))?;
        Ok(Self {
            types: vec![Arc::clone(declared)],
            only: Some(declared.name.clone()),
            filter,
            format,
            left_out: Vec::new(),
        })
    }

    /// An export of all records of all types, as lines of JSON, each type after those that it refers to.
    ///
    /// # Errors
    /// A refusal where the actor may export no record of any type.
    pub fn everything(ctx: &Ctx) -> Result<Self> {
        let may = |it: &Arc<TypeDef>| {
            ctx.may_somewhere(&it.name, EXPORT) && ctx.may_somewhere(&it.name, "read")
        };
        let (types, others): (Vec<_>, Vec<_>) = in_order(&ctx.snapshot.dictionary)
            .into_iter()
            .partition(may);
        if types.is_empty() {
            ctx.require_somewhere("record", EXPORT)?;
        }
        Ok(Self {
            types,
            only: None,
            filter: Filter::default(),
            format: Format::Jsonl,
            left_out: others.iter().map(|it| it.name.clone()).collect(),
        })
    }

    /// Writes the records. Blocks; memory does not grow with their number.
    ///
    /// # Errors
    /// A refusal where the filter asks for what may not be read; a failure of the store or of writing.
    pub fn run(
        &self,
        engine: &Arc<Engine>,
        ctx: &Ctx,
        out: &mut (dyn Write + Send),
    ) -> Result<Exported> {
        let stopwatch = Stopwatch::start();
        let mut exported = Exported {
            left_out: self.left_out.clone(),
            ..Exported::default()
        };
        if self.format == Format::Jsonl {
            exported.definitions = self.define(engine, ctx, out)?;
        }
        for record_type in &self.types {
            exported.records += match self.format {
                Format::Csv => columns::write(self, engine, ctx, record_type, out)?,
                Format::Xlsx => {
                    let (records, cut) = workbook::write(self, engine, ctx, record_type, out)?;
                    exported.cut += cut;
                    records
                }
                Format::Jsonl => {
                    let files = &mut exported.files;
                    lines::write(self, engine, ctx, record_type, (&mut *out, files))?
                }
            };
        }
        out.flush().map_err(unwritable)?;
        exported.milliseconds = u64::try_from(stopwatch.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(exported)
    }

    /// Writes what the tenant defined for itself and the records need, a line each. Gives their number.
    fn define(&self, engine: &Arc<Engine>, ctx: &Ctx, out: &mut dyn Write) -> Result<u64> {
        let mut all = engine.read_blocking(ctx, definition::of_tenant)?;
        if let Some(only) = &self.only {
            all = definition::needed_by(only, all);
        }
        for definition in &all {
            serde_json::to_writer(&mut *out, definition).map_err(unwritable)?;
            out.write_all(b"\n").map_err(unwritable)?;
        }
        Ok(u64::try_from(all.len()).unwrap_or(u64::MAX))
    }

    /// Reads a type page by page, each in a transaction of its own with what `beside` reads for the page, and
    /// hands both out. Gives the number of records.
    fn pages<T: Send + 'static>(
        &self,
        engine: &Arc<Engine>,
        ctx: &Ctx,
        (record_type, limit): (&Arc<TypeDef>, usize),
        beside: impl Fn(&mut Reading<'_, '_>, &VisiblePage) -> Result<T> + Clone + Send + 'static,
        mut hand_out: impl FnMut(&VisiblePage, T) -> Result<()>,
    ) -> Result<u64> {
        let mut query = Query {
            record_type: Some(record_type.name.clone()),
            filter: self.filter.clone(),
            page: Page {
                limit: Some(limit),
                after: None,
            },
            ..Query::default()
        };
        let mut records = 0;
        loop {
            let (asked, beside) = (query.clone(), beside.clone());
            let (page, more) = engine.read_blocking(ctx, move |reading| {
                let page = reading.export_page(&asked)?;
                let more = beside(reading, &page)?;
                Ok((page, more))
            })?;
            hand_out(&page, more)?;
            records += u64::try_from(page.rows.len()).unwrap_or_default();
            query.page.after = page.next;
            if query.page.after.is_none() {
                return Ok(records);
            }
        }
    }
}

/// The right that an export needs, beside the right to read.
const EXPORT: &str = "export";

/// All types, each after those that it refers to, as far as they do not refer to each other in circles: an
/// import then finds most of what its rows refer to.
fn in_order(dictionary: &Dictionary) -> Vec<Arc<TypeDef>> {
    let mut left: Vec<&Arc<TypeDef>> = dictionary.types().collect();
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits_for = |it: &TypeDef| {
            let targets = it.references().filter(|(_, target)| *target != it.name);
            targets
                .filter(|(_, target)| left.iter().any(|other| other.name == *target))
                .count()
        };
        let next = (0..left.len()).min_by_key(|at| waits_for(left[*at]));
        ordered.extend(next.map(|at| Arc::clone(left.remove(at))));
    }
    ordered
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::failed("the export could not be written", error)
}
