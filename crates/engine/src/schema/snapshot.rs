//! Reading dictionary, settings and roles from the database, as one snapshot of one version.

use foldhash::{HashMap, HashMapExt};
use std::sync::Arc;

use base::{Error, Result, Uuid};
use dictionary::{ChoiceDef, Dictionary, Label, TypeDef};
use store::{Sql, Store, Tx};

use super::{ORGANISATION, PARENT};
use crate::permission::Role;
use crate::practice::Practice;
use crate::read::Readable;
use crate::settings::{SettingRow, Settings};
use crate::snapshot::Worlds;
use crate::system::tenant;
use crate::{Roles, Snapshot, additions, customize};

/// Reads dictionary, settings and roles of all tenants as the database has them now.
pub(crate) fn load_worlds(
    store: &Store,
    built_in: &Dictionary,
    practices: &[Practice],
    default_roles: &[Role],
) -> Result<Worlds> {
    let has_tree = built_in
        .record_type(ORGANISATION)
        .is_some_and(|it| it.field(PARENT).is_some());
    let stored = store.read_blocking(move |tx| Stored::read(tx, has_tree))?;
    let declared = practices.iter().flat_map(|it| it.settings.iter().copied());
    let mut settings = Settings::new(
        declared
            .chain(additions::settings())
            .chain(crate::system::attachment::settings())
            .chain(crate::system::branding::settings()),
        stored.settings,
        stored.parents,
    )
    .map_err(|error| Error::failed("a setting cannot be read", error))?;
    settings.set_default(additions::ROLES, additions::write_roles(default_roles));
    let roles = settings
        .rows_of(additions::ROLES)
        .map(|(tenant, json)| (tenant, json.clone()));
    let roles = Roles::new(
        default_roles.to_vec(),
        additions::roles_of_tenants(built_in, roles),
    );
    let common = Snapshot {
        dictionary: Arc::new(built_in.clone()),
        settings: Arc::new(settings),
        roles: Arc::new(roles),
        version: stored.version,
        readable: Readable::default(),
    };
    let of_version = |mut dictionary: Dictionary| {
        dictionary.version = stored.version;
        Arc::new(Snapshot {
            dictionary: Arc::new(dictionary),
            ..common.clone()
        })
    };
    let mut own: HashMap<Uuid, Dictionary> = HashMap::new();
    for (tenant, defined) in &stored.definitions {
        let mut dictionary = customize::extend(built_in, &defined.types, &defined.fields)?;
        for (record_type, field, code) in &defined.choices {
            dictionary = with_imported_choice(&dictionary, record_type, field, code)?;
        }
        own.insert(*tenant, dictionary);
    }
    for key in additions::OF_DICTIONARY {
        for (tenant, json) in common.settings.rows_of(key) {
            let current = own.entry(tenant).or_insert_with(|| built_in.clone());
            match additions::extend(current, key, json) {
                Ok(extended) => *current = extended,
                // What was checked when it was stored may no longer fit after an upgrade; the rest must still start.
                Err(message) => {
                    tracing::error!(key, %tenant, %message, "a setting no longer fits and is left out");
                }
            }
        }
    }
    let own = own.into_iter().map(|(tenant, it)| (tenant, of_version(it)));
    Ok(Worlds {
        own: own.collect(),
        common: of_version(built_in.clone()),
        first: stored.first,
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
    first: Option<Uuid>,
    definitions: HashMap<Uuid, Definitions>,
}

/// What a tenant defined: types, fields with their types, choices that an import met.
#[derive(Default)]
struct Definitions {
    types: Vec<String>,
    fields: Vec<(String, String)>,
    choices: Vec<(String, String, String)>,
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
        let mut definitions: HashMap<Uuid, Definitions> = HashMap::new();
        let text = |row: &store::Row, at: usize| row.need_text(at).map(str::to_owned);
        let types = "SELECT tenant, definition FROM custom_type ORDER BY name";
        for row in tx.query(&Sql::new(types))? {
            let own = definitions.entry(row.need_uuid(0)?).or_default();
            own.types.push(text(&row, 1)?);
        }
        let fields = "SELECT tenant, record_type, definition FROM custom_field ORDER BY record_type, position, name";
        for row in tx.query(&Sql::new(fields))? {
            let own = definitions.entry(row.need_uuid(0)?).or_default();
            own.fields.push((text(&row, 1)?, text(&row, 2)?));
        }
        let choices = "SELECT tenant, record_type, field, code FROM imported_choice ORDER BY record_type, field, code";
        for row in tx.query(&Sql::new(choices))? {
            let own = definitions.entry(row.need_uuid(0)?).or_default();
            own.choices
                .push((text(&row, 1)?, text(&row, 2)?, text(&row, 3)?));
        }
        Ok(Self {
            version,
            settings,
            parents,
            first: tenant::all(tx)?.first().copied(),
            definitions,
        })
    }
}
