//! A million records: every question is still answered, and none walks a large table without need. The server
//! refuses what takes too long, so an answer is a proof as well; nothing here looks at a clock.

use bench::client::Client;
use bench::fill::{self, World};
use bench::plans;
use bench::scenario;
use bench::server::{Place, Server};

use crate::place;

const RECORDS: usize = 1_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_million_records_are_answered_on_sqlite() {
    answered(place::on_sqlite("million_sqlite")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_records_are_answered_on_postgres() {
    answered(place::on_postgres("million_postgres")).await;
}

async fn answered(place: Place) {
    let world = place::filled(&place, RECORDS).await;
    finds(&place, &world).await;
    let server = Server::start(&place).await.unwrap();
    let mut client = Client::connect(server.port).await.unwrap();
    for scenario in scenario::all(&world) {
        for number in 0..50 {
            let response = client.send(&(scenario.ask)(number)).await.unwrap();
            let body = String::from_utf8_lossy(&response.body);
            let (what, who) = (&scenario.what, scenario.who);
            assert!(
                response.is_success(),
                "{what} as {who} was answered {}: {body:.600}",
                response.status
            );
        }
    }
    server.stop().unwrap();
    place::cleared(&place);
}

/// Looks at the plans that this database makes for so many rows.
async fn finds(place: &Place, world: &World) {
    let (url, world) = (place.url(), world.clone());
    let look = tokio::task::spawn_blocking(move || {
        let engine = fill::open(&url).unwrap();
        let found = plans::plans(&engine, &world).unwrap();
        engine.store().shutdown();
        found
    });
    let found = look.await.unwrap();
    // PostgreSQL may read all where a tenth or more of the rows are meant: the figures of a large team, and words
    // that stand in every record.
    let meant = |line: &&&String| line.contains(": aggregate: ") || line.contains(": search: ");
    let walks = plans::walks(&found);
    let walks: Vec<_> = walks.iter().filter(|it| !meant(it)).collect();
    assert!(walks.is_empty(), "a large table is walked: {walks:#?}");
}
