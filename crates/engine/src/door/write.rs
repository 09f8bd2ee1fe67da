//! Storing a checked change: spine and type row, history, journal, lists beside the record, outbox.
//! All statements of a change go to the database in one batch.

use std::collections::BTreeMap;

use base::{Error, Message, Refused, Result, Timestamp, Uuid};
use dictionary::{FieldDef, TypeDef, Value, spine};
use serde_json::{Value as Json, json};
use store::{Sql, SqlValue, StoreError};

use super::load::Opened;
use super::{Loaded, instant_of};
use crate::change::{Action, Change, Comment, Mode, Outcome};
use crate::columns::{columns_of, to_columns};
use crate::draft::{Draft, DraftParts, TraceEntry, Values};
use crate::history::verify::comment_digest;
use crate::history::{FieldDiff, GENESIS, HistoryRow, SALT_BYTES};
use crate::outbox;
use crate::schema::{ORGANISATION, PARENT};
use crate::unit::{Applied, CachedRecord, Unit};

/// What storing gave: the answer, and what reactions see; nothing where nothing changed.
pub(super) struct Stored {
    pub outcome: Outcome,
    pub applied: Option<Applied>,
}

/// A change that passed all checks. Only [`store`] makes one, from a draft without problems.
struct Checked {
    parts: DraftParts,
    before: Values,
    version: i64,
    previous: Vec<u8>,
    recorded_at: Timestamp,
    effective_at: Timestamp,
    change_id: Uuid,
    journal_entry: Option<Uuid>,
}

/// Stores the draft.
pub(super) fn store(
    unit: &mut Unit<'_, '_>,
    draft: Draft,
    change: &Change,
    opened: &Opened,
) -> Result<Stored> {
    let mut checked = make_checked(unit, draft, &opened.loaded);
    if checked.parts.before.is_none() {
        number(unit, &mut checked, change, opened.number)?;
    }
    let fields = diff(unit, &checked, change)?;
    if fields.is_empty() && !change.event {
        return Ok(unchanged(&checked));
    }
    stamp(&mut checked);
    let mut statements = record_statements(unit, &checked, change);
    let (history, hash) = history_statements(unit, &checked, change, fields);
    put_chain(&mut statements, &checked, &hash);
    let mut all = statements.into_sql();
    all.extend(history);
    all.extend(journal_statement(unit, &checked, change));
    all.extend(beside_statements(unit, &checked, change));
    // A replayed fact happened long ago: nobody is told of it now.
    if matches!(checked.parts.mode, Mode::Live) {
        all.push(outbox::statement(
            unit.ctx.tenant,
            &checked.parts.record_type.name,
            checked.parts.record,
            checked.change_id,
            checked.parts.action.name(),
            checked.recorded_at,
        ));
    }
    if moves_tree(&checked) {
        all.push(Sql::new(
            "UPDATE meta SET number = number + 1 WHERE name = 'version'",
        ));
    }
    unit.tx
        .batch(&all)
        .map_err(|error| clash(error, &checked.parts.record_type))?;
    remember(unit, &checked, hash);
    Ok(finished(checked))
}

fn make_checked(unit: &mut Unit<'_, '_>, draft: Draft, loaded: &Loaded) -> Checked {
    let parts = draft.into_parts();
    let count = parts.record_type.fields.len();
    let (version, previous, updated_at) = match loaded {
        Loaded::New => (0, GENESIS.to_vec(), None),
        Loaded::Existing {
            version,
            chain,
            values,
            ..
        } => {
            let index = parts.record_type.field_index(spine::UPDATED_AT);
            (
                *version,
                chain.clone(),
                index.and_then(|index| values[index].as_instant()),
            )
        }
    };
    // Instants of one record never go back, even where the machine's clock does.
    let recorded_at = updated_at.map_or(unit.ctx.now, |it| it.max(unit.ctx.now));
    let effective_at = match parts.mode {
        Mode::Live => recorded_at,
        Mode::Replay { .. } => instant_of(parts.mode, recorded_at),
    };
    Checked {
        before: parts
            .before
            .clone()
            .unwrap_or_else(|| vec![Value::Null; count]),
        version,
        previous,
        recorded_at,
        effective_at,
        change_id: unit.new_id(),
        journal_entry: parts.comment.as_ref().map(|_| unit.new_id()),
        parts,
    }
}

