//! The engine through its public surface, on both databases, with a small type of its own.

mod baseline;
mod door;
mod reactions;
mod reading;
mod rights;
mod settings;
mod world;
