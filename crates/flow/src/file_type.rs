//! What a file is: its name made harmless, its content recognised, both held against each other.
//!
//! Nothing that a client says about a file is believed; what its first bytes show wins, and a contradiction
//! is refused with both sides named.

use base::{Message, Refused, Result};
use engine::system::attachment::Types;

/// Longest name in characters.
const MOST_CHARS: usize = 200;
/// Content of which nothing is known.
const UNKNOWN: &str = "application/octet-stream";

/// What the first bytes of documents of old office suites, mails and installers show.
const COMPOUND: &str = "application/x-ole-storage";
const EXCEL: &str = "application/vnd.ms-excel";

/// Types whose first bytes look alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Own,
    Film,
    Ole,
    Text,
    Zip,
}

struct Known(&'static str, Family, &'static [&'static str]);

const KNOWN: [Known; 44] = [
    Known("image/png", Family::Own, &["png"]),
    Known("image/jpeg", Family::Own, &["jpg", "jpeg", "jfif"]),
    Known("image/gif", Family::Own, &["gif"]),
    Known("image/webp", Family::Own, &["webp"]),
    Known("image/bmp", Family::Own, &["bmp"]),
    Known("image/tiff", Family::Own, &["tif", "tiff"]),
    Known("image/heif", Family::Own, &["heic", "heif"]),
    Known("application/pdf", Family::Own, &["pdf"]),
    Known("application/gzip", Family::Own, &["gz", "tgz"]),
    Known("application/x-7z-compressed", Family::Own, &["7z"]),
    Known("application/vnd.rar", Family::Own, &["rar"]),
    Known("application/x-tar", Family::Own, &["tar"]),
    Known(
        "application/vnd.microsoft.portable-executable",
        Family::Own,
        &["exe", "dll", "scr", "sys"],
    ),
    Known("application/x-executable", Family::Own, &["elf", "so"]),
    Known("application/x-mach-binary", Family::Own, &["dylib"]),
    Known("audio/mpeg", Family::Own, &["mp3"]),
    Known("audio/x-wav", Family::Own, &["wav"]),
    Known("video/webm", Family::Own, &["webm"]),
    Known("video/mp4", Family::Film, &["mp4", "m4v"]),
    Known("video/quicktime", Family::Film, &["mov"]),
    Known("audio/m4a", Family::Film, &["m4a"]),
    Known("application/zip", Family::Zip, &["zip"]),
    Known(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Family::Zip,
        &["docx"],
    ),
    Known(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Family::Zip,
        &["xlsx"],
    ),
    Known(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Family::Zip,
        &["pptx"],
    ),
    Known(
        "application/vnd.oasis.opendocument.text",
        Family::Zip,
        &["odt"],
    ),
    Known(
        "application/vnd.oasis.opendocument.spreadsheet",
        Family::Zip,
        &["ods"],
    ),
    Known(
        "application/vnd.oasis.opendocument.presentation",
        Family::Zip,
        &["odp"],
    ),
    Known("application/java-archive", Family::Zip, &["jar"]),
    Known("application/epub+zip", Family::Zip, &["epub"]),
    Known("application/msword", Family::Ole, &["doc"]),
    Known("application/vnd.ms-excel", Family::Ole, &["xls"]),
    Known("application/vnd.ms-powerpoint", Family::Ole, &["ppt"]),
    Known("application/vnd.ms-outlook", Family::Ole, &["msg"]),
    Known(
        "text/plain",
        Family::Text,
        &[
            "txt", "log", "ini", "conf", "cfg", "yaml", "yml", "toml", "sql",
        ],
    ),
    Known("text/csv", Family::Text, &["csv", "tsv"]),
    Known("application/json", Family::Text, &["json", "jsonl", "har"]),
    Known("text/xml", Family::Text, &["xml", "xsd"]),
    Known("text/html", Family::Text, &["html", "htm"]),
    Known("image/svg+xml", Family::Text, &["svg"]),
    Known("text/markdown", Family::Text, &["md"]),
    Known("message/rfc822", Family::Text, &["eml"]),
    Known("text/calendar", Family::Text, &["ics"]),
    Known("text/x-shellscript", Family::Text, &["sh"]),
];

/// A name without folders, control characters and marks that turn the direction of writing.
///
/// # Errors
/// Refused where nothing is left.
pub fn clean_name(given: &str) -> Result<String, Refused> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |it: char| matches!(it, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept: String = last
        .chars()
        .filter(|it| !it.is_control() && !turns(*it))
        .collect();
    let kept = kept.trim().trim_end_matches('.');
    if kept.is_empty() {
        return Err(Refused::field(
            "name",
            Message::new("attachment-name-missing"),
        ));
    }
    // The end says what it is.
    let skipped = kept.chars().count().saturating_sub(MOST_CHARS);
    Ok(kept.chars().skip(skipped).collect())
}

/// The type of a file from its first bytes, held against its name, what the client says, and what is taken.
///
/// # Errors
/// Refused where these contradict each other, the file is empty, or its type is not taken.
pub fn recognise(
    name: &str,
    declared: &str,
    head: &[u8],
    types: &Types,
) -> Result<String, Refused> {
    let refuse = |message: Message| Refused::field("file", message.with("name", name));
    if head.is_empty() {
        return Err(refuse(Message::new("attachment-empty")));
    }
    let extension = name.rsplit_once('.').map(|it| it.1.to_ascii_lowercase());
    let extension = extension.unwrap_or_default();
    let declared = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let by_name = KNOWN.iter().find(|it| it.2.contains(&extension.as_str()));
    // Systems with an office suite name it as the type of every table of text.
    let declares_table = by_name.is_some_and(|it| it.0 == "text/csv") && declared == EXCEL;
    let by_word = of_media_type(&declared).filter(|_| !declares_table);
    // "BMW does not start" begins like a bitmap and is none.
    let is_words = by_name.is_some_and(|it| it.1 == Family::Text) && is_words(head);
    let found = infer::get(head)
        .map(|it| it.mime_type())
        .filter(|it| !is_words || it.starts_with("text/"));
    for (claim, key) in [
        (by_name, "attachment-not-as-named"),
        (by_word, "attachment-not-as-declared"),
    ] {
        if let Some(claim) = claim.filter(|it| !fits(it, found)) {
            let message = Message::new(key).with("claimed", claim.0);
            return Err(refuse(message.with("found", found.unwrap_or(UNKNOWN))));
        }
    }
    let known = by_name.or(by_word);
    let media_type = match (found, known) {
        (Some(found), Some(known)) if known.1 == Family::Own => found,
        (_, Some(known)) => known.0,
        (Some(found), None) => found,
        (None, None) => UNKNOWN,
    };
    let matches = |rule: &String| {
        let rule = rule.trim().to_ascii_lowercase();
        match (rule.strip_prefix('.'), rule.strip_suffix("/*")) {
            (Some(rule), _) => rule == extension,
            (None, Some(kind)) => media_type.split('/').next() == Some(kind),
            (None, None) => rule == media_type || Some(rule.as_str()) == found,
        }
    };
    if types.deny.iter().any(matches)
        || !(types.allow.is_empty() || types.allow.iter().any(matches))
    {
        return Err(refuse(
            Message::new("attachment-type-not-taken").with("type", media_type),
        ));
    }
    Ok(media_type.to_owned())
}

/// Whether these bytes are a text to read: UTF-8, perhaps cut within a character, without control characters.
fn is_words(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text
        .chars()
        .any(|it| it.is_control() && !it.is_whitespace())
}

fn of_media_type(media_type: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|it| it.0 == media_type)
}

fn fits(claim: &Known, found: Option<&str>) -> bool {
    match found {
        None => claim.1 == Family::Text,
        // Which of its kind a compound file is stands beyond its first bytes.
        Some(COMPOUND) => claim.1 == Family::Ole,
        Some(found) => {
            let alike = |it: &Known| it.1 != Family::Own && it.1 == claim.1;
            claim.0 == found || of_media_type(found).is_some_and(alike)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn names_lead_nowhere_and_say_what_they_are() {
        let names = [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\evil.png", "evil.png"),
            ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
        ];
        for (given, clean) in names {
            assert_eq!(clean_name(given).unwrap(), clean);
        }
        for empty in ["", "..", "/", "a/../", "\u{7}"] {
            assert!(clean_name(empty).is_err(), "{empty:?}");
        }
        let long = format!("{}.png", "x".repeat(500));
        let clean = clean_name(&long).unwrap();
        assert!(clean.ends_with(".png") && clean.chars().count() == MOST_CHARS);
    }

    #[test]
    fn content_wins_over_what_is_said_about_it() {
        let any = Types::default();
        let told = |name, declared, head| recognise(name, declared, head, &any);
        assert_eq!(told("a.png", "image/png", PNG).unwrap(), "image/png");
        assert_eq!(told("a", "", PNG).unwrap(), "image/png");
        assert_eq!(
            told("a.log", "text/plain", b"went wrong").unwrap(),
            "text/plain"
        );
        assert_eq!(told("a.bin", "", b"went wrong").unwrap(), UNKNOWN);
        assert_eq!(
            told("a.txt", "", b"BMW does not start").unwrap(),
            "text/plain"
        );
        let mut compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        compound.resize(8192, 0);
        for (name, media_type) in [
            ("a.doc", "application/msword"),
            ("a.xls", EXCEL),
            ("a.msg", "application/vnd.ms-outlook"),
        ] {
            assert_eq!(told(name, media_type, &compound).unwrap(), media_type);
        }
        assert!(told("a.pdf", "", &compound).is_err());
        assert_eq!(told("a.csv", EXCEL, b"a;b").unwrap(), "text/csv");
        for (name, declared, head) in [
            ("a.pdf", "", PNG),
            ("a.png", "", b"no picture".as_slice()),
            ("a.png", "application/pdf", PNG),
            ("a", "image/png", b"no picture"),
            ("a.txt", "", b"MZ\x90\0\x03\0\0\0"),
        ] {
            assert!(told(name, declared, head).is_err(), "{name} {declared}");
        }
    }

    #[test]
    fn rules_name_extensions_types_and_kinds() {
        let rules = |allow: &[&str], deny: &[&str]| Types {
            allow: allow.iter().map(|it| (*it).to_owned()).collect(),
            deny: deny.iter().map(|it| (*it).to_owned()).collect(),
        };
        let takes = |types: &Types, name, head| recognise(name, "", head, types).is_ok();
        assert!(!takes(&rules(&[], &[".PNG"]), "a.png", PNG));
        assert!(!takes(&rules(&[], &["image/*"]), "a.png", PNG));
        assert!(takes(&rules(&["image/png"], &[]), "a.png", PNG));
        assert!(!takes(&rules(&["image/png"], &[]), "a.txt", b"words"));
    }
}
