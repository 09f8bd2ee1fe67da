//! Files of records and of their journal entries: which blob hangs where, under what name, and who sees it.
//!
//! A blob is known by its SHA-256 alone; nothing here opens one. The edge stores the bytes first, registers
//! the digest, and then sends a change with [`BlobRef`]s through the door.

mod seen;

use std::collections::HashMap;

use base::{Error, Message, Refused, Result, Timestamp, Uuid};
use dictionary::TypeDef;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use store::{ColumnDef, ColumnKind, Row, Sql, TableDef, Tx};

use super::{define, index, required};
use crate::change::{Action, Change, Mode, Visibility};
use crate::history::FieldDiff;
use crate::settings::{SettingDef, Shape};
use crate::{Ctx, Reading, Unit};

/// Key of the setting that limits size and number.
pub const LIMITS: &str = "attachments.limits";
/// Key of the setting that says which types are taken.
pub const TYPES: &str = "attachments.types";
/// Most ids in one statement.
pub(super) const PART: usize = 500;
/// Pictures that browsers show without running anything.
const SAFE_PICTURES: [&str; 4] = ["image/gif", "image/jpeg", "image/png", "image/webp"];
const COLUMNS: &str =
    "id, journal_entry, visibility, name, media_type, bytes, sha256, created_at, created_by";

/// A blob that is stored already, and how it shall be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobRef {
    /// Id that the attachment gets.
    pub id: Uuid,
    /// Digest of the content in hexadecimal digits.
    pub sha256: String,
    /// Length of the content.
    pub bytes: i64,
    /// Type of the content, as it was recognised.
    pub media_type: String,
    /// Name for people; never a path.
    pub name: String,
}

impl BlobRef {
    /// Whether browsers may show it inside a page: pictures that run nothing.
    #[must_use]
    pub fn is_safe_picture(&self) -> bool {
        SAFE_PICTURES.contains(&self.media_type.as_str())
    }
}

/// Limits of the setting [`LIMITS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest file in bytes.
    pub bytes: u64,
    /// Most files that come at once.
    pub at_once: usize,
    /// Most files of one record.
    pub per_record: usize,
    /// Most bytes of all files together; the same content counts once.
    pub bytes_in_all: i64,
    /// Most files that one person may have sent ahead without having used them.
    pub waiting: usize,
    /// Most bytes of these.
    pub waiting_bytes: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 25 * 1024 * 1024,
            at_once: 10,
            per_record: 200,
            bytes_in_all: 100 * 1024 * 1024 * 1024,
            waiting: 50,
            waiting_bytes: 500 * 1024 * 1024,
        }
    }
}

/// The setting [`TYPES`]: media types (`image/*` means all of them) and extensions (`.exe`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Types {
    /// Only these; empty means all.
    pub allow: Vec<String>,
    /// None of these, whatever is allowed.
    pub deny: Vec<String>,
}

/// A file of a record, as somebody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its content and name.
    pub blob: BlobRef,
    /// The journal entry it came with.
    pub journal_entry: Option<Uuid>,
    /// Who may see it: as the entry it came with.
    pub visibility: Visibility,
    /// Since when.
    pub at: Timestamp,
    /// Who added it.
    pub by: Uuid,
}

/// Where the files of a change go.
pub(crate) struct Place {
    pub record: Uuid,
    pub journal_entry: Option<Uuid>,
    pub at: Timestamp,
    pub by: Uuid,
    pub change_id: Uuid,
}

pub(super) fn table() -> TableDef {
    let attachment = vec![
        required("id", ColumnKind::Uuid),
        required("tenant", ColumnKind::Uuid),
        required("record", ColumnKind::Uuid),
        ColumnDef::new("journal_entry", ColumnKind::Uuid),
        required("visibility", ColumnKind::Text),
        required("name", ColumnKind::Text),
        required("media_type", ColumnKind::Text),
        required("bytes", ColumnKind::Integer),
        required("sha256", ColumnKind::Text),
        required("created_at", ColumnKind::Integer),
        required("created_by", ColumnKind::Uuid),
        required("change_id", ColumnKind::Uuid),
    ];
    let indexes = vec![
        index("attachment_record", &["record", "id"], false),
        index("attachment_blob", &["tenant", "sha256"], false),
    ];
    define("attachment", &["id"], attachment, indexes)
}

