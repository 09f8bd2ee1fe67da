//! People and their accounts: who can sign in, from where, with which tokens, and what they may do and why.

use std::collections::HashMap;

use axum::extract::{Path, State};
use base::{Message, Refused, Uuid};
use dictionary::filter::{Filter, Scope, parse};
use dictionary::{Count, Direction, Operand, Operator, Page, Query, Sort, Term, Value, spine};
use engine::Reading;
use engine::system::credential;
use maud::{Markup, html};
use ui::icon::icon;
use ui::{text, time};

use super::super::flash::Flash;
use super::super::shell::{Here, go};
use super::{Answer, page};
use crate::administration::account::{AREA, Account, Deed, SignIn, act, load};
use crate::auth::{self, MadeLink};
use crate::{AppState, Posted};

/// Where this stands in the navigation.
const PLACE: &str = "admin/people";
/// People of one page.
const ROWS: usize = 50;

/// `GET /admin/people`
pub(super) async fn all(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    let asked = here.query.get("q").unwrap_or_default().trim().to_owned();
    let after = here
        .query
        .get("after")
        .filter(|it| !it.is_empty())
        .map(str::to_owned);
    let wanted = asked.clone();
    let read = move |reading: &mut Reading<'_, '_>| {
        let unknown = || Refused::NotFound(Message::new("type-unknown").with("type", "person"));
        let of = reading.ctx.record_type("person").ok_or_else(unknown)?;
        let scope = Scope::new(&reading.ctx.snapshot.dictionary, &of);
        let filter = parse(&wanted, &scope).unwrap_or_else(|_| named(&wanted));
        let query = Query {
            record_type: Some(of.name.clone()),
            filter: if wanted.is_empty() {
                Filter::default()
            } else {
                filter
            },
            sort: vec![Sort {
                field: spine::TITLE.to_owned(),
                direction: Direction::Ascending,
            }],
            page: Page {
                limit: Some(ROWS),
                after: after.clone(),
            },
            count: Count::Exact,
            ..Query::default()
        };
        let found = reading.list(&query)?;
        let all = credential::all(reading.tx, reading.ctx.tenant)?;
        let all: HashMap<Uuid, _> = all.into_iter().map(|it| (it.person, it)).collect();
        Ok((found, all))
    };
    let (found, credentials) = state.engine().read_long(here.ctx(), read).await?;
    let language = here.language();
    let title = text!(language, "admin-accounts");
    let body = html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "admin-accounts-words", count = found.count.unwrap_or(0))) } }
                a class="button" href="/admin/people/import" { (icon("download")) (text!(language, "people-import")) }
                @if here.ctx().may_somewhere("person", "create") { a class="button primary" href="/person/new" { (icon("plus")) (text!(language, "people-new")) } }
            }
            form class="row find" method="get" action="/admin/people" role="search" {
                label class="visually-hidden" for="find" { (text!(language, "people-find")) }
                input class="input" id="find" type="search" name="q" value=(asked) placeholder=(text!(language, "people-find"));
                button class="button" { (text!(language, "people-find-do")) }
            }
            section class="card" { div class="wide-table" tabindex="0" role="region" aria-label=(title) { table class="table" {
                thead { tr {
                    th scope="col" { (text!(language, "people-name")) } th scope="col" { (text!(language, "people-login")) } th scope="col" { (text!(language, "people-sign-in")) }
                } }
                tbody { @for row in &found.rows {
                    @let own = credentials.get(&row.id());
                    @let left = row.value(spine::OPEN).as_boolean() == Some(false);
                    tr {
                        td { a class="link" href=(format!("/admin/people/{}", row.id())) { (row.title().unwrap_or_default()) } }
                        td { (own.map(|it| it.login.as_str()).or(row.value("email").as_text()).unwrap_or_default()) }
                        td { (sign_in_words(&here, SignIn::of(own, left))) }
                    }
                } }
            } } }
            @if let Some(next) = &found.next {
                @let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &asked).append_pair("after", next).finish();
                p { a class="button" rel="next" href=(format!("/admin/people?{query}")) { (text!(language, "people-next")) } }
            }
        }
    };
    Ok(page(&state, &here, (title, PLACE), Vec::new(), &body))
}

/// Words that are no filter are looked for in names and addresses.
pub(super) fn named(text: &str) -> Filter {
    let holds = |field: &str| {
        let value = Operand::One(Term::Value(Value::Text(text.to_owned())));
        Filter::test(field, Operator::Contains, value)
    };
    Filter::Any(vec![holds(spine::TITLE), holds("email")])
}

