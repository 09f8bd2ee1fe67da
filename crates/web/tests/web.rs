//! The server over HTTP, as programs and browsers meet it, on both databases.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where what it needs is missing"
)]

#[path = "web/accounts.rs"]
mod accounts;
#[path = "web/across.rs"]
mod across;
#[path = "web/actions.rs"]
mod actions;
#[path = "web/administration.rs"]
mod administration;
#[path = "web/all_types.rs"]
mod all_types;
#[path = "web/api_input.rs"]
mod api_input;
#[path = "web/articles.rs"]
mod articles;
#[path = "web/attachments.rs"]
mod attachments;
#[path = "web/audiences.rs"]
mod audiences;
#[path = "web/bad_input.rs"]
mod bad_input;
#[path = "web/bulk.rs"]
mod bulk;
#[path = "web/bulk_pages.rs"]
mod bulk_pages;
#[path = "web/calls.rs"]
mod calls;
#[path = "web/cost.rs"]
mod cost;
#[path = "web/customize.rs"]
mod customize;
#[path = "web/described.rs"]
mod described;
#[path = "web/desk_pages.rs"]
mod desk_pages;
#[path = "web/documents.rs"]
mod documents;
#[path = "web/duplicates.rs"]
mod duplicates;
#[path = "web/files.rs"]
mod files;
#[path = "web/form_again.rs"]
mod form_again;
#[path = "web/hanging.rs"]
mod hanging;
#[path = "web/html.rs"]
mod html;
#[path = "web/idempotency.rs"]
mod idempotency;
#[path = "web/imports.rs"]
mod imports;
#[path = "web/jobs.rs"]
mod jobs;
#[path = "web/library.rs"]
mod library;
#[path = "web/lists.rs"]
mod lists;
#[path = "web/mails.rs"]
mod mails;
#[path = "web/office.rs"]
mod office;
#[path = "web/openapi.rs"]
mod openapi;
#[path = "web/openapi_rules.rs"]
mod openapi_rules;
#[path = "web/people.rs"]
mod people;
#[path = "web/pickers.rs"]
mod pickers;
#[path = "web/records.rs"]
mod records;
#[path = "web/roles.rs"]
mod roles;
#[path = "web/search.rs"]
mod search;
#[path = "web/sent_ahead.rs"]
mod sent_ahead;
#[path = "web/server.rs"]
mod server;
#[path = "web/shapes.rs"]
mod shapes;
#[path = "web/signing_in.rs"]
mod signing_in;
#[path = "web/tokens.rs"]
mod tokens;
#[path = "web/verify.rs"]
mod verify;
#[path = "web/view_files.rs"]
mod view_files;
#[path = "web/views.rs"]
mod views;
