//! The places of administration, as the lists beside its pages show them.

use engine::Ctx;
use ui::message::Language;
use ui::page::{Place, Section};
use ui::text;

use crate::administration::may;

/// The lists beside the pages of administration, as far as the actor may open them.
pub(crate) fn places(ctx: &Ctx, language: &Language) -> Vec<Section> {
    let section = |title: String, places: Vec<Option<Place>>| Section {
        title,
        places: places.into_iter().flatten().collect(),
    };
    let mut sections = vec![
        section(text!(language, "admin-title"), desk(ctx, language)),
        section(text!(language, "admin-people"), people(ctx, language)),
        section(text!(language, "admin-records"), records(ctx, language)),
        section(
            text!(language, "admin-machine"),
            vec![
                when(
                    ctx,
                    "jobs",
                    place("admin/jobs", text!(language, "admin-jobs"), "clock"),
                ),
                when(
                    ctx,
                    "jobs",
                    place("admin/mails", text!(language, "admin-mails"), "mail"),
                ),
            ],
        ),
    ];
    sections.retain(|it| !it.places.is_empty());
    sections
}

/// A page of ours; its key is its path.
fn place(key: &str, label: String, icon: &'static str) -> Place {
    Place {
        key: key.to_owned(),
        label,
        icon,
        href: format!("/{key}"),
        ..Place::default()
    }
}

/// The list of a type that has pages like any other.
fn list(ctx: &Ctx, language: &Language, of: &str, icon: &'static str) -> Option<Place> {
    let found = ctx
        .record_type(of)
        .filter(|_| ctx.may_somewhere(of, "read"))?;
    let words = ui::label::label(language, &found.plural);
    Some(Place {
        href: format!("/{of}?q="),
        ..place(of, words, icon)
    })
}

fn when(ctx: &Ctx, area: &str, place: Place) -> Option<Place> {
    may(ctx, area).then_some(place)
}

fn desk(ctx: &Ctx, language: &Language) -> Vec<Option<Place>> {
    let look = place("admin/branding", text!(language, "branding-title"), "eye");
    vec![
        Some(place("admin", text!(language, "admin-checklist"), "check")),
        when(ctx, "settings", look),
    ]
}

fn people(ctx: &Ctx, language: &Language) -> Vec<Option<Place>> {
    let accounts = place("admin/people", text!(language, "admin-accounts"), "user");
    let roles = place("admin/roles", text!(language, "rights-title"), "shield");
    let rights = place("admin/explain", text!(language, "admin-explain"), "help");
    vec![
        when(ctx, "users", accounts),
        list(ctx, language, "team", "users"),
        list(ctx, language, "organisation", "network"),
        list(ctx, language, "role_assignment", "key"),
        when(ctx, "roles", roles),
        when(ctx, "roles", rights),
    ]
}

fn records(ctx: &Ctx, language: &Language) -> Vec<Option<Place>> {
    let settings = place(
        "admin/settings",
        text!(language, "admin-settings"),
        "settings",
    );
    let types = place("admin/types", text!(language, "admin-types"), "template");
    let imports = place(
        "admin/imports",
        text!(language, "imports-title"),
        "download",
    );
    vec![
        Some(settings),
        when(ctx, "types", types),
        when(ctx, "imports", imports),
    ]
}
