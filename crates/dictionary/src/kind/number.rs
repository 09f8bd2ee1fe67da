//! Whole numbers, decimals and money.

use base::Message;
use serde_json::{Value as Json, json};

use crate::value::MAX_UNSCALED;
use crate::{Decimal, FieldDef, Money, Value};

pub(super) fn integer_from_json(field: &FieldDef, json: &Json) -> Result<Value, Message> {
    match json {
        Json::Number(number) => integer(number.as_i64()),
        // Numbered scales are choices to most clients, which send choices as text.
        Json::String(text) => integer_from_text(field, text),
        _ => Err(super::wrong("expected-integer")),
    }
}

pub(super) fn integer_from_text(_field: &FieldDef, text: &str) -> Result<Value, Message> {
    integer(text.trim().parse().ok())
}

pub(super) fn integer(number: Option<i64>) -> Result<Value, Message> {
    number
        .filter(|it| it.unsigned_abs() <= MAX_UNSCALED.unsigned_abs())
        .map(Value::Integer)
        .ok_or_else(|| super::wrong("expected-integer"))
}

pub(super) fn decimal_from_json(json: &Json, scale: u8) -> Result<Value, Message> {
    match json {
        Json::String(text) => decimal_from_text(text, scale),
        Json::Number(number) => decimal_from_text(&number.to_string(), scale),
        _ => Err(expected_decimal(scale)),
    }
}

pub(super) fn decimal_from_text(text: &str, scale: u8) -> Result<Value, Message> {
    Decimal::parse(text, scale)
        .map(Value::Decimal)
        .ok_or_else(|| expected_decimal(scale))
}

fn expected_decimal(scale: u8) -> Message {
    Message::new("expected-decimal").with("scale", scale)
}

pub(super) fn money_from_json(json: &Json) -> Result<Value, Message> {
    match json {
        Json::String(text) => money_from_text(text),
        Json::Object(members) => {
            let amount = members
                .get("amount")
                .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
            let currency = members.get("currency").and_then(Json::as_str);
            let (Some(amount), Some(currency)) = (amount, currency) else {
                return Err(super::wrong("expected-money"));
            };
            money_from_text(&format!("{amount} {currency}"))
        }
        _ => Err(super::wrong("expected-money")),
    }
}

pub(super) fn money_from_text(text: &str) -> Result<Value, Message> {
    Money::parse(text)
        .map(Value::Money)
        .ok_or_else(|| super::wrong("expected-money"))
}

pub(super) fn money_to_json(money: &Money) -> Json {
    json!({ "amount": Decimal { unscaled: money.minor, scale: 2 }.to_string(), "currency": money.currency })
}
