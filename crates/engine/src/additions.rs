//! What administrators add to built-in declarations as settings: choices, states with their transitions,
//! and roles. Invariants stay in code: a state belongs to one of the fixed phases, a role only adds grants.

use std::collections::{BTreeMap, BTreeSet};

use base::{Message, Uuid};
use dictionary::filter::{Scope, from_json, to_json};
use dictionary::{
    ChoiceDef, Dictionary, Filter, Layout, NumberFormat, Section, Transition, TypeDef, WrittenBy,
    spine,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::customize::{StateSpec, TransitionSpec, label, state_def, transition_def};
use crate::permission::{FieldList, Grant, Role, spine_type};
use crate::settings::SettingDef;
use crate::system::state_flags::{self, StateFlags};

/// Key of the setting that adds choices: `<type>.<field>` → choices.
pub const CHOICES: &str = "dictionary.choices";
/// Key of the setting that adds states and transitions: type → both.
pub const STATES: &str = "dictionary.states";
/// Key of the setting that replaces or adds roles.
pub const ROLES: &str = "roles";

/// Key of the setting that relabels fields and takes them out of use: `<type>.<field>` → both.
pub const FIELDS: &str = "dictionary.fields";
/// Key of the setting that orders what lists and forms show: type → layout.
pub const LAYOUTS: &str = "dictionary.layouts";
/// Key of the setting that says how numbers look: type → prefix and digits.
pub const NUMBERS: &str = "dictionary.numbers";

/// Settings that change the dictionary, in the order in which they are applied.
pub(crate) const OF_DICTIONARY: [&str; 5] = [CHOICES, STATES, FIELDS, LAYOUTS, NUMBERS];

/// Key of the setting that lists the kinds of links.
pub const LINK_KINDS: &str = "links.kinds";

/// Kinds of links that rules make. Every tenant has them, whatever its own list says.
pub(crate) const LINK_KINDS_OF_RULES: [&str; 5] = [
    "continued_in",
    "converted_into",
    "merged_into",
    "recorded_in",
    "split_from",
];

/// A choice that a setting adds, or a built-in one that it takes out of use.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedChoice {
    /// Stored code.
    pub code: String,
    /// Language → label; empty keeps the label of a choice that is there.
    #[serde(default)]
    pub label: BTreeMap<String, String>,
    /// Codes of the other field for which it is offered.
    #[serde(default)]
    pub when: Vec<String>,
    /// Whether new values may use it.
    #[serde(default = "yes")]
    pub active: bool,
}

/// States and transitions that a setting adds to a type.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedStates {
    /// States, each inside a phase.
    #[serde(default)]
    pub states: Vec<StateSpec>,
    /// Transitions that use them.
    #[serde(default)]
    pub transitions: Vec<TransitionSpec>,
    /// State → field → `required`, `read_only` or `hidden`, in place of what the state said before.
    #[serde(default)]
    pub flags: StateFlags,
}

/// What a setting changes about a field.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChangedField {
    /// Language → label; empty keeps what is there.
    pub label: BTreeMap<String, String>,
    /// Whether a custom field is out of use: nobody writes it, no form shows it, values stay.
    pub retired: bool,
}

/// What a type's lists and forms show; what is left out stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChangedLayout {
    /// Columns of a new list.
    pub list: Option<Vec<String>>,
    /// Sections of the form.
    pub form: Option<Vec<ChangedSection>>,
    /// Fields that a create form asks for.
    pub create: Option<Vec<String>>,
}

/// A section of a form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedSection {
    /// Language → title.
    pub label: BTreeMap<String, String>,
    /// Fields in reading order.
    pub fields: Vec<String>,
}

/// How numbers of a type look.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedNumber {
    /// Letters before the digits.
    pub prefix: String,
    /// Least number of digits.
    pub width: usize,
}

/// A role as a setting says it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleSpec {
    /// Code.
    pub code: String,
    /// Grants.
    pub grants: Vec<GrantSpec>,
}

