//! Which fields a filter may name, and where a dotted path leads.
//!
//! It knows what exists, never who may see it.

use std::sync::LazyLock;

use base::Message;

use super::error::{FilterError, Place};
use super::{MAX_HOPS, Path};
use crate::{Dictionary, FieldDef, Kind, Phase, TypeDef, spine};

/// Pseudo-field: the record itself, by id.
pub const ID: &str = "id";
/// Pseudo-field: the phase of the state; bound to the states of that phase.
pub const PHASE: &str = "phase";
/// Field of the spine alone: the name of the record's type.
pub const TYPE: &str = "type";

/// The spine as if it were a type: what a list across types, and a reference to any type, can name.
static SPINE: LazyLock<TypeDef> = LazyLock::new(|| {
    let mut record = TypeDef::new("record");
    for field in spine::fields() {
        record.put_field(field);
    }
    let mut record_type = FieldDef::new(TYPE, Kind::Choice);
    record_type.column = "record_type".to_owned();
    record.put_field(record_type);
    record
});

static ID_FIELD: LazyLock<FieldDef> =
    LazyLock::new(|| FieldDef::new(ID, Kind::Reference { to: None }));

/// The fields that a filter may name: those of one type, or of the spine.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// All types.
    pub dictionary: &'a Dictionary,
    /// The type in which paths begin.
    pub record_type: &'a TypeDef,
}

/// One reference on the way of a path.
#[derive(Clone, Copy, Debug)]
pub struct Hop<'a> {
    /// The type that has the reference.
    pub record_type: &'a TypeDef,
    /// The reference.
    pub field: &'a FieldDef,
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub struct Resolved<'a> {
    /// References that are walked, first to last.
    pub hops: Vec<Hop<'a>>,
    /// The type that has the last field.
    pub record_type: &'a TypeDef,
    /// The last field.
    pub field: &'a FieldDef,
}

impl<'a> Scope<'a> {
    /// Filters on records of one type.
    #[must_use]
    pub const fn new(dictionary: &'a Dictionary, record_type: &'a TypeDef) -> Self {
        Self {
            dictionary,
            record_type,
        }
    }

    /// Filters on the spine: records of all types, and row grants.
    #[must_use]
    pub fn spine(dictionary: &'a Dictionary) -> Self {
        Self {
            dictionary,
            record_type: &SPINE,
        }
    }

    /// The spine as a type named `record`.
    #[must_use]
    pub fn spine_type() -> &'static TypeDef {
        &SPINE
    }

    /// Whether paths begin on the spine.
    #[must_use]
    pub fn is_spine(&self) -> bool {
        is_spine(self.record_type)
    }

    /// Where the path leads.
    pub fn resolve(&self, path: &Path) -> Result<Resolved<'a>, FilterError> {
        self.resolve_at(path, &Place::Whole)
    }

    pub(super) fn resolve_at(
        &self,
        path: &Path,
        place: &Place,
    ) -> Result<Resolved<'a>, FilterError> {
        if path.0.len() > MAX_HOPS + 1 {
            let place = place.at_step(path, MAX_HOPS + 1);
            return Err(FilterError::more_than(
                &place,
                "filter-too-many-hops",
                MAX_HOPS,
            ));
        }
        let mut record_type = self.record_type;
        let mut hops = Vec::new();
        let Some((last, walked)) = path.0.split_last() else {
            return Err(FilterError::new(
                place,
                Message::new("filter-expected-condition"),
            ));
        };
        for (step, name) in walked.iter().enumerate() {
            let place = place.at_step(path, step);
            let field = field_of(record_type, name, &place)?;
            let Some(target) = self.target(field).filter(|_| field.name != ID) else {
                return Err(FilterError::new(
                    &place,
                    Message::new("filter-not-a-reference").with("field", name),
                ));
            };
            hops.push(Hop { record_type, field });
            record_type = target;
        }
        Ok(Resolved {
            hops,
            record_type,
            field: field_of(record_type, last, &place.at_step(path, walked.len()))?,
        })
    }

    /// The type that a reference leads to; the spine where it may be any.
    #[must_use]
    pub fn target(&self, field: &FieldDef) -> Option<&'a TypeDef> {
        match &field.kind {
            Kind::Reference { to: Some(to) } => self.dictionary.record_type(to).map(|it| &**it),
            Kind::Reference { to: None } => Some(&SPINE),
            _ => None,
        }
    }

    /// Whether the path's first name exists here.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        name == ID || name == PHASE || self.record_type.field(name).is_some()
    }

    /// Codes that a choice field of that type may hold; `None` where any code may be meant.
    pub(super) fn codes(
        &self,
        record_type: &'a TypeDef,
        field: &'a FieldDef,
    ) -> Option<Vec<&'a str>> {
        if is_spine(record_type) {
            return match field.name.as_str() {
                TYPE => Some(self.dictionary.types().map(|it| it.name.as_str()).collect()),
                spine::STATE => Some(self.states(record_type).map(|(_, code, _)| code).collect()),
                _ => None,
            };
        }
        (!field.choices.is_empty())
            .then(|| field.choices.iter().map(|it| it.code.as_str()).collect())
    }

    /// States of the type with their phases; for the spine those of all types.
    pub(super) fn states(
        &self,
        record_type: &'a TypeDef,
    ) -> impl Iterator<Item = (&'a TypeDef, &'a str, Phase)> {
        let across = is_spine(record_type);
        let all = self
            .dictionary
            .types()
            .map(|it| &**it)
            .filter(move |_| across);
        let types = all.chain(std::iter::once(record_type).filter(move |_| !across));
        types.flat_map(|it| {
            let states = it.lifecycle.iter().flat_map(|lifecycle| &lifecycle.states);
            states.map(move |state| (it, state.code.as_str(), state.phase))
        })
    }

    /// A record number in any spelling (`inc-1234`, `INC1234`, and `1234` where the type is known) as it
    /// is stored, with the type whose number it is.
    #[must_use]
    pub fn number(&self, record_type: &TypeDef, text: &str) -> Option<String> {
        if !is_spine(record_type) {
            return number_of(record_type, text, true);
        }
        self.dictionary
            .types()
            .find_map(|it| number_of(it, text, false))
    }
}

fn is_spine(record_type: &TypeDef) -> bool {
    std::ptr::eq(record_type, &*SPINE)
}

fn number_of(record_type: &TypeDef, text: &str, bare_digits: bool) -> Option<String> {
    let format = record_type.number.as_ref()?;
    let text = text.trim();
    let head = text.get(..format.prefix.len()).unwrap_or_default();
    let digits = if !head.is_empty() && head.eq_ignore_ascii_case(&format.prefix) {
        text[head.len()..].trim_start_matches(['-', ' ', '#'])
    } else {
        Some(text).filter(|_| bare_digits)?
    };
    let plain = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    digits
        .parse()
        .ok()
        .filter(|_| plain)
        .map(|number| format.format(number))
}

fn field_of<'a>(
    record_type: &'a TypeDef,
    name: &str,
    place: &Place,
) -> Result<&'a FieldDef, FilterError> {
    if name == ID {
        return Ok(&ID_FIELD);
    }
    record_type.field(name).ok_or_else(|| {
        let message = Message::new("filter-unknown-field")
            .with("field", name)
            .with("type", &record_type.name);
        let known = record_type
            .fields
            .iter()
            .map(|it| it.name.as_str())
            .chain([PHASE]);
        FilterError::new(place, message).proposing(name, known)
    })
}
