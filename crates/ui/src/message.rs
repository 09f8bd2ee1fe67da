//! Every word the product says, by key, in the reader's language.
//!
//! The catalogues are Fluent files inside the binary: one folder per language in `messages`, one file per
//! room. A key that a language does not have is said in English; a key that nobody has is shown as itself,
//! so that it is seen. Labels of types and fields are data and do not come from here.

use foldhash::HashMap;
use std::sync::{Arc, LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::{CharacterDirection, LanguageIdentifier};

pub use fluent_bundle::FluentValue as Value;

/// Says one message: `text!(language, "list-selected", count = 3)`.
#[macro_export]
macro_rules! text {
    ($language:expr, $key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::message::message(
            $language,
            $key,
            &[$((stringify!($name), $crate::message::Value::from($value))),*],
        )
    };
}

/// Says the message `key` with its arguments filled in.
#[must_use]
pub fn message(language: &Language, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
    let mut known = language.catalogues.iter().filter_map(|at| {
        let catalogue = CATALOGUES.get(*at)?;
        let plain = catalogue.plain.get(key).cloned();
        plain.or_else(|| say(&catalogue.bundle, key, arguments))
    });
    known.next().unwrap_or_else(|| key.to_owned())
}

/// The language of a reader.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Language {
    identifier: LanguageIdentifier,
    tag: Arc<str>,
    /// Positions of the catalogues to look into: the same language and region, the same language, English.
    catalogues: Arc<[usize]>,
}

impl Language {
    /// Reads a tag such as `en` or `de-CH`; what is no tag becomes English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        tag.parse().map_or_else(|_| Self::default(), Self::new)
    }

    fn new(identifier: LanguageIdentifier) -> Self {
        let known = || CATALOGUES.iter().map(|it| &it.language).enumerate();
        let exact = known().filter(|it| *it.1 == identifier);
        let same = known().filter(|it| it.1.language == identifier.language);
        let mut catalogues: Vec<usize> = exact.chain(same).map(|it| it.0).collect();
        catalogues.push(0);
        catalogues.dedup();
        Self {
            catalogues: catalogues.into(),
            tag: identifier.to_string().into(),
            identifier,
        }
    }

    /// The tag for the `lang` attribute.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The value for the `dir` attribute.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        match self.identifier.character_direction() {
            CharacterDirection::RTL => "rtl",
            _ => "ltr",
        }
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::new("en".parse().unwrap_or_default())
    }
}

/// Tag and messages of each language, English first: it is what every other language falls back to.
const SOURCES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// Tags of the languages that there are catalogues of, English first.
pub fn languages() -> impl Iterator<Item = &'static str> {
    SOURCES.iter().map(|it| it.0)
}

static CATALOGUES: LazyLock<Vec<Catalogue>> = LazyLock::new(|| {
    let languages = SOURCES.iter().map(|(tag, source)| {
        let language = tag.parse::<LanguageIdentifier>().unwrap_or_default();
        let bundle = read(language.clone(), source);
        Catalogue {
            plain: plain(&bundle, source),
            language,
            bundle,
        }
    });
    languages.collect()
});

type Bundle = FluentBundle<FluentResource>;

/// The messages of one language.
struct Catalogue {
    language: LanguageIdentifier,
    bundle: Bundle,
    /// Messages that take no arguments, which is most of what a page says.
    plain: HashMap<String, String>,
}

fn plain(bundle: &Bundle, source: &str) -> HashMap<String, String> {
    let keys = source.lines().filter_map(|line| line.split_once(" ="));
    let words = keys.filter_map(|(key, _)| {
        let mut missing = Vec::new();
        let pattern = bundle.get_message(key)?.value()?;
        let words = bundle.format_pattern(pattern, None, &mut missing);
        missing
            .is_empty()
            .then(|| (key.to_owned(), words.into_owned()))
    });
    words.collect()
}

/// A line that cannot be read is left out; a test makes sure that there is none.
fn read(language: LanguageIdentifier, source: &str) -> Bundle {
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(whole) => whole,
        Err((readable, _)) => readable,
    };
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Pages isolate names and numbers with markup; invisible characters would end up in
    // mails, exports and clipboards.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

