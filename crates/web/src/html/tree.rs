//! Records that lie below each other, as what menus offer.

use base::Uuid;
use dictionary::{FieldDef, TypeDef};
use engine::read::Visible;
use ui::form::{Choice, Offer};

use super::input::{Offers, target};

/// Between the names of a path in a tree.
const STEP: &str = " / ";
/// The field that names what a record lies below.
const PARENT: &str = "parent";

/// Where two fields lead into one tree and one depends on the other, the one offers what stands on top, and the
/// other what lies below, under the names of what it lies below.
pub(super) fn levels(of: &TypeDef, field: &FieldDef, kept: &str, choices: &mut Vec<Choice>) {
    let same_tree = |it: &FieldDef| target(it).is_some() && target(it) == target(field);
    let decides = |it: &&FieldDef| it.depends_on.as_ref() == Some(&field.name) && same_tree(it);
    let decided = field.depends_on.as_ref().and_then(|it| of.field(it));
    let (above, below) = (
        of.fields.iter().any(|it| decides(&it)),
        decided.is_some_and(same_tree),
    );
    if !above && !below {
        return;
    }
    let names: Vec<String> = choices.iter().map(|it| it.label.clone()).collect();
    choices.retain_mut(|it| {
        let under = |name: &&String| {
            let rest = it.label.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with(STEP))
        };
        let parent = names.iter().filter(under).max_by_key(|name| name.len());
        if let Some(parent) = parent.filter(|_| below) {
            it.label = it.label[parent.len() + STEP.len()..].to_owned();
            it.group = Some(parent.clone());
            return true;
        }
        it.value == kept || (above && parent.is_none())
    });
}

/// Takes a record, and what lies below it, out of what its own form offers: it can lie below neither.
pub(super) fn without_own(offers: &mut Offers, of: &TypeDef, record: Uuid) {
    let in_tree = of.field(PARENT).and_then(target) == Some(of.name.as_str());
    let Some(Offer::All(choices)) = offers.get_mut(&of.name).filter(|_| in_tree) else {
        return;
    };
    let own = record.to_string();
    let found = choices.iter().find(|it| it.value == own);
    let Some(path) = found.map(|it| format!("{}{STEP}", it.label)) else {
        return;
    };
    choices.retain(|it| it.value != own && !it.label.starts_with(&path));
}

/// The name with the names above it: `Hardware / Laptop`.
pub(super) fn path(row: &Visible, all: &[Visible]) -> String {
    let mut names = vec![row.title().unwrap_or_default().to_owned()];
    let mut above = row.value(PARENT).as_reference();
    while let Some(parent) = above.and_then(|id| all.iter().find(|it| it.id() == id)) {
        names.push(parent.title().unwrap_or_default().to_owned());
        above = parent
            .value(PARENT)
            .as_reference()
            .filter(|_| names.len() < 6);
    }
    names.reverse();
    names.join(STEP)
}
