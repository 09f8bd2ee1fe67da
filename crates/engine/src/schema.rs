//! The engine's tables, and the tables that follow from the dictionary.
//!
//! What only adds is described as tables and applied at start; everything else is a numbered
//! migration that is never edited once released.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use base::{Error, Ids, Result, Uuid};
use dictionary::{ChoiceDef, Dictionary, FieldDef, Kind, Label, TypeDef, spine};
use store::{
    ColumnDef, ColumnKind, Condition, IndexColumn, IndexDef, Migration, Sql, Store, TableDef, Tx,
};

use crate::columns::columns_of;
use crate::permission::Role;
use crate::practice::Practice;
use crate::settings::{SettingRow, Settings};
use crate::{Roles, Snapshot, additions, customize, system};

/// The type whose tree decides which settings and role scopes apply.
pub(crate) const ORGANISATION: &str = "organisation";
/// Its field that names the organisation above.
pub(crate) const PARENT: &str = "parent";

/// Numbered steps. Released steps are never edited.
pub const MIGRATIONS: &[Migration] = &[Migration::new(
    1,
    "history, journal, outbox",
    "CREATE TABLE history (
        seq {identity}, tenant {uuid} NOT NULL, record {uuid} NOT NULL, record_type {text} NOT NULL,
        version {integer} NOT NULL, change_id {uuid} NOT NULL, unit_id {uuid} NOT NULL, cause {uuid},
        actor {uuid} NOT NULL, on_behalf_of {uuid}, surface {text} NOT NULL, action {text} NOT NULL,
        mode {text} NOT NULL, reason {text}, recorded_at {integer} NOT NULL, effective_at {integer} NOT NULL,
        rule_trace {text}, digests {text} NOT NULL, format {integer} NOT NULL,
        previous {bytes} NOT NULL, hash {bytes} NOT NULL){strict};
     CREATE UNIQUE INDEX history_record ON history (record, version);
     CREATE UNIQUE INDEX history_change ON history (change_id);
     CREATE INDEX history_unit ON history (unit_id);
     CREATE TABLE outbox (
        seq {identity}, tenant {uuid} NOT NULL, topic {text} NOT NULL, record {uuid} NOT NULL,
        record_type {text} NOT NULL, change_id {uuid} NOT NULL, recorded_at {integer} NOT NULL){strict};",
)
.with_native(
    "",
    // Rows of transactions that are still open have a mark at or above the oldest running one.
    "ALTER TABLE history ADD COLUMN transaction_mark BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);
     CREATE INDEX history_mark ON history (transaction_mark, seq);
     ALTER TABLE outbox ADD COLUMN transaction_mark BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);
     CREATE INDEX outbox_mark ON outbox (transaction_mark, seq);",
)];

/// Brings engine tables and built-in types up to date and returns the key that seals cursors.
pub fn prepare(store: &Store, built_in: &Dictionary, ids: &dyn Ids) -> Result<[u8; 32]> {
    let failed = |error| Error::failed("the database could not be prepared", error);
    store.migrate(MIGRATIONS).map_err(failed)?;
    let mut tables = engine_tables();
    tables.extend(system::tables());
    tables.push(spine_table());
    store.apply_tables(&tables).map_err(failed)?;
    apply_dictionary(store, built_in)?;
    let mut fresh = [0; 32];
    ids.fill(&mut fresh);
    store.write_blocking(move |tx| first_meta(tx, fresh))
}

/// Adds tables, columns, indexes and number sequences that the dictionary needs.
pub fn apply_dictionary(store: &Store, dictionary: &Dictionary) -> Result<()> {
    let tables: Vec<TableDef> = dictionary.types().map(|it| type_table(it)).collect();
    store
        .apply_tables(&tables)
        .map_err(|error| Error::failed("the tables of the types could not be made", error))?;
    let numbered: Vec<String> = dictionary
        .types()
        .filter(|it| it.number.is_some())
        .map(|it| it.name.clone())
        .collect();
    store.write_blocking(move |tx| {
        for name in &numbered {
            tx.ensure_sequence(name)?;
        }
        Ok(())
    })
}

