//! The brake on guessing passwords: failures are counted per account and per address, and each
//! failure above a limit makes the next try wait longer. All processes of a database share it.

use base::{Result, Timestamp};
use store::{ColumnKind, Sql, TableDef, Tx};

use super::{define, index, required};

/// Failures are forgotten after that long without another one.
const FORGOTTEN_AFTER_MICROS: i64 = 15 * 60 * 1_000_000;
/// Longest wait.
const LONGEST_WAIT_MICROS: i64 = 15 * 60 * 1_000_000;

/// What is counted, and how many failures are free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// What is counted, for example `account:lena@example.org`.
    pub key: String,
    /// Tries before the first wait.
    pub free: i64,
}

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("key", ColumnKind::Text),
        required("failures", ColumnKind::Integer),
        required("failed_at", ColumnKind::Integer),
        required("blocked_until", ColumnKind::Integer),
    ];
    let indexes = vec![index("sign_in_failure_failed_at", &["failed_at"], false)];
    define("sign_in_failure", &["key"], columns, indexes)
}

/// Lets a try through the gates, or says how many seconds it must wait.
///
/// The try is counted as a failure at once, so that many tries at the same time do not slip through
/// before the first has failed; [`forgive`] takes it back.
///
/// # Errors
/// A failure of the store.
pub fn enter(tx: &mut Tx<'_>, gates: &[Gate], now: Timestamp) -> Result<Option<u64>> {
    // One order for all, so that two tries never wait for each other.
    let mut gates: Vec<&Gate> = gates.iter().collect();
    gates.sort_by(|left, right| left.key.cmp(&right.key));
    let mut failures = Vec::with_capacity(gates.len());
    let mut until = now.micros();
    for gate in &gates {
        let row = tx.query_one(&lock(gate))?;
        let is_fresh = row.need_integer(1)? >= now.plus_micros(-FORGOTTEN_AFTER_MICROS).micros();
        failures.push(if is_fresh {
            row.need_integer(0)? + 1
        } else {
            1
        });
        until = until.max(row.need_integer(2)?);
    }
    let wait = u64::try_from(until - now.micros()).unwrap_or_default();
    if wait > 0 {
        return Ok(Some(wait.div_ceil(1_000_000)));
    }
    for (gate, failures) in gates.iter().zip(failures) {
        let count = Sql::new(
            "UPDATE sign_in_failure SET failures = ?, failed_at = ?, blocked_until = ? WHERE key = ?",
        );
        let blocked_until = blocked_until(failures, gate.free, now);
        let count = count.bind(failures).bind(now.micros()).bind(blocked_until);
        tx.execute(&count.bind(gate.key.as_str()))?;
    }
    Ok(None)
}

/// Takes the counted failure back: the right password was shown. The account starts anew; an address,
/// from which many people may come, only loses this one failure.
///
/// # Errors
/// A failure of the store.
pub fn forgive(tx: &mut Tx<'_>, account: &Gate, address: &Gate) -> Result<()> {
    let sql = Sql::new("DELETE FROM sign_in_failure WHERE key = ?");
    tx.execute(&sql.bind(account.key.as_str()))?;
    let sql = Sql::new(
        "UPDATE sign_in_failure SET failures = failures - 1, blocked_until = 0 \
         WHERE key = ? AND failures > 0",
    );
    tx.execute(&sql.bind(address.key.as_str()))?;
    Ok(())
}

/// Reads a gate and holds it until the transaction ends, whether it was there before or not: of many
/// tries at once each sees those before it.
fn lock(gate: &Gate) -> Sql {
    let sql = Sql::new(
        "INSERT INTO sign_in_failure (key, failures, failed_at, blocked_until) VALUES (?, 0, 0, 0) \
         ON CONFLICT (key) DO UPDATE SET key = excluded.key \
         RETURNING failures, failed_at, blocked_until",
    );
    sql.bind(gate.key.as_str())
}

/// The first try above the free ones waits a second, each further one twice as long.
fn blocked_until(tries: i64, free: i64, now: Timestamp) -> i64 {
    let above = tries - free;
    if above <= 0 {
        return 0;
    }
    let doublings = u32::try_from(above - 1).unwrap_or(u32::MAX).min(20);
    let wait = (1_000_000_i64 << doublings).min(LONGEST_WAIT_MICROS);
    now.plus_micros(wait).micros()
}

pub(super) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let sql = Sql::new("DELETE FROM sign_in_failure WHERE failed_at < ?");
    Ok(tx.execute(&sql.bind(now.plus_micros(-FORGOTTEN_AFTER_MICROS).micros()))?)
}
