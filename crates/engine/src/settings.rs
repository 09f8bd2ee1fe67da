//! Settings: what administrators may change (matrix, routing, cascade …), typed by the practice that reads them.
//!
//! A practice declares a setting by key, default and reader. Rows may be narrower than the tenant:
//! the nearest organisation up the tree wins, and [`Settings::find`] names the row that did.

use foldhash::HashMap;
use std::any::Any;
use std::sync::Arc;

use base::{Message, Uuid};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// Reads the JSON of a setting into the type its practice uses.
type Reader = fn(&Json) -> Result<Arc<dyn Any + Send + Sync>, String>;

/// How a setting is asked for. Fields and choices are those of the type that its key begins with.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// As its JSON says: yes or no, a number, a text; else the JSON itself.
    Plain,
    /// Yes or no.
    YesNo,
    /// One of these codes.
    OneOf(&'static [&'static str]),
    /// One choice of that field.
    ChoiceOf(&'static str),
    /// Any number of choices of that field.
    ChoicesOf(&'static str),
    /// A record of that type, or none.
    Record(&'static str),
    /// Any number of texts.
    Texts,
    /// Days since the instant in that field.
    DaysSince(&'static str),
    /// An object of these members.
    Members(&'static [(&'static str, Shape)]),
    /// Any number of objects of these members, in their order.
    Rows(&'static [(&'static str, Shape)]),
    /// An object with one member for each choice of a field.
    PerChoice(&'static str, &'static Shape),
    /// A choice of the third field for each pair of choices of the first two, as `{"1-2": 3}`.
    Grid([&'static str; 3]),
}

/// Declaration of a setting.
#[derive(Clone, Copy)]
pub struct SettingDef {
    /// Key, for example `incident.priority_matrix`.
    pub key: &'static str,
    /// The area of administration whose right is needed to change it.
    pub area: &'static str,
    /// The value where nobody has set one.
    pub default: fn() -> Json,
    /// Reads and checks it.
    pub read: Reader,
    /// How it is asked for.
    pub shape: Shape,
}

impl SettingDef {
    /// Declares a setting of type `T`; its JSON is serde's reading of `T`.
    #[must_use]
    pub const fn new<T: DeserializeOwned + Send + Sync + 'static>(
        key: &'static str,
        area: &'static str,
        default: fn() -> Json,
    ) -> Self {
        Self {
            key,
            area,
            default,
            read: read_as::<T>,
            shape: Shape::Plain,
        }
    }

    /// The same setting, asked for in that way.
    #[must_use]
    pub const fn asked(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }
}

fn read_as<T: DeserializeOwned + Send + Sync + 'static>(
    json: &Json,
) -> Result<Arc<dyn Any + Send + Sync>, String> {
    let value: T = T::deserialize(json).map_err(|error| error.to_string())?;
    Ok(Arc::new(value))
}

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) json: Json,
    typed: Arc<dyn Any + Send + Sync>,
}

/// Where a setting's value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The built-in default.
    Default,
    /// The tenant's row.
    Tenant,
    /// The row of that organisation.
    Organisation(Uuid),
}

/// All settings of all tenants, read once per snapshot.
#[derive(Clone, Default)]
pub struct Settings {
    declared: HashMap<&'static str, SettingDef>,
    defaults: HashMap<&'static str, Entry>,
    pub(crate) rows: HashMap<(Uuid, Option<Uuid>, &'static str), Entry>,
    /// Organisation → its parent.
    parents: HashMap<Uuid, Uuid>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "Settings({} declared, {} rows)",
            self.declared.len(),
            self.rows.len()
        )
    }
}

/// A setting's row as stored.
#[derive(Clone, Debug)]
pub struct SettingRow {
    /// Tenant it belongs to.
    pub tenant: Uuid,
    /// Organisation it is limited to.
    pub organisation: Option<Uuid>,
    /// Key of the setting.
    pub key: String,
    /// Its value.
    pub value: Json,
}

impl Settings {
    /// Settings with these declarations and rows. Rows of unknown keys are kept out; a row that can
    /// not be read is an error that names it.
    pub fn new(
        declared: impl IntoIterator<Item = SettingDef>,
        rows: Vec<SettingRow>,
        parents: HashMap<Uuid, Uuid>,
    ) -> Result<Self, String> {
        let mut this = Self {
            parents,
            ..Self::default()
        };
        for setting in declared {
            let json = (setting.default)();
            let typed = (setting.read)(&json)
                .map_err(|error| format!("default of {}: {error}", setting.key))?;
            this.defaults.insert(setting.key, Entry { json, typed });
            this.declared.insert(setting.key, setting);
        }
        for row in rows {
            let Some(setting) = this.declared.get(row.key.as_str()).copied() else {
                continue;
            };
            let typed = (setting.read)(&row.value)
                .map_err(|error| format!("setting {}: {error}", row.key))?;
            this.rows.insert(
                (row.tenant, row.organisation, setting.key),
                Entry {
                    json: row.value,
                    typed,
                },
            );
        }
        Ok(this)
    }

