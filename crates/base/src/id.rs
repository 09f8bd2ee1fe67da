//! Ids and randomness. Records have UUIDv7 ids, so that newer ids sort after older ones.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::Timestamp;

/// Where ids and random bytes come from.
pub trait Ids: Send + Sync {
    /// Fills the buffer with random bytes fit for salts and secrets.
    fn fill(&self, bytes: &mut [u8]);

    /// A new id, UUIDv7 with the millisecond of `now`.
    fn next(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.micros() / 1_000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// The machine's randomness, drawn in blocks so that a salt costs no system call.
#[derive(Debug, Default)]
pub struct SystemIds {
    pool: Mutex<Pool>,
}

#[derive(Debug)]
struct Pool {
    bytes: [u8; 4096],
    used: usize,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            bytes: [0; 4096],
            used: 4096,
        }
    }
}

impl Ids for SystemIds {
    fn fill(&self, out: &mut [u8]) {
        let mut pool = self
            .pool
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for slot in out {
            if pool.used == pool.bytes.len() {
                refill(&mut pool.bytes);
                pool.used = 0;
            }
            let at = pool.used;
            // Each byte is handed out once and wiped, so that memory never holds a secret twice.
            *slot = std::mem::take(&mut pool.bytes[at]);
            pool.used += 1;
        }
    }
}

#[expect(
    clippy::panic,
    reason = "without randomness no secret may be made; every supported system has it"
)]
fn refill(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
}

/// Repeatable ids for tests: the same seed gives the same sequence (SplitMix64). Never for secrets.
#[derive(Debug)]
pub struct SeededIds(AtomicU64);

impl SeededIds {
    /// A sequence that depends on the seed alone.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Ids for SeededIds {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            let mut word = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    }
}
