//! Work for later: who has it leased, when it is tried again, what became of it.
//!
//! A job is claimed by one runner at a time, for a while; if the runner dies, the lease runs out and
//! another one takes it. So a job may run more than once, and what it does must not mind. This module
//! only keeps the table; it runs nothing.

use base::{Result, Timestamp, Uuid};
use serde_json::Value as Json;
use store::{Row, Sql, StoreError, Tx};

use super::bulk;

/// The tenant of jobs that serve all tenants.
pub const INSTALLATION: Uuid = Uuid::nil();

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Waits for its time.
    Waiting,
    /// Leased by a runner.
    Running,
    /// Done.
    Done,
    /// Given up after too many attempts, or because trying again cannot help.
    Dead,
    /// Taken off the list by a person.
    Discarded,
}

impl JobState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Running,
        Self::Done,
        Self::Dead,
        Self::Discarded,
    ];

    /// Stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Discarded => "discarded",
        }
    }

    fn of_code(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|it| it.code() == code)
            .unwrap_or(Self::Dead)
    }
}

/// A job to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Its id.
    pub id: Uuid,
    /// For which tenant, or [`INSTALLATION`].
    pub tenant: Uuid,
    /// Which handler does it.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: Json,
    /// Not before.
    pub run_at: Timestamp,
    /// No second job of the tenant with this key while one waits or runs.
    pub unique_key: Option<String>,
}

/// A job as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// For which tenant, or [`INSTALLATION`].
    pub tenant: Uuid,
    /// Which handler does it.
    pub kind: String,
    /// What the handler needs to know.
    pub payload: Json,
    /// How it stands.
    pub state: JobState,
    /// Not before.
    pub run_at: Timestamp,
    /// How often it was begun.
    pub attempts: i64,
    /// Until when a runner has it.
    pub leased_until: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What came of it, where its handler kept something.
    pub result: Option<Json>,
}

const COLUMNS: &str = "id, tenant, kind, payload, state, run_at, attempts, leased_until, last_error, created_at, finished_at, result";

/// Makes a job; false where one with its key is there already.
///
/// # Errors
/// A failure of the store.
pub fn enqueue(tx: &mut Tx<'_>, job: &NewJob, now: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "INSERT INTO job (id, tenant, kind, payload, state, run_at, attempts, created_at, unique_key) \
         VALUES (?, ?, ?, ?, 'waiting', ?, 0, ?, ?) ON CONFLICT DO NOTHING",
    );
    let sql = sql
        .bind(job.id)
        .bind(job.tenant)
        .bind(job.kind.as_str())
        .bind(job.payload.to_string())
        .bind(job.run_at.micros());
    Ok(tx.execute(&sql.bind(now.micros()).bind(job.unique_key.clone()))? > 0)
}

/// Leases due jobs of these kinds to a runner, those that wait longest first. A job whose lease ran out is
/// due again. Other runners that ask at the same time get other jobs.
///
/// # Errors
/// A failure of the store.
pub fn claim(
    tx: &mut Tx<'_>,
    runner: Uuid,
    kinds: &[String],
    limit: i64,
    lease: i64,
    now: Timestamp,
) -> Result<Vec<Job>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let at = now.micros();
    let mut sql =
        Sql::new("UPDATE job SET state = 'running', attempts = attempts + 1, leased_by = ");
    sql.arg(runner)
        .push(", leased_until = ")
        .arg(at.saturating_add(lease));
    sql.push(" WHERE id IN (SELECT id FROM job WHERE ((state = 'waiting' AND run_at <= ")
        .arg(at);
    sql.push(") OR (state = 'running' AND leased_until <= ")
        .arg(at)
        .push(")) AND kind IN (");
    sql.arg_list(kinds.iter().map(String::as_str))
        .push(") ORDER BY run_at, id LIMIT ")
        .arg(limit);
    sql.push(tx.dialect().skip_locked())
        .push(") RETURNING ")
        .push(COLUMNS);
    let mut jobs = tx
        .query(&sql)?
        .iter()
        .map(job_of)
        .collect::<Result<Vec<_>>>()?;
    jobs.sort_by_key(|it| (it.run_at, it.id));
    Ok(jobs)
}

