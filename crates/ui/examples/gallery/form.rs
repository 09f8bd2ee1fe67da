//! A form, and pages that have nothing to show: empty, refused, not signed in.

use maud::{Markup, html};
use ui::icon::icon;

/// A form with what is wrong in it.
pub fn form() -> Markup {
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

/// A list without anything.
pub fn empty() -> Markup {
    html! {
        header class="page-head" { h1 { "Security" } }
        div class="empty" { (icon("check")) h2 { "Nothing is open here" } p { "All six incidents of this week are resolved. New ones appear here by themselves." } a class="button" href="form.html" { (icon("plus")) "New incident" } }
    }
}

/// A refusal.
pub fn refusal() -> Markup {
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

/// Signing in.
pub fn sign_in() -> Markup {
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
