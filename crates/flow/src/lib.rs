//! Records in and out in bulk: imports by a mapping, replay of foreign logs, exports; one act over many. And found:
//! search.
//!
//! Everything goes through the engine's one door and its reader; nothing here writes a record by
//! itself, and nothing here knows a particular file or practice.

mod beside;
pub mod bulk;
mod chunk;
mod convert;
pub mod export;
pub mod file_type;
pub mod import;
pub mod mapping;
mod ordered;
pub mod plan;
mod reindex;
pub mod report;
pub mod search;
pub mod source;
pub mod uses;

pub use export::{Export, Exported};
pub use import::{Importer, Options, Progress};
pub use mapping::{Format, Mapping};
pub use plan::Plan;
pub use reindex::{Reindexer, rebuild, reindex};
pub use report::Report;
