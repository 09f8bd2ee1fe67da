//! How the database finds what somebody asks for: the plans of all statements of a read.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use dictionary::filter::{Scope, parse};
use dictionary::{Count, Direction, Page, Query, Sort};
use engine::read::{Aggregation, Group, Measure};
use engine::system::actor;
use engine::{Ctx, Engine, Reading, Surface};
use flow::search::Search as _;
use flow::search::SearchQuery;
use store::{Dialect, Sql};

use crate::fill::World;

/// Tables that hold as many rows as there are records: nobody reads them from end to end.
const LARGE: [&str; 6] = [
    "record",
    "incident",
    "history",
    "record_reader",
    "search_entry",
    "journal",
];

/// What is asked.
type Ask = Box<dyn Fn(&mut Reading<'_, '_>) -> base::Result<()> + Send + Sync>;

/// The plan of each statement that each player's reads run: `who: what: step`.
///
/// # Errors
/// If the database refuses a read.
pub fn plans(engine: &Arc<Engine>, world: &World) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for player in &world.players {
        let ctx = acting(engine, world, player.name)?;
        for (what, ask) in asks(world, player.name) {
            let dialect = engine.store().dialect();
            let steps = engine
                .read_blocking(&ctx, move |reading| {
                    reading.tx.keep_statements();
                    ask(reading)?;
                    let mut steps = Vec::new();
                    for sql in reading.tx.kept_statements() {
                        steps.extend(plan(reading, dialect, &sql)?);
                    }
                    Ok::<_, base::Error>(steps)
                })
                .with_context(|| format!("{what} as {}", player.name))?;
            let lines = steps.into_iter();
            all.extend(lines.map(|it| format!("{}: {what}: {it}", player.name)));
        }
    }
    Ok(all)
}

/// Steps that read a large table from end to end, or a whole index of it.
#[must_use]
pub fn walks(plans: &[String]) -> Vec<&String> {
    let step = |line: &str| line.splitn(3, ": ").nth(2).unwrap_or_default().to_owned();
    let walks = |(at, line): &(usize, &String)| {
        let line = step(line);
        // SQLite names the alias where there is one: `r` is the table of the records that are listed.
        let sqlite = line.strip_prefix("SCAN ");
        let postgres = line.split_once("Seq Scan on ").map(|it| it.1);
        // What PostgreSQL says of a step stands below it, before the next one.
        let mut below = plans[at + 1..].iter().map(|it| step(it));
        let mut finds = || below.find(|it| it.starts_with("->") || it.starts_with("Index Cond"));
        let index = line.split_once("Index Scan using ");
        let index = index.or_else(|| line.split_once("Index Only Scan using "));
        let whole = index
            .filter(|_| !finds().is_some_and(|it| it.starts_with("Index Cond")))
            .and_then(|it| it.1.split_once(" on "))
            .map(|it| it.1);
        let named = sqlite.or(postgres).or(whole).unwrap_or_default();
        let named = named.split(' ').next().unwrap_or_default();
        named == "r" || LARGE.contains(&named)
    };
    let lines = plans.iter().enumerate();
    lines.filter(walks).map(|it| it.1).collect()
}

fn plan(reading: &mut Reading<'_, '_>, dialect: Dialect, sql: &Sql) -> base::Result<Vec<String>> {
    let (explain, column) = match dialect {
        Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", 3),
        Dialect::Postgres => ("EXPLAIN (COSTS OFF) ", 0),
    };
    let mut explained = Sql::new(explain);
    explained.append(sql.clone());
    let rows = reading.tx.query(&explained)?;
    let step = |row: &store::Row| Ok(row.need_text(column)?.trim().to_owned());
    rows.iter().map(step).collect()
}

