//! Hashing and checking of passwords with argon2id, on threads of their own and few at a time.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use base::{Error, Ids, Message, Refused, Result};
use tokio::sync::Semaphore;

/// Shortest password that may be set. Length protects better than rules about characters.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// Longest password in bytes, so that hashing has a bound.
const MAX_PASSWORD_BYTES: usize = 1_024;
/// How many passwords are hashed at once: each needs its memory and a core.
const AT_ONCE: usize = 2;
/// How many may wait for their turn before the next one is sent away.
const MOST_WAITING: usize = 64;

/// How dear it is to try a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory of one hash in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

/// The recommendation of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
impl Default for PasswordCost {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
        }
    }
}

/// Checks passwords off the threads that serve requests, a few at a time.
#[derive(Clone, Debug)]
pub struct Passwords {
    cost: PasswordCost,
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Passwords {
    /// Hashes at that cost.
    #[must_use]
    pub fn new(cost: PasswordCost) -> Self {
        let queue = Arc::new(Semaphore::new(AT_ONCE + MOST_WAITING));
        Self {
            cost,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            queue,
        }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for a password that may not be set, [`Refused::Busy`] when too many wait.
    pub async fn hash(&self, password: String, ids: Arc<dyn Ids>) -> Result<String> {
        check(&password)?;
        let cost = self.cost;
        self.run(move || hash_password(&password, cost, ids.as_ref()))
            .await?
    }

    /// Whether the password belongs to the hash. Without a hash the same work is done in vain, so that
    /// nobody learns from the time which logins exist.
    ///
    /// # Errors
    /// [`Refused::Busy`] when too many wait.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let cost = self.cost;
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| nobodys_hash(cost));
            let fits = PasswordHash::new(&hash).is_ok_and(|parsed| {
                password.len() <= MAX_PASSWORD_BYTES
                    && Argon2::default()
                        .verify_password(password.as_bytes(), &parsed)
                        .is_ok()
            });
            fits && known
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let busy = || Refused::Busy(Message::new("busy-try-again"));
        let _place = self.queue.try_acquire().map_err(|_| busy())?;
        let _turn = self.turns.acquire().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| Error::failed("a password could not be hashed", error))
    }
}

/// Hashes a password on this thread, for the command line.
///
/// # Errors
/// [`Refused::Invalid`] for a password that may not be set.
pub fn hash_password(password: &str, cost: PasswordCost, ids: &dyn Ids) -> Result<String> {
    check(password)?;
    let mut salt = [0; 16];
    ids.fill(&mut salt);
    let failed = |error: argon2::password_hash::Error| {
        Error::failed("a password could not be hashed", error.to_string())
    };
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    let params = Params::new(cost.memory_kib, cost.passes, 1, None)
        .map_err(|error| Error::failed("the cost of passwords does not fit", error.to_string()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon2
        .hash_password(password.as_bytes(), &salt)
        .map_err(failed)?
        .to_string())
}

fn check(password: &str) -> Result<()> {
    let message = if password.chars().count() < MIN_PASSWORD_CHARS {
        Message::new("password-too-short").with("least", MIN_PASSWORD_CHARS)
    } else if password.len() > MAX_PASSWORD_BYTES {
        Message::new("password-too-long").with("most", MAX_PASSWORD_BYTES)
    } else {
        return Ok(());
    };
    Err(Refused::field("password", message).into())
}

/// A well-formed hash of the same cost that no password has.
fn nobodys_hash(cost: PasswordCost) -> String {
    let (salt, hash) = ("A".repeat(22), "A".repeat(43));
    format!(
        "$argon2id$v=19$m={},t={},p=1${salt}${hash}",
        cost.memory_kib, cost.passes
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PasswordCost = PasswordCost {
        memory_kib: 8,
        passes: 1,
    };

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let passwords = Passwords::new(CHEAP);
        let ids: Arc<dyn Ids> = Arc::new(base::SeededIds::new(1));
        let hash = passwords
            .hash("correct horse".to_owned(), ids)
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        assert!(
            passwords
                .verify("correct horse".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("wrong horse".to_owned(), Some(hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("correct horse".to_owned(), None)
                .await
                .unwrap()
        );
    }

    #[test]
    fn the_hash_that_nobody_has_costs_as_much_as_a_real_one() {
        let text = nobodys_hash(CHEAP);
        let hash = PasswordHash::new(&text).unwrap();
        let params = Params::try_from(&hash).unwrap();
        assert_eq!((params.m_cost(), params.t_cost()), (8, 1));
    }

    #[test]
    fn short_passwords_are_refused_by_name() {
        let refused = hash_password("short", CHEAP, &base::SeededIds::new(1)).unwrap_err();
        assert!(refused.to_string().contains("password-too-short"));
    }
}
