//! Runs of one act over many records: what is to be done to which, how far it is, what became of each.
//!
//! The set is frozen when a run begins. Results are written in the transaction of the changes that they tell of,
//! together with how far the run is, so that neither is ever without the other. Doing them is the work of others.

use std::collections::HashMap;

use base::{MICROS_PER_DAY, Result, Timestamp, Uuid};
use serde_json::Value as Json;
use store::{ColumnDef, ColumnKind, Row, Sql, TableDef, Tx};

use super::{define, index, required};

/// Kind of the jobs that do runs; a run and its job have one id.
pub const JOB: &str = "bulk";
/// How long an ended run and its results are kept.
const KEPT_MICROS: i64 = 90 * MICROS_PER_DAY;
/// Rows of results that one statement writes.
const ROWS_OF_STATEMENT: usize = 50;

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Nothing is done yet.
    Waiting,
    /// Some of it may be done.
    Running,
    /// Every record has its result.
    Done,
    /// Somebody stopped it; what was done stays done.
    Cancelled,
    /// Whoever began it may no longer do it.
    Stopped,
}

impl RunState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Running,
        Self::Done,
        Self::Cancelled,
        Self::Stopped,
    ];

    /// Stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
        }
    }

    /// Whether nothing more will be done.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Stopped)
    }
}

/// How many records a run has, and what became of those that are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Records of the run.
    pub total: i64,
    /// Records that have their result.
    pub done: i64,
    /// Changed ones among them.
    pub changed: i64,
    /// Those that were as they should be already.
    pub unchanged: i64,
    /// Those that were refused.
    pub refused: i64,
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkRun {
    /// Its id, also the id of its unit in the history and of its job.
    pub id: Uuid,
    /// The tenant.
    pub tenant: Uuid,
    /// Who began it, and whose rights it has.
    pub person: Uuid,
    /// The token with which they began it.
    pub token: Option<Uuid>,
    /// What that token may do at most.
    pub scopes: Option<Vec<String>>,
    /// The type of its records.
    pub record_type: String,
    /// What is done to each, in the words of whoever does it.
    pub act: Json,
    /// Why.
    pub reason: Option<String>,
    /// Language tag of whoever began it, for what is said of refused records.
    pub language: String,
    /// Name of their time zone.
    pub zone: Option<String>,
    /// How it stands.
    pub state: RunState,
    /// How far it is.
    pub counts: RunCounts,
    /// The run that it takes back.
    pub undoes: Option<Uuid>,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When its first records were done.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOutcome {
    /// It was changed.
    Changed,
    /// It was as it should be already.
    Unchanged,
    /// It was refused, and is as it was.
    Refused,
}

impl RecordOutcome {
    /// All outcomes.
    pub const ALL: [Self; 3] = [Self::Changed, Self::Unchanged, Self::Refused];

    /// Stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }

    fn of_code(code: &str) -> Self {
        let known = Self::ALL.into_iter().find(|it| it.code() == code);
        known.unwrap_or(Self::Refused)
    }
}

/// What became of one record of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordResult {
    /// Its place in the run, from 1.
    pub position: i64,
    /// The record.
    pub record: Uuid,
    /// What became of it.
    pub outcome: RecordOutcome,
    /// The field that did not fit.
    pub field: Option<String>,
    /// Stable code of the refusal.
    pub code: Option<String>,
    /// The refusal in words.
    pub words: Option<String>,
}

pub(super) fn tables() -> [TableDef; 2] {
    use ColumnKind::{Bytes, Integer, Text, Uuid};
    let run = vec![
        required("id", Uuid),
        required("tenant", Uuid),
        required("person", Uuid),
        ColumnDef::new("token", Uuid),
        ColumnDef::new("scopes", Text),
        required("record_type", Text),
        required("act", Text),
        ColumnDef::new("reason", Text),
        required("language", Text),
        ColumnDef::new("zone", Text),
        required("state", Text),
        required("records", Bytes),
        required("total", Integer),
        required("done", Integer),
        required("changed", Integer),
        required("unchanged", Integer),
        required("refused", Integer),
        ColumnDef::new("undoes", Uuid),
        required("created_at", Integer),
        ColumnDef::new("started_at", Integer),
        ColumnDef::new("finished_at", Integer),
    ];
    let result = vec![
        required("run", Uuid),
        required("position", Integer),
        required("record", Uuid),
        required("outcome", Text),
        ColumnDef::new("field", Text),
        ColumnDef::new("code", Text),
        ColumnDef::new("words", Text),
    ];
    let of_person = index(
        "bulk_run_person",
        &["tenant", "person", "created_at"],
        false,
    );
    // One way back for each run.
    let undoes = index("bulk_run_undoes", &["undoes"], true);
    let ended = index("bulk_run_finished", &["finished_at"], false);
    let outcome = index(
        "bulk_result_outcome",
        &["run", "outcome", "position"],
        false,
    );
    [
        define("bulk_run", &["id"], run, vec![of_person, undoes, ended]),
        define("bulk_result", &["run", "position"], result, vec![outcome]),
    ]
}

