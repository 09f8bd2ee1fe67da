//! Reading: SQLite, PostgreSQL and memory give the same answer, within the same rights.

mod agreement;
mod arbitrary;
mod numbers;
mod paging;
mod rights;
mod shelf;