/// A grant as a setting says it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantSpec {
    /// Types; empty means all.
    #[serde(default)]
    pub types: BTreeSet<String>,
    /// Actions.
    pub actions: BTreeSet<String>,
    /// Rows, in the JSON form of the filter language over the spine; left out means all.
    #[serde(default)]
    pub rows: Option<Json>,
    /// Fields that may be read.
    pub read_fields: FieldList,
    /// Fields that may be written.
    pub write_fields: FieldList,
}

const fn yes() -> bool {
    true
}

type Choices = BTreeMap<String, Vec<AddedChoice>>;
type States = BTreeMap<String, AddedStates>;
type Fields = BTreeMap<String, ChangedField>;
type Layouts = BTreeMap<String, ChangedLayout>;
type Numbers = BTreeMap<String, ChangedNumber>;

/// Whether a setting is of the whole tenant: no organisation has one of its own.
#[must_use]
pub fn is_of_tenant(key: &str) -> bool {
    OF_DICTIONARY.contains(&key) || matches!(key, ROLES | LINK_KINDS)
}

/// Settings that the engine itself reads.
pub(crate) fn settings() -> [SettingDef; 7] {
    let nothing = || json!({});
    [
        SettingDef::new::<Choices>(CHOICES, "types", nothing),
        SettingDef::new::<States>(STATES, "types", nothing),
        SettingDef::new::<Fields>(FIELDS, "types", nothing),
        SettingDef::new::<Layouts>(LAYOUTS, "types", nothing),
        SettingDef::new::<Numbers>(NUMBERS, "types", nothing),
        SettingDef::new::<Vec<String>>(LINK_KINDS, "types", || {
            let kinds = "related duplicate caused_by blocked_by affects solved_by";
            json!(kinds.split(' ').collect::<Vec<_>>())
        }),
        SettingDef::new::<Vec<RoleSpec>>(ROLES, "roles", || json!([])),
    ]
}

/// The dictionary with what one setting adds.
///
/// # Errors
/// A message that says what does not fit; checked before such a setting is stored.
pub(crate) fn extend(
    dictionary: &Dictionary,
    key: &str,
    value: &Json,
) -> Result<Dictionary, Message> {
    let unreadable = |error: serde_json::Error| {
        Message::new("setting-unreadable")
            .with("key", key)
            .with("error", error)
    };
    match key {
        CHOICES => {
            let choices = Choices::deserialize(value).map_err(unreadable)?;
            choices
                .iter()
                .try_fold(dictionary.clone(), |next, (field, added)| {
                    add_choices(&next, field, added)
                })
        }
        STATES => {
            let states = States::deserialize(value).map_err(unreadable)?;
            states
                .iter()
                .try_fold(dictionary.clone(), |next, (of, added)| {
                    add_states(&next, of, added)
                })
        }
        FIELDS => {
            let fields = Fields::deserialize(value).map_err(unreadable)?;
            let mut all = fields.iter();
            all.try_fold(dictionary.clone(), |next, it| change_field(&next, it))
        }
        LAYOUTS => {
            let layouts = Layouts::deserialize(value).map_err(unreadable)?;
            let mut all = layouts.iter();
            all.try_fold(dictionary.clone(), |next, (of, it)| {
                next.with_changed(of, |of| lay_out(&mut of.layout, it))
                    .map_err(refused)
            })
        }
        NUMBERS => {
            let numbers = Numbers::deserialize(value).map_err(unreadable)?;
            let mut all = numbers.iter();
            all.try_fold(dictionary.clone(), |next, it| change_number(&next, it))
        }
        _ => Ok(dictionary.clone()),
    }
}

