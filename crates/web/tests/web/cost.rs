//! What each page and each answer of the API costs the database: statements, and waits for it on PostgreSQL.
//! A change of these figures is a decision, so they stand here.

use test_kit::{Database, House, both_databases};

use crate::office::Office;

/// What is read, as whom, its address, statements on SQLite, statements and round trips on PostgreSQL. Told are those
/// of the second look: what is kept is known then.
const BASELINE: [(&str, &str, &str, [u64; 3]); 12] = [
    ("record", "agent", "/api/v1/incident/INC0000001", [2, 2, 2]),
    (
        "record",
        "requester",
        "/api/v1/incident/INC0000001",
        [2, 2, 2],
    ),
    (
        "list",
        "agent",
        "/api/v1/incident?filter=state:open&sort=priority",
        [2, 2, 2],
    ),
    (
        "list",
        "requester",
        "/api/v1/incident?filter=state:open&sort=priority",
        [3, 3, 3],
    ),
    (
        "list across types",
        "agent",
        "/api/v1/records?filter=open:yes",
        [2, 2, 2],
    ),
    (
        "count",
        "agent",
        "/api/v1/incident?filter=state:open&limit=1&count=exact",
        [2, 2, 2],
    ),
    (
        "aggregate",
        "agent",
        "/api/v1/incident/aggregate?group=state&measure=count",
        [1, 1, 1],
    ),
    ("search", "agent", "/api/v1/search?q=printer", [10, 10, 5]),
    ("list page", "agent", "/incident", [2, 2, 2]),
    ("record page", "agent", "/incident/INC0000001", [13, 13, 13]),
    ("own requests", "requester", "/portal/requests", [4, 3, 3]),
    (
        "own record",
        "requester",
        "/portal/incident/INC0000001",
        [10, 10, 10],
    ),
];

both_databases! {
    fn each_look_costs_what_was_agreed(database) {
        let is_sqlite = matches!(database, Database::Sqlite);
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.give_login(House::RITA, "rita");
        for number in 0..30 {
            let fields = [("title", format!("Printer {number}")), ("requester", "Rita".to_owned())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|it| (it.0, it.1.as_str())).collect();
            office.desk.create("incident", &fields);
        }
        let (agent, requester) = (office.browser("ada"), office.browser("rita"));
        let store = office.desk.engine.store();
        let mut wrong = Vec::new();
        for (what, who, address, [sqlite, postgres, trips]) in BASELINE {
            let client = if who == "agent" { &agent } else { &requester };
            client.raw("GET", address, None, Vec::new(), &[]).expect(200);
            let look = || {
                let before = store.metrics();
                client.raw("GET", address, None, Vec::new(), &[]).expect(200);
                let after = store.metrics();
                (after.statements - before.statements, after.round_trips - before.round_trips)
            };
            // On PostgreSQL what is kept of earlier looks outlives no transaction of the whole cluster, and others
            // are at work in it: the cheapest of several looks is the one in between.
            let looks = if is_sqlite { 1 } else { 12 };
            let cost = (0..looks).map(|_| look()).min().unwrap_or_default();
            let agreed = if is_sqlite { (sqlite, sqlite) } else { (postgres, trips) };
            if cost != agreed {
                wrong.push(format!("{what} of {who}: {cost:?}, agreed {agreed:?}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
