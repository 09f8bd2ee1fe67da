//! The engine through its public surface, on both databases, with a small type of its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by failing"
)]

mod baseline;
mod beside;
mod door;
mod in_doubt;
mod reactions;
mod reading;
mod rekey;
mod restored;
mod rights;
mod settings;
mod tenants;
mod world;
