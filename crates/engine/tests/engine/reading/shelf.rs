//! The same records on both databases and in memory.
//!
//! Rows are written directly, past the door: its rules would never let through the odd values and missing
//! references that reading must survive.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use base::{ManualClock, SeededIds, Timestamp, Uuid};
use dictionary::filter::{Asker, Facts, Path, evaluate};
use dictionary::{
    Audience, ChoiceDef, FieldDef, Filter, Kind, Label, Lifecycle, Phase, StateDef, TypeDef, Value,
    spine,
};
use engine::columns::{columns_of, to_columns};
use engine::{Ctx, Engine, EngineConfig, Reading, Role, RoleInForce, Surface};
use store::{Durability, Sql, SqlValue, Store, StoreConfig};

pub const TENANT: Uuid = Uuid::from_u128(1);

/// Values of one record by field.
pub type Fields = BTreeMap<String, Value>;

/// One record.
#[derive(Clone, Debug)]
pub struct Item {
    pub record_type: &'static str,
    pub fields: Fields,
}

/// All records by id.
#[derive(Clone, Debug, Default)]
pub struct Items(pub HashMap<Uuid, Item>);

/// One record among the others, as filters see it.
pub struct Seen<'a> {
    pub items: &'a Items,
    pub id: Uuid,
}

impl Facts for Seen<'_> {
    fn value(&self, path: &Path) -> Cow<'_, Value> {
        let mut at = Some(self.id);
        for (index, name) in path.0.iter().enumerate() {
            let Some((id, item)) = at.and_then(|id| Some((id, self.items.0.get(&id)?))) else {
                break;
            };
            let value = match name.as_str() {
                "id" => Value::Reference(id),
                "type" => Value::Choice(item.record_type.to_owned()),
                name => item.fields.get(name).cloned().unwrap_or(Value::Null),
            };
            if index + 1 == path.0.len() {
                return Cow::Owned(value);
            }
            at = value.as_reference();
        }
        Cow::Owned(Value::Null)
    }
}

impl Items {
    /// Ids of the records of a type (or all) for which the filter holds.
    pub fn matching(&self, record_type: Option<&str>, filter: &Filter, asker: &Asker) -> Vec<Uuid> {
        let of_type = self
            .0
            .iter()
            .filter(|(_, item)| record_type.is_none_or(|it| it == item.record_type));
        let holding = of_type.filter(|(id, _)| {
            evaluate(
                filter,
                &Seen {
                    items: self,
                    id: **id,
                },
                asker,
            )
        });
        let mut ids: Vec<Uuid> = holding.map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids
    }
}

/// Two engines that hold the same records.
pub struct Shelf {
    pub sqlite: Arc<Engine>,
    pub postgres: Arc<Engine>,
    pub items: Items,
    name: String,
    base: String,
}

impl Shelf {
    /// Both databases, filled with these records.
    pub fn new(test: &str, roles: Vec<Role>, items: Items) -> Self {
        let base = std::env::var("DESKWRIGHT_TEST_POSTGRES")
            .expect("DESKWRIGHT_TEST_POSTGRES names the server of the tests");
        let name = format!("dw_reading_{}_{test}", std::process::id());
        administer(
            &base,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
        administer(&base, &format!("CREATE DATABASE {name}"));
        let (server, _) = base.rsplit_once('/').unwrap();
        let sqlite = open(&format!("sqlite:{}", file(&name)), roles.clone());
        let postgres = open(&format!("{server}/{name}"), roles);
        for engine in [&sqlite, &postgres] {
            fill(engine, &items);
        }
        Self {
            sqlite,
            postgres,
            items,
            name,
            base,
        }
    }

    /// What both databases answer; they must agree.
    #[track_caller]
    pub fn ask<T, F>(&self, who: &Who, question: F) -> T
    where
        T: PartialEq + std::fmt::Debug + Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> base::Result<T> + Send + Sync + Clone + 'static,
    {
        let [sqlite, postgres] = self.both(who, question);
        assert_eq!(sqlite, postgres, "SQLite and PostgreSQL differ");
        sqlite
    }

    /// What each database answers, errors as text.
    pub fn both<T, F>(&self, who: &Who, question: F) -> [T; 2]
    where
        T: Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> base::Result<T> + Send + Sync + Clone + 'static,
    {
        [&self.sqlite, &self.postgres].map(|engine| {
            let answer = engine.read_blocking(&who.ctx(engine), question.clone());
            answer
                .unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
        })
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.sqlite.store().shutdown();
        self.postgres.store().shutdown();
        administer(
            &self.base,
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
        );
        for suffix in ["", "-wal", "-shm"] {
            drop(std::fs::remove_file(format!(
                "{}{suffix}",
                file(&self.name)
            )));
        }
    }
}

/// Who asks, when and where.
#[derive(Clone, Debug)]
pub struct Who {
    pub roles: Option<Vec<&'static str>>,
    pub person: Uuid,
    pub teams: Vec<Uuid>,
    pub now: Timestamp,
    pub zone: &'static str,
}

impl Who {
    /// The system, at that time in that zone.
    pub fn system(person: Uuid, teams: Vec<Uuid>, now: Timestamp, zone: &'static str) -> Self {
        Self {
            roles: None,
            person,
            teams,
            now,
            zone,
        }
    }

