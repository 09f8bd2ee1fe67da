//! How fields behave in states that are there already: what a setting says about a state replaces what its type said.
//!
//! Only of types that a tenant made: what built-in states ask for is code, as their rules are.

use std::collections::BTreeMap;

use base::Message;
use dictionary::{FieldFlag, Lifecycle, TypeDef};

/// State → field → how the field behaves in it.
pub(crate) type StateFlags = BTreeMap<String, BTreeMap<String, FieldFlag>>;

/// Puts flags on states of a type.
///
/// # Errors
/// A message where the type is built in, or a state is not there.
pub(crate) fn put(
    of: &TypeDef,
    lifecycle: &mut Lifecycle,
    flags: &StateFlags,
) -> Result<(), Message> {
    if !flags.is_empty() && !of.custom {
        return Err(Message::new("definition-not-own").with("name", &of.name));
    }
    for (code, flags) in flags {
        let found = lifecycle.states.iter_mut().find(|it| it.code == *code);
        let unknown =
            || Message::new("definition-unknown-name").with("name", format!("{}.{code}", of.name));
        found.ok_or_else(unknown)?.flags.clone_from(flags);
    }
    Ok(())
}

/// Takes a field that goes out of use away from all states and steps: nobody could write what they ask for.
pub(crate) fn forget(lifecycle: &mut Lifecycle, field: &str) {
    for state in &mut lifecycle.states {
        state.flags.remove(field);
    }
    for transition in &mut lifecycle.transitions {
        transition.needs.retain(|it| it != field);
        transition.asks.retain(|it| it != field);
    }
}
