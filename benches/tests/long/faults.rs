//! Pulling the plug: a server is killed while many write, and every write that it acknowledged is there
//! afterwards, with an intact history.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bench::client::{Client, Request};
use bench::fill::World;
use bench::scenario::admitted;
use bench::server::{Place, Server};
use serde_json::json;

use crate::place;

const ROUNDS: u64 = 5;
const WRITERS: u64 = 16;

/// What a writer knows of one record: the title that was acknowledged, and the one that was under way.
#[derive(Clone, Debug, Default)]
struct Known {
    acknowledged: String,
    under_way: Option<String>,
}

type Ledger = Arc<Mutex<BTreeMap<String, Known>>>;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_kill_on_sqlite() {
    survive(place::on_sqlite("faults_sqlite")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_kill_on_postgres() {
    survive(place::on_postgres("faults_postgres")).await;
}

async fn survive(place: Place) {
    let world = place::filled(&place, 200).await;
    let ledger = Ledger::default();
    for round in 0..ROUNDS {
        let server = Server::start(&place).await.unwrap();
        let port = server.port;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                tokio::spawn(write(
                    port,
                    world.clone(),
                    Arc::clone(&ledger),
                    round * WRITERS + writer,
                ))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(300 + 170 * round)).await;
        server.kill().unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
        check(&place, &world, &ledger).await;
    }
    assert!(
        ledger.lock().unwrap().len() > 100,
        "too little was written to prove anything"
    );
    place::cleared(&place);
}

/// Creates and changes records until the server is gone.
async fn write(port: u16, world: World, ledger: Ledger, writer: u64) {
    let Ok(mut client) = Client::connect(port).await else {
        return;
    };
    for number in 0.. {
        let title = format!("written by {writer}, number {number}");
        let body = json!({ "title": title, "requester": world.requester.to_string() });
        let create = admitted(
            place::player(&world, "agent"),
            Request::post("/api/v1/incident", &body),
            true,
        );
        let Ok(response) = client.send(&create).await else {
            return;
        };
        assert_eq!(
            response.status,
            201,
            "{}",
            String::from_utf8_lossy(&response.body)
        );
        let id = response.json().unwrap()["id"].as_str().unwrap().to_owned();
        let changed = format!("{title}, changed");
        let known = Known {
            acknowledged: title,
            under_way: Some(changed.clone()),
        };
        ledger.lock().unwrap().insert(id.clone(), known);
        let mut patch = Request::post(
            format!("/api/v1/incident/{id}"),
            &json!({ "title": changed }),
        );
        patch.method = "PATCH";
        let Ok(response) = client
            .send(&admitted(place::player(&world, "agent"), patch, true))
            .await
        else {
            return;
        };
        assert_eq!(
            response.status,
            200,
            "{}",
            String::from_utf8_lossy(&response.body)
        );
        ledger.lock().unwrap().insert(
            id,
            Known {
                acknowledged: changed,
                under_way: None,
            },
        );
    }
}

/// Everything acknowledged is there, and the history is intact.
async fn check(place: &Place, world: &World, ledger: &Ledger) {
    let server = Server::start(place).await.unwrap();
    let mut client = Client::connect(server.port).await.unwrap();
    let known = ledger.lock().unwrap().clone();
    for (id, known) in known {
        let read = admitted(
            place::player(world, "agent"),
            Request::get(format!("/api/v1/incident/{id}")),
            true,
        );
        let response = client.send(&read).await.unwrap();
        assert_eq!(
            response.status, 200,
            "{id} was acknowledged and is gone: {known:?}"
        );
        let record = response.json().unwrap();
        let title = record["title"].as_str().unwrap_or_default();
        let may_be = title == known.acknowledged || known.under_way.as_deref() == Some(title);
        assert!(may_be, "{id} says {title:?}, but {known:?}");
    }
    server.stop().unwrap();
    let verify = place.command(&["verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&verify.stdout).into_owned();
    assert!(
        verify.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&verify.stderr)
    );
}
