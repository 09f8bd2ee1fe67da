//! The plan for files that an export wrote: nothing to translate, nothing to look up but ids.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dictionary::{Dictionary, FieldDef, Kind, TypeDef, spine};

use super::compile::cell_of;
use super::{By, ExportedPlan, FieldPlan, ID, LookupPlan, Origin, Plan, ReplayPlan, Shape, Target};
use crate::beside::{
    ATTACHMENTS, DEFINES, FOLLOWERS, HISTORY, JOURNAL, LINKS, OF_DEFINITION, TYPE,
};
use crate::convert::Times;
use crate::export::{refers, title_column};
use crate::mapping::{FileForm, OnMissing, Otherwise, Unknown};

/// Source of files that an export wrote; their records have ids, so no key is remembered under it.
const EXPORT: &str = "deskwright-export";
/// What every database says for itself.
const STAMPS: [&str; 2] = [spine::VERSION, spine::OPEN];

impl Plan {
    /// The plan for a file that [`crate::Export`] wrote of one type: the same ids, numbers and values again, when
    /// records were made and changed last among them, but for how often this database stored a record.
    #[must_use]
    pub fn of_export(record_type: &Arc<TypeDef>) -> Self {
        Self::of_types(std::slice::from_ref(&record_type))
    }

    /// The plan for a file that [`crate::Export`] wrote of everything: each line names its type.
    #[must_use]
    pub fn of_whole_export(dictionary: &Dictionary) -> Self {
        Self::of_types(&dictionary.types().collect::<Vec<_>>())
    }

    fn of_types(types: &[&Arc<TypeDef>]) -> Self {
        let by_id = Arc::new(LookupPlan {
            position: 0,
            record_type: None,
            by: By::Id,
            key: None,
            otherwise: Otherwise::Empty,
            create: Vec::new(),
        });
        let mut columns = vec![ID.to_owned(), spine::UPDATED_AT.to_owned()];
        let required = columns.len();
        let mut ignored = STAMPS.map(str::to_owned).to_vec();
        ignored.push(HISTORY.to_owned());
        ignored.extend(OF_DEFINITION.map(str::to_owned));
        let mut shapes = Vec::with_capacity(types.len());
        for record_type in types {
            let titles = record_type.fields.iter().filter(|it| refers(it));
            ignored.extend(titles.map(|it| title_column(&it.name)));
            shapes.push(shape(record_type, &by_id, &mut columns));
        }
        // Every other column is one that a field of some type has.
        for shape in &mut shapes {
            let has = |name: &String| shape.record_type.field(name).is_some();
            let others = columns.iter().enumerate().skip(required);
            let others = others.filter(|(_, name)| !has(name));
            shape.foreign = others.map(|(position, _)| position).collect();
        }
        let mut cell = |name| cell_of(&mut columns, name);
        let exported = ExportedPlan {
            type_name: cell(TYPE),
            journal: cell(JOURNAL),
            links: cell(LINKS),
            followers: cell(FOLLOWERS),
            attachments: cell(ATTACHMENTS),
            defines: cell(DEFINES),
            awaited: BTreeSet::new(),
            by_id,
        };
        Self {
            source: EXPORT.to_owned(),
            shapes,
            file: FileForm::default(),
            columns,
            required,
            ignored,
            exported: Some(exported),
            key: vec![0],
            missing: Vec::new(),
            times: Times {
                zone: None,
                instants: Vec::new(),
                dates: Vec::new(),
            },
            replay: Some(ReplayPlan {
                at: 1,
                events: false,
                actor: None,
            }),
        }
    }

    /// The same plan for a dry run that keeps no definitions: records of these types cannot be looked at yet.
    #[must_use]
    pub fn awaiting(mut self, types: BTreeSet<String>) -> Self {
        if let Some(exported) = &mut self.exported {
            exported.awaited = types;
        }
        self
    }

    /// Whether records are found by their ids instead of by keys that an import remembers.
    #[must_use]
    pub const fn is_of_export(&self) -> bool {
        self.exported.is_some()
    }
}

fn shape(record_type: &Arc<TypeDef>, by_id: &Arc<LookupPlan>, columns: &mut Vec<String>) -> Shape {
    let own = |it: &&FieldDef| !STAMPS.contains(&it.name.as_str());
    let id = FieldDef::new(ID, Kind::Reference { to: None });
    let mut fields = vec![plain(Target::Id, id, 0)];
    for field in record_type.fields.iter().filter(own) {
        let target = match field.name.as_str() {
            spine::NUMBER => Target::Number,
            _ => Target::Field,
        };
        let mut plan = plain(target, field.clone(), cell_of(columns, &field.name));
        plan.lookup = refers(field).then(|| Arc::clone(by_id));
        fields.push(plan);
    }
    Shape {
        record_type: Arc::clone(record_type),
        fields,
        foreign: Vec::new(),
    }
}

fn plain(target: Target, field: FieldDef, cell: usize) -> FieldPlan {
    FieldPlan {
        target,
        origin: field.name.clone(),
        field,
        from: Origin::Cells(vec![cell]),
        without: Vec::new(),
        cut_to: None,
        values: BTreeMap::new(),
        unknown: Unknown::Keep,
        on_missing: OnMissing::Empty,
        only_when: Vec::new(),
        end_value: false,
        lookup: None,
    }
}
