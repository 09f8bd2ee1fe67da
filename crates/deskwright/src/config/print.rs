//! The configuration as people read it: a commented file of all defaults, or the values in force.

use super::keys::KEYS;
use super::source::Origins;

/// A file with every key, its help and its default; every line is a comment, ready to be changed.
#[must_use]
pub fn print_defaults() -> String {
    let mut text = String::from(
        "# Configuration of Deskwright. Every key can also be set in the environment, as DESKWRIGHT_ and its name\n\
         # in capitals; flags win over the environment, the environment over this file.\n",
    );
    for key in &KEYS {
        let help = key.help.replace('\n', "\n# ");
        text += &format!("\n# {help}\n# {} = {}\n", key.name, literal(key.default));
    }
    text
}

/// The values in force with where each came from. Passwords and tokens are not shown.
#[must_use]
pub fn print_in_force(origins: &Origins) -> String {
    let mut text = String::new();
    for key in &KEYS {
        let Some((value, place)) = origins.get(key.name) else {
            continue;
        };
        let shown = match key.name {
            "metrics_token" | "mail_password" | "mail_in_password" if !value.is_empty() => {
                "…".to_owned()
            }
            "database" => without_password(value),
            _ => value.clone(),
        };
        text += &format!("{} = {}  # {place}\n", key.name, literal(&shown));
    }
    text
}

fn literal(text: &str) -> String {
    match text {
        "true" | "false" => text.to_owned(),
        _ if !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit()) => text.to_owned(),
        _ => format!("{text:?}"),
    }
}

fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) if parsed.password().is_some() => match parsed.set_password(Some("…")) {
            Ok(()) => parsed.to_string(),
            Err(()) => "…".to_owned(),
        },
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_defaults_is_a_comment_and_reads_back() {
        let text = print_defaults();
        assert!(
            text.lines().all(|it| it.is_empty() || it.starts_with("# ")),
            "{text}"
        );
        let lines = text
            .lines()
            .filter(|it| it.contains(" = ") && !it.ends_with('.'));
        let plain: String = lines
            .map(|it| format!("{}\n", it.trim_start_matches("# ")))
            .collect();
        let table: toml::Table = plain.parse().unwrap();
        assert_eq!(table.len(), KEYS.len());
    }

    #[test]
    fn passwords_are_not_shown() {
        let shown = without_password("postgres://desk:secret@db.example/desk");
        assert!(!shown.contains("secret"), "{shown}");
        let given = |value: &str| (value.to_owned(), "here".to_owned());
        let origins = Origins::from([
            ("mail_password", given("hunter2")),
            ("mail_login", given("desk")),
        ]);
        let shown = print_in_force(&origins);
        assert!(shown.contains("mail_login = \"desk\""), "{shown}");
        assert!(
            shown.contains("mail_password") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
