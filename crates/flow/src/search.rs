//! Search over everything that somebody may read: words, phrases, numbers and filters in one box.
//!
//! Records are read by the engine's reader like in any list, so a hit can show nothing that a list would not. This
//! module must never take a text from anywhere else.

use base::{Error, Message, Refused, Result, Uuid};
use dictionary::filter::{ID, Scope, parse};
use dictionary::{Audience, Filter, Operand, Operator, Page, Query, Term, Value, spine};
use engine::Reading;
use engine::read::Visible;
use search::record::is_searched;
pub use search::run::{CAP, Facet, Place, Rank, SearchQuery, Snippet};
use search::run::{Source, search};
pub use search::similar::SimilarQuery;
use search::similar::similar;
pub use search::snippet::Piece;

/// What was found.
pub type SearchPage = search::run::SearchPage<Visible>;
/// A record that was found.
pub type SearchHit = search::run::Hit<Visible>;

/// Search, for whoever has a reading transaction.
pub trait Search {
    /// Searches in everything that the actor may read.
    ///
    /// # Errors
    /// Refused where a filter does not fit or names what may not be read, a type is unknown, there are too many
    /// words, or the page is out of date.
    fn search(&mut self, query: &SearchQuery) -> Result<SearchPage>;

    /// Records that are like a text: tickets that say the same, articles that may help.
    ///
    /// # Errors
    /// Refused where a type is unknown.
    fn similar(&mut self, query: &SimilarQuery) -> Result<Vec<SearchHit>>;

    /// Records of these types (none: of its own) that are like a record, as far as the actor may read it.
    ///
    /// # Errors
    /// Not found where the actor may not read the record; refused where a type is unknown.
    fn similar_to(
        &mut self,
        record_type: &str,
        key: &str,
        types: &[String],
        limit: usize,
    ) -> Result<Vec<SearchHit>>;
}

impl Search for Reading<'_, '_> {
    fn search(&mut self, query: &SearchQuery) -> Result<SearchPage> {
        let mut asked = Asked::of(self, &query.types)?;
        let mut page = search(&mut asked, query)?;
        page.needs_type = asked.needs_type(&query.text)?;
        Ok(page)
    }

    fn similar(&mut self, query: &SimilarQuery) -> Result<Vec<SearchHit>> {
        similar(&mut Asked::of(self, &query.types)?, query)
    }

    fn similar_to(
        &mut self,
        record_type: &str,
        key: &str,
        types: &[String],
        limit: usize,
    ) -> Result<Vec<SearchHit>> {
        let (record, _) = self.record(Some(record_type), key)?;
        let texts = Asked::texts(&record).into_iter();
        let types = match types {
            [] => vec![record_type.to_owned()],
            types => types.to_vec(),
        };
        let is_own = types.iter().any(|it| it == record_type);
        self.similar(&SimilarQuery {
            text: texts.map(|it| it.1).collect::<Vec<_>>().join("\n"),
            // Among others it would be taken to have its own words there.
            but_not: is_own.then_some(record.id()),
            types,
            limit,
        })
    }
}

/// A search in records of these types; none means all.
struct Asked<'a, 'r, 't> {
    reading: &'a mut Reading<'r, 't>,
    types: Vec<String>,
}

impl<'a, 'r, 't> Asked<'a, 'r, 't> {
    fn of(reading: &'a mut Reading<'r, 't>, types: &[String]) -> Result<Self> {
        let unknown = types
            .iter()
            .find(|it| reading.ctx.record_type(it).is_none());
        if let Some(name) = unknown {
            let message = Message::new("type-unknown").with("type", name);
            return Err(Refused::NotFound(message).into());
        }
        let types = types.to_vec();
        Ok(Self { reading, types })
    }

