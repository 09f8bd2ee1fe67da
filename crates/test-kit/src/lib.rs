//! What tests need: a whole engine on a fresh database in milliseconds, people to act as, and short verbs.
//!
//! A [`Desk`] checks on drop that the history replays to the rows, that spine and type row agree, and that every
//! change was announced; a test that breaks one of these fails without asking. Never used by the product.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "only tests use it, and a test fails by panicking"
)]

mod acting;
mod audit;
mod database;
mod desk;
mod golden;
mod house;
mod mail_server;
mod mailbox_server;
mod overlap;
mod real_data;
mod text;

pub use acting::Acting;
pub use database::{Database, Fresh};
pub use desk::{Desk, DeskOptions};
pub use golden::golden;
pub use house::{House, PEOPLE};
pub use mail_server::{Encrypted, MailServer};
pub use mailbox_server::MailboxServer;
pub use real_data::real_data;
pub use text::problems;

/// Makes two tests of each function that takes a [`Database`]: one per database.
///
/// ```text
/// both_databases! {
///     fn resolving_needs_a_code(database) {
///         let desk = Desk::on(database);
///     }
/// }
/// ```
#[macro_export]
macro_rules! both_databases {
    ($($(#[$doc:meta])* fn $name:ident($database:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "not every test names something outside")]
            use super::*;

            fn body($database: $crate::Database) $body

            #[test]
            fn sqlite() {
                body($crate::Database::Sqlite);
            }

            #[test]
            fn postgres() {
                body($crate::Database::Postgres);
            }
        }
    )*};
}

/// As [`both_databases`], for a test on real data. Its path names the folder that it needs, so that
/// `cargo xtask test` can tell by name which tests a machine without that folder does not run.
///
/// ```text
/// both_databases_on! {
///     fn a_year_of_a_service_desk(database, data in uci_incident_log) {
///         let log = data.join("incident_event_log.csv");
///     }
/// }
/// ```
#[macro_export]
macro_rules! both_databases_on {
    ($($(#[$doc:meta])* fn $name:ident($database:ident, $data:ident in $folder:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "not every test names something outside")]
            use super::*;

            fn body($database: $crate::Database, $data: &std::path::Path) $body

            mod real_data {
                mod $folder {
                    #[test]
                    fn sqlite() {
                        let data = $crate::real_data(stringify!($folder));
                        super::super::body($crate::Database::Sqlite, &data);
                    }

                    #[test]
                    fn postgres() {
                        let data = $crate::real_data(stringify!($folder));
                        super::super::body($crate::Database::Postgres, &data);
                    }
                }
            }
        }
    )*};
}
