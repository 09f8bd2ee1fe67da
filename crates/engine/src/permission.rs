//! Who may do what to which records and fields. Denied by default; grants add, nothing subtracts.
//!
//! Roles are data: each is a list of grants, and a grant names types, actions, a row filter over the
//! spine, and the fields it opens. A field that no grant opens on a row does not exist for the reader.

use foldhash::HashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;

use base::{Message, Refused, Uuid};
use dictionary::filter::{Asker, Facts, evaluate};
use dictionary::{
    Audience, FieldDef, Filter, Kind, Operand, Operator, Path, Term, Test, TypeDef, Value, spine,
};

use crate::Ctx;

/// Name of the pseudo-field of row filters that holds for records whose reader list has the person.
pub const READER: &str = "reader";

/// Name of the pseudo-field of row filters that holds for records in which the person stands otherwise than by
/// following them.
pub const NAMED: &str = "named";

/// How somebody stands on the reader list of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    /// Not at all.
    #[default]
    No,
    /// They follow it, and nothing else.
    Follows,
    /// The record names them or their team.
    Named,
}

/// Which fields a grant opens.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldList {
    /// All fields.
    All,
    /// Fields whose audience is public.
    Public,
    /// These fields only.
    Only(BTreeSet<String>),
    /// No field.
    None,
}

impl FieldList {
    /// Whether the field is in the list.
    #[must_use]
    pub fn has(&self, field: &FieldDef) -> bool {
        match self {
            Self::All => true,
            Self::Public => field.audience == Audience::Public,
            Self::Only(names) => names.contains(&field.name),
            Self::None => false,
        }
    }
}

/// One permission of a role.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Names of types; empty means all types.
    pub types: BTreeSet<String>,
    /// Actions; `transition:*` stands for all transitions, `*` for every action.
    pub actions: BTreeSet<String>,
    /// Which rows, over the spine.
    pub rows: Filter,
    /// Fields that may be read.
    pub read_fields: FieldList,
    /// Fields that may be written.
    pub write_fields: FieldList,
}

impl Grant {
    /// Whether the grant is about that action on that type.
    #[must_use]
    pub fn allows(&self, record_type: &str, action: &str) -> bool {
        (self.types.is_empty() || self.types.contains(record_type)) && self.names_action(action)
    }

    fn names_action(&self, action: &str) -> bool {
        self.actions.contains(action)
            || self.actions.contains("*")
            || (action.starts_with("transition:") && self.actions.contains("transition:*"))
    }
}

/// A role: a name and its grants.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Code, for example `agent`.
    pub code: String,
    /// Its permissions.
    pub grants: Vec<Grant>,
}

/// All roles by tenant and code; a tenant without own roles has the default ones.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    defaults: HashMap<String, Role>,
    of_tenant: HashMap<Uuid, HashMap<String, Role>>,
}

impl Roles {
    /// These default roles, and the roles that tenants changed.
    #[must_use]
    pub fn new(defaults: Vec<Role>, of_tenant: HashMap<Uuid, Vec<Role>>) -> Self {
        let by_code =
            |roles: Vec<Role>| roles.into_iter().map(|it| (it.code.clone(), it)).collect();
        let of_tenant = of_tenant
            .into_iter()
            .map(|(tenant, roles)| (tenant, by_code(roles)))
            .collect();
        Self {
            defaults: by_code(defaults),
            of_tenant,
        }
    }

    /// The role of a tenant with that code.
    #[must_use]
    pub fn role(&self, tenant: Uuid, code: &str) -> Option<&Role> {
        self.of_tenant
            .get(&tenant)
            .and_then(|it| it.get(code))
            .or_else(|| self.defaults.get(code))
    }

    /// Whether a role of the tenant may read records of that type and only single fields of them.
    #[must_use]
    pub fn open_single_fields(&self, tenant: Uuid, record_type: &str) -> bool {
        let single = |it: &Grant| matches!(it.read_fields, FieldList::Only(_) | FieldList::None);
        let roles = self.codes(tenant).into_iter();
        let mut grants = roles
            .filter_map(|it| self.role(tenant, it))
            .flat_map(|it| &it.grants);
        grants.any(|it| it.allows(record_type, "read") && single(it))
    }

