//! What stands before the records of an export: types, fields and settings of the dictionary come first, through the same
//! door as an administrator's.
//!
//! It only adds. What is here under the same name stays as it is, and is told where it differs.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Error, Result};
use engine::customize::{FieldSpec, TypeSpec};
use engine::system::definition::{self, Definition};
use engine::{Ctx, Engine, Origin};
use serde_json::{Value as Json, json};

use super::prepare::wait;

/// What was done before the first record.
#[derive(Debug, Default)]
pub struct Restored {
    /// Types, fields and settings that were added, or would be.
    pub added: Vec<String>,
    /// Those that are here in another form, and stay.
    pub kept: Vec<String>,
    /// Types among those that a dry run did not add.
    pub awaited: BTreeSet<String>,
}

/// A definition that does not fit here.
#[derive(Debug)]
pub struct Misfit {
    /// Its line in the file.
    pub line: u64,
    /// Why.
    pub error: Error,
}

/// Adds what is not here yet. A dry run adds nothing and says what it would.
///
/// # Errors
/// The first definition that does not fit; those before it stay.
pub fn restore(
    engine: &Arc<Engine>,
    ctx: &Ctx,
    definitions: &[(u64, Definition)],
    dry_run: bool,
) -> Result<Restored, Misfit> {
    let mut restored = Restored::default();
    for (line, definition) in definitions {
        let mut step = Step {
            engine,
            ctx,
            dry_run,
            restored: &mut restored,
        };
        step.take(definition)
            .map_err(|error| Misfit { line: *line, error })?;
    }
    Ok(restored)
}

/// One definition on its way in.
struct Step<'s> {
    engine: &'s Arc<Engine>,
    ctx: &'s Ctx,
    dry_run: bool,
    restored: &'s mut Restored,
}

impl Step<'_> {
    fn take(&mut self, definition: &Definition) -> Result<()> {
        // Each may need the one before it.
        let ctx = Ctx {
            snapshot: self.engine.reload(self.ctx.tenant)?,
            ..self.ctx.clone()
        };
        let here = self.engine.read_blocking(&ctx, definition::of_tenant)?;
        if here.contains(definition) {
            return Ok(());
        }
        match definition {
            Definition::Type { definition } => self.type_of(&ctx, definition),
            Definition::Field { of, definition } => self.field_of(&ctx, of, definition),
            Definition::Setting { of, definition } => self.setting(&ctx, of, definition),
        }
    }

    fn type_of(&mut self, ctx: &Ctx, spec: &TypeSpec) -> Result<()> {
        if ctx.record_type(&spec.name).is_some() {
            self.restored.kept.push(spec.name.clone());
            let mut fields = spec.fields.iter();
            return fields.try_for_each(|it| self.field_of(ctx, &spec.name, it));
        }
        self.restored.added.push(spec.name.clone());
        if self.dry_run {
            self.restored.awaited.insert(spec.name.clone());
            return Ok(());
        }
        self.engine.add_type(ctx, spec.clone())
    }

    fn field_of(&mut self, ctx: &Ctx, of: &str, spec: &FieldSpec) -> Result<()> {
        let path = format!("{of}.{}", spec.name);
        let here = ctx.record_type(of);
        if let Some(field) = here.as_ref().and_then(|it| it.field(&spec.name)) {
            // The types of a file are compared as a whole before their fields are.
            if field.kind.name() != spec.kind || !self.restored.kept.iter().any(|it| it == of) {
                self.restored.kept.push(path);
            }
            return Ok(());
        }
        self.restored.added.push(path);
        if self.dry_run {
            return Ok(());
        }
        self.engine.add_field(ctx, of, spec.clone())
    }

    /// Members and items that are not here are added to those that are.
    fn setting(&mut self, ctx: &Ctx, key: &str, told: &Json) -> Result<()> {
        let here = match ctx.snapshot.settings.find(ctx.tenant, None, key) {
            // A list is in force as a whole: one that took its place without what it had would take that away.
            Some((value, origin)) if origin == Origin::Tenant || told.is_array() => value.clone(),
            // Members hold one by one beside those that we bring along.
            _ => json!({}),
        };
        let mut next = here.clone();
        match (&mut next, told) {
            (Json::Object(all), Json::Object(told)) => {
                for (path, value) in told {
                    match all.get(path) {
                        Some(ours) if ours == value => {}
                        Some(_) => self.restored.kept.push(format!("{key} {path}")),
                        None => {
                            self.restored.added.push(format!("{key} {path}"));
                            all.insert(path.clone(), value.clone());
                        }
                    }
                }
            }
            (Json::Array(all), Json::Array(told)) => {
                for value in told.iter().filter(|it| !here_has(&here, it)) {
                    let named = value.as_str().map_or(value.to_string(), str::to_owned);
                    self.restored.added.push(format!("{key} {named}"));
                    all.push(value.clone());
                }
            }
            _ => self.restored.kept.push(key.to_owned()),
        }
        if next == here || self.dry_run {
            return Ok(());
        }
        wait(self.engine.put_setting(ctx, None, key, Some(next)))
    }
}

fn here_has(here: &Json, value: &Json) -> bool {
    here.as_array().is_some_and(|it| it.contains(value))
}
