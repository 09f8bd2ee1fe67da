//! The engine through its public surface, on both databases, with a small type of its own.

mod door;
mod world;
