//! Mails that came in: each as it came, in the order of arrival, with what became of it.
//!
//! The content of a mail that stands here is kept, whatever became of the mail, until somebody discards it. By
//! its Message-ID later mails find the record to which they belong.

use base::{Message, Refused, Result, Timestamp, Uuid};
use dictionary::{TypeDef, spine};
use store::{ColumnDef, ColumnKind, Row, Sql, TableDef, Tx};

use super::{define, index, required};
use crate::{Ctx, Unit};

/// Longest Message-ID, address, subject or reason that is kept, in characters.
const MOST_CHARS: usize = 500;

/// How a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// Its turn comes.
    Waiting,
    /// Somebody has to decide what becomes of it.
    Parked,
    /// It is kept and makes nothing: a program wrote it.
    Kept,
    /// It became a record, or a part of one.
    Taken,
    /// Somebody threw it away; its content goes as that of any file which nothing refers to.
    Discarded,
}

impl MailState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Parked,
        Self::Kept,
        Self::Taken,
        Self::Discarded,
    ];

    /// Stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Parked => "parked",
            Self::Kept => "kept",
            Self::Taken => "taken",
            Self::Discarded => "discarded",
        }
    }

    /// The state with that code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A mail that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id: the same mail has the same.
    pub id: Uuid,
    /// Whose mailbox it came into.
    pub tenant: Uuid,
    /// Its Message-ID, without brackets.
    pub message_id: Option<String>,
    /// Address of its sender.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// How its text begins.
    pub excerpt: String,
    /// When it was written, as it says itself.
    pub sent_at: Option<Timestamp>,
    /// When it was taken from the mailbox.
    pub received_at: Timestamp,
    /// Its place in the mailbox.
    pub uid: i64,
    /// Digest of its content.
    pub sha256: String,
    /// Length of its content.
    pub bytes: i64,
    /// How it stands.
    pub state: MailState,
    /// Why it is parked or makes nothing.
    pub reason: Option<String>,
    /// How often it could not be taken for a reason that may pass.
    pub attempts: i64,
    /// The person in whose name somebody lets it be taken.
    pub taken_as: Option<Uuid>,
    /// Who lets it be taken.
    pub taken_by: Option<Uuid>,
    /// When they decided so.
    pub decided_at: Option<Timestamp>,
    /// The type of the record to which it belongs.
    pub record_type: Option<String>,
    /// That record.
    pub record: Option<Uuid>,
}

const COLUMNS: &str = "id, tenant, message_id, sender, subject, excerpt, sent_at, received_at, uid, sha256, bytes, \
     state, reason, attempts, taken_as, record_type, record, taken_by, decided_at";

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("id", ColumnKind::Uuid),
        required("tenant", ColumnKind::Uuid),
        ColumnDef::new("message_id", ColumnKind::Text),
        required("sender", ColumnKind::Text),
        required("subject", ColumnKind::Text),
        required("excerpt", ColumnKind::Text),
        ColumnDef::new("sent_at", ColumnKind::Integer),
        required("received_at", ColumnKind::Integer),
        required("uid", ColumnKind::Integer),
        required("sha256", ColumnKind::Text),
        required("bytes", ColumnKind::Integer),
        required("state", ColumnKind::Text),
        ColumnDef::new("reason", ColumnKind::Text),
        required("attempts", ColumnKind::Integer),
        ColumnDef::new("taken_as", ColumnKind::Uuid),
        ColumnDef::new("record_type", ColumnKind::Text),
        ColumnDef::new("record", ColumnKind::Uuid),
        ColumnDef::new("taken_by", ColumnKind::Uuid),
        ColumnDef::new("decided_at", ColumnKind::Integer),
    ];
    let indexes = vec![
        index("incoming_mail_message", &["tenant", "message_id"], false),
        index(
            "incoming_mail_state",
            &["tenant", "state", "received_at"],
            false,
        ),
        index("incoming_mail_content", &["tenant", "sha256"], false),
    ];
    define("incoming_mail", &["tenant", "id"], columns, indexes)
}

/// A text of which no more is kept than anybody needs.
fn cut(text: &str) -> String {
    let kept = text.chars().filter(|it| *it != '\0');
    kept.take(MOST_CHARS).collect()
}

