//! Settings with a value for each pair of choices fit the choices of both fields.
//!
//! Choices and pairs cannot be changed at once, so a choice comes first and its pairs follow: no pair may name a choice
//! that is not there, and whoever changes the pairs of a tenant gives each choice in use its own.

use std::collections::BTreeSet;

use base::{Message, Uuid};
use dictionary::{Dictionary, FieldDef};
use serde_json::{Value as Json, json};

use crate::settings::{SettingDef, Settings, Shape};
use crate::{Ctx, additions};

/// Checks a setting before it is stored; no value means that its row goes.
///
/// # Errors
/// A message that names the step that does not fit, and the mend.
pub(crate) fn check(
    ctx: &Ctx,
    built_in: &Dictionary,
    setting: &SettingDef,
    (organisation, value): (Option<Uuid>, Option<&Json>),
) -> Result<(), Message> {
    let (settings, dictionary) = (&ctx.snapshot.settings, &ctx.snapshot.dictionary);
    if let Shape::Grid(fields) = setting.shape {
        // Where an organisation's row goes, one is in force that was checked when it was stored.
        return match (value, organisation) {
            (Some(pairs), None) => fits(dictionary, setting.key, fields, (Cover::All, pairs)),
            // An organisation may use fewer steps than there are.
            (Some(pairs), Some(_)) => fits(dictionary, setting.key, fields, (Cover::Some, pairs)),
            (None, None) => {
                let pairs = (setting.default)();
                fits(dictionary, setting.key, fields, (Cover::All, &pairs))
            }
            (None, Some(_)) => Ok(()),
        };
    }
    if setting.key != additions::CHOICES {
        return Ok(());
    }
    let nothing = json!({});
    let added = value.unwrap_or(&nothing);
    for grid in settings.declared() {
        let Shape::Grid(fields) = grid.shape else {
            continue;
        };
        let own = only_of(added, grid.key, fields);
        let dictionary = additions::extend(built_in, additions::CHOICES, &own)?;
        for pairs in in_force(settings, ctx.tenant, grid.key) {
            fits(&dictionary, grid.key, fields, (Cover::Some, pairs))?;
        }
    }
    Ok(())
}

/// Which choices in use need their pairs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cover {
    /// Each of them.
    All,
    /// Those that there are.
    Some,
}

/// The values of a setting that are in force somewhere in a tenant.
fn in_force<'s>(settings: &'s Settings, tenant: Uuid, key: &str) -> impl Iterator<Item = &'s Json> {
    let rows = settings.rows.iter();
    let own = rows.filter(move |((of, organisation, name), _)| {
        *of == tenant && organisation.is_some() && *name == key
    });
    let whole = settings.find(tenant, None, key).map(|it| it.0);
    own.map(|(_, entry)| &entry.json).chain(whole)
}

/// What a setting of choices says about the fields of a grid.
fn only_of(added: &Json, key: &str, [row, column, _]: [&str; 3]) -> Json {
    let of = key.split('.').next().unwrap_or_default();
    let names = [row, column].map(|it| format!("{of}.{it}"));
    let members = added.as_object().into_iter().flatten();
    let own = members.filter(|(name, _)| names.contains(name));
    Json::Object(own.map(|(name, it)| (name.clone(), it.clone())).collect())
}

fn fits(
    dictionary: &Dictionary,
    key: &str,
    [row, column, _]: [&str; 3],
    (cover, pairs): (Cover, &Json),
) -> Result<(), Message> {
    let of = key.split('.').next().unwrap_or_default();
    let Some(of) = dictionary.record_type(of) else {
        return Ok(());
    };
    let pairs = || pairs.as_object().into_iter().flatten();
    let split = || pairs().filter_map(|(pair, _)| pair.split_once('-'));
    for (name, steps) in [
        (row, split().map(|it| it.0).collect::<BTreeSet<&str>>()),
        (column, split().map(|it| it.1).collect()),
    ] {
        if let Some(field) = of.field(name) {
            covers(field, &steps, (cover, key))?;
        }
    }
    Ok(())
}

fn covers(
    field: &FieldDef,
    steps: &BTreeSet<&str>,
    (cover, key): (Cover, &str),
) -> Result<(), Message> {
    let say = |message, code: &str| {
        Err(Message::new(message)
            .with("field", &field.name)
            .with("code", code)
            .with("key", key))
    };
    if let Some(step) = steps.iter().find(|it| field.choice(it).is_none()) {
        return say("grid-step-unknown", step);
    }
    let mut offered = field
        .choices
        .iter()
        .filter(|it| it.active && cover == Cover::All);
    match offered.find(|it| !steps.contains(it.code.as_str())) {
        Some(choice) => say("grid-step-missing", &choice.code),
        None => Ok(()),
    }
}
