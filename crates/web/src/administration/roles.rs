//! Roles in words: what a grant opens and on which records, as people would say it.

use std::collections::BTreeSet;

use dictionary::filter::{Scope, from_json, to_text};
use dictionary::{Dictionary, Filter, Operand, Operator, Term, Test, Value, spine};
use engine::additions::{GrantSpec, RoleSpec};
use engine::{FieldList, NAMED, READER, spine_type};
use serde::Deserialize;
use serde_json::Value as Json;
use ui::message::Language;
use ui::{label, text};

use super::setting::Difference;

/// The pseudo-type on which rights of administration are granted.
pub(crate) const ADMINISTRATION: &str = "setting";
/// Begin of the actions that are steps.
const STEP: &str = "transition:";
/// Begin of the actions that are areas of administration.
const AREA: &str = "administer:";

/// Roles of the setting, as far as they can be read.
pub(crate) fn roles_of(value: &Json) -> Vec<RoleSpec> {
    Vec::deserialize(value).unwrap_or_default()
}

/// What differs between two values of the setting, grant by grant. Grants that only moved do not differ.
pub(crate) fn differences(
    language: &Language,
    dictionary: &Dictionary,
    [before, after]: [&Json; 2],
) -> Vec<Difference> {
    let (old, new) = (roles_of(before), roles_of(after));
    let codes = old.iter().chain(&new).map(|it| it.code.as_str());
    let codes: BTreeSet<&str> = codes.collect();
    let mut all = Vec::new();
    for code in codes {
        let [gone, come] = [(&old, &new), (&new, &old)].map(|(own, other)| {
            let other = sentences(language, dictionary, other, code);
            let mut own = sentences(language, dictionary, own, code);
            own.retain(|it| other.iter().all(|other| other.1 != it.1));
            own
        });
        for at in 0..gone.len().max(come.len()) {
            let (before, after) = (gone.get(at), come.get(at));
            let position = after.or(before).map_or(1, |it| it.0);
            let name = label::role(language, code);
            all.push(Difference {
                place: text!(language, "rights-place", role = name, position = position),
                before: before.map(|it| it.1.clone()),
                after: after.map(|it| it.1.clone()),
            });
        }
    }
    all
}

/// The grants of a role by their position, in words.
fn sentences(
    language: &Language,
    dictionary: &Dictionary,
    roles: &[RoleSpec],
    code: &str,
) -> Vec<(usize, String)> {
    let found = roles.iter().find(|it| it.code == code);
    let grants = found.map(|it| it.grants.as_slice()).unwrap_or_default();
    let words = grants
        .iter()
        .map(|it| grant_words(language, dictionary, it));
    words.enumerate().map(|(at, it)| (at + 1, it)).collect()
}

/// What a grant opens.
pub(crate) fn grant_words(
    language: &Language,
    dictionary: &Dictionary,
    grant: &GrantSpec,
) -> String {
    let actions = grant
        .actions
        .iter()
        .map(|it| action_words(language, dictionary, &grant.types, it));
    let actions = actions.collect::<Vec<_>>().join(", ");
    let types = types_words(language, dictionary, &grant.types);
    if grant.types.iter().all(|it| it == ADMINISTRATION) && !grant.types.is_empty() {
        return format!("{types}: {actions}");
    }
    let rows = condition(language, &rows_of(dictionary, grant));
    let fields = [
        text!(
            language,
            "rights-reads",
            fields = list_words(language, &grant.read_fields)
        ),
        text!(
            language,
            "rights-writes",
            fields = list_words(language, &grant.write_fields)
        ),
    ];
    format!("{types} ({rows}): {actions}; {}", fields.join(", "))
}

/// Types of a grant; none are all.
pub(crate) fn types_words(
    language: &Language,
    dictionary: &Dictionary,
    types: &BTreeSet<String>,
) -> String {
    if types.is_empty() {
        return text!(language, "rights-all-types");
    }
    let words = types.iter().map(|it| type_words(language, dictionary, it));
    words.collect::<Vec<_>>().join(", ")
}

/// What people call a type of which grants speak.
pub(crate) fn type_words(language: &Language, dictionary: &Dictionary, name: &str) -> String {
    if name == ADMINISTRATION {
        return text!(language, "rights-administration");
    }
    let found = dictionary.record_type(name);
    found.map_or_else(|| name.to_owned(), |it| label::label(language, &it.plural))
}

