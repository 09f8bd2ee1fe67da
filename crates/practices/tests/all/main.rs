//! Behaviour of all practices through the door, on both databases.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "tests say what they expected"
)]

mod article;
mod article_feedback;
mod cascade;
mod declared;
mod elsewhere;
mod handing_over;
mod incident;
mod interaction;
mod late_reply;
mod lifecycle;
mod matrix;
mod measures;
mod people;
mod per_type;
mod race;
mod reasons;
mod replay;
mod request;
mod settings;
mod task;
