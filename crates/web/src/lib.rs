//! The doors over HTTP: pages, API and files.
//!
//! The only crate that knows HTTP. It knows no practice: types, fields, states and transitions come
//! from the dictionary, and every change goes through the engine's door.

mod administration;
pub mod api;
pub mod assets;
pub mod auth;
mod body;
mod branded;
mod context;
pub mod cookie;
mod download;
mod error;
mod flawed;
mod guard;
mod headers;
pub mod html;
mod metrics;
mod origins;
mod rate;
mod router;
mod server;
mod state;
mod strict_json;
mod upload;
mod view_file;
mod viewer;
mod words;

pub use body::FormData;
pub use context::RequestInfo;
pub use error::{ErrorView, Failure, FilterPlace};
pub use router::router;
pub use server::{Limits, serve};
pub use state::{AppState, WebConfig};
pub use viewer::{Posted, Viewer, Visitor, VisitorPosted};
pub use words::{label, say};
