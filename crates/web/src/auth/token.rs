//! Making personal access tokens.

use base::{Message, Refused, Result, Timestamp, Uuid};
use engine::Ctx;
use engine::system::secret;
use engine::system::token::{self, PREFIX, Token};

use crate::AppState;

/// Longest name of a token in characters.
const MAX_NAME_CHARS: usize = 100;

/// A token that somebody wishes for.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it may do at most: `*:read`, `incident:write`, `*:admin`.
    pub scopes: Vec<String>,
    /// When it ends, RFC 3339; never where nothing is given.
    #[serde(default)]
    pub expires_at: Option<String>,
}

/// A token that was just made. Its secret is shown now and never again.
#[derive(Clone, Debug)]
pub struct MintedToken {
    /// The secret.
    pub secret: String,
    /// The token.
    pub token: Token,
}

/// Makes a token for the person who asks.
///
/// # Errors
/// [`Refused::Invalid`] that names what does not fit.
pub async fn mint_token(state: &AppState, ctx: &Ctx, wish: NewToken) -> Result<MintedToken> {
    let name = base::clean_text(wish.name.trim()).unwrap_or_default();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
        let message = Message::new("token-needs-name").with("most", MAX_NAME_CHARS);
        return Err(Refused::field("name", message).into());
    }
    let dictionary = &ctx.snapshot.dictionary;
    token::check_scopes(&wish.scopes, &|it| dictionary.record_type(it).is_some())?;
    let secret = secret::generate(state.engine().ids(), PREFIX);
    let token = Token {
        id: state.engine().ids().next(ctx.now),
        tenant: ctx.tenant,
        person: ctx.actor.person,
        name,
        hint: secret[secret.len() - 4..].to_owned(),
        scopes: wish.scopes,
        created_at: ctx.now,
        expires_at: expiry(wish.expires_at.as_deref(), ctx.now)?,
        last_used_at: None,
        revoked_at: None,
    };
    let (hash, stored) = (secret::hash(&secret), token.clone());
    state
        .engine()
        .write(ctx, move |unit| token::insert(unit.tx, &hash, &stored))
        .await?;
    Ok(MintedToken { secret, token })
}

/// Revokes a token of the person who asks.
///
/// # Errors
/// [`Refused::NotFound`] where they have no such token.
pub async fn revoke_token(state: &AppState, ctx: &Ctx, id: Uuid) -> Result<()> {
    let (person, now) = (ctx.actor.person, ctx.now);
    let revoked = state
        .engine()
        .write(ctx, move |unit| token::revoke(unit.tx, person, id, now));
    let revoked = revoked.await?;
    state.identities().forget_all();
    if revoked {
        Ok(())
    } else {
        Err(Refused::NotFound(Message::new("token-not-found")).into())
    }
}

fn expiry(text: Option<&str>, now: Timestamp) -> Result<Option<Timestamp>, Refused> {
    let Some(text) = text else { return Ok(None) };
    let wrong = |key| Refused::field("expires_at", Message::new(key));
    let instant = Timestamp::parse(text).ok_or_else(|| wrong("expected-instant"))?;
    if instant <= now {
        Err(wrong("token-already-over"))
    } else {
        Ok(Some(instant))
    }
}
