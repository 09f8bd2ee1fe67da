//! From a mapping to a plan: names become positions, all mistakes are found at once.

use std::sync::Arc;

use base::{Message, Problem, Refused, Result};
use dictionary::{Dictionary, FieldDef, Kind, TypeDef, Value, WrittenBy, spine};
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use super::{
    By, ConditionPlan, FieldPlan, FillingPlan, ID, LookupPlan, Origin, Plan, ReplayPlan, Shape,
    Target, Template,
};
use crate::convert::Times;
use crate::mapping::{FieldMapping, Filling, Lookup, Mapping, OneOrMany, Otherwise, Replay};

impl Plan {
    /// Checks a mapping against the dictionary.
    ///
    /// # Errors
    /// A refusal with everything that does not fit.
    pub fn new(mapping: &Mapping, dictionary: &Dictionary) -> Result<Self> {
        let unknown = || Message::new("mapping-unknown-type").with("type", &mapping.record_type);
        let record_type = dictionary
            .record_type(&mapping.record_type)
            .cloned()
            .ok_or_else(|| Refused::BadRequest(unknown()))?;
        let mut compiler = Compiler {
            mapping,
            dictionary,
            record_type,
            columns: Vec::new(),
            lookups: Vec::new(),
            problems: Vec::new(),
        };
        let times = compiler.times();
        let key = mapping
            .key
            .as_slice()
            .iter()
            .map(|it| compiler.cell(it))
            .collect();
        let replay = mapping.replay.as_ref().map(|it| compiler.replay(it));
        let mut fields: Vec<FieldPlan> = Vec::with_capacity(mapping.fields.len());
        for field in &mapping.fields {
            if fields.iter().any(|it| it.field.name == field.field) {
                compiler.problem(&field.field, Message::new("mapping-field-twice"));
            }
            fields.extend(compiler.field(field));
        }
        if !compiler.problems.is_empty() {
            return Err(Refused::Invalid(compiler.problems).into());
        }
        let shape = Shape {
            record_type: compiler.record_type,
            fields,
            foreign: Vec::new(),
        };
        Ok(Self {
            source: mapping.source.clone(),
            shapes: vec![shape],
            file: mapping.file.clone(),
            required: compiler.columns.len(),
            columns: compiler.columns,
            ignored: mapping.ignore.clone(),
            exported: None,
            key,
            missing: mapping.missing.clone(),
            times,
            replay,
        })
    }

    /// Whether rows are facts of the past.
    #[must_use]
    pub const fn replays(&self) -> bool {
        self.replay.is_some()
    }

    /// Whether a record has many rows, one per event.
    #[must_use]
    pub fn has_events(&self) -> bool {
        self.replay.as_ref().is_some_and(|it| it.events)
    }
}

struct Compiler<'m> {
    mapping: &'m Mapping,
    dictionary: &'m Dictionary,
    record_type: Arc<TypeDef>,
    columns: Vec<String>,
    lookups: Vec<Arc<LookupPlan>>,
    problems: Vec<Problem>,
}

