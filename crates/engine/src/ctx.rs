//! Who asks, when, through which surface, and what the world looked like when the request began.

use std::sync::Arc;

use base::{Timestamp, Uuid};
use dictionary::TypeDef;
use jiff::tz::TimeZone;

use crate::Snapshot;

/// Through which surface a change came; recorded in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The HTML pages.
    Page,
    /// The REST API.
    Api,
    /// The command line.
    Command,
    /// An import.
    Import,
    /// A mail that came in.
    Mail,
    /// A job of the runner.
    Job,
    /// A reaction to another change.
    Reaction,
}

impl Surface {
    /// Code in the history.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Command => "command",
            Self::Import => "import",
            Self::Mail => "mail",
            Self::Job => "job",
            Self::Reaction => "reaction",
        }
    }
}

/// Somebody who acts: a signed-in person, a token's owner, or the system itself.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person; [`Uuid::nil`] for the system.
    pub person: Uuid,
    /// Name for people.
    pub name: String,
    /// Teams of the person.
    pub teams: Vec<Uuid>,
    /// Organisation of the person, where known.
    pub organisation: Option<Uuid>,
    /// Roles in force, with the organisations they are limited to.
    pub roles: Vec<RoleInForce>,
    /// Whether permission is not asked: the system acting by itself.
    pub system: bool,
    /// What a token may do at most; `None` is everything its owner may.
    pub scopes: Option<Vec<String>>,
}

/// A role that a person has now.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleInForce {
    /// Code of the role.
    pub role: String,
    /// Organisations (subtrees already resolved) it is limited to; empty means the whole tenant.
    pub organisations: Vec<Uuid>,
}

impl Actor {
    /// The system acting by itself: reactions, jobs, set-up.
    #[must_use]
    pub fn system() -> Self {
        Self {
            person: Uuid::nil(),
            name: "Deskwright".to_owned(),
            teams: Vec::new(),
            organisation: None,
            roles: Vec::new(),
            system: true,
            scopes: None,
        }
    }

    /// Whether the actor has that role anywhere.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|it| it.role == role)
    }
}

/// The context of one request; comes first everywhere.
#[derive(Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// The tenant; no query ever crosses it.
    pub tenant: Uuid,
    /// When the request began.
    pub now: Timestamp,
    /// Dictionary, settings and grants as of the request.
    pub snapshot: Arc<Snapshot>,
    /// Language tag of the reader.
    pub language: String,
    /// Time zone of the reader.
    pub zone: TimeZone,
    /// Where the request came from.
    pub surface: Surface,
    /// Id of the request, for the log.
    pub request_id: Option<String>,
}

impl Ctx {
    /// The type of that name.
    #[must_use]
    pub fn record_type(&self, name: &str) -> Option<Arc<TypeDef>> {
        self.snapshot.dictionary.record_type(name).cloned()
    }

    /// The same request as the system, which needs no permission.
    #[must_use]
    pub fn as_system(&self, surface: Surface) -> Self {
        Self {
            actor: Actor::system(),
            surface,
            ..self.clone()
        }
    }
}
