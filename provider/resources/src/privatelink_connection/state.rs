//! What AWS's word for the state of a connection means to its service's owner.

use tfplugin::Diagnostic;

use engine::model::ConnectionId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nobody has answered it.
    Asks,
    /// The owner may still accept it.
    Rejected,
    /// It was accepted, and AWS is at work.
    Coming,
    Available,
    /// It never opens any more, though AWS still lists it.
    Dead,
    Gone,
}

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#endpoint-connections>
pub fn phase(state: &str) -> Phase {
    match state.to_ascii_lowercase().as_str() {
        "pendingacceptance" => Phase::Asks,
        "rejected" => Phase::Rejected,
        "available" => Phase::Available,
        "failed" | "expired" => Phase::Dead,
        "deleting" | "deleted" => Phase::Gone,
        _ => Phase::Coming,
    }
}

/// What to do about a connection that never opens any more.
pub fn dead(id: &ConnectionId, state: &str) -> String {
    format!(
        "The connection of {} to {} is {state}, and AWS lets nobody in by it any more. The \
         endpoint's owner has to make another endpoint. Give its id as endpoint_id.",
        id.endpoint, id.service
    )
}

/// The same as long as nothing is to be done here.
pub fn warning(id: &ConnectionId, state: &str) -> Option<Diagnostic> {
    let summary = format!("The connection is {state}");
    (phase(state) == Phase::Dead)
        .then(|| Diagnostic::warning(summary, dead(id, state)).at("endpoint_id"))
}
