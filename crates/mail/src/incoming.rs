//! A mail that came in: who wrote it, to which record it belongs, what is new in it, and whether a person wrote
//! it at all.

use base::{Timestamp, Uuid};
use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser};
use sha2::{Digest as _, Sha256};

use crate::part::{MailFile, files};
use crate::thread::{is_ours, number_in, record_of, short};

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its id; where it has none, it is known by its bytes.
    pub message_id: Option<String>,
    /// Address of the sender.
    pub from: Option<String>,
    /// Its subject on one line.
    pub subject: String,
    /// What is new in it, without quoted mails and signature.
    pub text: String,
    /// The number that stands in the subject.
    pub number: Option<String>,
    /// The record of the mail that it answers.
    pub record: Option<Uuid>,
    /// Ids of the mails that it answers and that others sent, the nearest first.
    pub refers: Vec<String>,
    /// When it was written, as it says itself.
    pub sent_at: Option<Timestamp>,
    /// What came with it: files, and pictures within its text.
    pub files: Vec<MailFile>,
    /// Why it is taken for made by a program; nothing where a person wrote it.
    pub automatic: Option<&'static str>,
}

impl Incoming {
    /// Reads a mail that came to somebody who sends under that address. Nothing where it is no mail.
    #[must_use]
    pub fn read(raw: &[u8], own_address: &str) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let domain = own_address.rsplit_once('@').map_or("", |it| it.1);
        let from = message.from().and_then(Address::first);
        let from = from.and_then(|it| it.address()).map(str::to_lowercase);
        // No database takes the character that ends texts elsewhere.
        let subject = message.subject().unwrap_or_default().replace('\0', "");
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let body = message.body_text(0).unwrap_or_default().replace('\0', "");
        let mut answered = texts(message.in_reply_to());
        answered.extend(texts(message.references()).into_iter().rev());
        let files = files(&message);
        Some(Self {
            message_id: message.message_id().map(str::to_owned),
            text: new_part(&body, files.is_empty()),
            number: number_in(&subject),
            record: answered.iter().find_map(|it| record_of(it, domain)),
            refers: others(&answered, domain),
            sent_at: sent_at(&message),
            files,
            automatic: automatic(&message, from.as_deref(), own_address, domain),
            from,
            subject,
        })
    }

    /// What it says, as a digest: copies of one mail have the same, whatever ways they went.
    #[must_use]
    pub fn says(&self) -> Uuid {
        let sent_at = self.sent_at.map(Timestamp::micros).unwrap_or_default();
        let mut hash = Sha256::new().chain_update(sent_at.to_le_bytes());
        let texts = [self.subject.as_bytes(), self.text.as_bytes()];
        let files = self.files.iter();
        let files = files.flat_map(|it| [it.name.as_bytes(), it.content.as_slice()]);
        for part in texts.into_iter().chain(files) {
            // The length first, so that what stands in one part never reads as the next.
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            hash.update(length.to_le_bytes());
            hash.update(part);
        }
        short(&hash.finalize())
    }
}

/// Most ids of mails that are looked for: a thread of years is found by its last ones.
const MOST_REFERS: usize = 20;

/// The ids that are not ours, each once.
fn others(answered: &[String], domain: &str) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    for id in answered.iter().filter(|it| !is_ours(it, domain)) {
        if others.len() < MOST_REFERS && !others.contains(id) {
            others.push(id.clone());
        }
    }
    others
}

fn sent_at(message: &Message<'_>) -> Option<Timestamp> {
    let seconds = message.date().filter(|it| it.is_valid())?.to_timestamp();
    Some(Timestamp::from_micros(seconds.checked_mul(1_000_000)?))
}

fn texts(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.to_string()],
        HeaderValue::TextList(all) => all.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// Whether a program made it: RFC 3834, and what programs did before it and still do.
fn automatic(
    message: &Message<'_>,
    from: Option<&str>,
    own_address: &str,
    domain: &str,
) -> Option<&'static str> {
    let raw = |name: &str| {
        message
            .header_raw(name.to_owned())
            .map(|it| it.trim().to_lowercase())
    };
    let from = from.unwrap_or_default();
    let mailbox = from.split('@').next().unwrap_or_default();
    if from.eq_ignore_ascii_case(own_address)
        || message.message_id().is_some_and(|it| is_ours(it, domain))
    {
        return Some("it is our own");
    }
    if raw("Auto-Submitted").is_some_and(|it| !it.starts_with("no")) {
        return Some("Auto-Submitted");
    }
    let bulk = ["bulk", "list", "junk", "auto_reply"];
    if raw("Precedence").is_some_and(|it| bulk.contains(&it.as_str())) {
        return Some("Precedence");
    }
    if message
        .headers()
        .iter()
        .any(|it| it.name().to_lowercase().starts_with("list-"))
    {
        return Some("it came by a list");
    }
    if raw("X-Autoreply").is_some() || raw("X-Autorespond").is_some() {
        return Some("X-Autoreply");
    }
    if message.header_raw(HeaderName::ReturnPath).map(str::trim) == Some("<>") {
        return Some("nobody wants to hear of it: its return path is empty");
    }
    if raw("Content-Type").is_some_and(|it| it.starts_with("multipart/report")) {
        return Some("it is a report of a mail server");
    }
    ["mailer-daemon", "postmaster"]
        .contains(&mailbox)
        .then_some("a mail server wrote it")
}

