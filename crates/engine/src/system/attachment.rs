//! Files of records and of their journal entries: which blob hangs where, under what name, and who sees it.
//!
//! A blob is known by its SHA-256 alone; nothing here opens one. The edge stores the bytes first, registers
//! the digest, and then sends a change with [`BlobRef`]s through the door.

use base::{Error, MICROS_PER_DAY, Message, Refused, Result, Timestamp, Uuid};
use dictionary::TypeDef;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use store::{ColumnDef, ColumnKind, Row, Sql, TableDef, Tx};

use super::{define, index, required};
use crate::change::{Action, Change, Mode, Visibility};
use crate::history::FieldDiff;
use crate::settings::SettingDef;
use crate::{Ctx, Reading, Unit};

/// Key of the setting that limits size and number.
pub const LIMITS: &str = "attachments.limits";
/// Key of the setting that says which types are taken.
pub const TYPES: &str = "attachments.types";
/// A blob that nothing refers to stays that long after it was last linked.
const UNLINKED_MICROS: i64 = 7 * MICROS_PER_DAY;
/// Between the tombstone and the end.
const CONDEMNED_MICROS: i64 = MICROS_PER_DAY;
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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 25 * 1024 * 1024,
            at_once: 10,
            per_record: 200,
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

pub(super) fn tables() -> [TableDef; 2] {
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
    let blob = vec![
        required("tenant", ColumnKind::Uuid),
        required("sha256", ColumnKind::Text),
        required("bytes", ColumnKind::Integer),
        required("last_linked_at", ColumnKind::Integer),
        ColumnDef::new("condemned_at", ColumnKind::Integer),
        ColumnDef::new("dying_at", ColumnKind::Integer),
    ];
    [
        define("attachment", &["id"], attachment, indexes),
        define("blob", &["tenant", "sha256"], blob, Vec::new()),
    ]
}

/// Settings about files.
pub(crate) fn settings() -> [SettingDef; 2] {
    let limits = || {
        let Limits {
            bytes,
            at_once,
            per_record,
        } = Limits::default();
        json!({ "bytes": bytes, "at_once": at_once, "per_record": per_record })
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
        SettingDef::new::<Limits>(LIMITS, "types", limits),
        SettingDef::new::<Types>(TYPES, "types", types),
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
    check(unit, place.record, change)?;
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

impl Reading<'_, '_> {
    /// The files of a record that the actor may see, oldest first.
    ///
    /// # Errors
    /// Not found where the actor may not read the record.
    pub fn attachments(&mut self, of: &TypeDef, record: Uuid) -> Result<Vec<Attachment>> {
        let standing = self.standing(of, record)?;
        if standing.is_deleted() && !standing.may(self.ctx, &of.name, "delete") {
            return Err(
                Refused::NotFound(Message::new("record-unknown").with("type", &of.name)).into(),
            );
        }
        let notes = standing.may(self.ctx, &of.name, "read_notes");
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS)
            .push(" FROM attachment WHERE record = ")
            .arg(record);
        sql.push(" ORDER BY created_at, id");
        let rows = self.tx.query(&sql)?;
        let all = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        let seen = all
            .into_iter()
            .filter(|it| notes || it.visibility == Visibility::Public);
        Ok(seen.collect())
    }

    /// One file of a record.
    ///
    /// # Errors
    /// Not found where there is none that the actor may see.
    pub fn attachment(&mut self, of: &TypeDef, record: Uuid, id: Uuid) -> Result<Attachment> {
        let all = self.attachments(of, record)?;
        let found = all.into_iter().find(|it| it.blob.id == id);
        Ok(found.ok_or_else(|| Refused::NotFound(Message::new("attachment-unknown")))?)
    }
}

/// Notes that a blob is stored or about to be; takes its tombstone away.
///
/// # Errors
/// Busy where the blob is being deleted at this moment.
pub fn register(tx: &mut Tx<'_>, tenant: Uuid, blob: &BlobRef, now: Timestamp) -> Result<()> {
    let put = Sql::new(
        "INSERT INTO blob (tenant, sha256, bytes, last_linked_at) VALUES (?, ?, ?, ?) \
         ON CONFLICT (tenant, sha256) DO UPDATE SET last_linked_at = excluded.last_linked_at, condemned_at = NULL \
         WHERE blob.dying_at IS NULL",
    );
    let put = put.bind(tenant).bind(blob.sha256.as_str()).bind(blob.bytes);
    if tx.execute(&put.bind(now.micros()))? == 0 {
        return Err(Refused::Busy(Message::new("busy-try-again")).into());
    }
    Ok(())
}

/// Puts a tombstone on blobs that nothing refers to and nobody linked for a week.
///
/// # Errors
/// A failure of the store.
pub fn condemn(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let sql = Sql::new(
        "UPDATE blob SET condemned_at = ? WHERE condemned_at IS NULL AND last_linked_at < ? AND NOT EXISTS \
         (SELECT 1 FROM attachment AS a WHERE a.tenant = blob.tenant AND a.sha256 = blob.sha256)",
    );
    let before = now.plus_micros(-UNLINKED_MICROS).micros();
    Ok(tx.execute(&sql.bind(now.micros()).bind(before))?)
}

/// Blobs whose tombstone stood for a day and that still nothing refers to. From now on an upload of the same
/// content has to wait until [`forget`].
///
/// # Errors
/// A failure of the store.
pub fn dying(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(Uuid, String)>> {
    let sql = Sql::new(
        "UPDATE blob SET dying_at = ? WHERE dying_at IS NULL AND condemned_at < ? AND NOT EXISTS \
         (SELECT 1 FROM attachment AS a WHERE a.tenant = blob.tenant AND a.sha256 = blob.sha256)",
    );
    let before = now.plus_micros(-CONDEMNED_MICROS).micros();
    tx.execute(&sql.bind(now.micros()).bind(before))?;
    let all = Sql::new(
        "SELECT tenant, sha256 FROM blob WHERE dying_at IS NOT NULL ORDER BY tenant, sha256",
    );
    tx.query(&all)?.iter().map(named).collect()
}

/// Takes the row of a blob away whose content is gone.
///
/// # Errors
/// A failure of the store.
pub fn forget(tx: &mut Tx<'_>, tenant: Uuid, sha256: &str) -> Result<()> {
    let sql = Sql::new("DELETE FROM blob WHERE tenant = ? AND sha256 = ? AND dying_at IS NOT NULL");
    tx.execute(&sql.bind(tenant).bind(sha256))?;
    Ok(())
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
fn check(unit: &mut Unit<'_, '_>, record: Uuid, change: &Change) -> Result<()> {
    let limits = limits(unit.ctx)?;
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
    for file in &change.files {
        // Locks the row until the commit, so that nobody condemns the blob meanwhile.
        let keep = Sql::new(
            "UPDATE blob SET last_linked_at = ?, condemned_at = NULL WHERE tenant = ? AND sha256 = ? AND dying_at IS NULL",
        );
        let keep = keep.bind(unit.ctx.now.micros()).bind(unit.ctx.tenant);
        if unit.tx.execute(&keep.bind(file.sha256.as_str()))? == 0 {
            return Err(Refused::field("file", Message::new("attachment-not-stored")).into());
        }
    }
    Ok(())
}

/// As the comment that the files come with.
fn visibility(change: &Change) -> Visibility {
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

fn named(row: &Row) -> Result<(Uuid, String)> {
    Ok((row.need_uuid(0)?, row.need_text(1)?.to_owned()))
}
