//! Endpoints of ours that were turned away, and new ones instead of those that failed.
//!
//! No document of AWS says whether a service takes back an endpoint that it rejected: the guide
//! speaks of requests and of connections that are open. So it is asked to, and what it does not
//! take back counts as failed.
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests>

use std::collections::BTreeMap;

use crate::model::{
    Life, Observed, Seen, Slot,
    object::{Change, endpoint},
};
use crate::reconcile::{Answer, CloudError, ErrorKind, Step, Write};

/// So often an endpoint that failed for good is made anew in one run: what ends every one of them is
/// somebody's decision or a limit of AWS, and each takes minutes.
pub(super) const NEW_ENDPOINTS: u32 = 2;

/// Accepted once more, AWS's reads may have lagged; accepted twice, somebody keeps rejecting it.
const PARDONS: u32 = 2;

/// An endpoint that waits for the service's owner, or was turned away.
pub(super) fn asks(seen: &Seen) -> bool {
    is_at("pendingAcceptance", seen) || is_rejected(seen)
}

/// An endpoint that was turned away, and may be let in again.
pub(super) fn is_rejected(seen: &Seen) -> bool {
    is_at("rejected", seen)
}

/// Lets an endpoint in.
pub(super) fn accepts(step: &Step) -> bool {
    step.write == Write::Change(Change::Endpoint(endpoint::Change::Accept))
}

fn is_at(state: &str, seen: &Seen) -> bool {
    let endpoint = seen.object.as_endpoint();
    let word = seen.outputs.state.known();
    endpoint.is_some_and(|endpoint| !endpoint.accepted)
        && word.is_some_and(|word| word.eq_ignore_ascii_case(state))
        && !matches!(seen.life, Life::Failed(_) | Life::Going)
}

/// What became of the rejected endpoints that this run accepted, by id.
#[derive(Default)]
pub(super) struct Rejections {
    pardoned: BTreeMap<String, u32>,
    /// Why it stays rejected.
    shut_out: BTreeMap<String, String>,
}

impl Rejections {
    /// Takes notice of the answer to a step. `observed` is what was known when it came.
    pub(super) fn heard(&mut self, observed: &Observed, step: &Step, answer: Answer) -> Answer {
        let id = match observed.get(step.key) {
            Some(seen) if accepts(step) && is_rejected(seen) => seen.id.known(),
            _ => None,
        };
        let Some(id) = id.cloned() else {
            return answer;
        };
        match answer {
            Answer::Done(made) => {
                let pardons = self.pardoned.entry(id.clone()).or_default();
                *pardons += 1;
                if *pardons >= PARDONS {
                    let reason = format!("rejected again after it was accepted {PARDONS} times");
                    self.shut_out.insert(id, reason);
                }
                Answer::Done(made)
            }
            // Somebody else may have accepted it meanwhile: only a look tells.
            Answer::Failed(error) | Answer::NotYet(error) | Answer::LookAgain(error)
                if is_refusal(&error) =>
            {
                let message = error.message.trim_end_matches('.');
                let reason = format!("rejected, and AWS does not accept it any more ({message})");
                self.shut_out.insert(id, reason);
                Answer::LookAgain(error)
            }
            answer => answer,
        }
    }

    /// What stays rejected has failed.
    pub(super) fn judge(&self, observed: &mut Observed) {
        for (key, seen) in &mut observed.objects {
            if key.slot == Slot::Endpoint
                && is_rejected(seen)
                && let Some(reason) = seen.id.known().and_then(|id| self.shut_out.get(id))
            {
                seen.life = Life::Failed(reason.clone());
            }
        }
    }
}

/// An answer about the endpoint, not about the caller or the way to AWS.
fn is_refusal(error: &CloudError) -> bool {
    match error.kind {
        ErrorKind::Exists | ErrorKind::Invalid | ErrorKind::NotYet | ErrorKind::InUse => true,
        ErrorKind::NotFound | ErrorKind::Throttled => false,
        ErrorKind::Denied | ErrorKind::Credentials | ErrorKind::Unavailable => false,
    }
}

/// Why no further endpoint is made.
pub(super) fn given_up(step: &Step, reason: &str) -> CloudError {
    CloudError {
        operation: step.in_words(),
        kind: ErrorKind::Invalid,
        code: String::new(),
        message: format!(
            "it was created again {NEW_ENDPOINTS} times, and the last one is {reason}. Find out \
             who or what ends it (the service's owner, a limit of the account), then apply again"
        ),
        request_id: None,
    }
}
