//! Counts, sums and the like, in groups.
//!
//! A group is written `state` or `opened_at:month`, a measure `count`, `sum:time_worked`,
//! `median:elapsed(opened_at,resolved_at)` or `share:priority=1`; the same words in the query string and in
//! a body.

use axum::Json as JsonBody;
use axum::extract::{Path, Request, State};
use base::{Message, Refused, Timestamp};
use dictionary::filter::{Scope, parse};
use dictionary::{FieldDef, Kind, Value};
use engine::Ctx;
use engine::read::{
    AggregateRow, Aggregation, Bucket, Group, GroupKey, Measure, Measured, Quantity, Titles,
};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::record_type;
use super::list::filter;
use super::render::reference;
use crate::body::{read_json, typed};
use crate::{AppState, Failure, FormData};

const PARAMETERS: [&str; 7] = [
    "filter",
    "filter_json",
    "group",
    "measure",
    "zone",
    "from",
    "to",
];

/// What is asked, in words.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    filter: Option<String>,
    #[serde(default)]
    filter_json: Option<Json>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    measures: Vec<String>,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
}

/// `GET /{type}/aggregate`
pub(super) async fn by_query(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    by_parameters(&state, &caller, Some(&name), &parameters).await
}

/// `GET /records/aggregate`
pub(super) async fn across_by_query(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    by_parameters(&state, &caller, None, &parameters).await
}

async fn by_parameters(
    state: &AppState,
    caller: &Caller,
    name: Option<&str>,
    parameters: &FormData,
) -> Result<JsonBody<Json>, Failure> {
    parameters.only_with(&PARAMETERS, &["group", "measure"])?;
    let text = |name: &str| parameters.get(name).map(str::to_owned);
    let asked = Asked {
        groups: parameters.all("group").map(str::to_owned).collect(),
        measures: parameters.all("measure").map(str::to_owned).collect(),
        zone: text("zone"),
        from: text("from"),
        to: text("to"),
        ..Asked::default()
    };
    answer(state, caller, name, asked, parameters).await
}

/// `POST /{type}/aggregate`
pub(super) async fn by_body(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    by_request(&state, &caller, Some(&name), request).await
}

/// `POST /records/aggregate`
pub(super) async fn across_by_body(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    by_request(&state, &caller, None, request).await
}

async fn by_request(
    state: &AppState,
    caller: &Caller,
    name: Option<&str>,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    let asked: Asked = typed(read_json(state, request).await?)?;
    let filters = [
        asked.filter.clone().map(|it| ("filter", it)),
        asked
            .filter_json
            .as_ref()
            .map(|it| ("filter_json", it.to_string())),
    ];
    let filters = FormData::of(filters.into_iter().flatten());
    answer(state, caller, name, asked, &filters).await
}

async fn answer(
    state: &AppState,
    caller: &Caller,
    name: Option<&str>,
    asked: Asked,
    filters: &FormData,
) -> Result<JsonBody<Json>, Failure> {
    let ctx = &caller.ctx;
    if let Some(name) = name {
        record_type(ctx, name)?;
    }
    let mut measures = asked.measures.clone();
    if measures.is_empty() {
        measures.push("count".to_owned());
    }
    let zone = asked.zone.as_deref().map(zone).transpose()?;
    let zone = zone.unwrap_or_else(|| ctx.zone.clone());
    let stated = zone.iana_name().unwrap_or("UTC").to_owned();
    let aggregation = Aggregation {
        record_type: name.map(str::to_owned),
        filter: filter(ctx, name, filters)?,
        groups: asked
            .groups
            .iter()
            .map(|it| group(it))
            .collect::<Result<_, _>>()?,
        measures: measures
            .iter()
            .map(|it| measure(ctx, name, it))
            .collect::<Result<_, _>>()?,
        zone: Some(zone),
        range: range(asked.from.as_deref(), asked.to.as_deref())?,
    };
    let read = move |reading: &mut engine::Reading<'_, '_>| reading.aggregate(&aggregation);
    let found = state.engine().read_long(ctx, read).await?;
    let rows: Vec<Json> = found.rows.iter().map(|it| row(it, &found.titles)).collect();
    Ok(JsonBody(
        json!({ "groups": asked.groups, "measures": measures, "zone": stated, "rows": rows }),
    ))
}

/// Reads `state`, `opened_at:month` or `opened_at:fiscal_year:4`.
fn group(text: &str) -> Result<Group, Refused> {
    let Some((field, bucket)) = text.split_once(':') else {
        return Ok(Group::Field(text.trim().to_owned()));
    };
    let wrong = || {
        let known = "hour, day, week, month, quarter, year, fiscal_quarter:4, fiscal_year:4, weekday, hour_of_day";
        let message = Message::new("parameter-wrong")
            .with("name", "group")
            .with("given", text);
        Refused::BadRequest(message.with("expected", known))
    };
    let (name, start) = bucket
        .split_once(':')
        .map_or((bucket, None), |(name, start)| (name, Some(start)));
    let month = || {
        start
            .unwrap_or("1")
            .parse::<i8>()
            .ok()
            .filter(|it| (1..=12).contains(it))
            .ok_or_else(wrong)
    };
    let bucket = match name.trim() {
        "fiscal_quarter" => Bucket::FiscalQuarter {
            start_month: month()?,
        },
        "fiscal_year" => Bucket::FiscalYear {
            start_month: month()?,
        },
        _ if start.is_some() => return Err(wrong()),
        "hour" => Bucket::Hour,
        "day" => Bucket::Day,
        "week" => Bucket::Week,
        "month" => Bucket::Month,
        "quarter" => Bucket::Quarter,
        "year" => Bucket::Year,
        "weekday" => Bucket::Weekday,
        "hour_of_day" => Bucket::HourOfDay,
        _ => return Err(wrong()),
    };
    Ok(Group::Time {
        field: field.trim().to_owned(),
        bucket,
    })
}

