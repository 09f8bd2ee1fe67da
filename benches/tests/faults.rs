//! Pulling the plug: a server is killed while many write, and every write that it acknowledged is there
//! afterwards, with an intact history.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so by failing")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bench::client::{Client, Request};
use bench::fill::{self, World};
use bench::server::{Place, Server};
use serde_json::json;

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
    let folder = folder("sqlite");
    survive(Place { binary: binary(), folder, database: "sqlite".to_owned() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_kill_on_postgres() {
    let base = std::env::var("DESKWRIGHT_TEST_POSTGRES").expect("run cargo xtask test --long");
    let name = format!("faults_{}", std::process::id());
    let administrator = store::Store::open(&store::StoreConfig::new(&base)).unwrap();
    administrator.administer(&format!("CREATE DATABASE {name}")).unwrap();
    let (server, _) = base.rsplit_once('/').unwrap();
    let database = format!("{server}/{name}");
    survive(Place { binary: binary(), folder: folder("postgres"), database }).await;
    administrator.administer(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}

async fn survive(place: Place) {
    let url = place.url();
    let world = tokio::task::spawn_blocking(move || {
        let engine = fill::open(&url).unwrap();
        let world = fill::fill(&engine, 200).unwrap();
        engine.store().shutdown();
        world
    });
    let world = world.await.unwrap();
    let ledger = Ledger::default();
    for round in 0..ROUNDS {
        let server = Server::start(&place).await.unwrap();
        let port = server.port;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(port, world.clone(), Arc::clone(&ledger), round * WRITERS + writer)))
            .collect();
        tokio::time::sleep(Duration::from_millis(300 + 170 * round)).await;
        server.kill().unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
        check(&place, &world, &ledger).await;
    }
    assert!(ledger.lock().unwrap().len() > 100, "too little was written to prove anything");
    std::fs::remove_dir_all(&place.folder).unwrap();
}

/// Creates and changes records until the server is gone.
async fn write(port: u16, world: World, ledger: Ledger, writer: u64) {
    let Ok(mut client) = Client::connect(port).await else { return };
    for number in 0.. {
        let title = format!("written by {writer}, number {number}");
        let body = json!({ "title": title, "requester": world.requester.to_string() });
        let create = admitted(&world, Request::post("/api/v1/incident", &body));
        let Ok(response) = client.send(&create).await else { return };
        assert_eq!(response.status, 201, "{}", String::from_utf8_lossy(&response.body));
        let id = response.json().unwrap()["id"].as_str().unwrap().to_owned();
        let changed = format!("{title}, changed");
        let known = Known { acknowledged: title, under_way: Some(changed.clone()) };
        ledger.lock().unwrap().insert(id.clone(), known);
        let mut patch = Request::post(format!("/api/v1/incident/{id}"), &json!({ "title": changed }));
        patch.method = "PATCH";
        let Ok(response) = client.send(&admitted(&world, patch)).await else { return };
        assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
        ledger.lock().unwrap().insert(id, Known { acknowledged: changed, under_way: None });
    }
}

/// Everything acknowledged is there, and the history is intact.
async fn check(place: &Place, world: &World, ledger: &Ledger) {
    let server = Server::start(place).await.unwrap();
    let mut client = Client::connect(server.port).await.unwrap();
    let known = ledger.lock().unwrap().clone();
    for (id, known) in known {
        let read = admitted(world, Request::get(format!("/api/v1/incident/{id}")));
        let response = client.send(&read).await.unwrap();
        assert_eq!(response.status, 200, "{id} was acknowledged and is gone: {known:?}");
        let record = response.json().unwrap();
        let title = record["title"].as_str().unwrap_or_default();
        let may_be = title == known.acknowledged || known.under_way.as_deref() == Some(title);
        assert!(may_be, "{id} says {title:?}, but {known:?}");
    }
    server.stop().unwrap();
    let verify = place.command(&["verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&verify.stdout).into_owned();
    assert!(verify.status.success(), "{said}\n{}", String::from_utf8_lossy(&verify.stderr));
}

fn admitted(world: &World, request: Request) -> Request {
    let Some(agent) = world.players.iter().find(|it| it.name == "agent") else {
        panic!("the world has no agent")
    };
    request.header("authorization", format!("Bearer {}", agent.token))
}

/// The server that was built with the same profile as this test.
fn binary() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let binary = here.parent().and_then(|deps| deps.parent()).unwrap().join("deskwright");
    assert!(binary.exists(), "{} is missing: run cargo xtask test --long", binary.display());
    binary
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("deskwright-faults-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