    /// Codes of all roles of a tenant, sorted.
    #[must_use]
    pub fn codes(&self, tenant: Uuid) -> Vec<&str> {
        let own = self
            .of_tenant
            .get(&tenant)
            .into_iter()
            .flat_map(HashMap::keys);
        let codes: BTreeSet<&str> = self
            .defaults
            .keys()
            .chain(own)
            .map(String::as_str)
            .collect();
        codes.into_iter().collect()
    }
}

/// A grant that an actor has now, with its row filter narrowed to the organisations of the role.
#[derive(Clone, Debug)]
pub struct GrantInForce<'a> {
    /// The grant.
    pub grant: &'a Grant,
    /// Organisations it is limited to; empty means the whole tenant.
    pub organisations: &'a [Uuid],
}

impl GrantInForce<'_> {
    /// The complete row filter over the spine: the grant's rows within the role's organisations.
    #[must_use]
    pub fn rows(&self) -> Filter {
        if self.organisations.is_empty() {
            return self.grant.rows.clone();
        }
        let within = Filter::Test(Test {
            path: Path(vec![spine::ORGANISATION.to_owned()]),
            operator: Operator::In,
            operand: Operand::Many(
                self.organisations
                    .iter()
                    .map(|it| Term::Value(Value::Reference(*it)))
                    .collect(),
            ),
        });
        Filter::All(vec![self.grant.rows.clone(), within])
    }
}

/// The spine values of one record, as row filters see them.
pub struct SpineRow<'a> {
    /// Value of a spine field by name.
    pub value: &'a dyn Fn(&str) -> Value,
    /// How the actor stands on the record's reader list.
    pub listed: Listed,
}

/// Values of a record as a [`SpineRow`] wants them.
pub(crate) fn by_name<'a>(
    record_type: &'a TypeDef,
    values: &'a [Value],
) -> impl Fn(&str) -> Value + 'a {
    |name| record_type.value(values, name).clone()
}

