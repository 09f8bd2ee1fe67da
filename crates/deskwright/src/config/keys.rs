//! Every key of the configuration with its default, its help and its reader.

use std::str::FromStr;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use mail::{Secret, Tls};

use super::{Config, LogFormat};

/// One key.
pub struct Key {
    /// Name in the file; `DESKWRIGHT_` and the name in capitals in the environment.
    pub name: &'static str,
    /// The default as one writes it; empty where there is none.
    pub default: &'static str,
    /// What it does, in whole sentences.
    pub help: &'static str,
    /// Reads it. The message says what would be right.
    pub set: fn(&mut Config, &str) -> Result<(), String>,
}

/// All keys, in the order in which people meet them.
pub const KEYS: [Key; 38] = [
    Key {
        name: "data",
        default: "./data",
        help: "Folder of the database and of files. It is made if it is missing.",
        set: |config, text| {
            config.data = text.into();
            Ok(())
        },
    },
    Key {
        name: "database",
        default: "",
        help: "The database: sqlite:path/to/file or postgres://user:password@host/name.\n\
               Without one, the file deskwright.sqlite3 in the data folder.",
        set: |config, text| {
            let known = ["sqlite:", "postgres://", "postgresql://"];
            config.database = Some(text.to_owned()).filter(|it| !it.is_empty());
            let fits = config
                .database
                .as_ref()
                .is_none_or(|it| known.iter().any(|known| it.starts_with(known)));
            if fits {
                Ok(())
            } else {
                Err("must begin with sqlite: or postgres://".to_owned())
            }
        },
    },
    Key {
        name: "connections",
        default: "8",
        help: "Most connections to PostgreSQL, each with a thread of its own.",
        set: |config, text| number(text, 1, 500).map(|it| config.connections = it),
    },
    Key {
        name: "readers",
        default: "4",
        help: "Most long reads (reports, counts, exports) at once.",
        set: |config, text| number(text, 1, 64).map(|it| config.readers = it),
    },
    Key {
        name: "listen",
        default: "127.0.0.1:8080",
        help: "Address and port on which the server listens. 0.0.0.0:8080 is reached from other machines.",
        set: |config, text| {
            parsed(text, "an address and a port such as 127.0.0.1:8080")
                .map(|it| config.listen = it)
        },
    },
    Key {
        name: "public_url",
        default: "",
        help: "The address that people type, for example https://desk.example.org. With https, cookies are\n\
               sent over https only. Without one, the address on which the server listens.",
        set: |config, text| public_url(text).map(|it| config.public_url = it),
    },
    Key {
        name: "trust_proxy",
        default: "false",
        help: "Whether X-Forwarded-For and X-Forwarded-Proto are believed. Only behind a proxy that sets them.",
        set: |config, text| boolean(text).map(|it| config.trust_proxy = it),
    },
    Key {
        name: "product",
        default: "Deskwright",
        help: "Name of this installation on pages.",
        set: |config, text| {
            config.product = text.to_owned();
            if text.trim().is_empty() {
                Err("a name".to_owned())
            } else {
                Ok(())
            }
        },
    },
    Key {
        name: "zone",
        default: "UTC",
        help: "Time zone of people who have not chosen one, for example Europe/Berlin.",
        set: |config, text| {
            let zone = TimeZone::get(text).map_err(|_| "a name such as Europe/Berlin".to_owned());
            zone.map(|it| config.zone = it)
        },
    },
    Key {
        name: "session_idle",
        default: "12h",
        help: "A session ends when it is not used that long.",
        set: |config, text| duration(text, 60).map(|it| config.session_idle = it),
    },
    Key {
        name: "session_lifetime",
        default: "168h",
        help: "A session ends after that long in any case.",
        set: |config, text| duration(text, 60).map(|it| config.session_lifetime = it),
    },
    Key {
        name: "request_limit",
        default: "10s",
        help: "Longest time for one request.",
        set: |config, text| duration(text, 1).map(|it| config.request_limit = it),
    },
    Key {
        name: "body_limit",
        default: "1048576",
        help: "Largest JSON or form body in bytes.",
        set: |config, text| number(text, 1_024, 64 * 1024 * 1024).map(|it| config.body_limit = it),
    },
    Key {
        name: "rate_limit",
        default: "300000",
        help: "Most requests a minute of one token or session; more are answered 429. 0 is no limit.",
        set: |config, text| number(text, 0, u32::MAX).map(|it| config.rate_limit = it),
    },
    Key {
        name: "rate_limit_unknown",
        default: "60000",
        help: "Most requests a minute of one address (of IPv6, one /64 network) without a known token or session.\n\
               0 is no limit. Behind a proxy it needs trust_proxy.",
        set: |config, text| number(text, 0, u32::MAX).map(|it| config.rate_limit_unknown = it),
    },
    Key {
        name: "metrics_token",
        default: "",
        help: "Token that /metrics asks for (Authorization: Bearer …). Without one, only this machine may read it.",
        set: |config, text| {
            config.metrics_token = Some(text.to_owned()).filter(|it| !it.is_empty());
            Ok(())
        },
    },
    Key {
        name: "log",
        default: "info",
        help: "What is logged: error, warn, info, debug, trace, or by part: warn,deskwright=debug.\n\
               deskwright::access=off leaves the access log out.",
        set: |config, text| {
            config.log = text.to_owned();
            log_filter(text)
        },
    },
    Key {
        name: "log_format",
        default: "plain",
        help: "How log lines look: plain for people, json for programs.",
        set: |config, text| {
            config.log_format = match text {
                "plain" => LogFormat::Plain,
                "json" => LogFormat::Json,
                _ => return Err("plain or json".to_owned()),
            };
            Ok(())
        },
    },
    Key {
        name: "jobs",
        default: "true",
        help: "Whether jobs run in this process. Of several processes on one PostgreSQL all may run them.",
        set: |config, text| boolean(text).map(|it| config.jobs = it),
    },
    Key {
        name: "mail_host",
        default: "",
        help: "Name of the mail server that takes our mails. Without one, no mail is sent.",
        set: |config, text| given(text, &mut config.mail.host),
    },
    Key {
        name: "mail_port",
        default: "587",
        help: "Its port: 587 for starttls, 465 for implicit, 25 inside a house.",
        set: |config, text| number(text, 1, 65_535).map(|it| config.mail.port = it),
    },
    Key {
        name: "mail_tls",
        default: "starttls",
        help: "How the connection is encrypted: starttls, implicit or none. Without encryption a password is only\n\
               sent to this machine.",
        set: |config, text| tls(text).map(|it| config.mail.tls = it),
    },
    Key {
        name: "mail_login",
        default: "",
        help: "Our name at the mail server, where it asks for one.",
        set: |config, text| given(text, &mut config.mail.login),
    },
    Key {
        name: "mail_password",
        default: "",
        help: "Our password there. It belongs into the environment or into mail_password_file rather than here.",
        set: |config, text| {
            config.mail.password = Some(Secret::new(text)).filter(|_| !text.is_empty());
            Ok(())
        },
    },
    Key {
        name: "mail_password_file",
        default: "",
        help: "A file with that password in its first line, read when the server starts.",
        set: |config, text| given(text, &mut config.mail.password_file),
    },
    Key {
        name: "mail_authority",
        default: "",
        help: "A file with certificates (PEM) that are trusted for mail servers besides those of the machine.",
        set: |config, text| given(text, &mut config.mail.authority),
    },
    Key {
        name: "mail_from",
        default: "",
        help: "The address that mails come from. Needed with mail_host.",
        set: |config, text| given(text, &mut config.mail.from),
    },
    Key {
        name: "mail_from_name",
        default: "",
        help: "The name that mails come from. Without one, the value of product.",
        set: |config, text| given(text, &mut config.mail.from_name),
    },
    Key {
        name: "mail_reply_to",
        default: "",
        help: "The address that answers go to. Without one, mail_from.",
        set: |config, text| given(text, &mut config.mail.reply_to),
    },
    Key {
        name: "mail_answers_are_read",
        default: "false",
        help: "Whether mails invite to answer them. Set it where somebody reads the mailbox that answers go to.",
        set: |config, text| boolean(text).map(|it| config.mail.answers_are_read = it),
    },
    Key {
        name: "mail_in_host",
        default: "",
        help: "Name of the mail server with the mailbox (IMAP) whose mails become requests and answers. Without one,\n\
               no mail is taken.",
        set: |config, text| given(text, &mut config.mail_in.host),
    },
    Key {
        name: "mail_in_port",
        default: "993",
        help: "Its port: 993 for implicit, 143 for starttls.",
        set: |config, text| number(text, 1, 65_535).map(|it| config.mail_in.port = it),
    },
    Key {
        name: "mail_in_tls",
        default: "implicit",
        help: "How the connection is encrypted: implicit, starttls or none.",
        set: |config, text| tls(text).map(|it| config.mail_in.tls = it),
    },
    Key {
        name: "mail_in_login",
        default: "",
        help: "Our name there. Without one, mail_login and its password.",
        set: |config, text| given(text, &mut config.mail_in.login),
    },
    Key {
        name: "mail_in_password",
        default: "",
        help: "Our password there. It belongs into the environment or into mail_in_password_file rather than here.",
        set: |config, text| {
            config.mail_in.password = Some(Secret::new(text)).filter(|_| !text.is_empty());
            Ok(())
        },
    },
    Key {
        name: "mail_in_password_file",
        default: "",
        help: "A file with that password in its first line, read when the server starts.",
        set: |config, text| given(text, &mut config.mail_in.password_file),
    },
    Key {
        name: "mail_in_folder",
        default: "INBOX",
        help: "The folder that is read. Mails stay in it and are marked as seen.",
        set: |config, text| given(text, &mut config.mail_in.folder),
    },
    Key {
        name: "mail_in_unknown_as",
        default: "",
        help: "E-mail address of the person in whose name mails of unknown senders are taken. Without one, they are\n\
               parked as dead jobs.",
        set: |config, text| given(text, &mut config.mail_in.unknown_as),
    },
];

