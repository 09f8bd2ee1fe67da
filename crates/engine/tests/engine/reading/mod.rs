//! Reading: SQLite, PostgreSQL and memory give the same answer, within the same rights.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by failing"
)]

mod agreement;
mod arbitrary;
mod numbers;
mod paging;
mod rights;
mod shelf;