    /// The fields that filters may name: those of the only type, or those that all records have.
    fn scope(&self) -> Scope<'r> {
        let dictionary = &self.reading.ctx.snapshot.dictionary;
        match self.only_type().and_then(|it| dictionary.record_type(it)) {
            Some(only) => Scope::new(dictionary, only),
            None => Scope::spine(dictionary),
        }
    }

    /// Fields that are named like in a filter, and that only some of the types have.
    fn needs_type(&self, text: &str) -> Result<Vec<String>> {
        let scope = self.scope();
        let dictionary = scope.dictionary;
        let has = |of: &std::sync::Arc<dictionary::TypeDef>, name: &str| {
            self.reading.ctx.may_somewhere(&of.name, "read")
                && Scope::new(dictionary, of).knows(name)
        };
        let elsewhere =
            |name: &str| !scope.knows(name) && dictionary.types().any(|of| has(of, name));
        let typed = search::ask::read(text, &elsewhere, false)?;
        let signs = [':', '=', '<', '>', '!', '~', '^', '.'];
        let words = typed.filter.split([' ', '(', '-']);
        let mut names: Vec<String> = words
            .filter_map(|it| it.split_once(signs))
            .map(|it| it.0.to_ascii_lowercase())
            .filter(|it| elsewhere(it))
            .collect();
        names.dedup();
        Ok(names)
    }

    fn only_type(&self) -> Option<&str> {
        match self.types.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    fn is_wanted(&self, record: &Visible) -> bool {
        self.types.is_empty() || self.types.contains(&record.record_type().name)
    }
}

impl<'r, 't> Source for Asked<'_, 'r, 't> {
    type Record = Visible;
    type Ground = Reading<'r, 't>;

    fn ground(&mut self) -> &mut Reading<'r, 't> {
        self.reading
    }

    fn knows(&self, field: &str) -> bool {
        self.scope().knows(field)
    }

    fn numbered(&mut self, number: &str, filter: &str) -> Result<Vec<(Uuid, String)>> {
        let scope = self.scope();
        let spellings = scope
            .dictionary
            .types()
            .filter_map(|it| Scope::new(scope.dictionary, it).number(it, number));
        let terms: Vec<Term> = spellings.map(|it| Term::Value(Value::Text(it))).collect();
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let is_one = Filter::test(spine::NUMBER, Operator::In, Operand::Many(terms));
        let query = Query {
            record_type: self.only_type().map(str::to_owned),
            filter: is_one.normalised().and(parse(filter, &scope)?),
            columns: vec![ID.to_owned()],
            ..Query::default()
        };
        match self.reading.list(&query) {
            Ok(page) => {
                let wanted = page.rows.iter().filter(|it| self.is_wanted(it));
                Ok(wanted
                    .map(|it| (it.id(), it.record_type().name.clone()))
                    .collect())
            }
            // Whoever may not read numbers finds nothing by them.
            Err(Error::Refused(Refused::Forbidden(_))) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn records(&mut self, record_type: &str, ids: &[Uuid]) -> Result<Vec<(Uuid, Visible)>> {
        let terms = ids.iter().map(|it| Term::Value(Value::Reference(*it)));
        let is_one = Filter::test(ID, Operator::In, Operand::Many(terms.collect()));
        let query = Query {
            record_type: Some(record_type.to_owned()),
            filter: is_one.normalised(),
            page: Page {
                limit: Some(ids.len().max(1)),
                after: None,
            },
            ..Query::default()
        };
        let rows = self.reading.list(&query)?.rows;
        Ok(rows.into_iter().map(|it| (it.id(), it)).collect())
    }

    fn texts(record: &Visible) -> Vec<(String, String)> {
        let searched = record
            .fields()
            .filter(|(field, _)| is_searched(field) && field.name != spine::NUMBER);
        let text = |value: &Value| value.as_text().map(str::to_owned);
        let mut texts: Vec<_> = searched
            .filter_map(|(field, value)| Some((field, text(value)?)))
            .collect();
        // What everybody may read is shown rather than what repeats it for a few.
        texts.sort_by_key(|it| it.0.audience == Audience::Internal);
        let named = texts.into_iter();
        named
            .map(|(field, text)| (field.name.clone(), text))
            .collect()
    }
}