/// That player, as on a page.
fn acting(engine: &Arc<Engine>, world: &World, name: &str) -> Result<Ctx> {
    let ctx = engine.system_ctx(world.tenant, Surface::Page);
    let called = format!("The {name}");
    let loaded = engine.read_blocking(&ctx, move |reading| {
        let sql = Sql::new("SELECT id FROM person WHERE title = ?").bind(called.as_str());
        let person = reading.tx.query_one(&sql)?.need_uuid(0)?;
        actor::load(reading, person)
    })?;
    let (actor, _) = loaded.context("somebody of the cast is gone")?;
    Ok(Ctx { actor, ..ctx })
}

fn asks(world: &World, who: &str) -> Vec<(&'static str, Ask)> {
    let own = who == "requester";
    let queue = if own {
        "open:yes".to_owned()
    } else {
        format!("open:yes team:{}", world.team)
    };
    let sample = world.players.iter().find(|it| it.name == who);
    let number = sample.and_then(|it| it.sample.first());
    let number = number.map(|it| it.1.clone()).unwrap_or_default();
    let listed = move |filter: &str, sort: &str, record_type: Option<&str>| -> Ask {
        let (filter, sort) = (filter.to_owned(), sort.to_owned());
        let record_type = record_type.map(str::to_owned);
        Box::new(move |reading| {
            let query = query(reading, record_type.as_deref(), &filter, &sort)?;
            reading.list(&query).map(|_| ())
        })
    };
    let mut asks: Vec<(&'static str, Ask)> = vec![
        ("queue", listed(&queue, "priority", Some("incident"))),
        ("newest", listed("", "created_at", Some("incident"))),
        ("changed last", listed("", "updated_at", Some("incident"))),
        ("across types", listed("open:yes", "created_at", None)),
        (
            "my work",
            listed("assignee:me open:yes", "created_at", None),
        ),
        (
            "my work by phase",
            listed("assignee:me open:yes", "state", None),
        ),
        ("across types by type", listed("open:yes", "type", None)),
        (
            "count",
            Box::new(move |reading| {
                let query = query(reading, Some("incident"), &queue, "priority")?;
                reading.count(&query).map(|_| ())
            }),
        ),
        (
            "record",
            Box::new(move |reading| reading.record(Some("incident"), &number).map(|_| ())),
        ),
        (
            "search",
            Box::new(|reading| {
                let query = SearchQuery {
                    text: "scanner hall".to_owned(),
                    ..SearchQuery::default()
                };
                reading.search(&query).map(|_| ())
            }),
        ),
    ];
    if own {
        let mine = "(requester:me or affected:me or opened_by:me)";
        asks.push(("own requests", listed(mine, "updated_at", Some("incident"))));
    }
    asks.push(("aggregate", {
        let of_team = world.team;
        Box::new(move |reading| {
            let snapshot = reading.ctx.snapshot.clone();
            let of = snapshot.dictionary.record_type("incident");
            let Some(of) = of else { return Ok(()) };
            let scope = Scope::new(&snapshot.dictionary, of);
            let asked = Aggregation {
                record_type: Some("incident".to_owned()),
                filter: parse(&format!("team:{of_team}"), &scope)?,
                groups: vec![Group::Field("state".to_owned())],
                measures: vec![Measure::Count],
                ..Aggregation::default()
            };
            reading.aggregate(&asked).map(|_| ())
        })
    }));
    asks
}

fn query(
    reading: &Reading<'_, '_>,
    record_type: Option<&str>,
    filter: &str,
    sort: &str,
) -> base::Result<Query> {
    let dictionary = &reading.ctx.snapshot.dictionary;
    let of = record_type.and_then(|it| dictionary.record_type(it));
    let scope = of.map_or_else(|| Scope::spine(dictionary), |of| Scope::new(dictionary, of));
    let newest = Sort {
        field: sort.to_owned(),
        direction: if sort == "priority" {
            Direction::Ascending
        } else {
            Direction::Descending
        },
    };
    Ok(Query {
        record_type: record_type.map(str::to_owned),
        filter: parse(filter, &scope)?,
        sort: vec![newest],
        columns: vec!["title".to_owned()],
        page: Page {
            limit: Some(50),
            after: None,
        },
        count: Count::No,
    })
}
