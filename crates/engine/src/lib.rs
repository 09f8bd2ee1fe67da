//! The engine: one door for every change, one reader for every question.
//!
//! Synchronous inside a database transaction; knows no practice by name and no HTTP. Practices hand
//! in values ([`Practice`]); the edge calls [`Engine`].

pub mod additions;
pub mod administer;
mod beside;
mod change;
pub mod columns;
mod ctx;
pub mod customize;
mod door;
mod draft;
mod engine;
mod facts;
pub mod history;
mod permission;
mod practice;
pub mod read;
mod related;
pub mod schema;
mod settings;
mod snapshot;
mod standing;
pub mod system;
mod timeline;
mod unit;

pub use beside::{Beside, BesidePage, LinkSeen};
pub use change::{Action, Change, Comment, Mode, Outcome, Visibility};
pub use ctx::{Actor, Ctx, RoleInForce, Surface};
pub use draft::{Draft, RuleContext, TraceEntry, Values, WrongKind};
pub use engine::{Engine, EngineConfig, Reading};
pub use facts::Facts;
pub use permission::{
    FieldList, Grant, GrantInForce, Listed, NAMED, READER, Role, Roles, SpineRow, spine_type,
};
pub use practice::{Guard, Practice, Reaction, Rule};
pub use settings::{Origin, SettingDef, SettingRow, Settings, Shape};
pub use snapshot::{Snapshot, Worlds};
pub use standing::Standing;
pub use system::{external, job, outbox};
pub use timeline::{Stories, Timeline, TimelineEntry, TimelineItem};
pub use unit::{Applied, MAX_CHANGES, MAX_DEPTH, Unit};