impl Compiler<'_> {
    fn problem(&mut self, field: &str, message: Message) {
        self.problems.push(Problem {
            field: Some(field.to_owned()),
            message,
        });
    }

    fn cell(&mut self, column: &str) -> usize {
        cell_of(&mut self.columns, column)
    }

    fn times(&mut self) -> Times {
        let zone = self.mapping.zone.as_deref().and_then(|name| {
            let found = TimeZone::get(name).ok();
            if found.is_none() {
                self.problem(
                    "zone",
                    Message::new("mapping-unknown-zone").with("zone", name),
                );
            }
            found
        });
        Times {
            zone,
            instants: self.mapping.instant_formats.clone(),
            dates: self.mapping.date_formats.clone(),
        }
    }

    fn replay(&mut self, replay: &Replay) -> ReplayPlan {
        let at = self.cell(&replay.at);
        let actor = replay.actor.as_ref().map(|column| {
            let cell = self.cell(column);
            let lookup = replay.actor_lookup.clone().unwrap_or_default();
            let person = Kind::reference("person");
            (cell, self.lookup("replay.actor", &lookup, &person))
        });
        ReplayPlan {
            at,
            events: replay.events,
            actor,
        }
    }

    fn field(&mut self, mapping: &FieldMapping) -> Option<FieldPlan> {
        let name = mapping.field.as_str();
        let Some((target, field)) = self.target(name) else {
            let near = nearest(
                name,
                self.record_type.fields.iter().map(|it| it.name.as_str()),
            );
            self.problem(
                name,
                Message::new("mapping-unknown-field").with("near", near),
            );
            return None;
        };
        if target == Target::Field
            && self.mapping.replay.is_none()
            && field.written_by == WrittenBy::Rules
        {
            self.problem(name, Message::new("mapping-needs-replay"));
        }
        if mapping.end_value && mapping.only_when.is_none() {
            self.problem(name, Message::new("mapping-end-value-needs-condition"));
        }
        let (from, origin) = self.origin(mapping, &field)?;
        let only_when = mapping.only_when.iter().flat_map(OneOrMany::as_slice);
        let only_when = only_when
            .map(|it| ConditionPlan {
                cell: cell_of(&mut self.columns, &it.column),
                is: it.is.clone(),
                is_not: it.is_not.clone(),
            })
            .collect();
        let refers = matches!(field.kind, Kind::Reference { .. } | Kind::References { .. })
            && target == Target::Field;
        let lookup = match &mapping.lookup {
            Some(_) if !refers => {
                self.problem(name, Message::new("mapping-lookup-needs-reference"));
                None
            }
            Some(lookup) => Some(self.lookup(name, lookup, &field.kind)),
            None if refers && mapping.value.is_none() => {
                let by_id = Lookup {
                    by: Some(ID.to_owned()),
                    otherwise: Otherwise::Reject,
                    ..Lookup::default()
                };
                Some(self.lookup(name, &by_id, &field.kind))
            }
            None => None,
        };
        Some(FieldPlan {
            target,
            field,
            origin,
            from,
            without: mapping.without.clone(),
            cut_to: mapping.cut_to,
            values: mapping.values.clone(),
            unknown: mapping.unknown,
            on_missing: mapping.on_missing,
            only_when,
            end_value: mapping.end_value,
            lookup,
        })
    }

    fn target(&self, name: &str) -> Option<(Target, FieldDef)> {
        if name == ID {
            return Some((Target::Id, FieldDef::new(ID, Kind::Reference { to: None })));
        }
        let field = self.record_type.field(name)?.clone();
        Some((
            if name == spine::NUMBER {
                Target::Number
            } else {
                Target::Field
            },
            field,
        ))
    }

    fn origin(&mut self, mapping: &FieldMapping, field: &FieldDef) -> Option<(Origin, String)> {
        match (&mapping.column, &mapping.value, &mapping.template) {
            (Some(columns), None, None) => {
                let cells = columns
                    .as_slice()
                    .iter()
                    .map(|it| cell_of(&mut self.columns, it))
                    .collect();
                Some((Origin::Cells(cells), columns.as_slice().join(", ")))
            }
            (None, Some(json), None) => {
                let value = self.constant(&mapping.field, field, json)?;
                Some((Origin::Constant(value), json.to_string()))
            }
            (None, None, Some(text)) => {
                let template = self.template(&mapping.field, text)?;
                Some((Origin::Template(template), text.clone()))
            }
            _ => {
                self.problem(&mapping.field, Message::new("mapping-one-origin"));
                None
            }
        }
    }

    fn constant(&mut self, name: &str, field: &FieldDef, json: &Json) -> Option<Value> {
        field
            .from_json(json)
            .map_err(|message| self.problem(name, message))
            .ok()
    }

    fn template(&mut self, name: &str, text: &str) -> Option<Template> {
        Template::parse(text, |column| cell_of(&mut self.columns, column))
            .map_err(|message| self.problem(name, message))
            .ok()
    }

    fn lookup(&mut self, name: &str, lookup: &Lookup, kind: &Kind) -> Arc<LookupPlan> {
        let target = match kind {
            Kind::Reference { to } | Kind::References { to } => to.as_deref(),
            _ => None,
        };
        let type_name = lookup.record_type.as_deref().or(target);
        let record_type = type_name.and_then(|it| self.dictionary.record_type(it).cloned());
        let by = match lookup.by.as_deref() {
            Some(ID) => By::Id,
            Some(field) => By::Field(field.to_owned()),
            None => By::External(
                lookup
                    .source
                    .clone()
                    .unwrap_or_else(|| self.mapping.source.clone()),
            ),
        };
        if record_type.is_none() && by != By::Id {
            self.problem(
                name,
                Message::new("mapping-unknown-type").with("type", type_name.unwrap_or("-")),
            );
        }
        if let (By::Field(field), Some(of)) = (&by, &record_type)
            && !of.field(field).is_some_and(|it| it.kind.is_keyed_text())
        {
            self.problem(
                name,
                Message::new("mapping-lookup-field")
                    .with("field", field)
                    .with("type", &of.name),
            );
        }
        let key = lookup.key.as_ref().and_then(|it| self.template(name, it));
        let mut create = Vec::new();
        for (of, filling) in &lookup.create {
            let Some(field) = record_type.as_ref().and_then(|it| it.field(of)).cloned() else {
                self.problem(name, Message::new("mapping-unknown-field").with("near", of));
                continue;
            };
            let filling = match filling {
                Filling::Lookup(inner) => {
                    Some(FillingPlan::Lookup(self.lookup(name, inner, &field.kind)))
                }
                Filling::Value(Json::String(text)) if text.contains('{') => {
                    self.template(name, text).map(FillingPlan::Template)
                }
                Filling::Value(json) => {
                    self.constant(name, &field, json).map(FillingPlan::Constant)
                }
            };
            create.extend(filling.map(|it| (field, it)));
        }
        // Two ways to the same records share what they found.
        let same = |it: &&Arc<LookupPlan>| {
            it.by == by
                && it.record_type.as_ref().map(|of| &of.name)
                    == record_type.as_ref().map(|of| &of.name)
        };
        let position = self
            .lookups
            .iter()
            .find(same)
            .map_or(self.lookups.len(), |it| it.position);
        let plan = Arc::new(LookupPlan {
            position,
            record_type,
            by,
            key,
            otherwise: lookup.otherwise,
            create,
        });
        self.lookups.push(Arc::clone(&plan));
        plan
    }
}

pub(super) fn cell_of(columns: &mut Vec<String>, column: &str) -> usize {
    if let Some(position) = columns.iter().position(|it| it == column) {
        return position;
    }
    columns.push(column.to_owned());
    columns.len() - 1
}

/// The known name most like a mistyped one.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> &'n str {
    known
        .max_by(|one, other| {
            strsim::jaro_winkler(name, one).total_cmp(&strsim::jaro_winkler(name, other))
        })
        .unwrap_or("-")
}
