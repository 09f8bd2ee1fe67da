//! People who can sign in: a person record, a role and a credential, made as one unit.

use base::{Message, Refused, Result, Uuid};
use dictionary::{Value, spine};

use super::credential::{self, Credential};
use super::invitation::{self, FIRST_ADMINISTRATOR};
use super::secret::SecretHash;
use crate::{Change, Unit};

/// Code of the role of the first administrator.
pub const SYSTEM_ADMINISTRATOR: &str = "system_administrator";

/// Somebody who shall be able to sign in.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What they type to sign in, usually their e-mail address.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The argon2id hash of their password.
    pub password_hash: Option<String>,
    /// Codes of their roles, for the whole tenant.
    pub roles: Vec<String>,
}

/// Makes a person with roles and a credential. The caller has the right to.
///
/// # Errors
/// A refusal that names the field that does not fit, or a failure.
pub fn add(unit: &mut Unit<'_, '_>, user: &NewUser) -> Result<Uuid> {
    check(user)?;
    let mut change =
        Change::create("person").with_value(spine::TITLE, Value::Text(user.name.trim().to_owned()));
    if let Some(email) = &user.email {
        change = change.with_value("email", Value::Text(email.trim().to_owned()));
    }
    let person = unit.apply(change)?.record;
    give_login(unit, person, user)?;
    Ok(person)
}

/// Gives a login and roles to the person who has that e-mail address already, or makes the person. Says whether
/// they were there. The caller has the right to.
///
/// # Errors
/// As [`add`]; a refusal where the person has a login, or has left.
pub fn add_or_admit(unit: &mut Unit<'_, '_>, user: &NewUser) -> Result<(Uuid, bool)> {
    check(user)?;
    let known = match &user.email {
        Some(email) => unit.reading().person_of_address(email.trim())?,
        None => None,
    };
    let Some(person) = known else {
        return Ok((add(unit, user)?, false));
    };
    if let Some(credential) = credential::of_person(unit.tx, person)? {
        let message = Message::new("person-has-login").with("login", credential.login);
        return Err(Refused::field("email", message).into());
    }
    if unit.value_of("person", person, spine::OPEN)? == Value::Boolean(false) {
        return Err(Refused::field("email", Message::new("person-has-left")).into());
    }
    give_login(unit, person, user)?;
    Ok((person, true))
}

fn check(user: &NewUser) -> Result<()> {
    if user.login.trim().is_empty() {
        return Err(Refused::field("login", Message::new("refused-required")).into());
    }
    Ok(())
}

fn give_login(unit: &mut Unit<'_, '_>, person: Uuid, user: &NewUser) -> Result<()> {
    for role in &user.roles {
        assign_role(unit, person, role)?;
    }
    let credential = Credential {
        person,
        tenant: unit.ctx.tenant,
        login: user.login.trim().to_owned(),
        password_hash: user.password_hash.clone(),
        disabled_at: None,
    };
    credential::insert(unit.tx, &credential, unit.ctx.now)
}

/// Gives a person a role in the whole tenant.
///
/// # Errors
/// A refusal where there is no such role, or a failure.
pub fn assign_role(unit: &mut Unit<'_, '_>, person: Uuid, role: &str) -> Result<()> {
    let roles = &unit.ctx.snapshot.roles;
    if roles.role(unit.ctx.tenant, role).is_none() {
        let known = roles.codes(unit.ctx.tenant).join(", ");
        let message = Message::new("role-unknown")
            .with("role", role)
            .with("known", known);
        return Err(Refused::field("role", message).into());
    }
    let role_value = role_value(unit, role);
    let change = Change::create("role_assignment")
        .with_value("person", Value::Reference(person))
        .with_value("role", role_value)
        .with_value(spine::ORGANISATION, Value::Reference(unit.ctx.tenant));
    unit.apply(change)?;
    Ok(())
}

/// Uses the link up and makes the first administrator.
///
/// # Errors
/// [`Refused::NotFound`] where the link is unknown, used or too old; otherwise as [`add`].
pub fn add_first_administrator(
    unit: &mut Unit<'_, '_>,
    link: &SecretHash,
    user: &NewUser,
) -> Result<Uuid> {
    let tenant = invitation::redeem(unit.tx, link, FIRST_ADMINISTRATOR, unit.ctx.now)?;
    if tenant != unit.ctx.tenant {
        return Err(Refused::NotFound(Message::new("link-used-or-old")).into());
    }
    let mut administrator = user.clone();
    administrator.roles = vec![SYSTEM_ADMINISTRATOR.to_owned()];
    add(unit, &administrator)
}

/// The role as the field of the declared type holds it: a choice or a text.
fn role_value(unit: &Unit<'_, '_>, role: &str) -> Value {
    let declared = unit.ctx.snapshot.dictionary.record_type("role_assignment");
    match declared.and_then(|it| it.field("role")).map(|it| &it.kind) {
        Some(dictionary::Kind::Choice) => Value::Choice(role.to_owned()),
        _ => Value::Text(role.to_owned()),
    }
}
