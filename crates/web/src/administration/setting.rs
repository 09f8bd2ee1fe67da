//! A change of a setting before it is made: what would differ, and what that does to records that are there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Message, Refused, Result, Uuid};
use dictionary::{Dictionary, TypeDef};
use engine::additions::ROLES;
use engine::{Ctx, Origin, Reading, SettingDef, Shape, Unit};
use serde_json::Value as Json;
use ui::label;
use ui::message::Language;

use super::effect::Effects;
use super::roles;

/// Most differences that are told.
const MOST_DIFFERENCES: usize = 100;

/// Longest words of a difference in bytes.
const MOST_WORDS: usize = 2_000;

/// Something that is other than before, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Where in the setting.
    pub(crate) place: String,
    /// What was there.
    pub(crate) before: Option<String>,
    /// What will be there.
    pub(crate) after: Option<String>,
}

/// What a change does to records that are there.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    /// In words.
    pub(crate) message: Message,
    /// The list of the records.
    pub(crate) href: Option<String>,
    /// Whether the change cannot be made because of it.
    pub(crate) refuses: bool,
}

/// A change before it is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Preview {
    /// What will be other than now.
    pub(crate) differences: Vec<Difference>,
    /// What that does.
    pub(crate) effects: Vec<Effect>,
}

/// A setting with all that is needed to speak of it.
pub(crate) struct Subject<'a> {
    pub(crate) language: &'a Language,
    pub(crate) declared: SettingDef,
    /// The type that its key begins with, where there is one.
    pub(crate) of: Option<Arc<TypeDef>>,
    /// All types.
    pub(crate) dictionary: Arc<Dictionary>,
    /// What records are called that the setting names.
    pub(crate) titles: BTreeMap<Uuid, String>,
}

impl<'a> Subject<'a> {
    /// The setting of that key, with the names of the records in these values.
    ///
    /// # Errors
    /// Not found where nothing declares it, or a failure of the store.
    pub(crate) fn load(
        reading: &mut Reading<'_, '_>,
        language: &'a Language,
        key: &str,
        values: &[&Json],
    ) -> Result<Self> {
        let declared = reading.ctx.snapshot.settings.declaration(key);
        let declared = declared.map_err(Refused::NotFound)?;
        let mut ids = BTreeSet::new();
        values.iter().for_each(|it| collect_ids(it, &mut ids));
        let titles = reading.titles_of(&ids)?;
        let titles = titles.iter().map(|(id, it)| (id, it.title.clone()));
        Ok(Self {
            language,
            of: reading
                .ctx
                .record_type(key.split_once('.').map_or(key, |it| it.0)),
            declared,
            dictionary: reading.ctx.snapshot.dictionary.clone(),
            titles: titles.collect(),
        })
    }

