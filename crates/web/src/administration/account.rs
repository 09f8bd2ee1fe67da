//! The account of a person as those see it who administer users, and what they do to it.

use base::{Message, Refused, Result, Uuid};
use dictionary::{Filter, Query, Value, spine};
use engine::read::{Visible, VisiblePage};
use engine::system::account::{close_for, require_not_above};
use engine::system::credential::{self, Credential};
use engine::system::session::{self, Session};
use engine::system::token::{self, Token};
use engine::{Actor, Ctx, Reading, Unit, system};

use crate::AppState;

/// The area of administration.
pub(crate) const AREA: &str = "users";

/// Whether somebody can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// Nobody gave them a login.
    None,
    /// They have a login and have not set a password.
    Invited,
    /// They can.
    Open,
    /// An administrator closed it.
    Closed,
    /// They have left.
    Left,
}

impl SignIn {
    /// Code for programs.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Invited => "invited",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Left => "left",
        }
    }

    /// How somebody with that login stands, who acts or has left.
    pub(crate) fn of(credential: Option<&Credential>, has_left: bool) -> Self {
        match credential {
            _ if has_left => Self::Left,
            None => Self::None,
            Some(it) if it.disabled_at.is_some() => Self::Closed,
            Some(it) if it.password_hash.is_none() => Self::Invited,
            Some(_) => Self::Open,
        }
    }
}

/// All about one account.
pub(crate) struct Account {
    /// The person.
    pub(crate) record: Visible,
    /// Who they are when they act; nothing where they left.
    pub(crate) actor: Option<Actor>,
    /// What they type to sign in.
    pub(crate) login: Option<String>,
    /// Whether they can.
    pub(crate) sign_in: SignIn,
    /// Their sessions.
    pub(crate) sessions: Vec<Session>,
    /// Their tokens.
    pub(crate) tokens: Vec<Token>,
    /// Open work that is assigned to them, as far as one may read it.
    pub(crate) work: VisiblePage,
}

/// Loads an account.
///
/// # Errors
/// Forbidden without the right, not found where the person may not be read.
pub(crate) fn load(reading: &mut Reading<'_, '_>, key: &str) -> Result<Account> {
    reading.ctx.require_area(AREA)?;
    let (record, _) = reading.record(Some("person"), key)?;
    let person = record.id();
    let credential = credential::of_person(reading.tx, person)?;
    let actor = system::actor::load(reading, person)?.map(|it| it.0);
    let work = Query {
        filter: Filter::equal(spine::ASSIGNEE, Value::Reference(person))
            .and(Filter::equal(spine::OPEN, Value::Boolean(true))),
        count: dictionary::Count::Exact,
        ..Query::default()
    };
    let work = reading.list(&work)?;
    let now = reading.ctx.now;
    Ok(Account {
        record,
        sign_in: SignIn::of(credential.as_ref(), actor.is_none()),
        actor,
        login: credential.map(|it| it.login),
        sessions: session::of_person(reading.tx, person, now)?,
        tokens: token::of_person(reading.tx, person)?,
        work,
    })
}

/// What is done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Nobody signs in with it, sessions end, tokens are revoked.
    Close,
    /// It can be used again.
    Open,
    /// All sessions end.
    EndSessions,
    /// One session ends.
    EndSession(Uuid),
    /// One token is revoked.
    RevokeToken(Uuid),
}

/// Does it, in one unit. What it did stands in the log; accounts are no records.
///
/// # Errors
/// Forbidden without the right or for an account above one's own; conflict where nobody would be left who
/// administers the system; not found where the person may not be read.
pub(crate) async fn act(state: &AppState, ctx: &Ctx, person: Uuid, deed: Deed) -> Result<()> {
    ctx.require_area(AREA)?;
    let write = move |unit: &mut Unit<'_, '_>| {
        unit.reading().record(Some("person"), &person.to_string())?;
        require_not_above(unit, person)?;
        let now = unit.ctx.now;
        let found = match deed {
            Deed::Close => close_for(unit, person).map(|_| true)?,
            Deed::Open => {
                credential::set_disabled(unit.tx, person, None)?;
                true
            }
            Deed::EndSessions => session::revoke_others(unit.tx, person, None).map(|_| true)?,
            Deed::EndSession(id) => session::revoke(unit.tx, person, id)?,
            Deed::RevokeToken(id) => token::revoke(unit.tx, person, id, now)?,
        };
        let key = match deed {
            Deed::RevokeToken(_) => "token-not-found",
            _ => "session-not-found",
        };
        let missing = || Refused::NotFound(Message::new(key)).into();
        if found { Ok(()) } else { Err(missing()) }
    };
    state.engine().write(ctx, write).await?;
    state.identities().forget_all();
    tracing::info!(%person, by = %ctx.actor.person, ?deed, "an account was changed");
    Ok(())
}
