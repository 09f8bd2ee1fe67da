//! The engine with all practices, on the configured database.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use base::{SystemClock, SystemIds, Uuid};
use engine::{Engine, EngineConfig};
use store::{Store, StoreConfig};

use crate::config::Config;

/// The engine and the tenant that it serves.
pub struct House {
    /// The engine.
    pub engine: Arc<Engine>,
    /// The tenant.
    pub tenant: Uuid,
}

impl House {
    /// Opens the database, making it where there is none.
    ///
    /// # Errors
    /// What keeps it from opening.
    pub fn open(config: &Config) -> Result<Self> {
        Self::open_with(config, |_| {})
    }

    /// As [`House::open`], for work that may take long, such as verifying everything.
    ///
    /// # Errors
    /// As [`House::open`].
    pub fn open_for_long_work(config: &Config) -> Result<Self> {
        Self::open_with(config, |store| {
            store.statement_limit = Duration::from_secs(24 * 3_600)
        })
    }

    fn open_with(config: &Config, adjust: impl FnOnce(&mut StoreConfig)) -> Result<Self> {
        let data = config.data.display();
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("the data folder {data} cannot be made"))?;
        let mut store = StoreConfig::new(config.database_url());
        store.connections = config.connections;
        store.readers = config.readers;
        adjust(&mut store);
        let store = Store::open(&store).context("the database cannot be opened")?;
        let engine = Engine::open(EngineConfig {
            store,
            practices: practices::all(),
            extra_types: Vec::new(),
            default_roles: practices::default_roles(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds::default()),
        })?;
        let tenant = engine::system::tenant::default_tenant(&engine, &config.product)?;
        Ok(Self { engine, tenant })
    }
}
