//! Administration, as pages and programs see it alike: who may administer what, and what is computed for it.

pub(crate) mod account;
mod effect;
pub(crate) mod explain;
pub(crate) mod form;
pub(crate) mod import_mapping;
pub(crate) mod imports;
pub(crate) mod mails;
pub(crate) mod people;
pub(crate) mod roles;
pub(crate) mod setting;
pub(crate) mod setup;

use engine::Ctx;

/// Areas of administration that no setting belongs to.
pub(crate) const AREAS: [&str; 6] = ["settings", "types", "roles", "users", "imports", "jobs"];

/// Whether somebody may administer that area of the whole tenant.
pub(crate) fn may(ctx: &Ctx, area: &str) -> bool {
    ctx.require_area(area).is_ok()
}

/// Whether somebody may administer anything of the whole tenant.
pub(crate) fn administers(ctx: &Ctx) -> bool {
    let declared = ctx.snapshot.settings.declared().map(|it| it.area);
    AREAS.into_iter().chain(declared).any(|it| may(ctx, it))
}