fn number(
    unit: &mut Unit<'_, '_>,
    checked: &mut Checked,
    change: &Change,
    drawn: Option<i64>,
) -> Result<()> {
    let Some(format) = checked.parts.record_type.number.clone() else {
        return Ok(());
    };
    let name = checked.parts.record_type.name.clone();
    let number = match &change.number {
        Some(given) => {
            let digits: String = given.chars().filter(char::is_ascii_digit).collect();
            if let Ok(digits) = digits.parse::<i64>() {
                unit.tx.raise_number(&name, digits)?;
            }
            given.clone()
        }
        None => match drawn {
            Some(drawn) => format.format(drawn),
            None => format.format(unit.tx.next_number(&name)?),
        },
    };
    if let Some(index) = checked.parts.record_type.field_index(spine::NUMBER) {
        checked.parts.after[index] = Value::Text(number);
    }
    Ok(())
}

/// Fields that the history leaves out, because each of its rows says them anyway.
fn is_stamp(name: &str) -> bool {
    matches!(name, spine::CREATED_AT | spine::UPDATED_AT | spine::VERSION)
}

/// What changed, with a fresh salt for each field.
fn diff(
    unit: &mut Unit<'_, '_>,
    checked: &Checked,
    change: &Change,
) -> Result<BTreeMap<String, FieldDiff>> {
    let mut fields: BTreeMap<String, (Json, Json)> = BTreeMap::new();
    for (index, field) in checked.parts.record_type.fields.iter().enumerate() {
        let (before, after) = (&checked.before[index], &checked.parts.after[index]);
        if before != after && !is_stamp(&field.name) {
            fields.insert(field.name.clone(), (before.to_json(), after.to_json()));
        }
    }
    if let Some((comment, entry)) = checked.parts.comment.as_ref().zip(checked.journal_entry) {
        let told = json!({
            "entry": entry, "visibility": comment.visibility.code(), "digest": comment_digest(&comment.text),
            "minutes_worked": comment.minutes_worked,
        });
        fields.insert("@comment".to_owned(), (Json::Null, told));
    }
    if let Some((name, before, after)) = diff_beside(unit, checked, change)? {
        fields.insert(name.to_owned(), (before, after));
    }
    let mut salted = BTreeMap::new();
    for (name, (before, after)) in fields {
        let mut salt = [0; SALT_BYTES];
        unit.fill(&mut salt);
        salted.insert(
            name,
            FieldDiff {
                before,
                after,
                salt,
            },
        );
    }
    Ok(salted)
}

/// What a change of links, followers or deletion did; nothing where it was so already.
fn diff_beside(
    unit: &mut Unit<'_, '_>,
    checked: &Checked,
    change: &Change,
) -> Result<Option<(&'static str, Json, Json)>> {
    let record = checked.parts.record;
    Ok(match change.action() {
        Action::Delete => Some(("@deleted", json!(false), json!(true))),
        Action::Restore => Some(("@deleted", json!(true), json!(false))),
        Action::Link { kind, to, primary } => {
            check_link(unit, record, *to)?;
            let told = json!({ "kind": kind, "to": to, "primary": primary });
            (link_is(unit, record, kind, *to)? != Some(*primary)).then_some((
                "@link",
                Json::Null,
                told,
            ))
        }
        Action::Unlink { kind, to } => {
            let told = json!({ "kind": kind, "to": to });
            link_is(unit, record, kind, *to)?.map(|_| ("@link", told, Json::Null))
        }
        Action::Follow(person) => {
            (!follows(unit, record, *person)?).then(|| ("@follower", Json::Null, json!(person)))
        }
        Action::Unfollow(person) => {
            follows(unit, record, *person)?.then(|| ("@follower", json!(person), Json::Null))
        }
        _ => None,
    })
}

fn check_link(unit: &mut Unit<'_, '_>, record: Uuid, to: Uuid) -> Result<()> {
    if record == to {
        return Err(Refused::field("to", Message::new("link-to-itself")).into());
    }
    let readable = match unit.type_of(to)? {
        Some(found) => {
            unit.fetch(&found, &[to])?;
            let is_reader = unit.is_reader(&found, to)?;
            unit.memory.cache.get(&to).is_some_and(|cached| {
                let value = |name: &str| {
                    found
                        .field_index(name)
                        .map_or(Value::Null, |index| cached.values[index].clone())
                };
                !cached.deleted
                    && unit.ctx.may(
                        &found.name,
                        "read",
                        &crate::SpineRow {
                            value: &value,
                            is_reader,
                        },
                    )
            })
        }
        None => false,
    };
    if readable {
        Ok(())
    } else {
        Err(Refused::field("to", Message::new("reference-unknown").with("id", to)).into())
    }
}

