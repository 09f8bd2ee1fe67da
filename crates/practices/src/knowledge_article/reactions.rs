//! What a stored article causes: what was said about it is read by no more people than its text now allows.

use base::Result;
use dictionary::Kind;
use engine::{Applied, Unit};

use crate::shared::{self, SPOKEN_OF};

/// Where an article becomes one for few, or for many again, the rules of what was said about it look again.
pub fn reclassify_what_is_said(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let leads_here = Kind::reference(&applied.record_type.name);
    shared::reclassify_what_is_said(unit, applied, (SPOKEN_OF, &leads_here))
}
