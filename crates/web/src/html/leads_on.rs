//! Records that end in another one, as a call ends in a ticket: where it led, and which one may be meant.

use axum::response::Response;
use base::{Result, Uuid};
use dictionary::{Count, Direction, Filter, Kind, Page, Query, Sort, TypeDef, Value, spine};
use engine::Reading;
use engine::read::Visible;
use ui::field::{PERSON, record_href};
use ui::record::Meant;
use ui::{label, text};

use super::flash::Flash;
use super::record::Loaded;
use super::shell::{Here, go, may_read};
use crate::{AppState, Failure};

/// The field in which such a record names the other one.
const TICKET: &str = "ticket";
/// Most records of each type that are shown.
const MOST: usize = 5;

/// The page of the record in which one goes on since a change, where it did not before.
pub(super) async fn led_to(
    state: &AppState,
    here: &Here,
    (of, record): (&TypeDef, Uuid),
    before: Option<Uuid>,
) -> Result<Option<Response>, Failure> {
    if of.field(TICKET).is_none() {
        return Ok(None);
    }
    let (name, key) = (of.name.clone(), record.to_string());
    let read = move |reading: &mut Reading<'_, '_>| reading.record(Some(&name), &key);
    let (found, titles) = state.engine().read(here.ctx(), read).await?;
    let ticket = found.value(TICKET).as_reference();
    let ticket = ticket.filter(|it| Some(*it) != before);
    Ok(ticket.and_then(|ticket| {
        let title = titles.get(ticket)?;
        let href = record_href(&title.record_type, title.number.as_deref(), ticket);
        let own = found.number().unwrap_or_default();
        Some(go(&href, Some(&Flash::new("notice-goes-on", own))))
    }))
}

/// The ticket that a record names.
pub(super) fn named_in(loaded: &Loaded) -> Option<Uuid> {
    loaded.record.value(TICKET).as_reference()
}

/// The person whom a record is about, where it can still be added to a ticket of theirs.
fn person(of: &TypeDef, record: &Visible) -> Option<Uuid> {
    of.field(TICKET)?;
    let is_person =
        |name: &str, kind: &Kind| name != spine::ASSIGNEE && *kind == Kind::reference(PERSON);
    let mut fields = of.fields.iter().filter(|it| is_person(&it.name, &it.kind));
    fields.find_map(|it| record.value(&it.name).as_reference())
}

/// What the person of a record has open, by type, the last touched first.
pub(super) fn open_of_person(
    reading: &mut Reading<'_, '_>,
    of: &TypeDef,
    record: &Visible,
) -> Result<Vec<Visible>> {
    let open = record.value(spine::OPEN).as_boolean() != Some(false);
    let Some(person) = person(of, record).filter(|_| open) else {
        return Ok(Vec::new());
    };
    let (snapshot, ctx) = (reading.ctx.snapshot.clone(), reading.ctx);
    let mut all = Vec::new();
    for of in snapshot.dictionary.types() {
        let readable = |name: &str| of.field(name).is_some_and(|it| may_read(ctx, of, it));
        let asked = of.journal && readable(spine::REQUESTER) && readable(spine::STATE);
        if !asked || !ctx.may_somewhere(&of.name, "read") {
            continue;
        }
        let query = Query {
            record_type: Some(of.name.clone()),
            filter: Filter::All(vec![
                Filter::equal(spine::REQUESTER, Value::Reference(person)),
                Filter::equal(spine::OPEN, Value::Boolean(true)),
            ]),
            sort: vec![Sort {
                field: spine::UPDATED_AT.to_owned(),
                direction: Direction::Descending,
            }],
            columns: [spine::NUMBER, spine::TITLE, spine::STATE]
                .map(str::to_owned)
                .to_vec(),
            page: Page {
                limit: Some(MOST),
                after: None,
            },
            count: Count::No,
        };
        all.extend(reading.list(&query)?.rows);
    }
    Ok(all)
}

/// The tickets that may be meant, each with the button that adds the record to it.
pub(super) fn meant<'a>(here: &Here, loaded: &'a Loaded) -> Option<Meant<'a>> {
    let person = person(&loaded.of, &loaded.record)?;
    let name = &loaded.titles.get(person)?.title;
    let mut steps = loaded.transitions(here.ctx());
    let step = steps.find(|it| it.needs.iter().any(|name| name == TICKET))?;
    Some(Meant {
        title: text!(here.language(), "record-open-of", name = name.as_str()),
        rows: &loaded.open_of_person,
        action: format!("{}/step/{}", loaded.address(), step.name),
        field: TICKET,
        words: label::label(here.language(), &step.label),
    })
}
