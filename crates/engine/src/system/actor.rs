//! Loads who acts: the person, their teams, and the roles they have at this instant.
//!
//! Reads the tables of the types `person`, `team` and `role_assignment` directly, since the question
//! "who is asking" comes before any permission. Where a type is not declared, its part is empty.

use base::{Date, Result, Uuid};
use dictionary::{FieldDef, Kind, Phase, TypeDef, Value, spine};
use store::Sql;

use super::credential;
use super::user::SYSTEM_ADMINISTRATOR;
use crate::columns::from_columns;
use crate::{Actor, Reading, RoleInForce};

/// What is known of a person besides their rights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Language tag, where the person has chosen one.
    pub language: Option<String>,
    /// Name of the time zone, where the person has chosen one.
    pub zone: Option<String>,
}

/// Whether a change of that type may change who somebody is or what they may do.
#[must_use]
pub fn concerns(record_type: &str) -> bool {
    matches!(
        record_type,
        "person" | "team" | "role_assignment" | "organisation"
    )
}

/// Loads the actor that a person is now. Nothing where there is no such person any more.
///
/// # Errors
/// A failure of the store.
pub fn load(reading: &mut Reading<'_, '_>, person: Uuid) -> Result<Option<(Actor, Preferences)>> {
    let Some(row) = rows(reading, "person", &PERSON_FIELDS, By::Id(person))?.pop() else {
        return Ok(None);
    };
    let [name, organisation, teams, language, zone, state] = row;
    if has_left(reading, &state) {
        return Ok(None);
    }
    let preferences = Preferences {
        language: language.as_text().map(str::to_owned),
        zone: zone.as_text().map(str::to_owned),
    };
    let actor = Actor {
        person,
        name: name.as_text().unwrap_or_default().to_owned(),
        teams: teams_of(reading, person, teams)?,
        organisation: organisation.as_reference(),
        roles: roles_of(reading, person)?,
        system: false,
        scopes: None,
    };
    Ok(Some((actor, preferences)))
}

/// Whether somebody who can sign in is a system administrator of the whole tenant.
///
/// # Errors
/// A failure of the store.
pub fn any_administrator(reading: &mut Reading<'_, '_>) -> Result<bool> {
    any_administrator_but(reading, None)
}

