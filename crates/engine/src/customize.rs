//! What administrators add at run time: fields and whole types. Same path as built-ins, real columns.

use base::{Error, Message, Refused, Result};
use dictionary::{
    Audience, ChoiceDef, Dictionary, DictionaryError, FieldDef, FieldFlag, Kind, Label, Layout,
    Lifecycle, Phase, Section, StateDef, Transition, TypeDef, Value, WrittenBy,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Sql;

use crate::{Ctx, Engine, Unit, schema};

/// Area of administration that adding fields and types belongs to.
pub const AREA: &str = "types";

/// Definition of a custom field, as administrators send it and as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Name in API and filters.
    pub name: String,
    /// Language → label.
    pub label: BTreeMap<String, String>,
    /// Kind name: `text`, `integer`, `reference` …
    pub kind: String,
    /// Target type of references.
    #[serde(default)]
    pub to: Option<String>,
    /// Digits after the point of decimals.
    #[serde(default)]
    pub scale: Option<u8>,
    /// Most characters of texts.
    #[serde(default)]
    pub max: Option<usize>,
    /// Choices.
    #[serde(default)]
    pub choices: Vec<ChoiceSpec>,
    /// Field whose value limits the choices.
    #[serde(default)]
    pub depends_on: Option<String>,
    /// Whether every record must have a value.
    #[serde(default)]
    pub required: bool,
    /// Whether values are unique.
    #[serde(default)]
    pub unique: bool,
    /// Whether lists often filter by it.
    #[serde(default)]
    pub indexed: bool,
    /// Whether only people who work on the records see it.
    #[serde(default)]
    pub internal: bool,
    /// Language → a sentence under the field.
    #[serde(default)]
    pub help: BTreeMap<String, String>,
    /// Value of a new record where none is given, as the API or a form writes it.
    #[serde(default)]
    pub default: Option<serde_json::Value>,
    /// Column; filled in when the field is stored, and never shared with another field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub column: String,
}

/// A choice of a custom field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceSpec {
    /// Stored code.
    pub code: String,
    /// Language → label.
    pub label: BTreeMap<String, String>,
    /// Codes of the other field for which it is offered.
    #[serde(default)]
    pub when: Vec<String>,
}

/// Definition of a custom type, as administrators send it and as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeSpec {
    /// Name in API and filters.
    pub name: String,
    /// Language → name of one record.
    pub label: BTreeMap<String, String>,
    /// Language → name of many records.
    pub plural: BTreeMap<String, String>,
    /// Prefix of numbers, where records have numbers.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Spine fields that it shows besides title and stamps: `team`, `assignee`, `requester` …
    #[serde(default)]
    pub spine: Vec<String>,
    /// States; empty for a type without lifecycle.
    #[serde(default)]
    pub states: Vec<StateSpec>,
    /// Transitions between the states.
    #[serde(default)]
    pub transitions: Vec<TransitionSpec>,
    /// Fields.
    #[serde(default)]
    pub fields: Vec<FieldSpec>,
    /// Whether people comment on it.
    #[serde(default)]
    pub journal: bool,
    /// Table; filled in when the type is stored, and never shared with another type.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub table: String,
}

/// A state of a custom type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateSpec {
    /// Stored code.
    pub code: String,
    /// Language → label.
    pub label: BTreeMap<String, String>,
    /// Phase code.
    pub phase: String,
    /// Field → `required`, `read_only` or `hidden` while a record is in the state.
    #[serde(default)]
    pub flags: BTreeMap<String, FieldFlag>,
}

/// A transition of a custom type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransitionSpec {
    /// Name in API and grants.
    pub name: String,
    /// Language → label.
    pub label: BTreeMap<String, String>,
    /// States it starts from.
    pub from: Vec<String>,
    /// State it leads to.
    pub to: String,
    /// Fields that need a value.
    #[serde(default)]
    pub needs: Vec<String>,
}

impl Engine {
    /// Adds a field to a type: columns first, then the dictionary of all processes.
    ///
    /// # Errors
    /// Forbidden without the right; invalid where name, kind, choices or target do not fit.
    pub fn add_field(
        self: &Arc<Self>,
        ctx: &Ctx,
        record_type: &str,
        spec: FieldSpec,
    ) -> Result<()> {
        self.add_field_and(ctx, record_type, spec, |_| Ok(()))
    }

