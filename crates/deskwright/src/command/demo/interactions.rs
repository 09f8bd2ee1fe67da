//! The demo's calls and walk-ups: most are solved at once, the rest become tickets or are about one.

use anyhow::Result;
use base::Timestamp;
use dictionary::Value;
use engine::Change;

use super::house::House;
use super::random::Random;
use super::stage::{Stage, choice, text};

/// What somebody calls about.
struct Call {
    title: &'static str,
    notes: &'static str,
    service: &'static str,
    end: &'static str,
}

macro_rules! calls {
    ($($title:literal, $notes:literal, $service:literal, $end:literal;)*) => {
        const CALLS: &[Call] = &[$(Call { title: $title, notes: $notes, service: $service, end: $end }),*];
    };
}

calls! {
    "How do I share my calendar?", "Showed where the permissions are; she shares it with her team now.", "E-mail and calendar", "solve";
    "Account locked after the holidays", "Identity checked by call-back. Unlocked; signed in while we spoke.", "E-mail and calendar", "solve";
    "Scanner at gate 4 beeps and shows nothing", "Battery changed, same picture. Needs somebody on site.", "Wi-Fi and network", "open_incident";
    "Printer on the second floor: where is it?", "Next to the kitchen. Queue added for him.", "Printing", "solve";
    "Second screen for the new colleague", "Begins on Monday, any size fits.", "Laptops and desktops", "open_request";
    "Any news about my laptop?", "Told him what stands in the ticket; he waits until Thursday.", "Laptops and desktops", "add_to_ticket";
    "Headset is silent in calls", "Wrong device was chosen in the settings. Works.", "Telephony", "solve";
    "Cannot find last month's report", "It moved to the new folder; sent her the link.", "Reporting", "solve";
    "Line dropped", "Called back twice, nobody answered.", "Telephony", "abandon";
    "ERP says no right to release orders", "Worked yesterday, others have it as well.", "ERP", "open_incident";
    "Guest needs Wi-Fi for an hour", "Printed a guest code at the counter.", "Wi-Fi and network", "solve";
    "Licence for the drawing program", "The small edition; his manager agrees.", "Laptops and desktops", "open_request";
    "VPN asks for the code again and again", "Clock of the phone was off by two minutes. Set to automatic.", "Wi-Fi and network", "solve";
    "It is still slow", "Same as last week, mornings only. Took the times down.", "ERP", "add_to_ticket";
    "Hung up while waiting", "Two minutes in the queue.", "Telephony", "abandon";
}

/// How many calls there were.
const COUNT: usize = 60;
/// Microseconds in a minute.
const MINUTE: i64 = 60_000_000;

/// Plays all calls, spread over the past weeks; the last one still goes on.
pub fn fill(stage: &mut Stage, house: &House, now: Timestamp) -> Result<()> {
    let chance = Random::new(61);
    let desk = &house.members["Service desk"];
    for index in 0..COUNT {
        let goes_on = index + 1 == COUNT;
        // The one that goes on is about a ticket that is there.
        let call = &CALLS[if goes_on {
            CALLS.len() - 2
        } else {
            (index * 7) % CALLS.len()
        }];
        let days = i64::try_from((COUNT - index) / 2).unwrap_or_default();
        let hour = chance.between(8 * 60, 16 * 60);
        let begun = stage.at_work(stage.day_before(now, days).plus_micros(hour * MINUTE));
        let begun = if goes_on {
            now.plus_micros(-20 * MINUTE)
        } else {
            begun
        };
        let ended = begun.plus_micros(chance.between(40, 15 * 60) * 1_000_000);
        let (Some(&agent), Some(&person)) = (chance.of(desk), chance.of(&house.requesters)) else {
            return Ok(());
        };
        if ended >= now {
            continue;
        }
        let walks_up = chance.percent(25);
        let channel = match (walks_up, chance.percent(12)) {
            (true, _) => "walk_up",
            (false, true) => "chat",
            (false, false) => "phone",
        };
        let change = Change::create("interaction")
            .with_value("title", text(call.title))
            .with_value("channel", choice(channel))
            .with_value("notes", text(call.notes));
        let number = chance.between(201, 589);
        let change = if call.end == "abandon" {
            change.with_value("caller", text(format!("+49 40 5550 {number}")))
        } else {
            let service = house.services.get(call.service).copied();
            let change = change.with_value("person", Value::Reference(person));
            change.with_value("service", service.map_or(Value::Null, Value::Reference))
        };
        let interaction = stage.play(begun, Some(agent), change)?.record;
        if goes_on {
            continue;
        }
        let known = stage.open_incident_of(ended, person)?;
        let step = match (call.end, known) {
            ("add_to_ticket", None) => Change::transition("interaction", interaction, "solve"),
            ("add_to_ticket", Some(ticket)) => {
                let add = Change::transition("interaction", interaction, "add_to_ticket");
                add.with_value("ticket", Value::Reference(ticket))
            }
            (step, _) => Change::transition("interaction", interaction, step),
        };
        stage.play(ended, Some(agent), step)?;
    }
    Ok(())
}
