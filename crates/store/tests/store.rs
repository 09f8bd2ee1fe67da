//! What the store promises, on both databases.
//!
//! Each behaviour is one function over a `Desk`; `on_both!` makes it a test on SQLite and a test on
//! PostgreSQL.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests fail like tests"
)]

#[path = "store/desk.rs"]
mod desk;

#[path = "store/behaviour.rs"]
mod behaviour;
#[path = "store/postgres_faults.rs"]
mod postgres_faults;
#[path = "store/reads.rs"]
mod reads;
#[path = "store/schema.rs"]
mod schema;
#[path = "store/writer_contract.rs"]
mod writer_contract;
