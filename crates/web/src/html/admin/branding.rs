//! How the installation looks: its name, colour and picture. Changed like any other setting.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Message, Refused};
use engine::system::branding::{BRANDING, MOST_LOGO_BYTES, of};
use maud::html;
use serde_json::json;
use ui::form::problems;
use ui::label::say;
use ui::text;

use super::super::shell::{Here, refused};
use super::field::whole;
use super::settings::propose;
use super::{Answer, page};
use crate::AppState;
use crate::viewer::{Posted, PostedWhole};

/// The area of administration.
const AREA: &str = "settings";
/// Where this stands in the navigation.
const PLACE: &str = "admin/branding";
/// What the colour is where none was chosen.
const OURS: &str = "#007996";

/// What the form shows: what is in force, or what was typed and refused.
struct Shown {
    product: String,
    accent: String,
    has_logo: bool,
    /// A picture that was sent with what was refused, so that it need not be chosen again.
    kept: String,
    problem: Option<Message>,
}

/// `GET /admin/branding`
pub(super) async fn form(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    let now = of(&here.ctx().snapshot, here.ctx().tenant);
    let shown = Shown {
        product: now.product.clone(),
        accent: now.accent.clone(),
        has_logo: now.logo.is_some(),
        kept: String::new(),
        problem: None,
    };
    Ok(show(&state, &here, &shown))
}

fn show(state: &AppState, here: &Here, shown: &Shown) -> Response {
    let language = here.language();
    let title = text!(language, "branding-title");
    let told: Vec<String> = shown.problem.iter().map(|it| say(language, it)).collect();
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "branding-words")) } } }
            (problems(language, "", &[], &told))
            form class="form card padded" method="post" action="/admin/branding" enctype="multipart/form-data" {
                (here.csrf())
                p class="field" {
                    label for="product" { (text!(language, "setting-branding-product")) }
                    input class="input" id="product" name="product" maxlength="60" value=(shown.product) placeholder=(state.config().product);
                    span class="help" { (text!(language, "branding-product-help")) }
                }
                p class="field" {
                    label for="accent" { (text!(language, "setting-branding-accent")) }
                    input class="input short" id="accent" type="color" name="accent" value=(if shown.accent.is_empty() { OURS } else { &shown.accent });
                    span class="help" { (text!(language, "branding-accent-help")) }
                }
                p class="field" { label class="check" { input type="checkbox" name="ours" value="true" checked[shown.accent.is_empty()]; (text!(language, "branding-ours")) } }
                p class="field" {
                    label for="logo" { (text!(language, "setting-branding-logo")) }
                    input class="input" id="logo" type="file" name="logo" accept="image/png,image/jpeg,image/webp";
                    span class="help" { (text!(language, "branding-logo-help", most = MOST_LOGO_BYTES / 1024)) }
                }
                @if !shown.kept.is_empty() {
                    input type="hidden" name="kept" value=(shown.kept);
                    p class="small-text" { (text!(language, "branding-kept")) }
                }
                @if shown.has_logo { p class="field" { label class="check" { input type="checkbox" name="no-logo" value="true"; (text!(language, "branding-no-logo")) } } }
                p class="row" {
                    button class="button primary" { (text!(language, "setting-preview")) }
                    a class="link" href=(format!("/admin/settings/{BRANDING}")) { (text!(language, "setting-history")) }
                }
            }
        }
    };
    page(state, here, (title, PLACE), Vec::new(), &body)
}

/// `POST /admin/branding`: the preview of the setting.
pub(super) async fn send(State(state): State<AppState>, posted: PostedWhole) -> Answer {
    let Posted { viewer, form } = posted.0;
    let here = Here::after(viewer);
    here.ctx().require_area(AREA)?;
    let text = |name: &str| form.get(name).map(str::trim).unwrap_or_default();
    let mut next = whole(&here, BRANDING);
    let ours = form.get("ours").is_some();
    let accent = if ours { "" } else { text("accent") };
    let logo = [text("logo"), text("kept")];
    let logo = logo.into_iter().find(|it| !it.is_empty());
    next.insert("product".to_owned(), json!(text("product")));
    next.insert("accent".to_owned(), json!(accent));
    if form.get("no-logo").is_some() {
        next.insert("logo".to_owned(), json!(""));
    } else if let Some(logo) = logo {
        if logo.len() > MOST_LOGO_BYTES * 2 {
            let message = Message::new("body-too-large").with("most", MOST_LOGO_BYTES);
            return Err(Refused::TooLarge(message).into());
        }
        next.insert("logo".to_owned(), json!(logo));
    }
    let next = serde_json::Value::Object(next);
    let checked = here.ctx().snapshot.settings.check(BRANDING, &next);
    let Err(message) = checked else {
        return propose(&state, &here, BRANDING, next).await;
    };
    let now = of(&here.ctx().snapshot, here.ctx().tenant);
    let shown = Shown {
        product: text("product").to_owned(),
        accent: accent.to_owned(),
        has_logo: now.logo.is_some(),
        kept: logo.unwrap_or_default().to_owned(),
        problem: Some(message),
    };
    let shown = show(&state, &here, &shown);
    Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY))
}
