//! Writes one page of every kind as a file, to look at the style sheet without a server or data:
//! `cargo run -p ui --example gallery -- OUT DIST`, where DIST is a folder with the built bundle.
//! Serve OUT by any file server; the icons do not load from `file:`.

use std::{env, fs, io, path::Path};

use maud::{Markup, html};
use ui::{
    icon::{
        IconSize, StateKind, TimeLeft, avatar, boxed_state, icon, nobody, person, priority,
        sized_icon, sprite_url, state, tape, time_left,
    },
    markdown::markdown,
    page::{AssetUrls, Crumb, Hint, Notice, NoticeKind, PageContext, Place, Section, Voice, page},
};

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
    let sprite = include_bytes!("../../../frontend/icons.svg");
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

fn agent(title: &str) -> PageContext {
    let place = |key: &str, label: &str, icon: &'static str, count: Option<u64>, hot: bool| Place {
        key: key.into(),
        label: label.into(),
        icon,
        href: "list.html".into(),
        count,
        hot,
        key_after_g: None,
    };
    PageContext {
        title: title.into(),
        csrf: "token".into(),
        reader: Some("Jonas Weber".into()),
        unread: 4,
        areas: vec![
            place("desk", "Desk", "desk", None, false),
            place("changes", "Changes", "calendar", None, false),
            place("cmdb", "CMDB", "network", None, false),
            place("know", "Know", "book", None, false),
            place("reports", "Reports", "chart", None, false),
            place("admin", "Admin", "settings", None, false),
        ],
        active_area: "desk".into(),
        sections: vec![
            Section {
                title: "My work".into(),
                places: vec![
                    place("mine", "Assigned to me", "user", Some(9), false),
                    place("follow", "Following", "eye", Some(14), false),
                    place("reply", "My reply is due", "reply", Some(3), true),
                    place("approve", "To approve", "check", Some(2), false),
                ],
            },
            Section {
                title: "Queues".into(),
                places: vec![
                    place("network", "Network", "network", Some(50), false),
                    place("desk-queue", "Service desk", "desk", Some(87), false),
                    place("workplace", "Workplace", "laptop", Some(41), false),
                    place("servers", "Servers and storage", "server", Some(22), false),
                    place("nobody", "Assigned to nobody", "help", Some(17), true),
                ],
            },
            Section {
                title: "Practices".into(),
                places: vec![
                    place("incidents", "Incidents", "bolt", Some(184), false),
                    place("requests", "Requests", "hand", Some(96), false),
                    place("problems", "Problems", "bug", Some(11), false),
                    place("changes", "Changes", "swap", Some(28), false),
                    place("assets", "Assets", "box", None, false),
                ],
            },
        ],
        active: "network".into(),
        hints: hints(&[
            (&["J", "K"], "move"),
            (&["X"], "select"),
            (&["Enter"], "open"),
            (&["/"], "filter"),
        ]),
        ..PageContext::default()
    }
}

fn hints(all: &[(&'static [&'static str], &str)]) -> Vec<Hint> {
    all.iter()
        .map(|(keys, label)| Hint {
            keys,
            label: (*label).into(),
        })
        .collect()
}