fn change_field(
    dictionary: &Dictionary,
    (path, change): (&String, &ChangedField),
) -> Result<Dictionary, Message> {
    let unknown = || Message::new("definition-unknown-name").with("name", path);
    let (of, name) = path.split_once('.').ok_or_else(unknown)?;
    let found = dictionary.record_type(of).and_then(|it| it.field(name));
    let mut changed = found.ok_or_else(unknown)?.clone();
    if !change.label.is_empty() {
        changed.label = label(&change.label);
    }
    if !change.retired {
        return dictionary
            .with_changed(of, |it| it.put_field(changed))
            .map_err(refused);
    }
    if !changed.custom {
        return Err(Message::new("definition-not-own").with("name", path));
    }
    changed.required = false;
    changed.written_by = WrittenBy::Rules;
    let retire = |it: &mut TypeDef| {
        let layout = &mut it.layout;
        let forms = layout.form.iter_mut().map(|it| &mut it.fields);
        for shown in forms.chain([&mut layout.list, &mut layout.create]) {
            shown.retain(|it| it != name);
        }
        if let Some(lifecycle) = &mut it.lifecycle {
            state_flags::forget(lifecycle, name);
        }
        it.put_field(changed);
    };
    dictionary.with_changed(of, retire).map_err(refused)
}

fn lay_out(layout: &mut Layout, change: &ChangedLayout) {
    if let Some(list) = &change.list {
        layout.list.clone_from(list);
    }
    if let Some(create) = &change.create {
        layout.create.clone_from(create);
    }
    if let Some(form) = &change.form {
        let sections = form.iter().map(|it| Section {
            label: label(&it.label),
            fields: it.fields.clone(),
        });
        layout.form = sections.collect();
    }
}

fn change_number(
    dictionary: &Dictionary,
    (of, change): (&String, &ChangedNumber),
) -> Result<Dictionary, Message> {
    let unknown = || Message::new("definition-unknown-name").with("name", of);
    let found = dictionary.record_type(of).filter(|it| it.number.is_some());
    found.ok_or_else(unknown)?;
    let letters = change.prefix.bytes().all(|it| it.is_ascii_uppercase());
    let is_short = (2..=6).contains(&change.prefix.len()) && (7..=12).contains(&change.width);
    let is_taken = dictionary.types().any(|it| {
        it.name != *of
            && it
                .number
                .as_ref()
                .is_some_and(|it| it.prefix == change.prefix)
    });
    if !letters || !is_short || is_taken {
        return Err(Message::new("definition-number").with("type", of));
    }
    let format = NumberFormat {
        prefix: change.prefix.clone(),
        width: change.width,
    };
    dictionary
        .with_changed(of, |it| it.number = Some(format))
        .map_err(refused)
}

fn add_choices(
    dictionary: &Dictionary,
    path: &str,
    added: &[AddedChoice],
) -> Result<Dictionary, Message> {
    let unknown = || Message::new("definition-unknown-name").with("name", path);
    let (of, name) = path.split_once('.').ok_or_else(unknown)?;
    let field = dictionary
        .record_type(of)
        .and_then(|it| it.field(name))
        .ok_or_else(unknown)?;
    if name == spine::STATE {
        return Err(Message::new("definition-state-is-no-choice"));
    }
    let mut changed = field.clone();
    for choice in added {
        match changed.choices.iter_mut().find(|it| it.code == choice.code) {
            Some(known) => {
                known.active = choice.active;
                if !choice.label.is_empty() {
                    known.label = label(&choice.label);
                }
            }
            None => changed.choices.push(ChoiceDef {
                code: choice.code.clone(),
                label: label(&choice.label),
                when: choice.when.clone(),
                active: choice.active,
            }),
        }
    }
    dictionary
        .with_changed(of, |it| it.put_field(changed))
        .map_err(refused)
}

fn add_states(
    dictionary: &Dictionary,
    of: &str,
    added: &AddedStates,
) -> Result<Dictionary, Message> {
    let found = dictionary
        .record_type(of)
        .filter(|it| it.lifecycle.is_some());
    let record_type =
        found.ok_or_else(|| Message::new("definition-unknown-name").with("name", of))?;
    let mut lifecycle = record_type
        .lifecycle
        .clone()
        .ok_or_else(|| Message::new("type-unknown").with("type", of))?;
    for state in &added.states {
        if lifecycle.state(&state.code).is_some() {
            return Err(Message::new("definition-refused")
                .with("because", format!("the name {} is taken", state.code)));
        }
        lifecycle.states.push(state_def(state)?);
    }
    for transition in &added.transitions {
        let next: Transition = transition_def(transition);
        lifecycle.transitions.retain(|it| it.name != next.name);
        lifecycle.transitions.push(next);
    }
    state_flags::put(record_type, &mut lifecycle, &added.flags)?;
    let extend = |it: &mut TypeDef| *it = it.clone().with_lifecycle(lifecycle);
    dictionary.with_changed(of, extend).map_err(refused)
}

