//! The server itself: health, figures, headers, connections, and how it ends.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use engine::Surface;
use test_kit::{Database, House, both_databases};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use web::Limits;

use crate::office::Office;

both_databases! {
    fn health_and_readiness_tell_apart_running_from_taking_work(database) {
        let office = Office::on(database);
        let client = office.client();
        let get = |path: &str| client.raw("GET", path, None, Vec::new(), &[]);
        assert_eq!(get("/healthz").expect(200).bytes, b"ok\n");
        get("/readyz").expect(200);
        office.state.stop();
        get("/healthz").expect(200);
        let stopping = get("/readyz").refused(503, "server-stopping");
        assert_eq!(stopping.header("retry-after"), "1");
    }

    fn figures_count_requests_by_route_and_status(database) {
        let office = Office::on(database);
        office.bearer(House::ADA).get("/incident/INC0009999").expect(404);
        let figures = office.client().raw("GET", "/metrics", None, Vec::new(), &[]).expect(200);
        let text = String::from_utf8(figures.bytes).unwrap();
        let counted = text.lines().any(|it| {
            it.starts_with("deskwright_http_requests_total{") && it.contains("route=\"/api/v1/{type}/{id}\"")
                && it.contains("status=\"404\"") && it.ends_with(" 1")
        });
        assert!(counted, "{text}");
        for name in ["deskwright_http_request_seconds_bucket", "deskwright_store_queue", "deskwright_jobs_dead"] {
            assert!(text.contains(name), "no {name} in {text}");
        }
    }

    fn every_answer_carries_the_headers_that_keep_browsers_safe(database) {
        let office = Office::on(database);
        let client = office.client();
        for path in ["/healthz", "/api/v1/me", "/nothing", "/assets/none.css"] {
            let answer = client.raw("GET", path, None, Vec::new(), &[]);
            assert!(answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'self';"));
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
            assert_eq!(answer.header("x-request-id").len(), 32);
            assert!(answer.headers.get("strict-transport-security").is_none(), "not over http");
        }
    }

    fn answers_are_packed_for_those_who_take_it(database) {
        let office = Office::on(database);
        let packed = office.bearer(House::SYD).get_with("/types/incident", &[("accept-encoding", "gzip")]);
        assert_eq!(packed.header("content-encoding"), "gzip");
    }
}

#[test]
fn a_request_that_takes_too_long_is_ended_with_what_to_do() {
    let office = Office::with(Database::Sqlite, |it| {
        it.request_limit = Duration::from_millis(50);
    });
    // Signing in waits for the only writer, which waits for this test.
    let (finish, finished) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel::<()>();
    let finished = Mutex::new(finished);
    let engine = &office.desk.engine;
    let ctx = engine.system_ctx(office.desk.tenant, Surface::Command);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            engine.write_blocking(&ctx, move |_| {
                begin.send(()).unwrap();
                let _ = finished
                    .lock()
                    .unwrap()
                    .recv_timeout(Duration::from_secs(30));
                Ok(())
            })
        });
        begun.recv().unwrap();
        let slow = office
            .client()
            .sign_in("ada", "wrong password")
            .refused(503, "request-too-slow");
        assert!(slow.text("detail").contains("Ask for less at once"));
        finish.send(()).unwrap();
        writer.join().unwrap().unwrap();
    });
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let office = Office::with(Database::Sqlite, |it| {
        it.rate_limit = 3;
        it.rate_limit_unknown = 4;
    });
    let (ada, syd) = (office.bearer(House::ADA), office.bearer(House::SYD));
    // Nobody knows yet who shows that token, so it counts for the address.
    let first = ada.get("/me").expect(200);
    assert_eq!(first.header("ratelimit-policy"), "\"address\";q=4;w=60");
    assert_eq!(first.header("ratelimit"), "\"address\";r=3;t=15");
    for left in ["r=2;t=20", "r=1;t=40", "r=0;t=60"] {
        let answer = ada.get("/me").expect(200);
        assert_eq!(answer.header("ratelimit-policy"), "\"signed-in\";q=3;w=60");
        assert_eq!(answer.header("ratelimit"), format!("\"signed-in\";{left}"));
    }
    let over = ada.get("/me").refused(429, "problem-wait");
    assert_eq!(over.header("retry-after"), "20");
    assert_eq!(over.header("ratelimit"), "\"signed-in\";r=0;t=60");
    syd.get("/me").expect(200);
    syd.get("/me").expect(200);
    // Made-up tokens do not get a count each.
    let made_up = |token: &str| {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        let client = office.client();
        client.raw("GET", "/api/v1/me", None, Vec::new(), &headers)
    };
    made_up("dw_one").refused(401, "token-unknown");
    made_up("dw_two").refused(401, "token-unknown");
    made_up("dw_three").refused(429, "problem-wait");
    let get = |path: &str| {
        office
            .client()
            .raw("GET", path, None, Vec::new(), &[])
            .status
    };
    assert_eq!(get("/sign-in"), 429);
    assert_eq!(get("/healthz"), 200, "what watches the server goes on");
    office.desk.wait(Duration::from_secs(20));
    ada.get("/me").expect(200);
    ada.get("/me").refused(429, "problem-wait");
    assert_eq!(get("/sign-in"), 200);
}