fn link_is(unit: &mut Unit<'_, '_>, record: Uuid, kind: &str, to: Uuid) -> Result<Option<bool>> {
    let sql = Sql::new(
        "SELECT is_primary FROM link WHERE from_record = ? AND kind = ? AND to_record = ?",
    );
    let row = unit
        .tx
        .query_optional(&sql.bind(record).bind(kind).bind(to))?;
    Ok(row.map(|it| it.need_boolean(0)).transpose()?)
}

fn follows(unit: &mut Unit<'_, '_>, record: Uuid, person: Uuid) -> Result<bool> {
    let sql = Sql::new(
        "SELECT 1 FROM record_reader WHERE record = ? AND reader = ? AND source = 'follower'",
    );
    Ok(unit
        .tx
        .query_optional(&sql.bind(record).bind(person))?
        .is_some())
}

fn unchanged(checked: &Checked) -> Stored {
    Stored {
        outcome: Outcome {
            record: checked.parts.record,
            number: number_of(&checked.parts.record_type, &checked.parts.after),
            version: checked.version,
            change_id: Uuid::nil(),
            changed: false,
            still_visible: true,
            journal_entry: None,
            reports: checked.parts.reports.clone(),
        },
        applied: None,
    }
}

fn number_of(record_type: &TypeDef, values: &Values) -> Option<String> {
    let index = record_type.field_index(spine::NUMBER)?;
    values[index].as_text().map(str::to_owned)
}

/// Version and instants of the row as it will be stored.
fn stamp(checked: &mut Checked) {
    checked.version += 1;
    let is_new = checked.parts.before.is_none();
    let mut put = |name: &str, value: Value| {
        if let Some(index) = checked.parts.record_type.field_index(name) {
            checked.parts.after[index] = value;
        }
    };
    put(spine::VERSION, Value::Integer(checked.version));
    put(spine::UPDATED_AT, Value::Instant(checked.recorded_at));
    if is_new {
        put(spine::CREATED_AT, Value::Instant(checked.recorded_at));
    }
}

/// The statements for spine and type row, before the chain's new end is known.
struct RowStatements {
    record: Uuid,
    is_new: bool,
    spine: Vec<(String, SqlValue)>,
    own: Vec<(String, SqlValue)>,
    table: String,
}

fn record_statements(unit: &Unit<'_, '_>, checked: &Checked, change: &Change) -> RowStatements {
    let record_type = &checked.parts.record_type;
    let is_new = checked.parts.before.is_none();
    let mut spine_columns = Vec::new();
    let mut own_columns = Vec::new();
    for (index, field) in record_type.fields.iter().enumerate() {
        let after = &checked.parts.after[index];
        if checked.before[index] == *after {
            continue;
        }
        let columns = columns_with_values(field, after);
        if spine::is_spine(&field.name) {
            spine_columns.extend(columns.iter().cloned());
        }
        own_columns.extend(columns);
    }
    let deleted = match change.action() {
        Action::Delete => Some(SqlValue::Integer(checked.recorded_at.micros())),
        Action::Restore => Some(SqlValue::Null),
        _ => None,
    };
    for columns in [&mut spine_columns, &mut own_columns] {
        columns.extend(deleted.clone().map(|it| ("deleted_at".to_owned(), it)));
        if is_new {
            columns.push(("id".to_owned(), SqlValue::Uuid(checked.parts.record)));
            columns.push(("tenant".to_owned(), SqlValue::Uuid(unit.ctx.tenant)));
        }
    }
    if is_new {
        spine_columns.push((
            "record_type".to_owned(),
            SqlValue::Text(record_type.name.clone()),
        ));
    }
    RowStatements {
        record: checked.parts.record,
        is_new,
        spine: spine_columns,
        own: own_columns,
        table: record_type.table.clone(),
    }
}

fn columns_with_values(field: &FieldDef, value: &Value) -> Vec<(String, SqlValue)> {
    let mut values = Vec::with_capacity(2);
    to_columns(field, value, &mut values);
    columns_of(field)
        .into_iter()
        .map(|(name, _)| name)
        .zip(values)
        .collect()
}

fn put_chain(statements: &mut RowStatements, _checked: &Checked, hash: &[u8; 32]) {
    statements
        .own
        .push(("chain".to_owned(), SqlValue::Bytes(hash.to_vec())));
}

