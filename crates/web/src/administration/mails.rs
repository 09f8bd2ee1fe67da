//! Mails that came in, for those who administer jobs: what is parked, and what becomes of it.

use base::{Message, Refused, Result, Uuid};
use dictionary::{Value, spine};
use engine::system::actor;
pub(crate) use engine::system::mail::may_for_others;
use engine::system::mail::{self, Mail, MailState};
use engine::{Change, Reading, Unit};

/// The area of administration.
pub(crate) const AREA: &str = "jobs";
/// The type of people.
const PERSON: &str = "person";
/// The field of their address.
const EMAIL: &str = "email";

/// What somebody does with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It has its turn again, as it came.
    Again,
    /// It has its turn again, in the name of that person.
    As(Uuid),
    /// Its sender becomes a person with that name, and it has its turn again.
    Make { title: String },
    /// It is thrown away.
    Discard,
}

/// One mail of the tenant.
///
/// # Errors
/// Not found where there is none.
pub(crate) fn find(reading: &mut Reading<'_, '_>, id: Uuid) -> Result<Mail> {
    let found = mail::find(reading.tx, reading.ctx.tenant, id)?;
    found.ok_or_else(|| Refused::NotFound(Message::new("mail-not-found")).into())
}

/// Does it, and answers how the mail stands then.
///
/// # Errors
/// Not found, a conflict where it is neither parked nor kept, forbidden without the right to make people, or to act
/// for the one in whose name it is taken.
pub(crate) fn act(
    unit: &mut Unit<'_, '_>,
    id: Uuid,
    (deed, opens): (&Deed, Option<&str>),
) -> Result<Mail> {
    let mail = find(&mut unit.reading(), id)?;
    if *deed == Deed::Discard && mail.state == MailState::Discarded {
        return Ok(mail);
    }
    let by = (unit.ctx.actor.person, unit.ctx.now);
    let decides = matches!(mail.state, MailState::Parked | MailState::Kept);
    let done = decides
        && match deed {
            Deed::Again => mail::take_again(unit.tx, &mail, None, by)?,
            Deed::As(person) => {
                known(unit, *person)?;
                mail::take_as(unit, &mail, (*person, opens))?
            }
            Deed::Make { title } => {
                let person = made(unit, &mail.sender, title)?;
                mail::take_as(unit, &mail, (person, opens))?
            }
            Deed::Discard => {
                mail::settle(unit.tx, &mail, MailState::Discarded, mail.reason.as_deref())?
            }
        };
    if !done {
        let message = Message::new("mail-not-parked").with("state", mail.state.code());
        return Err(Refused::Conflict {
            message,
            current_version: None,
        }
        .into());
    }
    find(&mut unit.reading(), id)
}

/// A person whom the actor may know, and who has not left.
fn known(unit: &mut Unit<'_, '_>, person: Uuid) -> Result<()> {
    match unit.reading().record(Some(PERSON), &person.to_string()) {
        Err(base::Error::Refused(_)) => {
            let unknown = Message::new("reference-unknown").with("id", person);
            Err(Refused::field("as", unknown).into())
        }
        found => {
            found?;
            is_here(unit, person, "as")
        }
    }
}

/// Refuses somebody who has left: nobody acts in their name.
fn is_here(unit: &mut Unit<'_, '_>, person: Uuid, field: &str) -> Result<()> {
    let mut reading = unit.reading();
    if actor::load(&mut reading, person)?.is_some() {
        return Ok(());
    }
    let titles = reading.titles_of(&[person].into())?;
    let name = titles.get(person).map(|it| it.title.clone());
    let left = Message::new("mail-person-has-left");
    let left = left.with("name", name.unwrap_or_else(|| person.to_string()));
    Err(Refused::field(field, left).into())
}

/// The person with that address, the first or a further one, made where there is none. Who has left is not made anew.
fn made(unit: &mut Unit<'_, '_>, sender: &str, title: &str) -> Result<Uuid> {
    if let Some(person) = unit.reading().person_of_address(sender)? {
        is_here(unit, person, "make")?;
        return Ok(person);
    }
    let person = Change::create(PERSON)
        .with_value(spine::TITLE, Value::Text(title.to_owned()))
        .with_value(EMAIL, Value::Text(sender.to_owned()));
    Ok(unit.apply(person)?.record)
}

/// A name for somebody of whom only the address is known.
pub(crate) fn name_of(sender: &str) -> String {
    let before = sender.split('@').next().unwrap_or_default();
    let words = before.split(['.', '_', '-']).filter(|it| !it.is_empty());
    let capital = |it: &str| {
        let mut signs = it.chars();
        let first = signs.next().map(|it| it.to_uppercase().to_string());
        first.unwrap_or_default() + signs.as_str()
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}