/// Settings about files.
pub(crate) fn settings() -> [SettingDef; 2] {
    let limits = || {
        let it = Limits::default();
        json!({
            "bytes": it.bytes, "at_once": it.at_once, "per_record": it.per_record,
            "bytes_in_all": it.bytes_in_all, "waiting": it.waiting, "waiting_bytes": it.waiting_bytes,
        })
    };
    let types = || {
        json!({
            "allow": [],
            "deny": [
                "application/vnd.microsoft.portable-executable", "application/x-executable", "application/x-mach-binary",
                ".bat", ".cmd", ".com", ".cpl", ".exe", ".hta", ".jar", ".js", ".jse", ".lnk", ".msi", ".pif", ".ps1",
                ".scr", ".vbe", ".vbs", ".wsf",
            ],
        })
    };
    [
        SettingDef::new::<Limits>(LIMITS, "types", limits).asked(Shape::Members(&[
            ("bytes", Shape::Plain),
            ("at_once", Shape::Plain),
            ("per_record", Shape::Plain),
        ])),
        SettingDef::new::<Types>(TYPES, "types", types).asked(Shape::Members(&[
            ("allow", Shape::Texts),
            ("deny", Shape::Texts),
        ])),
    ]
}

/// The limits in force.
///
/// # Errors
/// Where the setting cannot be read.
pub fn limits(ctx: &Ctx) -> Result<Limits> {
    let found = ctx
        .snapshot
        .settings
        .get::<Limits>(ctx.tenant, None, LIMITS);
    let found =
        found.map_err(|it| Error::failed("the limits of files cannot be read", it.to_string()));
    Ok(*found?)
}

/// Refuses content for which there is no room any more. Adds up all files, so that it is asked beside the writer:
/// files that come at the same moment may together pass the limit by their size.
///
/// # Errors
/// Too large where all files together would have more bytes than the setting [`LIMITS`] allows.
pub fn make_room(reading: &mut Reading<'_, '_>, file: &BlobRef) -> Result<()> {
    let most = limits(reading.ctx)?.bytes_in_all;
    // Content that is there already takes no further room.
    let sql = Sql::new(
        "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM blob WHERE tenant = ? AND sha256 <> ?",
    );
    let sql = sql.bind(reading.ctx.tenant).bind(file.sha256.as_str());
    let there = reading.tx.query_one(&sql)?.need_integer(0)?;
    if there.saturating_add(file.bytes) <= most {
        return Ok(());
    }
    let message = Message::new("attachment-no-room").with("name", &file.name);
    let message = message.with("most", most / (1024 * 1024));
    Err(Refused::TooLarge(message.with("setting", format!("{LIMITS}.bytes_in_all"))).into())
}

/// The types in force.
///
/// # Errors
/// Where the setting cannot be read.
pub fn types(ctx: &Ctx) -> Result<Types> {
    let found = ctx.snapshot.settings.get::<Types>(ctx.tenant, None, TYPES);
    let found =
        found.map_err(|it| Error::failed("the types of files cannot be read", it.to_string()));
    Ok(found?.as_ref().clone())
}

/// Rights that the files of a change need.
pub(crate) fn rights(change: &Change) -> impl Iterator<Item = &'static str> {
    let attaches =
        !change.files.is_empty() || matches!(change.action(), Action::Attach | Action::Detach(_));
    let private = change.files_are_private && change.comment.is_none();
    let attach = attaches.then_some("attach");
    attach.into_iter().chain(private.then_some("note_write"))
}

