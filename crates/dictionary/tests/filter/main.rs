//! The filter language: what people may write, what it means, and that no form of it loses anything.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by failing"
)]

mod errors;
mod meaning;
mod round_trip;
mod text;
mod world;
