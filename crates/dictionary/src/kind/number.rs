//! Whole numbers, decimals and money.

use base::Message;
use serde_json::{Value as Json, json};

use crate::value::MAX_UNSCALED;
use crate::{Decimal, Money, Value};

pub(super) fn integer_from_json(json: &Json) -> Result<Value, Message> {
    match json {
        Json::Number(number) => integer_from_text(&number.to_string()),
        // Numbered scales are choices to most clients, which send choices as text.
        Json::String(text) => integer_from_text(text),
        _ => Err(super::wrong("expected-integer")),
    }
}

pub(super) fn integer_from_text(text: &str) -> Result<Value, Message> {
    let number = text.trim().parse::<i64>().ok();
    number
        .filter(|it| it.unsigned_abs() <= MAX_UNSCALED.unsigned_abs())
        .map(Value::Integer)
        .ok_or_else(|| wrong(text, 0, super::wrong("expected-integer")))
}

/// What is wrong with a text: it is a number of more digits than are kept, or none at all.
fn wrong(text: &str, scale: u8, expected: Message) -> Message {
    let unscaled = MAX_UNSCALED;
    let most = unscaled as f64 / 10_f64.powi(i32::from(scale));
    let digits = text.contains(|it: char| it.is_ascii_digit());
    match text.trim().parse::<f64>() {
        Ok(number) if digits && number.abs() > most => {
            Message::new("number-out-of-range").with("most", Decimal { unscaled, scale })
        }
        _ => expected,
    }
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
        .ok_or_else(|| wrong(text, scale, expected_decimal(scale)))
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
    Money::parse(text).map(Value::Money).ok_or_else(|| {
        let amount = text.trim().rsplit_once(' ').map_or("", |it| it.0);
        wrong(amount, 2, super::wrong("expected-money"))
    })
}

pub(super) fn money_to_json(money: &Money) -> Json {
    json!({ "amount": Decimal { unscaled: money.minor, scale: 2 }.to_string(), "currency": money.currency })
}