    /// As [`Engine::add_field`], with something else in the same transaction.
    ///
    /// # Errors
    /// As [`Engine::add_field`], and those of what is done besides.
    pub fn add_field_and(
        self: &Arc<Self>,
        ctx: &Ctx,
        record_type: &str,
        mut spec: FieldSpec,
        also: impl Fn(&mut Unit<'_, '_>) -> Result<()> + Send + Sync + 'static,
    ) -> Result<()> {
        ctx.require_area(AREA)?;
        let snapshot = self.reload(ctx.tenant)?;
        let position = snapshot
            .dictionary
            .record_type(record_type)
            .map_or(0, |it| it.fields.len());
        spec.column = self.stored_name(&spec.name);
        let field = field_def(&spec).map_err(|message| Refused::field("kind", message))?;
        default_of(&field, &spec).map_err(|message| Refused::field("default", message))?;
        let next = snapshot
            .dictionary
            .with_field(record_type, field)
            .map_err(refusal)?;
        schema::apply_dictionary(&self.store, &next)?;
        let insert = Sql::new("INSERT INTO custom_field (tenant, record_type, name, position, definition) VALUES (?, ?, ?, ?, ?)")
            .bind(ctx.tenant)
            .bind(record_type)
            .bind(spec.name.as_str())
            .bind(i64::try_from(position).unwrap_or(i64::MAX))
            .bind(to_json(&spec)?);
        self.store_definition(ctx, insert, also)
    }

    /// Adds a type: its table first, then the dictionary of all processes.
    ///
    /// # Errors
    /// As [`Engine::add_field`].
    pub fn add_type(self: &Arc<Self>, ctx: &Ctx, spec: TypeSpec) -> Result<()> {
        self.add_type_and(ctx, spec, |_| Ok(()))
    }

    /// As [`Engine::add_type`], with something else in the same transaction.
    ///
    /// # Errors
    /// As [`Engine::add_field_and`].
    pub fn add_type_and(
        self: &Arc<Self>,
        ctx: &Ctx,
        mut spec: TypeSpec,
        also: impl Fn(&mut Unit<'_, '_>) -> Result<()> + Send + Sync + 'static,
    ) -> Result<()> {
        ctx.require_area(AREA)?;
        spec.table = self.stored_name(&spec.name);
        for field in &mut spec.fields {
            field.column = self.stored_name(&field.name);
        }
        let declared = type_def(&spec).map_err(|message| Refused::field("fields", message))?;
        for (field, spec) in spec
            .fields
            .iter()
            .filter_map(|it| Some((declared.field(&it.name)?, it)))
        {
            default_of(field, spec).map_err(|message| Refused::field("fields", message))?;
        }
        let next = self
            .reload(ctx.tenant)?
            .dictionary
            .with_types([declared])
            .map_err(refusal)?;
        schema::apply_dictionary(&self.store, &next)?;
        let insert =
            Sql::new("INSERT INTO custom_type (tenant, name, definition) VALUES (?, ?, ?)")
                .bind(ctx.tenant)
                .bind(spec.name.as_str())
                .bind(to_json(&spec)?);
        self.store_definition(ctx, insert, also)
    }

    fn store_definition(
        self: &Arc<Self>,
        ctx: &Ctx,
        insert: Sql,
        also: impl Fn(&mut Unit<'_, '_>) -> Result<()> + Send + Sync + 'static,
    ) -> Result<()> {
        let bump = Sql::new("UPDATE meta SET number = number + 1 WHERE name = 'version'");
        let definition = [insert, bump];
        self.write_blocking(ctx, move |unit| {
            unit.tx.batch(&definition)?;
            also(unit)
        })?;
        self.reload(ctx.tenant).map(|_| ())
    }

    /// Name of a table or column, which clashes neither with built-in ones of later releases nor with what
    /// another tenant calls the same.
    fn stored_name(&self, name: &str) -> String {
        let mut own = [0; 4];
        self.ids.fill(&mut own);
        format!("x_{name}_{}", hex::encode(own))
    }
}

/// The built-in dictionary with stored types and fields added.
pub(crate) fn extend(
    built_in: &Dictionary,
    types: &[String],
    fields: &[(String, String)],
) -> Result<Dictionary> {
    let unreadable = |error| Error::failed("a stored definition cannot be read", error);
    let misfit =
        |message: Message| Error::failed("a stored definition does not fit", message.to_string());
    let declared = types.iter().map(|json| {
        let spec: TypeSpec = serde_json::from_str(json).map_err(unreadable)?;
        type_def(&spec).map_err(misfit)
    });
    let declared = declared.collect::<Result<Vec<_>>>()?;
    // All at once: one may refer to another that comes later in the order of names.
    let mut dictionary = built_in
        .with_types(declared)
        .map_err(|error| Error::failed("a custom type does not fit", error))?;
    for (record_type, json) in fields {
        let spec: FieldSpec = serde_json::from_str(json).map_err(unreadable)?;
        let field = field_def(&spec).map_err(misfit)?;
        dictionary = dictionary
            .with_field(record_type, field)
            .map_err(|error| Error::failed("a custom field does not fit", error))?;
    }
    Ok(dictionary)
}

fn to_json<T: Serialize>(spec: &T) -> Result<String> {
    serde_json::to_string(spec)
        .map_err(|error| Error::failed("a definition could not be written", error))
}

fn refusal(error: DictionaryError) -> Error {
    Refused::field(
        "name",
        Message::new("definition-refused").with("because", error),
    )
    .into()
}

pub(crate) fn label(texts: &BTreeMap<String, String>) -> Label {
    Label {
        key: String::new(),
        texts: texts.clone(),
    }
}

