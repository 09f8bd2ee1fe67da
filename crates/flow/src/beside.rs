//! What a line of an export tells beside its fields: one form for the export that writes it and the import
//! that reads it. Names begin with `@`, which no field's name does.

use std::collections::BTreeMap;

use base::{Timestamp, Uuid};
use engine::Visibility;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Member of a line that is no record: what it defines.
pub const DEFINES: &str = "@defines";
/// Its other members: of what it is, and what it says.
pub const OF_DEFINITION: [&str; 2] = ["@of", "@definition"];
/// Member with the name of the type.
pub const TYPE: &str = "@type";
/// Member with the entries of the journal, oldest first.
pub const JOURNAL: &str = "@journal";
/// Member with the links that lead from the record.
pub const LINKS: &str = "@links";
/// Member with the people who follow it.
pub const FOLLOWERS: &str = "@followers";
/// Member with its files; their content is not in the file of the export.
pub const ATTACHMENTS: &str = "@attachments";
/// Member with the changes of the record, oldest first; for readers, imports pass over it.
pub const HISTORY: &str = "@history";

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Its id.
    pub id: Uuid,
    /// When it was written.
    #[serde(with = "instant")]
    pub at: Timestamp,
    /// Who wrote it; nobody: the system.
    pub author: Option<Uuid>,
    /// What the author is called.
    #[serde(rename = "author.title", skip_serializing_if = "Option::is_none")]
    pub author_title: Option<String>,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Uuid>,
    /// Who may read it.
    #[serde(with = "Readers")]
    pub visibility: Visibility,
    /// Markdown.
    pub text: String,
    /// Minutes of work that it reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes_worked: Option<i64>,
}

/// A link to another record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linked {
    /// Kind of link.
    pub kind: String,
    /// The other record.
    pub to: Uuid,
    /// Its number, or what it is called.
    #[serde(rename = "to.title", skip_serializing_if = "Option::is_none")]
    pub to_title: Option<String>,
    /// Whether it is the marked primary of its kind.
    #[serde(default)]
    pub primary: bool,
    /// Since when.
    #[serde(with = "instant")]
    pub at: Timestamp,
    /// Who made it; nobody: the system.
    pub by: Option<Uuid>,
}

/// Somebody who follows the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Follower {
    /// The person.
    pub person: Uuid,
    /// What the person is called.
    #[serde(rename = "person.title", skip_serializing_if = "Option::is_none")]
    pub person_title: Option<String>,
}

/// A file of the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attached {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Its length.
    pub bytes: i64,
    /// The digest of its content, by which the content is found.
    pub sha256: String,
    /// Who may see it.
    #[serde(with = "Readers")]
    pub visibility: Visibility,
    /// The entry of the journal that it came with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entry: Option<Uuid>,
    /// Since when.
    #[serde(with = "instant")]
    pub at: Timestamp,
    /// Who added it; nobody: the system.
    pub by: Option<Uuid>,
}

/// A change of the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changed {
    /// When it happened.
    #[serde(with = "instant")]
    pub at: Timestamp,
    /// When it was stored.
    #[serde(with = "instant")]
    pub recorded_at: Timestamp,
    /// Who did it; nobody: the system.
    pub actor: Option<Uuid>,
    /// What that person is called.
    #[serde(rename = "actor.title", skip_serializing_if = "Option::is_none")]
    pub actor_title: Option<String>,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Uuid>,
    /// Through which surface.
    pub surface: String,
    /// Which action or transition.
    pub action: String,
    /// Version of the record afterwards.
    pub version: i64,
    /// Why, in the actor's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Field → before and after; names with `@` are links, followers, deletion.
    pub fields: BTreeMap<String, BeforeAfter>,
}

/// A value before and after a change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BeforeAfter {
    /// Before.
    pub before: Json,
    /// What the records are called to which it referred.
    #[serde(rename = "before.title", skip_serializing_if = "Option::is_none")]
    pub before_title: Option<String>,
    /// After.
    pub after: Json,
    /// What the records are called to which it refers.
    #[serde(rename = "after.title", skip_serializing_if = "Option::is_none")]
    pub after_title: Option<String>,
}

/// How files write who may read an entry.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Visibility", rename_all = "lowercase")]
enum Readers {
    Public,
    Private,
}

/// Instants as RFC 3339 writes them.
mod instant {
    use base::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        Timestamp::parse(&text).ok_or_else(|| D::Error::custom(format!("{text} is no instant")))
    }
}
