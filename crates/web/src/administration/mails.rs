//! Mails that came in, for those who administer jobs: what is parked, and what becomes of it.

use base::{Message, Refused, Result, Uuid};
use dictionary::{Filter, Query, Value};
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
/// Not found, a conflict where it is neither parked nor kept, forbidden without the right to make people.
pub(crate) fn act(unit: &mut Unit<'_, '_>, id: Uuid, deed: &Deed) -> Result<Mail> {
    let mail = find(&mut unit.reading(), id)?;
    if *deed == Deed::Discard && mail.state == MailState::Discarded {
        return Ok(mail);
    }
    let decides = matches!(mail.state, MailState::Parked | MailState::Kept);
    let done = decides
        && match deed {
            Deed::Again => mail::take_again(unit.tx, &mail, None)?,
            Deed::As(person) => {
                known(unit, *person)?;
                mail::take_again(unit.tx, &mail, Some(*person))?
            }
            Deed::Make { title } => {
                let person = made(unit, &mail.sender, title)?;
                mail::take_again(unit.tx, &mail, Some(person))?
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
    let unknown = || Refused::field("as", Message::new("reference-unknown").with("id", person));
    let mut reading = unit.reading();
    match reading.record(Some(PERSON), &person.to_string()) {
        Err(base::Error::Refused(_)) => Err(unknown().into()),
        found => {
            let left = found?.0.value(dictionary::spine::OPEN).as_boolean() == Some(false);
            if left { Err(unknown().into()) } else { Ok(()) }
        }
    }
}

/// The person with that address, made where there is none.
fn made(unit: &mut Unit<'_, '_>, sender: &str, title: &str) -> Result<Uuid> {
    let query = Query {
        record_type: Some(PERSON.to_owned()),
        filter: Filter::equal(EMAIL, Value::Text(sender.to_owned())),
        ..Query::default()
    };
    if let Some(row) = unit.reading().list(&query)?.rows.first() {
        return Ok(row.id());
    }
    let person = Change::create(PERSON)
        .with_value(dictionary::spine::TITLE, Value::Text(title.to_owned()))
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
