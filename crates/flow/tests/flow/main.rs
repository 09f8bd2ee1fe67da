//! Imports, replays and exports through their public surface, on both databases.

mod exporting;
mod importing;
mod uci;
