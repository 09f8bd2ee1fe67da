//! Where values come from: defaults, the file, the environment, flags, in this order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use jiff::tz::TimeZone;

use super::keys::{KEYS, Key};
use super::{Config, LogFormat, MailInKeys, MailKeys};

/// Prefix of keys in the environment.
const PREFIX: &str = "DESKWRIGHT_";
/// Names with the prefix that belong to the tools that build and test the product, not to this program.
const OF_TOOLS: [&str; 4] = ["FRONTEND_DIST", "BINARY", "CHROMIUM", "TEST_"];
/// The file that is read where none is named.
const FILE: &str = "deskwright.toml";

/// Where a value came from.
pub type Origins = BTreeMap<&'static str, (String, String)>;

/// Reads the configuration. Returns with it where each value came from.
///
/// # Errors
/// What cannot be read, by name, with what would be right.
pub fn load(file: Option<&Path>, flags: &[(String, String)]) -> Result<(Config, Origins)> {
    let (mut config, mut origins) = (blank(), Origins::new());
    for key in &KEYS {
        set(&mut config, &mut origins, key, key.default, "default")?;
    }
    if let Some(path) = file
        .map(Path::to_owned)
        .or_else(|| Some(PathBuf::from(FILE)).filter(|it| it.exists()))
    {
        for (name, value) in read_file(&path)? {
            let place = path.display().to_string();
            set(
                &mut config,
                &mut origins,
                find(&name, &place)?,
                &value,
                &place,
            )?;
        }
    }
    for (name, value) in std::env::vars() {
        let Some(name) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if OF_TOOLS.iter().any(|it| name.starts_with(it)) {
            continue;
        }
        let place = format!("{PREFIX}{name}");
        let key = find(&name.to_ascii_lowercase(), "the environment")?;
        set(&mut config, &mut origins, key, &value, &place)?;
    }
    for (name, value) in flags {
        set(
            &mut config,
            &mut origins,
            find(name, "the command line")?,
            value,
            "command line",
        )?;
    }
    Ok((config, origins))
}

fn set(
    config: &mut Config,
    origins: &mut Origins,
    key: &Key,
    text: &str,
    place: &str,
) -> Result<()> {
    if let Err(expected) = (key.set)(config, text) {
        bail!("{} in {place} is {text:?}; expected: {expected}", key.name);
    }
    origins.insert(key.name, (text.to_owned(), place.to_owned()));
    Ok(())
}

fn find(name: &str, place: &str) -> Result<&'static Key> {
    if let Some(key) = KEYS.iter().find(|it| it.name == name) {
        return Ok(key);
    }
    let rated = KEYS
        .iter()
        .map(|it| (strsim::jaro_winkler(name, it.name), it.name));
    let meant = rated
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .filter(|(likeness, _)| *likeness > 0.75);
    match meant {
        Some((_, meant)) => {
            bail!("{place} names {name:?}, which is no key; did you mean {meant:?}?")
        }
        None => {
            bail!("{place} names {name:?}, which is no key; `deskwright config` lists all keys")
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<(String, String)>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{} is not valid TOML", path.display()))?;
    let pairs = table.into_iter().map(|(name, value)| match value {
        toml::Value::String(text) => Ok((name, text)),
        toml::Value::Integer(number) => Ok((name, number.to_string())),
        toml::Value::Boolean(it) => Ok((name, it.to_string())),
        _ => bail!(
            "{} in {} must be a text, a number, true or false",
            name,
            path.display()
        ),
    });
    pairs.collect()
}

/// A configuration to be filled: every key's default is set before anybody looks.
fn blank() -> Config {
    Config {
        data: PathBuf::new(),
        database: None,
        connections: 1,
        readers: 1,
        listen: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        public_url: None,
        trust_proxy: false,
        product: String::new(),
        zone: TimeZone::UTC,
        session_idle: Duration::ZERO,
        session_lifetime: Duration::ZERO,
        request_limit: Duration::ZERO,
        body_limit: 0,
        rate_limit: 0,
        rate_limit_unknown: 0,
        metrics_token: None,
        log: String::new(),
        log_format: LogFormat::Plain,
        jobs: true,
        mail: MailKeys::default(),
        mail_in: MailInKeys::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> Result<Config> {
        let folder = std::env::temp_dir().join(format!("deskwright-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let name = format!(
            "{:x}.toml",
            text.bytes()
                .fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte))
        );
        let path = folder.join(name);
        std::fs::write(&path, text)?;
        load(Some(&path), &[("log".to_owned(), "warn".to_owned())]).map(|(config, _)| config)
    }

    #[test]
    fn the_file_wins_over_defaults_and_flags_over_the_file() {
        let config = from_file(
            "listen = \"0.0.0.0:9000\"\nreaders = 2\ntrust_proxy = true\nlog = \"debug\"\n",
        )
        .unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!((config.readers, config.trust_proxy), (2, true));
        assert_eq!(config.log, "warn");
        assert_eq!(config.session_idle, Duration::from_secs(12 * 3_600));
        assert!(config.database_url().ends_with("deskwright.sqlite3"));
    }

    #[test]
    fn an_unknown_key_is_refused_with_what_was_meant() {
        let refused = from_file("databse = \"sqlite:x\"\n")
            .unwrap_err()
            .to_string();
        assert!(refused.contains("did you mean \"database\""), "{refused}");
        let refused = from_file("zzz = 1\n").unwrap_err().to_string();
        assert!(refused.contains("deskwright config"), "{refused}");
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_would_be_right() {
        for (text, expected) in [
            ("listen = \"here\"", "an address and a port"),
            ("session_idle = \"1s\"", "at least 60 s"),
            ("database = \"mysql://x\"", "sqlite: or postgres://"),
            ("public_url = \"https://x.example/desk\"", "without a path"),
            ("log_format = \"xml\"", "plain or json"),
            ("log = \"verbose\"", "did you mean \"debug\"?"),
            ("log = \"wran\"", "did you mean \"warn\"?"),
            ("log = \"info,chatty\"", "one of off, error, warn"),
            ("readers = [1]", "a text, a number"),
            ("mail_port = 70000", "a number from 1 to 65535"),
            ("mail_tls = \"ssl\"", "starttls, implicit or none"),
        ] {
            let refused = from_file(text).unwrap_err().to_string();
            assert!(refused.contains(expected), "{text}: {refused}");
        }
    }
}
