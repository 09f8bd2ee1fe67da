//! Who may use a type: asked where one is made, told where it is shown.

use std::collections::BTreeSet;

use dictionary::filter::{Scope, parse, to_json};
use engine::additions::GrantSpec;
use engine::{FieldList, spine_type};
use maud::{Markup, html};
use serde_json::Value as Json;
use ui::{label, text};

use super::super::shell::Here;
use super::roles::{AREA, as_json, present, tick};
use crate::FormData;
use crate::administration::may;

/// What whoever works on records of a new type does with them.
const WORKS: [&str; 13] = [
    "read",
    "create",
    "update",
    "assign",
    "comment",
    "read_notes",
    "note_write",
    "attach",
    "follow",
    "link",
    "history",
    "export",
    "transition:*",
];

/// Who may use a new type, as ticks. Nothing for those who may not change roles.
pub(super) fn ticks(here: &Here, typed: &FormData) -> Markup {
    if !may(here.ctx(), AREA) {
        return Markup::default();
    }
    let language = here.language();
    let kinds = [
        ("may-read", text!(language, "rights-may-read")),
        ("may-work", text!(language, "rights-may-work")),
    ];
    let on = |name: &str, code: &str| typed.all(name).any(|it| it == code);
    // Whoever may do everything needs no tick.
    let all = |it: &GrantSpec| it.types.is_empty() && it.actions.contains("*");
    let mut roles = present(here);
    roles.retain(|it| !it.grants.iter().any(all));
    html! {
        @for (name, words) in &kinds {
            fieldset class="field wide" {
                legend { (words) }
                span class="row" { @for it in &roles { (tick(name, &it.code, on(name, &it.code), &label::role(language, &it.code))) } }
            }
        }
        p class="help wide" { (text!(language, "rights-new-type-help")) }
    }
}

/// The roles with what the ticks of a form open on a type; nothing where none are ticked.
pub(super) fn opened(here: &Here, form: &FormData, name: &str) -> Option<Json> {
    let over = spine_type();
    let scope = Scope::new(&here.ctx().snapshot.dictionary, &over);
    let rows = |text: &str| parse(text, &scope).ok().map(|it| to_json(&it));
    let mut roles = present(here);
    let mut changed = false;
    for role in &mut roles {
        let ticked = |name: &str| form.all(name).any(|it| it == role.code);
        let (reads, works) = (ticked("may-read"), ticked("may-work"));
        if !reads && !works {
            continue;
        }
        changed = true;
        // Whoever reads only public fields of everything else reads no internal ones here.
        let internal = |it: &GrantSpec| it.read_fields == FieldList::All;
        let internal = role.grants.iter().any(internal);
        let actions: &[&str] = if works { &WORKS } else { &["read"] };
        let actions = actions
            .iter()
            .filter(|it| internal || !matches!(**it, "read_notes" | "note_write"));
        role.grants.push(GrantSpec {
            types: BTreeSet::from([name.to_owned()]),
            actions: actions.map(|it| (*it).to_owned()).collect(),
            rows: rows(if internal {
                "not access >= 2 or reader = me"
            } else {
                "not access >= 1 or reader = me"
            }),
            read_fields: match internal {
                true => FieldList::All,
                false => FieldList::Public,
            },
            write_fields: match (works, internal) {
                (false, _) => FieldList::None,
                (true, true) => FieldList::All,
                (true, false) => FieldList::Public,
            },
        });
    }
    changed.then(|| as_json(&roles))
}

/// Who may read records of a type, and who may change them.
pub(super) fn users(here: &Here, of: &str) -> Markup {
    if !may(here.ctx(), AREA) {
        return Markup::default();
    }
    let language = here.language();
    let ctx = here.ctx();
    let codes = ctx.snapshot.roles.codes(ctx.tenant);
    let having = |action: &str| -> Vec<&str> {
        let has = |it: &&&str| {
            let role = ctx.snapshot.roles.role(ctx.tenant, it);
            role.is_some_and(|it| it.grants.iter().any(|it| it.allows(of, action)))
        };
        codes.iter().filter(has).copied().collect()
    };
    let kinds = [
        (text!(language, "rights-may-read"), having("read")),
        (text!(language, "rights-may-work"), having("update")),
    ];
    html! {
        section class="card padded" {
            h2 { (text!(language, "rights-users")) }
            dl class="facts" { @for (words, codes) in &kinds {
                dt { (words) }
                dd { span class="row" { @for it in codes { a class="link" href=(format!("/admin/roles/{it}")) { (label::role(language, it)) } } } }
            } }
        }
    }
}
