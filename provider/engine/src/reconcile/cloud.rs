//! The one door to AWS, and how it answers.

use std::{collections::BTreeSet, future::Future};

use crate::model::{
    ConnectionId, EndpointConnection, Key, Observed, Scope, observed::Stranger, ownership::RawTags,
};
use crate::reconcile::Step;

/// AWS, or a fake of it. `observe` and `look` never write; `execute` decides nothing.
pub trait Cloud: Sync {
    /// Everything of this path. An object that was not found is absent, which is no error.
    fn observe(&self, scope: &Scope) -> impl Future<Output = Result<Observed, CloudError>> + Send;

    /// Objects of other owners with the scope's name, as far as they can be found without an id:
    /// what says that somebody else has made, or is making, a resource of that name.
    fn strangers(
        &self,
        scope: &Scope,
    ) -> impl Future<Output = Result<Vec<Stranger>, CloudError>> + Send;

    /// The tags of one object that carries a lease, as AWS holds them now; none where it is gone.
    fn tags(
        &self,
        key: Key,
        id: &str,
    ) -> impl Future<Output = Result<Option<RawTags>, CloudError>> + Send;

    /// Looks again at these keys only, and brings `known` up to date with what it saw: an object
    /// that is gone leaves it.
    fn look(
        &self,
        scope: &Scope,
        keys: &BTreeSet<Key>,
        known: &mut Observed,
    ) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Does one write. Ids are found in `observed` by key.
    fn execute(
        &self,
        scope: &Scope,
        step: &Step,
        observed: &Observed,
    ) -> impl Future<Output = Answer> + Send;
}

/// Single connections to an endpoint service, as its owner answers them. Each function is one call.
pub trait Connections: Sync {
    /// The connection; none where no such endpoint asks for the service.
    fn connection(
        &self,
        id: &ConnectionId,
    ) -> impl Future<Output = Result<Option<EndpointConnection>, CloudError>> + Send;

    /// Lets the endpoint in. `Exists`: the connection is in no state to be accepted.
    fn accept(&self, id: &ConnectionId) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Turns the endpoint away. `NotFound`: the connection is in no state to be rejected.
    fn reject(&self, id: &ConnectionId) -> impl Future<Output = Result<(), CloudError>> + Send;
}

/// How one write ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// AWS did it. Of a create, the new object's id.
    Done(Option<String>),
    /// AWS would do it later: a lingering network interface, a service that is still pending.
    NotYet(Cause),
    /// It may or may not be done: a lost answer, "already exists", something not found.
    LookAgain(Cause),
    /// AWS refused for good.
    Failed(CloudError),
}

/// Why a write was put off, kept for the report should time run out.
pub type Cause = CloudError;

/// One AWS call that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {message}{}", self.suffix())]
pub struct CloudError {
    /// AWS's name of the call: `CreateListener`.
    pub operation: String,
    pub kind: ErrorKind,
    /// AWS's error code: `TooManyListeners`; empty where there was no answer.
    pub code: String,
    pub message: String,
    pub request_id: Option<String>,
}

/// What an error means to the engine, decided once, where it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    NotFound,
    Exists,
    InUse,
    NotYet,
    Throttled,
    /// A policy says no.
    Denied,
    /// AWS does not take the credentials: ended, unknown, wrongly signed.
    Credentials,
    Invalid,
    /// No answer, or AWS's own failure: it may or may not have been done.
    Unavailable,
}

impl CloudError {
    fn suffix(&self) -> String {
        match (&self.code, &self.request_id) {
            (code, Some(id)) if code.is_empty() => format!(" (request id {id})"),
            (code, Some(id)) => format!(" ({code}, request id {id})"),
            (code, None) if code.is_empty() => String::new(),
            (code, None) => format!(" ({code})"),
        }
    }
}
