//! Writes one page of every kind as a file, to look at the style sheet without a server or data:
//! `cargo run -p ui --example gallery -- OUT DIST`, where DIST is a folder with the built bundle.
//! Serve OUT by any file server; the icons do not load from `file:`.

mod form;
mod frame;
mod list;
mod portal;
mod record;

use std::{env, fs, io, path::Path};

use form::{empty, form, refusal, sign_in};
use frame::{agent, hints, portal_context};
use list::{list, peek};
use maud::{Markup, html};
use portal::{portal, report, ticket};
use record::record;
use ui::icon::{icon, sprite_url};
use ui::page::{AssetUrls, Crumb, Notice, NoticeKind, PageContext, Voice, page};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(out), Some(dist)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: gallery OUT DIST"));
    };
    let out = Path::new(&out);
    let assets = copy_bundle(Path::new(&dist), out)?;
    for (name, context, body) in pages() {
        let context = PageContext {
            assets: assets.clone(),
            ..context
        };
        fs::write(
            out.join(format!("{name}.html")),
            page(&context, &body).into_string(),
        )?;
    }
    Ok(())
}

fn copy_bundle(dist: &Path, out: &Path) -> io::Result<AssetUrls> {
    fs::create_dir_all(out.join("assets"))?;
    let mut urls = AssetUrls::default();
    for entry in fs::read_dir(dist)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        fs::copy(entry.path(), out.join("assets").join(&name))?;
        match name.rsplit_once('.') {
            Some((_, "css")) => urls.stylesheet = format!("/assets/{name}"),
            Some((_, "js")) => urls.script = format!("/assets/{name}"),
            _ => {}
        }
    }
    let sprite = include_bytes!("../../../../frontend/icons.svg");
    fs::write(out.join(sprite_url().trim_start_matches('/')), sprite)?;
    Ok(urls)
}

fn pages() -> [(&'static str, PageContext, Markup); 9] {
    let crumb = |label: &str, href: Option<&str>| Crumb {
        label: label.into(),
        href: href.map(Into::into),
    };
    [
        (
            "list",
            PageContext {
                actions: Some(
                    html! { a class="button primary" href="form.html" data-key="c" { (icon("plus")) "New incident " kbd { "C" } } },
                ),
                notices: vec![Notice {
                    kind: NoticeKind::Done,
                    words: "INC0020211 is resolved.".into(),
                    step: Some(("Reopen".into(), "#".into())),
                }],
                crumbs: vec![crumb("Queues", Some("#")), crumb("Network", None)],
                ..agent("Network")
            },
            list(),
        ),
        (
            "record",
            PageContext {
                crumbs: vec![
                    crumb("Network", Some("list.html")),
                    crumb("INC0020418", None),
                ],
                peek: Some(peek()),
                hints: hints(&[
                    (&["J", "K"], "next record"),
                    (&["R"], "reply"),
                    (&["N"], "private note"),
                    (&["D"], "resolve"),
                ]),
                actions: Some(
                    html! { button class="button quiet" { (icon("eye")) "Following" } button class="button quiet icon-only" aria-label="More actions" popovertarget="more" { (icon("more")) } },
                ),
                ..agent("INC0020418 Core switch drops packets")
            },
            record(),
        ),
        (
            "form",
            PageContext {
                crumbs: vec![
                    crumb("Incidents", Some("list.html")),
                    crumb("New incident", None),
                ],
                hints: hints(&[(&["Ctrl", "Enter"], "create")]),
                ..agent("New incident")
            },
            form(),
        ),
        (
            "empty",
            PageContext {
                crumbs: vec![crumb("Queues", Some("#")), crumb("Security", None)],
                ..agent("Security")
            },
            empty(),
        ),
        (
            "error",
            PageContext {
                crumbs: vec![crumb("Changes", Some("#")), crumb("CHG0003410", None)],
                ..agent("Not scheduled")
            },
            refusal(),
        ),
        (
            "signin",
            PageContext {
                title: "Sign in".into(),
                voice: Voice::Bare,
                ..PageContext::default()
            },
            sign_in(),
        ),
        ("portal", portal_context("IT help"), portal()),
        (
            "portal-ticket",
            PageContext {
                body_class: "with-answer",
                active_area: "requests".into(),
                ..portal_context("Scanner in hall 3 shows no host")
            },
            ticket(),
        ),
        (
            "portal-report",
            portal_context("Something is broken"),
            report(),
        ),
    ]
}