impl RowStatements {
    fn into_sql(self) -> Vec<Sql> {
        [("record", self.spine), (self.table.as_str(), self.own)]
            .into_iter()
            .map(|(table, columns)| {
                if self.is_new {
                    insert(table, columns)
                } else {
                    update(table, columns, self.record)
                }
            })
            .collect()
    }
}

fn insert(table: &str, columns: Vec<(String, SqlValue)>) -> Sql {
    let mut sql = Sql::new("INSERT INTO ");
    sql.identifier(table).push(" (");
    for (index, (name, _)) in columns.iter().enumerate() {
        if index > 0 {
            sql.push(", ");
        }
        sql.identifier(name);
    }
    sql.push(") VALUES (")
        .arg_list(columns.into_iter().map(|(_, value)| value))
        .push(")");
    sql
}

fn update(table: &str, columns: Vec<(String, SqlValue)>, record: Uuid) -> Sql {
    let mut sql = Sql::new("UPDATE ");
    sql.identifier(table).push(" SET ");
    for (index, (name, value)) in columns.into_iter().enumerate() {
        if index > 0 {
            sql.push(", ");
        }
        sql.identifier(&name).push(" = ").arg(value);
    }
    sql.push(" WHERE id = ").arg(record);
    sql
}

fn history_statements(
    unit: &Unit<'_, '_>,
    checked: &Checked,
    change: &Change,
    fields: BTreeMap<String, FieldDiff>,
) -> (Vec<Sql>, [u8; 32]) {
    let row = HistoryRow {
        tenant: unit.ctx.tenant,
        record: checked.parts.record,
        record_type: &checked.parts.record_type.name,
        version: checked.version,
        change_id: checked.change_id,
        unit_id: unit.unit_id,
        cause: unit.cause,
        actor: actor(unit, change),
        on_behalf_of: change.on_behalf_of,
        surface: unit.ctx.surface.code(),
        action: checked.parts.action.name(),
        mode: if matches!(checked.parts.mode, Mode::Live) {
            "live"
        } else {
            "replay"
        },
        reason: change.reason.as_deref(),
        recorded_at: checked.recorded_at,
        effective_at: checked.effective_at,
        rule_trace: trace(&checked.parts.trace),
        fields,
    };
    row.statements(&checked.previous)
}

/// Who is recorded: the actor, or in a replay the person whom the source names.
fn actor(unit: &Unit<'_, '_>, change: &Change) -> Uuid {
    match change.mode {
        Mode::Replay { .. } => change.recorded_actor.unwrap_or(unit.ctx.actor.person),
        Mode::Live => unit.ctx.actor.person,
    }
}

fn trace(entries: &[TraceEntry]) -> Option<String> {
    if entries.is_empty() {
        return None;
    }
    let entries: Vec<Json> = entries
        .iter()
        .map(|it| {
            let why = it.why.as_ref().map(|why| {
                let args: serde_json::Map<String, Json> = why
                    .args
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), Json::from(value.as_str())))
                    .collect();
                json!({ "key": why.key, "args": args })
            });
            json!({ "field": it.field, "rule": it.rule, "why": why })
        })
        .collect();
    Some(Json::Array(entries).to_string())
}

