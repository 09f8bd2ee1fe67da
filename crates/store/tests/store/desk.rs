//! A fresh database per test, removed afterwards.

use std::sync::atomic::{AtomicU32, Ordering};
use store::{Durability, Migration, Sql, Store, StoreConfig, StoreError};

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// An open store on a database of its own.
pub struct Desk {
    pub store: Store,
    pub url: String,
    server: Option<Store>,
    name: String,
}

pub const TABLES: &[Migration] = &[Migration::new(
    1,
    "a table and its children",
    "CREATE TABLE item (id {uuid} NOT NULL PRIMARY KEY, label {text} NOT NULL, \
         amount {integer}, payload {bytes}){strict};
     CREATE UNIQUE INDEX item_label ON item (label);
     CREATE TABLE part (item {uuid} NOT NULL REFERENCES item (id), label {text}){strict};
     CREATE TABLE entry (seq {identity}, label {text} NOT NULL){strict};",
)];

/// Makes a behaviour a test on each database.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&$crate::desk::Desk::sqlite()); })+
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&$crate::desk::Desk::postgres()); })+
        }
    };
}

impl Desk {
    /// An SQLite file with the usual tables.
    pub fn sqlite() -> Self {
        let desk = Self::empty_sqlite();
        desk.store.migrate(TABLES).expect("migrations");
        desk
    }

    /// A PostgreSQL database with the usual tables.
    pub fn postgres() -> Self {
        let desk = Self::empty_postgres();
        desk.store.migrate(TABLES).expect("migrations");
        desk
    }

    pub fn empty_sqlite() -> Self {
        let name = unique_name();
        let folder =
            if std::env::var_os("TMPDIR").is_none() && std::path::Path::new("/dev/shm").is_dir() {
                "/dev/shm".into()
            } else {
                std::env::temp_dir()
            };
        let url = format!("sqlite:{}", folder.join(&name).display());
        Self {
            store: open(&url),
            url,
            server: None,
            name,
        }
    }

    pub fn empty_postgres() -> Self {
        let base = std::env::var("DESKWRIGHT_TEST_POSTGRES")
            .expect("DESKWRIGHT_TEST_POSTGRES is not set: run the tests with `cargo xtask test`");
        let mut config = StoreConfig::new(&base);
        config.connections = 1;
        let server = Store::open(&config).expect("the PostgreSQL server of the tests");
        let name = unique_name();
        server
            .administer(&format!("CREATE DATABASE {name}"))
            .expect("a database");
        let (start, _) = base.rsplit_once('/').expect("a database name in the url");
        let url = format!("{start}/{name}");
        Self {
            store: open(&url),
            url,
            server: Some(server),
            name,
        }
    }

    /// Opens the same database again, as another process would.
    pub fn second(&self) -> Store {
        open(&self.url)
    }

    /// Runs one statement in a transaction of its own.
    pub fn execute(&self, sql: Sql) -> Result<u64, StoreError> {
        self.store.write_blocking(move |tx| tx.execute(&sql))
    }

    /// The number of rows of a table.
    pub fn count(&self, table: &'static str) -> i64 {
        self.store
            .read_blocking(move |tx| {
                let mut sql = Sql::new("SELECT count(*) FROM ");
                sql.identifier(table);
                tx.query_one(&sql)?.need_integer(0)
            })
            .unwrap_or_else(|error: StoreError| panic!("counting {table}: {error}"))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.store.shutdown();
        if let Some(server) = &self.server {
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            server.administer(&drop).expect("dropping the database");
        } else if let Some(path) = self.url.strip_prefix("sqlite:") {
            for suffix in ["", "-wal", "-shm"] {
                drop(std::fs::remove_file(format!("{path}{suffix}")));
            }
        }
    }
}

pub fn config(url: &str) -> StoreConfig {
    let mut config = StoreConfig::new(url);
    config.durability = Durability::Off;
    config.connections = 4;
    config
}

fn open(url: &str) -> Store {
    Store::open(&config(url)).expect("opening the store")
}

fn unique_name() -> String {
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("store_test_{}_{number}", std::process::id())
}
