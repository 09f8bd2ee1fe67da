//! What a stored article causes: what was said about it is read by no more people than its text now allows.

use base::Result;
use dictionary::{Kind, spine};
use engine::{Applied, Change, Unit};

use crate::shared::{ACCESS, SPOKEN_OF, class_of_what_is_said};

/// Most records that one change of an article takes along, so that a unit that changes several articles does not
/// outgrow its bound. A sweep brings the rest.
const MOST_AT_ONCE: usize = 400;

/// Where an article becomes one for few, or for many again, the rules of what was said about it look again.
pub fn reclassify_what_is_said(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let before = class_of_what_is_said(applied.value_before(ACCESS.name).as_integer());
    let after = class_of_what_is_said(applied.value(ACCESS.name).as_integer());
    if applied.before.is_none() || before == after {
        return Ok(());
    }
    let mut left = MOST_AT_ONCE;
    for name in types_about(unit, applied) {
        let all = unit.referring(&name, SPOKEN_OF, applied.record, false)?;
        for said in all.into_iter().take(left) {
            unit.react(applied, Change::update(&name, said))?;
            left -= 1;
        }
    }
    Ok(())
}

/// Types whose records speak of records of this one.
fn types_about(unit: &Unit<'_, '_>, applied: &Applied) -> Vec<String> {
    let to = Some(applied.record_type.name.clone());
    let leads_here = Kind::Reference { to };
    let types = unit.ctx.snapshot.dictionary.types();
    let speaking = types.filter(|it| {
        let about = it.field(SPOKEN_OF);
        about.is_some_and(|it| it.kind == leads_here) && it.field(spine::ACCESS).is_some()
    });
    speaking.map(|it| it.name.clone()).collect()
}