const COLUMNS: &str = "id, tenant, person, token, scopes, record_type, act, reason, language, zone, state, total, done, \
                       changed, unchanged, refused, undoes, created_at, started_at, finished_at";

/// Stores a new run over these records.
///
/// # Errors
/// A failure of the store; a clash where another run takes back the same one.
pub fn insert(tx: &mut Tx<'_>, run: &BulkRun, records: &[Uuid]) -> Result<()> {
    let mut sql = Sql::new("INSERT INTO bulk_run (");
    sql.push(COLUMNS).push(", records) VALUES (");
    let scopes = run.scopes.as_ref().map(|it| it.join(" "));
    sql.arg(run.id).push(", ").arg(run.tenant).push(", ");
    sql.arg(run.person).push(", ").arg(run.token).push(", ");
    sql.arg(scopes).push(", ").arg(run.record_type.as_str());
    sql.push(", ").arg(run.act.to_string()).push(", ");
    sql.arg(run.reason.clone()).push(", ");
    sql.arg(run.language.as_str()).push(", ");
    sql.arg(run.zone.clone()).push(", ").arg(run.state.code());
    sql.push(", ").arg(run.counts.total);
    sql.push(", 0, 0, 0, 0, ").arg(run.undoes);
    sql.push(", ").arg(run.created_at.micros());
    let bytes: Vec<u8> = records.iter().flat_map(|it| *it.as_bytes()).collect();
    sql.push(", NULL, NULL, ").arg(bytes).push(")");
    tx.execute(&sql)?;
    Ok(())
}

/// A run of a tenant.
///
/// # Errors
/// A failure of the store.
pub fn find(tx: &mut Tx<'_>, tenant: Uuid, id: Uuid) -> Result<Option<BulkRun>> {
    one(tx, tenant, "id", id)
}

/// The run that takes another one back.
///
/// # Errors
/// A failure of the store.
pub fn undone_by(tx: &mut Tx<'_>, tenant: Uuid, run: Uuid) -> Result<Option<BulkRun>> {
    one(tx, tenant, "undoes", run)
}

/// Of these runs those that were taken back, each with the run that did so.
///
/// # Errors
/// A failure of the store.
pub fn undone(tx: &mut Tx<'_>, tenant: Uuid, runs: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    if runs.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("SELECT undoes, id FROM bulk_run WHERE tenant = ");
    sql.arg(tenant).push(" AND undoes IN (");
    sql.arg_list(runs.iter().copied()).push(")");
    let rows = tx.query(&sql)?;
    rows.iter()
        .map(|it| Ok((it.need_uuid(0)?, it.need_uuid(1)?)))
        .collect()
}

fn one(tx: &mut Tx<'_>, tenant: Uuid, by: &'static str, id: Uuid) -> Result<Option<BulkRun>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM bulk_run WHERE ").push(by);
    sql.push(" = ").arg(id).push(" AND tenant = ").arg(tenant);
    tx.query_optional(&sql)?.as_ref().map(run_of).transpose()
}

/// Runs of a tenant, those of one person or of everybody, newest first, after the one that was seen last.
///
/// # Errors
/// A failure of the store.
pub fn list(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    person: Option<Uuid>,
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<BulkRun>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM bulk_run WHERE tenant = ");
    sql.arg(tenant);
    if let Some(person) = person {
        sql.push(" AND person = ").arg(person);
    }
    if let Some((at, id)) = after {
        sql.push(" AND (created_at < ").arg(at.micros());
        sql.push(" OR (created_at = ").arg(at.micros());
        sql.push(" AND id < ").arg(id).push("))");
    }
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT ")
        .arg(limit);
    tx.query(&sql)?.iter().map(run_of).collect()
}

/// The records of a run, in their order.
///
/// # Errors
/// A failure of the store.
pub fn records(tx: &mut Tx<'_>, id: Uuid) -> Result<Vec<Uuid>> {
    let sql = Sql::new("SELECT records FROM bulk_run WHERE id = ?").bind(id);
    let Some(row) = tx.query_optional(&sql)? else {
        return Ok(Vec::new());
    };
    let bytes = row.need_bytes(0)?.chunks_exact(16);
    Ok(bytes.filter_map(|it| Uuid::from_slice(it).ok()).collect())
}

