//! Load: several connections that ask for a while, and how long each answer took.
//!
//! Bounded in time and in number, so that a mistake cannot run away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base::Stopwatch;

use crate::client::{Client, Request};

/// Most requests of one measurement.
const MOST_REQUESTS: u64 = 2_000_000;

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Connections that asked at once.
    pub connections: usize,
    /// Answers that were content.
    pub requests: u64,
    /// Answers per second.
    pub per_second: f64,
    /// Half of the answers came sooner, in milliseconds.
    pub p50: f64,
    /// All but one in a hundred came sooner, in milliseconds.
    pub p99: f64,
}

impl Measured {
    /// Sums up durations in microseconds.
    #[must_use]
    pub fn new(connections: usize, mut micros: Vec<u64>, seconds: f64) -> Self {
        micros.sort_unstable();
        let at = |share: usize| {
            let place = (micros.len() * share / 100).min(micros.len().saturating_sub(1));
            micros.get(place).copied().unwrap_or_default()
        };
        let requests = micros.len() as u64;
        Self {
            connections,
            requests,
            per_second: requests as f64 / seconds.max(1e-9),
            p50: at(50) as f64 / 1_000.0,
            p99: at(99) as f64 / 1_000.0,
        }
    }
}

/// Asks over several connections for a while. Each request gets a number of its own.
///
/// # Errors
/// At the first answer that is not content: a server that refuses is fast, and measures nothing.
pub async fn measure<F>(port: u16, connections: usize, time: Duration, ask: F) -> Result<Measured>
where
    F: Fn(u64) -> Request + Send + Sync + 'static,
{
    let (ask, count) = (Arc::new(ask), Arc::new(AtomicU64::new(0)));
    let stopwatch = Arc::new(Stopwatch::start());
    let mut workers = Vec::new();
    for _ in 0..connections {
        let (ask, count, stopwatch) =
            (Arc::clone(&ask), Arc::clone(&count), Arc::clone(&stopwatch));
        workers.push(tokio::spawn(async move {
            let mut client = Client::connect(port).await?;
            let mut micros = Vec::new();
            while stopwatch.elapsed() < time {
                let number = count.fetch_add(1, Ordering::Relaxed);
                if number >= MOST_REQUESTS {
                    break;
                }
                let request = ask(number);
                let one = Stopwatch::start();
                let response = client.send(&request).await?;
                micros.push(u64::try_from(one.elapsed().as_micros()).unwrap_or(u64::MAX));
                if !response.is_success() {
                    let body = String::from_utf8_lossy(&response.body).into_owned();
                    bail!(
                        "{} {} was answered {}: {body:.600}",
                        request.method,
                        request.path,
                        response.status
                    );
                }
            }
            Ok(micros)
        }));
    }
    let mut micros = Vec::new();
    for worker in workers {
        micros.extend(worker.await.context("a worker ended with a panic")??);
    }
    Ok(Measured::new(
        connections,
        micros,
        stopwatch.elapsed().as_secs_f64(),
    ))
}