fn first_meta(tx: &mut Tx<'_>, fresh_key: [u8; 32]) -> Result<[u8; 32]> {
    tx.batch(&[
        Sql::new(
            "INSERT INTO meta (name, number) VALUES ('version', 1) ON CONFLICT (name) DO NOTHING",
        ),
        Sql::new(
            "INSERT INTO meta (name, bytes) VALUES ('seal_key', ?) ON CONFLICT (name) DO NOTHING",
        )
        .bind(fresh_key.to_vec()),
    ])?;
    let row = tx.query_one(&Sql::new("SELECT bytes FROM meta WHERE name = 'seal_key'"))?;
    let mut key = [0; 32];
    let stored = row.need_bytes(0)?;
    if stored.len() != key.len() {
        return Err(Error::failed(
            "the key that seals cursors is damaged",
            "wrong length",
        ));
    }
    key.copy_from_slice(stored);
    Ok(key)
}

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

fn column(name: &str, kind: ColumnKind) -> ColumnDef {
    ColumnDef::new(name, kind)
}

/// A table from `name kind` pairs, where `!` marks columns that need a value.
pub(crate) fn table(name: &str, columns: &[(&str, ColumnKind)], primary_key: &[&str]) -> TableDef {
    let mut table = TableDef::new(name);
    for (column_name, kind) in columns {
        table.columns.push(match column_name.strip_suffix('!') {
            Some(required) => column(required, *kind).required(),
            None => column(column_name, *kind),
        });
    }
    table.primary_key = primary_key.iter().map(|it| (*it).to_owned()).collect();
    table
}

/// An index over ascending columns; `-name` descends, `?name` sorts nulls last.
pub(crate) fn index(
    name: impl Into<String>,
    columns: &[&str],
    unique: bool,
    conditions: Vec<Condition>,
) -> IndexDef {
    let columns = columns
        .iter()
        .map(|it| match (it.strip_prefix('-'), it.strip_prefix('?')) {
            (Some(name), _) => IndexColumn::Descending(name.to_owned()),
            (_, Some(name)) => IndexColumn::IsNull(name.to_owned()),
            _ => IndexColumn::Ascending((*it).to_owned()),
        });
    IndexDef {
        name: name.into(),
        columns: columns.collect(),
        unique,
        conditions,
    }
}

