//! Where a long test happens: a folder or a database of its own, and the program under test.

use std::path::PathBuf;

use bench::fill::{self, Player, World};
use bench::server::Place;

/// A folder with a file database.
pub fn on_sqlite(name: &str) -> Place {
    Place {
        binary: binary(),
        folder: folder(name),
        database: "sqlite".to_owned(),
    }
}

/// A database of its own in the cluster of this run.
pub fn on_postgres(name: &str) -> Place {
    let base = std::env::var("DESKWRIGHT_TEST_POSTGRES").expect("run cargo xtask test --long");
    let database = format!("long_{name}_{}", std::process::id());
    let administrator = store::Store::open(&store::StoreConfig::new(&base)).unwrap();
    administrator
        .administer(&format!("CREATE DATABASE {database}"))
        .unwrap();
    let (server, _) = base.rsplit_once('/').unwrap();
    Place {
        binary: binary(),
        folder: folder(name),
        database: format!("{server}/{database}"),
    }
}

/// Fills the place and closes it again, so that the server finds it as after a restart.
pub async fn filled(place: &Place, incidents: usize) -> World {
    let url = place.url();
    let world = tokio::task::spawn_blocking(move || {
        let engine = fill::open(&url).unwrap();
        let world = fill::fill(&engine, incidents).unwrap();
        engine.store().shutdown();
        world
    });
    world.await.unwrap()
}

/// Removes the folder. A database is gone with its cluster.
pub fn cleared(place: &Place) {
    std::fs::remove_dir_all(&place.folder).unwrap();
}

/// Somebody of the world by name.
pub fn player<'w>(world: &'w World, name: &str) -> &'w Player {
    world.players.iter().find(|it| it.name == name).unwrap()
}

/// The server that was built with the same profile as this test.
fn binary() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let binary = here
        .parent()
        .and_then(|deps| deps.parent())
        .unwrap()
        .join("deskwright");
    assert!(
        binary.exists(),
        "{} is missing: run cargo xtask test --long",
        binary.display()
    );
    binary
}

fn folder(name: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("deskwright-long-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
