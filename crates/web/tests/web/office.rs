//! A server over a desk, and clients that talk to it without a network.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use base::Uuid;
use blobs::Blobs;
use engine::Surface;
use engine::system::credential::{self, Credential};
use engine::system::{secret, token};
use serde_json::Value as Json;
use test_kit::{Database, Desk};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use web::auth::{PasswordCost, hash_password};
use web::{AppState, WebConfig};

/// The password of everybody who has a login in these tests.
pub const PASSWORD: &str = "correct horse battery";
/// As cheap as argon2 can be: tests are about the flow.
pub const CHEAP: PasswordCost = PasswordCost {
    memory_kib: 8,
    passes: 1,
};
/// Everything a token can be allowed.
pub const ALL: [&str; 3] = ["*:read", "*:write", "*:admin"];

/// A folder of one test, which goes with it.
pub struct TemporaryFolder(pub PathBuf);

impl TemporaryFolder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "files-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::SeqCst)
        );
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    /// Names of all files below a folder in it.
    pub fn below(&self, folder: &str) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.0.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    names.push(entry.file_name().into_string().unwrap());
                }
            }
        }
        names
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A server over a desk.
pub struct Office {
    pub desk: Desk,
    pub state: AppState,
    pub runtime: Runtime,
    pub blobs: Blobs,
    pub files: TemporaryFolder,
    router: Router,
}

impl Office {
    pub fn on(database: Database) -> Self {
        Self::with(database, |_| {})
    }

    pub fn with(database: Database, adjust: impl FnOnce(&mut WebConfig)) -> Self {
        let desk = Desk::on(database);
        let mut config = WebConfig::new("http://desk.example.org/".parse().unwrap());
        config.password_cost = CHEAP;
        adjust(&mut config);
        let files = TemporaryFolder::new();
        let blobs = Blobs::in_folder(&files.0).unwrap();
        let (engine, tenant) = (desk.engine.clone(), desk.tenant);
        let state = AppState::with_blobs(engine, tenant, config, Some(blobs.clone()));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        Self {
            desk,
            router: web::router(state.clone()),
            state,
            runtime,
            blobs,
            files,
        }
    }

    /// A client that shows a token of that person with every scope.
    pub fn bearer(&self, person: Uuid) -> Client<'_> {
        self.bearer_with(person, &ALL)
    }

    /// A client that shows a token of that person with these scopes.
    pub fn bearer_with(&self, person: Uuid, scopes: &[&str]) -> Client<'_> {
        let ctx = self
            .desk
            .engine
            .system_ctx(self.desk.tenant, Surface::Command);
        let text = secret::generate(self.desk.engine.ids(), token::PREFIX);
        let token = token::Token {
            id: self.desk.engine.ids().next(ctx.now),
            tenant: ctx.tenant,
            person,
            name: "test".to_owned(),
            hint: text[text.len() - 4..].to_owned(),
            scopes: scopes.iter().map(|it| (*it).to_owned()).collect(),
            created_at: ctx.now,
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        };
        let hash = secret::hash(&text);
        self.desk
            .engine
            .write_blocking(&ctx, move |unit| token::insert(unit.tx, &hash, &token))
            .unwrap();
        self.client()
            .with("authorization", &format!("Bearer {text}"))
    }

    /// Gives a person a login with [`PASSWORD`].
    pub fn give_login(&self, person: Uuid, login: &str) {
        let ctx = self
            .desk
            .engine
            .system_ctx(self.desk.tenant, Surface::Command);
        let hash = hash_password(PASSWORD, CHEAP, self.desk.engine.ids()).unwrap();
        let credential = Credential {
            person,
            tenant: ctx.tenant,
            login: login.to_owned(),
            password_hash: Some(hash),
            disabled_at: None,
        };
        let put = move |unit: &mut engine::Unit<'_, '_>| {
            credential::insert(unit.tx, &credential, unit.ctx.now)
        };
        self.desk.engine.write_blocking(&ctx, put).unwrap();
    }

    /// A client that has shown nothing yet.
    pub fn client(&self) -> Client<'_> {
        Client {
            office: self,
            headers: RefCell::new(Vec::new()),
        }
    }

    /// A browser that has signed in as that login.
    pub fn browser(&self, login: &str) -> Client<'_> {
        let client = self.client();
        let answer = client.sign_in(login, PASSWORD).expect(200);
        client.keep_cookie(&answer);
        client.with("x-csrf-token", answer.json["csrf"].as_str().unwrap())
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 64 * 1024 * 1024)
            .await
            .unwrap()
            .to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        let answer = Answer {
            status,
            headers,
            json,
            bytes,
        };
        answer.check_form();
        answer
    }
}