fn say(bundle: &Bundle, key: &str, arguments: &[(&str, Value<'_>)]) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let arguments: FluentArgs<'_> = arguments
        .iter()
        .map(|(name, value)| (*name, value.clone()))
        .collect();
    // A missing argument leaves its name in the sentence, which is better than no sentence.
    Some(
        bundle
            .format_pattern(pattern, Some(&arguments), &mut Vec::new())
            .into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn a_message_takes_its_arguments() {
        let english = Language::default();
        assert_eq!(text!(&english, "list-selected", count = 1), "1 selected");
        assert_eq!(
            text!(&english, "shell-account-of", name = "Jonas"),
            "Jonas, your account"
        );
    }

    #[test]
    fn an_unknown_language_reads_english_and_an_unknown_key_itself() {
        let other = Language::from_tag("nb-NO");
        assert_eq!(message(&other, "shell-skip", &[]), "Skip to content");
        assert_eq!(message(&other, "no-such-key", &[]), "no-such-key");
        assert_eq!(Language::from_tag("not a tag"), Language::default());
        assert_eq!(Language::from_tag("ar").direction(), "rtl");
    }

    #[test]
    fn every_catalogue_can_be_read() {
        for (language, source) in SOURCES {
            let problems = FluentResource::try_new((*source).to_owned())
                .err()
                .map(|(_, all)| all);
            assert!(problems.is_none(), "{language}: {problems:?}");
            let mut keys: Vec<&str> = keys(source).collect();
            keys.sort_unstable();
            let twice: Vec<_> = keys.windows(2).filter(|pair| pair[0] == pair[1]).collect();
            assert!(twice.is_empty(), "{language} says these twice: {twice:?}");
        }
    }

    /// Stands in the catalogue of a language that lacks nothing.
    const COMPLETE: &str = "### Complete: whatever English says is said here as well.";

    /// What a language says must be asked for, with what English is given. One that declares itself complete lacks
    /// nothing; any other says mails whole, as nobody who gets one can choose another language there.
    #[test]
    fn other_languages_say_what_english_says() {
        let arguments = |source: &'static str, key: &str| {
            let start = format!("{key} =");
            let line = source.lines().find(|it| it.starts_with(&start));
            let parts = line.unwrap_or_default().split("{ $").skip(1);
            let mut names: Vec<&str> = parts.filter_map(|it| it.split(' ').next()).collect();
            names.sort_unstable();
            names
        };
        let english = SOURCES[0].1;
        for (language, source) in &SOURCES[1..] {
            for key in keys(source) {
                let same = arguments(source, key) == arguments(english, key);
                assert!(
                    same && keys(english).any(|it| it == key),
                    "{language}: {key}"
                );
            }
            let complete = source.lines().any(|it| it == COMPLETE);
            let asked = keys(english).filter(|it| complete || it.starts_with("mail-"));
            let missing: Vec<&str> = asked
                .filter(|it| !keys(source).any(|key| key == *it))
                .collect();
            assert!(missing.is_empty(), "{language} lacks {missing:?}");
        }
    }

    /// Who looks for a word in another language finds it in the same room.
    #[test]
    fn every_key_stands_in_the_room_that_it_has_in_english() {
        let messages = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages");
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        for language in languages().skip(1) {
            for room in fs::read_dir(messages.join(language)).unwrap().flatten() {
                let words = read(&room.path());
                let english = read(&messages.join("en").join(room.file_name()));
                for key in keys(&words) {
                    let same = keys(&english).any(|it| it == key);
                    assert!(
                        same,
                        "{key} does not stand in en/{}",
                        room.file_name().display()
                    );
                }
            }
        }
    }

    /// Reads the sources of all crates, as a missing key would only show on the page.
    #[test]
    fn code_and_catalogue_know_the_same_keys() {
        let mut code = String::new();
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut code);
        let known: Vec<&str> = keys(SOURCES[0].1).collect();
        let missing: Vec<&str> = used(&code).filter(|key| !known.contains(key)).collect();
        assert!(missing.is_empty(), "not in messages/en: {missing:?}");
        let idle: Vec<&&str> = known
            .iter()
            .filter(|key| !is_composed(key) && !code.contains(&format!("\"{key}\"")))
            .collect();
        assert!(idle.is_empty(), "nobody says: {idle:?}");
    }

    /// Keys that code puts together from names of types, fields, states and kinds: their types stand in
    /// the folders of the practices.
    fn is_composed(key: &str) -> bool {
        let practices = Path::new(env!("CARGO_MANIFEST_DIR")).join("../practices/src");
        let types = fs::read_dir(practices).into_iter().flatten().flatten();
        let types = types
            .filter(|it| it.path().is_dir())
            .map(|it| it.file_name().to_string_lossy().replace('_', "-"));
        let of_type = |name: &str| {
            let rest = ["", "portal-", "area-"]
                .iter()
                .find_map(|before| key.strip_prefix(before)?.strip_prefix(name));
            rest.is_some_and(|it| it.is_empty() || it.starts_with('-'))
        };
        let of_kind = [
            "field-",
            "section-",
            "kind-",
            "link-kind-",
            "setting-",
            "action-",
            "access-",
            "job-state-",
            "mail-state-",
            "bulk-act-",
            "bulk-state-",
            "imports-state-",
            "imports-missing-",
        ]
        .iter()
        .any(|it| key.starts_with(it));
        of_kind || types.into_iter().any(|name| of_type(&name))
    }

    fn keys(source: &str) -> impl Iterator<Item = &str> {
        source
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key)
    }

    fn used(code: &str) -> impl Iterator<Item = &str> {
        code.split("text!(")
            .skip(1)
            .filter_map(|call| call.split('"').nth(1))
            .filter(|key| {
                key.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            })
    }

    fn collect(folder: &Path, code: &mut String) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, code);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                code.push_str(&fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
}
