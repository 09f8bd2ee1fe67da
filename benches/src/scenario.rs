//! What is asked of the server, and as whom.

use std::sync::Arc;

use serde_json::json;

use crate::client::Request;
use crate::fill::{Player, World};

/// Name of the session cookie over plain HTTP.
const COOKIE: &str = "deskwright";

/// One thing to measure.
pub struct Scenario {
    /// What the table calls it.
    pub what: String,
    /// As whom.
    pub who: &'static str,
    /// The request of that number.
    pub ask: Arc<dyn Fn(u64) -> Request + Send + Sync>,
}

/// Everything that is measured, for each player.
#[must_use]
pub fn all(world: &World) -> Vec<Scenario> {
    let queue = format!("open:yes team:{}", world.team);
    let newest = format!(
        "/api/v1/incident?filter={}&sort=priority&limit=50",
        escape(&queue)
    );
    let mine = "/api/v1/incident?filter=open%3Ayes&sort=priority&limit=50".to_owned();
    let page = format!("/incident?q={}&sort=priority", escape(&queue));
    let (mut scenarios, mut creates) = (Vec::new(), Vec::new());
    for player in &world.players {
        let own = player.name == "requester";
        let list = if own { &mine } else { &newest };
        let mut add = |what: &str, ask: Arc<dyn Fn(u64) -> Request + Send + Sync>| {
            scenarios.push(Scenario {
                what: what.to_owned(),
                who: player.name,
                ask,
            });
        };
        add("read", by_number(player, "/api/v1/incident/", true));
        add("50 newest open by priority", same(player, list, true));
        add(
            "count of a view",
            same(
                player,
                &list.replace("limit=50", "limit=1&count=exact"),
                true,
            ),
        );
        let record = if own {
            "/portal/incident/"
        } else {
            "/incident/"
        };
        add("record page", by_number(player, record, false));
        add(
            "list page",
            same(player, if own { "/portal/requests" } else { &page }, false),
        );
        add("search of two words", search(player));
        if player.name != "auditor" {
            let (what, ask) = ("create".to_owned(), create(player, world));
            creates.push(Scenario {
                what,
                who: player.name,
                ask,
            });
        }
    }
    // Last, or the queues would fill up with what was created while they are measured.
    scenarios.extend(creates);
    scenarios
}

/// The request with the player's token, or with their session for pages.
#[must_use]
pub fn admitted(player: &Player, request: Request, api: bool) -> Request {
    if api {
        request.header("authorization", format!("Bearer {}", player.token))
    } else {
        request.header("cookie", format!("{COOKIE}={}", player.session))
    }
}

fn same(player: &Player, path: &str, api: bool) -> Arc<dyn Fn(u64) -> Request + Send + Sync> {
    let request = admitted(player, Request::get(path), api);
    Arc::new(move |_| request.clone())
}

fn by_number(player: &Player, path: &str, api: bool) -> Arc<dyn Fn(u64) -> Request + Send + Sync> {
    let requests: Vec<Request> = player
        .sample
        .iter()
        .map(|(_, number)| admitted(player, Request::get(format!("{path}{number}")), api))
        .collect();
    Arc::new(move |number| requests[number as usize % requests.len().max(1)].clone())
}

/// Words of which one stands in every title and the other in one of twenty.
fn search(player: &Player) -> Arc<dyn Fn(u64) -> Request + Send + Sync> {
    let player = player.clone();
    Arc::new(move |number| {
        let path = format!("/api/v1/search?q=scanner%20{}", number % 20);
        admitted(&player, Request::get(path), true)
    })
}

fn create(player: &Player, world: &World) -> Arc<dyn Fn(u64) -> Request + Send + Sync> {
    let (player, requester, service) = (player.clone(), world.requester, world.service);
    Arc::new(move |number| {
        let mut body = json!({
            "title": format!("Measured {number}: the scanner in hall 3 shows an error"),
            "description": "It blinks twice, then nothing happens.",
            "service": service.to_string(),
        });
        if player.name != "requester" {
            body["requester"] = json!(requester.to_string());
        }
        admitted(&player, Request::post("/api/v1/incident", &body), true)
    })
}

/// A text as it stands in a query.
#[must_use]
pub fn escape(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes()
        .map(|byte| {
            if keep(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
