//! The outbox: what happened, written in the same transaction as the change, read by jobs afterwards.
//! At least once, in the order of commits; whoever reads it must not mind a repetition.

use base::{Timestamp, Uuid};
use store::Sql;

/// The statement that announces a change. The topic is `<type>.<action>`.
#[must_use]
pub fn statement(
    tenant: Uuid,
    record_type: &str,
    record: Uuid,
    change_id: Uuid,
    action: &str,
    at: Timestamp,
) -> Sql {
    Sql::new("INSERT INTO outbox (tenant, topic, record, record_type, change_id, recorded_at) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(tenant)
        .bind(format!("{record_type}.{action}"))
        .bind(record)
        .bind(record_type)
        .bind(change_id)
        .bind(at.micros())
}
