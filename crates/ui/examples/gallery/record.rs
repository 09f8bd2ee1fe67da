//! A record with its story and its composer.

use maud::{Markup, html};
use ui::icon::{StateKind, avatar, boxed_state, icon, person, priority, tape};
use ui::markdown::markdown;

use crate::list::ROWS;

/// The page.
pub fn record() -> Markup {
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
