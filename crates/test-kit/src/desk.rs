//! The whole engine on a fresh database, and somebody to act.

use std::sync::Arc;
use std::time::Duration;

use base::{ManualClock, Result, SeededIds, Timestamp, Uuid};
use dictionary::{Filter, Query, TypeDef, Value};
use engine::read::Visible;
use engine::{Action, Change, Comment, Ctx, Engine, EngineConfig, Mode, Outcome, Surface};
use store::Store;

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
        let (engine, clock) = open(&fresh.config(), 2, options.types);
        let tenant = engine::system::tenant::default_tenant(&engine, "House").expect("the house has a tenant");
        let this = Self { engine, clock, tenant, _database: fresh };
        for (key, value) in options.settings {
            this.set(key, value);
        }
        this
    }

    /// Acts as the system, which needs no permission.
    #[must_use]
    pub fn as_system(&self) -> Acting<'_> {
        Acting { desk: self, ctx: self.engine.system_ctx(self.tenant, Surface::Command) }
    }

    /// Acts as that person, on the pages.
    #[must_use]
    #[track_caller]
    pub fn as_person(&self, person: Uuid) -> Acting<'_> {
        let ctx = self.engine.system_ctx(self.tenant, Surface::Page);
        let loaded = self.engine.read_blocking(&ctx, move |reading| engine::system::actor::load(reading, person));
        let (actor, _) = loaded.expect("people can be loaded").expect("there is such a person");
        Acting { desk: self, ctx: Ctx { actor, ..ctx } }
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
        let ctx = self.as_system().ctx;
        done(block_on(self.engine.put_setting(&ctx, organisation, key, Some(value))));
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
            assert_eq!(value, &wanted, "{field} of {}", found.number().unwrap_or("the record"));
        }
    }

    /// The history of a record, oldest first.
    #[must_use]
    #[track_caller]
    pub fn history(&self, record: Uuid) -> Vec<engine::history::HistoryEntry> {
        let ctx = self.as_system().ctx;
        let read = self.engine.read_blocking(&ctx, move |reading| engine::history::of_record(reading.tx, record));
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

fn open(config: &store::StoreConfig, seed: u64, types: Vec<TypeDef>) -> (Arc<Engine>, Arc<ManualClock>) {
    let store = Store::open(config).expect("the test database opens");
    let clock = Arc::new(ManualClock::new(Timestamp::parse(BEGIN).expect("the begin is an instant")));
    let engine = Engine::open(EngineConfig {
        store,
        practices: practices::all(),
        extra_types: types,
        default_roles: practices::default_roles(),
        clock: clock.clone(),
        ids: Arc::new(SeededIds::new(seed)),
    });
    (engine.unwrap_or_else(|error| panic!("the engine opens: {}", problems(&error))), clock)
}

/// Somebody at the desk.
pub struct Acting<'d> {
    desk: &'d Desk,
    /// The request with which they act.
    pub ctx: Ctx,
}