fn engine_tables() -> Vec<TableDef> {
    use ColumnKind::{Bytes, Integer, Text, Uuid as Id};
    let mut journal = table(
        "journal",
        &[
            ("id!", Id),
            ("tenant!", Id),
            ("record!", Id),
            ("visibility!", Text),
            ("text!", Text),
            ("author!", Id),
            ("on_behalf_of", Id),
            ("written_at!", Integer),
            ("minutes_worked", Integer),
            ("change_id!", Id),
        ],
        &["id"],
    );
    journal.indexes.push(index(
        "journal_record",
        &["record", "written_at", "id"],
        false,
        vec![],
    ));
    let mut link = table(
        "link",
        &[
            ("tenant!", Id),
            ("from_record!", Id),
            ("kind!", Text),
            ("to_record!", Id),
            ("is_primary!", Integer),
            ("created_at!", Integer),
            ("created_by!", Id),
        ],
        &["from_record", "kind", "to_record"],
    );
    link.indexes
        .push(index("link_to", &["to_record", "kind"], false, vec![]));
    let mut reader = table(
        "record_reader",
        &[
            ("record!", Id),
            ("reader!", Id),
            ("source!", Text),
            ("record_type!", Text),
            ("tenant!", Id),
        ],
        &["record", "reader", "source"],
    );
    reader.indexes.push(index(
        "record_reader_who",
        &["reader", "record_type", "record"],
        false,
        vec![],
    ));
    let mut job = table(
        "job",
        &[
            ("id!", Id),
            ("kind!", Text),
            ("payload!", Text),
            ("state!", Text),
            ("run_at!", Integer),
            ("attempts!", Integer),
            ("leased_until", Integer),
            ("leased_by", Id),
            ("last_error", Text),
            ("created_at!", Integer),
            ("finished_at", Integer),
            ("unique_key", Text),
        ],
        &["id"],
    );
    job.indexes
        .push(index("job_due", &["state", "run_at"], false, vec![]));
    let waiting = vec![Condition::IsNotNull("unique_key".to_owned())];
    job.indexes
        .push(index("job_unique", &["unique_key"], true, waiting));
    let setting_columns = [
        ("tenant!", Id),
        ("organisation!", Id),
        ("key!", Text),
        ("value!", Text),
        ("changed_at!", Integer),
        ("changed_by!", Id),
    ];
    let mut setting_change = table(
        "setting_change",
        &[
            ("id!", Id),
            ("tenant!", Id),
            ("organisation!", Id),
            ("key!", Text),
            ("before", Text),
            ("after", Text),
            ("changed_at!", Integer),
            ("changed_by!", Id),
        ],
        &["id"],
    );
    setting_change.indexes.push(index(
        "setting_change_key",
        &["tenant", "key", "changed_at"],
        false,
        vec![],
    ));
    let mut external_key = table(
        "external_key",
        &[
            ("tenant!", Id),
            ("source!", Text),
            ("record_type!", Text),
            ("key!", Text),
            ("record!", Id),
            ("position!", Integer),
        ],
        &["tenant", "source", "record_type", "key"],
    );
    external_key
        .indexes
        .push(index("external_key_record", &["record"], false, vec![]));
    vec![
        table(
            "meta",
            &[("name!", Text), ("number", Integer), ("bytes", Bytes)],
            &["name"],
        ),
        table(
            "history_value",
            &[("change_id!", Id), ("record!", Id), ("fields!", Text)],
            &["change_id"],
        ),
        table(
            "history_block",
            &[
                ("height!", Integer),
                ("from_mark!", Integer),
                ("to_mark!", Integer),
                ("rows!", Integer),
                ("root!", Bytes),
                ("previous!", Bytes),
                ("hash!", Bytes),
                ("sealed_at!", Integer),
            ],
            &["height"],
        ),
        journal,
        link,
        reader,
        job,
        table(
            "setting",
            &setting_columns,
            &["tenant", "organisation", "key"],
        ),
        setting_change,
        table(
            "custom_type",
            &[("name!", Text), ("definition!", Text)],
            &["name"],
        ),
        table(
            "custom_field",
            &[
                ("record_type!", Text),
                ("name!", Text),
                ("position!", Integer),
                ("definition!", Text),
            ],
            &["record_type", "name"],
        ),
        table(
            "imported_choice",
            &[("record_type!", Text), ("field!", Text), ("code!", Text)],
            &["record_type", "field", "code"],
        ),
        external_key,
        table(
            "import_checkpoint",
            &[
                ("digest!", Text),
                ("line!", Integer),
                ("changed_at!", Integer),
            ],
            &["digest"],
        ),
    ]
}

/// The spine: every business record once.
fn spine_table() -> TableDef {
    let mut spine = record_columns("record", &spine::fields());
    spine
        .columns
        .insert(2, column("record_type", ColumnKind::Text).required());
    let live = || vec![Condition::IsNull("deleted_at".to_owned())];
    spine.indexes = vec![
        index(
            "record_type_created",
            &["tenant", "record_type", "-created_at", "-id"],
            false,
            live(),
        ),
        index(
            "record_number",
            &["tenant", "number__key"],
            false,
            vec![Condition::IsNotNull("number__key".to_owned())],
        ),
        index(
            "record_team",
            &[
                "team",
                "open",
                "?priority",
                "priority",
                "-created_at",
                "-id",
            ],
            false,
            live(),
        ),
        index(
            "record_assignee",
            &["assignee", "open", "-created_at", "-id"],
            false,
            live(),
        ),
        index(
            "record_requester",
            &["requester", "-created_at", "-id"],
            false,
            live(),
        ),
    ];
    spine
}

fn record_columns(name: &str, fields: &[FieldDef]) -> TableDef {
    let mut table = table(
        name,
        &[
            ("id!", ColumnKind::Uuid),
            ("tenant!", ColumnKind::Uuid),
            ("deleted_at", ColumnKind::Integer),
        ],
        &["id"],
    );
    for field in fields {
        for (name, kind) in columns_of(field) {
            let stamped = matches!(
                field.name.as_str(),
                spine::CREATED_AT | spine::UPDATED_AT | spine::VERSION
            );
            let definition = column(&name, kind);
            table.columns.push(if stamped {
                definition.required()
            } else {
                definition
            });
        }
    }
    table
}

