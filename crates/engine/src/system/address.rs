//! What identifies a person besides their record: all their e-mail addresses and phone numbers, by their keys.
//!
//! An address belongs to one person of a tenant, whether it stands first or further below; a unique index says so,
//! so two who claim it at once do not both get it. Phones may be shared.

use std::collections::{BTreeSet, HashMap};

use base::{Result, Uuid, text_key};
use dictionary::{TypeDef, Value};
use serde_json::Value as Json;
use store::{ColumnKind, Sql, TableDef, Tx};

use super::{define, index, required};
use crate::{Reading, Unit};

/// The type of people.
const PERSON: &str = "person";
/// Fields with e-mail addresses, the one that mail goes to first.
pub const EMAILS: [&str; 2] = ["email", "further_emails"];
/// Fields with phone numbers.
pub const PHONES: [&str; 3] = ["phone", "mobile", "further_phones"];
/// Kind of the rows of e-mail addresses.
const EMAIL: &str = "email";
/// Kind of the rows of phone numbers.
const PHONE: &str = "phone";
/// Keys that one statement asks for.
const KEYS_AT_ONCE: usize = 200;

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("tenant", ColumnKind::Uuid),
        required("kind", ColumnKind::Text),
        required("address_key", ColumnKind::Text),
        // The person where several may have it, so that the row is unique; nil where one alone may.
        required("holder", ColumnKind::Uuid),
        required("person", ColumnKind::Uuid),
    ];
    let indexes = vec![index("person_address_person", &["person", "kind"], false)];
    let key = ["tenant", "kind", "address_key", "holder"];
    define("person_address", &key, columns, indexes)
}

/// The addresses in these fields of a record.
pub fn addresses<'a>(value: impl Fn(&str) -> &'a Value, fields: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for field in fields {
        match value(field) {
            Value::Text(text) => all.push(text.clone()),
            Value::Json(Json::Array(items)) => {
                all.extend(items.iter().filter_map(Json::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    all
}

impl Unit<'_, '_> {
    /// Notes by which addresses and numbers a person is known from now on. The first address that another person
    /// has is returned, and the unit is to be refused.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn know_by(
        &mut self,
        person: Uuid,
        emails: &[String],
        phones: &[String],
    ) -> Result<Option<String>> {
        note(self.tx, (self.ctx.tenant, person), emails, phones)
    }
}

fn note(
    tx: &mut Tx<'_>,
    (tenant, person): (Uuid, Uuid),
    emails: &[String],
    phones: &[String],
) -> Result<Option<String>> {
    forget(tx, person)?;
    let mut seen = BTreeSet::new();
    for email in emails {
        let key = text_key(email);
        if seen.insert(key.clone()) && !put(tx, tenant, (EMAIL, key), (Uuid::nil(), person))? {
            return Ok(Some(email.clone()));
        }
    }
    note_phones(tx, (tenant, person), phones)?;
    Ok(None)
}

fn forget(tx: &mut Tx<'_>, person: Uuid) -> Result<()> {
    tx.execute(&Sql::new("DELETE FROM person_address WHERE person = ?").bind(person))?;
    Ok(())
}

fn note_phones(tx: &mut Tx<'_>, (tenant, person): (Uuid, Uuid), phones: &[String]) -> Result<()> {
    for phone in phones {
        let key = phone_key(phone);
        if !key.is_empty() {
            put(tx, tenant, (PHONE, key), (person, person))?;
        }
    }
    Ok(())
}

/// Notes one of them; false where it is there.
fn put(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    (kind, key): (&str, String),
    (holder, person): (Uuid, Uuid),
) -> Result<bool> {
    let sql = Sql::new(
        "INSERT INTO person_address (tenant, kind, address_key, holder, person) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT DO NOTHING",
    );
    let sql = sql.bind(tenant).bind(kind).bind(key);
    Ok(tx.execute(&sql.bind(holder).bind(person))? == 1)
}

impl Reading<'_, '_> {
    /// The person with that e-mail address, the first or a further one. Whether the actor may read them is not
    /// asked.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn person_of_address(&mut self, address: &str) -> Result<Option<Uuid>> {
        Ok(self.people_known_by(EMAIL, text_key(address))?.pop())
    }

    /// All people with that phone number, however it is written. Whether the actor may read them is not asked.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn people_of_phone(&mut self, phone: &str) -> Result<Vec<Uuid>> {
        match phone_key(phone) {
            key if key.is_empty() => Ok(Vec::new()),
            key => self.people_known_by(PHONE, key),
        }
    }

    fn people_known_by(&mut self, kind: &str, key: String) -> Result<Vec<Uuid>> {
        let sql = Sql::new(
            "SELECT person FROM person_address WHERE tenant = ? AND kind = ? AND address_key = ? ORDER BY person",
        );
        let sql = sql.bind(self.ctx.tenant).bind(kind).bind(key);
        let rows = self.tx.query(&sql)?;
        rows.iter().map(|row| Ok(row.need_uuid(0)?)).collect()
    }
}

/// A number as it is compared: its digits, without the zeros or the plus before a country.
fn phone_key(phone: &str) -> String {
    // "+49 (0)30" and "+49 30" are one number; the zero in brackets is for those who dial within the country.
    let plain = phone.replace("(0)", "");
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    digits.strip_prefix("00").unwrap_or(&digits).to_owned()
}

/// What is noted anew of people at a time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What was noted goes.
    Nothing,
    /// The first e-mail address, and phones.
    First,
    /// Further e-mail addresses.
    Further,
}

