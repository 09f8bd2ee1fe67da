//! Services: what the provider promises to its customers, who owns it and who supports it.

pub mod record;

use engine::Practice;

/// The practice.
pub fn practice() -> Practice {
    Practice::new("service", record::declare)
}
