//! What time does to tickets: closing by themselves, resuming, the end of an override.
//!
//! Each sweep is a filter for what is due and the change to make; the job runner asks and sends. A change
//! goes through the door like any other, so a record that moved meanwhile refuses it.

use std::collections::BTreeMap;

use base::{MICROS_PER_DAY, Timestamp, Uuid};
use dictionary::{Filter, Operand, Operator, Phase, Term, Value, spine};
use engine::{Change, Ctx};

use super::record::{HOLD_UNTIL, OVERRIDE_UNTIL, PRIORITY_OVERRIDE, RESOLVED_AT};
use super::settings::AUTO_CLOSE_DAYS;
use crate::Sweep;

/// A type of ticket, as its sweeps see it.
pub trait Ticket {
    /// Name of the type.
    const NAME: &'static str;
    /// Names of its sweeps: auto-close, end of a hold, end of an override. They name jobs, so no other sweep has them.
    const SWEEPS: [&'static str; 3];

    /// Which resolved records do not close by themselves.
    fn waits_for_people() -> Filter {
        Filter::Any(Vec::new())
    }
}

/// The sweeps of a type of ticket.
pub const fn of<T: Ticket>() -> [Sweep; 3] {
    [
        Sweep {
            name: T::SWEEPS[0],
            record_type: T::NAME,
            due: due_for_auto_close::<T>,
            change: close::<T>,
        },
        Sweep {
            name: T::SWEEPS[1],
            record_type: T::NAME,
            due: due_to_resume::<T>,
            change: resume::<T>,
        },
        Sweep {
            name: T::SWEEPS[2],
            record_type: T::NAME,
            due: override_over,
            change: look_again::<T>,
        },
    ]
}

/// Resolved longer ago than the days of its organisation.
fn due_for_auto_close<T: Ticket>(ctx: &Ctx) -> Filter {
    let mut due = vec![in_phase::<T>(ctx, Phase::Resolved)];
    let waits = T::waits_for_people();
    if waits != Filter::Any(Vec::new()) {
        due.push(waits.negated());
    }
    due.push(resolved_long_enough::<T>(ctx));
    Filter::All(due)
}

/// On hold until an instant that is past.
fn due_to_resume<T: Ticket>(ctx: &Ctx) -> Filter {
    Filter::All(vec![
        in_phase::<T>(ctx, Phase::OnHold),
        not_after(HOLD_UNTIL.name, ctx.now),
    ])
}

/// With an override whose time is over.
fn override_over(ctx: &Ctx) -> Filter {
    let set = Filter::empty(PRIORITY_OVERRIDE.name).negated();
    Filter::All(vec![set, not_after(OVERRIDE_UNTIL.name, ctx.now)])
}

fn close<T: Ticket>(record: Uuid) -> Change {
    Change::transition(T::NAME, record, "close")
}

fn resume<T: Ticket>(record: Uuid) -> Change {
    Change::transition(T::NAME, record, "resume")
}

/// The rules see by themselves that the time of the override is over.
fn look_again<T: Ticket>(record: Uuid) -> Change {
    Change::update(T::NAME, record)
}

/// Organisations whose days differ from the tenant's are named, all others follow the tenant.
fn resolved_long_enough<T: Ticket>(ctx: &Ctx) -> Filter {
    let of_tenant = days::<T>(ctx, None);
    let mut differing: BTreeMap<u32, Vec<Uuid>> = BTreeMap::new();
    for organisation in ctx.snapshot.settings.subtree(ctx.tenant) {
        let own = days::<T>(ctx, Some(organisation));
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

fn days<T: Ticket>(ctx: &Ctx, organisation: Option<Uuid>) -> u32 {
    let key = format!("{}.{AUTO_CLOSE_DAYS}", T::NAME);
    let settings = &ctx.snapshot.settings;
    let setting = settings.get::<u32>(ctx.tenant, organisation, &key);
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

fn in_phase<T: Ticket>(ctx: &Ctx, phase: Phase) -> Filter {
    let lifecycle = ctx
        .snapshot
        .dictionary
        .record_type(T::NAME)
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
