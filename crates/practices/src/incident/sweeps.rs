//! What time does to incidents: closing by themselves, resuming, the end of an override.
//!
//! Each sweep is a filter for what is due and the change to make; the job runner asks and sends. A change
//! goes through the door like any other, so a record that moved meanwhile refuses it.

use std::collections::BTreeMap;

use base::{MICROS_PER_DAY, Timestamp, Uuid};
use dictionary::{Filter, Operand, Operator, Phase, Term, Value, spine};
use engine::{Change, Ctx};

use super::record::{HOLD_UNTIL, MAJOR, Major, OVERRIDE_UNTIL, PRIORITY_OVERRIDE, RESOLVED_AT};
use super::settings::AUTO_CLOSE_DAYS;
use crate::Sweep;

/// Name of the type.
const INCIDENT: &str = "incident";

/// The sweeps of incidents.
pub const ALL: [Sweep; 3] = [
    Sweep {
        name: "incident_auto_close",
        record_type: INCIDENT,
        due: due_for_auto_close,
        change: close,
    },
    Sweep {
        name: "incident_hold_over",
        record_type: INCIDENT,
        due: due_to_resume,
        change: resume,
    },
    Sweep {
        name: "incident_override_over",
        record_type: INCIDENT,
        due: override_over,
        change: look_again,
    },
];

/// Resolved longer ago than the days of its organisation, and not an accepted major incident.
#[must_use]
pub fn due_for_auto_close(ctx: &Ctx) -> Filter {
    let accepted =
        Filter::equal(MAJOR.name, Value::Choice(Major::ACCEPTED.code.to_owned())).negated();
    Filter::All(vec![
        in_phase(ctx, Phase::Resolved),
        accepted,
        resolved_long_enough(ctx),
    ])
}

/// On hold until an instant that is past.
#[must_use]
pub fn due_to_resume(ctx: &Ctx) -> Filter {
    Filter::All(vec![
        in_phase(ctx, Phase::OnHold),
        not_after(HOLD_UNTIL.name, ctx.now),
    ])
}

/// With an override whose time is over.
#[must_use]
pub fn override_over(ctx: &Ctx) -> Filter {
    let set = Filter::empty(PRIORITY_OVERRIDE.name).negated();
    Filter::All(vec![set, not_after(OVERRIDE_UNTIL.name, ctx.now)])
}

fn close(record: Uuid) -> Change {
    Change::transition(INCIDENT, record, "close")
}

fn resume(record: Uuid) -> Change {
    Change::transition(INCIDENT, record, "resume")
}

/// The rules see by themselves that the time of the override is over.
fn look_again(record: Uuid) -> Change {
    Change::update(INCIDENT, record)
}

/// Organisations whose days differ from the tenant's are named, all others follow the tenant.
fn resolved_long_enough(ctx: &Ctx) -> Filter {
    let of_tenant = days(ctx, None);
    let mut differing: BTreeMap<u32, Vec<Uuid>> = BTreeMap::new();
    for organisation in ctx.snapshot.settings.subtree(ctx.tenant) {
        let own = days(ctx, Some(organisation));
        if own != of_tenant {
            differing.entry(own).or_default().push(organisation);
        }
    }
    let named: Vec<Uuid> = differing.values().flatten().copied().collect();
    let mut parts = vec![Filter::All(vec![
        belongs_to(named).negated(),
        resolved_before(ctx, of_tenant),
    ])];
    for (days, organisations) in differing {
        parts.push(Filter::All(vec![
            belongs_to(organisations),
            resolved_before(ctx, days),
        ]));
    }
    Filter::Any(parts).normalised()
}

fn days(ctx: &Ctx, organisation: Option<Uuid>) -> u32 {
    let setting = ctx
        .snapshot
        .settings
        .get::<u32>(ctx.tenant, organisation, AUTO_CLOSE_DAYS);
    setting.map_or(0, |it| *it)
}

fn resolved_before(ctx: &Ctx, days: u32) -> Filter {
    if days == 0 {
        return Filter::Any(Vec::new());
    }
    let span = i64::from(days).saturating_mul(MICROS_PER_DAY);
    not_after(RESOLVED_AT.name, ctx.now.plus_micros(-span))
}

fn not_after(field: &str, at: Timestamp) -> Filter {
    Filter::test(
        field,
        Operator::LessOrEqual,
        Operand::One(Term::Value(Value::Instant(at))),
    )
}

fn belongs_to(organisations: Vec<Uuid>) -> Filter {
    let terms = organisations
        .into_iter()
        .map(|it| Term::Value(Value::Reference(it)))
        .collect();
    Filter::test(spine::ORGANISATION, Operator::In, Operand::Many(terms))
}

fn in_phase(ctx: &Ctx, phase: Phase) -> Filter {
    let lifecycle = ctx
        .snapshot
        .dictionary
        .record_type(INCIDENT)
        .and_then(|it| it.lifecycle.as_ref());
    let states = lifecycle
        .into_iter()
        .flat_map(|it| &it.states)
        .filter(|it| it.phase == phase);
    let terms = states
        .map(|it| Term::Value(Value::Choice(it.code.clone())))
        .collect();
    Filter::test(spine::STATE, Operator::In, Operand::Many(terms))
}