    /// Puts a default that is known only at start; one that cannot be read is ignored.
    pub(crate) fn set_default(&mut self, key: &'static str, json: Json) {
        let read = self.declared.get(key).map(|it| (it.read)(&json));
        if let Some(Ok(typed)) = read {
            self.defaults.insert(key, Entry { json, typed });
        }
    }

    /// Values of a setting that tenants set; those of single organisations are left out.
    pub(crate) fn rows_of(&self, key: &'static str) -> impl Iterator<Item = (Uuid, &Json)> {
        let rows = self
            .rows
            .iter()
            .filter(move |((_, organisation, of), _)| organisation.is_none() && *of == key);
        rows.map(|((tenant, ..), entry)| (*tenant, &entry.json))
    }

    /// The declaration of a setting.
    ///
    /// # Errors
    /// A message where there is none with that key.
    pub fn declaration(&self, key: &str) -> Result<SettingDef, Message> {
        let unknown = || Message::new("setting-unknown").with("key", key);
        self.declared.get(key).copied().ok_or_else(unknown)
    }

    /// Checks a value for a setting before it is stored.
    ///
    /// # Errors
    /// A message where the setting is unknown or its practice cannot read the value.
    pub fn check(&self, key: &str, value: &Json) -> Result<SettingDef, Message> {
        let setting = self.declaration(key)?;
        let unreadable = |error| {
            Message::new("setting-unreadable")
                .with("key", key)
                .with("error", error)
        };
        (setting.read)(value).map_err(unreadable)?;
        Ok(setting)
    }

    /// The value in force for an organisation (or the tenant), with its origin.
    ///
    /// # Errors
    /// A message where no practice declares the key with this type, which is a mistake of ours.
    pub fn get<T: Send + Sync + 'static>(
        &self,
        tenant: Uuid,
        organisation: Option<Uuid>,
        key: &str,
    ) -> Result<Arc<T>, Message> {
        let (entry, _) = self
            .entry(tenant, organisation, key)
            .ok_or_else(|| Message::new("setting-unknown").with("key", key))?;
        entry.typed.clone().downcast::<T>().map_err(|_| {
            Message::new("setting-unreadable")
                .with("key", key)
                .with("error", "type")
        })
    }

    /// The JSON in force and the row it came from.
    #[must_use]
    pub fn find(
        &self,
        tenant: Uuid,
        organisation: Option<Uuid>,
        key: &str,
    ) -> Option<(&Json, Origin)> {
        self.entry(tenant, organisation, key)
            .map(|(entry, origin)| (&entry.json, origin))
    }

    /// All declared settings.
    pub fn declared(&self) -> impl Iterator<Item = &SettingDef> {
        self.declared.values()
    }

    /// The organisation and those above it, nearest first.
    #[must_use]
    pub fn ancestors(&self, organisation: Uuid) -> Vec<Uuid> {
        let mut chain = vec![organisation];
        while let Some(parent) = chain.last().and_then(|last| self.parents.get(last)) {
            // The door refuses cycles; the bound only guards against rows written by older programs.
            if chain.contains(parent) {
                break;
            }
            chain.push(*parent);
        }
        chain
    }

    /// The organisation and all below it.
    #[must_use]
    pub fn subtree(&self, organisation: Uuid) -> Vec<Uuid> {
        let mut members = vec![organisation];
        let mut at = 0;
        while let Some(current) = members.get(at).copied() {
            members.extend(
                self.parents
                    .iter()
                    .filter(|(_, parent)| **parent == current)
                    .map(|(child, _)| *child),
            );
            at += 1;
        }
        members
    }

    fn entry(
        &self,
        tenant: Uuid,
        organisation: Option<Uuid>,
        key: &str,
    ) -> Option<(&Entry, Origin)> {
        let setting = self.declared.get(key)?;
        let ancestors = organisation
            .map(|it| self.ancestors(it))
            .unwrap_or_default();
        for ancestor in ancestors {
            if let Some(entry) = self.rows.get(&(tenant, Some(ancestor), setting.key)) {
                return Some((entry, Origin::Organisation(ancestor)));
            }
        }
        if let Some(entry) = self.rows.get(&(tenant, None, setting.key)) {
            return Some((entry, Origin::Tenant));
        }
        self.defaults
            .get(setting.key)
            .map(|entry| (entry, Origin::Default))
    }
}
