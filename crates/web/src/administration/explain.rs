//! What somebody may do, and why: every action and field with the grants that open it.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Message, Refused, Result, Uuid};
use dictionary::filter::to_text;
use dictionary::{Phase, TypeDef, WrittenBy};
use engine::{Ctx, GrantInForce, Reading, Standing, system};

/// Actions on records besides the steps of their type, in the order in which they are told.
pub(crate) const ACTIONS: [&str; 16] = [
    "read",
    "create",
    "update",
    "assign",
    "comment",
    "read_notes",
    "note_write",
    "attach",
    "follow",
    "link",
    "export",
    "bulk",
    "history",
    "approve",
    "delete",
    "import_history",
];

/// A grant that somebody has, as far as it is about one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    /// Code of the role.
    pub(crate) role: String,
    /// Organisations to which the role is limited; empty means the whole tenant.
    pub(crate) organisations: Vec<Uuid>,
    /// Which rows, as a filter; nothing where it is about all.
    pub(crate) rows: Option<String>,
    /// Whether it holds for the record that was asked about.
    pub(crate) holds: Option<bool>,
}

/// One action.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    /// Name, as grants say it.
    pub(crate) name: String,
    /// Whether it may be done: to the record, or to some records of the type.
    pub(crate) allowed: bool,
    /// Grants that are about it.
    pub(crate) why: Vec<Why>,
    /// What stands in the way although the right is there.
    pub(crate) but: Option<Message>,
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Name.
    pub(crate) name: String,
    /// Roles that open it to be read.
    pub(crate) read: BTreeSet<String>,
    /// Roles that open it to be written.
    pub(crate) write: BTreeSet<String>,
    /// Who writes it where people do not.
    pub(crate) written_by: Option<&'static str>,
}

/// All that one person may do with records of a type, or with one of them.
pub(crate) struct Explanation {
    /// Type.
    pub(crate) of: Arc<TypeDef>,
    /// The record that was asked about.
    pub(crate) record: Option<Uuid>,
    /// Roles in force: code and organisations.
    pub(crate) roles: Vec<(String, Vec<Uuid>)>,
    /// Actions.
    pub(crate) actions: Vec<Action>,
    /// Fields.
    pub(crate) fields: Vec<Field>,
}

/// Whether somebody may ask what others may.
pub(crate) fn may_ask(ctx: &Ctx, person: Uuid) -> bool {
    ctx.actor.person == person || super::may(ctx, "roles") || super::may(ctx, super::account::AREA)
}

/// Explains. A record that the asker may not read does not exist for them.
///
/// # Errors
/// Forbidden without the right to ask, not found where there is no such person, type or record.
pub(crate) fn explain(
    reading: &mut Reading<'_, '_>,
    person: Uuid,
    of: &str,
    key: Option<&str>,
) -> Result<Explanation> {
    if !may_ask(reading.ctx, person) {
        let message = Message::new("forbidden-area").with("area", "roles");
        return Err(Refused::Forbidden(message).into());
    }
    let unknown = || Refused::NotFound(Message::new("type-unknown").with("type", of));
    let of = reading.ctx.record_type(of).ok_or_else(unknown)?;
    let left = || Refused::NotFound(Message::new("explain-nobody"));
    let (actor, _) = system::actor::load(reading, person)?.ok_or_else(left)?;
    let record = match key.filter(|it| !it.trim().is_empty()) {
        Some(key) => Some(reading.record(Some(&of.name), key.trim())?.0),
        None => None,
    };
    let they = Ctx {
        actor,
        ..reading.ctx.clone()
    };
    let standing = match &record {
        Some(record) => Some(reading.standing_of(&they, &of, record.id())?),
        None => None,
    };
    let state = record
        .as_ref()
        .and_then(|it| it.value("state").as_text().map(str::to_owned));
    let asked = Asked {
        they: &they,
        of: &of,
        standing: standing.as_ref(),
        state: state.as_deref(),
    };
    let steps = of.lifecycle.iter().flat_map(|it| &it.transitions);
    let steps = steps.map(|it| format!("transition:{}", it.name));
    let names = ACTIONS.iter().map(|it| (*it).to_owned()).chain(steps);
    let actions: Vec<Action> = names.map(|it| asked.action(it)).collect();
    let fields = of.fields.iter().map(|it| asked.field(it)).collect();
    let roles = they.actor.roles.iter();
    let roles = roles
        .map(|it| (it.role.clone(), it.organisations.clone()))
        .collect();
    Ok(Explanation {
        record: record.map(|it| it.id()),
        roles,
        actions,
        fields,
        of,
    })
}