/// As [`any_administrator`], as it would be without that person.
///
/// # Errors
/// A failure of the store.
pub fn any_administrator_but(reading: &mut Reading<'_, '_>, without: Option<Uuid>) -> Result<bool> {
    let credentials = credential::all(reading.tx, reading.ctx.tenant)?;
    let open = |it: &&credential::Credential| it.disabled_at.is_none();
    for credential in credentials.iter().filter(open) {
        if Some(credential.person) == without {
            continue;
        }
        let roles = match load(reading, credential.person)? {
            Some((actor, _)) => actor.roles,
            None => continue,
        };
        let is_whole = |it: &RoleInForce| it.organisations.is_empty();
        if roles
            .iter()
            .any(|it| it.role == SYSTEM_ADMINISTRATOR && is_whole(it))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the person was given that role, in force or not: neither the days of the role nor whether the
/// person is still there matter.
///
/// # Errors
/// A failure of the store.
pub fn was_given(reading: &mut Reading<'_, '_>, person: Uuid, role: &str) -> Result<bool> {
    let by = By::Reference("person", person);
    let found = rows(reading, "role_assignment", &["role"], by)?;
    Ok(found.iter().any(|[it]| it.as_text() == Some(role)))
}

const PERSON_FIELDS: [&str; 6] = [
    spine::TITLE,
    spine::ORGANISATION,
    "teams",
    "language",
    "zone",
    spine::STATE,
];

/// Leavers stay in the history, but act no more.
fn has_left(reading: &Reading<'_, '_>, state: &Value) -> bool {
    let person = reading.ctx.snapshot.dictionary.record_type("person");
    let lifecycle = person.and_then(|it| it.lifecycle.as_ref());
    let phase = lifecycle
        .zip(state.as_text())
        .map(|(lifecycle, state)| lifecycle.phase(state));
    matches!(phase, Some(Phase::Closed | Phase::Cancelled))
}

/// Membership stands with the person (`person.teams`) or with the team (`team.members`).
fn teams_of(reading: &mut Reading<'_, '_>, person: Uuid, own: Value) -> Result<Vec<Uuid>> {
    let mut teams = match own {
        Value::References(ids) => ids,
        _ => Vec::new(),
    };
    let listed = rows(reading, "team", &["id"], By::Member("members", person))?;
    teams.extend(listed.into_iter().filter_map(|[id]| id.as_reference()));
    teams.sort_unstable();
    teams.dedup();
    Ok(teams)
}

fn roles_of(reading: &mut Reading<'_, '_>, person: Uuid) -> Result<Vec<RoleInForce>> {
    let now = reading.ctx.now;
    let today = Date::from(now.to_jiff().to_zoned(reading.ctx.zone.clone()).date());
    let fields = ["role", spine::ORGANISATION, "valid_from", "valid_to"];
    let found = rows(
        reading,
        "role_assignment",
        &fields,
        By::Reference("person", person),
    )?;
    let mut roles: Vec<RoleInForce> = Vec::new();
    for [role, organisation, from, to] in found {
        let begun = match from {
            Value::Date(from) => from <= today,
            Value::Instant(from) => from <= now,
            _ => true,
        };
        let lasts = match to {
            Value::Date(to) => today <= to,
            Value::Instant(to) => now < to,
            _ => true,
        };
        let Some(role) = role.as_text().filter(|_| begun && lasts) else {
            continue;
        };
        let organisations = match organisation.as_reference() {
            // The root of the tree is the whole tenant, records without organisation included.
            None => Vec::new(),
            Some(root) if root == reading.ctx.tenant => Vec::new(),
            Some(scope) => reading.ctx.snapshot.settings.subtree(scope),
        };
        roles.push(RoleInForce {
            role: role.to_owned(),
            organisations,
        });
    }
    Ok(roles)
}

/// Which rows are meant.
enum By {
    Id(Uuid),
    Reference(&'static str, Uuid),
    Member(&'static str, Uuid),
}

impl By {
    const fn field(&self) -> Option<&'static str> {
        match self {
            Self::Id(_) => None,
            Self::Reference(field, _) | Self::Member(field, _) => Some(field),
        }
    }
}

/// Values of these fields of the rows that are meant; a field that the type does not have is null.
fn rows<const N: usize>(
    reading: &mut Reading<'_, '_>,
    type_name: &str,
    fields: &[&str; N],
    by: By,
) -> Result<Vec<[Value; N]>> {
    let snapshot = reading.ctx.snapshot.clone();
    let Some(record_type) = snapshot.dictionary.record_type(type_name) else {
        return Ok(Vec::new());
    };
    if by.field().is_some_and(|it| record_type.field(it).is_none()) {
        return Ok(Vec::new());
    }
    let id = FieldDef::new("id", Kind::Reference { to: None });
    let wanted: Vec<Option<&FieldDef>> = fields
        .iter()
        .map(|name| {
            if *name == "id" {
                Some(&id)
            } else {
                record_type.field(name)
            }
        })
        .collect();
    let sql = select(record_type, &wanted, &by, reading.ctx.tenant);
    let mut found = Vec::new();
    for row in reading.tx.query(&sql)? {
        let mut values = [const { Value::Null }; N];
        let mut at = 0;
        for (slot, field) in values.iter_mut().zip(&wanted) {
            if let Some(field) = field {
                *slot = from_columns(field, &row, at)?;
                at += crate::columns::value_width(&field.kind);
            }
        }
        found.push(values);
    }
    Ok(found)
}

fn select(record_type: &TypeDef, wanted: &[Option<&FieldDef>], by: &By, tenant: Uuid) -> Sql {
    let mut sql = Sql::new("SELECT ");
    for field in wanted.iter().flatten() {
        for column in crate::columns::value_columns(field) {
            sql.identifier(&column).push(", ");
        }
    }
    sql.push("id FROM ").identifier(&record_type.table);
    sql.push(" WHERE tenant = ")
        .arg(tenant)
        .push(" AND deleted_at IS NULL AND ");
    let column = by
        .field()
        .and_then(|it| record_type.field(it))
        .map_or("id", |it| &it.column);
    sql.identifier(column);
    match by {
        By::Id(id) | By::Reference(_, id) => sql.push(" = ").arg(*id),
        By::Member(_, id) => sql.push(" LIKE ").arg(format!("%|{id}|%")),
    };
    sql
}
