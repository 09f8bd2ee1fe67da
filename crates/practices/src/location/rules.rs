//! Rules of locations.

use base::Result;
use engine::{Draft, Unit};

use super::record::PARENT;

/// No location is part of itself.
pub fn no_cycle(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    crate::shared::no_cycle(unit, draft, PARENT.name)
}
