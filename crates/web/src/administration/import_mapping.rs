//! Imports of files: what the columns of a file become, as somebody chose it in a page, and as a mapping says it.

use dictionary::{FieldDef, Kind, TypeDef, WrittenBy, spine};
use engine::Ctx;
use serde_json::{Value as Json, json};
use ui::label;
use ui::message::Language;

use super::imports::Content;

/// What others call the title of a record.
const TITLES: [&str; 5] = [
    "name",
    "subject",
    "summary",
    "shortdescription",
    "displayname",
];
/// What others call the parts of a person's name.
const FIRST_NAMES: [&str; 3] = ["firstname", "givenname", "forename"];
const LAST_NAMES: [&str; 3] = ["lastname", "familyname", "surname"];

/// What becomes of names of records that are not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The row is rejected.
    #[default]
    Reject,
    /// The field stays empty.
    Empty,
    /// The record is made, with its title.
    Create,
}

impl Missing {
    pub(crate) const ALL: [Self; 3] = [Self::Reject, Self::Empty, Self::Create];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Empty => "empty",
            Self::Create => "create",
        }
    }

    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What the columns of a file become, as somebody chose it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen {
    /// Field by column; columns that are not here are left out.
    pub(crate) fields: Vec<(String, String)>,
    /// The column whose text comes after a column's own, with a space between.
    pub(crate) then: Vec<(String, String)>,
    /// The column that tells one record from another.
    pub(crate) key: String,
    /// Name under which the keys are remembered.
    pub(crate) source: String,
    /// What becomes of names of records that are not there.
    pub(crate) missing: Missing,
}

impl Chosen {
    /// The column whose text comes after that one's.
    pub(crate) fn after(&self, column: &str) -> Option<&str> {
        let found = self.then.iter().find(|it| it.0 == column);
        found.map(|it| it.1.as_str())
    }

    fn uses(&self, column: &str) -> bool {
        let own = self.fields.iter().any(|it| it.0 == column);
        own || self.then.iter().any(|it| it.1 == column) || self.key == column
    }
}

/// Whether a column can be named in a text made of columns.
pub(crate) fn may_join(column: &str) -> bool {
    !column.is_empty() && !column.contains(['{', '}'])
}

/// The text of a column, and of the one that comes after it.
fn joined(column: &str, then: Option<&str>) -> String {
    match then {
        Some(then) => format!("{{{column}}} {{{then}}}"),
        None => format!("{{{column}}}"),
    }
}

/// The two columns of such a text.
fn parted(template: &str) -> Option<(&str, &str)> {
    let inner = template.strip_prefix('{')?.strip_suffix('}')?;
    let (first, second) = inner.split_once("} {")?;
    (may_join(first) && may_join(second)).then_some((first, second))
}

/// Fields of a type that a column may fill, with their names for people.
pub(crate) fn fillable<'a>(
    ctx: &Ctx,
    language: &Language,
    of: &'a TypeDef,
) -> Vec<(&'a FieldDef, String)> {
    let fields = of.fields.iter().filter(|it| may_fill(ctx, of, it));
    fields
        .map(|it| (it, label::label(language, &it.label)))
        .collect()
}

fn may_fill(ctx: &Ctx, of: &TypeDef, field: &FieldDef) -> bool {
    if field.name == spine::NUMBER {
        return of.number.is_some();
    }
    let may = |action: &str| {
        let mut grants = ctx.grants(&of.name, action);
        grants.any(|it| it.grant.write_fields.has(field))
    };
    let by_hand = !matches!(field.written_by, WrittenBy::Rules | WrittenBy::Transition);
    by_hand && (may("create") || may("update"))
}

/// Which field each column likely is, by its name.
pub(crate) fn guess(ctx: &Ctx, language: &Language, of: &TypeDef, content: &Content) -> Chosen {
    let fillable = fillable(ctx, language, of);
    let mut chosen = Chosen {
        source: source_of(&content.file.name),
        ..Chosen::default()
    };
    for (column, _) in &content.columns {
        let wanted = plain(column);
        let english = Language::default();
        let fits = |(field, words): &&(&FieldDef, String)| {
            plain(&field.name) == wanted
                || (field.name == spine::TITLE && TITLES.contains(&wanted.as_str()))
                || (field.name == "given_name" && FIRST_NAMES.contains(&wanted.as_str()))
                || (field.name == "family_name" && LAST_NAMES.contains(&wanted.as_str()))
                || plain(words) == wanted
                || plain(&label::label(&english, &field.label)) == wanted
        };
        let taken = |name: &str| chosen.fields.iter().any(|it| it.1 == name);
        let found = fillable.iter().find(fits).filter(|it| !taken(&it.0.name));
        if let Some((field, _)) = found {
            chosen.fields.push((column.clone(), field.name.clone()));
        }
    }
    join_names(&mut chosen, &fillable, content);
    let telling = [
        spine::NUMBER,
        "email",
        "serial_number",
        "name",
        spine::TITLE,
    ];
    let by_field = telling.iter().find_map(|field| {
        let found = chosen.fields.iter().find(|it| it.1 == *field);
        found.map(|it| it.0.clone())
    });
    let named = |it: &&(String, Vec<String>)| {
        matches!(
            plain(&it.0).as_str(),
            "id" | "key" | "uuid" | "externalid" | "sysid"
        )
    };
    let by_name = content.columns.iter().find(named);
    chosen.key = by_name
        .map(|it| it.0.clone())
        .or(by_field)
        .or_else(|| content.columns.first().map(|it| it.0.clone()))
        .unwrap_or_default();
    chosen
}