    /// The setting's name without its type.
    pub(crate) fn name(&self) -> &'static str {
        let key = self.declared.key;
        key.split_once('.').map_or(key, |it| it.1)
    }

    /// What people call the setting.
    pub(crate) fn title(&self) -> String {
        title(self.language, self.declared.key)
    }

    /// What people call a member of it, or a code in it.
    pub(crate) fn member(&self, name: &str) -> String {
        let said = label::said(self.language, &label::key(&["setting", self.name(), name]));
        said.or_else(|| {
            let field = self.of.as_ref()?.field(name)?;
            Some(label::label(self.language, &field.label))
        })
        .unwrap_or_else(|| name.replace('_', " "))
    }

    /// Choices of a field of its type: code and words.
    pub(crate) fn choices(&self, field: &str) -> Vec<(String, String)> {
        let found = self.of.as_ref().and_then(|it| it.field(field));
        let Some(field) = found else {
            return Vec::new();
        };
        let choices = field.choices.iter().filter(|it| it.active);
        let said = |code: &str| label::choice(self.language, field, code);
        choices
            .map(|it| (it.code.clone(), said(&it.code)))
            .collect()
    }

    /// A choice in words.
    pub(super) fn choice(&self, field: &str, code: &str) -> String {
        let found = self.of.as_ref().and_then(|it| it.field(field));
        found.map_or_else(
            || code.to_owned(),
            |it| label::choice(self.language, it, code),
        )
    }

    /// What differs, in words.
    pub(crate) fn differences(&self, before: &Json, after: &Json) -> Vec<Difference> {
        if self.declared.key == ROLES {
            let mut all = roles::differences(self.language, &self.dictionary, [before, after]);
            all.truncate(MOST_DIFFERENCES);
            return all;
        }
        let (mut old, mut new) = (Vec::new(), Vec::new());
        self.say(&self.declared.shape, "", before, &mut old);
        self.say(&self.declared.shape, "", after, &mut new);
        let find = |all: &[(String, String)], place: &str| {
            all.iter().find(|it| it.0 == place).map(|it| it.1.clone())
        };
        let mut places: Vec<&String> = old.iter().chain(&new).map(|it| &it.0).collect();
        let mut seen = BTreeSet::new();
        places.retain(|it| seen.insert(it.as_str()));
        let all = places.into_iter().map(|place| Difference {
            before: find(&old, place),
            after: find(&new, place),
            place: place.clone(),
        });
        all.filter(|it| it.before != it.after)
            .take(MOST_DIFFERENCES)
            .collect()
    }

    /// The value as places and words.
    fn say(&self, shape: &Shape, place: &str, value: &Json, out: &mut Vec<(String, String)>) {
        let below = |name: &str| match place {
            "" => name.to_owned(),
            _ => format!("{place} · {name}"),
        };
        match (shape, value) {
            (Shape::Members(members), Json::Object(map)) => {
                for (name, shape) in *members {
                    if let Some(value) = map.get(*name) {
                        self.say(shape, &below(&self.member(name)), value, out);
                    }
                }
            }
            (Shape::PerChoice(field, shape), Json::Object(map)) => {
                for (code, value) in map {
                    self.say(shape, &below(&self.choice(field, code)), value, out);
                }
            }
            (Shape::Grid([row, column, cell]), Json::Object(map)) => {
                for (pair, value) in map {
                    let (left, right) = pair.split_once('-').unwrap_or((pair, ""));
                    let names = [self.member(row), self.member(column)];
                    let pair = format!("{} {left}, {} {right}", names[0], names[1]);
                    out.push((below(&pair), self.choice(cell, &plain(value))));
                }
            }
            (Shape::Rows(members), Json::Array(rows)) => {
                for (at, row) in rows.iter().enumerate() {
                    let mut parts = Vec::new();
                    self.say(&Shape::Members(members), "", row, &mut parts);
                    let parts = parts.iter().map(|(name, words)| format!("{name}: {words}"));
                    let words = parts.collect::<Vec<_>>().join(", ");
                    out.push((below(&(at + 1).to_string()), words));
                }
            }
            (Shape::Plain, Json::Object(map)) => {
                for (name, value) in map {
                    self.say(&Shape::Plain, &below(&self.member(name)), value, out);
                }
            }
            (Shape::Plain, Json::Array(items)) if items.iter().any(Json::is_object) => {
                for (at, value) in items.iter().enumerate() {
                    let own = value.get("code").or_else(|| value.get("name"));
                    let name = own.map_or_else(|| (at + 1).to_string(), plain);
                    self.say(&Shape::Plain, &below(&name), value, out);
                }
            }
            _ => {
                let place = match place {
                    "" => self.title(),
                    _ => place.to_owned(),
                };
                let mut words = self.words(shape, value);
                // Two pictures that begin alike still differ.
                if words.len() > MOST_WORDS {
                    let digest = engine::system::secret::hash(&words);
                    let short: String = words.chars().take(40).collect();
                    words = format!(
                        "{short}… ({:02x}{:02x}{:02x})",
                        digest[0], digest[1], digest[2]
                    );
                }
                out.push((place, words));
            }
        }
    }

    /// One value in words.
    fn words(&self, shape: &Shape, value: &Json) -> String {
        match (shape, value) {
            (_, Json::Bool(on)) => match on {
                true => ui::text!(self.language, "value-yes"),
                false => ui::text!(self.language, "value-no"),
            },
            (Shape::OneOf(_), Json::String(code)) => self.member(code),
            (Shape::ChoiceOf(field), value) => self.choice(field, &plain(value)),
            (Shape::ChoicesOf(field), Json::Array(codes)) => {
                let words = codes.iter().map(|it| self.choice(field, &plain(it)));
                words.collect::<Vec<_>>().join(", ")
            }
            (_, Json::Array(items)) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
            (_, Json::String(text)) => {
                let id = Uuid::try_parse(text).ok();
                let title = id.and_then(|it| self.titles.get(&it));
                title.unwrap_or(text).clone()
            }
            (_, value) => plain(value),
        }
    }
}