/// Somebody who talks to the server.
pub struct Client<'o> {
    pub office: &'o Office,
    headers: RefCell<Vec<(String, String)>>,
}

impl Client<'_> {
    /// The same client with a header on every request.
    pub fn with(self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    pub fn set(&self, name: &str, value: &str) {
        let mut headers = self.headers.borrow_mut();
        headers.retain(|(known, _)| known != name);
        headers.push((name.to_owned(), value.to_owned()));
    }

    pub fn header(&self, name: &str) -> Option<String> {
        self.headers
            .borrow()
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }

    pub fn keep_cookie(&self, answer: &Answer) {
        let cookie = answer.header("set-cookie");
        self.set("cookie", cookie.split(';').next().unwrap());
    }

    pub fn sign_in(&self, login: &str, password: &str) -> Answer {
        self.post(
            "/sign-in",
            &serde_json::json!({ "login": login, "password": password }),
        )
    }

    pub fn get(&self, path: &str) -> Answer {
        self.raw("GET", &format!("/api/v1{path}"), None, Vec::new(), &[])
    }

    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.raw("GET", &format!("/api/v1{path}"), None, Vec::new(), headers)
    }

    pub fn post(&self, path: &str, body: &Json) -> Answer {
        self.post_with(path, body, &[])
    }

    pub fn post_with(&self, path: &str, body: &Json, headers: &[(&str, &str)]) -> Answer {
        self.json("POST", path, body, headers)
    }

    pub fn patch(&self, path: &str, body: &Json) -> Answer {
        self.json("PATCH", path, body, &[])
    }

    pub fn patch_with(&self, path: &str, body: &Json, headers: &[(&str, &str)]) -> Answer {
        self.json("PATCH", path, body, headers)
    }

    pub fn put(&self, path: &str, body: &Json) -> Answer {
        self.json("PUT", path, body, &[])
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.raw("DELETE", &format!("/api/v1{path}"), None, Vec::new(), &[])
    }

    pub fn json(&self, method: &str, path: &str, body: &Json, headers: &[(&str, &str)]) -> Answer {
        let bytes = body.to_string().into_bytes();
        self.raw(
            method,
            &format!("/api/v1{path}"),
            Some("application/json"),
            bytes,
            headers,
        )
    }

    pub fn raw(
        &self,
        method: &str,
        path: &str,
        media_type: Option<&str>,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let request = self.request(method, path, media_type, body, headers);
        self.office.runtime.block_on(self.office.send(request))
    }

    pub fn request(
        &self,
        method: &str,
        path: &str,
        media_type: Option<&str>,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "desk.example.org");
        for (name, value) in self.headers.borrow().iter() {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        request.body(Body::from(body)).unwrap()
    }
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Json,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Holds the status against what it shall be.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}",
            String::from_utf8_lossy(&self.bytes)
        );
        self
    }

    /// Holds status and code of a problem against what they shall be.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let this = self.expect(status);
        assert_eq!(
            this.json["type"],
            format!("/problems/{code}"),
            "{}",
            this.json
        );
        this
    }

    /// Holds the code of one field's problem against what it shall be.
    #[track_caller]
    pub fn names(self, field: &str, code: &str) -> Self {
        let errors = self.json["errors"].as_array().cloned().unwrap_or_default();
        let found = errors
            .iter()
            .any(|it| it["field"] == field && it["code"] == code);
        assert!(found, "no {code} for {field} in {}", self.json);
        self
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no header {name}"))
            .to_str()
            .unwrap()
    }

    #[track_caller]
    pub fn text(&self, member: &str) -> String {
        self.json[member]
            .as_str()
            .unwrap_or_else(|| panic!("no text {member} in {}", self.json))
            .to_owned()
    }

    #[track_caller]
    pub fn id(&self) -> String {
        self.text("id")
    }

    /// Every problem is complete and in words, whatever the test is about.
    fn check_form(&self) {
        if !self.status.is_client_error() && !self.status.is_server_error() {
            return;
        }
        let media_type = self
            .headers
            .get("content-type")
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default();
        if !media_type.starts_with("application/problem+json") {
            return;
        }
        assert_eq!(self.json["status"], self.status.as_u16());
        assert_eq!(
            self.json["request_id"].as_str().unwrap(),
            self.header("x-request-id")
        );
        for words in [&self.json["title"], &self.json["detail"]] {
            assert!(
                words.as_str().is_some_and(|it| it.contains(' ')),
                "not in words: {}",
                self.json
            );
        }
        for error in self.json["errors"].as_array().into_iter().flatten() {
            assert!(
                error["message"].as_str().is_some_and(|it| it.contains(' ')),
                "not in words: {error}"
            );
        }
    }
}