fn sign_in_words(here: &Here, stands: SignIn) -> Markup {
    let language = here.language();
    let (class, words) = match stands {
        SignIn::None => ("tag", text!(language, "sign-in-state-none")),
        SignIn::Invited => ("tag amber", text!(language, "sign-in-state-invited")),
        SignIn::Open => ("tag green", text!(language, "sign-in-state-open")),
        SignIn::Closed => ("tag red", text!(language, "sign-in-state-closed")),
        SignIn::Left => ("tag", text!(language, "sign-in-state-left")),
    };
    html! { span class=(class) { (words) } }
}

/// `GET /admin/people/{id}`
pub(super) async fn one(
    State(state): State<AppState>,
    Path(key): Path<String>,
    here: Here,
) -> Answer {
    show(&state, &here, &key, None).await
}

async fn show(state: &AppState, here: &Here, key: &str, made: Option<&MadeLink>) -> Answer {
    let wanted = key.to_owned();
    let read = move |reading: &mut Reading<'_, '_>| load(reading, &wanted);
    let account = state.engine().read_long(here.ctx(), read).await?;
    let language = here.language();
    let title = account.record.title().unwrap_or_default().to_owned();
    let id = account.record.id();
    let may_link = matches!(
        account.sign_in,
        SignIn::None | SignIn::Invited | SignIn::Open
    );
    let explained = format!("/admin/explain?person={id}");
    let body = html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" { h1 { (title) } p class="small-text" { (sign_in_words(here, account.sign_in)) @if let Some(login) = &account.login { " " (login) } } }
                a class="button" href=(format!("/person/{id}")) { (icon("user")) (text!(language, "people-record")) }
                a class="button" href=(explained) { (icon("help")) (text!(language, "explain-title")) }
            }
            @if let Some(made) = made { (link_made(here, made)) }
            section class="card padded" {
                h2 { (text!(language, "people-account")) }
                div class="row" {
                    @if may_link { (deed(here, id, "link", "key", if account.login.is_some() { text!(language, "people-reset") } else { text!(language, "people-invite") }, "button primary")) }
                    @if may_link && state.config().sends_mail { (deed(here, id, "mail", "mail", text!(language, "people-mail-link"), "button")) }
                    @if account.login.is_some() && account.sign_in != SignIn::Left {
                        @if account.sign_in == SignIn::Closed { (deed(here, id, "open", "check", text!(language, "people-open"), "button")) }
                        @else { (deed(here, id, "close", "lock", text!(language, "people-close"), "button danger")) }
                    }
                }
                p class="small-text" { (text!(language, "people-account-help")) }
            }
            (roles_part(here, &account))
            (work_part(here, &account))
            (sessions_part(here, &account))
            (tokens_part(here, &account))
        }
    };
    let way = vec![(
        text!(language, "admin-accounts"),
        "/admin/people".to_owned(),
    )];
    Ok(page(state, here, (title, PLACE), way, &body))
}

fn link_made(here: &Here, made: &MadeLink) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    html! {
        div class="banner green" role="status" {
            (icon("key"))
            div {
                b { (text!(language, "people-link-made")) }
                p { code class="wrap" { (made.url) } }
                p { (text!(language, "people-link-help")) " " (time::absolute(language, &ctx.zone, made.expires_at)) }
            }
        }
    }
}

fn deed(
    here: &Here,
    id: Uuid,
    name: &str,
    sign: &'static str,
    words: String,
    class: &str,
) -> Markup {
    html! {
        form method="post" action=(format!("/admin/people/{id}")) {
            (here.csrf())
            button class=(class) name="do" value=(name) { (icon(sign)) (words) }
        }
    }
}

fn roles_part(here: &Here, account: &Account) -> Markup {
    let language = here.language();
    let roles = account.actor.iter().flat_map(|it| &it.roles);
    html! {
        section class="card padded" {
            h2 { (text!(language, "people-roles")) }
            ul class="row" { @for it in roles { li { span class="tag ice" { (ui::label::role(language, &it.role)) } @if !it.organisations.is_empty() { " " (text!(language, "people-roles-within", count = it.organisations.len())) } } } }
            p { a class="link" href=(format!("/role_assignment?q=person%3A{}", account.record.id())) { (text!(language, "people-roles-change")) } }
        }
    }
}

