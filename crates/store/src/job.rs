//! A caller's closure on its way to a database thread and its answer on the way back.
//!
//! A job may run several times, so its result is kept until the commit that carries it is known.
//! Nothing here decides about commit or rollback.

use crate::{StoreError, Tx};
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use tokio::sync::oneshot;

/// What one run of a job came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The closure returned Ok and no statement is left failed.
    Accepted,
    /// The closure returned Err; its answer is kept.
    Refused,
    /// The closure returned Ok in spite of a failed statement, or panicked.
    Failed(StoreError),
}

/// What callers hand in: a closure over a transaction. It may run several times.
pub trait Work<T, E>: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static {}

impl<F, T, E> Work<T, E> for F where F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static {}

/// A caller's own error, into which the store's are turned.
pub trait Failure: From<StoreError> + Send + 'static {}

impl<E: From<StoreError> + Send + 'static> Failure for E {}

/// A closure with its result's types erased.
pub(crate) trait Job: Send {
    /// Runs the closure and keeps its result. True if it returned Ok.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Sends the kept result.
    fn answer(self: Box<Self>);
    /// Sends an error instead of the kept result.
    fn fail(self: Box<Self>, error: StoreError);
}

/// Runs a job once, containing panics.
pub(crate) fn attempt(job: &mut dyn Job, tx: &mut Tx<'_>) -> Outcome {
    match catch_unwind(AssertUnwindSafe(|| job.run(tx))) {
        Ok(true) => match tx.failure() {
            None => Outcome::Accepted,
            Some(error) => Outcome::Failed(error),
        },
        Ok(false) => Outcome::Refused,
        Err(payload) => Outcome::Failed(StoreError::Panicked(panic_message(payload.as_ref()))),
    }
}

/// Sends the answer that belongs to an outcome which is final.
pub(crate) fn finish(job: Box<dyn Job>, outcome: Outcome) {
    match outcome {
        Outcome::Accepted | Outcome::Refused => guarded(|| job.answer()),
        Outcome::Failed(error) => refuse(job, error),
    }
}

/// Sends an error to a job's caller.
pub(crate) fn refuse(job: Box<dyn Job>, error: StoreError) {
    guarded(|| job.fail(error));
}

/// Answering drops the closure and turns errors into the caller's own type, which is the caller's
/// code: its panic must not end a thread that serves everybody.
fn guarded(answer: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(answer)) {
        let message = panic_message(payload.as_ref());
        tracing::error!(message, "answering a transaction panicked");
    }
}

/// Wraps a closure into a job and the future of its answer.
pub(crate) fn package<F: Work<T, E>, T: Send + 'static, E: Failure>(
    closure: F,
) -> (Box<dyn Job>, Answer<T, E>) {
    let (sender, receiver) = oneshot::channel();
    (
        Box::new(Packaged {
            closure,
            result: None,
            sender,
        }),
        Answer { receiver },
    )
}

/// The future of a job's answer.
pub(crate) struct Answer<T, E> {
    receiver: oneshot::Receiver<Result<T, E>>,
}

impl<T, E: From<StoreError>> Answer<T, E> {
    pub async fn wait(self) -> Result<T, E> {
        // A sender dropped without an answer means that the thread ended with the store.
        self.receiver
            .await
            .unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }
}

/// Waits for a future on a thread that runs nothing else, inside an async runtime or not.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// What a panic said, for the log and the caller's error.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "no message".to_owned()
    }
}

struct Packaged<F, T, E> {
    closure: F,
    result: Option<Result<T, E>>,
    sender: oneshot::Sender<Result<T, E>>,
}

impl<F: Work<T, E>, T: Send, E: Failure> Job for Packaged<F, T, E> {
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        self.result = None;
        let result = (self.closure)(tx);
        let accepted = result.is_ok();
        self.result = Some(result);
        accepted
    }

    fn answer(self: Box<Self>) {
        let result = self
            .result
            .unwrap_or_else(|| Err(E::from(StoreError::Closed)));
        // A caller that went away does not want the answer.
        drop(self.sender.send(result));
    }

    fn fail(self: Box<Self>, error: StoreError) {
        drop(self.sender.send(Err(E::from(error))));
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
