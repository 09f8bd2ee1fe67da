//! A million records: every question is still answered. The server refuses what takes too long, so an
//! answer is the proof that its plan holds; nothing here looks at a clock.

use bench::client::Client;
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