/// A text that may be missing.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every key is set by a function that may refuse"
)]
fn given(text: &str, place: &mut Option<String>) -> Result<(), String> {
    *place = Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    Ok(())
}

fn tls(text: &str) -> Result<Tls, String> {
    match text {
        "none" => Ok(Tls::None),
        "starttls" => Ok(Tls::StartTls),
        "implicit" => Ok(Tls::Implicit),
        _ => Err("starttls, implicit or none".to_owned()),
    }
}

/// A word alone is taken for the name of a part by the library, and would silence all others.
fn log_filter(text: &str) -> Result<(), String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let of_part = |it: &&str| it.contains(['=', '[']) || it.starts_with("deskwright");
    let mut alone = text.split(',').map(str::trim).filter(|it| !of_part(it));
    let is_level = |it: &str| LEVELS.iter().any(|level| it.eq_ignore_ascii_case(level));
    if let Some(odd) = alone.find(|it| !is_level(it)) {
        let meant = match odd.to_ascii_lowercase().as_str() {
            "verbose" | "all" | "everything" | "fine" => Some("debug"),
            "quiet" | "silent" | "none" => Some("error"),
            odd => LEVELS
                .into_iter()
                .find(|it| strsim::jaro_winkler(odd, it) > 0.75),
        };
        let meant = meant.map_or_else(String::new, |it| format!("; did you mean {it:?}?"));
        return Err(format!(
            "one of {}, or by part: warn,deskwright=debug{meant}",
            LEVELS.join(", ")
        ));
    }
    let fits = tracing_subscriber::EnvFilter::from_str(text).map(|_| ());
    fits.map_err(|_| "a level such as info, or warn,deskwright=debug".to_owned())
}

