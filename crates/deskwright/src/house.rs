//! The engine with all practices, on the configured database.

use std::fs::{OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
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

    /// Opens the database of a house that is there, so that a mistyped folder makes no empty one.
    ///
    /// # Errors
    /// As [`House::open`], and where there is none.
    pub fn existing(config: &Config) -> Result<Self> {
        require(config)?;
        Self::open(config)
    }

    /// As [`House::existing`], for work that may take long.
    ///
    /// # Errors
    /// As [`House::existing`].
    pub fn existing_for_long_work(config: &Config) -> Result<Self> {
        require(config)?;
        Self::open_for_long_work(config)
    }

    fn open_with(config: &Config, adjust: impl FnOnce(&mut StoreConfig)) -> Result<Self> {
        keep_to_oneself(config)?;
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

/// The file of the database, where it is one.
fn database_file(config: &Config) -> Option<PathBuf> {
    let url = config.database_url();
    url.strip_prefix("sqlite:").map(PathBuf::from)
}

fn require(config: &Config) -> Result<()> {
    let is_there = match database_file(config) {
        Some(file) => file.is_file(),
        None => config.data.is_dir(),
    };
    if !is_there {
        bail!("There is no Deskwright in {}.", config.data.display());
    }
    Ok(())
}

/// Makes a folder that is not there, for its owner alone.
///
/// # Errors
/// What keeps it from being made.
pub fn make_folder(folder: &Path) -> Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))
}

/// Makes what is not there readable for its owner alone, and tells where others can read what is.
fn keep_to_oneself(config: &Config) -> Result<()> {
    let folder = config.data.display();
    make_folder(&config.data)?;
    let found = std::fs::metadata(&config.data)
        .with_context(|| format!("the data folder {folder} cannot be read"))?;
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        tracing::warn!(
            "others on this machine may enter the data folder {folder} (mode {mode:o}); chmod 700 closes it"
        );
    }
    if let Some(file) = database_file(config) {
        close_database_file(&file);
    }
    Ok(())
}

/// Makes the file of a database for its owner alone, or closes one that an earlier version left open; SQLite gives
/// the same mode to those that it puts beside it. An empty file is an empty database. Where neither can be done,
/// opening it says why.
fn close_database_file(file: &Path) {
    match std::fs::metadata(file) {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            drop(std::fs::set_permissions(
                file,
                Permissions::from_mode(0o600),
            ));
        }
        Ok(_) => {}
        Err(_) => {
            let mut how = OpenOptions::new();
            how.write(true).create_new(true).mode(0o600);
            drop(how.open(file));
        }
    }
}