/// A name in two columns becomes one where no column is the name, and the type has no fields for the two.
fn join_names(chosen: &mut Chosen, fillable: &[(&FieldDef, String)], content: &Content) {
    let untaken = |names: &[&str]| {
        let mut columns = content.columns.iter().map(|it| &it.0);
        let found = columns.find(|it| names.contains(&plain(it).as_str()) && may_join(it));
        found.filter(|it| !chosen.uses(it)).cloned()
    };
    let has_title = chosen.fields.iter().any(|it| it.1 == spine::TITLE);
    let may = fillable.iter().any(|it| it.0.name == spine::TITLE);
    let (first, last) = (untaken(&FIRST_NAMES), untaken(&LAST_NAMES));
    if let (Some(first), Some(last), true, false) = (first, last, may, has_title) {
        chosen.fields.push((first.clone(), spine::TITLE.to_owned()));
        chosen.then.push((first, last));
    }
}

/// The sheet that a mapping reads.
pub(crate) fn sheet_of(mapping: &str) -> Option<String> {
    let mapping = flow::Mapping::parse(mapping).ok()?;
    mapping.file.sheet
}

/// What was chosen before, where the mapping says that and nothing else; one that was written by hand says more.
pub(crate) fn chosen_before(
    ctx: &Ctx,
    language: &Language,
    of: &TypeDef,
    content: &Content,
) -> Option<Chosen> {
    let known: Json = serde_json::from_str(content.mapping.as_deref()?).ok()?;
    let chosen = chosen_by(&known)?;
    (mapping(ctx, language, of, content, &chosen) == known).then_some(chosen)
}

fn chosen_by(mapping: &Json) -> Option<Chosen> {
    let mut then = Vec::new();
    let fields = mapping.get("field")?.as_array()?.iter().filter_map(|it| {
        let column = match it.get("template").and_then(Json::as_str) {
            Some(template) => {
                let (first, second) = parted(template)?;
                then.push((first.to_owned(), second.to_owned()));
                first
            }
            None => it.get("column")?.as_str()?,
        };
        Some((column.to_owned(), it.get("field")?.as_str()?.to_owned()))
    });
    let fields = fields.collect();
    let lookups = mapping.get("field")?.as_array()?.iter();
    let missing = lookups
        .filter_map(|it| it.get("lookup")?.get("otherwise")?.as_str())
        .find_map(Missing::of_code);
    Some(Chosen {
        fields,
        then,
        key: mapping.get("key")?.as_str()?.to_owned(),
        source: mapping.get("source")?.as_str()?.to_owned(),
        missing: missing.unwrap_or_default(),
    })
}

/// The type that a mapping fills.
pub(crate) fn type_of(mapping: &str) -> Option<String> {
    let mapping = flow::Mapping::parse(mapping).ok()?;
    Some(mapping.record_type)
}

/// The mapping that says what was chosen.
pub(crate) fn mapping(
    ctx: &Ctx,
    language: &Language,
    of: &TypeDef,
    content: &Content,
    chosen: &Chosen,
) -> Json {
    let left: Vec<&str> = content
        .columns
        .iter()
        .map(|it| it.0.as_str())
        .filter(|it| !chosen.uses(it))
        .collect();
    let fields = chosen.fields.iter().filter_map(|(column, name)| {
        let field = of.field(name)?;
        let samples = content.columns.iter().find(|it| it.0 == *column);
        let samples = samples.map_or(&[][..], |it| it.1.as_slice());
        let text = (column.as_str(), chosen.after(column));
        Some(filling(language, field, text, samples, chosen.missing))
    });
    let fields: Vec<Json> = fields.collect();
    json!({
        "source": chosen.source,
        "record_type": of.name,
        "key": chosen.key,
        "zone": ctx.zone.iana_name().unwrap_or("UTC"),
        "instant_formats": ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M"],
        "date_formats": ["%d.%m.%Y"],
        "ignore": left,
        "file": content.form,
        "field": fields,
    })
}

/// How one column, or two, fill a field.
fn filling(
    language: &Language,
    field: &FieldDef,
    (column, then): (&str, Option<&str>),
    samples: &[String],
    missing: Missing,
) -> Json {
    let mut filling = json!({ "field": field.name, "on_missing": "keep" });
    match then {
        Some(_) => filling["template"] = json!(joined(column, then)),
        None => filling["column"] = json!(column),
    }
    if !field.choices.is_empty() {
        // A file of ours has codes, that of others mostly names; where both are told, a code is meant.
        let choices = || field.choices.iter();
        let names = choices().map(|it| (label::label(language, &it.label), json!(it.code)));
        let codes = choices().map(|it| (it.code.clone(), json!(it.code)));
        let words = names.chain(codes).filter(|it| !it.0.is_empty());
        let words: serde_json::Map<String, Json> = words.collect();
        filling["values"] = Json::Object(words);
        filling["unknown"] = json!("reject");
    }
    if let Kind::Reference { .. } | Kind::References { .. } = &field.kind {
        let by = if samples.iter().any(|it| it.contains('@')) {
            "email"
        } else {
            spine::TITLE
        };
        let mut lookup = json!({ "by": by, "otherwise": missing.code() });
        if missing == Missing::Create {
            let text = joined(column, then);
            lookup["create"] = json!({ by: text });
            if by != spine::TITLE {
                lookup["create"][spine::TITLE] = json!(text);
            }
        }
        filling["lookup"] = lookup;
    }
    filling
}

/// A name for what a file's keys are remembered under: that of the file, without what changes from day to day.
fn source_of(name: &str) -> String {
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    let letters = stem.chars().map(|it| match it {
        it if it.is_alphabetic() => it,
        _ => ' ',
    });
    let words: String = letters.collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    match words.is_empty() {
        true => "file".to_owned(),
        false => words.join("-"),
    }
}

/// A name as it is compared: letters and digits alone, small.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|it| it.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
