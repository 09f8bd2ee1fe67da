//! Mails that came in and wait for a decision: from whom, what they say, and what becomes of them.

use axum::extract::{Path, State};
use base::{Message, Refused, Uuid};
use engine::read::Titles;
use engine::system::mail::{self, Mail, MailState};
use engine::{Reading, Unit};
use maud::{Markup, html};
use ui::icon::icon;
use ui::label::{key, said};
use ui::{text, time};

use super::super::flash::Flash;
use super::super::shell::{Here, go};
use super::{Answer, page};
use crate::administration::mails::{AREA, Deed, act, may_for_others, name_of};
use crate::{AppState, Posted};

/// Where this stands in the navigation.
const PLACE: &str = "admin/mails";
/// Mails of the page.
const ROWS: i64 = 100;

/// `GET /admin/mails`
pub(super) async fn all(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    let wanted = here.query.get("state").unwrap_or("parked");
    let of = MailState::of_code(wanted).unwrap_or(MailState::Parked);
    let read = move |reading: &mut Reading<'_, '_>| {
        let mails = mail::list(reading.tx, reading.ctx.tenant, of, None, ROWS)?;
        let people = mails.iter().flat_map(|it| [it.taken_by, it.taken_as]);
        let titles = reading.titles_of(&people.flatten().collect())?;
        Ok((mails, titles))
    };
    let (mails, titles) = state.engine().read(here.ctx(), read).await?;
    let for_others = may_for_others(here.ctx(), state.config().opened_by_mail);
    let (language, ctx) = (here.language(), here.ctx());
    let title = text!(language, "admin-mails");
    let words =
        |it: MailState| said(language, &key(&["mail-state", it.code()])).unwrap_or_default();
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "admin-mails-words")) } } }
            nav class="tabs" aria-label=(title) { @for it in MailState::ALL {
                a href=(format!("/admin/mails?state={}", it.code())) aria-current=[(it == of).then_some("page")] { (words(it)) }
            } }
            @if mails.is_empty() { div class="empty" { (icon("check")) p { (text!(language, "admin-mails-none")) } } }
            @else { section class="card" { div class="wide-table" tabindex="0" role="region" aria-label=(title) { table class="table" {
                thead { tr {
                    th scope="col" { (text!(language, "mail-sender")) } th scope="col" { (text!(language, "mail-says")) }
                    th scope="col" { (text!(language, "mail-written")) } th scope="col" { (text!(language, "mail-came")) }
                    th scope="col" { span class="visually-hidden" { (text!(language, "mail-what-now")) } }
                } }
                tbody { @for it in &mails { tr {
                    td class="wrap" { (it.sender) }
                    td class="wrap" {
                        b { (it.subject) } p class="small-text" { (it.excerpt) }
                        @if let Some(reason) = &it.reason { p class="small-text" { (icon("alert")) (reason) } }
                        @if let Some(words) = decided(&here, it, &titles) { p class="small-text" { (words) } }
                    }
                    td { @if let Some(at) = it.sent_at { (time::absolute(language, &ctx.zone, at)) } }
                    td { (time::ago(language, &ctx.zone, ctx.now, it.received_at)) }
                    td { (deeds(&here, it, for_others)) }
                } } }
            } } } }
        }
    };
    Ok(page(&state, &here, (title, PLACE), Vec::new(), &body))
}

/// Who decided that it is taken, when, and in whose name.
fn decided(here: &Here, mail: &Mail, titles: &Titles) -> Option<String> {
    let (language, ctx) = (here.language(), here.ctx());
    let (by, at) = (mail.taken_by?, mail.decided_at?);
    let name = |it: Uuid| {
        let title = titles.get(it).map(|it| it.title.clone());
        title.unwrap_or_else(|| it.to_string())
    };
    let (who, when) = (name(by), time::absolute(language, &ctx.zone, at));
    Some(match mail.taken_as {
        Some(whom) => text!(
            language,
            "mail-decided-for",
            who = who,
            whom = name(whom),
            when = when
        ),
        None => text!(language, "mail-decided", who = who, when = when),
    })
}

/// What can be done with a mail; in the name of others only by who may do so.
fn deeds(here: &Here, mail: &Mail, for_others: bool) -> Markup {
    let language = here.language();
    if let (Some(of), Some(record)) = (&mail.record_type, mail.record) {
        return html! { a class="button small" href=(format!("/{of}/{record}")) { (text!(language, "mail-to-record")) } };
    }
    if !matches!(mail.state, MailState::Parked | MailState::Kept) {
        return html! {};
    }
    let (href, number) = (format!("/admin/mails/{}", mail.id), mail.id.simple());
    html! {
        details {
            summary class="button small" { (text!(language, "mail-what-now")) }
            @if here.ctx().may_somewhere("person", "create") && !mail.sender.is_empty() {
                form class="form" method="post" action=(href) {
                    (here.csrf())
                    p class="field wide" {
                        label for=(format!("title-{number}")) { (text!(language, "mail-person-name")) }
                        input class="input" id=(format!("title-{number}")) name="title" required value=(name_of(&mail.sender));
                    }
                    button class="button small" name="do" value="make" { (text!(language, "mail-make-person")) }
                }
            }
            form class="form" method="post" action=(href) {
                (here.csrf())
                @if for_others { p class="field wide" {
                    label for=(format!("as-{number}")) { (text!(language, "mail-take-as-whom")) }
                    input class="input" id=(format!("as-{number}")) name="as" type="email" placeholder=(text!(language, "mail-take-as-help"));
                } }
                button class="button small" name="do" value="take" { (text!(language, "mail-take")) }
            }
            form class="form" method="post" action=(href) {
                (here.csrf())
                p class="field wide" { label { input type="checkbox" name="sure" value="yes" required; " " (text!(language, "mail-discard-sure")) } }
                button class="button small danger" name="do" value="discard" { (text!(language, "mail-discard")) }
            }
        }
    }
}

/// `POST /admin/mails/{id}`
pub(super) async fn send(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    here.ctx().require_area(AREA)?;
    let text = |name: &str| form.get(name).unwrap_or_default().trim().to_owned();
    let deed = match form.get("do") {
        Some("make") => Deed::Make {
            title: text("title"),
        },
        Some("discard") if form.get("sure") == Some("yes") => Deed::Discard,
        Some("take") => match text("as").as_str() {
            "" => Deed::Again,
            address => Deed::As(person_of(&state, &here, address).await?),
        },
        _ => return Err(Refused::field("sure", Message::new("refused-required")).into()),
    };
    let opens = state.config().opened_by_mail;
    let write = move |unit: &mut Unit<'_, '_>| act(unit, id, (&deed, opens));
    let mail = state.engine().write(here.ctx(), write).await?;
    tracing::info!(mail = %mail.id, by = %here.ctx().actor.person, state = mail.state.code(), "a mail was decided on");
    let flash = Flash::new("notice-account", mail.subject);
    Ok(go("/admin/mails", Some(&flash)))
}

/// The person with that address.
async fn person_of(state: &AppState, here: &Here, address: &str) -> Result<Uuid, crate::Failure> {
    let unknown = Refused::field(
        "as",
        Message::new("mail-nobody-has").with("address", address),
    );
    let address = address.to_owned();
    let read = move |reading: &mut Reading<'_, '_>| reading.person_of_address(&address);
    let person = state.engine().read(here.ctx(), read).await?;
    Ok(person.ok_or(unknown)?)
}
