//! Odd requests: whatever is sent, the server refuses it in words and goes on.

use std::collections::BTreeSet;

use base::{Ids as _, SeededIds};
use bench::client::{Client, Request};
use bench::scenario::{admitted, escape};
use bench::server::{Place, Server};

use crate::place;

const REQUESTS: u64 = 200_000;

/// What odd requests are made of.
const CRUMBS: [&str; 34] = [
    "state",
    "open",
    "priority",
    "requester.department.title",
    "title",
    "incident",
    "INC0000001",
    ":",
    "<=",
    "~",
    "^",
    "(",
    ")",
    "\"",
    "not ",
    " or ",
    " and ",
    "-",
    ",",
    "{",
    "}",
    "[",
    "]",
    "null",
    "true",
    "1e309",
    "-9223372036854775809",
    "9223372036854775808",
    "2026-02-30",
    "today-999999999w",
    "ÄẞİΣσς",
    "\u{202e}",
    "%00",
    "'; DROP TABLE record; --",
];
const PATHS: [&str; 14] = [
    "/api/v1/incident",
    "/api/v1/incident/",
    "/api/v1/incident/aggregate",
    "/api/v1/records",
    "/api/v1/types",
    "/api/v1/tokens",
    "/api/v1/settings/",
    "/api/v1/person",
    "/api/v1/role_assignment",
    "/incident",
    "/incident/",
    "/assets/",
    "/",
    "/sign-in",
];
const PARAMETERS: [&str; 9] = [
    "filter",
    "filter_json",
    "sort",
    "fields",
    "limit",
    "after",
    "count",
    "group",
    "measure",
];
const FIELDS: [&str; 8] = [
    "title",
    "state",
    "requester",
    "impact",
    "opened_at",
    "description",
    "team",
    "nonsense",
];

#[tokio::test(flavor = "multi_thread")]
async fn odd_requests_are_refused_in_words_on_sqlite() {
    survive(place::on_sqlite("fuzz_sqlite")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_requests_are_refused_in_words_on_postgres() {
    survive(place::on_postgres("fuzz_postgres")).await;
}

async fn survive(place: Place) {
    let world = place::filled(&place, 500).await;
    let agent = place::player(&world, "agent");
    let server = Server::start(&place).await.unwrap();
    let mut client = Client::connect(server.port).await.unwrap();
    let mut dice = Dice(SeededIds::new(20_260_728));
    let mut seen = BTreeSet::new();
    for number in 0..REQUESTS {
        let request = dice.request();
        let request = if dice.below(8) == 0 {
            request
        } else {
            admitted(agent, request, true)
        };
        let Ok(response) = client.send(&request).await else {
            // A server may hang up on what is no HTTP; it must be there for the next one.
            client = Client::connect(server.port).await.unwrap();
            continue;
        };
        seen.insert(response.status);
        // 503 is an answer in words as well: the question was too dear.
        let said = String::from_utf8_lossy(&response.body);
        let failed = response.status >= 500 && response.status != 503;
        assert!(
            !failed,
            "request {number} {request:?} was answered {}: {said:.600}",
            response.status
        );
    }
    for status in [200, 201, 400, 401, 404, 405, 413, 422] {
        assert!(
            seen.contains(&status),
            "no request was odd enough for {status}: {seen:?}"
        );
    }
    server.stop().unwrap();
    let verify = place.command(&["verify"]).output().unwrap();
    assert!(
        verify.status.success(),
        "{}",
        String::from_utf8_lossy(&verify.stdout)
    );
    place::cleared(&place);
}

/// The same odd requests in every run.
struct Dice(SeededIds);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % most as u64).unwrap_or(0)
    }

    fn of<'s>(&mut self, words: &[&'s str]) -> &'s str {
        words[self.below(words.len())]
    }

    fn crumbs(&mut self) -> String {
        let count = self.below(9);
        let mut text: String = (0..count).map(|_| self.of(&CRUMBS)).collect();
        if self.below(200) == 0 {
            text = text.repeat(500);
        }
        text
    }

    fn request(&mut self) -> Request {
        let mut path = self.of(&PATHS).to_owned();
        if path.ends_with('/') && path.len() > 1 {
            path.push_str(&escape(&self.crumbs()));
        }
        if self.below(2) == 0 {
            let (name, value) = (self.of(&PARAMETERS), self.crumbs());
            path.push_str(&format!("?{name}={}", escape(&value)));
        }
        if self.below(3) > 0 {
            return Request::get(path);
        }
        let body = self.body();
        let mut request = Request::post(path, &serde_json::Value::Null);
        request.method = self.of_methods();
        request.body = body;
        request
    }

    fn of_methods(&mut self) -> &'static str {
        ["POST", "PATCH", "PUT", "DELETE"][self.below(4)]
    }

    fn body(&mut self) -> String {
        match self.below(5) {
            0 => self.crumbs(),
            1 => "[".repeat(self.below(5_000)),
            2 => {
                // Seldom beyond the limit of a body, or the run would be about nothing else.
                let length = if self.below(50) == 0 {
                    2_000_000
                } else {
                    self.below(300_000)
                };
                format!("{{\"title\":\"{}\"}}", "x".repeat(length))
            }
            _ => {
                let (field, value) = (self.of(&FIELDS), self.crumbs());
                serde_json::json!({ field: value, "title": self.crumbs() }).to_string()
            }
        }
    }
}