/// Takes the run for this transaction: how many of its records are done, or nothing where it is over. Whoever
/// takes or stops it meanwhile waits.
///
/// # Errors
/// A failure of the store.
pub fn take(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<Option<i64>> {
    let sql = Sql::new(
        "UPDATE bulk_run SET state = 'running', started_at = COALESCE(started_at, ?) \
         WHERE id = ? AND state IN ('waiting', 'running') RETURNING done",
    );
    let row = tx.query_optional(&sql.bind(now.micros()).bind(id))?;
    row.map(|it| Ok(it.need_integer(0)?)).transpose()
}

/// Keeps what became of the next records, and that they are done.
///
/// # Errors
/// A failure of the store.
pub fn keep(tx: &mut Tx<'_>, id: Uuid, results: &[RecordResult], now: Timestamp) -> Result<()> {
    let mut statements = Vec::new();
    for part in results.chunks(ROWS_OF_STATEMENT) {
        let mut sql = Sql::new(
            "INSERT INTO bulk_result (run, position, record, outcome, field, code, words) VALUES ",
        );
        for (at, result) in part.iter().enumerate() {
            sql.push(if at == 0 { "(" } else { ", (" }).arg(id);
            sql.push(", ").arg(result.position);
            sql.push(", ").arg(result.record);
            sql.push(", ").arg(result.outcome.code());
            sql.push(", ").arg(result.field.clone());
            sql.push(", ").arg(result.code.clone());
            sql.push(", ").arg(result.words.clone()).push(")");
        }
        statements.push(sql);
    }
    let of = |outcome| {
        let found = results.iter().filter(|it| it.outcome == outcome);
        i64::try_from(found.count()).unwrap_or_default()
    };
    let mut sql = Sql::new("UPDATE bulk_run SET done = done + ");
    sql.arg(i64::try_from(results.len()).unwrap_or_default());
    sql.push(", changed = changed + ")
        .arg(of(RecordOutcome::Changed));
    sql.push(", unchanged = unchanged + ")
        .arg(of(RecordOutcome::Unchanged));
    sql.push(", refused = refused + ")
        .arg(of(RecordOutcome::Refused));
    sql.push(" WHERE id = ").arg(id);
    statements.push(sql);
    let over = Sql::new(
        "UPDATE bulk_run SET state = 'done', finished_at = ? WHERE id = ? AND done >= total",
    );
    statements.push(over.bind(now.micros()).bind(id));
    tx.batch(&statements)?;
    Ok(())
}

/// Ends a run that is not over; false where it is. What was to take another run back and did not come to its end
/// leaves the other one free to be taken back again.
///
/// # Errors
/// A failure of the store.
pub fn end(tx: &mut Tx<'_>, id: Uuid, state: RunState, now: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE bulk_run SET state = ?, finished_at = ?, undoes = CASE WHEN done < total THEN NULL ELSE undoes END \
         WHERE id = ? AND state IN ('waiting', 'running')",
    );
    Ok(tx.execute(&sql.bind(state.code()).bind(now.micros()).bind(id))? > 0)
}

/// What became of the records of a run, those with one outcome or all, after the place that was seen last.
///
/// # Errors
/// A failure of the store.
pub fn results(
    tx: &mut Tx<'_>,
    id: Uuid,
    outcome: Option<RecordOutcome>,
    after: i64,
    limit: i64,
) -> Result<Vec<RecordResult>> {
    let mut sql = Sql::new(
        "SELECT position, record, outcome, field, code, words FROM bulk_result WHERE run = ",
    );
    sql.arg(id).push(" AND position > ").arg(after);
    if let Some(outcome) = outcome {
        sql.push(" AND outcome = ").arg(outcome.code());
    }
    sql.push(" ORDER BY position LIMIT ").arg(limit);
    let rows = tx.query(&sql)?;
    rows.iter()
        .map(|row| {
            Ok(RecordResult {
                position: row.need_integer(0)?,
                record: row.need_uuid(1)?,
                outcome: RecordOutcome::of_code(row.need_text(2)?),
                field: row.text(3)?.map(str::to_owned),
                code: row.text(4)?.map(str::to_owned),
                words: row.text(5)?.map(str::to_owned),
            })
        })
        .collect()
}

/// Takes away what ended long ago.
pub(super) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let oldest = now.plus_micros(-KEPT_MICROS).micros();
    let results = Sql::new(
        "DELETE FROM bulk_result WHERE run IN (SELECT id FROM bulk_run WHERE finished_at < ?)",
    );
    let gone = tx.execute(&results.bind(oldest))?;
    let runs = Sql::new("DELETE FROM bulk_run WHERE finished_at < ?");
    Ok(gone + tx.execute(&runs.bind(oldest))?)
}

fn run_of(row: &Row) -> Result<BulkRun> {
    let state = row.need_text(10)?;
    let scopes = row.text(4)?;
    Ok(BulkRun {
        id: row.need_uuid(0)?,
        tenant: row.need_uuid(1)?,
        person: row.need_uuid(2)?,
        token: row.uuid(3)?,
        scopes: scopes.map(|it| it.split(' ').map(str::to_owned).collect()),
        record_type: row.need_text(5)?.to_owned(),
        act: serde_json::from_str(row.need_text(6)?).unwrap_or(Json::Null),
        reason: row.text(7)?.map(str::to_owned),
        language: row.need_text(8)?.to_owned(),
        zone: row.text(9)?.map(str::to_owned),
        state: RunState::ALL
            .into_iter()
            .find(|it| it.code() == state)
            .unwrap_or(RunState::Stopped),
        counts: RunCounts {
            total: row.need_integer(11)?,
            done: row.need_integer(12)?,
            changed: row.need_integer(13)?,
            unchanged: row.need_integer(14)?,
            refused: row.need_integer(15)?,
        },
        undoes: row.uuid(16)?,
        created_at: Timestamp::from_micros(row.need_integer(17)?),
        started_at: row.integer(18)?.map(Timestamp::from_micros),
        finished_at: row.integer(19)?.map(Timestamp::from_micros),
    })
}
