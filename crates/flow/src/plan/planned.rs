//! One row as a change that waits for the records it refers to.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Message, Problem, Timestamp, Uuid};
use dictionary::{TypeDef, Value};

use super::{FieldPlan, LookupPlan, OnMissing, Origin, Plan, PlannedStep, Shape, Target, Unknown};
use crate::convert;
use crate::mapping::Otherwise;
use crate::plan::FillingPlan;
use crate::report::Tally;
use crate::source::SourceRow;

/// A record that a row refers to, by the key that finds it.
#[derive(Debug)]
pub struct Reference {
    /// How it is found.
    pub lookup: Arc<LookupPlan>,
    /// The key.
    pub key: String,
    /// Fields for the case that it is made.
    pub create: Vec<(String, Planned)>,
}

impl Reference {
    /// What the record is remembered by.
    #[must_use]
    pub fn identity(&self) -> (usize, String) {
        (self.lookup.position, self.key.clone())
    }
}

/// What a reference led to.
#[derive(Clone, Debug)]
pub enum Found {
    /// The record.
    Record(Uuid),
    /// No record, and the field stays empty.
    Empty,
    /// No record, and the row is rejected.
    Rejected(Message),
}

/// A value that may wait for another record.
#[derive(Clone, Debug)]
pub enum Planned {
    /// A value.
    Value(Value),
    /// One record.
    One(Arc<Reference>),
    /// Several records.
    Several(Vec<Arc<Reference>>),
}

/// A field's new value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name of the field.
    pub field: String,
    /// The value.
    pub value: Planned,
}

/// A row on its way to the door.
#[derive(Clone, Debug)]
pub struct PlannedRow {
    /// Line in the file.
    pub line: u64,
    /// The type that it becomes.
    pub record_type: Arc<TypeDef>,
    /// Key of the record in the source.
    pub key: String,
    /// Which event of the record it is, from 1.
    pub position: i64,
    /// When it was true.
    pub at: Option<Timestamp>,
    /// Who did it.
    pub actor: Option<Arc<Reference>>,
    /// The id that a new record shall have.
    pub id: Option<Uuid>,
    /// The number that a new record shall have.
    pub number: Option<String>,
    /// New values.
    pub set: Vec<Entry>,
    /// What stands beside the record.
    pub steps: Vec<PlannedStep>,
}

impl PlannedRow {
    /// All records that the row refers to, those that others need first.
    #[must_use]
    pub fn references(&self) -> Vec<Arc<Reference>> {
        let mut all = Vec::new();
        if let Some(actor) = &self.actor {
            collect(actor, &mut all);
        }
        for entry in &self.set {
            collect_planned(&entry.value, &mut all);
        }
        all.extend(self.steps.iter().filter_map(|it| it.end.clone()));
        all
    }
}

fn collect(reference: &Arc<Reference>, all: &mut Vec<Arc<Reference>>) {
    for (_, value) in &reference.create {
        collect_planned(value, all);
    }
    all.push(Arc::clone(reference));
}

fn collect_planned(planned: &Planned, all: &mut Vec<Arc<Reference>>) {
    match planned {
        Planned::Value(_) => {}
        Planned::One(reference) => collect(reference, all),
        Planned::Several(references) => references.iter().for_each(|it| collect(it, all)),
    }
}

impl Planned {
    /// The value, now that references are found.
    ///
    /// # Errors
    /// Why the row is rejected.
    pub fn resolve(&self, found: &HashMap<(usize, String), Found>) -> Result<Value, Message> {
        let one = |reference: &Reference| match found.get(&reference.identity()) {
            Some(Found::Record(id)) => Ok(Value::Reference(*id)),
            Some(Found::Rejected(reason)) => Err(reason.clone()),
            Some(Found::Empty) | None => Ok(Value::Null),
        };
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::One(reference) => one(reference),
            Self::Several(references) => {
                let mut ids = Vec::with_capacity(references.len());
                for reference in references {
                    ids.extend(one(reference)?.as_reference());
                }
                ids.sort_unstable();
                ids.dedup();
                Ok(if ids.is_empty() {
                    Value::Null
                } else {
                    Value::References(ids)
                })
            }
        }
    }
}

