//! All practices of the product: one folder each, and one line in [`all`].
//!
//! A practice declares its record type and hands the engine pure rules, guards and reactions. Folders never
//! import each other; what several share stands in `shared`, `task_like`, `ticket` and `declare`. No SQL, no HTTP.

mod article_feedback;
mod category;
mod declare;
mod incident;
mod interaction;
mod knowledge_article;
mod location;
mod organisation;
mod person;
mod request;
mod role_assignment;
mod roles;
mod saved_view;
mod service;
mod shared;
mod task;
mod task_like;
mod team;
mod ticket;

use base::Uuid;
use dictionary::Filter;
use engine::{Change, Ctx, Practice};

pub use roles::default_roles;
pub use shared::{CONFIDENTIAL, INTERNAL, PUBLIC};

/// The type of record in which people keep lists under a name.
pub const SAVED_VIEW: &str = saved_view::record::NAME;

/// The type of record that a mail opens.
pub const OPENED_BY_MAIL: &str = "incident";

/// All practices in alphabetical order.
#[must_use]
pub fn all() -> Vec<Practice> {
    vec![
        article_feedback::practice(),
        category::practice(),
        incident::practice(),
        interaction::practice(),
        knowledge_article::practice(),
        location::practice(),
        organisation::practice(),
        person::practice(),
        request::practice(),
        role_assignment::practice(),
        saved_view::practice(),
        service::practice(),
        task::practice(),
        team::practice(),
    ]
}

/// What time does to records of one type: which are due, and the change that each of them gets.
///
/// The job runner asks for the records as the system and sends each change through the door.
#[derive(Clone, Copy)]
pub struct Sweep {
    /// Name for the log.
    pub name: &'static str,
    /// Name of the type.
    pub record_type: &'static str,
    /// Which records are due now.
    pub due: fn(&Ctx) -> Filter,
    /// The change for one of them.
    pub change: fn(Uuid) -> Change,
}

/// All sweeps of all practices.
#[must_use]
pub fn sweeps() -> Vec<Sweep> {
    [
        &article_feedback::sweeps()[..],
        &incident::sweeps()[..],
        &request::sweeps()[..],
    ]
    .concat()
}

/// The manual's chapter of each practice, by the name of its type.
#[must_use]
pub fn guides() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "article_feedback",
            include_str!("article_feedback/guide.md"),
        ),
        ("category", include_str!("category/guide.md")),
        ("incident", include_str!("incident/guide.md")),
        ("interaction", include_str!("interaction/guide.md")),
        (
            "knowledge_article",
            include_str!("knowledge_article/guide.md"),
        ),
        ("location", include_str!("location/guide.md")),
        ("organisation", include_str!("organisation/guide.md")),
        ("person", include_str!("person/guide.md")),
        ("request", include_str!("request/guide.md")),
        ("role_assignment", include_str!("role_assignment/guide.md")),
        ("saved_view", include_str!("saved_view/guide.md")),
        ("service", include_str!("service/guide.md")),
        ("task", include_str!("task/guide.md")),
        ("team", include_str!("team/guide.md")),
    ]
}