/// Notes anew a part of what identifies a person whose row was read; for keys of another version. An address that two
/// people have stays with who is noted first.
pub(crate) fn note_again(
    tx: &mut Tx<'_>,
    (tenant, person): (Uuid, Uuid),
    (record_type, values): (&TypeDef, &[Value]),
    part: Part,
) -> Result<()> {
    let value = |field: &str| record_type.value(values, field);
    let emails = match part {
        Part::Nothing => return forget(tx, person),
        Part::First => {
            note_phones(tx, (tenant, person), &addresses(value, &PHONES))?;
            addresses(value, &EMAILS[..1])
        }
        Part::Further => addresses(value, &EMAILS[1..]),
    };
    for email in emails {
        let key = text_key(&email);
        if put(tx, tenant, (EMAIL, key.clone()), (Uuid::nil(), person))? {
            continue;
        }
        let other = holder(tx, tenant, &key)?.unwrap_or_default();
        if other != person {
            tracing::warn!(%person, %other, email, "two people have this address; mail is taken for the other one");
        }
    }
    Ok(())
}

/// Who has an e-mail address with that key.
fn holder(tx: &mut Tx<'_>, tenant: Uuid, key: &str) -> Result<Option<Uuid>> {
    let sql = Sql::new(
        "SELECT person FROM person_address WHERE tenant = ? AND kind = ? AND address_key = ?",
    );
    let row = tx.query_optional(&sql.bind(tenant).bind(EMAIL).bind(key))?;
    Ok(row.map(|it| it.need_uuid(0)).transpose()?)
}

/// An address of a person, with the field in which it stands.
pub struct Stands {
    /// The tenant.
    pub tenant: Uuid,
    /// The person.
    pub person: Uuid,
    /// The field.
    pub field: String,
    /// The address.
    pub address: String,
}

/// Keeps those of these addresses that are known as somebody else's.
///
/// # Errors
/// A failure of the store.
pub fn of_others(tx: &mut Tx<'_>, mut all: Vec<Stands>) -> Result<Vec<Stands>> {
    let mut holders = HashMap::new();
    for some in all.chunks(KEYS_AT_ONCE) {
        let mut sql = Sql::new("SELECT tenant, address_key, person FROM person_address WHERE ");
        sql.push("kind = ").arg(EMAIL).push(" AND address_key IN (");
        let keys = some.iter().map(|it| text_key(&it.address));
        sql.arg_list(keys).push(")");
        for row in tx.query(&sql)? {
            let key = (row.need_uuid(0)?, row.need_text(1)?.to_owned());
            holders.insert(key, row.need_uuid(2)?);
        }
    }
    all.retain(|it| {
        let holder = holders.get(&(it.tenant, text_key(&it.address)));
        holder.is_some_and(|holder| *holder != it.person)
    });
    Ok(all)
}

/// Whether records of that type are known by addresses.
#[must_use]
pub fn is_of(record_type: &TypeDef) -> bool {
    record_type.name == PERSON && EMAILS.iter().any(|it| record_type.field(it).is_some())
}

#[cfg(test)]
mod tests {
    use super::phone_key;

    #[test]
    fn a_number_is_one_however_it_is_written() {
        for number in [
            "+49 30 123-45",
            "0049 (30) 12345",
            "+49 (0)30 12345",
            "493012345",
        ] {
            assert_eq!(phone_key(number), "493012345", "{number}");
        }
        assert_eq!(phone_key("none"), "");
    }
}
