//! How the changed fields of a row are stored, also after some of them were erased: docs/decisions/0001.
//!
//! Erasing is a task of its own; here its written forms are only understood.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::{FieldDiff, SALT_BYTES, field_salt};

/// One changed field as it is stored.
#[derive(Deserialize)]
#[serde(try_from = "Json")]
pub enum Stored {
    /// Its values, and its own salt where the row has none any more.
    Kept(FieldDiff, Option<[u8; SALT_BYTES]>),
    /// Its digest alone.
    Erased([u8; 32]),
}

impl Stored {
    /// What the row's hash is made over; without the row's salt only a field with its own fits.
    #[must_use]
    pub fn digest(&self, salt: &[u8], name: &str) -> [u8; 32] {
        match self {
            Self::Kept(diff, own) => diff.digest(own.unwrap_or_else(|| field_salt(salt, name))),
            Self::Erased(digest) => *digest,
        }
    }
}

impl TryFrom<Json> for Stored {
    type Error = &'static str;

    fn try_from(json: Json) -> Result<Self, Self::Error> {
        let stored = match json {
            Json::Array(parts) => kept(parts),
            Json::Object(parts) if parts.len() == 1 => {
                parts.get("digest").and_then(bytes).map(Self::Erased)
            }
            _ => None,
        };
        stored.ok_or("a changed field is stored as its values or as its digest")
    }
}

fn kept(parts: Vec<Json>) -> Option<Stored> {
    let mut parts = parts.into_iter();
    let (before, after) = (parts.next()?, parts.next()?);
    let salt = match parts.next() {
        Some(salt) => Some(bytes(&salt)?),
        None => None,
    };
    let diff = FieldDiff { before, after };
    parts.next().is_none().then_some(Stored::Kept(diff, salt))
}

fn bytes<const LENGTH: usize>(hex: &Json) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    hex::decode_to_slice(hex.as_str()?, &mut bytes).ok()?;
    Some(bytes)
}

/// The fields of a row by name.
///
/// # Errors
/// Where the text is neither of the forms.
pub fn fields(text: &str) -> serde_json::Result<BTreeMap<String, Stored>> {
    serde_json::from_str(text)
}