/// What the history tells of the files of a change; nothing where there are none.
pub(crate) fn diff(
    unit: &mut Unit<'_, '_>,
    of: &TypeDef,
    place: &Place,
    change: &Change,
) -> Result<Option<(Json, Json)>> {
    if let Action::Detach(id) = change.action() {
        let taken = unit.reading().attachment(of, place.record, *id)?;
        let is_own = taken.by == unit.ctx.actor.person;
        let standing = unit.reading().standing(of, place.record)?;
        if !is_own && !standing.may(unit.ctx, &of.name, "update") {
            return Err(Refused::Forbidden(Message::new("attachment-of-another")).into());
        }
        let told = tell(&taken.blob, taken.journal_entry, taken.visibility);
        return Ok(Some((json!([told]), Json::Null)));
    }
    if change.files.is_empty() {
        if *change.action() == Action::Attach {
            return Err(Refused::field("file", Message::new("refused-required")).into());
        }
        return Ok(None);
    }
    check(unit, place, change)?;
    let told = change
        .files
        .iter()
        .map(|it| tell(it, place.journal_entry, visibility(change)));
    Ok(Some((Json::Null, told.collect())))
}

/// The statements that store the files of a change.
pub(crate) fn statements(tenant: Uuid, place: &Place, change: &Change) -> Vec<Sql> {
    let mut statements = Vec::new();
    if let Action::Detach(id) = change.action() {
        // What is taken away now may still be wanted back for a while.
        let linked = Sql::new(
            "UPDATE blob SET last_linked_at = ? WHERE tenant = ? AND sha256 = (SELECT sha256 FROM attachment WHERE id = ?)",
        );
        statements.push(linked.bind(place.at.micros()).bind(tenant).bind(*id));
        statements.push(Sql::new("DELETE FROM attachment WHERE id = ?").bind(*id));
    }
    for file in &change.files {
        let put = Sql::new(
            "INSERT INTO attachment (id, tenant, record, journal_entry, visibility, name, media_type, bytes, sha256, \
             created_at, created_by, change_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        );
        let put = put
            .bind(file.id)
            .bind(tenant)
            .bind(place.record)
            .bind(place.journal_entry)
            .bind(visibility(change).code())
            .bind(file.name.as_str())
            .bind(file.media_type.as_str())
            .bind(file.bytes)
            .bind(file.sha256.as_str())
            .bind(place.at.micros());
        statements.push(put.bind(place.by).bind(place.change_id));
    }
    statements
}

/// Whether a change in the history is about files that only readers of private notes see.
pub(crate) fn is_private(diff: &FieldDiff) -> bool {
    let told = [&diff.before, &diff.after]
        .into_iter()
        .filter_map(Json::as_array);
    told.flatten()
        .any(|it| it["visibility"] == Visibility::Private.code())
}

/// Which of these files there are, with their records.
///
/// # Errors
/// A failure of the store.
pub fn owners(tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    let mut owners = HashMap::new();
    for part in ids.chunks(PART) {
        let mut sql = Sql::new("SELECT id, record FROM attachment WHERE id IN (");
        sql.arg_list(part.iter().copied()).push(")");
        for row in tx.query(&sql)? {
            owners.insert(row.need_uuid(0)?, row.need_uuid(1)?);
        }
    }
    Ok(owners)
}

/// A file and the blob to which it refers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Tenant and digest of the blob, and the file's id: the order in which they are read.
    pub key: (Uuid, String, Uuid),
    /// The record that has the file.
    pub record: Uuid,
    /// The file's name.
    pub name: String,
}