impl Plan {
    /// What the row becomes, and what of it is counted.
    ///
    /// # Errors
    /// Why the row is rejected.
    pub fn plan_row(&self, row: &SourceRow, tally: &mut Tally) -> Result<PlannedRow, Problem> {
        let whole = |message| Problem {
            field: None,
            message,
        };
        let key = self.key_of(row).map_err(whole)?;
        let shape = self.shape_of(row).map_err(whole)?;
        let (at, actor) = self.moment_of(row).map_err(whole)?;
        let mut planned = PlannedRow {
            line: row.line,
            record_type: Arc::clone(&shape.record_type),
            key,
            position: 1,
            at,
            actor,
            id: None,
            number: None,
            set: Vec::new(),
            steps: self.steps(row)?,
        };
        let told = |it: &&usize| row.cells.get(**it).is_some_and(Option::is_some);
        for cell in shape.foreign.iter().filter(told) {
            let name = shape.record_type.name.clone();
            tally.foreign.insert((name, self.columns[*cell].clone()));
        }
        for field in &shape.fields {
            let refused = |message| Problem {
                field: Some(field.field.name.clone()),
                message,
            };
            let Some(value) = self.value_of(field, row, at, tally).map_err(refused)? else {
                continue;
            };
            match (field.target, &value) {
                (Target::Id, Planned::Value(Value::Reference(id))) => planned.id = Some(*id),
                (Target::Number, Planned::Value(Value::Text(number))) => {
                    planned.number = Some(number.clone())
                }
                (Target::Field, _) => planned.set.push(Entry {
                    field: field.field.name.clone(),
                    value,
                }),
                _ => {}
            }
        }
        Ok(planned)
    }

    /// Whether the row is no record but a definition, which was looked at before.
    #[must_use]
    pub fn is_definition(&self, row: &SourceRow) -> bool {
        let cell = self.exported.as_ref().map(|it| it.defines);
        cell.is_some_and(|it| self.cell(row, it).is_some())
    }

    /// Whether the row is of a type that is to be defined first.
    #[must_use]
    pub fn is_awaited(&self, row: &SourceRow) -> bool {
        self.exported.as_ref().is_some_and(|it| {
            let named = self.cell(row, it.type_name);
            named.is_some_and(|name| it.awaited.contains(name))
        })
    }

    /// The key of a row that may be bad otherwise.
    #[must_use]
    pub fn key_text(&self, row: &SourceRow) -> Option<String> {
        self.key_of(row).ok()
    }

    /// The shape of the type that the row names; rows of only one type need not name it.
    fn shape_of(&self, row: &SourceRow) -> Result<&Shape, Message> {
        let cell = self.exported.as_ref().map(|it| it.type_name);
        let named = cell.and_then(|it| self.cell(row, it));
        let found = match named {
            Some(name) => self.shapes.iter().find(|it| it.record_type.name == name),
            None => self.shapes.first().filter(|_| self.shapes.len() == 1),
        };
        found.ok_or_else(|| {
            Message::new("row-of-other-type").with("type", named.unwrap_or_default())
        })
    }

    fn key_of(&self, row: &SourceRow) -> Result<String, Message> {
        let mut key = String::new();
        for cell in &self.key {
            let text = self
                .cell(row, *cell)
                .ok_or_else(|| Message::new("row-without-key"))?;
            if !key.is_empty() {
                // No text of a file has this sign, so two keys never run into one.
                key.push('\u{1f}');
            }
            key.push_str(text);
        }
        Ok(key)
    }

    fn moment_of(
        &self,
        row: &SourceRow,
    ) -> Result<(Option<Timestamp>, Option<Arc<Reference>>), Message> {
        let Some(replay) = &self.replay else {
            return Ok((None, None));
        };
        let text = self
            .cell(row, replay.at)
            .ok_or_else(|| Message::new("row-without-instant"))?;
        let at = self.times.instant(text.trim())?;
        let actor = replay.actor.as_ref().and_then(|(cell, lookup)| {
            let text = self.cell(row, *cell)?;
            Some(self.reference(lookup, text, row))
        });
        Ok((Some(at), actor))
    }

