//! The plan for files that an export wrote: nothing to translate, nothing to look up but ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use dictionary::{FieldDef, Kind, TypeDef, spine};

use super::{By, FieldPlan, ID, LookupPlan, Origin, Plan, ReplayPlan, Target};
use crate::convert::Times;
use crate::export::{refers, title_column};
use crate::mapping::{FileForm, OnMissing, Otherwise, Unknown};

/// Source of files that an export wrote; their records have ids, so no key is remembered under it.
const EXPORT: &str = "deskwright-export";
/// What every database stamps for itself.
const STAMPS: [&str; 4] = [
    spine::CREATED_AT,
    spine::UPDATED_AT,
    spine::VERSION,
    spine::OPEN,
];

impl Plan {
    /// The plan for a file that [`crate::Export`] wrote: the same ids, numbers and values again, but for
    /// the stamps that say when and how often this database stored a record.
    ///
    /// References to records that do not exist stay empty and are counted; importing once more when
    /// the others are there fills them in.
    #[must_use]
    pub fn of_export(record_type: &Arc<TypeDef>) -> Self {
        let own = |it: &&FieldDef| STAMPS.contains(&it.name.as_str());
        let titles = record_type.fields.iter().filter(|it| refers(it));
        let mut ignored: Vec<String> = titles.map(|it| title_column(&it.name)).collect();
        ignored.extend(
            record_type
                .fields
                .iter()
                .filter(own)
                .map(|it| it.name.clone()),
        );
        let mut columns = vec![ID.to_owned(), spine::UPDATED_AT.to_owned()];
        let by_id = Arc::new(LookupPlan {
            position: 0,
            record_type: None,
            by: By::Id,
            key: None,
            otherwise: Otherwise::Empty,
            create: Vec::new(),
        });
        let mut fields = vec![plain(
            Target::Id,
            FieldDef::new(ID, Kind::Reference { to: None }),
            0,
        )];
        for field in record_type.fields.iter().filter(|it| !own(it)) {
            let target = match field.name.as_str() {
                spine::NUMBER => Target::Number,
                _ => Target::Field,
            };
            let mut plan = plain(target, field.clone(), columns.len());
            plan.lookup = refers(field).then(|| Arc::clone(&by_id));
            columns.push(field.name.clone());
            fields.push(plan);
        }
        Self {
            source: EXPORT.to_owned(),
            record_type: Arc::clone(record_type),
            file: FileForm::default(),
            columns,
            ignored,
            keyed_by_id: true,
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
            fields,
        }
    }
}

fn plain(target: Target, field: FieldDef, cell: usize) -> FieldPlan {
    FieldPlan {
        target,
        origin: field.name.clone(),
        field,
        from: Origin::Cells(vec![cell]),
        values: BTreeMap::new(),
        unknown: Unknown::Keep,
        on_missing: OnMissing::Empty,
        only_when: Vec::new(),
        end_value: false,
        lookup: None,
    }
}
