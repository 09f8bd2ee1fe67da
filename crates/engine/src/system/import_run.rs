//! Imports that somebody ordered in a page or by the interface: of which file, by which mapping, how far each is,
//! and what came of it. Doing them is the work of others.
//!
//! A trial and the import that follows it are two runs, so that what was tried stays to be read.

use base::{MICROS_PER_DAY, Result, Timestamp, Uuid};
use serde_json::Value as Json;
use store::{ColumnDef, ColumnKind, Row, Sql, TableDef, Tx};

use super::bulk::RunState;
use super::{define, index, required};

/// Kind of the jobs that do imports; an import and its job have one id.
pub const JOB: &str = "import";
/// How long an ended import and its report are kept.
const KEPT_MICROS: i64 = 90 * MICROS_PER_DAY;

/// An import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRun {
    /// Its id, also the id of its job.
    pub id: Uuid,
    /// The tenant.
    pub tenant: Uuid,
    /// Who ordered it, and whose rights it has.
    pub person: Uuid,
    /// The token with which they ordered it.
    pub token: Option<Uuid>,
    /// What that token may do at most.
    pub scopes: Option<Vec<String>>,
    /// Language tag of whoever ordered it, for what is said of rejected rows.
    pub language: String,
    /// Name of their time zone.
    pub zone: Option<String>,
    /// Name of the file.
    pub name: String,
    /// Digest of its content, which is kept as long as the import is.
    pub sha256: String,
    /// Its length.
    pub bytes: i64,
    /// What its columns become, as it was given: TOML, or JSON.
    pub mapping: String,
    /// Whether everything is checked and nothing kept.
    pub dry_run: bool,
    /// How it stands. [`RunState::Stopped`] has a problem.
    pub state: RunState,
    /// Rows that were read.
    pub read: i64,
    /// Rows that are stored, known or rejected.
    pub done: i64,
    /// Rejected ones among them.
    pub rejected: i64,
    /// What it did, once it is over.
    pub report: Option<Json>,
    /// Why it could not be done, in words.
    pub problem: Option<String>,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

pub(super) fn table() -> TableDef {
    use ColumnKind::{Integer, Text, Uuid};
    let columns = vec![
        required("id", Uuid),
        required("tenant", Uuid),
        required("person", Uuid),
        ColumnDef::new("token", Uuid),
        ColumnDef::new("scopes", Text),
        required("language", Text),
        ColumnDef::new("zone", Text),
        required("name", Text),
        required("sha256", Text),
        required("bytes", Integer),
        required("mapping", Text),
        required("dry_run", Integer),
        required("state", Text),
        required("rows_read", Integer),
        required("rows_done", Integer),
        required("rows_rejected", Integer),
        ColumnDef::new("report", Text),
        ColumnDef::new("problem", Text),
        required("created_at", Integer),
        ColumnDef::new("started_at", Integer),
        ColumnDef::new("finished_at", Integer),
    ];
    let indexes = vec![
        index("import_run_created", &["tenant", "created_at"], false),
        index("import_run_finished", &["finished_at"], false),
        index("import_run_content", &["tenant", "sha256"], false),
    ];
    define("import_run", &["id"], columns, indexes)
}

const COLUMNS: &str = "id, tenant, person, token, scopes, language, zone, name, sha256, bytes, mapping, dry_run, state, \
                       rows_read, rows_done, rows_rejected, problem, created_at, started_at, finished_at";

/// Stores a new import.
///
/// # Errors
/// A failure of the store.
pub fn insert(tx: &mut Tx<'_>, run: &ImportRun) -> Result<()> {
    let mut sql = Sql::new("INSERT INTO import_run (");
    sql.push(COLUMNS).push(") VALUES (");
    let scopes = run.scopes.as_ref().map(|it| it.join(" "));
    sql.arg(run.id).push(", ").arg(run.tenant).push(", ");
    sql.arg(run.person).push(", ").arg(run.token).push(", ");
    sql.arg(scopes)
        .push(", ")
        .arg(run.language.as_str())
        .push(", ");
    sql.arg(run.zone.clone())
        .push(", ")
        .arg(run.name.as_str())
        .push(", ");
    sql.arg(run.sha256.as_str())
        .push(", ")
        .arg(run.bytes)
        .push(", ");
    sql.arg(run.mapping.as_str())
        .push(", ")
        .arg(run.dry_run)
        .push(", ");
    sql.arg(run.state.code()).push(", 0, 0, 0, NULL, ");
    sql.arg(run.created_at.micros()).push(", NULL, NULL)");
    tx.execute(&sql)?;
    Ok(())
}