impl Acting<'_> {
    /// The same person through another surface.
    #[must_use]
    pub fn through(mut self, surface: Surface) -> Self {
        self.ctx.surface = surface;
        self
    }

    /// Sends a change through the door, now.
    ///
    /// # Errors
    /// What the door says.
    pub fn apply(&self, change: Change) -> Result<Outcome> {
        let ctx = Ctx { now: self.desk.now(), snapshot: self.desk.engine.snapshot(), ..self.ctx.clone() };
        self.desk.engine.write_blocking(&ctx, move |unit| unit.apply(change.clone()))
    }

    /// Creates a record.
    #[track_caller]
    pub fn create(&self, record_type: &str, fields: &[(&str, &str)]) -> Uuid {
        done(self.try_create(record_type, fields)).record
    }

    /// As [`Acting::create`], with what the door says.
    #[track_caller]
    pub fn try_create(&self, record_type: &str, fields: &[(&str, &str)]) -> Result<Outcome> {
        self.apply(self.with_fields(Change::create(record_type), fields))
    }

    /// Takes a transition.
    #[track_caller]
    pub fn act(&self, record: Uuid, transition: &str, fields: &[(&str, &str)]) {
        done(self.try_act(record, transition, fields));
    }

    /// As [`Acting::act`], with what the door says. A field `comment` is a public comment.
    #[track_caller]
    pub fn try_act(&self, record: Uuid, transition: &str, fields: &[(&str, &str)]) -> Result<Outcome> {
        self.apply(self.change(record, Action::Transition(transition.to_owned()), fields))
    }

    /// Changes fields.
    #[track_caller]
    pub fn update(&self, record: Uuid, fields: &[(&str, &str)]) {
        done(self.try_update(record, fields));
    }

    /// As [`Acting::update`], with what the door says.
    #[track_caller]
    pub fn try_update(&self, record: Uuid, fields: &[(&str, &str)]) -> Result<Outcome> {
        self.apply(self.change(record, Action::Update, fields))
    }

    /// Hands over.
    #[track_caller]
    pub fn assign(&self, record: Uuid, fields: &[(&str, &str)]) -> Outcome {
        done(self.try_assign(record, fields))
    }

    /// As [`Acting::assign`], with what the door says.
    #[track_caller]
    pub fn try_assign(&self, record: Uuid, fields: &[(&str, &str)]) -> Result<Outcome> {
        self.apply(self.change(record, Action::Assign, fields))
    }

    /// Adds a public comment.
    #[track_caller]
    pub fn comment(&self, record: Uuid, text: &str) {
        done(self.try_comment(record, Comment::public(text)));
    }

    /// Adds a private note.
    #[track_caller]
    pub fn note(&self, record: Uuid, text: &str) {
        done(self.try_comment(record, Comment::private(text)));
    }

    /// Adds a comment, with what the door says.
    #[track_caller]
    pub fn try_comment(&self, record: Uuid, comment: Comment) -> Result<Outcome> {
        self.apply(self.change(record, Action::Comment, &[]).with_comment(comment))
    }

    /// Any other action, with what the door says.
    #[track_caller]
    pub fn try_do(&self, record: Uuid, action: Action) -> Result<Outcome> {
        self.apply(self.change(record, action, &[]))
    }

    /// Replays a fact of the past.
    #[track_caller]
    pub fn replay(&self, at: &str, mut change: Change, fields: &[(&str, &str)]) -> Outcome {
        let effective_at = Timestamp::parse(at).expect("an instant");
        change.mode = Mode::Replay { effective_at };
        done(self.apply(self.with_fields(change, fields)))
    }

    /// The record with all fields that the person may read.
    #[must_use]
    #[track_caller]
    pub fn get(&self, record: Uuid) -> Visible {
        done(self.try_get(record))
    }

    /// As [`Acting::get`], with what the reader says.
    pub fn try_get(&self, record: Uuid) -> Result<Visible> {
        let ctx = self.now();
        self.desk.engine.read_blocking(&ctx, move |reading| Ok(reading.record(None, &record.to_string())?.0))
    }

    /// The records of a type that the person sees and the filter finds, oldest first.
    #[must_use]
    #[track_caller]
    pub fn list(&self, record_type: &str, filter: &str) -> Vec<Visible> {
        done(self.try_list(record_type, filter))
    }

    /// As [`Acting::list`], with what the reader says.
    #[track_caller]
    pub fn try_list(&self, record_type: &str, filter: &str) -> Result<Vec<Visible>> {
        let dictionary = &self.desk.engine.snapshot().dictionary;
        let found = dictionary.record_type(record_type).expect("there is such a type");
        let scope = dictionary::filter::Scope::new(dictionary, found);
        let filter = dictionary::filter::parse(filter, &scope);
        let filter = filter.unwrap_or_else(|error| panic!("the filter can be read: {error:?}"));
        self.find(record_type, filter)
    }

    /// The records of a type that the person sees and a filter finds.
    ///
    /// # Errors
    /// What the reader says.
    pub fn find(&self, record_type: &str, filter: Filter) -> Result<Vec<Visible>> {
        let ctx = self.now();
        let mut query = Query { record_type: Some(record_type.to_owned()), filter, ..Query::default() };
        query.page.limit = Some(200);
        self.desk.engine.read_blocking(&ctx, move |reading| Ok(reading.list(&query)?.rows))
    }

    fn now(&self) -> Ctx {
        Ctx { now: self.desk.now(), snapshot: self.desk.engine.snapshot(), ..self.ctx.clone() }
    }

    #[track_caller]
    fn change(&self, record: Uuid, action: Action, fields: &[(&str, &str)]) -> Change {
        let ctx = self.desk.engine.system_ctx(self.desk.tenant, Surface::Command);
        let named = self.desk.engine.write_blocking(&ctx, move |unit| unit.type_name_of(record));
        let record_type = named.expect("the spine can be read").unwrap_or_default();
        self.with_fields(Change::of(record_type, record, action), fields)
    }

    #[track_caller]
    fn with_fields(&self, mut change: Change, fields: &[(&str, &str)]) -> Change {
        let snapshot = self.desk.engine.snapshot();
        let record_type = snapshot.dictionary.record_type(&change.record_type);
        for (field, written) in fields {
            if *field == "comment" {
                change = change.with_comment(Comment::public(*written));
                continue;
            }
            let value = record_type.map_or(Value::Null, |it| text::value(it, field, written));
            change = change.with_value(field, value);
        }
        change
    }
}

#[track_caller]
fn done<T>(result: Result<T>) -> T {
    match result {
        Ok(done) => done,
        Err(error) => panic!("{}", problems(&error)),
    }
}

/// Waits for what only the asynchronous edge offers.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    runtime.block_on(future)
}
