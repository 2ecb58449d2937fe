//! What every handler is given besides its request.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::value::Value;

/// What every handler is given besides its request.
#[derive(Debug, Clone, Default)]
pub struct RequestContext {
    /// Cancelled when the user interrupts Terraform. A handler then starts nothing new and
    /// answers soon with what exists; an interrupted Terraform still records that answer.
    pub cancel: CancellationToken,
    /// Cancelled when the caller has gone: nobody will record the answer. `cancel` is cancelled then,
    /// too.
    pub abandoned: CancellationToken,
    /// Where an apply handler leaves what exists so far.
    pub checkpoint: Checkpoint,
    /// What the calling Terraform understands.
    pub client: ClientCapabilities,
}

/// What the calling Terraform understands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClientCapabilities {
    /// The answer may defer the resource. Some versions of Terraform set it during apply though
    /// the user did not ask for deferral, so it must not be acted on alone.
    pub deferral_allowed: bool,
    /// Write-only attributes may be used in the configuration.
    pub write_only_attributes_allowed: bool,
}

/// The best known state of the object that a handler is working on.
///
/// An apply handler records the state each time that something it must not forget has happened. If
/// the handler then panics, Terraform is given the last recorded state with the error; without it
/// the object would be lost from the state.
#[derive(Debug, Clone, Default)]
pub struct Checkpoint(Arc<Mutex<Option<Recorded>>>);

/// A state and the private data that belongs to it.
pub(crate) type Recorded = (Value, Vec<u8>);

impl Checkpoint {
    /// Replaces what was recorded before. `private` is the private data that belongs to the state.
    pub fn record(&self, state: Value, private: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, private));
    }

    /// Takes back what was recorded: nothing is left of it, or it is somebody else's by now.
    pub fn forget(&self) {
        self.take();
    }

    /// Takes out what was recorded last.
    pub(crate) fn take(&self) -> Option<Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
