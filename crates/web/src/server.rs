//! Connections: accepted, held to their limits, and finished before the process ends.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use base::Result;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::AppState;

/// Limits of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a client may take to send the head of a request.
    pub head_time: Duration,
    /// Largest head of a request in bytes.
    pub head_bytes: usize,
    /// Most header lines.
    pub header_lines: usize,
    /// How long requests in progress may take once the server is to end.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_time: Duration::from_secs(10),
            head_bytes: 64 * 1024,
            header_lines: 100,
            farewell: Duration::from_secs(15),
        }
    }
}

/// Serves until `stop` is over, then finishes what is in progress.
///
/// # Errors
/// A failure of the listener.
pub async fn serve(
    listener: TcpListener,
    (state, router): (AppState, Router),
    limits: Limits,
    stop: impl Future<Output = ()> + Send,
) -> Result<()> {
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connect(&graceful, router.clone(), limits, (stream, peer)),
                // Out of file handles: waiting a moment is better than ending or spinning.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            _ = minute.tick() => state.metrics().sum_up(),
        }
    }
    drop(listener);
    state.stop();
    tracing::info!("stopping: no new requests are taken");
    if tokio::time::timeout(limits.farewell, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were not finished in time");
    }
    Ok(())
}

fn connect(
    graceful: &GracefulShutdown,
    router: Router,
    limits: Limits,
    (stream, peer): (TcpStream, SocketAddr),
) {
    // Answers are written whole; waiting for more to send would only delay them.
    drop(stream.set_nodelay(true));
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_headers(limits.header_lines)
        .max_buf_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke off");
        }
    });
}