fn parsed<T: FromStr>(text: &str, expected: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| expected.to_owned())
}

fn number<T>(text: &str, least: T, most: T) -> Result<T, String>
where
    T: FromStr + PartialOrd + std::fmt::Display,
{
    let number = text
        .trim()
        .parse()
        .ok()
        .filter(|it| (&least..=&most).contains(&it));
    number.ok_or_else(|| format!("a number from {least} to {most}"))
}

fn boolean(text: &str) -> Result<bool, String> {
    match text.trim() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err("true or false".to_owned()),
    }
}

fn duration(text: &str, least_seconds: u64) -> Result<Duration, String> {
    let expected =
        || format!("a length of time such as 30s, 15m or 12h, at least {least_seconds} s");
    let given: jiff::SignedDuration = text.trim().parse().map_err(|_| expected())?;
    let given = Duration::try_from(given).map_err(|_| expected())?;
    if given.as_secs() < least_seconds {
        Err(expected())
    } else {
        Ok(given)
    }
}

fn public_url(text: &str) -> Result<Option<Url>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let url = Url::parse(text)
        .ok()
        .filter(|it| matches!(it.scheme(), "http" | "https") && it.has_host());
    // Cookies and links are made for the root of a host.
    let url = url.filter(|it| it.path() == "/" && it.query().is_none());
    url.map(Some)
        .ok_or_else(|| "an address such as https://desk.example.org, without a path".to_owned())
}