/// Whether a job is due, without taking it: spares an idle runner the write.
///
/// # Errors
/// A failure of the store.
pub fn any_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "SELECT 1 FROM job WHERE (state = 'waiting' AND run_at <= ?) OR (state = 'running' AND leased_until <= ?) LIMIT 1",
    );
    Ok(tx
        .query_optional(&sql.bind(now.micros()).bind(now.micros()))?
        .is_some())
}

/// Extends a lease; false where the runner has lost it.
///
/// # Errors
/// A failure of the store.
pub fn renew(tx: &mut Tx<'_>, id: Uuid, runner: Uuid, until: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE job SET leased_until = ? WHERE id = ? AND leased_by = ? AND state = 'running'",
    );
    Ok(tx.execute(&sql.bind(until.micros()).bind(id).bind(runner))? > 0)
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Done for good.
    Done,
    /// Done for now, and due again.
    Again {
        /// Not before.
        run_at: Timestamp,
    },
    /// Failed, and tried again.
    Retry {
        /// Not before.
        run_at: Timestamp,
        /// Why it failed.
        error: String,
    },
    /// Failed for good.
    Dead {
        /// Why it failed.
        error: String,
    },
}

/// Ends an attempt; false where the runner has lost the lease, so that another one decides.
///
/// # Errors
/// A failure of the store.
pub fn end(tx: &mut Tx<'_>, id: Uuid, runner: Uuid, end: &End, now: Timestamp) -> Result<bool> {
    let mut sql = Sql::new("UPDATE job SET leased_by = NULL, leased_until = NULL, state = ");
    match end {
        End::Done => {
            sql.push("'done', finished_at = ").arg(now.micros());
        }
        End::Again { run_at } => {
            sql.push("'waiting', attempts = 0, last_error = NULL, run_at = ")
                .arg(run_at.micros());
        }
        End::Retry { run_at, error } => {
            sql.push("'waiting', run_at = ")
                .arg(run_at.micros())
                .push(", last_error = ")
                .arg(error.as_str());
        }
        End::Dead { error } => {
            sql.push("'dead', finished_at = ").arg(now.micros());
            sql.push(", last_error = ").arg(error.as_str());
        }
    }
    sql.push(" WHERE id = ")
        .arg(id)
        .push(" AND state = 'running' AND leased_by = ")
        .arg(runner);
    Ok(tx.execute(&sql)? > 0)
}

/// Jobs of a tenant and of the installation in one state, newest first, after the one that was seen last.
///
/// # Errors
/// A failure of the store.
pub fn list(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    state: JobState,
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Job>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM job WHERE state = ")
        .arg(state.code())
        .push(" AND tenant IN (")
        .arg_list([tenant, INSTALLATION])
        .push(")");
    if let Some((run_at, id)) = after {
        sql.push(" AND (run_at < ")
            .arg(run_at.micros())
            .push(" OR (run_at = ")
            .arg(run_at.micros());
        sql.push(" AND id < ").arg(id).push("))");
    }
    sql.push(" ORDER BY run_at DESC, id DESC LIMIT ").arg(limit);
    tx.query(&sql)?.iter().map(job_of).collect()
}

/// One job of a tenant or of the installation.
///
/// # Errors
/// A failure of the store.
pub fn find(tx: &mut Tx<'_>, tenant: Uuid, id: Uuid) -> Result<Option<Job>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM job WHERE id = ")
        .arg(id)
        .push(" AND tenant IN (")
        .arg_list([tenant, INSTALLATION])
        .push(")");
    tx.query_optional(&sql)?.as_ref().map(job_of).transpose()
}