struct Row {
    level: u8,
    number: &'static str,
    title: &'static str,
    unread: bool,
    requester: &'static str,
    state: (StateKind, &'static str),
    left: (TimeLeft, &'static str, u8),
    assignee: Option<&'static str>,
    updated: &'static str,
}

#[rustfmt::skip]
const ROWS: [Row; 12] = [
    Row { level: 1, number: "INC0020418", title: "Core switch BGO-CORE-1 drops packets on uplink to plant floor, production line 3 stops every few minutes", unread: true, requester: "Ingrid Solheim", state: (StateKind::Active, "In progress"), left: (TimeLeft::Over, "−1h 05m", 0), assignee: Some("Jonas Weber"), updated: "2m" },
    Row { level: 1, number: "INC0020381", title: "VPN gateway refuses sign-in for all Lyon staff after certificate change", unread: true, requester: "Camille Roux", state: (StateKind::Active, "In progress"), left: (TimeLeft::Over, "−18m", 0), assignee: Some("Ann Keller"), updated: "6m" },
    Row { level: 2, number: "INC0020344", title: "Guest Wi-Fi in Bergen canteen has no internet", unread: false, requester: "Reception Bergen", state: (StateKind::Active, "In progress"), left: (TimeLeft::Over, "−4h 00m", 0), assignee: Some("Maya Olsen"), updated: "1h" },
    Row { level: 1, number: "INC0020307", title: "Plant floor scanners in Gdańsk lose Wi-Fi when roaming between halls B and C", unread: true, requester: "Piotr Zieliński", state: (StateKind::Active, "In progress"), left: (TimeLeft::Soon, "12m", 5), assignee: Some("Tomasz Skiba"), updated: "4m" },
    Row { level: 1, number: "INC0020270", title: "Rotterdam warehouse: label printers unreachable since 09:50", unread: true, requester: "Sanne de Vries", state: (StateKind::New, "New"), left: (TimeLeft::Soon, "24m", 10), assignee: None, updated: "11m" },
    Row { level: 2, number: "INC0020233", title: "Firewall rule for ERP test environment expired, go-live rehearsal is today at 14:00", unread: false, requester: "Håkon Berge", state: (StateKind::Active, "In progress"), left: (TimeLeft::Soon, "38m", 12), assignee: Some("Jonas Weber"), updated: "19m" },
    Row { level: 2, number: "INC0020333", title: "Packet loss on MPLS line Bergen–Rotterdam, vendor ticket CARR-88120", unread: false, requester: "Marit Lunde", state: (StateKind::Hold, "On hold"), left: (TimeLeft::Paused, "paused", 60), assignee: Some("Tomasz Skiba"), updated: "48m" },
    Row { level: 2, number: "INC0020296", title: "Access point AP-LYO-2-07 restarts about every 20 minutes", unread: false, requester: "Olivier Martin", state: (StateKind::Active, "In progress"), left: (TimeLeft::Plenty, "1h 36m", 22), assignee: Some("Ann Keller"), updated: "52m" },
    Row { level: 2, number: "INC0020259", title: "New VLAN for welding robots is not routed to the historian", unread: true, requester: "Kasia Nowak", state: (StateKind::Active, "In progress"), left: (TimeLeft::Plenty, "1h 58m", 25), assignee: Some("Tomasz Skiba"), updated: "1h" },
    Row { level: 3, number: "INC0020222", title: "Cannot reach payroll from home since Tuesday", unread: false, requester: "Bjørn Hauge", state: (StateKind::Hold, "On hold"), left: (TimeLeft::Paused, "paused", 70), assignee: Some("Maya Olsen"), updated: "1h" },
    Row { level: 4, number: "INC0020396", title: "Switch stack in hall C shows a failed power supply", unread: false, requester: "Monitoring", state: (StateKind::New, "New"), left: (TimeLeft::None, "no target", 0), assignee: None, updated: "1h" },
    Row { level: 3, number: "INC0020211", title: "Site-to-site tunnel to supplier Nordlys rekeys every 5 minutes", unread: false, requester: "Tove Strand", state: (StateKind::Done, "Resolved"), left: (TimeLeft::Met, "met", 40), assignee: Some("Ann Keller"), updated: "3h" },
];

fn list() -> Markup {
    html! {
        div class="list-page" {
            header class="page-head" {
                div class="grow" { h1 { "Network, urgent and open" } p class="small-text" { "Thu 19 Nov, 10:42 · saved view of team Network" } }
                div class="figures" {
                    p class="figure red" { b { "3" } "overdue" }
                    p class="figure amber" { b { "5" } "due in 1 h" }
                    p class="figure" { b { "13" } "nobody’s" }
                    p class="figure" { b { "50" } "in view" }
                }
            }
            div class="filter-bar" {
                form class="query" role="search" aria-label="Filter" data-filter {
                    (icon("filter"))
                    @for (key, value) in [("state:", "open"), ("team:", "\"Network\""), ("priority", "<=2")] {
                        span class="chip" { span class="key" { (key) } span class="value" { (value) } a class="remove" href="#" aria-label=(format!("Remove filter {key}")) { (icon("close")) } }
                    }
                    span class="chip order" { span class="key" { "sort:" } span class="value" { "due" } a class="remove" href="#" aria-label="Remove order" { (icon("close")) } }
                    input name="q" aria-label="Filter" placeholder="Add a filter, for example location:Lyon";
                    kbd { "/" }
                }
                a class="button quiet not-phone" href="#" { (icon("save")) "Save" }
                a class="button quiet not-phone" href="#" { (icon("columns")) "Columns" }
                nav class="segments not-phone" aria-label="View" { a href="#" aria-current="page" { (icon("list")) "List" } a href="#" { (icon("board")) "Board" } }
            }
            form class="scroll" method="post" id="bulk" {
                table class="table records" data-list {
                    thead { tr {
                        th class="col-select" { label class="check" { input type="checkbox" data-select-all aria-label="Select all"; } }
                        th class="col-priority" { "Pri" } th class="col-number" { "Number" } th class="col-title" { "Title" }
                        th class="col-text" { "Requester" } th class="col-state" { "State" }
                        th class="col-time-left" aria-sort="ascending" { a href="#" { "Time left" (icon("up")) } }
                        th class="col-assignee" { "Assignee" } th class="col-updated" { "Updated" }
                    } }
                    @for (heading, red, rows) in [("Overdue", true, &ROWS[..3]), ("Due within the hour", false, &ROWS[3..6]), ("Later", false, &ROWS[6..])] {
                        tbody {
                            tr class=(if red { "group red" } else { "group" }) { th colspan="9" scope="rowgroup" { (heading) b { (rows.len()) } } }
                            @for row in rows { (list_row(row)) }
                        }
                    }
                }
                nav class="pager" aria-label="Pages" {
                    span { "12 of 50" }
                    a class="button small end" rel="prev" aria-disabled="true" { (icon("left")) "Previous" }
                    a class="button small" rel="next" href="#" { "Next" (icon("right")) }
                }
            }
            div class="bulk-bar" role="group" aria-label="Selected records" {
                b { span data-selected-count { "2" } " selected" }
                button form="bulk" { (icon("user")) "Assign" }
                button form="bulk" { (icon("lock")) "Note" }
                button form="bulk" { (icon("merge")) "Merge" }
            }
        }
    }
}

fn list_row(row: &Row) -> Markup {
    let cursor = row.number == "INC0020307";
    let class = match (row.unread, cursor) {
        (true, true) => "unread cursor",
        (true, false) => "unread",
        (false, true) => "cursor",
        (false, false) => "",
    };
    html! {
        tr class=(class) {
            td class="col-select" { label class="check" { input type="checkbox" name="id" checked[row.number == "INC0020233" || row.number == "INC0020296"] aria-label=(format!("Select {}", row.number)); } }
            td class="col-priority" { (priority(row.level)) }
            td class="col-number number" { (row.number) }
            td class="col-title" { a href="record.html" {
                @if row.unread { i class="unread-dot" {} span class="visually-hidden" { "Unread: " } }
                span class="title" { (row.title) }
                @if row.unread { span class="extra" { (sized_icon("attachment", IconSize::Small)) "3" } }
            } }
            td class="col-text" { (row.requester) }
            td class="col-state" { (state(row.state.0, row.state.1)) }
            td class="col-time-left" { (time_left(row.left.0, row.left.1, row.left.2)) }
            td class="col-assignee" { @match row.assignee { Some(name) => (person(name)), None => (nobody("nobody")) } }
            td class="col-updated" { (row.updated) }
        }
    }
}

fn peek() -> Markup {
    html! {
        header { a class="row tight" href="list.html" { (icon("left")) b { "Network" } } span class="small-text end" { "1 of 50" } kbd { "J" } kbd { "K" } }
        ul { @for row in &ROWS {
            li class=[row.unread.then_some("unread")] { a href="record.html" aria-current=[(row.number == "INC0020418").then_some("true")] {
                span class="first-line" { (priority(row.level)) span class="number" { (row.number) } time class=(row.left.0.class()) { (row.left.1) } }
                span class="title" { (row.title) }
            } }
        } }
    }
}

fn record() -> Markup {
    html! {
        div class="record" data-record="INC0020418" {
            div class="talk" {
                header class="record-head" {
                    div class="row" { span class="number" { "INC0020418" } (priority(1)) span class="why" { "impact 2 × urgency 1" } }
                    h1 { (ROWS[0].title) }
                    form class="transitions" method="post" {
                        (boxed_state(StateKind::Active, "In progress")) (icon("arrow"))
                        button class="button" { "Put on hold" }
                        button class="button" { "Escalate" }
                        button class="button primary" data-key="d" { (icon("check")) "Resolve " kbd { "D" } }
                    }
                    div class="clocks" {
                        div class="clock over" { span { "Time to resolve" } b { "−1 h 05 m" } (tape(100)) small { (icon("alert")) "over since 09:37" } }
                        div class="clock soon" { span { "Next update" } b { "18 min" } (tape(30)) small { (icon("clock")) "by 11:00" } }
                        div class="clock met" { span { "First response" } b { "6 min" } (tape(60)) small { (icon("check")) "met, target 15 min" } }
                    }
                }
                nav class="tabs" aria-label="Parts of the record" {
                    a href="#" aria-current="page" { "Everything " span class="count" { "12" } }
                    a href="#" { "Conversation " span class="count" { "3" } }
                    a href="#" { "Notes " span class="count" { "2" } }
                    a href="#" { "History " span class="count" { "5" } }
                    span class="only-phone-tab" { a href="#facts" { "Facts" } }
                }
                div class="panel" { (timeline()) }
                div class="dock" { (composer()) }
            }
            section class="side" id="facts" aria-label="Facts" {
                div class="section" { dl class="facts" {
                    dt { "Assignee" } dd { (person("Jonas Weber")) }
                    dt { "Team" } dd { "Network" }
                    dt { "Impact" } dd { "2, a department" }
                    dt { "Urgency" } dd { "1, work has stopped" }
                    dt { "Category" } dd { "Network / Switching" }
                    dt { "Location" } dd { "Bergen, hall 3" }
                    dt { "Resolution code" } dd { span class="tag amber" { (icon("alert")) "needed to resolve" } }
                    dt { "Problem" } dd class="unset" { "none" }
                    dt { "Due" } dd { "today 09:37" }
                } }
                div class="section" {
                    header { h2 { "People" } a class="link end" href="#" { "Add follower" } }
                    ul class="links" {
                        li { a href="#" { (avatar("Ingrid Solheim")) span class="title" { b { "Ingrid Solheim" } } span class="tag" { "requester" } span class="small-text" { "Production planning · +47 5555 0142" } } }
                        li { a href="#" { (avatar("Maya Olsen")) span class="title" { "Maya Olsen" } span class="tag" { "follower" } } }
                    }
                }
                div class="section" {
                    header { h2 { "Service and devices" } a class="link end" href="#" { "Open map" } }
                    ul class="links" {
                        li { a href="#" { (icon("app")) span class="title" { "Plant floor control" } span class="health bad" { (icon("alert")) "degraded" } span class="small-text" { "line 3 at risk, 1 of 2 paths left" } } }
                        li { a href="#" { (icon("network")) span class="title" { "BGO-CORE-1" } span class="health warn" { (icon("alert")) "warning" } } }
                        li { a href="#" { (icon("network")) span class="title" { "BGO-CORE-2" } span class="health ok" { (icon("check")) "healthy" } } }
                    }
                }
            }
        }
    }
}

fn timeline() -> Markup {
    html! {
        ol class="timeline" {
            li class="entry" { span class="avatar medium" aria-hidden="true" { "IS" } article class="message" {
                header { b { "Ingrid Solheim" } span class="small-text" { "Production planning, Bergen" } span class="tag" { "Portal" } time { "08:31" } }
                div class="body prose" {
                    (markdown("Production line 3 stops every few minutes because the stations lose their connection. It began around 08:20. The buffer lasts about two hours, then the line stands still."))
                    div class="row" { a class="file" href="#" { (icon("camera")) span { "cabinet-3B.jpg" small { "2.1 MB" } } } }
                }
            } }
            li class="entry change" { span class="node" { (icon("bolt")) } p { b { "Rule “plant floor”" } " set priority to " b { "P1" } " and informed the duty phone " time { "08:31" } } }
            li class="entry change" { span class="node" { (icon("user")) } p { b { "Petra Lind" } " assigned this to " b { "Jonas Weber" } ", state " del { "New" } " → " b { "In progress" } " " time { "08:37" } } }
            li class="entry" { span class="avatar medium hue-1" aria-hidden="true" { "JW" } details class="message" {
                summary { b { "Jonas Weber" } span class="excerpt" { "Hello Ingrid, I have it and I am looking at the core switch now. I write again at 09:00." } span class="tag green" { (icon("check")) "first response" } time { "08:37" } }
                div class="body prose" { p { "Hello Ingrid, I have it and I am looking at the core switch now. I write again at 09:00." } }
            } }
            li class="new-line" { "New since 08:40" }
            li class="entry" { span class="avatar medium hue-1" aria-hidden="true" { "JW" } article class="message private" {
                header { b { "Jonas Weber" } span class="tag violet" { (icon("lock")) "Private note" } time { "08:52" } }
                div class="body prose" { (markdown("Uplink `Te1/1/2` has CRC errors since 08:19, the optic runs at **71 °C**. See [CHG0003391](/change/CHG0003391).\n\n```\nTe1/1/1  down   admin up   last change 19 Nov 02:14\nTe1/1/2  up     CRC 48 112 (+3 906/min)   temp 71 °C  HIGH\n```")) }
            } }
            li class="entry change red" { span class="node" { (icon("alert")) } p { "Time to resolve is over " time { "09:37" } } }
        }
    }
}

fn composer() -> Markup {
    html! {
        form class="composer" method="post" data-composer {
            div class="bar" {
                div class="segments" role="radiogroup" aria-label="Who reads it" {
                    label { input type="radio" name="visibility" value="public" checked data-key="r"; (icon("reply")) "Reply " kbd { "R" } }
                    label { input type="radio" name="visibility" value="private" data-key="n"; (icon("lock")) "Private note " kbd { "N" } }
                }
                span class="small-text when-reply" { "to Ingrid Solheim by portal and mail" }
                span class="tag violet when-private" { (icon("lock")) "Only colleagues read this" }
            }
            div class="write" {
                textarea name="body" aria-label="Message" required placeholder="Say what happens next, and when" {}
                button class="button primary when-reply" { (icon("send")) "Send " kbd { "Ctrl ↵" } }
                button class="button private when-private" { (icon("lock")) "Add note " kbd { "Ctrl ↵" } }
            }
        }
    }
}

fn form() -> Markup {
    html! {
        div class="sheet" {
            header class="page-head" { div { h1 { "New incident" } p class="small-text" { "Something that worked does not work any more." } } }
            form class="form" method="post" data-guard {
                section class="problems" role="alert" tabindex="-1" { h2 { (icon("alert")) "Two fields need you" } ul { li { a href="#title" { "Title: say in a few words what is wrong" } } li { a href="#impact" { "Impact: choose how many people it touches" } } } }
                div class="form-grid" {
                    p class="field wide" { label for="title" { "Title" } input class="input" id="title" name="title" required aria-invalid="true" aria-describedby="title-problem"; span class="problem" id="title-problem" { (icon("alert")) "Say in a few words what is wrong." } }
                    p class="field" { label for="requester" { "Requester" } input class="input" id="requester" value="Ingrid Solheim"; }
                    p class="field" { label for="location" { "Location " span class="optional" { "optional" } } input class="input" id="location" placeholder="Building or room"; }
                    p class="field" { label for="impact" { "Impact" } span class="select" { select class="input" id="impact" aria-invalid="true" aria-describedby="impact-problem" { option { "Choose" } option { "2, a department" } } (icon("down")) } span class="problem" id="impact-problem" { (icon("alert")) "Choose how many people it touches." } }
                    p class="field" { label for="urgency" { "Urgency" } span class="select" { select class="input" id="urgency" { option { "1, work has stopped" } } (icon("down")) } span class="help" { "Priority follows from impact and urgency." } }
                    p class="field wide" { label for="description" { "Description" } textarea class="input" id="description" { "Line 3 stops every few minutes." } span class="help" { "Markdown works: **bold**, `code`, lists and links." } }
                    p class="field wide" { label class="check" { input type="checkbox" checked; " Tell the duty phone" } }
                }
                section class="form-section" { h2 { "Assignment" } div class="form-grid" {
                    p class="field" { label for="team" { "Team" } span class="select" { select class="input" id="team" { option { "Network" } } (icon("down")) } }
                    p class="field" { label for="assignee" { "Assignee" } input class="input" id="assignee" readonly value="nobody"; }
                } }
                div class="form-actions" { button class="button primary" { "Create incident" } a class="button quiet" href="list.html" { "Cancel" } }
            }
        }
    }
}

fn empty() -> Markup {
    html! {
        header class="page-head" { h1 { "Security" } }
        div class="empty" { (icon("check")) h2 { "Nothing is open here" } p { "All six incidents of this week are resolved. New ones appear here by themselves." } a class="button" href="form.html" { (icon("plus")) "New incident" } }
    }
}

fn refusal() -> Markup {
    html! {
        div class="refusal" {
            span class="tag red" { (icon("lock")) "Not scheduled" }
            h1 { "The payroll patch cannot run on Tue 1 Dec, 20:00" }
            p class="lead" { "Two rules speak against it. Mend both and press Schedule again; everything you wrote is kept." }
            ul class="mends" {
                li { (icon("calendar")) span { b { "Month end is closed for payroll" } br; "30 Nov to 2 Dec, set by Finance." } a class="button" href="#" { "Move to 3 Dec, 20:00" } }
                li { (icon("user")) span { b { "Nobody has approved it" } br; "The payroll owner is Marit Lunde." } a class="button" href="#" { "Ask Marit" } }
            }
        }
    }
}

fn sign_in() -> Markup {
    html! {
        div class="brand-row" { span class="brand-mark" { (icon("brand")) } div { h1 { "Sign in" } p class="small-text" { "Deskwright at Halvorsen Marine" } } }
        form class="form" method="post" {
            p class="field" { label for="email" { "E-mail" } input class="input" id="email" type="email" value="jonas.weber@halvorsen.example" autocomplete="username"; }
            p class="field" { label for="password" { "Password" } input class="input" id="password" type="password" aria-invalid="true" aria-describedby="password-problem" autocomplete="current-password"; span class="problem" id="password-problem" { (icon("alert")) "E-mail and password do not fit together." } }
            button class="button primary large full" { "Sign in" }
        }
        p class="or" { "or" }
        a class="button large" href="#" { (icon("shield")) "Continue with company account" }
    }
}

fn portal_context(title: &str) -> PageContext {
    let place = |key: &str, label: &str, icon: &'static str, count: Option<u64>| Place {
        key: key.into(),
        label: label.into(),
        icon,
        href: "portal.html".into(),
        count,
        ..Place::default()
    };
    PageContext {
        title: title.into(),
        voice: Voice::Portal,
        product: "Halvorsen Marine".into(),
        reader: Some("Ingrid Solheim".into()),
        areas: vec![
            place("home", "Home", "desk", None),
            place("requests", "My requests", "list", Some(1)),
            place("articles", "Articles", "book", None),
            place("services", "Services", "shield", None),
        ],
        active_area: "home".into(),
        ..PageContext::default()
    }
}

fn portal() -> Markup {
    html! {
        section class="hero" { div class="page-width" {
            p class="greeting" { "Good morning, Ingrid" }
            h1 { "What can we help you with?" }
            form class="ask" role="search" { (sized_icon("search", IconSize::Large)) input name="q" aria-label="Describe it in your own words" placeholder="Describe it in your own words"; button class="button primary" { "Search" } }
            p class="suggestions" { span { "Often asked today:" } a href="#" { "VPN does not connect" } a href="#" { "Guest Wi-Fi" } a href="#" { "New phone" } }
        } }
        div class="page-width portal-grid" {
            div class="banner amber" { (sized_icon("alert", IconSize::Large)) div { b { "VPN from home is disturbed for colleagues in Lyon" } p { "You can sign in through the web portal until it is repaired. We write again at 11:30." } } a class="button" href="#" { "I have this too" } }
            section class="across" {
                h2 { "What do you need?" }
                ul class="tiles" {
                    @for (hue, name, title, more) in [("amber", "alert", "Something is broken", "Tell us what happened, we take it from there"), ("ice", "key", "Password and sign-in", "Reset it yourself in two minutes"), ("ice", "door", "Get access", "To a folder, a program or a building"), ("ice", "laptop", "Laptop, phone, screen", "Order, swap or give back"), ("ice", "wifi", "Wi-Fi, VPN and network", "At work, at home and on the ship"), ("ice", "app", "Software", "Ask for a program or an update"), ("ice", "users", "Someone joins or leaves", "Prepare everything for the first or last day"), ("green", "help", "Just a question", "We read every message")] {
                        li { a class="tile" href="portal-report.html" { span class=(format!("spot {hue}")) { (sized_icon(name, IconSize::Huge)) } span { b { (title) } span class="small-text" { (more) } } } }
                    }
                }
            }
            section {
                div class="row" { h2 { "My open requests" } a class="link end" href="#" { "See all 23" } }
                ul class="requests" {
                    li class="request yours" { a href="portal-ticket.html" { span class="spot round amber" { (sized_icon("reply", IconSize::Large)) } span class="about" { span class="happening amber" { "We need your answer" } b { "Scanner in hall 3 shows “no host”" } span class="next" { "Jonas asks: which number is printed below the barcode?" } } span class="which" { span { "Repair INC0020422" } span { "20 min ago" } } } a class="button primary" href="portal-ticket.html" { "Answer" } }
                    li class="request" { a href="portal-ticket.html" { span class="spot round ice" { (sized_icon("state-active", IconSize::Large)) } span class="about" { span class="happening ice" { "In work" } b { "Production line 3 stops every few minutes" } span class="next" { "Next message from us by 11:00 today" } } span class="which" { span { "Repair INC0020418" } span { "10 min ago" } } } }
                    li class="request" { a href="portal-ticket.html" { span class="spot round" { (sized_icon("clock", IconSize::Large)) } span class="about" { span class="happening" { "Received" } b { "Second screen for desk 2.041" } span class="next" { "Delivery expected on Tue 24 Nov" } } span class="which" { span { "Order REQ0008817" } span { "yesterday" } } } }
                    li class="request" { a href="portal-ticket.html" { span class="spot round green" { (sized_icon("check", IconSize::Large)) } span class="about" { span class="happening green" { "Done. Is everything all right?" } b { "Access to folder “Audit 2026”" } span class="next" { "Closes by itself on Mon 23 Nov" } } span class="which" { span { "Order REQ0008790" } span { "Tue" } } } button class="button" { "Yes, close it" } }
                }
            }
            aside class="portal-side" {
                section class="card padded services" { h2 { "How our services run" } ul {
                    li { span { "E-mail and calendar" } span class="health ok" { (icon("check")) "runs well" } }
                    li { span { "Wi-Fi in Lyon" } span class="health warn" { (icon("alert")) "slow" } }
                    li { span { "VPN from home" } span class="health bad" { (icon("alert")) "disturbed" } }
                } }
                section class="card padded sunk" { h2 { "Rather talk to someone?" } p { "Call " b { "5555" } " on weekdays from 07:00 to 18:00." } }
            }
        }
    }
}

fn ticket() -> Markup {
    html! {
        div class="portal-page" {
            div class="portal-column" {
                a class="back-link" href="portal.html" { (icon("left")) "My requests" }
                header class="ticket-head" {
                    h1 { "Scanner in hall 3 shows “no host”" }
                    p class="small-text" { "Repair INC0020422 · you wrote to us today at 10:02" }
                    ol class="steps" aria-label="Progress" {
                        li class="past" { span class="dot" { (icon("check")) } "Received" }
                        li class="now" aria-current="step" { span class="dot" { (icon("state-active")) } "In work" }
                        li { span class="dot" {} "Done" }
                    }
                }
                div class="banner amber" { (sized_icon("reply", IconSize::Large)) div { b { "We need your answer" } p { "Jonas asks which number is printed below the barcode on the scanner." } } }
                ol class="chat" {
                    li class="say me" { div { p class="by" { b { "You" } time { "10:02" } } div class="bubble prose" { p { "The hand scanner at packing place 4 in hall 3 says “no host” since this morning. The other two work." } a class="file" href="#" { (icon("camera")) span { "scanner.jpg" small { "1.8 MB" } } } } } }
                    li class="happened" { (icon("user")) "Jonas Weber from Network takes care of it, 10:09" }
                    li class="say" { span class="avatar medium hue-1" aria-hidden="true" { "JW" } div { p class="by" { b { "Jonas, Network" } time { "10:22" } } div class="bubble prose" { (markdown("Hello Ingrid, thank you for the photo. This is probably connected with the fault on line 3.\n\nSo that I find the right device: **which number is printed below the barcode?** It begins with HM-.")) } } }
                }
                details class="card fold" { summary { "Details and people " (icon("down")) } dl class="facts" { dt { "Location" } dd { "Bergen, hall 3, packing 4" } dt { "Helps you" } dd { "Jonas Weber, Network" } } }
                p class="row" { button class="button" { (icon("check")) "It works again" } }
            }
            form class="answer-form" method="post" data-composer { textarea class="input" name="body" rows="1" aria-label="Your answer" placeholder="Your answer" required {} button class="button primary icon-only" aria-label="Send" { (sized_icon("send", IconSize::Large)) } }
        }
    }
}

fn report() -> Markup {
    html! {
        div class="portal-page" { div class="portal-column" {
            a class="back-link" href="portal.html" { (icon("left")) "Help" }
            h1 { "What is broken?" }
            form class="form" method="post" data-guard {
                p class="field" { label for="what" { "What happens?" } input class="input" id="what" placeholder="For example: the printer in hall 2 prints blank pages"; }
                p class="field" { label for="more" { "What else should we know? " span class="optional" { "optional" } } textarea class="input" id="more" {} span class="help" { "Since when, what you tried, what the screen says." } }
                p class="field" { label for="where" { "Location" } span class="select" { select class="input" id="where" { option { "Bergen, hall 3" } } (icon("down")) } }
                fieldset class="field" { legend { "How much does it stop you?" } label class="check" { input type="radio" name="stop"; " I cannot work" } label class="check" { input type="radio" name="stop" checked; " It slows me down" } }
                div class="form-actions" { button class="button primary" { "Send to IT" } a class="button quiet" href="portal.html" { "Cancel" } }
            }
        } }
    }
}
