//! What a tenant defined for itself: its types, its fields, and the settings that change its dictionary. An export carries
//! them before its records, and an import sends them through the same door as an administrator.
//!
//! Names of tables and columns are of one database and never go along.

use std::collections::BTreeSet;

use base::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::Sql;

use crate::Reading;
use crate::additions::{LINK_KINDS, OF_DICTIONARY};
use crate::customize::{AREA, FieldSpec, TypeSpec};
use crate::settings::Origin;

/// One thing that a tenant defined. As JSON its members begin with `@`, which no field's name does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "@defines", rename_all = "snake_case")]
pub enum Definition {
    /// A type.
    Type {
        /// As an administrator sends it.
        #[serde(rename = "@definition")]
        definition: Box<TypeSpec>,
    },
    /// A field that was added to a type.
    Field {
        /// Name of the type.
        #[serde(rename = "@of")]
        of: String,
        /// As an administrator sends it.
        #[serde(rename = "@definition")]
        definition: Box<FieldSpec>,
    },
    /// A setting that changes the dictionary: choices, states, labels, layouts, numbers, kinds of links.
    Setting {
        /// Its key.
        #[serde(rename = "@of")]
        of: String,
        /// Its value.
        #[serde(rename = "@definition")]
        definition: Json,
    },
}

/// All that the tenant defined, each thing after those that it needs; nothing for those who may not administer types.
///
/// # Errors
/// A failure of the store.
pub fn of_tenant(reading: &mut Reading<'_, '_>) -> Result<Vec<Definition>> {
    let ctx = reading.ctx;
    if ctx.require_area(AREA).is_err() {
        return Ok(Vec::new());
    }
    let sql = Sql::new("SELECT definition FROM custom_type WHERE tenant = ? ORDER BY name");
    let mut types = Vec::new();
    for row in reading.tx.query(&sql.bind(ctx.tenant))? {
        let mut spec: TypeSpec = stored(row.need_text(0)?)?;
        spec.table.clear();
        spec.fields.iter_mut().for_each(|it| it.column.clear());
        types.push(spec);
    }
    let types = in_order(types).into_iter().map(Box::new);
    let mut all: Vec<Definition> = types
        .map(|definition| Definition::Type { definition })
        .collect();
    let sql = Sql::new(
        "SELECT record_type, definition FROM custom_field WHERE tenant = ? ORDER BY record_type, position, name",
    );
    for row in reading.tx.query(&sql.bind(ctx.tenant))? {
        let mut spec: FieldSpec = stored(row.need_text(1)?)?;
        spec.column.clear();
        all.push(Definition::Field {
            of: row.need_text(0)?.to_owned(),
            definition: Box::new(spec),
        });
    }
    let settings = &ctx.snapshot.settings;
    for key in OF_DICTIONARY.iter().chain([&LINK_KINDS]) {
        if let Some((value, Origin::Tenant)) = settings.find(ctx.tenant, None, key) {
            all.push(Definition::Setting {
                of: (*key).to_owned(),
                definition: value.clone(),
            });
        }
    }
    Ok(all)
}

/// Those of them that records of one type need, with the types to which these refer.
#[must_use]
pub fn needed_by(name: &str, all: Vec<Definition>) -> Vec<Definition> {
    let mut names = BTreeSet::from([name.to_owned()]);
    loop {
        let before = names.len();
        for definition in &all {
            let (of, fields) = match definition {
                Definition::Type { definition } => (&definition.name, &definition.fields[..]),
                Definition::Field { of, definition } => (of, std::slice::from_ref(&**definition)),
                Definition::Setting { .. } => continue,
            };
            if names.contains(of) {
                names.extend(fields.iter().filter_map(|it| it.to.clone()));
            }
        }
        if names.len() == before {
            break;
        }
    }
    // Keys of such settings are a type, or a field of one.
    let is_of = |path: &str| names.contains(path.split('.').next().unwrap_or(path));
    let only = |definition: Definition| match definition {
        Definition::Type { definition } => names
            .contains(&definition.name)
            .then_some(Definition::Type { definition }),
        Definition::Field { of, definition } => names
            .contains(&of)
            .then_some(Definition::Field { of, definition }),
        Definition::Setting { of, mut definition } => {
            if let Some(members) = definition.as_object_mut() {
                members.retain(|path, _| is_of(path));
                if members.is_empty() {
                    return None;
                }
            }
            Some(Definition::Setting { of, definition })
        }
    };
    all.into_iter().filter_map(only).collect()
}

fn stored<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json)
        .map_err(|error| Error::failed("a stored definition cannot be read", error))
}

/// Each type after those to which its fields refer: it could only be made when they were there.
fn in_order(mut left: Vec<TypeSpec>) -> Vec<TypeSpec> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |it: &TypeSpec| {
            let targets = it.fields.iter().filter_map(|field| field.to.as_ref());
            let mut others = targets.filter(|to| **to != it.name);
            others.any(|to| left.iter().any(|other| other.name == *to))
        };
        let next = left.iter().position(|it| !waits(it)).unwrap_or(0);
        ordered.push(left.remove(next));
    }
    ordered
}
