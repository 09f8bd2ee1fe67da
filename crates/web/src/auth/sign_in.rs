//! Signing in and out with login and password.

use base::{Message, Refused, Result, Timestamp, Uuid};
use engine::system::throttle::{self, Gate};
use engine::system::{credential, secret, session};

use super::identity::system_ctx;
use crate::{AppState, RequestInfo};

/// Tries of one account before the first wait.
const FREE_TRIES_OF_ACCOUNT: i64 = 5;
/// Tries from one address before the first wait: a whole office may share it.
const FREE_TRIES_OF_ADDRESS: i64 = 50;
/// Longest login that is looked at.
const MAX_LOGIN_BYTES: usize = 320;
/// How much is kept of what a browser calls itself.
const KEPT_AGENT_CHARS: usize = 200;

/// What somebody typed to sign in.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The login, usually an e-mail address.
    pub login: String,
    /// The password.
    pub password: String,
}

/// A new session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The secret for the cookie.
    pub secret: String,
    /// The token that forms of the session carry.
    pub csrf: String,
    /// Who is signed in.
    pub person: Uuid,
    /// Seconds until the session ends at the latest.
    pub seconds: u64,
}

/// Signs somebody in: a new session with a new secret, whatever the browser held before.
///
/// # Errors
/// [`Refused::NotSignedIn`] without saying whether login or password was wrong,
/// [`Refused::TooMany`] after too many tries.
pub async fn sign_in(
    state: &AppState,
    info: &RequestInfo,
    agent: Option<&str>,
    typed: SignIn,
) -> Result<SignedIn> {
    let now = state.engine().now();
    let wrong = || Refused::NotSignedIn(Message::new("sign-in-wrong"));
    if typed.login.len() > MAX_LOGIN_BYTES || typed.login.contains('\0') {
        return Err(wrong().into());
    }
    let gates = gates(&typed.login, info);
    let ctx = system_ctx(state);
    let (login, entering) = (typed.login.clone(), gates.clone());
    let entered = state.engine().write(&ctx, move |unit| {
        if let Some(seconds) = throttle::enter(unit.tx, &entering, now)? {
            return Ok(Err(seconds));
        }
        Ok(Ok(credential::find(unit.tx, &login)?))
    });
    let found = entered
        .await?
        .map_err(|retry_after_seconds| Refused::TooMany {
            retry_after_seconds,
        })?;
    // A closed account is as unknown as one that never was.
    let found = found.filter(|it| it.tenant == state.tenant() && it.disabled_at.is_none());
    let hash = found.as_ref().and_then(|it| it.password_hash.clone());
    let fits = state.passwords().verify(typed.password, hash).await?;
    let Some(credential) = found.filter(|_| fits) else {
        tracing::warn!(
            address = info.address_text(),
            request = &*info.id,
            "a sign-in failed"
        );
        return Err(wrong().into());
    };
    let session = new_session(state, info, agent, credential.person, now);
    let secret = secret::generate(state.engine().ids(), "");
    let hash = secret::hash(&secret);
    let replaced = info.session_hash;
    let stored = state.engine().write(&ctx, move |unit| {
        let [account, address] = &gates;
        throttle::forgive(unit.tx, account, address)?;
        if let Some(replaced) = &replaced {
            session::end(unit.tx, replaced)?;
        }
        session::insert(unit.tx, &hash, &session)
    });
    stored.await?;
    if replaced.is_some() {
        state.identities().forget_all();
    }
    let seconds = state.config().session_lifetime.as_secs();
    Ok(SignedIn {
        csrf: super::origin::csrf_token(&secret),
        secret,
        person: credential.person,
        seconds,
    })
}

/// Ends one session of a person.
///
/// # Errors
/// [`Refused::NotFound`] where the person has no such session.
pub async fn end_session(state: &AppState, person: Uuid, id: Uuid) -> Result<()> {
    let ctx = system_ctx(state);
    let ended = state
        .engine()
        .write(&ctx, move |unit| session::revoke(unit.tx, person, id))
        .await?;
    state.identities().forget_all();
    if ended {
        Ok(())
    } else {
        Err(Refused::NotFound(Message::new("session-not-found")).into())
    }
}

/// Sets another password after the present one was shown; every other session ends.
///
/// # Errors
/// [`Refused::Invalid`] where the present password is wrong or the new one may not be set,
/// [`Refused::TooMany`] after too many tries.
pub async fn change_password(
    state: &AppState,
    info: &RequestInfo,
    (person, keep): (Uuid, Option<Uuid>),
    (present, new): (String, String),
) -> Result<()> {
    let (ctx, now) = (system_ctx(state), state.engine().now());
    let read =
        move |reading: &mut engine::Reading<'_, '_>| credential::of_person(reading.tx, person);
    let wrong = || Refused::field("present", Message::new("password-wrong"));
    let found = state.engine().read(&ctx, read).await?.ok_or_else(wrong)?;
    let gates = gates(&found.login, info);
    let entering = gates.clone();
    let entered = state
        .engine()
        .write(&ctx, move |unit| throttle::enter(unit.tx, &entering, now));
    if let Some(retry_after_seconds) = entered.await? {
        return Err(Refused::TooMany {
            retry_after_seconds,
        }
        .into());
    }
    if !state
        .passwords()
        .verify(present, found.password_hash)
        .await?
    {
        return Err(wrong().into());
    }
    let hash = state
        .passwords()
        .hash(new, state.engine().shared_ids())
        .await?;
    let stored = state.engine().write(&ctx, move |unit| {
        let [account, address] = &gates;
        throttle::forgive(unit.tx, account, address)?;
        credential::set_password(unit.tx, person, &hash, now)?;
        session::revoke_others(unit.tx, person, keep)
    });
    stored.await?;
    state.identities().forget_all();
    Ok(())
}

fn gates(login: &str, info: &RequestInfo) -> [Gate; 2] {
    let address = Gate {
        key: secret::derive(&info.address_text(), "address"),
        free: FREE_TRIES_OF_ADDRESS,
    };
    [account_gate(login), address]
}

/// Counts failures of a login. Only digests are kept: a mistyped login may be a password.
pub(super) fn account_gate(login: &str) -> Gate {
    Gate {
        key: secret::derive(&base::text_key(login), "account"),
        free: FREE_TRIES_OF_ACCOUNT,
    }
}

fn new_session(
    state: &AppState,
    info: &RequestInfo,
    agent: Option<&str>,
    person: Uuid,
    now: Timestamp,
) -> session::Session {
    let after = |duration: std::time::Duration| {
        now.plus_micros(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
    };
    session::Session {
        id: state.engine().ids().next(now),
        tenant: state.tenant(),
        person,
        created_at: now,
        last_seen_at: now,
        idle_until: after(state.config().session_idle),
        expires_at: after(state.config().session_lifetime),
        address: info.address_text(),
        agent: agent
            .unwrap_or_default()
            .chars()
            .take(KEPT_AGENT_CHARS)
            .collect(),
    }
}
