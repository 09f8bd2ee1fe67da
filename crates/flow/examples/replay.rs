//! Imports a file by a mapping into a fresh database and says how fast: `replay <database> <mapping> <file>`.

use std::sync::Arc;

use base::{SystemClock, SystemIds};
use engine::{Engine, EngineConfig, Surface, system};
use flow::import::prepare;
use flow::source::Source;
use flow::{Importer, Mapping, Options};
use store::{Store, StoreConfig};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, database, mapping, file] = arguments.as_slice() else {
        return Err("replay <database> <mapping> <file>".into());
    };
    let store = Store::open(&StoreConfig::new(database))?;
    let engine = Engine::open(EngineConfig {
        store,
        practices: practices::all(),
        extra_types: Vec::new(),
        default_roles: practices::default_roles(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds::default()),
    })?;
    let tenant = system::tenant::default_tenant(&engine, "Replay")?;
    let ctx = engine.system_ctx(tenant, Surface::Import);
    let mapping = Mapping::parse(&std::fs::read_to_string(mapping)?)?;
    let prepared = prepare(&engine, &ctx, &mapping, false)?;
    let options = Options::default();
    let importer = Importer::new(&engine, &ctx, prepared.plan, options);
    let mut next = 10_000;
    let report = importer.run(Source::open(file)?, &mut |progress| {
        if progress.done >= next {
            eprintln!("{} rows, {} rejected", progress.done, progress.rejected);
            next += 10_000;
        }
    })?;
    println!("{:#}", report.to_json(&|message| message.to_string()));
    println!("{} rows/s", report.rows_per_second());
    Ok(())
}