#[test]
fn a_request_keeps_the_id_that_it_comes_with() {
    let office = Office::on(Database::Sqlite);
    let get = |id: &str| {
        let headers = [("x-request-id", id)];
        let client = office.client();
        client.raw("GET", "/api/v1/me", None, Vec::new(), &headers)
    };
    let answer = get("trace-0123:4_5.6").refused(401, "nobody-signed-in");
    assert_eq!(answer.header("x-request-id"), "trace-0123:4_5.6");
    assert_eq!(answer.text("request_id"), "trace-0123:4_5.6");
    // What could forge a line of the log, or fill it, is not taken.
    let long = "x".repeat(65);
    for odd in ["short", "two words", "quote\"\"\"\"\"", long.as_str()] {
        assert_eq!(get(odd).header("x-request-id").len(), 32, "{odd}");
    }
}

#[test]
fn figures_are_not_for_everybody() {
    let office = Office::with(Database::Sqlite, |it| {
        it.metrics_token = Some("figures".to_owned())
    });
    let get = |headers: &[(&str, &str)]| {
        office
            .client()
            .raw("GET", "/metrics", None, Vec::new(), headers)
    };
    get(&[]).refused(403, "metrics-forbidden");
    get(&[("authorization", "Bearer figure")]).refused(403, "metrics-forbidden");
    get(&[("authorization", "Bearer figures")]).expect(200);
}

#[test]
fn figures_are_not_given_through_a_proxy_without_their_token() {
    let get = |office: &Office, name: &str| {
        office
            .client()
            .raw("GET", "/metrics", None, Vec::new(), &[(name, "127.0.0.1")])
    };
    for trust_proxy in [false, true] {
        let office = Office::with(Database::Sqlite, |it| it.trust_proxy = trust_proxy);
        for name in ["x-forwarded-for", "x-forwarded-host", "forwarded", "via"] {
            get(&office, name).refused(403, "metrics-forbidden");
        }
        get(&office, "x-other").expect(200);
    }
}

#[test]
fn requests_in_progress_are_finished_before_the_server_ends() {
    let office = Office::on(Database::Sqlite);
    let server = Running::start(&office, Limits::default());
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.write_all(b"POST /api/v1/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n")
        .unwrap();
    // Said once the handler waits for the body; an idle connection would be closed at once.
    let mut begun = [0; 25];
    slow.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
    let ended = server.stop();
    slow.write_all(b"{}").unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("HTTP/1.1 422 Unprocessable"), "{answer}");
    office.runtime.block_on(ended).unwrap();
    assert!(
        TcpStream::connect(server.address).is_err(),
        "nobody listens any more"
    );
}

#[test]
fn a_client_that_sends_no_whole_head_is_let_go() {
    let office = Office::on(Database::Sqlite);
    let limits = Limits {
        head_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = Running::start(&office, limits);
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nx-slow: ")
        .unwrap();
    let mut answer = Vec::new();
    // Closed with or without a word; what matters is that it does not last.
    drop(slow.read_to_end(&mut answer));
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
    office.runtime.block_on(server.stop()).unwrap();
}

#[test]
fn a_head_without_end_is_refused() {
    let office = Office::on(Database::Sqlite);
    let server = Running::start(&office, Limits::default());
    let mut greedy = TcpStream::connect(server.address).unwrap();
    let endless = format!(
        "GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n",
        "x".repeat(200 * 1024)
    );
    drop(greedy.write_all(endless.as_bytes()));
    let mut answer = Vec::new();
    drop(greedy.read_to_end(&mut answer));
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    office.runtime.block_on(server.stop()).unwrap();
}

/// A server on a real port.
struct Running {
    address: SocketAddr,
    stop: std::cell::RefCell<Option<oneshot::Sender<()>>>,
    done: std::cell::RefCell<Option<tokio::task::JoinHandle<base::Result<()>>>>,
}

impl Running {
    fn start(office: &Office, limits: Limits) -> Self {
        let listener = office
            .runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let router = web::router(office.state.clone());
        let served = web::serve(listener, (office.state.clone(), router), limits, async {
            drop(stopped.await);
        });
        let done = office.runtime.spawn(served);
        Self {
            address,
            stop: Some(stop).into(),
            done: Some(done).into(),
        }
    }

    /// Asks it to end; the future waits until it has.
    fn stop(&self) -> impl Future<Output = base::Result<()>> + use<> {
        self.stop.borrow_mut().take().unwrap().send(()).unwrap();
        let done = self.done.borrow_mut().take().unwrap();
        async move { done.await.unwrap() }
    }
}
