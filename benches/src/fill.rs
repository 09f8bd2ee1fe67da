//! Fills a database with a service desk of a chosen size, through the door, in units of many changes.
//!
//! What is made depends on the size alone, so that two runs measure the same.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use base::{MICROS_PER_DAY, SystemClock, SystemIds, Timestamp, Uuid};
use dictionary::{Value, spine};
use engine::system::{secret, session, tenant, token, user};
use engine::{Change, Ctx, Engine, EngineConfig, Mode, Surface, Unit};
use store::{Durability, Store, StoreConfig};

/// Changes in one unit.
const CHUNK: usize = 500;
const TEAMS: usize = 12;
const SERVICES: usize = 24;
/// Records whose pages are read again and again.
const SAMPLE: usize = 500;

/// Somebody as whom is measured.
#[derive(Clone, Debug)]
pub struct Player {
    /// What the table calls them.
    pub name: &'static str,
    /// Bearer token for the API.
    pub token: String,
    /// Session secret for pages.
    pub session: String,
    /// Id and number of incidents that they may read.
    pub sample: Vec<(Uuid, String)>,
}

/// What a measurement needs to know of the database.
#[derive(Clone, Debug)]
pub struct World {
    /// The tenant.
    pub tenant: Uuid,
    /// When it was filled.
    pub now: Timestamp,
    /// Requester, agent, lead and auditor.
    pub players: Vec<Player>,
    /// The team whose queue is listed.
    pub team: Uuid,
    /// A service for new incidents.
    pub service: Uuid,
    /// Somebody for whom an agent reports.
    pub requester: Uuid,
    /// Incidents in the database.
    pub incidents: usize,
}

/// Opens the database as the server does, without waiting for the disk.
///
/// # Errors
/// If it cannot be opened.
pub fn open(url: &str) -> Result<Arc<Engine>> {
    let mut config = StoreConfig::new(url);
    config.durability = Durability::Off;
    let store = Store::open(&config).context("the database cannot be opened")?;
    let config = EngineConfig {
        store,
        practices: practices::all(),
        extra_types: Vec::new(),
        default_roles: practices::default_roles(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds::default()),
    };
    Engine::open(config).context("the engine cannot be opened")
}

/// Makes the service desk with that many incidents.
///
/// # Errors
/// If the door refuses what this makes.
pub fn fill(engine: &Arc<Engine>, incidents: usize) -> Result<World> {
    let tenant = tenant::default_tenant(engine, "Halvorsen Marine")?;
    let ctx = engine.system_ctx(tenant, Surface::Import);
    let teams = many(engine, &ctx, TEAMS, |number| {
        titled("team", &format!("Team {number}"))
    })?;
    let services = many(engine, &ctx, SERVICES, |number| {
        titled("service", &format!("Service {number}"))
            .with_value("support_team", Value::Reference(teams[number % TEAMS]))
    })?;
    let people = many(engine, &ctx, (incidents / 20).clamp(20, 5_000), |number| {
        titled("person", &format!("Person {number}"))
            .with_value("email", Value::Text(format!("person{number}@example.test")))
    })?;
    let cast = cast(engine, &ctx, teams[0])?;
    let asking = cast[0].1;
    let made = many(engine, &ctx, incidents, |number| {
        // Spread by multiplication, so that neighbours in time differ in everything else.
        let mixed = number.wrapping_mul(2_654_435_761) % 1_000_003;
        let requester = if mixed % 7_000 < 14 {
            asking
        } else {
            people[mixed % people.len()]
        };
        incident(
            &ctx,
            number,
            mixed,
            incidents,
            requester,
            teams[mixed % TEAMS],
            services[mixed % SERVICES],
        )
    })?;
    let sample = sample(engine, &ctx, &made)?;
    let mut players = Vec::new();
    for (name, person) in cast {
        let own = name == "requester";
        let sample: Vec<(Uuid, String)> = sample
            .iter()
            .filter(|it| !own || it.2 == person)
            .map(|it| (it.0, it.1.clone()))
            .collect();
        let (token, session) = admit(engine, &ctx, person)?;
        players.push(Player {
            name,
            token,
            session,
            sample,
        });
    }
    Ok(World {
        tenant,
        now: ctx.now,
        players,
        team: teams[0],
        service: services[0],
        requester: people[0],
        incidents,
    })
}

fn titled(record_type: &str, title: &str) -> Change {
    Change::create(record_type).with_value(spine::TITLE, Value::Text(title.to_owned()))
}

fn incident(
    ctx: &Ctx,
    number: usize,
    mixed: usize,
    of: usize,
    requester: Uuid,
    team: Uuid,
    service: Uuid,
) -> Change {
    let back = (of - number) as i64 * (365 * MICROS_PER_DAY / of.max(1) as i64);
    let opened = ctx.now.plus_micros(-back);
    // One in twelve is open: the queue of a desk that keeps up.
    let state = match mixed % 48 {
        0 => "new",
        1 | 2 => "in_progress",
        3 => "on_hold",
        4..8 => "resolved",
        _ => "closed",
    };
    let mut change = titled(
        "incident",
        &format!("Scanner {mixed} in hall {} shows an error", mixed % 30),
    )
    .with_value("requester", Value::Reference(requester))
    .with_value("team", Value::Reference(team))
    .with_value("service", Value::Reference(service))
    .with_value("impact", Value::Integer(1 + (mixed / 5 % 3) as i64))
    .with_value("urgency", Value::Integer(1 + (mixed / 7 % 3) as i64))
    .with_value("opened_at", Value::Instant(opened))
    .with_value(
        "description",
        Value::Text("It blinks twice, then **nothing** happens.".to_owned()),
    )
    .with_value(spine::STATE, Value::Choice(state.to_owned()));
    change.mode = Mode::Replay {
        effective_at: opened,
    };
    change
}