/// The table of a type: all spine columns, then its own, with the indexes its fields ask for.
#[must_use]
pub fn type_table(record_type: &TypeDef) -> TableDef {
    let mut fields: BTreeMap<String, FieldDef> = spine::fields()
        .into_iter()
        .map(|it| (it.name.clone(), it))
        .collect();
    let own: Vec<FieldDef> = record_type
        .fields
        .iter()
        .filter(|it| !spine::is_spine(&it.name))
        .cloned()
        .collect();
    for field in record_type
        .fields
        .iter()
        .filter(|it| spine::is_spine(&it.name))
    {
        fields.insert(field.name.clone(), field.clone());
    }
    let ordered: Vec<FieldDef> = spine::fields()
        .into_iter()
        .filter_map(|it| fields.remove(&it.name))
        .chain(own)
        .collect();
    let mut table = record_columns(&record_type.table, &ordered);
    table.columns.push(column("chain", ColumnKind::Bytes));
    table.indexes = type_indexes(record_type);
    table
}

fn type_indexes(record_type: &TypeDef) -> Vec<IndexDef> {
    let name = &record_type.table;
    let live = || vec![Condition::IsNull("deleted_at".to_owned())];
    let mut indexes = vec![
        index(
            format!("{name}_created"),
            &["tenant", "-created_at", "-id"],
            false,
            live(),
        ),
        index(
            format!("{name}_updated"),
            &["tenant", "-updated_at", "-id"],
            false,
            live(),
        ),
    ];
    if record_type.number.is_some() {
        indexes.push(index(
            format!("{name}_number"),
            &["tenant", "number__key"],
            true,
            vec![],
        ));
    }
    if record_type.field(spine::TEAM).is_some() && record_type.lifecycle.is_some() {
        indexes.push(index(
            format!("{name}_team"),
            &[
                "team",
                "open",
                "?priority",
                "priority",
                "-created_at",
                "-id",
            ],
            false,
            live(),
        ));
        indexes.push(index(
            format!("{name}_open"),
            &[
                "tenant",
                "open",
                "?priority",
                "priority",
                "-created_at",
                "-id",
            ],
            false,
            live(),
        ));
    }
    for spine_reference in [spine::ASSIGNEE, spine::REQUESTER] {
        if record_type.field(spine_reference).is_some() {
            indexes.push(index(
                format!("{name}_{spine_reference}"),
                &[spine_reference, "-created_at", "-id"],
                false,
                live(),
            ));
        }
    }
    if record_type.lifecycle.is_some() {
        indexes.push(index(
            format!("{name}_state"),
            &["tenant", "state", "-created_at", "-id"],
            false,
            live(),
        ));
    }
    for field in &record_type.fields {
        let key = if field.kind.is_keyed_text() {
            format!("{}__key", field.column)
        } else {
            field.column.clone()
        };
        let short = index_name(name, &field.column);
        if field.unique {
            let mut conditions = live();
            conditions.push(Condition::IsNotNull(key.clone()));
            indexes.push(index(
                format!("{short}_unique"),
                &["tenant", &key],
                true,
                conditions,
            ));
        } else if field.indexed
            && !spine::is_spine(&field.name)
            && !matches!(field.kind, Kind::LongText | Kind::Json)
        {
            indexes.push(index(
                format!("{short}_by"),
                &[&key, "-created_at", "-id"],
                false,
                live(),
            ));
        }
    }
    indexes
}

/// Index names are at most 63 bytes on PostgreSQL.
fn index_name(table: &str, column: &str) -> String {
    let name = format!("{table}_{column}");
    if name.len() <= 52 {
        name
    } else {
        format!("{}_{:08x}", &name[..43], fold(&name))
    }
}

fn fold(text: &str) -> u32 {
    text.bytes().fold(2_166_136_261, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    })
}
