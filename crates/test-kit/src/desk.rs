//! The whole engine on a fresh database, and somebody to act.

use std::sync::Arc;
use std::time::Duration;

use base::{ManualClock, SeededIds, Timestamp, Uuid};
use dictionary::TypeDef;
use engine::read::Visible;
use engine::{Ctx, Engine, EngineConfig, Surface};
use store::Store;

use crate::acting::{Acting, done};
use crate::database::{Database, Fresh};
use crate::{audit, house, problems, text};

/// When every desk's clock begins: a Monday morning.
const BEGIN: &str = "2026-01-05T09:00:00Z";

/// What a desk has besides the product's practices.
#[derive(Default)]
pub struct DeskOptions {
    /// Further types.
    pub types: Vec<TypeDef>,
    /// Settings of the tenant, by key.
    pub settings: Vec<(&'static str, serde_json::Value)>,
}

/// An engine on a fresh database with the [`crate::House`] in it.
pub struct Desk {
    /// The engine.
    pub engine: Arc<Engine>,
    /// The clock; it stands still until a test moves it.
    pub clock: Arc<ManualClock>,
    /// The tenant.
    pub tenant: Uuid,
    // Dropped last: the database goes after the engine that uses it.
    _database: Fresh,
}

impl Desk {
    /// A desk on that database.
    #[must_use]
    pub fn on(database: Database) -> Self {
        Self::with(database, DeskOptions::default())
    }

    /// A desk on that database with something besides.
    #[must_use]
    pub fn with(database: Database, options: DeskOptions) -> Self {
        let fresh = Fresh::new(database, |url| {
            // In a thread of its own, whose database connections end with it.
            let url = url.to_owned();
            let filler = std::thread::spawn(move || {
                let config = store::StoreConfig {
                    durability: store::Durability::Off,
                    connections: 2,
                    ..store::StoreConfig::new(url)
                };
                let (engine, _) = open(&config, 1, Vec::new());
                house::fill(&engine);
                engine.store().shutdown();
            });
            filler.join().expect("the template can be filled");
        });
        let this = Self::open(fresh, 2, options.types);
        for (key, value) in options.settings {
            this.set(key, value);
        }
        this
    }

    /// A desk without the house: a tenant, its organisation, and nobody in it.
    #[must_use]
    pub fn empty(database: Database) -> Self {
        Self::open(Fresh::empty(database), 3, Vec::new())
    }

    fn open(fresh: Fresh, seed: u64, types: Vec<TypeDef>) -> Self {
        let (engine, clock) = open(&fresh.config(), seed, types);
        let tenant = engine::system::tenant::default_tenant(&engine, "House")
            .expect("the house has a tenant");
        Self {
            engine,
            clock,
            tenant,
            _database: fresh,
        }
    }

    /// Acts as the system, which needs no permission.
    #[must_use]
    pub fn as_system(&self) -> Acting<'_> {
        Acting {
            desk: self,
            ctx: self.engine.system_ctx(self.tenant, Surface::Command),
        }
    }

