//! The doors over HTTP: pages, API and files.

pub mod assets;
