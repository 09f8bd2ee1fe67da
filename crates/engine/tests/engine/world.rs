//! A small world for tests of the engine: one type with states, one without, on a fresh database.

use std::sync::Arc;
use std::time::Duration;

use base::{ManualClock, SeededIds, Timestamp, Uuid};
use dictionary::{
    ChoiceDef, FieldDef, FieldFlag, Kind, Label, Lifecycle, Phase, StateDef, Transition, TypeDef,
    spine,
};
use engine::{
    Applied, Change, Ctx, Engine, EngineConfig, FieldList, Grant, Practice, Reaction, Role,
    RoleInForce, Rule, Surface, Unit,
};
use store::{Durability, Store, StoreConfig};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// An engine on a fresh database that is removed afterwards.
pub struct World {
    pub engine: Arc<Engine>,
    pub tenant: Uuid,
    pub person: Uuid,
    /// The address of its database.
    pub url: String,
    place: Place,
}

enum Place {
    File(std::path::PathBuf),
    Postgres { base: String, name: String },
}

/// 2026-03-02T09:00:00Z, a Monday.
pub const START: Timestamp = Timestamp::from_micros(1_772_442_000_000_000);

/// How long transactions of the cluster's other databases may hold back what is new.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a test on both databases.
#[macro_export]
macro_rules! on_both {
    ($($name:ident => $body:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                let body: fn(World) = $body;
                body($crate::world::World::new($crate::world::Database::Sqlite, stringify!($name)));
            }
            #[test]
            fn postgres() {
                let body: fn(World) = $body;
                body($crate::world::World::new($crate::world::Database::Postgres, stringify!($name)));
            }
        }
    )*};
}

fn postgres_base() -> String {
    std::env::var("DESKWRIGHT_TEST_POSTGRES")
        .expect("DESKWRIGHT_TEST_POSTGRES is not set: run `cargo xtask test`, which starts a private cluster")
}

impl World {
    pub fn new(database: Database, test: &str) -> Self {
        let unique = format!("dw_engine_{}_{test}", std::process::id());
        let (url, place) = match database {
            Database::Sqlite => {
                let folder = std::env::temp_dir().join(&unique);
                let _ = std::fs::remove_dir_all(&folder);
                std::fs::create_dir_all(&folder).unwrap();
                (
                    format!("sqlite:{}", folder.join("desk.sqlite3").display()),
                    Place::File(folder),
                )
            }
            Database::Postgres => {
                let base = postgres_base();
                let admin = Store::open(&StoreConfig {
                    connections: 1,
                    ..StoreConfig::new(&base)
                })
                .unwrap();
                admin
                    .administer(&format!("DROP DATABASE IF EXISTS {unique} WITH (FORCE)"))
                    .unwrap();
                admin
                    .administer(&format!("CREATE DATABASE {unique}"))
                    .unwrap();
                admin.shutdown();
                let (server, _) = base.rsplit_once('/').unwrap();
                (
                    format!("{server}/{unique}"),
                    Place::Postgres { base, name: unique },
                )
            }
        };
        let engine = open(&url, 7);
        let tenant = engine::system::tenant::default_tenant(&engine, "Halvorsen").unwrap();
        let mut this = Self {
            engine,
            tenant,
            person: Uuid::nil(),
            url,
            place,
        };
        let system = this.system();
        this.person = this
            .engine
            .write_blocking(&system, |unit| {
                let change = Change::create("person");
                unit.apply(
                    change.with_value(spine::TITLE, dictionary::Value::Text("Ann".to_owned())),
                )
                .map(|it| it.record)
            })
            .unwrap();
        this
    }

    /// The system itself.
    pub fn system(&self) -> Ctx {
        self.engine.system_ctx(self.tenant, Surface::Command)
    }

    /// Writes past the door, as an attacker with the database's password would.
    pub fn tamper(&self, statement: &'static str) {
        let write =
            move |tx: &mut store::Tx<'_>| tx.execute(&store::Sql::new(statement)).map(|_| ());
        self.engine
            .store()
            .write_blocking::<_, _, store::StoreError>(write)
            .unwrap();
    }

    /// Ann, with these roles.
    pub fn ann(&self, roles: &[&str]) -> Ctx {
        let mut ctx = self.system();
        ctx.surface = Surface::Api;
        ctx.actor.system = false;
        ctx.actor.person = self.person;
        ctx.actor.name = "Ann".to_owned();
        ctx.actor.roles = roles
            .iter()
            .map(|it| RoleInForce {
                role: (*it).to_owned(),
                organisations: Vec::new(),
            })
            .collect();
        ctx
    }
}

/// An engine on that database, as another process would have it; its ids follow from the seed.
pub fn open(url: &str, seed: u64) -> Arc<Engine> {
    open_with(StoreConfig::new(url), seed)
}

/// The same, with settings of its own.
pub fn open_with(config: StoreConfig, seed: u64) -> Arc<Engine> {
    let store = Store::open(&StoreConfig {
        durability: Durability::Off,
        connections: 4,
        ..config
    })
    .unwrap();
    Engine::open(EngineConfig {
        store,
        practices: vec![
            Practice {
                rules: &[Rule {
                    name: "double",
                    run: double,
                }],
                reactions: &[Reaction {
                    name: "cascade",
                    run: cascade,
                }],
                ..Practice::new("ticket", ticket)
            },
            Practice::new("person", person),
            Practice::new("team", team),
            Practice::new("organisation", organisation),
        ],
        extra_types: Vec::new(),
        default_roles: roles(),
        clock: Arc::new(ManualClock::new(START)),
        ids: Arc::new(SeededIds::new(seed)),
    })
    .unwrap()
}

