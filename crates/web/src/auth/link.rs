//! Links by which people set their password: the invitation of somebody new, and the way back in.
//!
//! A link works once and for a while, only its digest is stored, and a newer one ends the older.

use base::{Message, Refused, Result, Timestamp, Uuid};
use dictionary::Value;
use engine::job::{NewJob, enqueue};
use engine::system::credential::{self, Credential};
use engine::system::throttle::{self, Gate};
use engine::system::{account, actor, invitation, secret, session};
use engine::{Ctx, Reading, Unit};
use serde_json::json;

use super::identity::system_ctx;
use crate::{AppState, RequestInfo};

/// How long a link of an administrator can be used.
const VALID_MICROS: i64 = 3 * base::MICROS_PER_DAY;
/// Tries from one address before the first wait.
const FREE_TRIES: i64 = 20;
/// Mails for one login before the first wait.
const FREE_MAILS: i64 = 3;
/// Longest login that is looked at.
const MAX_LOGIN_BYTES: usize = 320;

/// A link that was just made. It is shown now and never again.
#[derive(Clone, Debug)]
pub struct MadeLink {
    /// Its address.
    pub url: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// Makes a link for a person who is there; an earlier one ends. The account stays as it is until it is used.
///
/// # Errors
/// Forbidden without the right to administer users, or where the account is above one's own;
/// invalid where the person has no login and no address that could be one.
pub async fn make_link(state: &AppState, ctx: &Ctx, person: Uuid) -> Result<MadeLink> {
    ctx.require_area("users")?;
    let secret = secret::generate(state.engine().ids(), "");
    let url = state
        .config()
        .public_url
        .join(&format!("set-password?token={secret}"));
    let url = url.map_err(|error| base::Error::failed("the public address does not fit", error))?;
    let (hash, expires_at) = (secret::hash(&secret), ctx.now.plus_micros(VALID_MICROS));
    let write = move |unit: &mut Unit<'_, '_>| {
        account::require_not_above(unit, person)?;
        let login = login_of(&mut unit.reading(), person)?;
        let nobody = || Refused::NotFound(Message::new("record-unknown").with("type", "person"));
        let closed = || Refused::field("person", Message::new("account-closed"));
        let none = || Refused::field("person", Message::new("account-needs-address"));
        match login.ok_or_else(nobody)? {
            Login::Closed => Err(closed().into()),
            Login::None => Err(none().into()),
            Login::Open(_) | Login::New(_) => {
                let purpose = invitation::password_of(person);
                let purpose = (unit.ctx.tenant, purpose.as_str());
                invitation::replace(unit.tx, &hash, purpose, (unit.ctx.now, expires_at))
            }
        }
    };
    state.engine().write(ctx, write).await?;
    tracing::info!(%person, by = %ctx.actor.person, "a link that sets a password was made");
    Ok(MadeLink {
        url: url.into(),
        expires_at,
    })
}

/// Mails a link to a person instead of showing it.
///
/// # Errors
/// As [`make_link`]; invalid where no mails are sent.
pub async fn mail_link(state: &AppState, ctx: &Ctx, person: Uuid) -> Result<()> {
    ctx.require_area("users")?;
    if !state.config().sends_mail {
        return Err(Refused::field("person", Message::new("link-no-mail")).into());
    }
    let write = move |unit: &mut Unit<'_, '_>| {
        account::require_not_above(unit, person)?;
        match login_of(&mut unit.reading(), person)? {
            Some(Login::Open(_) | Login::New(_)) => order(unit, person),
            _ => Err(Refused::field("person", Message::new("account-needs-address")).into()),
        }
    };
    state.engine().write(ctx, write).await
}

/// Mails a link to whoever signs in like that. The answer is the same whether anybody does.
///
/// # Errors
/// [`Refused::TooMany`] after too many tries, of one login or from one address.
pub async fn forgot(state: &AppState, info: &RequestInfo, login: &str) -> Result<()> {
    let (ctx, now) = (system_ctx(state), state.engine().now());
    let gate = |of: &str, purpose, free| Gate {
        key: secret::derive(of, purpose),
        free,
    };
    let gates = [
        gate(&base::text_key(login), "forgot", FREE_MAILS),
        gate(&info.address_text(), "forgot-address", FREE_TRIES),
    ];
    let sends =
        state.config().sends_mail && login.len() <= MAX_LOGIN_BYTES && !login.contains('\0');
    let login = login.to_owned();
    let write = move |unit: &mut Unit<'_, '_>| {
        if let Some(seconds) = throttle::enter(unit.tx, &gates, now)? {
            return Ok(Some(seconds));
        }
        let found = match sends {
            true => credential::find(unit.tx, &login)?,
            false => None,
        };
        let tenant = unit.ctx.tenant;
        let open = found.filter(|it| it.tenant == tenant && it.disabled_at.is_none());
        if let Some(credential) = open {
            order(unit, credential.person)?;
        }
        Ok(None)
    };
    match state.engine().write(&ctx, write).await? {
        None => Ok(()),
        Some(retry_after_seconds) => Err(Refused::TooMany {
            retry_after_seconds,
        }
        .into()),
    }
}

/// Orders the mail with a link. One that waits already is enough.
fn order(unit: &mut Unit<'_, '_>, person: Uuid) -> Result<()> {
    let job = NewJob {
        id: unit.new_id(),
        tenant: unit.ctx.tenant,
        kind: invitation::MAIL_JOB.to_owned(),
        payload: json!({ "person": person }),
        run_at: unit.ctx.now,
        unique_key: Some(format!("{}:{person}", invitation::MAIL_JOB)),
    };
    enqueue(unit.tx, &job, unit.ctx.now).map(|_| ())
}

/// How a person signs in, or would.
enum Login {
    Open(String),
    New(String),
    Closed,
    None,
}

/// Nothing where the person is not there or has left.
fn login_of(reading: &mut Reading<'_, '_>, person: Uuid) -> Result<Option<Login>> {
    if actor::load(reading, person)?.is_none() {
        return Ok(None);
    }
    if let Some(found) = credential::of_person(reading.tx, person)? {
        let login = if found.disabled_at.is_some() {
            Login::Closed
        } else {
            Login::Open(found.login)
        };
        return Ok(Some(login));
    }
    let system = reading.ctx.as_system(reading.ctx.surface);
    let (record, _) = reading
        .seen_by(&system)
        .record(Some("person"), &person.to_string())?;
    let email = record.value("email");
    Ok(Some(match email {
        Value::Text(email) => Login::New(email.clone()),
        _ => Login::None,
    }))
}

/// What the page of a link greets with: the login that the password will be for.
///
/// # Errors
/// [`Refused::NotFound`] where the link is unknown, used or too old.
pub async fn login_of_link(state: &AppState, token: &str) -> Result<String> {
    let (ctx, hash) = (system_ctx(state), secret::hash(token));
    let read = move |reading: &mut Reading<'_, '_>| {
        let found = invitation::whose(reading.tx, &hash, reading.ctx.now)?;
        let person = found.filter(|it| it.0 == reading.ctx.tenant).map(|it| it.1);
        let login = match person {
            Some(person) => login_of(reading, person)?,
            None => None,
        };
        match login {
            Some(Login::Open(login) | Login::New(login)) => Ok(login),
            _ => Err(useless().into()),
        }
    };
    state.engine().read(&ctx, read).await
}

fn useless() -> Refused {
    Refused::NotFound(Message::new("password-link-useless"))
}

/// Uses the link: sets the password, ends all sessions, and makes the login where there was none.
/// Returns the login.
///
/// # Errors
/// [`Refused::NotFound`] where the link is unknown, used or too old; [`Refused::Invalid`] where the
/// password may not be set; [`Refused::TooMany`] after too many tries from one address.
pub async fn use_link(
    state: &AppState,
    info: &RequestInfo,
    token: &str,
    password: String,
) -> Result<String> {
    let (ctx, now) = (system_ctx(state), state.engine().now());
    let gate = Gate {
        key: secret::derive(&info.address_text(), "link"),
        free: FREE_TRIES,
    };
    let entering = gate.clone();
    let entered = state.engine().write(&ctx, move |unit| {
        throttle::enter(unit.tx, std::slice::from_ref(&entering), now)
    });
    if let Some(retry_after_seconds) = entered.await? {
        return Err(Refused::TooMany {
            retry_after_seconds,
        }
        .into());
    }
    // A link that is of no use costs no hashing.
    login_of_link(state, token).await?;
    let ids = state.engine().shared_ids();
    let password_hash = state.passwords().hash(password, ids).await?;
    let hash = secret::hash(token);
    let write = move |unit: &mut Unit<'_, '_>| {
        let found = invitation::whose(unit.tx, &hash, now)?;
        let (tenant, person) = found.ok_or_else(useless)?;
        invitation::redeem(unit.tx, &hash, &invitation::password_of(person), now)?;
        let login = login_of(&mut unit.reading(), person)?;
        let login = match login.filter(|_| tenant == unit.ctx.tenant) {
            Some(Login::Open(login)) => {
                credential::set_password(unit.tx, person, &password_hash, now)?;
                login
            }
            Some(Login::New(login)) => {
                let new = Credential {
                    person,
                    tenant,
                    login: login.clone(),
                    password_hash: Some(password_hash.clone()),
                    disabled_at: None,
                };
                credential::insert(unit.tx, &new, now)?;
                login
            }
            _ => return Err(useless().into()),
        };
        session::revoke_others(unit.tx, person, None)?;
        throttle::forgive(unit.tx, &super::sign_in::account_gate(&login), &gate)?;
        Ok(login)
    };
    let login = state.engine().write(&ctx, write).await?;
    state.identities().forget_all();
    Ok(login)
}