/// Of these jobs those that will not be run any more.
///
/// # Errors
/// A failure of the store.
pub fn over(tx: &mut Tx<'_>, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<Job>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM job WHERE state IN ('dead', 'discarded') AND tenant = ")
        .arg(tenant);
    sql.push(" AND id IN (")
        .arg_list(ids.iter().copied())
        .push(")");
    tx.query(&sql)?.iter().map(job_of).collect()
}

/// The newest job of a kind.
///
/// # Errors
/// A failure of the store.
pub fn newest(tx: &mut Tx<'_>, tenant: Uuid, kind: &str) -> Result<Option<Job>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM job WHERE tenant = ")
        .arg(tenant);
    sql.push(" AND kind = ").arg(kind);
    sql.push(" ORDER BY CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT 1");
    tx.query_optional(&sql)?.as_ref().map(job_of).transpose()
}

/// Keeps what came of a job, for those who ask for it later.
///
/// # Errors
/// A failure of the store.
pub fn keep_result(tx: &mut Tx<'_>, id: Uuid, result: &Json) -> Result<()> {
    let sql = Sql::new("UPDATE job SET result = ? WHERE id = ?");
    tx.execute(&sql.bind(result.to_string()).bind(id))?;
    Ok(())
}

/// Lets a dead or discarded job begin anew at once; false where it is neither, or where another one with its
/// key waits or runs in its place.
///
/// # Errors
/// A failure of the store.
pub fn retry(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE job SET state = 'waiting', attempts = 0, run_at = ?, finished_at = NULL WHERE id = ? AND state IN ('dead', 'discarded') \
         AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.tenant = job.tenant AND other.unique_key = job.unique_key \
         AND other.finished_at IS NULL)",
    );
    let sql = sql.bind(now.micros()).bind(id);
    // Another one may take its place at the same moment: then the index says so.
    match tx.savepoint(|tx| tx.execute(&sql)) {
        Err(StoreError::Unique { .. }) => Ok(false),
        done => Ok(done? > 0),
    }
}

/// Takes a waiting or dead job off the list; false where it runs or is over.
///
/// # Errors
/// A failure of the store.
pub fn discard(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE job SET state = 'discarded', finished_at = ? WHERE id = ? AND state IN ('waiting', 'dead')",
    );
    let discarded = tx.execute(&sql.bind(now.micros()).bind(id))? > 0;
    if discarded {
        // A run without its job would stand as one at work for ever.
        bulk::end(tx, id, bulk::RunState::Stopped, now)?;
    }
    Ok(discarded)
}

/// Takes away jobs that ended well or were discarded before that instant. Dead ones stay until somebody
/// has looked at them.
///
/// # Errors
/// A failure of the store.
pub fn sweep(tx: &mut Tx<'_>, ended_before: Timestamp) -> Result<u64> {
    let sql = Sql::new("DELETE FROM job WHERE state IN ('done', 'discarded') AND finished_at < ?");
    Ok(tx.execute(&sql.bind(ended_before.micros()))?)
}

fn job_of(row: &Row) -> Result<Job> {
    Ok(Job {
        id: row.need_uuid(0)?,
        tenant: row.need_uuid(1)?,
        kind: row.need_text(2)?.to_owned(),
        payload: serde_json::from_str(row.need_text(3)?).unwrap_or(Json::Null),
        state: JobState::of_code(row.need_text(4)?),
        run_at: Timestamp::from_micros(row.need_integer(5)?),
        attempts: row.need_integer(6)?,
        leased_until: row.integer(7)?.map(Timestamp::from_micros),
        last_error: row.text(8)?.map(str::to_owned),
        created_at: Timestamp::from_micros(row.need_integer(9)?),
        finished_at: row.integer(10)?.map(Timestamp::from_micros),
        result: row.text(11)?.and_then(|it| serde_json::from_str(it).ok()),
    })
}
