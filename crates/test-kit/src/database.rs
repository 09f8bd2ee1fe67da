//! Fresh databases, copied from a template that is made once per test program.
//!
//! Test programs run one process per test, so the template lives outside the process: a file in memory for SQLite, a
//! template database for PostgreSQL, both stamped with the program that made them and guarded by a file lock.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use store::{Durability, Sql, Store, StoreConfig};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The embedded one.
    Sqlite,
    /// The server named by `DESKWRIGHT_TEST_POSTGRES`.
    Postgres,
}

/// A database that is removed when it is dropped.
pub struct Fresh {
    url: String,
    kind: Kind,
}

enum Kind {
    File(PathBuf),
    Server(String),
}

impl Fresh {
    /// A copy of the template; `fill` makes the template where there is none of this program yet.
    pub fn new(database: Database, fill: fn(&str)) -> Self {
        match database {
            Database::Sqlite => Self::file(fill),
            Database::Postgres => Self::server(fill),
        }
    }

    /// A database with nothing in it, not even tables.
    pub fn empty(database: Database) -> Self {
        match database {
            Database::Sqlite => Self::of_file(new_file()),
            Database::Postgres => Self::of_server(""),
        }
    }

    /// The settings to open it with.
    pub fn config(&self) -> StoreConfig {
        quick(&self.url)
    }

    fn file(fill: fn(&str)) -> Self {
        static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| file_template(fill));
        let path = new_file();
        fs::copy(template, &path).expect("the template can be copied");
        Self::of_file(path)
    }

    fn of_file(path: PathBuf) -> Self {
        Self {
            url: format!("sqlite:{}", path.display()),
            kind: Kind::File(path),
        }
    }

    fn server(fill: fn(&str)) -> Self {
        static TEMPLATE: OnceLock<String> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| server_template(fill));
        Self::of_server(&format!("TEMPLATE {template}"))
    }

    fn of_server(how: &str) -> Self {
        let name = format!("dw_{}_{}", program(), unique());
        administer(&format!("CREATE DATABASE {name} {how}"));
        Self {
            url: with_database(&name),
            kind: Kind::Server(name),
        }
    }
}

fn new_file() -> PathBuf {
    folder().join(format!("{}-{}.sqlite", program(), unique()))
}

impl Drop for Fresh {
    fn drop(&mut self) {
        match &self.kind {
            Kind::File(path) => remove_file(path),
            Kind::Server(name) => {
                administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            }
        }
    }
}

fn quick(url: &str) -> StoreConfig {
    StoreConfig {
        durability: Durability::Off,
        connections: 3,
        readers: 1,
        // Tests look again and again whether something has happened; a busy machine must not use it up.
        statement_budget: u64::MAX,
        ..StoreConfig::new(url)
    }
}

fn file_template(fill: fn(&str)) -> PathBuf {
    let path = folder().join(format!("{}-template.sqlite", program()));
    made_once(
        "sqlite",
        || path.exists(),
        || {
            remove_file(&path);
            fill(&format!("sqlite:{}", path.display()));
            assert!(
                !journal_of(&path).exists(),
                "the template must be closed before it is copied"
            );
        },
    );
    path
}

fn server_template(fill: fn(&str)) -> String {
    let name = format!("dw_{}_template", program());
    let exists = || {
        let sql = Sql::new("SELECT 1 FROM pg_database WHERE datname = ?").bind(name.as_str());
        let found: Result<_, store::StoreError> =
            server().read_blocking(move |tx| tx.query_optional(&sql));
        found.expect("the server answers").is_some()
    };
    made_once("postgres", exists, || {
        remove_leftovers();
        administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        administer(&format!("CREATE DATABASE {name}"));
        fill(&with_database(&name));
    });
    name
}

/// Databases of test processes that were killed.
fn remove_leftovers() {
    let sql = Sql::new("SELECT datname FROM pg_database WHERE datname LIKE ?")
        .bind(format!("dw_{}_%", program()));
    let rows: Result<_, store::StoreError> = server().read_blocking(move |tx| tx.query(&sql));
    for row in rows.expect("the server answers") {
        let name = row.need_text(0).expect("databases have names");
        let process = name
            .rsplit('_')
            .nth(1)
            .and_then(|it| it.parse::<u32>().ok());
        if process.is_some_and(|it| !Path::new(&format!("/proc/{it}")).exists()) {
            administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Runs `make` unless this very program did so before, in whatever process.
fn made_once(what: &str, exists: impl Fn() -> bool, make: impl FnOnce()) {
    let base = folder().join(format!("{}-{what}", program()));
    let lock = File::create(base.with_extension("lock")).expect("a lock file can be made");
    lock.lock().expect("the lock file can be locked");
    let stamp = base.with_extension("stamp");
    let fresh = fs::read_to_string(&stamp).is_ok_and(|it| it == this_build());
    if !fresh || !exists() {
        make();
        fs::write(&stamp, this_build()).expect("the stamp can be written");
    }
}

/// Changes whenever the program is built anew.
fn this_build() -> String {
    let path = std::env::current_exe().expect("the program knows where it is");
    let about = fs::metadata(path).expect("the program can be looked at");
    format!("{:?} {}", about.modified().ok(), about.len())
}

/// A short name of this test program, the same in all its processes.
fn program() -> String {
    let path = std::env::current_exe().expect("the program knows where it is");
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    format!("{:010x}", hasher.finish() >> 24)
}

fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::SeqCst)
    )
}

/// The temporary folder of this run where one was named; else memory where there is some to store files in,
/// so that no test waits for a disk.
fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let base = if std::env::var_os("TMPDIR").is_none() && memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    let folder = base.join("deskwright-tests");
    fs::create_dir_all(&folder).expect("a folder for tests can be made");
    folder
}

fn journal_of(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}-wal", path.display()))
}

fn remove_file(path: &Path) {
    for file in [
        path.to_owned(),
        journal_of(path),
        PathBuf::from(format!("{}-shm", path.display())),
    ] {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                eprintln!("{} stays behind: {error}", file.display());
            }
            _ => {}
        }
    }
}

fn base_url() -> String {
    std::env::var("DESKWRIGHT_TEST_POSTGRES")
        .expect("DESKWRIGHT_TEST_POSTGRES names no PostgreSQL server; run cargo xtask test, which starts one")
}

fn with_database(name: &str) -> String {
    let base = base_url();
    let (address, options) = base
        .split_once('?')
        .map_or((base.as_str(), None), |(url, options)| (url, Some(options)));
    let (_, after_scheme) = address.split_once("://").expect("a URL has a scheme");
    let address = if after_scheme.contains('/') {
        address.rsplit_once('/').map_or(address, |it| it.0)
    } else {
        address
    };
    options.map_or_else(
        || format!("{address}/{name}"),
        |options| format!("{address}/{name}?{options}"),
    )
}

fn server() -> &'static Store {
    static SERVER: OnceLock<Store> = OnceLock::new();
    SERVER.get_or_init(|| {
        let config = StoreConfig {
            connections: 1,
            readers: 1,
            ..StoreConfig::new(base_url())
        };
        Store::open(&config).expect("DESKWRIGHT_TEST_POSTGRES answers")
    })
}

fn administer(statement: &str) {
    server()
        .administer(statement)
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}
