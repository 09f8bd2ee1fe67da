//! What stands at the head of a Markdown file: YAML between lines of `---`, or TOML between lines of `+++`.

use std::collections::BTreeMap;

use base::Message;
use saphyr::{Yaml, YamlLoader};
use saphyr_parser::Parser;

/// The members at the head of a file, as texts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head(BTreeMap<String, String>);

impl Head {
    /// The text of a member; nothing where it has none.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|it| !it.is_empty()).cloned()
    }

    /// Names of all members.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}

/// The head of a text, or why it cannot be read, and what follows it.
pub(super) fn split(text: &str) -> (Result<Head, Message>, &str) {
    for (fence, read) in [("---", yaml as fn(&str) -> _), ("+++", toml)] {
        let Some(rest) = text
            .strip_prefix(fence)
            .and_then(|it| it.strip_prefix('\n'))
        else {
            continue;
        };
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim_end() == fence {
                return (read(&rest[..at]), &rest[at + line.len()..]);
            }
            at += line.len();
        }
    }
    (Ok(Head::default()), text)
}

fn yaml(text: &str) -> Result<Head, Message> {
    let bad = || Message::new("row-head-unreadable");
    let mut loader = YamlLoader::<Yaml<'_>>::default();
    // Texts as they stand there: 1.10 is a version, and no number.
    loader.early_parse(false);
    Parser::new_from_str(text)
        .load(&mut loader, false)
        .map_err(|error| bad().with("problem", error))?;
    match loader.into_documents().into_iter().next() {
        None => Ok(Head::default()),
        Some(Yaml::Mapping(members)) => {
            let member =
                |(name, value): (Yaml<'_>, Yaml<'_>)| Some((plain(&name)?, plain(&value)?));
            Ok(Head(members.into_iter().filter_map(member).collect()))
        }
        Some(it) if it.is_null() => Ok(Head::default()),
        Some(_) => Err(bad().with("problem", "")),
    }
}

/// A value as a cell: texts as they are, lists as CSV writes them. What lies deeper has no column.
fn plain(value: &Yaml<'_>) -> Option<String> {
    match value {
        Yaml::Representation(text, style, _) => {
            let is_nothing =
                *style == saphyr::ScalarStyle::Plain && matches!(&**text, "~" | "null");
            Some(if is_nothing {
                String::new()
            } else {
                text.trim().to_owned()
            })
        }
        Yaml::Sequence(items) => {
            let texts: Vec<String> = items.iter().filter_map(plain).collect();
            Some(texts.join(", "))
        }
        Yaml::Tagged(_, inner) => plain(inner),
        _ => None,
    }
}

fn toml(text: &str) -> Result<Head, Message> {
    let bad = |error| Message::new("row-head-unreadable").with("problem", error);
    let table: toml::Table = toml::from_str(text).map_err(bad)?;
    let plain = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Array(items) => {
            let texts: Vec<&str> = items.iter().filter_map(toml::Value::as_str).collect();
            Some(texts.join(", "))
        }
        toml::Value::Table(_) => None,
        other => Some(other.to_string()),
    };
    let members = table.iter();
    let members = members.filter_map(|(name, value)| Some((name.clone(), plain(value)?)));
    Ok(Head(members.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Vec<(String, String)>, String) {
        let (head, body) = split(text);
        let head = head.map(|it| it.0.into_iter().collect());
        (head.unwrap_or_default(), body.to_owned())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn heads_of_both_kinds() {
        let yaml = "---\ntitle: 'One: two'\nversion: 1.10\ntags:\n- a\n- b\nnone: ~\nwords: >\n  long\n  line\n---\nBody\n---\nmore";
        let expected = [
            ("none", ""),
            ("tags", "a, b"),
            ("title", "One: two"),
            ("version", "1.10"),
            ("words", "long line"),
        ];
        assert_eq!(told(yaml), (pairs(&expected), "Body\n---\nmore".to_owned()));
        let toml = "+++\ntitle = \"One\"\nweight = 20\ntags = [\"a\", \"b\"]\n+++\nBody";
        let expected = [("tags", "a, b"), ("title", "One"), ("weight", "20")];
        assert_eq!(told(toml), (pairs(&expected), "Body".to_owned()));
    }

    #[test]
    fn what_is_no_head_is_text() {
        for text in ["Body", "--- \nBody", "---\nnever closed", "---", ""] {
            assert_eq!(told(text), (Vec::new(), text.to_owned()), "{text:?}");
        }
        assert_eq!(told("---\n---\nBody"), (Vec::new(), "Body".to_owned()));
    }

    #[test]
    fn a_head_that_cannot_be_read_is_told() {
        for text in ["---\na: [\n---\nBody", "---\n- a\n---\n", "+++\na =\n+++\n"] {
            assert!(split(text).0.is_err(), "{text:?}");
        }
    }
}
