//! Who stands behind a session cookie or a bearer token, remembered for half a minute.
//!
//! What this process changes is forgotten at once; another process learns of it when the half minute is
//! over. Expiry is checked at every request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{Message, Refused, Result, Timestamp, Uuid};
use engine::system::actor::{self, Preferences};
use engine::system::credential;
use engine::system::secret::{self, SecretHash};
use engine::system::session::{self, Session};
use engine::system::token::{self, Token};
use engine::{Actor, Ctx, Surface};

use crate::AppState;

/// How long an identity is believed without asking the database.
const BELIEVED_MICROS: i64 = 30 * 1_000_000;
/// How often the last use of a session or token is written down.
const NOTED_EVERY_MICROS: i64 = 5 * 60 * 1_000_000;
/// Most identities remembered.
const MOST_REMEMBERED: usize = 20_000;

/// How somebody showed who they are.
#[derive(Clone, Debug)]
pub enum Proof {
    /// By the cookie of a session.
    Session(Session),
    /// By a bearer token.
    Token(Token),
}

impl Proof {
    fn is_valid(&self, now: Timestamp) -> bool {
        match self {
            Self::Session(session) => session.is_valid(now),
            Self::Token(token) => token.is_valid(now),
        }
    }
}

/// Somebody who asks.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who acts, with the scopes of the token where one was shown.
    pub actor: Actor,
    /// Language and zone of the person.
    pub preferences: Preferences,
    /// How they showed it.
    pub proof: Proof,
}

struct Remembered {
    identity: Arc<Identity>,
    until: Timestamp,
    snapshot: i64,
    noted_at: Timestamp,
}

/// Who is known to be signed in.
#[derive(Default)]
pub struct Identities {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    by_hash: HashMap<SecretHash, Remembered>,
    /// How often everybody was forgotten.
    generation: u64,
}

impl Identities {
    /// Forgets everybody: rights, teams or sessions have changed.
    pub fn forget_all(&self) {
        let mut known = self.known();
        known.by_hash.clear();
        known.generation += 1;
    }

    /// Whether somebody stood behind that secret lately.
    pub(crate) fn knows(&self, hash: &SecretHash) -> bool {
        self.known().by_hash.contains_key(hash)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn generation(&self) -> u64 {
        self.known().generation
    }

    fn recall(&self, hash: &SecretHash, now: Timestamp, snapshot: i64) -> Option<Arc<Identity>> {
        let known = self.known();
        let found = known.by_hash.get(hash)?;
        let fresh = now < found.until && found.snapshot == snapshot;
        fresh.then(|| Arc::clone(&found.identity))
    }

    /// Remembers what was read in that generation. Where everybody was forgotten since, what was read may
    /// be what was just revoked.
    fn remember(&self, hash: SecretHash, remembered: Remembered, generation: u64) {
        let mut known = self.known();
        if known.generation != generation {
            return;
        }
        if known.by_hash.len() >= MOST_REMEMBERED {
            known.by_hash.clear();
        }
        known.by_hash.insert(hash, remembered);
    }

    /// Whether the use is to be written down now; true only for the first to ask.
    fn is_to_be_noted(&self, hash: &SecretHash, now: Timestamp) -> bool {
        let mut known = self.known();
        let Some(found) = known.by_hash.get_mut(hash) else {
            return false;
        };
        let due = now.micros() - found.noted_at.micros() >= NOTED_EVERY_MICROS;
        if due {
            found.noted_at = now;
        }
        due
    }
}

/// Which secret was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Session,
    Token,
}

/// Who stands behind a secret.
///
/// # Errors
/// [`Refused::NotSignedIn`] where nobody does any more.
pub(crate) async fn identify(state: &AppState, shown: Shown, text: &str) -> Result<Arc<Identity>> {
    let (hash, now) = (secret::hash(text), state.engine().now());
    let snapshot = state.engine().snapshot().version;
    let identity = match state.identities().recall(&hash, now, snapshot) {
        Some(identity) => identity,
        None => {
            let generation = state.identities().generation();
            let identity = Arc::new(
                look_up(state, shown, hash)
                    .await?
                    .ok_or_else(|| unknown(shown))?,
            );
            let noted_at = match &identity.proof {
                Proof::Session(session) => session.last_seen_at,
                Proof::Token(token) => token.last_used_at.unwrap_or_default(),
            };
            let until = now.plus_micros(BELIEVED_MICROS);
            let remembered = Remembered {
                identity: Arc::clone(&identity),
                until,
                snapshot,
                noted_at,
            };
            state.identities().remember(hash, remembered, generation);
            identity
        }
    };
    if !identity.proof.is_valid(now) {
        return Err(unknown(shown).into());
    }
    if state.identities().is_to_be_noted(&hash, now) {
        note_use(state, &identity.proof, now).await?;
        // The next one reads the session's new end.
        if shown == Shown::Session {
            state.identities().forget(&hash, now);
        }
    }
    Ok(identity)
}

