//! Work that somebody ordered and a job does later: as whom it is done.

use std::sync::Arc;

use base::{Result, Uuid};
use engine::system::{actor, credential, token};
use engine::{Actor, Ctx, Engine, Reading, Surface};
use jiff::tz::TimeZone;

/// Who ordered something, and how they speak.
pub(crate) struct Ordered {
    /// The tenant.
    pub(crate) tenant: Uuid,
    /// The person.
    pub(crate) person: Uuid,
    /// The token with which they ordered it.
    pub(crate) token: Option<Uuid>,
    /// What that token may do at most.
    pub(crate) scopes: Option<Vec<String>>,
    /// Language tag.
    pub(crate) language: String,
    /// Name of their time zone.
    pub(crate) zone: Option<String>,
}

impl Ordered {
    /// The request as whom it is done: the person with the rights that they have now. Nothing where their account
    /// was closed, or their token has ended. Blocks.
    pub(crate) fn ctx(&self, engine: &Arc<Engine>, surface: Surface) -> Result<Option<Ctx>> {
        let zone = self.zone.as_deref();
        let system = Ctx {
            language: self.language.clone(),
            zone: zone
                .and_then(|it| TimeZone::get(it).ok())
                .unwrap_or(TimeZone::UTC),
            ..engine.system_ctx(self.tenant, surface)
        };
        let (person, token) = (self.person, self.token);
        let read = move |reading: &mut Reading<'_, '_>| actor_of(reading, person, token);
        let Some(actor) = engine.read_blocking(&system, read)? else {
            return Ok(None);
        };
        let actor = Actor {
            scopes: self.scopes.clone(),
            ..actor
        };
        Ok(Some(Ctx { actor, ..system }))
    }
}

/// Who somebody is now; nothing where their account was closed, or their token has ended.
fn actor_of(
    reading: &mut Reading<'_, '_>,
    person: Uuid,
    by: Option<Uuid>,
) -> Result<Option<Actor>> {
    let account = credential::of_person(reading.tx, person)?;
    if account.is_some_and(|it| it.disabled_at.is_some()) {
        return Ok(None);
    }
    if let Some(id) = by {
        let tokens = token::of_person(reading.tx, person)?;
        let known = tokens.iter().find(|it| it.id == id);
        if known.is_none_or(|it| !it.is_valid(reading.ctx.now)) {
            return Ok(None);
        }
    }
    Ok(actor::load(reading, person)?.map(|it| it.0))
}
