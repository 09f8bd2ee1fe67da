//! What takes long: the plug pulled, a million records, millions of odd requests.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by failing"
)]

mod faults;
mod fuzz;
mod million;
mod place;