/// Notes a mail that came in; false where it is there already.
///
/// # Errors
/// A failure of the store.
pub fn note(tx: &mut Tx<'_>, mail: &Mail) -> Result<bool> {
    let sql = Sql::new(
        "INSERT INTO incoming_mail (id, tenant, message_id, sender, subject, excerpt, sent_at, received_at, uid, \
         sha256, bytes, state, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
    );
    let sql = sql.bind(mail.id).bind(mail.tenant);
    let sql = sql.bind(mail.message_id.as_deref().map(cut));
    let sql = sql.bind(cut(&mail.sender)).bind(cut(&mail.subject));
    let sql = sql.bind(cut(&mail.excerpt));
    let sql = sql.bind(mail.sent_at.map(Timestamp::micros));
    let sql = sql.bind(mail.received_at.micros()).bind(mail.uid);
    let sql = sql.bind(mail.sha256.as_str()).bind(mail.bytes);
    Ok(tx.execute(&sql.bind(mail.state.code()))? == 1)
}

/// One mail of a tenant.
///
/// # Errors
/// A failure of the store.
pub fn find(tx: &mut Tx<'_>, tenant: Uuid, id: Uuid) -> Result<Option<Mail>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM incoming_mail WHERE tenant = ")
        .arg(tenant)
        .push(" AND id = ")
        .arg(id);
    tx.query_optional(&sql)?.as_ref().map(mail_of).transpose()
}

/// The mail whose turn it is: the one that came first.
///
/// # Errors
/// A failure of the store.
pub fn next_waiting(tx: &mut Tx<'_>, tenant: Uuid) -> Result<Option<Mail>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM incoming_mail WHERE state = 'waiting' AND tenant = ")
        .arg(tenant)
        .push(" ORDER BY received_at, uid, id LIMIT 1");
    tx.query_optional(&sql)?.as_ref().map(mail_of).transpose()
}

/// Mails in one state, newest first, after the one that was seen last.
///
/// # Errors
/// A failure of the store.
pub fn list(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    state: MailState,
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Mail>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM incoming_mail WHERE tenant = ")
        .arg(tenant)
        .push(" AND state = ")
        .arg(state.code());
    if let Some((received_at, id)) = after {
        sql.push(" AND (received_at < ").arg(received_at.micros());
        sql.push(" OR (received_at = ").arg(received_at.micros());
        sql.push(" AND id < ").arg(id).push("))");
    }
    sql.push(" ORDER BY received_at DESC, id DESC LIMIT ")
        .arg(limit);
    tx.query(&sql)?.iter().map(mail_of).collect()
}

/// The records to which mails with that Message-ID belong, with their types.
///
/// # Errors
/// A failure of the store.
pub fn records_of(tx: &mut Tx<'_>, tenant: Uuid, message_id: &str) -> Result<Vec<(String, Uuid)>> {
    let sql = Sql::new(
        "SELECT record_type, record FROM incoming_mail WHERE tenant = ? AND message_id = ? AND state = 'taken' \
         AND record IS NOT NULL ORDER BY received_at, uid, id LIMIT 10",
    );
    let rows = tx.query(&sql.bind(tenant).bind(cut(message_id)))?;
    let named = |row: &Row| Ok((row.need_text(0)?.to_owned(), row.need_uuid(1)?));
    rows.iter().map(named).collect()
}

/// Where a mail stands from now on, and why; nothing where it is another state already.
///
/// # Errors
/// A failure of the store.
pub fn settle(
    tx: &mut Tx<'_>,
    mail: &Mail,
    state: MailState,
    reason: Option<&str>,
) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE incoming_mail SET state = ?, reason = ? WHERE tenant = ? AND id = ? AND state = ?",
    );
    let sql = sql.bind(state.code()).bind(reason.map(cut));
    let sql = sql.bind(mail.tenant).bind(mail.id);
    Ok(tx.execute(&sql.bind(mail.state.code()))? == 1)
}

/// Notes to which record a mail belongs; false where that is known already.
///
/// # Errors
/// A failure of the store.
pub fn taken(tx: &mut Tx<'_>, mail: &Mail, (record_type, record): (&str, Uuid)) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE incoming_mail SET state = 'taken', reason = NULL, record_type = ?, record = ? \
         WHERE tenant = ? AND id = ? AND state = 'waiting'",
    );
    let sql = sql.bind(record_type).bind(record);
    Ok(tx.execute(&sql.bind(mail.tenant).bind(mail.id))? == 1)
}