fn journal_statement(unit: &Unit<'_, '_>, checked: &Checked, change: &Change) -> Option<Sql> {
    let comment: &Comment = checked.parts.comment.as_ref()?;
    let insert = Sql::new(
        "INSERT INTO journal (id, tenant, record, visibility, text, author, on_behalf_of, written_at, minutes_worked, change_id) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    let statement = insert
        .bind(checked.journal_entry)
        .bind(unit.ctx.tenant)
        .bind(checked.parts.record)
        .bind(comment.visibility.code())
        .bind(comment.text.as_str())
        .bind(actor(unit, change))
        .bind(change.on_behalf_of)
        .bind(checked.effective_at.micros())
        .bind(comment.minutes_worked)
        .bind(checked.change_id);
    Some(statement)
}

/// Links, followers and readers by field.
fn beside_statements(unit: &Unit<'_, '_>, checked: &Checked, change: &Change) -> Vec<Sql> {
    let record = checked.parts.record;
    let mut statements = Vec::new();
    match change.action() {
        Action::Link { kind, to, primary } => {
            if *primary {
                let others = Sql::new(
                    "UPDATE link SET is_primary = 0 WHERE from_record = ? AND kind = ? AND is_primary = 1",
                );
                statements.push(others.bind(record).bind(kind.as_str()));
            }
            let put = Sql::new(
                "INSERT INTO link (tenant, from_record, kind, to_record, is_primary, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?) \
                 ON CONFLICT (from_record, kind, to_record) DO UPDATE SET is_primary = excluded.is_primary",
            );
            let put = put
                .bind(unit.ctx.tenant)
                .bind(record)
                .bind(kind.as_str())
                .bind(*to)
                .bind(*primary);
            statements.push(
                put.bind(checked.effective_at.micros())
                    .bind(actor(unit, change)),
            );
        }
        Action::Unlink { kind, to } => {
            let take =
                Sql::new("DELETE FROM link WHERE from_record = ? AND kind = ? AND to_record = ?");
            statements.push(take.bind(record).bind(kind.as_str()).bind(*to));
        }
        Action::Follow(person) => statements.push(add_reader(unit, checked, *person, "follower")),
        Action::Unfollow(person) => statements.push(remove_reader(record, *person, "follower")),
        _ => {}
    }
    for name in &checked.parts.record_type.readers {
        let Some(index) = checked.parts.record_type.field_index(name) else {
            continue;
        };
        let (before, after) = (&checked.before[index], &checked.parts.after[index]);
        if before == after {
            continue;
        }
        statements.extend(
            before
                .as_reference()
                .map(|it| remove_reader(record, it, name)),
        );
        statements.extend(
            after
                .as_reference()
                .map(|it| add_reader(unit, checked, it, name)),
        );
    }
    statements
}

fn add_reader(unit: &Unit<'_, '_>, checked: &Checked, reader: Uuid, source: &str) -> Sql {
    Sql::new("INSERT INTO record_reader (record, reader, source, record_type, tenant) VALUES (?, ?, ?, ?, ?) ON CONFLICT (record, reader, source) DO NOTHING")
        .bind(checked.parts.record)
        .bind(reader)
        .bind(source)
        .bind(checked.parts.record_type.name.as_str())
        .bind(unit.ctx.tenant)
}

fn remove_reader(record: Uuid, reader: Uuid, source: &str) -> Sql {
    Sql::new("DELETE FROM record_reader WHERE record = ? AND reader = ? AND source = ?")
        .bind(record)
        .bind(reader)
        .bind(source)
}

/// Settings and role scopes follow the tree of organisations, which every process keeps in memory.
fn moves_tree(checked: &Checked) -> bool {
    let record_type = &checked.parts.record_type;
    record_type.name == ORGANISATION
        && (checked.parts.action == Action::Delete
            || record_type
                .field_index(PARENT)
                .is_some_and(|index| checked.before[index] != checked.parts.after[index]))
}

/// A unique index names the field that clashes.
fn clash(error: StoreError, record_type: &TypeDef) -> Error {
    let StoreError::Unique { constraint } = &error else {
        return error.into();
    };
    if constraint.ends_with("_number") {
        return Refused::field(spine::NUMBER, Message::new("refused-not-unique")).into();
    }
    let field = record_type
        .fields
        .iter()
        .filter(|it| it.unique)
        .find(|it| constraint.contains(it.column.as_str()));
    match field {
        Some(field) => {
            Refused::field(field.name.as_str(), Message::new("refused-not-unique")).into()
        }
        None => error.into(),
    }
}

/// Later changes and rules of this unit see the record as it is now.
fn remember(unit: &mut Unit<'_, '_>, checked: &Checked, hash: [u8; 32]) {
    let deleted = checked.parts.action == Action::Delete;
    let cached = CachedRecord {
        record_type: std::sync::Arc::clone(&checked.parts.record_type),
        values: checked.parts.after.clone(),
        deleted,
        chain: Some(hash.to_vec()),
    };
    unit.memory
        .cache
        .insert(checked.parts.record, std::sync::Arc::new(cached));
    if checked.parts.before.is_none() {
        unit.memory.created.insert(checked.parts.record);
    }
}

fn finished(checked: Checked) -> Stored {
    let outcome = Outcome {
        record: checked.parts.record,
        number: number_of(&checked.parts.record_type, &checked.parts.after),
        version: checked.version,
        change_id: checked.change_id,
        changed: true,
        still_visible: true,
        journal_entry: checked.journal_entry,
        reports: checked.parts.reports,
    };
    let applied = Applied {
        record: checked.parts.record,
        record_type: checked.parts.record_type,
        before: checked.parts.before,
        after: checked.parts.after,
        action: checked.parts.action,
        comment: checked.parts.comment,
        change_id: checked.change_id,
    };
    Stored {
        outcome,
        applied: Some(applied),
    }
}
