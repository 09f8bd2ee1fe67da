//! Where the demo's past is played: an engine whose clock is moved, and people who act at their hour.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use base::{ManualClock, SystemIds, Timestamp, Uuid};
use dictionary::{Filter, Query, Value, spine};
use engine::{Actor, Change, Ctx, Engine, EngineConfig, Outcome, Surface};
use jiff::ToSpan as _;
use jiff::civil::{Time, Weekday, time};
use jiff::tz::TimeZone;
use store::{Durability, Store, StoreConfig};

use crate::command::import::in_words;

/// Work begins and ends at these hours of the house.
const HOURS: (Time, Time) = (time(8, 0, 0, 0), time(17, 30, 0, 0));

/// An engine in the past.
pub struct Stage {
    /// The engine.
    pub engine: Arc<Engine>,
    /// The tenant.
    pub tenant: Uuid,
    clock: Arc<ManualClock>,
    zone: TimeZone,
    actors: HashMap<Uuid, Actor>,
}

impl Stage {
    /// An engine on that database, whose clock shows `begin`. Nothing waits for the disk: the file is not
    /// used before it is whole.
    pub fn open(url: &str, company: &str, zone: TimeZone, begin: Timestamp) -> Result<Self> {
        let store = StoreConfig {
            durability: Durability::Off,
            ..StoreConfig::new(url)
        };
        let clock = Arc::new(ManualClock::new(begin));
        let engine = Engine::open(EngineConfig {
            store: Store::open(&store).context("the database cannot be opened")?,
            practices: practices::all(),
            extra_types: Vec::new(),
            default_roles: practices::default_roles(),
            clock: clock.clone(),
            ids: Arc::new(SystemIds::default()),
        })?;
        let tenant = engine::system::tenant::default_tenant(&engine, company)?;
        Ok(Self {
            engine,
            tenant,
            clock,
            zone,
            actors: HashMap::new(),
        })
    }

    /// The system at an instant.
    pub fn system(&self, at: Timestamp) -> Ctx {
        self.clock.set(at);
        Ctx {
            zone: self.zone.clone(),
            ..self.engine.system_ctx(self.tenant, Surface::Command)
        }
    }

    /// A change by a person, or by the system, at an instant.
    pub fn play(&mut self, at: Timestamp, who: Option<Uuid>, change: Change) -> Result<Outcome> {
        let mut ctx = self.system(at);
        ctx.surface = Surface::Job;
        if let Some(person) = who {
            ctx.actor = self.actor(&ctx, person)?;
            ctx.surface = Surface::Page;
        }
        let told = format!("{} of {}", change.action().name(), change.record_type);
        self.engine
            .write_blocking(&ctx, move |unit| unit.apply(change.clone()))
            .map_err(|error| in_words(&error).context(told))
    }

    /// Makes a record as the system.
    pub fn make(
        &mut self,
        at: Timestamp,
        record_type: &str,
        fields: &[(&str, Value)],
    ) -> Result<Uuid> {
        let mut change = Change::create(record_type);
        for (field, value) in fields {
            change = change.with_value(field, value.clone());
        }
        Ok(self.play(at, None, change)?.record)
    }

    /// An incident of that person that is open.
    pub fn open_incident_of(&self, at: Timestamp, person: Uuid) -> Result<Option<Uuid>> {
        let query = Query {
            record_type: Some("incident".to_owned()),
            filter: Filter::All(vec![
                Filter::equal(spine::REQUESTER, Value::Reference(person)),
                Filter::equal(spine::OPEN, Value::Boolean(true)),
            ]),
            ..Query::default()
        };
        let ctx = self.system(at);
        let found = self
            .engine
            .read_blocking(&ctx, move |reading| reading.list(&query))?;
        Ok(found.rows.first().map(|it| it.id()))
    }

    fn actor(&mut self, ctx: &Ctx, person: Uuid) -> Result<Actor> {
        if let Some(known) = self.actors.get(&person) {
            return Ok(known.clone());
        }
        let loaded = self.engine.read_blocking(ctx, move |reading| {
            engine::system::actor::load(reading, person)
        })?;
        let (actor, _) = loaded.context("somebody of the demo cannot act")?;
        self.actors.insert(person, actor.clone());
        Ok(actor)
    }

    /// The instant, or the next one at which somebody works.
    pub fn at_work(&self, at: Timestamp) -> Timestamp {
        let mut local = at.to_jiff().to_zoned(self.zone.clone()).datetime();
        if local.time() > HOURS.1 {
            local = local.date().saturating_add(1.day()).to_datetime(HOURS.0);
        }
        while matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday) {
            local = local.date().saturating_add(1.day()).to_datetime(HOURS.0);
        }
        if local.time() < HOURS.0 {
            // Nobody begins exactly on the hour.
            local = local
                .date()
                .to_datetime(HOURS.0)
                .saturating_add(i64::from(local.second() % 40).minutes());
        }
        self.zone
            .to_ambiguous_timestamp(local)
            .compatible()
            .map_or(at, Timestamp::from)
    }

    /// The beginning of the day that many days before an instant.
    pub fn day_before(&self, now: Timestamp, days: i64) -> Timestamp {
        let day = now
            .to_jiff()
            .to_zoned(self.zone.clone())
            .date()
            .saturating_sub(days.days());
        self.zone
            .to_ambiguous_timestamp(day.to_datetime(Time::midnight()))
            .compatible()
            .map_or(now, Timestamp::from)
    }
}

/// A text.
pub fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// A choice.
pub fn choice(code: &str) -> Value {
    Value::Choice(code.to_owned())
}