/// The dictionary as it was before the setting added states to it.
pub(crate) fn without_states(
    dictionary: &Dictionary,
    built_in: &Dictionary,
    present: &Json,
) -> Result<Dictionary, Message> {
    let added = States::deserialize(present).unwrap_or_default();
    let mut all = added.iter();
    all.try_fold(dictionary.clone(), |next, (of, added)| {
        let own = built_in.record_type(of).and_then(|it| it.lifecycle.clone());
        let undo = |it: &mut TypeDef| {
            let stripped = own.or_else(|| {
                let mut left = it.lifecycle.clone()?;
                left.transitions
                    .retain(|it| !added.transitions.iter().any(|new| new.name == it.name));
                left.states
                    .retain(|it| !added.states.iter().any(|new| new.code == it.code));
                Some(left)
            });
            if let Some(lifecycle) = stripped {
                *it = it.clone().with_lifecycle(lifecycle);
            }
        };
        next.with_changed(of, undo).map_err(refused)
    })
}

fn refused(error: dictionary::DictionaryError) -> Message {
    Message::new("definition-refused").with("because", error)
}

/// Roles as a setting says them.
///
/// # Errors
/// A message that says which rows cannot be read.
pub(crate) fn read_roles(dictionary: &Dictionary, value: &Json) -> Result<Vec<Role>, Message> {
    let unreadable = |error: serde_json::Error| {
        Message::new("setting-unreadable")
            .with("key", ROLES)
            .with("error", error)
    };
    let specs = Vec::<RoleSpec>::deserialize(value).map_err(unreadable)?;
    specs
        .into_iter()
        .map(|spec| read_role(dictionary, spec))
        .collect()
}

fn read_role(dictionary: &Dictionary, spec: RoleSpec) -> Result<Role, Message> {
    let over = spine_type();
    let grants = spec.grants.into_iter().map(|grant| {
        let rows = match &grant.rows {
            Some(rows) => {
                from_json(rows, &Scope::new(dictionary, &over)).map_err(|error| error.message)?
            }
            None => Filter::default(),
        };
        Ok(Grant {
            types: grant.types,
            actions: grant.actions,
            rows,
            read_fields: grant.read_fields,
            write_fields: grant.write_fields,
        })
    });
    Ok(Role {
        code: spec.code,
        grants: grants.collect::<Result<_, Message>>()?,
    })
}

/// Roles as a setting would say them, so that administrators begin with what is in force.
pub(crate) fn write_roles(roles: &[Role]) -> Json {
    let spec = |role: &Role| RoleSpec {
        code: role.code.clone(),
        grants: role
            .grants
            .iter()
            .map(|it| GrantSpec {
                types: it.types.clone(),
                actions: it.actions.clone(),
                rows: (!it.rows.is_always()).then(|| to_json(&it.rows)),
                read_fields: it.read_fields.clone(),
                write_fields: it.write_fields.clone(),
            })
            .collect(),
    };
    serde_json::to_value(roles.iter().map(spec).collect::<Vec<_>>()).unwrap_or(Json::Null)
}

/// Roles of tenants that changed them; a setting that cannot be read leaves the default ones in force.
pub(crate) fn roles_of_tenants(
    dictionary: &Dictionary,
    rows: impl Iterator<Item = (Uuid, Json)>,
) -> foldhash::HashMap<Uuid, Vec<Role>> {
    rows.filter_map(|(tenant, value)| match read_roles(dictionary, &value) {
        Ok(roles) => Some((tenant, roles)),
        Err(message) => {
            tracing::error!(%tenant, %message, "the stored roles cannot be read; the default ones are in force");
            None
        }
    })
    .collect()
}