impl Identities {
    /// Lets the next request read the database again, but keeps when the use was noted.
    fn forget(&self, hash: &SecretHash, now: Timestamp) {
        let mut known = self.known();
        if let Some(found) = known.by_hash.get_mut(hash) {
            found.until = now;
        }
    }
}

async fn look_up(state: &AppState, shown: Shown, hash: SecretHash) -> Result<Option<Identity>> {
    let ctx = system_ctx(state);
    let tenant = state.tenant();
    let found = state.engine().read(&ctx, move |reading| {
        let proof = match shown {
            Shown::Session => session::find(reading.tx, &hash)?.map(Proof::Session),
            Shown::Token => token::find(reading.tx, &hash)?.map(Proof::Token),
        };
        let Some(proof) = proof else { return Ok(None) };
        let (of, person) = match &proof {
            Proof::Session(session) => (session.tenant, session.person),
            Proof::Token(token) => (token.tenant, token.person),
        };
        if of != tenant || is_closed(reading, person)? {
            return Ok(None);
        }
        Ok(actor::load(reading, person)?.map(|(actor, preferences)| (proof, actor, preferences)))
    });
    Ok(found.await?.map(|(proof, mut actor, preferences)| {
        if let Proof::Token(token) = &proof {
            actor.scopes = Some(token.scopes.clone());
        }
        Identity {
            actor,
            preferences,
            proof,
        }
    }))
}

/// Integrations have tokens without ever having had a login; only a closed account is closed.
fn is_closed(reading: &mut engine::Reading<'_, '_>, person: Uuid) -> Result<bool> {
    let credential = credential::of_person(reading.tx, person)?;
    Ok(credential.is_some_and(|it| it.disabled_at.is_some()))
}

async fn note_use(state: &AppState, proof: &Proof, now: Timestamp) -> Result<()> {
    let idle = i64::try_from(state.config().session_idle.as_micros()).unwrap_or(i64::MAX);
    let (ctx, proof) = (system_ctx(state), proof.clone());
    let noted = state.engine().write(&ctx, move |unit| match &proof {
        Proof::Session(session) => session::touch(unit.tx, session.id, now, now.plus_micros(idle)),
        Proof::Token(token) => token::touch(unit.tx, token.id, now),
    });
    noted.await
}

fn unknown(shown: Shown) -> Refused {
    Refused::NotSignedIn(Message::new(match shown {
        Shown::Session => "session-ended",
        Shown::Token => "token-unknown",
    }))
}

pub(crate) fn system_ctx(state: &AppState) -> Ctx {
    state.engine().system_ctx(state.tenant(), Surface::Page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_everybody_was_forgotten_is_not_remembered() {
        let identities = Identities::default();
        let (hash, now) = (secret::hash("dw_1"), Timestamp::from_micros(1));
        let before = identities.generation();
        identities.forget_all();
        identities.remember(hash, remembered(now), before);
        assert!(identities.recall(&hash, now, 1).is_none());
        identities.remember(hash, remembered(now), identities.generation());
        assert!(identities.recall(&hash, now, 1).is_some());
    }

    fn remembered(now: Timestamp) -> Remembered {
        let token = Token {
            id: Uuid::nil(),
            tenant: Uuid::nil(),
            person: Uuid::nil(),
            name: String::new(),
            hint: String::new(),
            scopes: Vec::new(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        };
        let identity = Identity {
            actor: Actor::system(),
            preferences: Preferences::default(),
            proof: Proof::Token(token),
        };
        Remembered {
            identity: Arc::new(identity),
            until: now.plus_micros(BELIEVED_MICROS),
            snapshot: 1,
            noted_at: now,
        }
    }
}