/// An action in words.
pub(crate) fn action_words(
    language: &Language,
    dictionary: &Dictionary,
    types: &BTreeSet<String>,
    action: &str,
) -> String {
    if let Some(step) = action.strip_prefix(STEP) {
        let about = |name: &str| types.is_empty() || types.contains(name);
        let mut lifecycles = dictionary
            .types()
            .filter(|it| about(&it.name))
            .filter_map(|it| it.lifecycle.as_ref());
        let found = lifecycles.find_map(|it| it.transition(step));
        return match found {
            Some(step) => label::label(language, &step.label),
            None if step == "*" => text!(language, "action-all-steps"),
            None => step.replace('_', " "),
        };
    }
    if let Some(area) = action.strip_prefix(AREA) {
        let words = label::said(language, &label::key(&["setting-area", area]));
        let of_type = || {
            let found = dictionary.record_type(area)?;
            Some(label::label(language, &found.plural))
        };
        let words = words.or_else(of_type);
        return words.unwrap_or_else(|| area.to_owned());
    }
    if action == "*" {
        return text!(language, "action-all");
    }
    let words = label::said(language, &label::key(&["action", action]));
    words.unwrap_or_else(|| action.replace('_', " "))
}

fn list_words(language: &Language, list: &FieldList) -> String {
    match list {
        FieldList::All => text!(language, "rights-fields-all"),
        FieldList::Public => text!(language, "rights-fields-public"),
        FieldList::None => text!(language, "rights-fields-none"),
        FieldList::Only(names) => names.iter().cloned().collect::<Vec<_>>().join(", "),
    }
}

/// The condition of a grant; one that cannot be read holds for no record.
pub(crate) fn rows_of(dictionary: &Dictionary, grant: &GrantSpec) -> Filter {
    let over = spine_type();
    let Some(rows) = &grant.rows else {
        return Filter::default();
    };
    let read = from_json(rows, &Scope::new(dictionary, &over));
    read.unwrap_or_else(|_| Filter::default().negated())
}

/// Which records a condition is about.
pub(crate) fn condition(language: &Language, rows: &Filter) -> String {
    match rows {
        Filter::All(parts) if parts.is_empty() => text!(language, "rights-all-records"),
        Filter::All(parts) => joined(language, parts, &text!(language, "rights-and")),
        Filter::Any(parts) => joined(language, parts, &text!(language, "rights-or")),
        Filter::Not(part) => negated(language, part).unwrap_or_else(|| to_text(rows)),
        Filter::Test(test) => tested(language, test).unwrap_or_else(|| to_text(rows)),
    }
}

fn joined(language: &Language, parts: &[Filter], word: &str) -> String {
    let parts = parts.iter().map(|it| match it {
        Filter::All(inner) | Filter::Any(inner) if inner.len() > 1 => {
            format!("({})", condition(language, it))
        }
        _ => condition(language, it),
    });
    parts.collect::<Vec<_>>().join(&format!(" {word} "))
}

/// Classes below a class: what most grants are about.
fn negated(language: &Language, part: &Filter) -> Option<String> {
    let Filter::Test(test) = part else {
        return None;
    };
    let is_class = test.operator == Operator::GreaterOrEqual && is_field(test, spine::ACCESS);
    match &test.operand {
        Operand::One(Term::Value(Value::Integer(1))) if is_class => {
            Some(text!(language, "rights-open"))
        }
        Operand::One(Term::Value(Value::Integer(2))) if is_class => {
            Some(text!(language, "rights-not-confidential"))
        }
        _ => None,
    }
}

fn tested(language: &Language, test: &Test) -> Option<String> {
    let [name] = test.path.0.as_slice() else {
        return None;
    };
    let words = label::said(language, &label::key(&["field", name]));
    let words = words.unwrap_or_else(|| name.clone());
    match (&test.operand, test.operator) {
        (Operand::One(Term::Me), Operator::Equal) if name == READER => {
            Some(text!(language, "rights-reader"))
        }
        (Operand::One(Term::Me), Operator::Equal) if name == NAMED => {
            Some(text!(language, "rights-named"))
        }
        (Operand::One(Term::Me), Operator::Equal) => {
            Some(text!(language, "rights-me", field = words))
        }
        (Operand::One(Term::MyTeams), Operator::Equal) => {
            Some(text!(language, "rights-my-teams", field = words))
        }
        (Operand::One(Term::MyOrganisations), Operator::Equal) => {
            Some(text!(language, "rights-my-organisations", field = words))
        }
        (Operand::One(Term::Value(Value::Integer(class))), Operator::Equal)
            if name == spine::ACCESS =>
        {
            let code = class.to_string();
            let spine = spine_type();
            let class = spine
                .field(spine::ACCESS)
                .map_or_else(|| code.clone(), |it| label::choice(language, it, &code));
            let class = label::within(language, &class);
            Some(text!(language, "rights-class", class = class))
        }
        _ => None,
    }
}

fn is_field(test: &Test, name: &str) -> bool {
    test.path.0.len() == 1 && test.path.0[0] == name
}
