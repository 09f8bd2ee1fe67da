//! What every handler shares: the engine, who is known to be signed in, settings of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base::{Result, Uuid};
use blobs::Blobs;
use engine::{Change, Ctx, Engine, Outcome, Unit};
use jiff::tz::TimeZone;
use url::Url;

use crate::auth::{Identities, PasswordCost, Passwords};
use crate::html::{Drawings, ViewsInForce};
use crate::metrics::Metrics;
use crate::rate::Rates;

/// Settings of the server over HTTP.
#[derive(Clone, Debug)]
pub struct WebConfig {
    /// The address that people type, for links, cookies and the check of where a form came from.
    pub public_url: Url,
    /// Whether `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trust_proxy: bool,
    /// Name of this installation on pages.
    pub product: String,
    /// Time zone of people who have not chosen one.
    pub zone: TimeZone,
    /// A session ends when it is not used that long.
    pub session_idle: Duration,
    /// A session ends after that long in any case.
    pub session_lifetime: Duration,
    /// Longest time for one request.
    pub request_limit: Duration,
    /// Largest JSON or form body in bytes.
    pub body_limit: usize,
    /// Most requests a minute of one token or session; 0 is no limit.
    pub rate_limit: u32,
    /// Most requests a minute of one address whose sender is not known; 0 is no limit.
    pub rate_limit_unknown: u32,
    /// How dear it is to try a password.
    pub password_cost: PasswordCost,
    /// Name of the type of record in which people keep lists; without one nobody can.
    pub saved_views: Option<&'static str>,
    /// Token that `/metrics` asks for as bearer; without one only this machine may read it.
    pub metrics_token: Option<String>,
    /// Whether mails are sent.
    pub sends_mail: bool,
    /// Whether a mailbox is read.
    pub reads_mail: bool,
    /// Name of the type of record that mails open.
    pub opened_by_mail: Option<&'static str>,
}

impl WebConfig {
    /// Settings of a server at that address, else as `deskwright config` documents them.
    #[must_use]
    pub fn new(public_url: Url) -> Self {
        Self {
            public_url,
            trust_proxy: false,
            product: "Deskwright".to_owned(),
            zone: TimeZone::UTC,
            session_idle: Duration::from_secs(12 * 3_600),
            session_lifetime: Duration::from_secs(7 * 24 * 3_600),
            request_limit: Duration::from_secs(10),
            body_limit: 1024 * 1024,
            rate_limit: 300_000,
            rate_limit_unknown: 60_000,
            password_cost: PasswordCost::default(),
            saved_views: None,
            metrics_token: None,
            sends_mail: false,
            reads_mail: false,
            opened_by_mail: None,
        }
    }

    /// Whether people come over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

/// What every handler shares; clones are cheap.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

struct Shared {
    engine: Arc<Engine>,
    tenant: Uuid,
    config: WebConfig,
    blobs: Option<Blobs>,
    identities: Identities,
    passwords: Passwords,
    metrics: Metrics,
    rates: Rates,
    saved_views: ViewsInForce,
    drawings: Drawings,
    stopping: AtomicBool,
}

impl AppState {
    /// The state of a server for that tenant.
    #[must_use]
    pub fn new(engine: Arc<Engine>, tenant: Uuid, config: WebConfig) -> Self {
        Self::with_blobs(engine, tenant, config, None)
    }

    /// The same, with the place where files are kept.
    #[must_use]
    pub fn with_blobs(
        engine: Arc<Engine>,
        tenant: Uuid,
        config: WebConfig,
        blobs: Option<Blobs>,
    ) -> Self {
        let passwords = Passwords::new(config.password_cost);
        let rates = Rates::new(config.rate_limit, config.rate_limit_unknown);
        Self(Arc::new(Shared {
            engine,
            tenant,
            config,
            blobs,
            identities: Identities::default(),
            passwords,
            metrics: Metrics::new(),
            rates,
            saved_views: ViewsInForce::default(),
            drawings: Drawings::default(),
            stopping: AtomicBool::new(false),
        }))
    }

    pub(crate) fn saved_views(&self) -> &ViewsInForce {
        &self.0.saved_views
    }

    /// Parts of pages that were drawn before.
    pub(crate) fn drawings(&self) -> &Drawings {
        &self.0.drawings
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.0.engine
    }

    /// The tenant that this server serves.
    #[must_use]
    pub fn tenant(&self) -> Uuid {
        self.0.tenant
    }

    /// Settings of the server.
    #[must_use]
    pub fn config(&self) -> &WebConfig {
        &self.0.config
    }

    /// Sends one change through the door, and forgets what it makes outdated.
    ///
    /// # Errors
    /// A refusal that names what to mend, or a failure.
    pub async fn apply(&self, ctx: &Ctx, change: Change) -> Result<Outcome> {
        let record_type = change.record_type.clone();
        self.write(ctx, &record_type, move |unit| unit.apply(change.clone()))
            .await
    }

    /// Runs a closure as one unit that changes records of that type, and forgets who is known to be
    /// signed in where that may have changed.
    ///
    /// # Errors
    /// What the closure returned, or a failure of the store.
    pub async fn write<T, F>(&self, ctx: &Ctx, record_type: &str, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Unit<'_, '_>) -> Result<T> + Send + Sync + 'static,
    {
        let done = self.0.engine.write(ctx, body).await;
        if engine::system::actor::concerns(record_type) {
            self.0.identities.forget_all();
        }
        done
    }

    /// Where files are kept, if anywhere.
    pub(crate) fn blobs(&self) -> Option<&Blobs> {
        self.0.blobs.as_ref()
    }

    /// Who is known to be signed in.
    #[must_use]
    pub fn identities(&self) -> &Identities {
        &self.0.identities
    }

    /// Hashing and checking of passwords.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// From now on `/readyz` says that this process takes no new work.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether the server is about to end.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::SeqCst)
    }
}
