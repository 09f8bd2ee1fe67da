//! What the page of a record shows beside its fields: children, links, followers.

use dictionary::{Kind, spine};
use engine::additions::LINK_KINDS;
use ui::label;
use ui::record::{Around, Children};

use super::record::Loaded;
use super::shell::{Here, new_words};
use super::{article, duplicate, leads_on};
use crate::origins::GOES_ON;

/// People and records around a record, and what the reader may change of them.
pub(super) fn around<'a>(here: &Here, loaded: &'a Loaded) -> Around<'a> {
    let (language, ctx) = (here.language(), here.ctx());
    let children = loaded.children.iter().map(|(of, rows)| {
        let open = loaded.record.value(spine::OPEN).as_boolean() != Some(false);
        let may = open && ctx.may_somewhere(&of.name, "create");
        let number = loaded.record.number();
        let parent = number.map_or_else(|| loaded.record.id().to_string(), str::to_owned);
        // Work below a record of any type needs no more than a title; others are more than that.
        let is_work = of
            .field("parent")
            .is_some_and(|it| it.kind == Kind::Reference { to: None });
        Children {
            title: label::label(language, &of.plural),
            rows,
            create: may.then(|| {
                let form = format!("/{}/new?parent={parent}", of.name);
                (new_words(language, of), form)
            }),
            add: (may && is_work).then(|| format!("{}/child/{}", loaded.address(), of.name)),
        }
    });
    let setting = ctx.snapshot.settings.find(ctx.tenant, None, LINK_KINDS);
    let codes = setting
        .and_then(|(json, _)| json.as_array())
        .into_iter()
        .flatten();
    let kinds = codes
        .filter_map(|it| it.as_str())
        .map(|it| (it.to_owned(), ui::record::link_words(language, it, true)));
    Around {
        links: &loaded.links,
        goes_on: &GOES_ON,
        followers: &loaded.followers,
        children: children.collect(),
        link_kinds: if loaded.may(ctx, "link") {
            kinds.collect()
        } else {
            Vec::new()
        },
        may_follow: loaded.may(ctx, "follow"),
        duplicates: duplicate::of_links(here, loaded),
        meant: leads_on::meant(here, loaded),
        heard: article::heard(here, loaded),
        suggestions: (article::may_use(here, loaded) || duplicate::is_possible(here, loaded))
            .then(|| format!("{}/helpful", loaded.address())),
    }
}
