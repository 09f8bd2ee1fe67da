//! Requests: somebody needs something that the house offers, and waits until it is there.

mod record;
mod settings;

use engine::Practice;

use crate::Sweep;
use crate::ticket::{self, sweeps};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        needs: ticket::NEEDS,
        goes_on: ticket::GOES_ON,
        rules: &ticket::RULES,
        guards: &ticket::GUARDS,
        reactions: &ticket::REACTIONS,
        settings: settings::ALL,
        ..Practice::new("request", record::declare)
    }
}

/// What time does to requests.
pub const fn sweeps() -> [Sweep; 3] {
    sweeps::of::<Request>()
}

struct Request;

impl sweeps::Ticket for Request {
    const NAME: &'static str = "request";
    const SWEEPS: [&'static str; 3] = [
        "request_auto_close",
        "request_hold_over",
        "request_override_over",
    ];
}