impl Ctx {
    /// Grants of the actor for that action on that type, in no particular order.
    pub fn grants<'a>(
        &'a self,
        record_type: &'a str,
        action: &'a str,
    ) -> impl Iterator<Item = GrantInForce<'a>> {
        let roles = self
            .actor
            .roles
            .iter()
            .filter(move |_| self.token_allows(record_type, action));
        roles.flat_map(move |in_force| {
            let role = self.snapshot.roles.role(self.tenant, &in_force.role);
            let grants = role.into_iter().flat_map(|it| &it.grants);
            grants
                .filter(move |it| it.allows(record_type, action))
                .map(|grant| GrantInForce {
                    grant,
                    organisations: &in_force.organisations,
                })
        })
    }

    /// Whether the actor may do that to some records of that type; says nothing about one record.
    #[must_use]
    pub fn may_somewhere(&self, record_type: &str, action: &str) -> bool {
        self.actor.system || self.grants(record_type, action).next().is_some()
    }

    /// Refuses an actor who may do that to no record of that type.
    ///
    /// # Errors
    /// [`Refused::Forbidden`] that names the right.
    pub fn require_somewhere(&self, record_type: &str, action: &str) -> Result<(), Refused> {
        if self.may_somewhere(record_type, action) {
            return Ok(());
        }
        Err(Refused::Forbidden(
            Message::new("forbidden-action")
                .with("action", action)
                .with("type", record_type),
        ))
    }

    /// Whether the actor may do that to this record.
    #[must_use]
    pub fn may(&self, record_type: &str, action: &str, row: &SpineRow<'_>) -> bool {
        self.actor.system
            || self
                .grants(record_type, action)
                .any(|it| self.holds(&it, row))
    }

    /// Whether the actor may read or write that field of this record.
    #[must_use]
    pub fn may_field(
        &self,
        record_type: &str,
        action: &str,
        field: &FieldDef,
        row: &SpineRow<'_>,
    ) -> bool {
        let opens = |it: &GrantInForce<'_>| {
            let list = if action == "read" {
                &it.grant.read_fields
            } else {
                &it.grant.write_fields
            };
            list.has(field) && self.holds(it, row)
        };
        self.actor.system || self.grants(record_type, action).any(|it| opens(&it))
    }

    /// Whether any grant of the actor on that type looks at the reader list of records.
    #[must_use]
    pub fn reader_matters(&self, record_type: &str) -> bool {
        let names_reader = |filter: &Filter| {
            filter
                .tests()
                .iter()
                .any(|it| it.path.0.first().is_some_and(|name| is_of_list(name)))
        };
        let roles = self
            .actor
            .roles
            .iter()
            .filter_map(|it| self.snapshot.roles.role(self.tenant, &it.role));
        let mut grants = roles.flat_map(|it| &it.grants);
        let about = |it: &Grant| it.types.is_empty() || it.types.contains(record_type);
        !self.actor.system && grants.any(|it| about(it) && names_reader(&it.rows))
    }

    /// The right to administer an area of the whole tenant: a role that is limited to organisations has it not.
    ///
    /// # Errors
    /// [`Refused::Forbidden`] without it.
    pub fn require_area(&self, area: &str) -> Result<(), Refused> {
        self.require_area_for(area, None)
    }

    /// The right to administer an area for one organisation, or for the whole tenant.
    ///
    /// # Errors
    /// [`Refused::Forbidden`] without it.
    pub fn require_area_for(&self, area: &str, organisation: Option<Uuid>) -> Result<(), Refused> {
        let action = format!("administer:{area}");
        let within = |it: &GrantInForce<'_>| {
            it.organisations.is_empty()
                || organisation.is_some_and(|own| it.organisations.contains(&own))
        };
        if self.actor.system || self.grants("setting", &action).any(|it| within(&it)) {
            return Ok(());
        }
        Err(Refused::Forbidden(
            Message::new("forbidden-area").with("area", area),
        ))
    }

    /// The actor as filters see them.
    #[must_use]
    pub fn asker(&self) -> Asker {
        Asker {
            person: Some(self.actor.person),
            teams: self.actor.teams.clone(),
            organisations: self
                .actor
                .organisation
                .map(|it| self.snapshot.settings.ancestors(it))
                .unwrap_or_default(),
            now: self.now,
            zone: self.zone.clone(),
        }
    }

    /// Whether a grant's rows hold for that record.
    #[must_use]
    pub fn holds(&self, grant: &GrantInForce<'_>, row: &SpineRow<'_>) -> bool {
        let facts = RowFacts {
            row,
            person: self.actor.person,
        };
        let in_scope = grant.organisations.is_empty()
            || (row.value)(spine::ORGANISATION)
                .as_reference()
                .is_some_and(|it| grant.organisations.contains(&it));
        in_scope && evaluate(&grant.grant.rows, &facts, &self.asker())
    }

    fn token_allows(&self, record_type: &str, action: &str) -> bool {
        let Some(scopes) = &self.actor.scopes else {
            return true;
        };
        let reads = matches!(action, "read" | "read_notes" | "history" | "export");
        scopes.iter().any(|scope| {
            let (of, level) = scope.split_once(':').unwrap_or(("*", scope));
            let type_fits = of == "*" || of == record_type;
            let level_fits = match level {
                "read" => reads,
                "write" => !action.starts_with("administer:"),
                "admin" => true,
                _ => false,
            };
            type_fits && level_fits
        })
    }
}

/// A spine row as the filter language sees it.
struct RowFacts<'a, 'r> {
    row: &'a SpineRow<'r>,
    person: Uuid,
}

impl Facts for RowFacts<'_, '_> {
    fn value(&self, path: &Path) -> Cow<'_, Value> {
        Cow::Owned(match path.0.as_slice() {
            [name] if is_of_list(name) => {
                let holds = match self.row.listed {
                    Listed::No => false,
                    Listed::Follows => name == READER,
                    Listed::Named => true,
                };
                if holds {
                    Value::Reference(self.person)
                } else {
                    Value::Null
                }
            }
            [name] => (self.row.value)(name),
            _ => Value::Null,
        })
    }
}

/// The pseudo-type over which row filters of grants are written: the spine and the reader list.
#[must_use]
pub fn spine_type() -> TypeDef {
    let all: Vec<_> = spine::fields().into_iter().map(|it| it.name).collect();
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    TypeDef::new("record").with_spine(&names).with_fields(
        [READER, NAMED]
            .map(|it| FieldDef::new(it, Kind::reference("person")))
            .to_vec(),
    )
}

/// Whether a row filter that names it looks at the reader list.
pub(crate) fn is_of_list(name: &str) -> bool {
    matches!(name, READER | NAMED)
}
