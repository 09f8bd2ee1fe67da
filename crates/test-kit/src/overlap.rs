//! Two sessions whose changes overlap, the same way in every run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use base::Result;
use engine::{Change, Ctx, Outcome, Unit};
use store::Sql;

use crate::{Acting, Desk};

impl Desk {
    /// Makes a change on PostgreSQL, begins something else before it is stored, and stores it once the other
    /// waits for it or has ended. Returns what became of both.
    pub fn overlap<T: Send>(
        &self,
        who: &Acting<'_>,
        change: Change,
        other: impl FnOnce() -> T + Send,
    ) -> (Result<Outcome>, T) {
        let (made, begin) = mpsc::channel();
        let ended = Arc::new(AtomicBool::new(false));
        let ends = Ended(Arc::clone(&ended));
        let ctx = Ctx {
            now: self.now(),
            snapshot: self.engine.snapshot(),
            ..who.ctx.clone()
        };
        std::thread::scope(|scope| {
            let other = scope.spawn(move || {
                let _ends = ends;
                // Where the change was refused nobody sends, and the other goes alone.
                begin.recv().ok();
                other()
            });
            let answer = self.engine.write_blocking(&ctx, move |unit| {
                let outcome = unit.apply(change.clone())?;
                made.send(()).ok();
                while !ended.load(Ordering::Acquire) && !somebody_waits(unit)? {
                    std::thread::yield_now();
                }
                Ok(outcome)
            });
            (answer, other.join().expect("the other session ends"))
        })
    }
}

/// Tells the first session that the other one is done, also where it panics.
struct Ended(Arc<AtomicBool>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

fn somebody_waits(unit: &mut Unit<'_, '_>) -> Result<bool> {
    let sql = Sql::new(
        "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)) LIMIT 1",
    );
    Ok(unit.tx.query_optional(&sql)?.is_some())
}
