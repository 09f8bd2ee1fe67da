//! What comes with a mail besides its text.

use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};

/// A file that came with a mail, or a picture within its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFile {
    /// Its name; one that says what it is where the mail gives none.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// Types that say who sealed a mail, and nothing to people.
const SEALS: [&str; 3] = [
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
];

/// Extensions of types whose names are others.
const EXTENSIONS: [(&str, &str); 6] = [
    ("jpeg", "jpg"),
    ("svg+xml", "svg"),
    ("rfc822", "eml"),
    ("plain", "txt"),
    ("calendar", "ics"),
    ("octet-stream", "bin"),
];

/// The files of a mail, in its order. Texts that are read as the mail itself are none.
pub(crate) fn files(message: &Message<'_>) -> Vec<MailFile> {
    let mut files = Vec::new();
    for (at, part) in message.parts.iter().enumerate() {
        let is_file = match &part.body {
            PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_) => true,
            PartType::Text(_) | PartType::Html(_) => {
                let named = u32::try_from(at).is_ok_and(|it| message.attachments.contains(&it));
                named
                    && !message
                        .text_body
                        .contains(&u32::try_from(at).unwrap_or_default())
            }
            PartType::Multipart(_) => false,
        };
        let (of, kind) = media_type(part);
        if !is_file || part.contents().is_empty() || SEALS.contains(&&*format!("{of}/{kind}")) {
            continue;
        }
        let number = files.len() + 1;
        files.push(MailFile {
            name: part
                .attachment_name()
                .map_or_else(|| unnamed(&of, &kind, number), |it| it.replace('\0', "")),
            content: part.contents().to_vec(),
        });
    }
    files
}

fn media_type(part: &MessagePart<'_>) -> (String, String) {
    let Some(given) = part.content_type() else {
        return ("application".to_owned(), "octet-stream".to_owned());
    };
    let kind = given.subtype().unwrap_or("octet-stream");
    (given.ctype().to_lowercase(), kind.to_lowercase())
}

fn unnamed(of: &str, kind: &str, number: usize) -> String {
    let known = EXTENSIONS.iter().find(|it| it.0 == kind);
    let extension = known.map_or(kind, |it| it.1);
    let is_plain = extension.bytes().all(|it| it.is_ascii_alphanumeric());
    let extension = if is_plain { extension } else { "bin" };
    format!("{of}-{number}.{extension}")
}