/// What the sender wrote, without the mails below it; the whole text where nothing else would be left.
fn new_part(body: &str, is_all: bool) -> String {
    let lines: Vec<&str> = body.lines().map(str::trim_end).collect();
    let end = (0..lines.len()).find(|at| ends_at(&lines, *at));
    let kept = lines[..end.unwrap_or(lines.len())].iter();
    let kept: Vec<&str> = kept.filter(|it| !it.starts_with('>')).copied().collect();
    let kept = kept.join("\n").trim().to_owned();
    if kept.is_empty() && is_all {
        body.trim().to_owned()
    } else {
        kept
    }
}

/// Whether the sender's own words end before that line.
fn ends_at(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    let bare = line.trim_matches(|it: char| it == '-' || it.is_whitespace());
    let dashed = line.starts_with("-----") && !bare.is_empty();
    let ruled = line.len() >= 20 && line.bytes().all(|it| it == b'_');
    // A signature follows two dashes; the blank behind them was trimmed.
    let signed = line == "--";
    // "On Monday Ann wrote:" in any language, perhaps in two lines.
    let mut after = lines[at + 1..].iter().filter(|it| !it.is_empty());
    let quotes = |it: Option<&&str>| it.is_some_and(|it| it.starts_with('>'));
    let introduces = line.ends_with(':') && quotes(after.clone().next());
    let begins = !line.is_empty()
        && after
            .next()
            .is_some_and(|it| it.ends_with(':') && it.len() < 40)
        && quotes(after.next())
        && line.chars().any(|it| it.is_ascii_digit());
    dashed || ruled || signed || introduces || begins
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "desk@house.example";

    fn read(head: &str, body: &str) -> Incoming {
        let raw = format!("From: Rita <Rita@Example.org>\r\nSubject: No mail\r\n{head}\r\n{body}");
        Incoming::read(raw.as_bytes(), OWN).unwrap()
    }

    #[test]
    fn what_a_person_writes() {
        let mail = read("Message-ID: <1@example.org>\r\n", "Since nine.\r\n");
        assert_eq!(mail.from.as_deref(), Some("rita@example.org"));
        assert_eq!(mail.message_id.as_deref(), Some("1@example.org"));
        assert_eq!((&*mail.subject, &*mail.text), ("No mail", "Since nine."));
        assert_eq!(
            (mail.number, mail.record, mail.automatic),
            (None, None, None)
        );
    }

    #[track_caller]
    fn made_by_a_program(head: &str) {
        assert!(read(head, "I am away.").automatic.is_some(), "{head}");
    }

    #[test]
    fn programs_are_known() {
        for head in [
            "Auto-Submitted: auto-replied\r\n",
            "Precedence: bulk\r\n",
            "List-Id: <all.example.org>\r\n",
            "List-Unsubscribe: <https://example.org>\r\n",
            "Return-Path: <>\r\n",
            "X-Autoreply: yes\r\n",
            "Content-Type: multipart/report; boundary=x\r\n",
            "Message-ID: <00000000000000000000000000000001.00000000000000000000000000000002@house.example>\r\n",
        ] {
            made_by_a_program(head);
        }
        let human =
            "Auto-Submitted: no\r\nPrecedence: normal\r\nReturn-Path: <rita@example.org>\r\n";
        assert_eq!(read(human, "Hello").automatic, None);
        for from in ["MAILER-DAEMON@example.org", OWN] {
            let raw = format!("From: {from}\r\nSubject: x\r\n\r\nx");
            assert!(
                Incoming::read(raw.as_bytes(), OWN)
                    .unwrap()
                    .automatic
                    .is_some(),
                "{from}"
            );
        }
    }

    #[test]
    fn copies_say_the_same_and_other_mails_do_not() {
        let one = read(
            "Date: Mon, 5 Jan 2026 08:00:00 +0000\r\n",
            "Since nine.\r\n",
        );
        let copy = "Received: by x\r\nDate: Mon, 5 Jan 2026 08:00:00 +0000\r\n";
        let copy = read(copy, "Since nine.\r\n-- \r\nRita");
        assert_eq!(one.says(), copy.says());
        let later = read(
            "Date: Mon, 5 Jan 2026 09:00:00 +0000\r\n",
            "Since nine.\r\n",
        );
        let other = read("Date: Mon, 5 Jan 2026 08:00:00 +0000\r\n", "Since ten.\r\n");
        assert!(one.says() != later.says() && one.says() != other.says());
        let ids = [later.says(), other.says()].map(|it| crate::further_id("1@x", "a@x", it));
        assert!(ids[0] != ids[1] && !ids.contains(&crate::incoming_id("1@x", "a@x")));
    }

    #[test]
    fn an_answer_finds_its_record() {
        let record = Uuid::from_u128(7);
        let ours = format!("<{}.{}@house.example>", record.simple(), record.simple());
        let by_reply = read(&format!("In-Reply-To: {ours}\r\n"), "x");
        assert_eq!(by_reply.record, Some(record));
        let by_references = read(
            &format!(
                "References: <a@b.example> <{}@house.example>\r\n",
                record.simple()
            ),
            "x",
        );
        assert_eq!(by_references.record, Some(record));
        let foreign = read(
            &format!("In-Reply-To: <{}@other.example>\r\n", record.simple()),
            "x",
        );
        assert_eq!(foreign.record, None);
    }

    #[test]
    fn mails_of_others_are_named_from_the_nearest_on() {
        let ours = format!("<{}@house.example>", Uuid::from_u128(7).simple());
        let head = format!(
            "In-Reply-To: <3@b.example>\r\nReferences: <1@b.example> {ours} <2@b.example> <3@b.example>\r\n"
        );
        let mail = read(&head, "x");
        assert_eq!(mail.record, Some(Uuid::from_u128(7)));
        assert_eq!(mail.refers, ["3@b.example", "2@b.example", "1@b.example"]);
    }

    #[test]
    fn a_mail_tells_when_it_was_written() {
        let mail = read("Date: Mon, 5 Jan 2026 10:12:00 +0100\r\n", "x");
        assert_eq!(mail.sent_at.unwrap().to_string(), "2026-01-05T09:12:00Z");
        assert_eq!(read("Date: yesterday\r\n", "x").sent_at, None);
        assert_eq!(read("", "a\0b").text, "ab");
    }

    const WITH_FILES: &str = "Content-Type: multipart/mixed; boundary=m\r\n\r\n\
        --m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
        --r\r\nContent-Type: text/html\r\n\r\n<p>See <img src=\"cid:1\"></p>\r\n\
        --r\r\nContent-Type: image/png\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--r--\r\n\
        --m\r\nContent-Type: application/pdf; name=\"=?utf-8?q?Angebot_=C3=A4.pdf?=\"\r\n\
        Content-Disposition: attachment\r\n\r\n%PDF-1.4\r\n\
        --m\r\nContent-Type: text/plain; name=\"log.txt\"\r\nContent-Disposition: attachment\r\n\r\nline\r\n\
        --m\r\nContent-Type: message/rfc822\r\n\r\nSubject: Within\r\n\r\nx\r\n\
        --m\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx\r\n--m--\r\n";

    #[test]
    fn files_and_pictures_come_along() {
        let raw = format!("From: rita@example.org\r\nMIME-Version: 1.0\r\n{WITH_FILES}");
        let mail = Incoming::read(raw.as_bytes(), OWN).unwrap();
        let names: Vec<&str> = mail.files.iter().map(|it| &*it.name).collect();
        assert_eq!(
            names,
            ["image-1.png", "Angebot ä.pdf", "log.txt", "message-4.eml"]
        );
        assert!(mail.files[0].content.starts_with(b"\x89PNG"));
        assert_eq!(mail.files[2].content.trim_ascii(), b"line");
        assert_eq!(mail.text, "See");
    }

    #[test]
    fn a_picture_above_a_quoted_mail_has_no_words() {
        let raw = "From: rita@example.org\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
            --m\r\nContent-Type: text/plain\r\n\r\n> Which screen?\r\n\
            --m\r\nContent-Type: image/jpeg\r\nContent-Disposition: inline\r\n\r\nx\r\n--m--\r\n";
        let mail = Incoming::read(raw.as_bytes(), OWN).unwrap();
        assert_eq!((&*mail.text, mail.files.len()), ("", 1));
        assert_eq!(mail.files[0].name, "image-1.jpg");
    }

    #[track_caller]
    fn says(body: &str, own: &str) {
        assert_eq!(new_part(body, true), own, "{body}");
    }

    #[test]
    fn quoted_mails_and_signatures_are_left_out() {
        says(
            "It works.\n\nOn Mon, 5 Jan 2026 Ada wrote:\n> Please restart.\n",
            "It works.",
        );
        says(
            "Ja.\n\nAm 05.01.2026 um 09:00 schrieb Ada:\n\n> Bitte neu starten.\n",
            "Ja.",
        );
        says(
            "It works.\n\nOn Mon, 5 Jan 2026 at 09:00, Ada Agent\n<ada@example.org> wrote:\n\n> Please.\n",
            "It works.",
        );
        says("Done.\n-----Original Message-----\nFrom: Ada\n", "Done.");
        says(
            "Done.\n________________________________\nFrom: Ada\n",
            "Done.",
        );
        says(
            "> Which one?\nThe left one.\n> Since when?\nNine.\n",
            "The left one.\nNine.",
        );
        says("Thanks\n-- \nRita\n", "Thanks");
        says("> only quoted\n", "> only quoted");
        says(
            "What I see:\n- nothing\n- nothing at all",
            "What I see:\n- nothing\n- nothing at all",
        );
    }
}
