//! How far each writer came in an earlier run of the same file.

use std::sync::Arc;

use base::Result;

use super::{Importer, Pass};

/// The checkpoints of all writers in one pass over a file.
#[derive(Default)]
pub(super) struct Checkpoints {
    names: Arc<[String]>,
    lines: Vec<u64>,
}

impl Checkpoints {
    pub(super) fn load(importer: &Importer, pass: &Pass<'_>, count: usize) -> Result<Self> {
        let Some(digest) = pass.digest else {
            return Ok(Self::default());
        };
        // Another number of writers parts the rows otherwise, so its checkpoints are others.
        let (source, of, pass) = (&importer.plan.source, importer.plan.name(), pass.number);
        let name = |number| format!("{digest}/{source}/{of}/{pass}/{number}/{count}");
        let names: Arc<[String]> = (0..count).map(name).collect();
        if !importer.options.resume {
            return Ok(Self {
                names,
                lines: Vec::new(),
            });
        }
        let wanted = Arc::clone(&names);
        let lines = importer
            .engine
            .write_blocking(&importer.ctx_of_now(), move |unit| {
                let lines = wanted
                    .iter()
                    .map(|it| Ok(unit.import_checkpoint(it)?.unwrap_or_default()));
                lines.collect::<Result<Vec<u64>>>()
            })?;
        Ok(Self { names, lines })
    }

    pub(super) fn name(&self, number: usize) -> Option<String> {
        self.names.get(number).cloned()
    }

    /// Whether that writer stored the line in an earlier run.
    pub(super) fn has(&self, writer: usize, line: u64) -> bool {
        self.lines.get(writer).is_some_and(|it| line <= *it)
    }
}