impl Drop for World {
    fn drop(&mut self) {
        self.engine.store().shutdown();
        match &self.place {
            Place::File(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Postgres { base, name } => {
                if let Ok(admin) = Store::open(&StoreConfig {
                    connections: 1,
                    ..StoreConfig::new(base)
                }) {
                    let _ =
                        admin.administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
                    admin.shutdown();
                }
            }
        }
    }
}

fn double(draft: &mut engine::Draft, _: &engine::RuleContext<'_>) -> Result<(), base::Message> {
    const COUNT: dictionary::Field<i64> = dictionary::Field::new("count");
    const DOUBLED: dictionary::Field<i64> = dictionary::Field::new("doubled");
    if let Some(count) = draft.get(COUNT)? {
        draft.set(DOUBLED, count * 2, "why-doubled");
    }
    Ok(())
}

/// A ticket's new count flows to the ticket it names, and on from there.
fn cascade(unit: &mut Unit<'_, '_>, applied: &Applied) -> base::Result<()> {
    let (Some(next), Some(count)) = (
        applied.value("next").as_reference(),
        applied.value("count").as_integer(),
    ) else {
        return Ok(());
    };
    if !applied.changed("count") {
        return Ok(());
    }
    let change =
        Change::update("ticket", next).with_value("count", dictionary::Value::Integer(count + 1));
    unit.react(applied, change).map(|_| ())
}

fn ticket() -> TypeDef {
    let label = Label::built_in("x");
    let state = |code: &str, phase| StateDef::new(code, label.clone(), phase);
    let step = |name: &str, from: &[&str], to: &str, needs: &[&str]| Transition {
        name: name.to_owned(),
        label: label.clone(),
        from: from.iter().map(|it| (*it).to_owned()).collect(),
        to: to.to_owned(),
        needs: needs.iter().map(|it| (*it).to_owned()).collect(),
        asks: Vec::new(),
        needs_comment: false,
    };
    let mut doubled = FieldDef::new("doubled", Kind::Integer);
    doubled.written_by = dictionary::WrittenBy::Rules;
    let mut colour = FieldDef::new("colour", Kind::Choice);
    for code in ["red", "green"] {
        colour.choices.push(ChoiceDef {
            code: code.to_owned(),
            label: label.clone(),
            when: Vec::new(),
            active: true,
        });
    }
    let mut secret = FieldDef::new("secret", Kind::Text { max: 100 });
    secret.audience = dictionary::Audience::Internal;
    let mut serial = FieldDef::new("serial", Kind::Text { max: 100 });
    serial.unique = true;
    TypeDef::new("ticket")
        .numbered("TKT", 7)
        .with_lifecycle(Lifecycle {
            states: vec![
                state("new", Phase::New),
                state("done", Phase::Resolved).with_flag("count", FieldFlag::ReadOnly),
                state("closed", Phase::Closed),
            ],
            initial: "new".to_owned(),
            transitions: vec![
                step("finish", &["new"], "done", &["note"]),
                step("close", &["done"], "closed", &[]),
                step("reopen", &["done"], "new", &[]),
            ],
        })
        .with_spine(&[
            spine::TEAM,
            spine::ASSIGNEE,
            spine::REQUESTER,
            spine::ACCESS,
            spine::OPENED_AT,
            spine::PRIORITY,
        ])
        .with_fields(vec![
            FieldDef::new("note", Kind::LongText),
            FieldDef::new("count", Kind::Integer),
            doubled,
            FieldDef::new("next", Kind::reference("ticket")),
            colour,
            secret,
            serial,
        ])
        .with_readers(&[spine::REQUESTER])
        .with_journal()
}

fn person() -> TypeDef {
    TypeDef::new("person")
}

fn team() -> TypeDef {
    TypeDef::new("team")
}

fn organisation() -> TypeDef {
    TypeDef::new("organisation").with_fields(vec![FieldDef::new(
        "parent",
        Kind::reference("organisation"),
    )])
}

fn roles() -> Vec<Role> {
    let grant =
        |types: &[&str], actions: &[&str], rows: dictionary::Filter, fields: FieldList| Grant {
            types: types.iter().map(|it| (*it).to_owned()).collect(),
            actions: actions.iter().map(|it| (*it).to_owned()).collect(),
            rows,
            read_fields: fields.clone(),
            write_fields: fields,
        };
    let mine = dictionary::Filter::test(
        spine::REQUESTER,
        dictionary::Operator::Equal,
        dictionary::Operand::One(dictionary::Term::Me),
    );
    let everything = dictionary::Filter::default();
    vec![
        Role {
            code: "agent".to_owned(),
            grants: vec![grant(&[], &["*"], everything.clone(), FieldList::All)],
        },
        Role {
            code: "curious".to_owned(),
            grants: vec![
                grant(
                    &["ticket"],
                    &[
                        "read", "create", "update", "history", "comment", "link", "follow",
                    ],
                    mine.clone(),
                    FieldList::Only(
                        ["title", "state", "note", "requester", "organisation"]
                            .map(str::to_owned)
                            .into(),
                    ),
                ),
                grant(
                    &["setting"],
                    &["administer:types"],
                    everything.clone(),
                    FieldList::All,
                ),
            ],
        },
        Role {
            code: "requester".to_owned(),
            grants: vec![
                grant(
                    &["ticket"],
                    &["read", "create", "comment", "transition:reopen"],
                    mine,
                    FieldList::Public,
                ),
                grant(&["person"], &["read"], everything, FieldList::Public),
            ],
        },
    ]
}
