//! Words for writing grants: which rows, which fields, which actions.

use dictionary::{Filter, Operand, Operator, Term, Value, spine};
use engine::{FieldList, Grant, NAMED, READER, Role};

use crate::shared::{CONFIDENTIAL, INTERNAL, OF_ORGANISATION, OF_TEAM};

/// Types that everybody needs to choose from.
pub const MASTER_DATA: [&str; 5] = ["category", "location", "organisation", "service", "team"];
/// Types of work for people.
pub const WORK: [&str; 3] = ["incident", "request", "task"];
/// Types of work that people ask for.
pub const TICKETS: [&str; 2] = ["incident", "request"];

/// A role with these grants.
pub fn role(code: &str, grants: Vec<Grant>) -> Role {
    Role {
        code: code.to_owned(),
        grants,
    }
}

/// A grant on these types (none: all) for these actions, on all rows and all fields.
pub fn grant(types: &[&str], actions: &[&str]) -> Grant {
    Grant {
        types: types.iter().map(|it| (*it).to_owned()).collect(),
        actions: actions.iter().map(|it| (*it).to_owned()).collect(),
        rows: Filter::default(),
        read_fields: FieldList::All,
        write_fields: FieldList::All,
    }
}

/// Narrows a grant.
pub trait Narrow {
    /// To these rows.
    fn on(self, rows: Filter) -> Self;
    /// To reading public fields, and writing none.
    fn public(self) -> Self;
    /// To reading these fields, and writing none.
    fn reading(self, fields: &[&str]) -> Self;
    /// To writing these fields.
    fn writing(self, fields: &[&str]) -> Self;
    /// To writing no field.
    fn writing_nothing(self) -> Self;
}

impl Narrow for Grant {
    fn on(self, rows: Filter) -> Self {
        Self { rows, ..self }
    }

    fn public(self) -> Self {
        Self {
            read_fields: FieldList::Public,
            write_fields: FieldList::None,
            ..self
        }
    }

    fn reading(self, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|it| (*it).to_owned()).collect();
        Self {
            read_fields: FieldList::Only(fields),
            write_fields: FieldList::None,
            ..self
        }
    }

    fn writing(self, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|it| (*it).to_owned()).collect();
        Self {
            write_fields: FieldList::Only(fields),
            ..self
        }
    }

    fn writing_nothing(self) -> Self {
        Self {
            write_fields: FieldList::None,
            ..self
        }
    }
}

/// Records that everybody with the grant may read.
pub fn open_to_all() -> Filter {
    below(INTERNAL)
}

/// Records that are not confidential.
pub fn not_confidential() -> Filter {
    below(CONFIDENTIAL)
}

/// Records that the actor asked for, and those that name them as affected, opened by or follower; never
/// confidential ones.
pub fn mine() -> Filter {
    Filter::Any(vec![
        Filter::All(vec![is_me(spine::REQUESTER), open_to_all()]),
        Filter::All(vec![is_me(READER), not_confidential()]),
    ])
}

/// Of those the ones that the actor asked for, has or reported: who follows a record only reads and comments.
pub fn asked_by_me() -> Filter {
    Filter::Any(vec![
        Filter::All(vec![is_me(spine::REQUESTER), open_to_all()]),
        Filter::All(vec![is_me(NAMED), not_confidential()]),
    ])
}

/// Records that are for the actor's organisation or team.
pub fn for_mine() -> Filter {
    let organisation = Operand::One(Term::MyOrganisations);
    let organisation = Filter::test(spine::ORGANISATION, Operator::Equal, organisation);
    Filter::Any(vec![
        Filter::All(vec![of_class(OF_ORGANISATION), organisation]),
        Filter::All(vec![of_class(OF_TEAM), of_my_teams()]),
    ])
}

/// Records that are not confidential, whatever organisation they are for, and those for the actor's teams.
pub fn for_staff() -> Filter {
    either(
        not_confidential(),
        either(of_class(OF_ORGANISATION), for_mine()),
    )
}

/// Records that are not confidential, whomever they are for.
pub fn for_anybody() -> Filter {
    either(
        not_confidential(),
        either(of_class(OF_ORGANISATION), of_class(OF_TEAM)),
    )
}

fn of_class(class: i64) -> Filter {
    Filter::equal(spine::ACCESS, Value::Integer(class))
}

/// Records in which the actor is named as a reader.
pub fn reader() -> Filter {
    is_me(READER)
}

/// Records of the actor's teams.
pub fn of_my_teams() -> Filter {
    Filter::test(spine::TEAM, Operator::Equal, Operand::One(Term::MyTeams))
}

/// What readers of articles say of them: their own answers to give and to take back.
pub fn own_feedback() -> Grant {
    let does = ["read", "create", "delete"];
    grant(&["article_feedback"], &does)
        .on(reader())
        .public()
        .writing(&["about", "answer", "words", "searched"])
}

/// All answers of readers, but those about confidential articles.
pub fn all_feedback() -> Grant {
    grant(&["article_feedback"], &["read", "history", "export"])
        .on(not_confidential())
        .writing_nothing()
}

/// Either holds.
pub fn either(one: Filter, other: Filter) -> Filter {
    Filter::Any(vec![one, other])
}

/// Records that name the actor in that field.
pub fn is_me(field: &str) -> Filter {
    Filter::test(field, Operator::Equal, Operand::One(Term::Me))
}

fn below(access: i64) -> Filter {
    let at_least = Operand::One(Term::Value(Value::Integer(access)));
    Filter::test(spine::ACCESS, Operator::GreaterOrEqual, at_least).negated()
}
