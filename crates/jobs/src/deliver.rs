//! From events to jobs: each event becomes one job per subscription, in the transaction that moves the
//! position on. So no event is lost, and none becomes two jobs.

use std::sync::Arc;

use base::Result;
use engine::job::{NewJob, enqueue};
use engine::{Engine, outbox};
use serde_json::json;

use crate::config::Subscription;

/// Events of one transaction.
const PART: i64 = 200;

/// Makes jobs of the events that wait; how many events there were.
pub(crate) async fn deliver(
    engine: &Arc<Engine>,
    subscriptions: &Arc<Vec<Subscription>>,
) -> Result<usize> {
    let waits = engine.store().read(|tx| -> Result<bool> {
        let delivered = outbox::delivered(tx)?;
        Ok(!outbox::after(tx, delivered, 1)?.is_empty())
    });
    if !waits.await? {
        return Ok(0);
    }
    let now = engine.now();
    let subscriptions = Arc::clone(subscriptions);
    // Ids are drawn before, since the closure may run again.
    let mut seed = [0; 16];
    engine.ids().fill(&mut seed);
    let seed = u128::from_le_bytes(seed);
    let done = engine.store().write(move |tx| -> Result<usize> {
        let Some(from) = outbox::lock_delivered(tx)? else {
            return Ok(0);
        };
        let events = outbox::after(tx, from, PART)?;
        let mut made = 0_u128;
        for event in &events {
            for subscription in subscriptions.iter().filter(|it| (it.topics)(&event.topic)) {
                made += 1;
                let job = NewJob {
                    id: base::Uuid::from_u128(seed.wrapping_add(made)),
                    tenant: event.tenant,
                    kind: subscription.kind.clone(),
                    payload: json!({
                        "tenant": event.tenant, "topic": event.topic, "record": event.record,
                        "record_type": event.record_type, "change_id": event.change_id,
                    }),
                    run_at: now,
                    unique_key: Some(format!("{}/{}", subscription.kind, event.change_id)),
                };
                enqueue(tx, &job, now)?;
            }
        }
        if let Some(last) = events.last() {
            outbox::set_delivered(tx, last.position)?;
        }
        Ok(events.len())
    });
    done.await
}