/// Reads `count`, `sum:time_worked`, `within:4h:elapsed(opened_at,resolved_at)`, `share:priority=1`.
fn measure(ctx: &Ctx, type_name: Option<&str>, text: &str) -> Result<Measure, Refused> {
    let wrong = || {
        let known = "count, count:field, distinct:field, sum:field, avg:field, min:field, max:field, median:field, \
                     p90:field, within:4h:field, backlog:field, share:filter; elapsed(from,to) in place of a field";
        let message = Message::new("parameter-wrong")
            .with("name", "measure")
            .with("given", text);
        Refused::BadRequest(message.with("expected", known))
    };
    let Some((name, operand)) = text.split_once(':') else {
        return (text == "count")
            .then_some(Measure::Count)
            .ok_or_else(wrong);
    };
    let of = || quantity(operand).ok_or_else(wrong);
    Ok(match name {
        "count" => Measure::Filled(of()?),
        "distinct" => Measure::Distinct(of()?),
        "sum" => Measure::Sum(of()?),
        "avg" => Measure::Average(of()?),
        "min" => Measure::Min(of()?),
        "max" => Measure::Max(of()?),
        "median" => Measure::Percentile(50, of()?),
        "within" => {
            let (longest, of) = operand.split_once(':').ok_or_else(wrong)?;
            let longest = FieldDef::new(name, Kind::Duration).from_text(longest);
            let Ok(Value::Duration(at_most)) = longest else {
                return Err(wrong());
            };
            let of = quantity(of).ok_or_else(wrong)?;
            Measure::Within { of, at_most }
        }
        "backlog" if !operand.trim().is_empty() => Measure::Backlog {
            closed: operand.trim().to_owned(),
        },
        "share" => {
            let dictionary = &ctx.snapshot.dictionary;
            let scope = match type_name {
                Some(name) => {
                    let of = dictionary.record_type(name).ok_or_else(wrong)?;
                    Scope::new(dictionary, of)
                }
                None => Scope::spine(dictionary),
            };
            Measure::Share(parse(operand, &scope)?)
        }
        _ => Measure::Percentile(percent(name).ok_or_else(wrong)?, of()?),
    })
}

/// Reads `p1` to `p99`.
fn percent(name: &str) -> Option<u8> {
    let digits = name.strip_prefix('p')?;
    let number = digits
        .bytes()
        .all(|it| it.is_ascii_digit())
        .then(|| digits.parse());
    number?.ok().filter(|it| (1..=99).contains(it))
}

/// Reads a field, or `elapsed(opened_at,resolved_at)`.
fn quantity(text: &str) -> Option<Quantity> {
    let text = text.trim();
    if let Some(ends) = text.strip_prefix("elapsed(") {
        let (from, to) = ends.strip_suffix(')')?.split_once(',')?;
        let [from, to] = [from, to].map(|it| it.trim().to_owned());
        return Some(Quantity::Elapsed { from, to });
    }
    (!text.is_empty()).then(|| text.into())
}

fn zone(name: &str) -> Result<TimeZone, Refused> {
    TimeZone::get(name)
        .map_err(|_| Refused::BadRequest(Message::new("zone-unknown").with("zone", name)))
}

/// Both ends or none: a range with one end has no empty buckets to fill.
fn range(from: Option<&str>, to: Option<&str>) -> Result<Option<(Timestamp, Timestamp)>, Refused> {
    let instant = |name: &'static str, text: Option<&str>| {
        let message = Message::new("parameter-instant").with("name", name);
        text.and_then(Timestamp::parse)
            .ok_or(Refused::BadRequest(message))
    };
    match (from, to) {
        (None, None) => Ok(None),
        _ => Ok(Some((instant("from", from)?, instant("to", to)?))),
    }
}

fn row(row: &AggregateRow, titles: &Titles) -> Json {
    let keys = row
        .keys
        .iter()
        .map(|it| key(it, titles))
        .collect::<Vec<_>>();
    let values = row.values.iter().map(value).collect::<Vec<_>>();
    json!({ "keys": keys, "values": values })
}

fn key(key: &GroupKey, titles: &Titles) -> Json {
    match key {
        GroupKey::Value(Value::Reference(id)) => json!(reference(*id, titles)),
        GroupKey::Value(value) => value.to_json(),
        GroupKey::From(day) => json!(day.to_string()),
        GroupKey::Hour(instant) => json!(instant.to_string()),
        GroupKey::Weekday(number) | GroupKey::HourOfDay(number) => json!(number),
    }
}

/// Totals are texts: they may be larger than what JSON readers keep exactly.
fn value(measured: &Measured) -> Json {
    match measured {
        Measured::Count(count) => json!(count),
        Measured::Number(total) => json!(total.map(|it| it.to_string())),
        Measured::Value(value) => value.to_json(),
        Measured::Amounts(amounts) => amounts
            .iter()
            .map(|(currency, total)| (currency.clone(), json!(total.to_string())))
            .collect(),
        Measured::Values(values) => values
            .iter()
            .map(|(currency, value)| (currency.clone(), value.to_json()))
            .collect(),
        Measured::Share { part, whole } => json!({ "part": part, "whole": whole }),
    }
}
