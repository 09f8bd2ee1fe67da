//! One connection, synchronous from outside.
//!
//! Commands of the transaction itself (BEGIN, SAVEPOINT) wait in a prefix and travel with the next
//! statement, so that they cost no round trip of their own.

use super::error::{commit_error, store_error};
use super::placeholders::number_placeholders;
use super::statements::Statements;
use super::value::{Argument, decode};
use crate::queue::Access;
use crate::tx::BatchResult;
use crate::{Durability, Row, Sql, StoreConfig, StoreError};
use futures::{Stream, TryStreamExt};
use std::ops::ControlFlow;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Config, Error, NoTls, RowStream, Statement};

/// Where to connect and how each connection is set up.
#[derive(Clone)]
pub(crate) struct Target {
    config: Config,
    settings: String,
}

impl Target {
    pub fn parse(config: &StoreConfig) -> Result<Self, StoreError> {
        let mut parsed: Config = config
            .url
            .parse()
            .map_err(|error: Error| StoreError::Configuration(error.to_string()))?;
        // A dead peer must not hold a database thread for the hours that are the default.
        parsed.keepalives_idle(Duration::from_secs(30));
        parsed.tcp_user_timeout(Duration::from_secs(30));
        if parsed.get_connect_timeout().is_none() {
            parsed.connect_timeout(Duration::from_secs(5));
        }
        if parsed.get_application_name().is_none() {
            parsed.application_name("deskwright");
        }
        let limit = config.statement_limit.as_millis();
        let mut settings = format!(
            "SET statement_timeout = {limit}; SET idle_in_transaction_session_timeout = '60s'; \
             SET default_transaction_read_only = on; SET client_min_messages = warning;"
        );
        if config.durability == Durability::Off {
            settings.push_str("SET synchronous_commit = off;");
        }
        Ok(Self {
            config: parsed,
            settings,
        })
    }
}

/// A connection with its prepared statements.
pub(crate) struct PostgresSession {
    runtime: Rc<Runtime>,
    client: Client,
    statements: Statements,
    prefix: String,
    /// Whether the server has heard of the transaction.
    begun: bool,
}

