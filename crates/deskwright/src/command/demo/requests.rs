//! The demo's requests: what people order, at every stage of being fulfilled.

use anyhow::Result;
use base::{MICROS_PER_DAY, Timestamp};
use dictionary::Value;
use engine::{Action, Change, Comment};

use super::house::House;
use super::random::Random;
use super::stage::{Stage, choice, text};

/// What is ordered.
struct Order {
    title: &'static str,
    description: &'static str,
    why: &'static str,
    service: &'static str,
    category: (&'static str, &'static str),
    done: &'static str,
}

macro_rules! orders {
    ($($title:literal, $description:literal, $why:literal, $service:literal, $category:literal / $sub:literal, $done:literal;)*) => {
        const ORDERS: &[Order] = &[$(Order {
            title: $title, description: $description, why: $why, service: $service,
            category: ($category, concat!($category, "/", $sub)), done: $done,
        }),*];
    };
}

orders! {
    "Laptop for a new colleague", "She begins on the first of next month, in accounting.", "New position, agreed with personnel.", "Laptops and desktops", "Hardware"/"Laptop", "Laptop prepared and handed over with the account.";
    "Access to the sales reports", "Only reading, the same as the rest of the team.", "I took over the northern region.", "Reporting", "Access"/"Permission", "Added to the readers of the sales reports.";
    "Second screen at my desk", "Any size that fits the arm is fine.", "I compare delivery notes all day.", "Laptops and desktops", "Hardware"/"Screen", "Screen from stock mounted.";
    "Shared mailbox for the trade fair", "fair@ for four people until the end of the fair.", "Visitors need one address.", "E-mail and calendar", "E-mail"/"Mailbox", "Mailbox made, four people may read and send.";
    "Mobile phone with data abroad", "For two weeks in Norway.", "I visit three customers there.", "Telephony", "Telephony"/"Mobile phone", "Option booked for two weeks; it ends by itself.";
    "Headset for calls at the counter", "One ear is enough.", "The counter is loud.", "Telephony", "Telephony"/"Headset", "Handed out from stock.";
    "Licence for the drawing program", "The small edition does.", "Floor plans for the new warehouse.", "Laptops and desktops", "Service desk"/"How-to", "Licence assigned; installed from the software centre.";
    "Folder for the tender, five people only", "Nobody else may read it.", "The tender is confidential.", "File storage", "Files"/"Sharing", "Folder made; access checked with the owner.";
    "Order right in the ERP up to 5,000", "As for the other buyers.", "I replace Karin from Monday.", "ERP", "Business applications"/"ERP", "Role given until the end of the year.";
    "Wi-Fi for a customer's visit", "Twelve guests on Thursday.", "Training in room 2.", "Wi-Fi and network", "Network"/"Wi-Fi", "Guest code for twelve devices sent.";
}

/// How many are ordered.
const COUNT: usize = 30;

/// Plays all requests, spread over the past weeks.
pub fn fill(stage: &mut Stage, house: &House, now: Timestamp) -> Result<()> {
    let chance = Random::new(30);
    for index in 0..COUNT {
        let order = &ORDERS[index % ORDERS.len()];
        let days = i64::try_from(COUNT - index).unwrap_or_default() * 2;
        let day = stage.day_before(now, days);
        let asked = stage.at_work(day.plus_micros(chance.between(8, 16) * 3_600_000_000));
        let Some(requester) = chance.of(&house.requesters).copied() else {
            return Ok(());
        };
        let (category, below) = order.category;
        let change = Change::create("request")
            .with_value("title", text(order.title))
            .with_value("description", text(order.description))
            .with_value("justification", text(order.why))
            .with_value("service", Value::Reference(house.services[order.service]))
            .with_value("category", Value::Reference(house.categories[category]))
            .with_value("subcategory", Value::Reference(house.categories[below]));
        let request = stage.play(asked, Some(requester), change)?.record;
        let agents = &house.members[house.supports[order.service]];
        let Some(agent) = chance.of(agents).copied() else {
            continue;
        };
        let after = |days: i64| stage.at_work(asked.plus_micros(days * MICROS_PER_DAY));
        // What was ordered last waits, what was ordered before is on its way, the rest is done.
        let [taken, held, done, closed] = [1, 2, 4, 9].map(after);
        let take = Change::of("request", request, Action::Assign)
            .with_value("assignee", Value::Reference(agent));
        let start = Change::transition("request", request, "start");
        let hold = Change::transition("request", request, "hold")
            .with_value("hold_reason", choice("vendor"))
            .with_comment(Comment::public(
                "It is ordered; the vendor names next week.",
            ));
        let resume = Change::transition("request", request, "resume");
        let fulfil = Change::transition("request", request, "fulfil")
            .with_value("resolution_code", choice("fulfilled"))
            .with_value("close_notes", text(order.done))
            .with_comment(Comment::public(order.done));
        let close = Change::transition("request", request, "close");
        let mut steps = vec![(taken, agent, take), (taken, agent, start)];
        if index % 4 == 1 {
            steps.push((held, agent, hold));
            steps.push((done, agent, resume));
        }
        steps.push((done, agent, fulfil));
        steps.push((closed, requester, close));
        for (at, who, change) in steps {
            if at >= now {
                break;
            }
            stage.play(at, Some(who), change)?;
        }
    }
    Ok(())
}
