//! Changing settings: checked by the practice that reads them, kept with who changed what, told to all processes.

use std::sync::Arc;

use base::{Result, Uuid};
use serde_json::Value as Json;

use crate::settings::Origin;
use crate::system::grids;
use crate::system::setting_change::NewValue;
pub use crate::system::setting_change::{SettingChange, setting_changes};
use crate::{Ctx, Engine, Unit, additions};

/// A setting as an administrator sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingInForce {
    /// Key.
    pub key: &'static str,
    /// Area of administration it belongs to.
    pub area: &'static str,
    /// The value in force.
    pub value: Json,
    /// The row it came from.
    pub origin: Origin,
}

impl Engine {
    /// All settings in force for the tenant or one of its organisations, by key.
    #[must_use]
    pub fn settings_in_force(&self, ctx: &Ctx, organisation: Option<Uuid>) -> Vec<SettingInForce> {
        let settings = &ctx.snapshot.settings;
        let mut all: Vec<SettingInForce> = settings
            .declared()
            .filter_map(|it| {
                let (value, origin) = settings.find(ctx.tenant, organisation, it.key)?;
                Some(SettingInForce {
                    key: it.key,
                    area: it.area,
                    value: value.clone(),
                    origin,
                })
            })
            .collect();
        all.sort_by_key(|it| it.key);
        all
    }

    /// Sets a setting for the tenant or an organisation; no value takes the row away, so that the next
    /// one up the tree is in force again.
    ///
    /// # Errors
    /// Forbidden without the right on the setting's area; invalid where its practice cannot read the value.
    pub async fn put_setting(
        self: &Arc<Self>,
        ctx: &Ctx,
        organisation: Option<Uuid>,
        key: &str,
        value: Option<Json>,
    ) -> Result<()> {
        self.put_setting_and(ctx, organisation, key, value, |_| Ok(()))
            .await
    }

    /// As [`Engine::put_setting_and`], and only where the row is still as the request knew it: of two who change it at
    /// once the second one looks again.
    ///
    /// # Errors
    /// As [`Engine::put_setting_and`]; a conflict where somebody changed it meanwhile.
    pub async fn put_setting_over<T: Send + 'static>(
        self: &Arc<Self>,
        ctx: &Ctx,
        organisation: Option<Uuid>,
        key: &str,
        value: Option<Json>,
        also: impl Fn(&mut Unit<'_, '_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let found = ctx.snapshot.settings.find(ctx.tenant, organisation, key);
        let own = organisation.map_or(Origin::Tenant, Origin::Organisation);
        let known = found.filter(|it| it.1 == own).map(|it| it.0.clone());
        let seen = Some(known);
        self.put_checked(ctx, (organisation, key, value), seen, also)
            .await
    }

    /// As [`Engine::put_setting`], with something else in the same transaction.
    ///
    /// # Errors
    /// As [`Engine::put_setting`], and those of what is done besides.
    pub async fn put_setting_and<T: Send + 'static>(
        self: &Arc<Self>,
        ctx: &Ctx,
        organisation: Option<Uuid>,
        key: &str,
        value: Option<Json>,
        also: impl Fn(&mut Unit<'_, '_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        self.put_checked(ctx, (organisation, key, value), None, also)
            .await
    }

    async fn put_checked<T: Send + 'static>(
        self: &Arc<Self>,
        ctx: &Ctx,
        (organisation, key, value): (Option<Uuid>, &str, Option<Json>),
        seen: Option<Option<Json>>,
        also: impl Fn(&mut Unit<'_, '_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let settings = &ctx.snapshot.settings;
        let checked = match &value {
            Some(value) => settings.check(key, value),
            None => settings.declaration(key),
        };
        let declared = checked.map_err(|message| base::Refused::field("value", message))?;
        ctx.require_area_for(declared.area, organisation)?;
        if organisation.is_some() && additions::is_of_tenant(declared.key) {
            let message = base::Message::new("setting-of-tenant").with("key", declared.key);
            return Err(base::Refused::field("organisation", message).into());
        }
        if let Some(value) = &value {
            self.check_addition(ctx, declared.key, value)
                .map_err(|message| base::Refused::field("value", message))?;
        }
        grids::check(
            ctx,
            &self.built_in,
            &declared,
            (organisation, value.as_ref()),
        )
        .map_err(|message| base::Refused::field("value", message))?;
        let row = NewValue {
            organisation: organisation.unwrap_or(Uuid::nil()),
            key: declared.key,
            value,
            seen,
        };
        let both = move |unit: &mut Unit<'_, '_>| row.store(unit).and_then(|()| also(unit));
        let done = self.write(ctx, both).await?;
        self.reload(ctx.tenant).map(|_| done)
    }

    /// Additions to dictionary and roles must fit what is there, or no process could load them.
    fn check_addition(&self, ctx: &Ctx, key: &str, value: &Json) -> Result<(), base::Message> {
        let dictionary = &ctx.snapshot.dictionary;
        match key {
            additions::ROLES => additions::read_roles(dictionary, value).map(|_| ()),
            // The snapshot has the states of this setting's present value already.
            additions::STATES => {
                let present = ctx.snapshot.settings.find(ctx.tenant, None, key);
                let present = present.map_or(&Json::Null, |it| it.0);
                let without = additions::without_states(dictionary, &self.built_in, present)?;
                additions::extend(&without, key, value).map(|_| ())
            }
            _ => additions::extend(dictionary, key, value).map(|_| ()),
        }
    }
}
