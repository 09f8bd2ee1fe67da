//! The link that creates the first administrator: printed where the server was started, good once.

use base::{Message, Refused, Result, Uuid};
use engine::system::invitation::{self, FIRST_ADMINISTRATOR};
use engine::system::user::{self, NewUser};
use engine::system::{actor, credential, secret};

use super::identity::system_ctx;
use crate::AppState;

/// How long the link can be used.
const VALID_MICROS: i64 = base::MICROS_PER_DAY;

/// What the first administrator typed.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstAdministrator {
    /// The secret of the link.
    pub token: String,
    /// Their name.
    pub name: String,
    /// Their e-mail address, which is their login as well.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// A new link for the first administrator, or nothing where somebody can sign in already.
/// Earlier links end.
///
/// # Errors
/// A failure of the store.
pub async fn invite_first_administrator(state: &AppState) -> Result<Option<String>> {
    let (ctx, now, tenant) = (system_ctx(state), state.engine().now(), state.tenant());
    let secret = secret::generate(state.engine().ids(), "");
    let hash = secret::hash(&secret);
    let invited = state.engine().write(&ctx, move |unit| {
        if credential::any(unit.tx, tenant)? {
            return Ok(false);
        }
        let purpose = (tenant, FIRST_ADMINISTRATOR);
        invitation::replace(
            unit.tx,
            &hash,
            purpose,
            (now, now.plus_micros(VALID_MICROS)),
        )?;
        Ok(true)
    });
    let link = format!("first-administrator?token={secret}");
    let link = state.config().public_url.join(&link).map(String::from);
    let link =
        link.map_err(|error| base::Error::failed("the public address does not fit", error))?;
    Ok(invited.await?.then_some(link))
}

/// Whether the link can be used, so that the page need not ask in vain. Once there is an administrator
/// who can sign in, however they were made, it cannot.
///
/// # Errors
/// A failure of the store.
pub async fn is_invited(state: &AppState, token: &str) -> Result<bool> {
    let (ctx, hash, now) = (system_ctx(state), secret::hash(token), state.engine().now());
    let found = state.engine().read(&ctx, move |reading| {
        let found = invitation::find(reading.tx, &hash, FIRST_ADMINISTRATOR, now)?;
        Ok(found.is_some() && !actor::any_administrator(reading)?)
    });
    found.await
}

/// Uses the link and makes the first administrator.
///
/// # Errors
/// [`Refused::NotFound`] where the link is unknown, used or too old; [`Refused::Invalid`] that names
/// what does not fit.
pub async fn create_first_administrator(
    state: &AppState,
    typed: FirstAdministrator,
) -> Result<Uuid> {
    let useless = || Refused::NotFound(Message::new("link-used-or-old"));
    if !is_invited(state, &typed.token).await? {
        return Err(useless().into());
    }
    let password_hash = state
        .passwords()
        .hash(typed.password, state.engine().shared_ids())
        .await?;
    let user = NewUser {
        login: typed.email.clone(),
        name: typed.name,
        email: Some(typed.email),
        password_hash: Some(password_hash),
        roles: Vec::new(),
    };
    let (ctx, link) = (system_ctx(state), secret::hash(&typed.token));
    let made = state.engine().write(&ctx, move |unit| {
        // Asked again, since hashing the password took a while.
        if actor::any_administrator(&mut unit.reading())? {
            return Err(useless().into());
        }
        user::add_first_administrator(unit, &link, &user)
    });
    let person = made.await?;
    state.identities().forget_all();
    Ok(person)
}
