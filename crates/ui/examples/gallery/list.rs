//! A list, and the same list beside a record.

use maud::{Markup, html};
use ui::icon::{
    IconSize, StateKind, TimeLeft, icon, nobody, person, priority, sized_icon, state, time_left,
};

/// An incident of the list.
pub struct Row {
    pub level: u8,
    pub number: &'static str,
    pub title: &'static str,
    pub unread: bool,
    pub requester: &'static str,
    pub state: (StateKind, &'static str),
    pub left: (TimeLeft, &'static str, u8),
    pub assignee: Option<&'static str>,
    pub updated: &'static str,
}

/// The list.
#[rustfmt::skip]
pub const ROWS: [Row; 12] = [
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

/// The page.
pub fn list() -> Markup {
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

/// The list beside a record.
pub fn peek() -> Markup {
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