fn field_def(spec: &FieldSpec) -> Result<FieldDef, Message> {
    let kind = match spec.kind.as_str() {
        "text" => Kind::Text {
            max: spec.max.unwrap_or(255).clamp(1, 4_000),
        },
        "long_text" => Kind::LongText,
        "integer" => Kind::Integer,
        "decimal" => Kind::Decimal {
            scale: spec.scale.unwrap_or(2).min(6),
        },
        "money" => Kind::Money,
        "boolean" => Kind::Boolean,
        "date" => Kind::Date,
        "instant" => Kind::Instant,
        "duration" => Kind::Duration,
        "choice" => Kind::Choice,
        "multi_choice" => Kind::MultiChoice,
        "reference" => Kind::Reference {
            to: spec.to.clone(),
        },
        "reference_list" => Kind::References {
            to: spec.to.clone(),
        },
        "email" => Kind::Email,
        "url" => Kind::Url,
        "json" => Kind::Json,
        other => return Err(Message::new("definition-unknown-kind").with("kind", other)),
    };
    let mut field = FieldDef::new(&spec.name, kind);
    field.label = label(&spec.label);
    field.choices = spec
        .choices
        .iter()
        .map(|it| ChoiceDef {
            code: it.code.clone(),
            label: label(&it.label),
            when: it.when.clone(),
            active: true,
        })
        .collect();
    field.depends_on = spec.depends_on.clone();
    field.required = spec.required;
    field.unique = spec.unique;
    field.indexed = spec.indexed;
    field.audience = if spec.internal {
        Audience::Internal
    } else {
        Audience::Public
    };
    field.written_by = WrittenBy::People;
    field.column = spec.column.clone();
    field.custom = true;
    field.help = (!spec.help.is_empty()).then(|| label(&spec.help));
    // Checked before it was stored; one that no longer fits is none.
    field.default = default_of(&field, spec).unwrap_or_default();
    Ok(field)
}

/// The default as a value of the field.
fn default_of(field: &FieldDef, spec: &FieldSpec) -> Result<Option<Value>, Message> {
    let value = match &spec.default {
        None => return Ok(None),
        Some(serde_json::Value::String(text)) => field.from_text(text)?,
        Some(json) => field.from_json(json)?,
    };
    let chosen = match &value {
        Value::Choice(code) => std::slice::from_ref(code),
        Value::Choices(codes) => codes,
        _ => &[],
    };
    match chosen.iter().find(|it| field.choice(it).is_none()) {
        Some(code) => Err(Message::new("default-no-choice").with("code", code)),
        None => Ok(Some(value).filter(|it| !it.is_null())),
    }
}

fn type_def(spec: &TypeSpec) -> Result<TypeDef, Message> {
    let mut declared = TypeDef::new(&spec.name);
    declared.table.clone_from(&spec.table);
    declared.label = label(&spec.label);
    declared.plural = label(&spec.plural);
    declared.custom = true;
    declared.journal = spec.journal;
    if let Some(prefix) = &spec.prefix {
        declared = declared.numbered(prefix, 7);
    }
    let shown: Vec<&str> = spec.spine.iter().map(String::as_str).collect();
    declared = declared.with_spine(&shown);
    if let Some(first) = spec.states.first() {
        declared = declared.with_lifecycle(Lifecycle {
            states: spec
                .states
                .iter()
                .map(state_def)
                .collect::<Result<_, _>>()?,
            initial: first.code.clone(),
            transitions: spec.transitions.iter().map(transition_def).collect(),
        });
    }
    let fields = spec
        .fields
        .iter()
        .map(field_def)
        .collect::<Result<Vec<_>, _>>()?;
    declared = declared.with_fields(fields);
    let shown: Vec<String> = declared.fields.iter().map(|it| it.name.clone()).collect();
    declared.layout = Layout {
        list: shown
            .iter()
            .filter(|it| *it != "version" && *it != "created_at")
            .cloned()
            .collect(),
        form: vec![Section {
            label: Label::built_in("section-details"),
            fields: shown,
        }],
        create: Vec::new(),
    };
    Ok(declared)
}

/// A state from its definition.
pub(crate) fn state_def(spec: &StateSpec) -> Result<StateDef, Message> {
    let state = StateDef::new(&spec.code, label(&spec.label), phase(&spec.phase)?);
    let flags = spec.flags.clone();
    Ok(StateDef { flags, ..state })
}

/// A transition from its definition.
pub(crate) fn transition_def(spec: &TransitionSpec) -> Transition {
    Transition {
        name: spec.name.clone(),
        label: label(&spec.label),
        from: spec.from.clone(),
        to: spec.to.clone(),
        needs: spec.needs.clone(),
        asks: Vec::new(),
        needs_comment: false,
    }
}

fn phase(code: &str) -> Result<Phase, Message> {
    let unknown = || Message::new("definition-unknown-phase").with("phase", code);
    let mut all = Phase::ALL.into_iter();
    all.find(|it| it.code() == code).ok_or_else(unknown)
}
