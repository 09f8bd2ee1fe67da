//! What records of several types have in common, as if it were a type: the fields by which work is handed over, the
//! steps that all of them know, and words.

use std::sync::Arc;

use dictionary::filter::Scope;
use dictionary::{Label, Lifecycle, Transition, TypeDef, spine};
use engine::Ctx;
use flow::bulk::{ACROSS, Act, Doing};

use super::steps;

/// The fields by which work of every type is handed over.
pub(super) const HANDED: [&str; 2] = [spine::TEAM, spine::ASSIGNEE];

/// What these types have in common, as far as the actor may do it.
pub(super) fn shared(ctx: &Ctx, types: &[Arc<TypeDef>]) -> TypeDef {
    let mut shared = TypeDef::new(ACROSS);
    shared.label = Label::built_in("list-record".to_owned());
    shared.plural = Label::built_in("list-records".to_owned());
    let may = |name: &str| {
        let mut types = types.iter();
        types.any(|of| {
            of.field(name).is_some_and(|field| {
                let mut grants = ctx.grants(&of.name, "assign");
                ctx.actor.system || grants.any(|it| it.grant.write_fields.has(field))
            })
        })
    };
    let handed = HANDED.into_iter().filter(|it| may(it));
    let mut fields: Vec<_> = handed
        .filter_map(|it| Scope::spine_type().field(it).cloned())
        .collect();
    shared.journal = types
        .iter()
        .any(|of| of.journal && ctx.may_somewhere(&of.name, "comment"));
    if let Some(first) = types.first() {
        let all = steps(ctx, first).into_iter().filter(|it| {
            let asked = || it.needs.iter().chain(&it.asks);
            types.iter().all(|of| knows(ctx, of, it, first, asked()))
        });
        let all: Vec<Transition> = all.cloned().collect();
        for name in all.iter().flat_map(|it| it.needs.iter().chain(&it.asks)) {
            fields.extend(first.field(name).cloned());
        }
        shared.lifecycle = first.lifecycle.as_ref().map(|it| Lifecycle {
            transitions: all,
            ..it.clone()
        });
    }
    for field in fields {
        shared.put_field(field);
    }
    shared
}

/// Whether a type has that step, and all that it asks for is the same there.
fn knows<'a>(
    ctx: &Ctx,
    of: &TypeDef,
    step: &Transition,
    first: &TypeDef,
    mut asked: impl Iterator<Item = &'a String>,
) -> bool {
    steps(ctx, of).iter().any(|it| it.name == step.name)
        && asked.all(|name| match (of.field(name), first.field(name)) {
            (Some(own), Some(other)) => own.kind == other.kind && codes(own) == codes(other),
            _ => false,
        })
}

fn codes(field: &dictionary::FieldDef) -> Vec<&str> {
    field.choices.iter().map(|it| it.code.as_str()).collect()
}

/// The type of a run; for one over records of several types what these have in common.
pub(super) fn of_run(ctx: &Ctx, name: &str, act: &Act) -> Option<Arc<TypeDef>> {
    if name != ACROSS {
        return ctx.record_type(name);
    }
    let takes = |of: &&Arc<TypeDef>| match &act.doing {
        Doing::Transition(step) => {
            let lifecycle = of.lifecycle.as_ref();
            lifecycle.is_some_and(|it| it.transition(step).is_some())
        }
        _ => HANDED.iter().any(|it| of.field(it).is_some()),
    };
    let types: Vec<Arc<TypeDef>> = ctx
        .snapshot
        .dictionary
        .types()
        .filter(takes)
        .cloned()
        .collect();
    // What was set may stand in any of them.
    let mut of = shared(ctx, &types);
    of.lifecycle = types.first().and_then(|it| it.lifecycle.clone());
    for name in act
        .set
        .keys()
        .filter(|it| of.field(it).is_none())
        .cloned()
        .collect::<Vec<_>>()
    {
        let known = types.iter().find_map(|it| it.field(&name).cloned());
        known.into_iter().for_each(|it| of.put_field(it));
    }
    Some(Arc::new(of))
}
