//! Settings, each with the row that its value comes from.

use axum::Json as JsonBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Message, Refused, Uuid};
use engine::administer::{SettingInForce, setting_changes};
use engine::{Ctx, Origin, Reading, SettingDef, Unit};
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::{id, object};
use super::idempotency::{self, Answer, Once};
use crate::administration::setting::{self, guard};
use crate::body::read_json;
use crate::{AppState, Failure, FormData};

/// `GET /settings`
pub(super) async fn all(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    let organisation = organisation(&parameters)?;
    let readable = state
        .engine()
        .settings_in_force(&caller.ctx, organisation)
        .into_iter();
    let readable = readable.filter(|it| caller.ctx.require_area_for(it.area, organisation).is_ok());
    let settings: Vec<Json> = readable.map(|it| describe(&it)).collect();
    Ok(JsonBody(json!({ "settings": settings })))
}

/// `GET /settings/{key}`
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    let organisation = organisation(&parameters)?;
    Ok(JsonBody(read(&state, &caller, &key, organisation).await?))
}

/// `PUT /settings/{key}` with `{"value": …}`
pub(super) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
    request: Request,
) -> Result<Response, Failure> {
    let organisation = organisation(&parameters)?;
    // Also who asks again is told only what they may administer now.
    let area = known(&caller.ctx, &key)?.area;
    caller.ctx.require_area_for(area, organisation)?;
    let repeated = idempotency::key(request.headers())?;
    let body = read_json(&state, request).await?;
    let target = format!("{key}/{}", organisation.unwrap_or_default());
    let once = repeated.map(|it| Once::new(&caller, it, ("put_setting", &target), &body));
    let mut body = object(body)?;
    let missing = || Refused::field("value", Message::new("refused-required"));
    let value = body.remove("value").ok_or_else(missing)?;
    if let Some(name) = body.keys().next() {
        let message = Message::new("unknown-field-meant")
            .with("field", name)
            .with("meant", "value");
        return Err(Refused::field(name, message).into());
    }
    let kept = once.clone();
    let (written, now_in_force) = (key.clone(), value.clone());
    let also = move |unit: &mut Unit<'_, '_>| {
        let declared = known(unit.ctx, &written)?;
        let put = SettingInForce {
            key: declared.key,
            area: declared.area,
            value: now_in_force.clone(),
            origin: organisation.map_or(Origin::Tenant, Origin::Organisation),
        };
        let mut body = describe(&put);
        body["changes"] = changes(&mut unit.reading(), declared.key)?;
        let answer = Answer::new(StatusCode::OK, body);
        guard(unit, (declared.key, organisation), Some(&now_in_force))?;
        kept.iter().try_for_each(|it| it.keep(unit, &answer))?;
        Ok(answer)
    };
    let engine = state.engine();
    let put = engine.put_setting_and(&caller.ctx, organisation, &key, Some(value), also);
    let answer = match once {
        None => put.await,
        Some(once) => once.around(&state, &caller, put).await,
    };
    Ok(answer?.into_response())
}

/// `DELETE /settings/{key}`: the next value up the tree is in force again.
pub(super) async fn reset(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    let organisation = organisation(&parameters)?;
    let declared = known(&caller.ctx, &key)?.key;
    let also = move |unit: &mut Unit<'_, '_>| guard(unit, (declared, organisation), None);
    let engine = state.engine();
    engine
        .put_setting_and(&caller.ctx, organisation, &key, None, also)
        .await?;
    Ok(JsonBody(read(&state, &caller, &key, organisation).await?))
}

/// `POST /settings/{key}/preview` with `{"value": …}`, or `{}` for taking the row away: what a change would do.
pub(super) async fn preview(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    idempotency::refuse_key(request.headers())?;
    let organisation = organisation(&parameters)?;
    let declared = known(&caller.ctx, &key)?;
    caller.ctx.require_area_for(declared.area, organisation)?;
    let value = object(read_json(&state, request).await?)?.remove("value");
    if let Some(value) = &value {
        let fits = caller.ctx.snapshot.settings.check(declared.key, value);
        fits.map_err(|message| Refused::field("value", message))?;
    }
    let language = caller.language.clone();
    let look = move |reading: &mut Reading<'_, '_>| {
        setting::preview(
            reading,
            &language,
            (declared.key, organisation),
            value.as_ref(),
        )
    };
    let found = state.engine().read_long(&caller.ctx, look).await?;
    let differences = found
        .differences
        .iter()
        .map(|it| json!({ "place": it.place, "before": it.before, "after": it.after }));
    let effects = found.effects.iter().map(|it| {
        let words = ui::label::say(&caller.language, &it.message);
        json!({ "text": words, "page": it.href, "refuses": it.refuses })
    });
    let (differences, effects): (Vec<Json>, Vec<Json>) = (differences.collect(), effects.collect());
    Ok(JsonBody(
        json!({ "differences": differences, "effects": effects }),
    ))
}

async fn read(
    state: &AppState,
    caller: &Caller,
    key: &str,
    organisation: Option<Uuid>,
) -> Result<Json, Failure> {
    // A setting that was just put is in a newer snapshot than the request began with.
    let ctx = Ctx {
        snapshot: state.engine().snapshot_of(caller.ctx.tenant),
        ..caller.ctx.clone()
    };
    let mut all = state
        .engine()
        .settings_in_force(&ctx, organisation)
        .into_iter();
    let unknown = || Refused::NotFound(Message::new("setting-unknown").with("key", key));
    let found = all.find(|it| it.key == key).ok_or_else(unknown)?;
    ctx.require_area_for(found.area, organisation)?;
    let mut described = describe(&found);
    let told = move |reading: &mut Reading<'_, '_>| changes(reading, found.key);
    described["changes"] = state.engine().read(&ctx, told).await?;
    Ok(described)
}

/// Who changed it, for those who administer it everywhere: the changes are those of all organisations.
fn changes(reading: &mut Reading<'_, '_>, key: &str) -> base::Result<Json> {
    let ctx = reading.ctx;
    let declared = ctx.snapshot.settings.declaration(key);
    if !declared.is_ok_and(|it| ctx.require_area(it.area).is_ok()) {
        return Ok(json!([]));
    }
    let changes = setting_changes(reading, key)?;
    let described = changes.iter().map(|it| {
        json!({
            "organisation": it.organisation,
            "before": it.before,
            "after": it.after,
            "changed_at": it.changed_at.to_string(),
            "changed_by": (!it.changed_by.is_nil()).then_some(it.changed_by),
        })
    });
    Ok(described.collect())
}

fn known(ctx: &Ctx, key: &str) -> Result<SettingDef, Refused> {
    let declared = ctx.snapshot.settings.declaration(key);
    declared.map_err(Refused::NotFound)
}

fn organisation(parameters: &FormData) -> Result<Option<Uuid>, Refused> {
    parameters.only(&["organisation"])?;
    parameters
        .get("organisation")
        .map(|it| id(it, "organisation"))
        .transpose()
}

fn describe(setting: &SettingInForce) -> Json {
    let origin = match setting.origin {
        Origin::Default => json!({ "from": "default" }),
        Origin::Tenant => json!({ "from": "tenant" }),
        Origin::Organisation(id) => json!({ "from": "organisation", "organisation": id }),
    };
    json!({ "key": setting.key, "area": setting.area, "value": setting.value, "origin": origin })
}
