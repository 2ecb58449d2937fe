//! Running handlers: each in a task of its own, so that a panic ends that task only and a client
//! that goes away interrupts the handler instead of dropping it half way.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::{Diagnostic, Diagnostics, RequestContext};

/// The handlers that are running.
#[derive(Clone, Default)]
pub(crate) struct Work {
    tasks: TaskTracker,
    /// Parent of the tokens of all running handlers. Replaced when it is cancelled: a process that
    /// Terraform is attached to lives on, and later calls are not to start interrupted.
    interrupt: Arc<Mutex<CancellationToken>>,
}

/// A handler panicked.
#[derive(Debug)]
pub(super) struct Crash {
    rpc: &'static str,
    message: String,
}

impl Work {
    /// Runs a handler to its end.
    pub(super) async fn run<T, F>(
        &self,
        rpc: &'static str,
        type_name: &str,
        ctx: RequestContext,
        handler: impl FnOnce(RequestContext) -> F,
    ) -> Result<T, Crash>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let cancel = self.current().child_token();
        // Dropped with this future: at the end of the call, or when the client has gone away.
        let _interrupted_with_the_call = cancel.clone().drop_guard();
        // Dropped before the other, so that a handler which is interrupted knows why.
        let abandoned = CancellationToken::new();
        let _abandoned_with_the_call = abandoned.clone().drop_guard();
        let span = tracing::info_span!(
            "rpc",
            tf_rpc = rpc,
            tf_req_id = request_id(),
            tf_resource_type = type_name
        );
        let started = std::time::Instant::now();
        let ctx = RequestContext {
            cancel,
            abandoned,
            ..ctx
        };
        let task = handler(ctx).instrument(span.clone());
        let outcome = self.tasks.spawn(task).await;
        let tf_req_duration_ms = started.elapsed().as_millis() as u64;
        tracing::trace!(parent: &span, tf_req_duration_ms, "Answered");
        outcome.map_err(|error| {
            let message = match error.try_into_panic() {
                Ok(panic) => panic_message(panic.as_ref()).to_owned(),
                Err(error) => error.to_string(),
            };
            Crash { rpc, message }
        })
    }

    /// Tells all running handlers to end early.
    pub(crate) fn interrupt(&self) {
        let fresh = CancellationToken::new();
        let mut interrupt = self
            .interrupt
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *interrupt, fresh).cancel();
    }

    /// Tells all running handlers to end early and waits for them, but no longer than `patience`.
    pub(crate) async fn end(&self, patience: Duration) {
        self.interrupt();
        self.tasks.close();
        // Whoever is not done by then is ended with the process.
        let _ = tokio::time::timeout(patience, self.tasks.wait()).await;
    }

    fn current(&self) -> CancellationToken {
        self.interrupt
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Tells the lines of one call from those of others that run at the same time. Terraform sends none:
/// each provider draws its own, as a UUID.
/// (github.com/hashicorp/terraform-plugin-go, internal/logging/context.go, `InitContext`)
fn request_id() -> String {
    // The hasher of a new state is seeded at random.
    let half = |part: u8| RandomState::new().hash_one(part);
    let (high, low) = (half(0), half(1));
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// The text that a panic was raised with.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "no message",
    }
}

impl fmt::Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Crash { rpc, message } = self;
        write!(f, "The provider panicked during {rpc}: {message}. ")?;
        f.write_str("This is a defect of the provider; please report it.")
    }
}

impl From<Crash> for Diagnostics {
    fn from(crash: Crash) -> Diagnostics {
        Diagnostic::error("The provider failed", crash.to_string()).into()
    }
}