    /// Acts as that person, on the pages.
    #[must_use]
    #[track_caller]
    pub fn as_person(&self, person: Uuid) -> Acting<'_> {
        let ctx = self.engine.system_ctx(self.tenant, Surface::Page);
        let loaded = self.engine.read_blocking(&ctx, move |reading| {
            engine::system::actor::load(reading, person)
        });
        let (actor, _) = loaded
            .expect("people can be loaded")
            .expect("there is such a person");
        Acting {
            desk: self,
            ctx: Ctx { actor, ..ctx },
        }
    }

    /// Changes the database past the door.
    pub fn tamper(&self, statement: &'static str) {
        let store = self.engine.store();
        let done = store.write_blocking(move |tx| tx.execute(&store::Sql::new(statement)));
        let _: u64 = done.unwrap_or_else(|error: store::StoreError| panic!("{statement}: {error}"));
    }

    /// What the verifier finds damaged, in words.
    #[must_use]
    pub fn damage(&self) -> Vec<String> {
        let verified = verifier::verify_blocking(&self.engine, &self.as_system().ctx);
        let damage = done(verified).damage.into_iter();
        damage.map(|it| it.to_string()).collect()
    }

    /// Starts another program on the same database, which brings it up to date, and ends it.
    pub fn start_again(&self) {
        let (engine, _) = open(&self._database.config(), 4, Vec::new());
        engine.store().shutdown();
    }

    /// Moves the clock.
    pub fn wait(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Moves the clock by days.
    pub fn wait_days(&self, days: u64) {
        self.wait(Duration::from_secs(days * 86_400));
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.engine.now()
    }

    /// Sets a setting of the tenant.
    #[track_caller]
    pub fn set(&self, key: &str, value: serde_json::Value) {
        self.put_setting(None, key, value);
    }

    /// Sets a setting of one organisation.
    #[track_caller]
    pub fn set_for(&self, organisation: Uuid, key: &str, value: serde_json::Value) {
        self.put_setting(Some(organisation), key, value);
    }

    #[track_caller]
    fn put_setting(&self, organisation: Option<Uuid>, key: &str, value: serde_json::Value) {
        done(self.as_system().try_set(organisation, key, value));
    }

    /// Creates as the agent Ada.
    #[track_caller]
    pub fn create(&self, record_type: &str, fields: &[(&str, &str)]) -> Uuid {
        self.as_agent().create(record_type, fields)
    }

    /// Takes a transition as the agent Ada.
    #[track_caller]
    pub fn act(&self, record: Uuid, transition: &str, fields: &[(&str, &str)]) {
        self.as_agent().act(record, transition, fields);
    }

    /// Changes fields as the agent Ada.
    #[track_caller]
    pub fn update(&self, record: Uuid, fields: &[(&str, &str)]) {
        self.as_agent().update(record, fields);
    }

    /// The record as the system sees it: all fields.
    #[must_use]
    #[track_caller]
    pub fn get(&self, record: Uuid) -> Visible {
        self.as_system().get(record)
    }

    /// A field of a record as text; references of the house are ids.
    #[must_use]
    #[track_caller]
    pub fn field(&self, record: Uuid, field: &str) -> String {
        self.get(record).value(field).to_text()
    }

    /// Holds fields of a record against what they shall be.
    #[track_caller]
    pub fn expect(&self, record: Uuid, fields: &[(&str, &str)]) {
        let found = self.get(record);
        for (field, wanted) in fields {
            let wanted = text::value(found.record_type(), field, wanted);
            let value = found.value(field);
            assert_eq!(
                value,
                &wanted,
                "{field} of {}",
                found.number().unwrap_or("the record")
            );
        }
    }

    /// The history of a record, oldest first.
    #[must_use]
    #[track_caller]
    pub fn history(&self, record: Uuid) -> Vec<engine::history::HistoryEntry> {
        let ctx = self.as_system().ctx;
        let read = self.engine.read_blocking(&ctx, move |reading| {
            engine::history::of_record(reading.tx, record)
        });
        read.expect("the history can be read")
    }
}

macro_rules! acting_as {
    ($($(#[$doc:meta])* $name:ident: $person:ident;)*) => {
        impl Desk {
            $($(#[$doc])* #[must_use] #[track_caller] pub fn $name(&self) -> Acting<'_> {
                self.as_person(crate::House::$person)
            })*
        }
    };
}

acting_as! {
    /// Acts as Rita, who reports faults.
    as_requester: RITA;
    /// Acts as Ada of the service desk.
    as_agent: ADA;
    /// Acts as Lea, who leads the service desk.
    as_lead: LEA;
    /// Acts as Otto, who audits.
    as_auditor: OTTO;
    /// Acts as Syd, who administers the system.
    as_administrator: SYD;
    /// Acts as Kim, who writes articles.
    as_author: KIM;
    /// Acts as Pam, who publishes articles.
    as_publisher: PAM;
}

impl Drop for Desk {
    fn drop(&mut self) {
        // A test that fails anyway shall say why it failed, not what else is odd.
        if !std::thread::panicking() {
            audit::check(self);
        }
        self.engine.store().shutdown();
    }
}

fn open(
    config: &store::StoreConfig,
    seed: u64,
    types: Vec<TypeDef>,
) -> (Arc<Engine>, Arc<ManualClock>) {
    let store = Store::open(config).expect("the test database opens");
    let clock = Arc::new(ManualClock::new(
        Timestamp::parse(BEGIN).expect("the begin is an instant"),
    ));
    let engine = Engine::open(EngineConfig {
        store,
        practices: practices::all(),
        extra_types: types,
        default_roles: practices::default_roles(),
        clock: clock.clone(),
        ids: Arc::new(SeededIds::new(seed)),
    });
    (
        engine.unwrap_or_else(|error| panic!("the engine opens: {}", problems(&error))),
        clock,
    )
}

/// Waits for what only the asynchronous edge offers.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(future)
}