/// What people call a setting.
pub(crate) fn title(language: &Language, key: &str) -> String {
    let name = key.split_once('.').map_or(key, |it| it.1);
    let own = label::said(language, &label::key(&["setting", &key.replace('.', "-")]));
    let shared = || label::said(language, &label::key(&["setting", name]));
    own.or_else(shared).unwrap_or_else(|| key.to_owned())
}

/// A value without its quotes.
pub(super) fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn collect_ids(value: &Json, out: &mut BTreeSet<Uuid>) {
    match value {
        Json::String(text) => out.extend(Uuid::try_parse(text).ok()),
        Json::Array(items) => items.iter().for_each(|it| collect_ids(it, out)),
        Json::Object(map) => map.values().for_each(|it| collect_ids(it, out)),
        _ => {}
    }
}

/// What is in force where a row is taken away: the value of the next one up the tree.
pub(crate) fn without(ctx: &Ctx, organisation: Option<Uuid>, key: &str) -> Option<Json> {
    let settings = &ctx.snapshot.settings;
    let found = match organisation {
        // No tenant has the nil id, so that only the default is left.
        None => settings.find(Uuid::nil(), None, key),
        Some(own) => {
            let above = settings.ancestors(own).get(1).copied();
            settings.find(ctx.tenant, above, key)
        }
    };
    found.map(|it| it.0.clone())
}

/// The value in force, and where it comes from.
pub(crate) fn in_force(ctx: &Ctx, organisation: Option<Uuid>, key: &str) -> Option<(Json, Origin)> {
    let found = ctx.snapshot.settings.find(ctx.tenant, organisation, key);
    found.map(|(value, origin)| (value.clone(), origin))
}

/// What would differ and what that does; no value takes the row away. Whether the actor may change it, and whether
/// its practice can read it, is asked elsewhere.
///
/// # Errors
/// Not found where nothing declares the setting, or a failure of the store.
pub(crate) fn preview(
    reading: &mut Reading<'_, '_>,
    language: &Language,
    (key, organisation): (&str, Option<Uuid>),
    value: Option<&Json>,
) -> Result<Preview> {
    let ctx = reading.ctx;
    let before = in_force(ctx, organisation, key).map_or(Json::Null, |it| it.0);
    let after = match value {
        Some(value) => value.clone(),
        None => without(ctx, organisation, key).unwrap_or(Json::Null),
    };
    let subject = Subject::load(reading, language, key, &[&before, &after])?;
    let differences = subject.differences(&before, &after);
    let mut effects = Effects {
        reading,
        subject: &subject,
        organisation,
        found: Vec::new(),
    };
    effects.look(&before, &after)?;
    Ok(Preview {
        differences,
        effects: effects.found,
    })
}

/// Refuses a change that would leave records with values that nobody knows any more. Looks at all records,
/// whatever the actor may read, in the transaction of the change.
///
/// # Errors
/// Invalid with the reason, or a failure of the store.
pub(crate) fn guard(
    unit: &mut Unit<'_, '_>,
    (key, organisation): (&str, Option<Uuid>),
    value: Option<&Json>,
) -> Result<()> {
    let (system, language) = (unit.ctx.as_system(unit.ctx.surface), Language::default());
    let mut reading = unit.reading();
    let found = preview(
        &mut reading.seen_by(&system),
        &language,
        (key, organisation),
        value,
    )?;
    let refused = found.effects.into_iter().find(|it| it.refuses);
    refused.map_or(Ok(()), |it| Err(Refused::field("value", it.message).into()))
}