fn work_part(here: &Here, account: &Account) -> Markup {
    let language = here.language();
    let count = account.work.count.unwrap_or(0);
    html! {
        @if count > 0 {
            section class="card padded" {
                h2 { (text!(language, "people-work", count = count)) }
                ul class="links" { @for row in account.work.rows.iter().take(10) {
                    @let of = row.record_type();
                    li { a href=(ui::field::record_href(&of.name, row.number(), row.id())) { (icon("list")) span class="title" { (row.number().unwrap_or_default()) " " (row.title().unwrap_or_default()) } } }
                } }
                p { a class="link" href=(format!("/records?q=assignee%3A{}+open%3Atrue", account.record.id())) { (text!(language, "people-work-all")) } }
            }
        }
    }
}

fn sessions_part(here: &Here, account: &Account) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    let id = account.record.id();
    html! {
        section class="card padded" {
            h2 { (text!(language, "people-sessions")) }
            @if account.sessions.is_empty() { p class="small-text" { (text!(language, "people-sessions-none")) } }
            @else {
                div class="wide-table" { table class="table stacked" {
                    thead { tr { th scope="col" { (text!(language, "session-browser")) } th scope="col" { (text!(language, "session-address")) } th scope="col" { (text!(language, "session-seen")) } th scope="col" { span class="visually-hidden" { (text!(language, "session-end")) } } } }
                    tbody { @for it in &account.sessions { tr {
                        td { (it.agent.chars().take(60).collect::<String>()) } td { (it.address) } td { (time::ago(language, &ctx.zone, ctx.now, it.last_seen_at)) }
                        td { form method="post" action=(format!("/admin/people/{id}")) { (here.csrf()) input type="hidden" name="id" value=(it.id); button class="button small" name="do" value="end-session" { (text!(language, "session-end")) } } }
                    } } }
                } }
                div class="row" { (deed(here, id, "end-sessions", "sign-out", text!(language, "people-sessions-end"), "button")) }
            }
        }
    }
}

fn tokens_part(here: &Here, account: &Account) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    let id = account.record.id();
    html! {
        section class="card padded" {
            h2 { (text!(language, "people-tokens")) }
            @if account.tokens.is_empty() { p class="small-text" { (text!(language, "people-tokens-none")) } }
            @else { div class="wide-table" { table class="table stacked" {
                thead { tr { th scope="col" { (text!(language, "token-name")) } th scope="col" { (text!(language, "token-scopes")) } th scope="col" { (text!(language, "token-used")) } th scope="col" { span class="visually-hidden" { (text!(language, "token-revoke")) } } } }
                tbody { @for it in &account.tokens { tr {
                    td { (it.name) " " span class="number" { "…" (it.hint) } } td { (it.scopes.join(", ")) }
                    td { @match it.last_used_at { Some(used) => (time::ago(language, &ctx.zone, ctx.now, used)), None => (text!(language, "token-never")) } }
                    td { form method="post" action=(format!("/admin/people/{id}")) { (here.csrf()) input type="hidden" name="id" value=(it.id); button class="button small danger" name="do" value="revoke-token" { (text!(language, "token-revoke")) } } }
                } } }
            } } }
        }
    }
}

/// `POST /admin/people/{id}`
pub(super) async fn send(
    State(state): State<AppState>,
    Path(person): Path<Uuid>,
    posted: Posted,
) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    let id = || -> Result<Uuid, Refused> {
        let id = form.get("id").and_then(|it| Uuid::try_parse(it).ok());
        id.ok_or_else(|| Refused::field("id", Message::new("expected-reference")))
    };
    let deed = match form.get("do") {
        Some("link") => {
            let made = auth::make_link(&state, here.ctx(), person).await?;
            return show(&state, &here, &person.to_string(), Some(&made)).await;
        }
        Some("mail") => {
            auth::mail_link(&state, here.ctx(), person).await?;
            return Ok(go(
                &format!("/admin/people/{person}"),
                Some(&Flash::new("notice-link-mailed", "")),
            ));
        }
        Some("close") => Deed::Close,
        Some("open") => Deed::Open,
        Some("end-sessions") => Deed::EndSessions,
        Some("end-session") => Deed::EndSession(id()?),
        Some("revoke-token") => Deed::RevokeToken(id()?),
        _ => return Err(Refused::field("do", Message::new("refused-required")).into()),
    };
    act(&state, here.ctx(), person, deed).await?;
    let ids = std::collections::BTreeSet::from([person]);
    let name = move |reading: &mut Reading<'_, '_>| reading.titles_of(&ids);
    let titles = state.engine().read(here.ctx(), name).await?;
    let name = titles
        .get(person)
        .map(|it| it.title.clone())
        .unwrap_or_default();
    let flash = Flash::new("notice-account", name);
    Ok(go(&format!("/admin/people/{person}"), Some(&flash)))
}
