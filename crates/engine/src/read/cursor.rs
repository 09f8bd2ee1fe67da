//! The sealed position after which a page begins.
//!
//! A cursor holds values of fields, which its bearer may have lost the right to see: it is encrypted, and
//! bound to the tenant and the person. It must never be read without checking what it was made for.

use base::{Error, Ids, Message, Refused, Result, Uuid};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::SqlValue;

use crate::Ctx;

const NONCE_BYTES: usize = 24;

/// What seals cursors.
#[derive(Clone, Copy)]
pub(super) struct Seal<'a> {
    pub(super) key: &'a [u8; 32],
    pub(super) ids: &'a dyn Ids,
}

/// What a cursor is only good for.
pub(super) struct Purpose<'a> {
    pub(super) ctx: &'a Ctx,
    /// Type, filter and order of the list.
    pub(super) question: String,
    pub(super) dictionary_version: i64,
}

#[derive(Serialize, Deserialize)]
struct Contents {
    question: [u8; 32],
    version: i64,
    values: Vec<Stored>,
}

#[derive(Serialize, Deserialize)]
enum Stored {
    #[serde(rename = "n")]
    Null,
    #[serde(rename = "i")]
    Integer(i64),
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "u")]
    Uuid(Uuid),
}

impl Purpose<'_> {
    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.question.as_bytes()).into()
    }

    fn bearer(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(self.ctx.tenant.as_bytes());
        bytes[16..].copy_from_slice(self.ctx.actor.person.as_bytes());
        bytes
    }
}

impl Seal<'_> {
    /// Seals the values of the last row of a page.
    pub(super) fn close(&self, purpose: &Purpose<'_>, values: &[SqlValue]) -> Result<String> {
        let values = values.iter().map(|it| match it {
            SqlValue::Integer(number) => Stored::Integer(*number),
            SqlValue::Text(text) => Stored::Text(text.clone()),
            SqlValue::Uuid(id) => Stored::Uuid(*id),
            SqlValue::Null | SqlValue::Bytes(_) => Stored::Null,
        });
        let contents = Contents {
            question: purpose.digest(),
            version: purpose.dictionary_version,
            values: values.collect(),
        };
        let plain = serde_json::to_vec(&contents)
            .map_err(|error| Error::failed("a cursor cannot be written", error))?;
        let mut sealed = vec![0; NONCE_BYTES];
        self.ids.fill(&mut sealed);
        let payload = Payload {
            msg: &plain,
            aad: &purpose.bearer(),
        };
        let encrypted = self.cipher().encrypt(XNonce::from_slice(&sealed), payload);
        sealed.extend(
            encrypted
                .map_err(|_| Error::failed("a cursor cannot be sealed", "encryption failed"))?,
        );
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The values in the cursor, if it was made for this question, this bearer and this dictionary.
    pub(super) fn open(&self, purpose: &Purpose<'_>, cursor: &str) -> Result<Vec<SqlValue>> {
        let contents = self.contents(purpose, cursor).ok_or_else(expired)?;
        if contents.question != purpose.digest() || contents.version != purpose.dictionary_version {
            return Err(expired());
        }
        let values = contents.values.into_iter().map(|it| match it {
            Stored::Null => SqlValue::Null,
            Stored::Integer(number) => SqlValue::Integer(number),
            Stored::Text(text) => SqlValue::Text(text),
            Stored::Uuid(id) => SqlValue::Uuid(id),
        });
        Ok(values.collect())
    }

    fn contents(&self, purpose: &Purpose<'_>, cursor: &str) -> Option<Contents> {
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, encrypted) = sealed.split_at_checked(NONCE_BYTES)?;
        let payload = Payload {
            msg: encrypted,
            aad: &purpose.bearer(),
        };
        let plain = self
            .cipher()
            .decrypt(XNonce::from_slice(nonce), payload)
            .ok()?;
        serde_json::from_slice(&plain).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.into())
    }
}

fn expired() -> Error {
    Refused::BadRequest(Message::new("cursor-expired")).into()
}
