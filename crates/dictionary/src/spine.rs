//! The columns that every business record has, once in the table `record` and once in its type's table.

use std::sync::LazyLock;

use crate::WrittenBy::{Assignment, Creation, People, Rules};
use crate::{Audience, ChoiceDef, FieldDef, Kind, Label, WrittenBy};

/// The record's number, for example `INC0001234`.
pub const NUMBER: &str = "number";
/// What the record is called in lists and links.
pub const TITLE: &str = "title";
/// Code of the state.
pub const STATE: &str = "state";
/// Whether the state's phase is open.
pub const OPEN: &str = "open";
/// 1 (critical) to 5 (planning).
pub const PRIORITY: &str = "priority";
/// The person who works on it.
pub const ASSIGNEE: &str = "assignee";
/// The team that works on it.
pub const TEAM: &str = "team";
/// The person who asks.
pub const REQUESTER: &str = "requester";
/// Whose record it is.
pub const ORGANISATION: &str = "organisation";
/// Access class, a choice: 0 public, 1 internal, 2 confidential, 3 its organisation, 4 its team, higher ones custom.
pub const ACCESS: &str = "access";
/// Words of the access classes by their number. The last two are for types whose grants know them.
const CLASSES: [&str; 5] = ["public", "internal", "confidential", "organisation", "team"];
/// Classes that every type offers.
const EVERYWHERE: usize = 3;
/// When the next promise is due.
pub const DUE_AT: &str = "due_at";
/// When it was reported; may lie before `created_at`.
pub const OPENED_AT: &str = "opened_at";
/// When it was stored first.
pub const CREATED_AT: &str = "created_at";
/// When it was changed last.
pub const UPDATED_AT: &str = "updated_at";
/// Number of changes, from 1.
pub const VERSION: &str = "version";

/// All spine fields in the order of their columns. A type shows those it uses; its table has all.
#[must_use]
pub fn fields() -> Vec<FieldDef> {
    let field = |name: &str, kind: Kind, written_by: WrittenBy| {
        let mut field = FieldDef::new(name, kind);
        field.written_by = written_by;
        field
    };
    let mut all = vec![
        field(NUMBER, Kind::Text { max: 40 }, Rules),
        field(TITLE, Kind::Text { max: 255 }, People),
        field(STATE, Kind::Choice, Rules),
        field(OPEN, Kind::Boolean, Rules),
        field(PRIORITY, Kind::Integer, Rules),
        field(ASSIGNEE, Kind::reference("person"), Assignment),
        field(TEAM, Kind::reference("team"), Assignment),
        field(REQUESTER, Kind::reference("person"), People),
        field(ORGANISATION, Kind::reference("organisation"), Assignment),
        field(ACCESS, Kind::Integer, People),
        field(DUE_AT, Kind::Instant, People),
        field(OPENED_AT, Kind::Instant, Creation),
        field(CREATED_AT, Kind::Instant, Rules),
        field(UPDATED_AT, Kind::Instant, Rules),
        field(VERSION, Kind::Integer, Rules),
    ];
    for field in &mut all {
        match field.name.as_str() {
            ACCESS => {
                field.audience = Audience::Internal;
                field.choices = classes();
            }
            TITLE => field.required = true,
            _ => {}
        }
    }
    all
}

fn classes() -> Vec<ChoiceDef> {
    let class = |(at, words): (usize, &&str)| ChoiceDef {
        code: at.to_string(),
        label: Label::built_in(format!("access-{words}")),
        when: Vec::new(),
        active: at < EVERYWHERE,
    };
    CLASSES.iter().enumerate().map(class).collect()
}

/// Whether a field of that name is stored on the spine.
#[must_use]
pub fn is_spine(name: &str) -> bool {
    static NAMES: LazyLock<Vec<FieldDef>> = LazyLock::new(fields);
    NAMES.iter().any(|it| it.name == name)
}