/// Sends many changes through the door and answers with the records.
fn many<F>(engine: &Arc<Engine>, ctx: &Ctx, count: usize, make: F) -> Result<Vec<Uuid>>
where
    F: Fn(usize) -> Change + Send + Sync,
{
    let mut records = Vec::with_capacity(count);
    let numbers: Vec<usize> = (0..count).collect();
    for chunk in numbers.chunks(CHUNK) {
        let changes: Vec<Change> = chunk.iter().map(|number| make(*number)).collect();
        let run = move |unit: &mut Unit<'_, '_>| -> base::Result<Vec<Uuid>> {
            changes
                .iter()
                .map(|change| Ok(unit.apply(change.clone())?.record))
                .collect()
        };
        records.extend(
            engine
                .write_blocking(ctx, run)
                .context("the door refused a change")?,
        );
    }
    Ok(records)
}

/// The four people as whom is measured, with their roles.
fn cast(engine: &Arc<Engine>, ctx: &Ctx, team: Uuid) -> Result<Vec<(&'static str, Uuid)>> {
    let roles = [
        ("requester", "requester"),
        ("agent", "agent"),
        ("lead", "team_lead"),
        ("auditor", "auditor"),
    ];
    let mut cast = Vec::new();
    for (name, role) in roles {
        let wish = user::NewUser {
            login: name.to_owned(),
            name: format!("The {name}"),
            email: Some(format!("{name}@example.test")),
            password_hash: None,
            roles: vec![role.to_owned()],
        };
        let person = engine.write_blocking(ctx, move |unit| {
            let person = user::add(unit, &wish)?;
            let member =
                Change::update("person", person).with_value("teams", Value::References(vec![team]));
            if role != "requester" {
                unit.apply(member)?;
            }
            Ok(person)
        });
        cast.push((
            name,
            person.with_context(|| format!("the {name} could not be made"))?,
        ));
    }
    Ok(cast)
}

/// A token and a session, as if they had signed in.
fn admit(engine: &Arc<Engine>, ctx: &Ctx, person: Uuid) -> Result<(String, String)> {
    let bearer = secret::generate(engine.ids(), token::PREFIX);
    let cookie = secret::generate(engine.ids(), "");
    let until = ctx.now.plus_micros(30 * MICROS_PER_DAY);
    let token = token::Token {
        id: engine.ids().next(ctx.now),
        tenant: ctx.tenant,
        person,
        name: "measuring".to_owned(),
        hint: "----".to_owned(),
        scopes: vec!["*:read".to_owned(), "*:write".to_owned()],
        created_at: ctx.now,
        expires_at: Some(until),
        last_used_at: None,
        revoked_at: None,
    };
    let session = session::Session {
        id: engine.ids().next(ctx.now),
        tenant: ctx.tenant,
        person,
        created_at: ctx.now,
        last_seen_at: ctx.now,
        idle_until: until,
        expires_at: until,
        address: "127.0.0.1".to_owned(),
        agent: "measuring".to_owned(),
    };
    let hashes = (secret::hash(&bearer), secret::hash(&cookie));
    engine.write_blocking(ctx, move |unit| {
        token::insert(unit.tx, &hashes.0, &token)?;
        session::insert(unit.tx, &hashes.1, &session)
    })?;
    Ok((bearer, cookie))
}

/// Id, number and requester of some incidents, spread over all of them, and of the asking person's own.
fn sample(engine: &Arc<Engine>, ctx: &Ctx, made: &[Uuid]) -> Result<Vec<(Uuid, String, Uuid)>> {
    let step = (made.len() / SAMPLE).max(1);
    let chosen: Vec<Uuid> = made.iter().copied().step_by(step).collect();
    let read =
        move |reading: &mut engine::Reading<'_, '_>| -> base::Result<Vec<(Uuid, String, Uuid)>> {
            let mut rows = Vec::new();
            for id in &chosen {
                let sql = store::Sql::new("SELECT id, number, requester FROM record WHERE id = ?");
                let row = reading.tx.query_one(&sql.bind(*id))?;
                rows.push((
                    row.need_uuid(0)?,
                    row.need_text(1)?.to_owned(),
                    row.need_uuid(2)?,
                ));
            }
            let own = store::Sql::new(
                "SELECT r.id, r.number, r.requester FROM record r JOIN person p ON p.id = r.requester \
             WHERE p.title = 'The requester' AND r.number LIKE 'INC%' LIMIT 20",
            );
            for row in reading.tx.query(&own)? {
                rows.push((
                    row.need_uuid(0)?,
                    row.need_text(1)?.to_owned(),
                    row.need_uuid(2)?,
                ));
            }
            Ok(rows)
        };
    Ok(engine.read_blocking(ctx, read)?)
}
