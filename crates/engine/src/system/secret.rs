//! Secrets that are shown once and recognised later by their SHA-256.

use base::Ids;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// SHA-256 of a secret, the only form in which it is stored.
pub type SecretHash = [u8; 32];

/// A new secret of 256 bits: prefix and 43 letters, digits, `-` and `_`.
#[must_use]
pub fn generate(ids: &dyn Ids, prefix: &str) -> String {
    let mut bytes = [0; 32];
    ids.fill(&mut bytes);
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The form in which a secret is stored and looked up.
#[must_use]
pub fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// Another secret that follows from one: the token against forged requests from the session's.
/// Whoever has only the derived one cannot find the first.
#[must_use]
pub fn derive(secret: &str, purpose: &str) -> String {
    let digest = Sha256::new()
        .chain_update(purpose.as_bytes())
        .chain_update([0])
        .chain_update(secret.as_bytes())
        .finalize();
    URL_SAFE_NO_PAD.encode(digest)
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
#[must_use]
pub fn equal(left: &str, right: &str) -> bool {
    let (left, right) = (hash(left), hash(right));
    left.iter()
        .zip(right)
        .fold(0, |difference, (left, right)| difference | (left ^ right))
        == 0
}
