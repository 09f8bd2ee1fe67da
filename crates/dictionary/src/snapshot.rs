//! One immutable snapshot of all record types.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{FieldDef, Kind, TypeDef};

/// All record types at one moment. Adding a type or field makes a new snapshot.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    types: BTreeMap<String, Arc<TypeDef>>,
    /// Counts up with every change of dictionary or settings; sealed into cursors.
    pub version: i64,
}

/// Why a type or field cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DictionaryError {
    /// The name is taken.
    Taken(String),
    /// The name is not lower-case letters, digits and underscores, or too long.
    BadName(String),
    /// A layout, transition, reference or dependent choice names something that does not exist.
    Unknown {
        /// Where it is named.
        within: String,
        /// What is missing.
        name: String,
    },
    /// More custom fields than a type may have.
    TooMany(usize),
}

impl std::fmt::Display for DictionaryError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Taken(name) => write!(out, "the name {name} is taken"),
            Self::BadName(name) => write!(
                out,
                "{name:?} is no name: use a-z, 0-9 and _, beginning with a letter, at most 40"
            ),
            Self::Unknown { within, name } => {
                write!(out, "{within} names {name}, which does not exist")
            }
            Self::TooMany(limit) => write!(out, "a type may have {limit} custom fields"),
        }
    }
}

impl std::error::Error for DictionaryError {}

/// Most custom fields of one type.
pub const MAX_CUSTOM_FIELDS: usize = 200;

impl Dictionary {
    /// A snapshot of these types, checked: every name that a declaration uses must exist.
    pub fn new(types: impl IntoIterator<Item = TypeDef>) -> Result<Self, DictionaryError> {
        Self::default().with_types(types)
    }

    /// A snapshot with more types, which may refer to each other.
    pub fn with_types(
        &self,
        types: impl IntoIterator<Item = TypeDef>,
    ) -> Result<Self, DictionaryError> {
        let mut next = self.clone();
        for record_type in types {
            next.insert(record_type)?;
        }
        next.check()?;
        Ok(next)
    }

    /// A snapshot with one more field on a type.
    pub fn with_field(&self, of: &str, field: FieldDef) -> Result<Self, DictionaryError> {
        let unknown = || DictionaryError::Unknown {
            within: "custom field".to_owned(),
            name: of.to_owned(),
        };
        let current = self.types.get(of).ok_or_else(unknown)?;
        check_name(&field.name)?;
        if current.field(&field.name).is_some() {
            return Err(DictionaryError::Taken(field.name));
        }
        if current.fields.iter().filter(|it| it.custom).count() >= MAX_CUSTOM_FIELDS {
            return Err(DictionaryError::TooMany(MAX_CUSTOM_FIELDS));
        }
        let mut changed = TypeDef::clone(current);
        changed.put_field(field);
        let mut next = self.clone();
        next.types.insert(of.to_owned(), Arc::new(changed));
        next.check()?;
        Ok(next)
    }

    /// A snapshot in which one type is replaced by its changed self.
    pub fn with_changed(
        &self,
        of: &str,
        change: impl FnOnce(&mut TypeDef),
    ) -> Result<Self, DictionaryError> {
        let unknown = || DictionaryError::Unknown {
            within: "change".to_owned(),
            name: of.to_owned(),
        };
        let mut changed = TypeDef::clone(self.types.get(of).ok_or_else(unknown)?);
        change(&mut changed);
        let mut next = self.clone();
        next.types.insert(of.to_owned(), Arc::new(changed));
        next.check()?;
        Ok(next)
    }

    /// The type with that name.
    #[must_use]
    pub fn record_type(&self, name: &str) -> Option<&Arc<TypeDef>> {
        self.types.get(name)
    }

    /// All types by name.
    pub fn types(&self) -> impl Iterator<Item = &Arc<TypeDef>> {
        self.types.values()
    }

    fn insert(&mut self, record_type: TypeDef) -> Result<(), DictionaryError> {
        check_name(&record_type.name)?;
        if self.types.contains_key(&record_type.name) {
            return Err(DictionaryError::Taken(record_type.name));
        }
        self.types
            .insert(record_type.name.clone(), Arc::new(record_type));
        Ok(())
    }

    fn check(&self) -> Result<(), DictionaryError> {
        for it in self.types.values() {
            let missing = |name: &str| DictionaryError::Unknown {
                within: it.name.clone(),
                name: name.to_owned(),
            };
            for field in &it.fields {
                check_name(&field.name)?;
                let target = match &field.kind {
                    Kind::Reference { to } | Kind::References { to } => to.as_deref(),
                    _ => None,
                };
                if let Some(target) = target.filter(|target| !self.types.contains_key(*target)) {
                    return Err(missing(target));
                }
                if let Some(other) = field
                    .depends_on
                    .as_deref()
                    .filter(|other| it.field(other).is_none())
                {
                    return Err(missing(other));
                }
            }
            if let Some(conversion) = &it.conversion {
                let into = self.types.get(&conversion.into);
                let into = into.ok_or_else(|| missing(&conversion.into))?;
                let both = |name: &&String| it.field(name).is_some() && into.field(name).is_some();
                if let Some(name) = conversion.carries.iter().find(|name| !both(name)) {
                    return Err(missing(name));
                }
            }
            let sections = it.layout.form.iter().flat_map(|section| &section.fields);
            let named = it
                .layout
                .list
                .iter()
                .chain(&it.layout.create)
                .chain(sections);
            let transitions = it.lifecycle.iter().flat_map(|it| &it.transitions);
            let asked = transitions
                .clone()
                .flat_map(|it| it.needs.iter().chain(&it.asks));
            let states = it.lifecycle.iter().flat_map(|it| &it.states);
            let named = named
                .chain(asked)
                .chain(states.flat_map(|it| it.flags.keys()));
            if let Some(name) = named.into_iter().find(|name| it.field(name).is_none()) {
                return Err(missing(name));
            }
            if let Some(lifecycle) = &it.lifecycle {
                let states = transitions
                    .flat_map(|it| it.from.iter().chain([&it.to]))
                    .chain([&lifecycle.initial]);
                for state in states {
                    lifecycle.state(state).ok_or_else(|| missing(state))?;
                }
            }
        }
        Ok(())
    }
}

fn check_name(name: &str) -> Result<(), DictionaryError> {
    let well_formed = name.len() <= 40
        && name.starts_with(|it: char| it.is_ascii_lowercase())
        && name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
        && !name.contains("__");
    if well_formed {
        Ok(())
    } else {
        Err(DictionaryError::BadName(name.to_owned()))
    }
}