/// An import of a tenant, with its report.
///
/// # Errors
/// A failure of the store.
pub fn find(tx: &mut Tx<'_>, tenant: Uuid, id: Uuid) -> Result<Option<ImportRun>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(", report FROM import_run WHERE id = ");
    sql.arg(id).push(" AND tenant = ").arg(tenant);
    let Some(row) = tx.query_optional(&sql)? else {
        return Ok(None);
    };
    let mut run = run_of(&row)?;
    run.report = row.text(20)?.and_then(|it| serde_json::from_str(it).ok());
    Ok(Some(run))
}

/// Imports of a tenant without their reports, newest first, after the one that was seen last.
///
/// # Errors
/// A failure of the store.
pub fn list(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<ImportRun>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM import_run WHERE tenant = ");
    sql.arg(tenant);
    if let Some((at, id)) = after {
        sql.push(" AND (created_at < ").arg(at.micros());
        sql.push(" OR (created_at = ").arg(at.micros());
        sql.push(" AND id < ").arg(id).push("))");
    }
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT ")
        .arg(limit);
    tx.query(&sql)?.iter().map(run_of).collect()
}

/// Notes how far an import is, counted in rows; false where it is over, as when somebody stopped it.
///
/// # Errors
/// A failure of the store.
pub fn proceed(
    tx: &mut Tx<'_>,
    id: Uuid,
    (read, done, rejected): (i64, i64, i64),
    now: Timestamp,
) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE import_run SET state = 'running', started_at = COALESCE(started_at, ?), rows_read = ?, rows_done = ?, \
         rows_rejected = ? WHERE id = ? AND state IN ('waiting', 'running')",
    );
    let sql = sql.bind(now.micros()).bind(read).bind(done).bind(rejected);
    Ok(tx.execute(&sql.bind(id))? > 0)
}

/// Ends an import that is not over, with its report or with why it could not be done; false where it is over.
///
/// # Errors
/// A failure of the store.
pub fn end(
    tx: &mut Tx<'_>,
    id: Uuid,
    state: RunState,
    (report, problem): (Option<&Json>, Option<&str>),
    now: Timestamp,
) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE import_run SET state = ?, report = ?, problem = ?, finished_at = ? \
         WHERE id = ? AND state IN ('waiting', 'running')",
    );
    let sql = sql
        .bind(state.code())
        .bind(report.map(Json::to_string))
        .bind(problem.map(str::to_owned));
    Ok(tx.execute(&sql.bind(now.micros()).bind(id))? > 0)
}

/// Takes away what ended long ago.
pub(super) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let oldest = now.plus_micros(-KEPT_MICROS).micros();
    let runs = Sql::new("DELETE FROM import_run WHERE finished_at < ?");
    Ok(tx.execute(&runs.bind(oldest))?)
}

fn run_of(row: &Row) -> Result<ImportRun> {
    let state = row.need_text(12)?;
    let scopes = row.text(4)?;
    Ok(ImportRun {
        id: row.need_uuid(0)?,
        tenant: row.need_uuid(1)?,
        person: row.need_uuid(2)?,
        token: row.uuid(3)?,
        scopes: scopes.map(|it| it.split(' ').map(str::to_owned).collect()),
        language: row.need_text(5)?.to_owned(),
        zone: row.text(6)?.map(str::to_owned),
        name: row.need_text(7)?.to_owned(),
        sha256: row.need_text(8)?.to_owned(),
        bytes: row.need_integer(9)?,
        mapping: row.need_text(10)?.to_owned(),
        dry_run: row.need_boolean(11)?,
        state: RunState::ALL
            .into_iter()
            .find(|it| it.code() == state)
            .unwrap_or(RunState::Stopped),
        read: row.need_integer(13)?,
        done: row.need_integer(14)?,
        rejected: row.need_integer(15)?,
        report: None,
        problem: row.text(16)?.map(str::to_owned),
        created_at: Timestamp::from_micros(row.need_integer(17)?),
        started_at: row.integer(18)?.map(Timestamp::from_micros),
        finished_at: row.integer(19)?.map(Timestamp::from_micros),
    })
}
