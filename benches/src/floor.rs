//! The floor: the same questions straight to the database, with the committed statements of `floor.sql`.
//!
//! No rules, no rights, no HTTP: nothing can be faster, and the distance to it is ours.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use base::{Ids as _, Stopwatch, SystemIds, Timestamp, Uuid};
use bench::fill::World;
use bench::load::Measured;
use bench::server::{Place, size_of};
use tokio_postgres::types::ToSql;

/// The committed statements.
const STATEMENTS: &str = include_str!("../floor.sql");
/// How many of `floor.sql`'s parameters there are.
const PARAMETERS: usize = 8;

/// One part of `floor.sql`.
struct Part {
    name: String,
    statements: Vec<Statement>,
}

/// A statement with its parameters numbered from one, and which of the common ones they are.
#[derive(Clone)]
struct Statement {
    text: String,
    uses: Vec<usize>,
}

/// What the parameters stand for, drawn anew for each transaction.
struct Values {
    sample: Vec<Uuid>,
    tenant: Uuid,
    team: Uuid,
    requester: Uuid,
    ids: SystemIds,
    now: Timestamp,
}

enum Value {
    Id(Uuid),
    Text(String),
    Number(i64),
    Bytes(Vec<u8>),
}

/// Size of the database in bytes.
pub async fn size(place: &Place) -> Result<u64> {
    let Some(url) = postgres(place) else {
        return Ok(size_of(&place.folder));
    };
    let client = connect(&url).await?;
    let row = client
        .query_one("SELECT pg_database_size(current_database())", &[])
        .await;
    let bytes: i64 = row.context("no size")?.get(0);
    Ok(bytes.unsigned_abs())
}

/// Measures each part.
pub async fn measure(
    place: &Place,
    world: &World,
    time: Duration,
) -> Result<Vec<(String, Measured)>> {
    let mut found = Vec::new();
    for part in parts() {
        if let Some(url) = postgres(place) {
            for connections in [1, 16] {
                found.push((
                    part.name.clone(),
                    on_postgres(&url, &part, world, connections, time).await?,
                ));
            }
        } else {
            let (file, values) = (place.file(), Values::new(world));
            let name = part.name.clone();
            let run = tokio::task::spawn_blocking(move || on_sqlite(file, &part, &values, time));
            found.push((name, run.await.context("the floor ended with a panic")??));
        }
    }
    Ok(found)
}

fn postgres(place: &Place) -> Option<String> {
    (place.database != "sqlite").then(|| place.url())
}

/// One durable transaction after the other on one connection: SQLite has one writer.
fn on_sqlite(file: PathBuf, part: &Part, values: &Values, time: Duration) -> Result<Measured> {
    let mut connection = rusqlite::Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let (mut micros, stopwatch) = (Vec::new(), Stopwatch::start());
    while stopwatch.elapsed() < time {
        let drawn = values.draw(micros.len());
        let one = Stopwatch::start();
        let transaction = connection.transaction()?;
        for statement in &part.statements {
            let mut prepared = transaction.prepare_cached(&statement.text)?;
            let given: Vec<&dyn rusqlite::ToSql> = statement
                .uses
                .iter()
                .map(|place| drawn[*place].for_sqlite())
                .collect();
            let mut rows = prepared.query(given.as_slice())?;
            while rows.next()?.is_some() {}
        }
        transaction.commit()?;
        micros.push(u64::try_from(one.elapsed().as_micros())?);
    }
    Ok(super::timed(1, micros, &stopwatch))
}

