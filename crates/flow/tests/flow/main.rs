//! Imports, replays and exports through their public surface, on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod definitions;
mod exporting;
mod importing;
mod markdown;
mod ordered;
mod real_files;
mod roundtrip;
mod search;
mod uci;
mod workbooks;
