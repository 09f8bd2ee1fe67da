//! How mails of one record hang together: message ids, and the number in the subject.

use base::Uuid;
use sha2::{Digest as _, Sha256};

/// What identifies the mail about one change to one person, however often it is tried.
#[must_use]
pub fn digest(change: Uuid, recipient: Uuid) -> Uuid {
    let hash = Sha256::new()
        .chain_update(b"deskwright mail")
        .chain_update(change.as_bytes())
        .chain_update(recipient.as_bytes())
        .finalize();
    short(&hash)
}

/// What identifies a mail that came in, however often it arrives.
#[must_use]
pub fn incoming_id(message_id: &str, from: &str) -> Uuid {
    let hash = Sha256::new()
        .chain_update(b"deskwright incoming mail")
        .chain_update(message_id.as_bytes())
        .chain_update([0])
        .chain_update(from.as_bytes())
        .finalize();
    short(&hash)
}

/// What identifies a mail whose Message-ID and sender an earlier one has that says something else.
#[must_use]
pub fn further_id(message_id: &str, from: &str, says: Uuid) -> Uuid {
    incoming_id(&format!("{message_id}\0{}", says.simple()), from)
}

pub(crate) fn short(hash: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(bytes)
}

/// The id of that mail. It names the record, so that an answer finds it also where the subject was changed.
pub(crate) fn message_id(record: Uuid, change: Uuid, recipient: Uuid, domain: &str) -> String {
    let mail = digest(change, recipient);
    format!("<{}.{}@{domain}>", record.simple(), mail.simple())
}

/// The id that all mails about a record refer to, so that mail programs show them as one conversation.
pub(crate) fn thread_id(record: Uuid, domain: &str) -> String {
    format!("<{}@{domain}>", record.simple())
}

/// The subject, the same in every mail about the record.
#[must_use]
pub fn subject(number: &str, title: &str) -> String {
    let title: Vec<&str> = title.split_whitespace().collect();
    format!("[{number}] {}", title.join(" "))
}

/// The record that one of our message ids names.
pub(crate) fn record_of(message_id: &str, domain: &str) -> Option<Uuid> {
    let (name, host) = message_id.trim_matches(['<', '>']).split_once('@')?;
    let record = name.split('.').next()?;
    let ours = host.eq_ignore_ascii_case(domain) && record.len() == 32;
    Uuid::try_parse(record).ok().filter(|_| ours)
}

/// Whether a mail with that id was sent by us.
pub(crate) fn is_ours(message_id: &str, domain: &str) -> bool {
    record_of(message_id, domain).is_some()
}

/// The number of a record in a subject: `[INC0001234]`.
pub(crate) fn number_in(subject: &str) -> Option<String> {
    let mut candidates = subject
        .split('[')
        .skip(1)
        .filter_map(|it| it.split_once(']'));
    candidates.find_map(|(name, _)| {
        let letters = name.trim_end_matches(|it: char| it.is_ascii_digit());
        let fits = (1..=10).contains(&letters.len())
            && letters.bytes().all(|it| it.is_ascii_uppercase())
            && name.len() > letters.len();
        fits.then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_keeps_its_id_and_no_other_has_it() {
        let [record, change, other, ann, ben] = [1, 2, 3, 4, 5].map(Uuid::from_u128);
        let id = |change, person| message_id(record, change, person, "desk.example");
        assert_eq!(id(change, ann), id(change, ann));
        assert_ne!(id(change, ann), id(change, ben));
        assert_ne!(id(change, ann), id(other, ann));
    }

    #[test]
    fn a_title_cannot_make_a_header() {
        assert_eq!(
            subject("INC0000001", "No mail\r\nBcc: all@example.org"),
            "[INC0000001] No mail Bcc: all@example.org"
        );
    }
}