async fn on_postgres(
    url: &str,
    part: &Part,
    world: &World,
    connections: usize,
    time: Duration,
) -> Result<Measured> {
    let stopwatch = Stopwatch::start();
    let mut workers = Vec::new();
    for worker in 0..connections {
        let (url, statements, values) =
            (url.to_owned(), part.statements.clone(), Values::new(world));
        workers.push(tokio::spawn(async move {
            let mut client = connect(&url).await?;
            let mut prepared = Vec::new();
            for statement in &statements {
                prepared.push((client.prepare(&statement.text).await?, &statement.uses));
            }
            let (mut micros, stopwatch) = (Vec::new(), Stopwatch::start());
            while stopwatch.elapsed() < time {
                let drawn = values.draw(worker * 7_919 + micros.len());
                let one = Stopwatch::start();
                let transaction = client.transaction().await?;
                for (statement, uses) in &prepared {
                    let given: Vec<&(dyn ToSql + Sync)> = uses
                        .iter()
                        .map(|place| drawn[*place].for_postgres())
                        .collect();
                    transaction.query(statement, &given).await?;
                }
                transaction.commit().await?;
                micros.push(u64::try_from(one.elapsed().as_micros())?);
            }
            anyhow::Ok(micros)
        }));
    }
    let mut micros = Vec::new();
    for worker in workers {
        micros.extend(worker.await.context("the floor ended with a panic")??);
    }
    Ok(super::timed(connections, micros, &stopwatch))
}

async fn connect(url: &str) -> Result<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("the connection to PostgreSQL broke: {error}");
        }
    });
    Ok(client)
}

impl Values {
    fn new(world: &World) -> Self {
        let sample = world
            .players
            .iter()
            .flat_map(|it| it.sample.iter().map(|it| it.0))
            .collect();
        Self {
            sample,
            tenant: world.tenant,
            team: world.team,
            requester: world.requester,
            ids: SystemIds::default(),
            now: world.now,
        }
    }

    fn draw(&self, number: usize) -> [Value; PARAMETERS] {
        let fresh = self.ids.next(self.now);
        [
            Value::Id(self.sample[number % self.sample.len().max(1)]),
            Value::Id(self.tenant),
            Value::Id(self.team),
            Value::Id(self.requester),
            Value::Text(format!("floor{}", fresh.simple())),
            Value::Number(self.now.micros()),
            Value::Bytes(vec![7; 32]),
            Value::Id(fresh),
        ]
    }
}

impl Value {
    fn for_sqlite(&self) -> &dyn rusqlite::ToSql {
        match self {
            // UUIDs are stored as their sixteen bytes there.
            Self::Id(id) => id.as_bytes(),
            Self::Text(text) => text,
            Self::Number(number) => number,
            Self::Bytes(bytes) => bytes,
        }
    }

    fn for_postgres(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Id(id) => id,
            Self::Text(text) => text,
            Self::Number(number) => number,
            Self::Bytes(bytes) => bytes,
        }
    }
}

fn parts() -> Vec<Part> {
    let parts = STATEMENTS
        .split("-- name: ")
        .skip(1)
        .filter_map(|part| part.split_once('\n'));
    let part = |(name, text): (&str, &str)| Part {
        name: name.trim().to_owned(),
        statements: text
            .split(";\n")
            .filter(|it| !it.trim().is_empty())
            .map(statement)
            .collect(),
    };
    parts.map(part).collect()
}

/// Numbers the parameters of one statement from one, in order of their first use.
fn statement(text: &str) -> Statement {
    let (mut numbered, mut uses) = (String::new(), Vec::new());
    let mut pieces = text.trim().split('$');
    numbered.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits: String = piece.chars().take_while(char::is_ascii_digit).collect();
        let common = digits.parse::<usize>().unwrap_or(1) - 1;
        let place = uses.iter().position(|it| *it == common).unwrap_or_else(|| {
            uses.push(common);
            uses.len() - 1
        });
        // `?1` is SQLite's, `$1` is understood by both: there it is a name bound in order of appearance.
        numbered.push_str(&format!("${}{}", place + 1, &piece[digits.len()..]));
    }
    Statement {
        text: numbered,
        uses,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_in_order_of_use() {
        let statement = statement("SELECT $3, $1, $3");
        assert_eq!(
            (statement.text.as_str(), statement.uses),
            ("SELECT $1, $2, $1", vec![2, 0])
        );
    }

    #[test]
    fn every_part_has_statements() {
        let parts = parts();
        assert_eq!(parts.len(), 4);
        assert!(parts.iter().all(|part| !part.statements.is_empty()));
    }
}
