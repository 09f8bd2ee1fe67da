//! What measuring and fault-finding share: a client, load, and a server process to aim at.
//!
//! Never part of the product, and never a timed test: figures are printed, not asserted.

pub mod client;
pub mod fill;
pub mod load;
pub mod plans;
pub mod scenario;
pub mod server;
