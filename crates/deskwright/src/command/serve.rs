//! `deskwright serve`: opens the house, runs jobs, answers requests, and ends in order.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use blobs::Blobs;
use jobs::{MailIn, MailOut, Runner, Sweep, mail_in, mail_out};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;
use web::{AppState, Limits, WebConfig};

use crate::config::Config;
use crate::house::House;

/// Threads that wait for disks and hash passwords; each costs memory only while it works.
const MOST_BLOCKING_THREADS: usize = 8;

/// How often the mailbox is looked into.
const MAILBOX_EVERY: std::time::Duration = std::time::Duration::from_secs(30);

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// What kept the server from starting, or ended it.
pub fn run(config: &Config) -> Result<ExitCode> {
    let house = House::open(config)?;
    serve(config, &house, &[])?;
    Ok(ExitCode::SUCCESS)
}

/// Serves an open house. These lines are printed below the address.
///
/// # Errors
/// As [`run`].
pub fn serve(config: &Config, house: &House, notes: &[String]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MOST_BLOCKING_THREADS)
        .thread_name("deskwright-web")
        .build()
        .context("the threads of the server cannot be made")?;
    let served = runtime.block_on(serve_house(config, house, notes));
    // What still waits for the database would wait for ever once it is closed.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    house.engine.store().shutdown();
    served
}

async fn serve_house(config: &Config, house: &House, notes: &[String]) -> Result<()> {
    // From before anybody can know the address: whoever asks us to end is heard.
    let end = asked_to_end();
    let address = config.listen;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("nothing can listen on {address}"))?;
    let address = listener
        .local_addr()
        .context("the address cannot be told")?;
    let blobs = Blobs::in_folder(&config.data)?;
    let state = AppState::with_blobs(
        Arc::clone(&house.engine),
        house.tenant,
        web_config(config, address)?,
        Some(blobs.clone()),
    );
    let url = state.config().public_url.to_string();
    let mails = mails(config, &url)?;
    say(&format!("Deskwright is at {}", url.trim_end_matches('/')))?;
    for note in notes {
        say(note)?;
    }
    if let Some(link) = web::auth::invite_first_administrator(&state).await? {
        say(&format!(
            "Nobody can sign in yet. This link creates the first administrator, once, within a day:\n{link}"
        ))?;
    }
    let mailbox = mailbox(config, house, &blobs)?;
    let mut jobs = jobs(blobs);
    if let Some(mailbox) = mailbox {
        jobs.handlers.extend(mail_in(mailbox));
    }
    if let Some(mails) = mails {
        let (handlers, subscription) = mail_out(mails);
        jobs.handlers.extend(handlers);
        jobs.subscriptions.push(subscription);
    }
    let runner = config.jobs.then(|| Runner::start(&house.engine, jobs));
    let served = web::serve(
        listener,
        (state.clone(), web::router(state)),
        Limits::default(),
        end,
    )
    .await;
    if let Some(runner) = runner {
        runner.shutdown().await;
    }
    served?;
    Ok(())
}

/// What mails are sent with; nothing where none are.
fn mails(config: &Config, url: &str) -> Result<Option<MailOut>> {
    let sender = config.mail.sender(&config.product)?;
    Ok(sender.map(|sender| MailOut {
        sender,
        pages: url.trim_end_matches('/').to_owned(),
        product: config.product.clone(),
        answers_are_read: config.mail.answers_are_read || config.mail_in.host.is_some(),
    }))
}

/// What mails are taken with; nothing where none are.
fn mailbox(config: &Config, house: &House, blobs: &Blobs) -> Result<Option<MailIn>> {
    let found = config.mail_in.mailbox(&config.mail)?;
    Ok(found.map(|(mailbox, own_address)| MailIn {
        mailbox,
        own_address,
        blobs: blobs.clone(),
        tenant: house.tenant,
        opens: practices::OPENED_BY_MAIL,
        unknown_as: config.mail_in.unknown_as.clone(),
        every: MAILBOX_EVERY,
    }))
}

/// What the practices want done again and again.
fn jobs(blobs: Blobs) -> jobs::Config {
    let sweeps = practices::sweeps().into_iter().map(|it| Sweep {
        name: it.name,
        record_type: it.record_type,
        due: it.due,
        change: it.change,
    });
    jobs::Config {
        handlers: vec![jobs::clean_up_files(blobs.clone()), jobs::imports(blobs)],
        sweeps: sweeps.collect(),
        ..jobs::Config::default()
    }
}

fn web_config(config: &Config, address: SocketAddr) -> Result<WebConfig> {
    // "All addresses of this machine" is nothing that a browser can go to.
    let host = if address.ip().is_unspecified() {
        "localhost".to_owned()
    } else {
        host_of(address)
    };
    let listening = || {
        Url::parse(&format!("http://{host}:{}/", address.port()))
            .context("the address is no address for browsers")
    };
    let public_url = config.public_url.clone().map_or_else(listening, Ok)?;
    Ok(WebConfig {
        trust_proxy: config.trust_proxy,
        product: config.product.clone(),
        zone: config.zone.clone(),
        session_idle: config.session_idle,
        session_lifetime: config.session_lifetime,
        request_limit: config.request_limit,
        body_limit: config.body_limit,
        rate_limit: config.rate_limit,
        rate_limit_unknown: config.rate_limit_unknown,
        saved_views: Some(practices::SAVED_VIEW),
        metrics_token: config.metrics_token.clone(),
        sends_mail: config.mail.host.is_some(),
        reads_mail: config.mail_in.host.is_some(),
        opened_by_mail: Some(practices::OPENED_BY_MAIL),
        ..WebConfig::new(public_url)
    })
}

fn host_of(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(it) => it.ip().to_string(),
        SocketAddr::V6(it) => format!("[{}]", it.ip()),
    }
}

/// Whoever started the program reads this, also through a pipe, before anything else happens.
fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .context("the terminal cannot be written to")
}

/// Waits for SIGTERM or SIGINT.
fn asked_to_end() -> impl Future<Output = ()> {
    let (terminate, interrupt) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    async move {
        match (terminate, interrupt) {
            (Ok(mut terminate), Ok(mut interrupt)) => {
                tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            }
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(%error, "signals cannot be heard; the server runs until it is killed");
                std::future::pending::<()>().await;
            }
        }
    }
}
