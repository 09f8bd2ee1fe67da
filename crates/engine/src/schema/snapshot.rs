//! Reading dictionary, settings and roles from the database, as one snapshot of one version.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Error, Result, Uuid};
use dictionary::{ChoiceDef, Dictionary, Label, TypeDef};
use store::{Sql, Store, Tx};

use super::{ORGANISATION, PARENT};
use crate::permission::Role;
use crate::practice::Practice;
use crate::settings::{SettingRow, Settings};
use crate::{Roles, Snapshot, additions, customize};

/// Reads dictionary, settings and roles as the database has them now.
pub fn load_snapshot(
    store: &Store,
    built_in: &Dictionary,
    practices: &[Practice],
    default_roles: &[Role],
) -> Result<Snapshot> {
    let has_tree = built_in
        .record_type(ORGANISATION)
        .is_some_and(|it| it.field(PARENT).is_some());
    let stored = store.read_blocking(move |tx| Stored::read(tx, has_tree))?;
    let mut dictionary = customize::extend(built_in, &stored.custom_types, &stored.custom_fields)?;
    for (record_type, field, code) in &stored.imported_choices {
        dictionary = with_imported_choice(&dictionary, record_type, field, code)?;
    }
    let declared = practices.iter().flat_map(|it| it.settings.iter().copied());
    let mut settings = Settings::new(
        declared.chain(additions::settings()),
        stored.settings,
        stored.parents,
    )
    .map_err(|error| Error::failed("a setting cannot be read", error))?;
    settings.set_default(additions::ROLES, additions::write_roles(default_roles));
    for key in [additions::CHOICES, additions::STATES] {
        dictionary = with_additions(dictionary, &settings, key);
    }
    dictionary.version = stored.version;
    let roles = settings
        .rows_of(additions::ROLES)
        .map(|(tenant, json)| (tenant, json.clone()));
    let roles = Roles::new(
        default_roles.to_vec(),
        additions::roles_of_tenants(&dictionary, roles),
    );
    Ok(Snapshot {
        dictionary: Arc::new(dictionary),
        settings: Arc::new(settings),
        roles: Arc::new(roles),
        version: stored.version,
    })
}

/// What was checked when it was stored may no longer fit after an upgrade; the rest must still start.
fn with_additions(dictionary: Dictionary, settings: &Settings, key: &'static str) -> Dictionary {
    settings
        .rows_of(key)
        .fold(dictionary, |current, (tenant, json)| {
            additions::extend(&current, key, json).unwrap_or_else(|message| {
                tracing::error!(key, %tenant, %message, "a setting no longer fits and is left out");
                current
            })
        })
}

fn with_imported_choice(
    dictionary: &Dictionary,
    of: &str,
    field: &str,
    code: &str,
) -> Result<Dictionary> {
    let add = |record_type: &mut TypeDef| {
        let Some(mut changed) = record_type.field(field).cloned() else {
            return;
        };
        if changed.choice(code).is_none() {
            changed.choices.push(ChoiceDef {
                code: code.to_owned(),
                label: Label::custom(code),
                when: Vec::new(),
                active: false,
            });
            record_type.put_field(changed);
        }
    };
    dictionary
        .with_changed(of, add)
        .map_err(|error| Error::failed("an imported choice does not fit", error))
}

struct Stored {
    version: i64,
    settings: Vec<SettingRow>,
    parents: HashMap<Uuid, Uuid>,
    custom_types: Vec<String>,
    custom_fields: Vec<(String, String)>,
    imported_choices: Vec<(String, String, String)>,
}

impl Stored {
    fn read(tx: &mut Tx<'_>, has_tree: bool) -> Result<Self> {
        let version = tx
            .query_one(&Sql::new("SELECT number FROM meta WHERE name = 'version'"))?
            .need_integer(0)?;
        let mut settings = Vec::new();
        for row in tx.query(&Sql::new(
            "SELECT tenant, organisation, key, value FROM setting",
        ))? {
            let value = serde_json::from_str(row.need_text(3)?)
                .map_err(|error| Error::failed("a setting is no JSON", error))?;
            settings.push(SettingRow {
                tenant: row.need_uuid(0)?,
                organisation: row.uuid(1)?.filter(|it| !it.is_nil()),
                key: row.need_text(2)?.to_owned(),
                value,
            });
        }
        let mut parents = HashMap::new();
        if has_tree {
            let tree = "SELECT id, parent FROM organisation WHERE parent IS NOT NULL AND deleted_at IS NULL";
            for row in tx.query(&Sql::new(tree))? {
                parents.insert(row.need_uuid(0)?, row.need_uuid(1)?);
            }
        }
        let texts = |row: &store::Row, count: usize| -> Result<Vec<String>> {
            (0..count)
                .map(|at| Ok(row.need_text(at)?.to_owned()))
                .collect()
        };
        let mut custom_types = Vec::new();
        for row in tx.query(&Sql::new(
            "SELECT definition FROM custom_type ORDER BY name",
        ))? {
            custom_types.push(row.need_text(0)?.to_owned());
        }
        let mut custom_fields = Vec::new();
        for row in tx.query(&Sql::new(
            "SELECT record_type, definition FROM custom_field ORDER BY record_type, position, name",
        ))? {
            let both = texts(&row, 2)?;
            custom_fields.push((both[0].clone(), both[1].clone()));
        }
        let mut imported_choices = Vec::new();
        for row in tx.query(&Sql::new("SELECT record_type, field, code FROM imported_choice ORDER BY record_type, field, code"))? {
            let three = texts(&row, 3)?;
            imported_choices.push((three[0].clone(), three[1].clone(), three[2].clone()));
        }
        Ok(Self {
            version,
            settings,
            parents,
            custom_types,
            custom_fields,
            imported_choices,
        })
    }
}