    pub fn ctx(&self, engine: &Engine) -> Ctx {
        let mut ctx = engine.system_ctx(TENANT, Surface::Api);
        ctx.actor.system = self.roles.is_none();
        ctx.actor.person = self.person;
        ctx.actor.teams.clone_from(&self.teams);
        let roles = self.roles.iter().flatten();
        ctx.actor.roles = roles
            .map(|it| RoleInForce {
                role: (*it).to_owned(),
                organisations: Vec::new(),
            })
            .collect();
        ctx.now = self.now;
        ctx.zone = jiff::tz::TimeZone::get(self.zone).unwrap();
        ctx
    }

    pub fn asker(&self) -> Asker {
        Asker {
            organisations: Vec::new(),
            person: Some(self.person),
            teams: self.teams.clone(),
            now: self.now,
            zone: jiff::tz::TimeZone::get(self.zone).unwrap(),
        }
    }
}

fn file(name: &str) -> String {
    let folder =
        if std::env::var_os("TMPDIR").is_none() && std::path::Path::new("/dev/shm").is_dir() {
            "/dev/shm".into()
        } else {
            std::env::temp_dir()
        };
    folder.join(name).display().to_string()
}

fn administer(base: &str, statement: &str) {
    let server = Store::open(&StoreConfig {
        connections: 1,
        ..StoreConfig::new(base)
    })
    .unwrap();
    server.administer(statement).unwrap();
    server.shutdown();
}

fn open(url: &str, default_roles: Vec<Role>) -> Arc<Engine> {
    let settings = StoreConfig {
        durability: Durability::Off,
        connections: 2,
        ..StoreConfig::new(url)
    };
    Engine::open(EngineConfig {
        store: Store::open(&settings).unwrap(),
        practices: Vec::new(),
        extra_types: types(),
        default_roles,
        clock: Arc::new(ManualClock::new(Timestamp::default())),
        ids: Arc::new(SeededIds::new(7)),
    })
    .unwrap()
}

/// Writes records, a few thousand in each transaction.
pub fn fill(engine: &Engine, items: &Items) {
    let dictionary = engine.snapshot().dictionary.clone();
    let mut statements = Vec::new();
    for (id, item) in &items.0 {
        let record_type = dictionary.record_type(item.record_type).unwrap();
        let mut spine_fields = spine::fields();
        for field in &mut spine_fields {
            *field = record_type
                .field(&field.name)
                .cloned()
                .unwrap_or_else(|| field.clone());
        }
        let own = record_type
            .fields
            .iter()
            .filter(|it| !spine::is_spine(&it.name))
            .cloned();
        let all: Vec<FieldDef> = spine_fields.iter().cloned().chain(own).collect();
        let mut on_spine = row(*id, &spine_fields, item);
        on_spine.push(("record_type".to_owned(), SqlValue::from(item.record_type)));
        statements.push(insert("record", &on_spine));
        statements.push(insert(&record_type.table, &row(*id, &all, item)));
    }
    for part in statements.chunks(4_000) {
        let part = part.to_vec();
        let write = move |tx: &mut store::Tx<'_>| tx.batch(&part).map(|_| ());
        engine
            .store()
            .write_blocking::<_, _, store::StoreError>(write)
            .unwrap();
    }
}

fn row(id: Uuid, fields: &[FieldDef], item: &Item) -> Vec<(String, SqlValue)> {
    let mut columns = vec![
        ("id".to_owned(), SqlValue::from(id)),
        ("tenant".to_owned(), SqlValue::from(TENANT)),
    ];
    for field in fields {
        let mut values = Vec::new();
        to_columns(
            field,
            item.fields.get(&field.name).unwrap_or(&Value::Null),
            &mut values,
        );
        columns.extend(columns_of(field).into_iter().map(|it| it.0).zip(values));
    }
    columns
}

fn insert(table: &str, columns: &[(String, SqlValue)]) -> Sql {
    let mut sql = Sql::new("INSERT INTO ");
    sql.identifier(table).push(" (");
    for (index, (name, _)) in columns.iter().enumerate() {
        sql.push(if index > 0 { ", " } else { "" }).identifier(name);
    }
    sql.push(") VALUES (")
        .arg_list(columns.iter().map(|(_, value)| value))
        .push(")");
    sql
}

/// A type with a field of every kind, and people in departments to walk to.
pub fn types() -> Vec<TypeDef> {
    let person = TypeDef::new("person").with_fields(vec![
        FieldDef::new("email", Kind::Email),
        FieldDef::new("department", Kind::reference("department")),
        FieldDef::new("born", Kind::Date),
    ]);
    let (mut colour, mut tags, mut secret) = (
        FieldDef::new("colour", Kind::Choice),
        FieldDef::new("tags", Kind::MultiChoice),
        FieldDef::new("secret", Kind::Integer),
    );
    // Not in alphabetical order, which is where sorting by position shows.
    colour.choices = ["red", "amber", "green"].map(choice).to_vec();
    tags.choices = ["vip", "net", "ü1"].map(choice).to_vec();
    secret.audience = Audience::Internal;
    let states = [
        ("new", Phase::New),
        ("work", Phase::Active),
        ("hold", Phase::OnHold),
        ("done", Phase::Closed),
    ];
    let sample = TypeDef::new("sample")
        .numbered("SMP", 7)
        .with_lifecycle(Lifecycle {
            states: states
                .map(|(code, phase)| StateDef::new(code, Label::built_in(code), phase))
                .to_vec(),
            initial: "new".to_owned(),
            transitions: Vec::new(),
        })
        .with_spine(&[
            spine::PRIORITY,
            spine::ASSIGNEE,
            spine::TEAM,
            spine::REQUESTER,
            spine::DUE_AT,
            spine::OPENED_AT,
        ])
        .with_fields(vec![
            FieldDef::new("note", Kind::LongText),
            FieldDef::new("amount", Kind::Integer),
            FieldDef::new("hours", Kind::Decimal { scale: 2 }),
            FieldDef::new("cost", Kind::Money),
            FieldDef::new("flag", Kind::Boolean),
            FieldDef::new("day", Kind::Date),
            FieldDef::new("closed_at", Kind::Instant),
            FieldDef::new("worked", Kind::Duration),
            colour,
            tags,
            secret,
            FieldDef::new("owner", Kind::reference("person")),
            FieldDef::new("parent", Kind::reference("sample")),
            FieldDef::new("about", Kind::Reference { to: None }),
            FieldDef::new(
                "followers",
                Kind::References {
                    to: Some("person".to_owned()),
                },
            ),
            FieldDef::new("mail", Kind::Email),
            FieldDef::new("link", Kind::Url),
            FieldDef::new("extra", Kind::Json),
        ]);
    vec![
        TypeDef::new("organisation"),
        TypeDef::new("department"),
        TypeDef::new("team"),
        person,
        sample,
    ]
}

fn choice(code: &str) -> ChoiceDef {
    ChoiceDef {
        code: code.to_owned(),
        label: Label::custom(code),
        when: Vec::new(),
        active: true,
    }
}