/// Counts an attempt that failed for a reason that may pass.
///
/// # Errors
/// A failure of the store.
pub fn failed_once_more(tx: &mut Tx<'_>, mail: &Mail) -> Result<()> {
    let sql =
        Sql::new("UPDATE incoming_mail SET attempts = attempts + 1 WHERE tenant = ? AND id = ?");
    tx.execute(&sql.bind(mail.tenant).bind(mail.id))?;
    Ok(())
}

/// Lets a mail that is parked or kept have its turn again, in the name of that person where one is given, and notes
/// who decided so.
///
/// # Errors
/// A failure of the store.
pub fn take_again(
    tx: &mut Tx<'_>,
    mail: &Mail,
    taken_as: Option<Uuid>,
    (taken_by, now): (Uuid, Timestamp),
) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE incoming_mail SET state = 'waiting', attempts = 0, taken_as = ?, taken_by = ?, decided_at = ? \
         WHERE tenant = ? AND id = ? AND state IN ('parked', 'kept')",
    );
    let sql = sql.bind(taken_as).bind(taken_by).bind(now.micros());
    Ok(tx.execute(&sql.bind(mail.tenant).bind(mail.id))? == 1)
}

/// Whether somebody may let a mail be taken in the name of a person who did not send it: whoever may make what mails
/// open for others, and answer it. Where it is not known what they open, all that people ask for counts.
#[must_use]
pub fn may_for_others(ctx: &Ctx, opens: Option<&str>) -> bool {
    let is_asked_for = |it: &TypeDef| it.journal && it.field(spine::REQUESTER).is_some();
    let meant = |it: &TypeDef| opens.map_or_else(|| is_asked_for(it), |name| it.name == name);
    let may = |of: &TypeDef| {
        let for_others = || {
            let requester = of.field(spine::REQUESTER);
            let mut grants = ctx.grants(&of.name, "create");
            grants.any(|it| requester.is_some_and(|field| it.grant.write_fields.has(field)))
        };
        (ctx.actor.system || for_others()) && ctx.may_somewhere(&of.name, "comment")
    };
    let mut types = ctx
        .snapshot
        .dictionary
        .types()
        .filter(|it| meant(it))
        .peekable();
    types.peek().is_some() && types.all(|it| may(it))
}

/// Lets a mail that is parked or kept have its turn again in the name of a person. Whoever has the address from which
/// it came has sent it; in anybody else's name it needs the right to act for others, from whatever side it is asked.
///
/// # Errors
/// Forbidden without that right, or a failure of the store.
pub fn take_as(
    unit: &mut Unit<'_, '_>,
    mail: &Mail,
    (person, opens): (Uuid, Option<&str>),
) -> Result<bool> {
    let has_sent = unit.reading().person_of_address(&mail.sender)? == Some(person);
    if !has_sent && !may_for_others(unit.ctx, opens) {
        return Err(Refused::Forbidden(Message::new("mail-take-for-others")).into());
    }
    let by = (unit.ctx.actor.person, unit.ctx.now);
    take_again(unit.tx, mail, Some(person), by)
}

/// How many mails are parked.
///
/// # Errors
/// A failure of the store.
pub fn parked(tx: &mut Tx<'_>, tenant: Uuid) -> Result<i64> {
    let sql = Sql::new("SELECT COUNT(*) FROM incoming_mail WHERE state = 'parked' AND tenant = ?");
    Ok(tx.query_one(&sql.bind(tenant))?.need_integer(0)?)
}

fn mail_of(row: &Row) -> Result<Mail> {
    Ok(Mail {
        id: row.need_uuid(0)?,
        tenant: row.need_uuid(1)?,
        message_id: row.text(2)?.map(str::to_owned),
        sender: row.need_text(3)?.to_owned(),
        subject: row.need_text(4)?.to_owned(),
        excerpt: row.need_text(5)?.to_owned(),
        sent_at: row.integer(6)?.map(Timestamp::from_micros),
        received_at: Timestamp::from_micros(row.need_integer(7)?),
        uid: row.need_integer(8)?,
        sha256: row.need_text(9)?.to_owned(),
        bytes: row.need_integer(10)?,
        state: MailState::of_code(row.need_text(11)?).unwrap_or(MailState::Parked),
        reason: row.text(12)?.map(str::to_owned),
        attempts: row.need_integer(13)?,
        taken_as: row.uuid(14)?,
        record_type: row.text(15)?.map(str::to_owned),
        record: row.uuid(16)?,
        taken_by: row.uuid(17)?,
        decided_at: row.integer(18)?.map(Timestamp::from_micros),
    })
}
