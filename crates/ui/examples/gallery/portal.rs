//! Pages of requesters: the first one, a ticket, a report.

use maud::{Markup, html};
use ui::icon::{IconSize, icon, sized_icon};
use ui::markdown::markdown;

/// The first page.
pub fn portal() -> Markup {
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

/// A ticket and its talk.
pub fn ticket() -> Markup {
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

/// A report.
pub fn report() -> Markup {
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