/// Files of all tenants after that one, in the order of their blobs.
///
/// # Errors
/// A failure of the store.
pub fn linked(
    tx: &mut Tx<'_>,
    after: Option<(Uuid, String, Uuid)>,
    limit: i64,
) -> Result<Vec<Linked>> {
    let (tenant, sha256, id) = after.unwrap_or_default();
    let sql = Sql::new(
        "SELECT tenant, sha256, id, record, name FROM attachment WHERE (tenant, sha256, id) > (?, ?, ?) \
         ORDER BY tenant, sha256, id LIMIT ?",
    );
    let rows = tx.query(&sql.bind(tenant).bind(sha256).bind(id).bind(limit))?;
    let linked = |row: &Row| {
        Ok(Linked {
            key: (
                row.need_uuid(0)?,
                row.need_text(1)?.to_owned(),
                row.need_uuid(2)?,
            ),
            record: row.need_uuid(3)?,
            name: row.need_text(4)?.to_owned(),
        })
    };
    rows.iter().map(linked).collect()
}

/// Holds the files against the limits, and makes sure that their content stays.
fn check(unit: &mut Unit<'_, '_>, place: &Place, change: &Change) -> Result<()> {
    let (record, limits) = (place.record, limits(unit.ctx)?);
    if matches!(change.mode, Mode::Live) {
        if change.files.len() > limits.at_once {
            let message = Message::new("attachment-too-many-at-once").with("most", limits.at_once);
            return Err(Refused::field("file", message).into());
        }
        let sql = Sql::new("SELECT COUNT(*) FROM attachment WHERE record = ?").bind(record);
        let there =
            usize::try_from(unit.tx.query_one(&sql)?.need_integer(0)?).unwrap_or(usize::MAX);
        if there.saturating_add(change.files.len()) > limits.per_record {
            let message = Message::new("attachment-too-many").with("most", limits.per_record);
            return Err(Refused::field("file", message).into());
        }
    }
    // Files of the past name the entry with which they came.
    if let Some(entry) = place.journal_entry.filter(|_| change.comment.is_none()) {
        let sql = Sql::new("SELECT visibility FROM journal WHERE id = ? AND record = ?");
        let found = unit.tx.query_optional(&sql.bind(entry).bind(record))?;
        let said = found.as_ref().map(|it| it.need_text(0)).transpose()?;
        if said != Some(visibility(change).code()) {
            let message = Message::new("row-entry-elsewhere").with("entry", entry);
            return Err(Refused::field("file", message).into());
        }
    }
    for file in &change.files {
        // Locks the row until the commit, so that nobody condemns the blob meanwhile.
        let keep = Sql::new(
            "UPDATE blob SET last_linked_at = ?, condemned_at = NULL WHERE tenant = ? AND sha256 = ? \
             AND stored_at IS NOT NULL AND dying_at IS NULL",
        );
        let keep = keep.bind(unit.ctx.now.micros()).bind(unit.ctx.tenant);
        if unit.tx.execute(&keep.bind(file.sha256.as_str()))? == 0 {
            return Err(Refused::field("file", Message::new("attachment-not-stored")).into());
        }
    }
    Ok(())
}

/// As the comment that the files come with.
pub(crate) fn visibility(change: &Change) -> Visibility {
    let alone = if change.files_are_private {
        Visibility::Private
    } else {
        Visibility::Public
    };
    change.comment.as_ref().map_or(alone, |it| it.visibility)
}

fn tell(blob: &BlobRef, journal_entry: Option<Uuid>, visibility: Visibility) -> Json {
    json!({
        "id": blob.id, "name": blob.name, "media_type": blob.media_type, "bytes": blob.bytes,
        "sha256": blob.sha256, "entry": journal_entry, "visibility": visibility.code(),
    })
}

fn read(row: &Row) -> Result<Attachment> {
    let is_private = row.need_text(2)? == Visibility::Private.code();
    Ok(Attachment {
        blob: BlobRef {
            id: row.need_uuid(0)?,
            name: row.need_text(3)?.to_owned(),
            media_type: row.need_text(4)?.to_owned(),
            bytes: row.need_integer(5)?,
            sha256: row.need_text(6)?.to_owned(),
        },
        journal_entry: row.uuid(1)?,
        visibility: if is_private {
            Visibility::Private
        } else {
            Visibility::Public
        },
        at: Timestamp::from_micros(row.need_integer(7)?),
        by: row.need_uuid(8)?,
    })
}