/// Who is asked about, and what.
struct Asked<'a> {
    they: &'a Ctx,
    of: &'a Arc<TypeDef>,
    standing: Option<&'a Standing>,
    state: Option<&'a str>,
}

impl Asked<'_> {
    fn holds(&self, grant: &GrantInForce<'_>) -> Option<bool> {
        self.standing.map(|it| it.fits(self.they, grant))
    }

    fn action(&self, name: String) -> Action {
        let why = self.they.grants(&self.of.name, &name).map(|it| Why {
            role: self.role_of(&it, &name),
            organisations: it.organisations.to_vec(),
            rows: (!it.grant.rows.is_always()).then(|| to_text(&it.grant.rows)),
            holds: self.holds(&it),
        });
        let mut why: Vec<Why> = why.collect();
        why.dedup();
        let allowed = why.iter().any(|it| it.holds != Some(false));
        Action {
            but: self.but(&name).filter(|_| allowed),
            allowed,
            why,
            name,
        }
    }

    /// Grants know nothing of the role that they stand in.
    fn role_of(&self, grant: &GrantInForce<'_>, action: &str) -> String {
        let roles = &self.they.snapshot.roles;
        let has = |code: &str| {
            let role = roles.role(self.they.tenant, code);
            role.is_some_and(|it| it.grants.iter().any(|own| std::ptr::eq(own, grant.grant)))
        };
        let found = self.they.actor.roles.iter().find(|it| has(&it.role));
        found.map_or_else(|| action.to_owned(), |it| it.role.clone())
    }

    /// A step that does not begin where the record stands, whoever asks.
    fn but(&self, name: &str) -> Option<Message> {
        let step = name.strip_prefix("transition:")?;
        let (state, lifecycle) = (self.state?, self.of.lifecycle.as_ref()?);
        let begins = lifecycle.transitions_from(state).any(|it| it.name == step);
        let closed = lifecycle.phase(state) == Phase::Closed;
        (!begins).then(|| Message::new("explain-not-from-here").with("closed", closed))
    }

    fn field(&self, field: &dictionary::FieldDef) -> Field {
        let roles = |actions: &[&str], is_read: bool| {
            let grants = actions.iter().flat_map(|action| {
                let all = self.they.grants(&self.of.name, action);
                all.map(|it| (self.role_of(&it, action), it))
            });
            let opens = grants.filter(|(_, it)| {
                let list = if is_read {
                    &it.grant.read_fields
                } else {
                    &it.grant.write_fields
                };
                list.has(field) && self.holds(it) != Some(false)
            });
            opens.map(|it| it.0).collect::<BTreeSet<String>>()
        };
        let written_by = match field.written_by {
            WrittenBy::People | WrittenBy::Creation => None,
            WrittenBy::Assignment => Some("assign"),
            WrittenBy::Transition => Some("transition"),
            WrittenBy::Rules => Some("rules"),
        };
        let write: &[&str] = match field.written_by {
            WrittenBy::People if self.standing.is_some() => &["update"],
            WrittenBy::People => &["update", "create"],
            WrittenBy::Creation => &["create"],
            WrittenBy::Assignment => &["assign"],
            WrittenBy::Transition | WrittenBy::Rules => &[],
        };
        Field {
            name: field.name.clone(),
            read: roles(&["read"], true),
            write: roles(write, false),
            written_by,
        }
    }
}