    /// The text of a cell; nothing where it means "no value".
    fn cell<'r>(&self, row: &'r SourceRow, position: usize) -> Option<&'r str> {
        let text = row.cells.get(position)?.as_ref()?;
        (!text.trim().is_empty() && !self.missing.contains(text)).then_some(text.as_str())
    }

    /// The field's new value; nothing where this row does not set it.
    fn value_of(
        &self,
        plan: &FieldPlan,
        row: &SourceRow,
        at: Option<Timestamp>,
        tally: &mut Tally,
    ) -> Result<Option<Planned>, Message> {
        let holds = |it: &super::ConditionPlan| {
            let text = self.cell(row, it.cell).unwrap_or_default();
            (it.is.is_empty() || it.is.iter().any(|is| is == text))
                && !it.is_not.iter().any(|is| is == text)
        };
        if !plan.only_when.iter().all(holds) {
            return Ok(None);
        }
        let text = match &plan.from {
            Origin::Constant(value) => return Ok(Some(Planned::Value(value.clone()))),
            Origin::Cells(cells) => cells
                .iter()
                .find_map(|it| self.cell(row, *it))
                .map(str::to_owned),
            Origin::Template(template) => template.fill(|it| self.cell(row, it)),
        };
        let Some(text) = text.and_then(|it| trimmed(plan, it)) else {
            // Who wrote an export may not have been allowed to read the field: it is not told, and stays.
            if self.is_of_export() && !plan.from.is_told(row) {
                return Ok(None);
            }
            tally.missing(plan);
            // A new record would have the default; each run says the same.
            let default = plan.field.default.clone().filter(|_| !self.is_of_export());
            let empty = Planned::Value(default.unwrap_or(Value::Null));
            return Ok((plan.on_missing == OnMissing::Empty).then_some(empty));
        };
        let Some(text) = translate(plan, text, tally)? else {
            return Ok(Some(Planned::Value(Value::Null)));
        };
        if let Some(lookup) = &plan.lookup {
            return Ok(Some(self.referred(plan, lookup, &text, row)));
        }
        let value = convert::value(&plan.field, &text, &self.times)?;
        tally.kept(plan, &value);
        let later = value
            .as_instant()
            .zip(at)
            .is_some_and(|(value, at)| value > at);
        Ok((!(plan.end_value && later)).then_some(Planned::Value(value)))
    }

    fn referred(
        &self,
        plan: &FieldPlan,
        lookup: &Arc<LookupPlan>,
        text: &str,
        row: &SourceRow,
    ) -> Planned {
        if matches!(plan.field.kind, dictionary::Kind::References { .. }) {
            let keys = text.split(',').map(str::trim).filter(|it| !it.is_empty());
            return Planned::Several(keys.map(|it| self.reference(lookup, it, row)).collect());
        }
        Planned::One(self.reference(lookup, text, row))
    }

    fn reference(&self, lookup: &Arc<LookupPlan>, text: &str, row: &SourceRow) -> Arc<Reference> {
        let fill = |template: &super::Template| template.fill(|it| self.cell(row, it));
        let key = lookup
            .key
            .as_ref()
            .and_then(fill)
            .unwrap_or_else(|| text.to_owned());
        let makes = lookup.otherwise == Otherwise::Create;
        let create = lookup
            .create
            .iter()
            .filter(|_| makes)
            .map(|(field, filling)| {
                let value = match filling {
                    FillingPlan::Constant(value) => Planned::Value(value.clone()),
                    FillingPlan::Template(template) => {
                        let text = fill(template).unwrap_or_default();
                        Planned::Value(
                            convert::value(field, &text, &self.times).unwrap_or(Value::Null),
                        )
                    }
                    FillingPlan::Lookup(inner) => Planned::One(self.reference(inner, "", row)),
                };
                (field.name.clone(), value)
            });
        Arc::new(Reference {
            lookup: Arc::clone(lookup),
            key,
            create: create.collect(),
        })
    }
}

impl Origin {
    /// Whether the row has any of the columns at all.
    fn is_told(&self, row: &SourceRow) -> bool {
        let has = |cell: &usize| row.cells.get(*cell).is_some_and(Option::is_some);
        match self {
            Self::Cells(cells) => cells.iter().any(has),
            Self::Constant(_) | Self::Template(_) => true,
        }
    }
}

/// What is left of a text that the mapping wants shorter; nothing where that is nothing.
fn trimmed(plan: &FieldPlan, mut text: String) -> Option<String> {
    for part in plan.without.iter().filter(|it| !it.is_empty()) {
        text = text.replace(part.as_str(), "");
    }
    let over = plan.cut_to.and_then(|most| text.char_indices().nth(most));
    if let Some((end, next)) = over {
        let kept = &text[..end];
        let word = kept
            .rfind(char::is_whitespace)
            .filter(|_| !next.is_whitespace());
        text.truncate(word.filter(|it| *it > 0).unwrap_or(end));
        text.truncate(text.trim_end().len());
    }
    (!text.trim().is_empty()).then_some(text)
}

/// Our word for the source's; nothing where the mapping wants the field empty then.
fn translate(plan: &FieldPlan, text: String, tally: &mut Tally) -> Result<Option<String>, Message> {
    if plan.values.is_empty() {
        return Ok(Some(text));
    }
    let translated = match (plan.values.get(&text), plan.unknown) {
        (Some(ours), _) => Some(ours.clone()),
        (None, Unknown::Keep) => Some(text.clone()),
        (None, Unknown::Empty) => None,
        (None, Unknown::Reject) => return Err(Message::new("row-unknown-value").with("text", text)),
    };
    tally.translated(plan, &text, translated.as_deref());
    Ok(translated)
}