impl PostgresSession {
    pub fn connect(target: &Target, runtime: Rc<Runtime>) -> Result<Self, StoreError> {
        let lost = |error: Error| match store_error(&error) {
            refusal @ (StoreError::Busy(_) | StoreError::ConnectionLost(_)) => refusal,
            other => StoreError::ConnectionLost(other.to_string()),
        };
        let (client, connection) = runtime
            .block_on(target.config.connect(NoTls))
            .map_err(lost)?;
        // The task runs whenever this thread waits for an answer, and needs to run at no other time.
        runtime.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database connection ended");
            }
        });
        runtime
            .block_on(client.batch_execute(&target.settings))
            .map_err(lost)?;
        let statements = Statements::default();
        Ok(Self {
            runtime,
            client,
            statements,
            prefix: String::new(),
            begun: false,
        })
    }

    /// Begins a transaction, which the server will learn with the first statement.
    ///
    /// Reads see one state, as on SQLite; a read-only snapshot never fails to serialise.
    pub fn begin(&mut self, access: Access) {
        self.begun = false;
        self.prefix.clear();
        self.prefix.push_str(match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;",
            Access::Write => "BEGIN READ WRITE;",
        });
    }

    /// Adds a command that travels with the next statement.
    pub fn prefix(&mut self, verb: &'static str, name: &'static str) {
        self.prefix.push_str(verb);
        self.prefix.push_str(name);
        self.prefix.push(';');
    }

    pub fn commit(&mut self) -> Result<(), StoreError> {
        if !self.begun {
            return Ok(());
        }
        self.begun = false;
        let mut command = std::mem::take(&mut self.prefix);
        command.push_str("COMMIT");
        self.runtime
            .block_on(self.client.batch_execute(&command))
            .map_err(|error| commit_error(&error))
    }

    /// Ends a read without waiting for the answer, which carries nothing.
    pub fn end_read(&mut self) {
        if !self.begun {
            return;
        }
        self.begun = false;
        self.prefix.clear();
        self.runtime.block_on(async {
            let mut command = pin!(self.client.batch_execute("COMMIT"));
            if futures::poll!(command.as_mut()).is_pending() {
                // Lets the connection's task write; its reader skips the answer later.
                tokio::task::yield_now().await;
            }
        });
    }

    pub fn rollback(&mut self) -> Result<(), StoreError> {
        self.prefix.clear();
        if !std::mem::take(&mut self.begun) {
            return Ok(());
        }
        self.command("ROLLBACK")
    }

    pub fn forget_statements(&mut self) {
        self.statements.clear();
        self.client.clear_type_cache();
    }

    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs text at once, without arguments and outside the prefix.
    pub fn command(&self, text: &str) -> Result<(), StoreError> {
        self.runtime
            .block_on(self.client.batch_execute(text))
            .map_err(|error| store_error(&error))
    }

    /// Runs text with several statements inside the transaction: migrations.
    pub fn script(&mut self, text: &str) -> Result<(), StoreError> {
        self.begun = true;
        let mut command = std::mem::take(&mut self.prefix);
        command.push_str(text);
        self.command(&command)
    }

    /// Runs statements in order in one round trip, besides preparing what is new.
    pub fn run(&mut self, statements: &[&Sql]) -> Result<Vec<BatchResult>, StoreError> {
        let prepared = self.prepare(statements)?;
        self.begun = true;
        let prefix = std::mem::take(&mut self.prefix);
        let client = &self.client;
        let one = async |statement: &Statement, sql: &Sql| {
            let arguments = sql.args().iter().map(Argument);
            let stream = client.query_raw(statement, arguments).await;
            collect(stream.map_err(|error| store_error(&error))?).await
        };
        let results = self.runtime.block_on(async {
            let mut waiting = pin!(optional(client, &prefix));
            let begun = futures::poll!(waiting.as_mut());
            let queries = prepared.iter().zip(statements);
            let results = in_order(queries.map(|(statement, sql)| one(statement, sql)), async {
                match begun {
                    Poll::Ready(result) => result,
                    Poll::Pending => waiting.await,
                }
            });
            results.await
        });
        let (begun, results) = results;
        begun.map_err(|error| store_error(&error))?;
        results.into_iter().collect()
    }

    pub fn stream(
        &mut self,
        sql: &Sql,
        visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let prepared = self.prepare(&[sql])?;
        let Some(statement) = prepared.first() else {
            return Ok(());
        };
        self.begun = true;
        let prefix = std::mem::take(&mut self.prefix);
        let arguments = sql.args().iter().map(Argument);
        let translated = |error: Error| store_error(&error);
        self.runtime.block_on(async {
            let query = self.client.query_raw(statement, arguments);
            let (begun, rows) = futures::join!(optional(&self.client, &prefix), query);
            begun.map_err(translated)?;
            let mut rows = pin!(rows.map_err(translated)?);
            while let Some(row) = rows.try_next().await.map_err(translated)? {
                if visit(decode(&row)?).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn prepare(&mut self, statements: &[&Sql]) -> Result<Vec<Statement>, StoreError> {
        for sql in statements {
            if !self.statements.contains(sql.text()) {
                let (text, _) = number_placeholders(sql.text());
                let statement = self
                    .runtime
                    .block_on(self.client.prepare(&text))
                    .map_err(|error| store_error(&error))?;
                self.statements.insert(sql.text(), statement);
            }
        }
        let mut prepared = Vec::with_capacity(statements.len());
        for sql in statements {
            // A batch larger than the cache may have pushed its own first statements out.
            let Some(statement) = self.statements.get(sql.text()) else {
                return Err(StoreError::Configuration(
                    "a batch has too many texts".into(),
                ));
            };
            let (expected, given) = (statement.params().len(), sql.args().len());
            if expected != given {
                return Err(StoreError::Arguments { expected, given });
            }
            prepared.push(statement);
        }
        Ok(prepared)
    }
}

async fn optional(client: &Client, command: &str) -> Result<(), Error> {
    if command.is_empty() {
        Ok(())
    } else {
        client.batch_execute(command).await
    }
}

/// Starts every future before waiting for the first: each sends its message when it is first polled,
/// so the messages leave in order, and the answers come in order too.
async fn in_order<F: Future, G: Future>(
    futures: impl Iterator<Item = F>,
    first: G,
) -> (G::Output, Vec<F::Output>) {
    let mut started = Vec::new();
    for future in futures {
        let mut future = Box::pin(future);
        let output = match futures::poll!(future.as_mut()) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        };
        started.push((future, output));
    }
    let first = first.await;
    let mut outputs = Vec::with_capacity(started.len());
    for (future, output) in started {
        outputs.push(match output {
            Some(output) => output,
            None => future.await,
        });
    }
    (first, outputs)
}

async fn collect(stream: RowStream) -> Result<BatchResult, StoreError> {
    let mut stream = pin!(stream);
    let mut rows = Vec::with_capacity(stream.size_hint().0);
    while let Some(row) = stream
        .try_next()
        .await
        .map_err(|error| store_error(&error))?
    {
        rows.push(decode(&row)?);
    }
    Ok(BatchResult {
        affected: stream.rows_affected().unwrap_or(0),
        rows,
    })
}
