//! The narrow waist between the program and its databases.
//!
//! One way to write SQL ([`Sql`]), one transaction ([`Tx`]), two drivers behind [`Store`]. This is the
//! only crate that knows a database driver, and it knows nothing of records, practices or
//! permissions: it must never decide what is stored, only that it is stored whole or not at all.

mod config;
mod ddl;
mod dialect;
mod error;
mod job;
mod metrics;
mod migrate;
mod postgres;
mod queue;
mod row;
mod sequence;
mod sql;
mod sqlite;
mod store;
mod tx;

pub use config::{CommitFault, Durability, StoreConfig};
pub use ddl::{Applied, ColumnDef, Condition, IndexColumn, IndexDef, TableDef};
pub use dialect::{ColumnKind, Dialect};
pub use error::StoreError;
pub use job::{Failure, Work, block_on};
pub use metrics::StoreMetrics;
pub use migrate::Migration;
pub use row::Row;
pub use sql::{Sql, SqlValue, is_identifier};
pub use store::Store;
pub use tx::{BatchResult, Tx};
