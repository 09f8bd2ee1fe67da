//! How many requests one token, one session or one address may send in a minute.
//!
//! A request counts for the credential that it shows where somebody is known to stand behind it, else for its
//! address: made-up tokens buy nothing. What is counted is told in the headers of the IETF's draft
//! (draft-ietf-httpapi-ratelimit-headers). Each process counts for itself.
//!
//! The counting is the generic cell rate algorithm: one instant per credential, which is when it would be as if it
//! had never asked. Crates that do it bring a clock of their own; time comes from the engine here.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::Refused;
use engine::system::secret;

use crate::context::RequestInfo;
use crate::{AppState, Failure};

const MINUTE: i64 = 60_000_000;
/// Locks, so that requests seldom wait for each other.
const SHARDS: usize = 16;
/// Most that one lock remembers; whoever did not ask for a minute is forgotten first.
const MOST_PER_SHARD: usize = 4_096;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// Who asked how often.
pub(crate) struct Rates {
    known: Counts,
    unknown: Counts,
    hasher: RandomState,
}

impl Rates {
    /// So many requests a minute of those who are known, and of addresses; 0 is no limit.
    pub(crate) fn new(known: u32, unknown: u32) -> Self {
        Self {
            known: Counts::new("signed-in", known),
            unknown: Counts::new("address", unknown),
            hasher: RandomState::new(),
        }
    }
}

struct Counts {
    name: &'static str,
    per_minute: u32,
    /// When each would be as if it had never asked, in microseconds.
    shards: [Mutex<HashMap<u64, i64>>; SHARDS],
}

/// What is left to somebody who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quota {
    left: i64,
    /// Seconds until nothing of it is used any more.
    whole_in: i64,
    /// Seconds to wait, where nothing was left.
    wait: Option<u64>,
}

impl Counts {
    fn new(name: &'static str, per_minute: u32) -> Self {
        Self {
            name,
            per_minute,
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// Counts a request; nothing where there is no limit.
    fn take(&self, key: u64, now: i64) -> Option<Quota> {
        if self.per_minute == 0 {
            return None;
        }
        let each = (MINUTE / i64::from(self.per_minute)).max(1);
        let place = usize::try_from(key % SHARDS as u64).unwrap_or_default();
        let shard = self.shards.get(place)?;
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= MOST_PER_SHARD && !shard.contains_key(&key) {
            shard.retain(|_, free_at| *free_at > now);
            if shard.len() >= MOST_PER_SHARD {
                shard.clear();
            }
        }
        let free_at = shard.entry(key).or_insert(now);
        let next = (*free_at).max(now) + each;
        let over = next - now - MINUTE;
        if over > 0 {
            return Some(Quota {
                left: 0,
                whole_in: seconds(*free_at - now),
                wait: Some(u64::try_from(seconds(over)).unwrap_or(1)),
            });
        }
        *free_at = next;
        Some(Quota {
            left: -over / each,
            whole_in: seconds(next - now),
            wait: None,
        })
    }

    fn tell(&self, quota: Quota, headers: &mut HeaderMap) {
        let Self {
            name, per_minute, ..
        } = self;
        let Quota { left, whole_in, .. } = quota;
        let policy = format!("\"{name}\";q={per_minute};w=60");
        let told = format!("\"{name}\";r={left};t={whole_in}");
        for (name, text) in [(POLICY, policy), (LEFT, told)] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
    }
}

/// Whole seconds, none cut off.
const fn seconds(micros: i64) -> i64 {
    (micros + 999_999) / 1_000_000
}

/// Refuses requests of those who ask too often.
pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // What browsers keep and what watches the server is cheap, and must not fail in the rush that it is for.
    let is_free = ["/assets/", "/healthz", "/readyz", "/metrics"];
    if is_free.iter().any(|it| path.starts_with(it)) {
        return next.run(request).await;
    }
    let for_programs = path.starts_with("/api/");
    let now = state.engine().now().micros();
    let rates = state.rates();
    let (counts, key) = match known(&state, &request) {
        Some(key) => (&rates.known, key),
        None => (&rates.unknown, rates.hasher.hash_one(network(&request))),
    };
    let Some(quota) = counts.take(key, now) else {
        return next.run(request).await;
    };
    let mut response = match quota.wait {
        None => next.run(request).await,
        Some(retry_after_seconds) => Failure::from(Refused::TooMany {
            retry_after_seconds,
        })
        .into_response(),
    };
    if for_programs {
        counts.tell(quota, response.headers_mut());
    }
    response
}

/// The credential that the request shows, if somebody is known to stand behind it.
fn known(state: &AppState, request: &Request) -> Option<u64> {
    let hash = match request.headers().get(header::AUTHORIZATION) {
        Some(given) => {
            let (_, token) = given.to_str().ok()?.split_once(' ')?;
            secret::hash(token.trim())
        }
        None => request.extensions().get::<RequestInfo>()?.session_hash?,
    };
    if !state.identities().knows(&hash) {
        return None;
    }
    let first = hash.first_chunk::<8>()?;
    Some(u64::from_be_bytes(*first))
}

/// The address; of the newer kind the part that a house has for itself.
fn network(request: &Request) -> Option<[u8; 8]> {
    let address = request.extensions().get::<RequestInfo>()?.address?;
    Some(match address.to_canonical() {
        IpAddr::V4(it) => {
            let [a, b, c, d] = it.octets();
            [0, 0, 0, 0, a, b, c, d]
        }
        IpAddr::V6(it) => u128::from(it).to_be_bytes().first_chunk().copied()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_comes_back_bit_by_bit() {
        let counts = Counts::new("test", 3);
        let left = |key, second: i64| {
            let quota = counts.take(key, second * 1_000_000).unwrap();
            (quota.left, quota.whole_in, quota.wait)
        };
        assert_eq!(left(1, 100), (2, 20, None));
        assert_eq!(left(1, 100), (1, 40, None));
        assert_eq!(left(1, 100), (0, 60, None));
        assert_eq!(
            left(1, 101),
            (0, 59, Some(19)),
            "a refused one costs nothing"
        );
        assert_eq!(left(2, 101), (2, 20, None), "others are not concerned");
        assert_eq!(left(1, 120), (0, 60, None));
        assert_eq!(left(1, 1_000), (2, 20, None));
    }

    #[test]
    fn no_more_is_remembered_than_fits() {
        let counts = Counts::new("test", 3);
        let all = (SHARDS * MOST_PER_SHARD * 2) as u64;
        for key in 0..all {
            counts.take(key, 1);
        }
        let kept = counts.shards.iter().map(|it| it.lock().unwrap().len());
        assert!(kept.max() <= Some(MOST_PER_SHARD));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        assert_eq!(Counts::new("test", 0).take(1, 1), None);
    }
}
