//! An endpoint of somebody else's service, which nobody but the service's owner lets in.
//!
//! With `wait_for_acceptance` the owner's answer is awaited; a rejection ends the run, for it is a
//! decision of people. Without it the run does all that can be done, and leaves the rest to a later
//! one. A rejected endpoint is never replaced: that would only be the same request again.

use std::collections::BTreeSet;

use super::{
    rejection::{asks, is_rejected},
    view::View,
};
use crate::model::{
    Desired, Key, Object, Observed, Policy, Seen,
    object::{Change, ServiceRef, endpoint},
};
use crate::reconcile::{Conflict, Fact, Planned, Write};

/// Waits for another owner's answer, or was turned away.
fn asks_others(seen: &Seen) -> bool {
    let endpoint = seen.object.as_endpoint();
    endpoint.is_some_and(|it| !it.service.is_managed()) && asks(seen)
}

/// Whether a run waits for the answer.
pub(super) fn is_awaited(policy: &Policy, seen: &Seen) -> bool {
    policy.wait_for_acceptance && asks_others(seen) && !is_rejected(seen)
}

/// What is left to do of it, and by its owner alone.
pub(super) fn missing(view: &View<'_>, seen: &Seen) -> Option<Write> {
    let is_due = view.desired.policy.wait_for_acceptance && asks_others(seen);
    is_due.then_some(Write::Change(Change::Endpoint(endpoint::Change::Accept)))
}

/// What the owner of the service has to decide about this endpoint.
pub(super) fn conflict(seen: &Seen) -> Option<Conflict> {
    let service = match &seen.object {
        Object::Endpoint(it) if asks_others(seen) => &it.service,
        _ => return None,
    };
    let ServiceRef::Given(service) = service else {
        return None;
    };
    Some(Conflict::Unaccepted {
        service: service.known().cloned().unwrap_or_default(),
        endpoint: seen.id.known().cloned().unwrap_or_default(),
        is_rejected: is_rejected(seen),
    })
}

/// What owners of given services have not accepted of what is wanted, whether or not a run waits for
/// it: what a run without `wait_for_acceptance` leaves to a later one hangs on this.
pub fn unaccepted(desired: &Desired, observed: &Observed) -> BTreeSet<Conflict> {
    let objects = observed.objects.iter();
    let wanted = objects.filter(|(key, _)| desired.objects.contains_key(key));
    wanted.filter_map(|(_, seen)| conflict(seen)).collect()
}

/// Takes out the steps that a later run makes, once the endpoint was accepted: those that wait for
/// it, and those that wait for such steps. What somebody must decide anyway stays.
pub(super) fn leave_for_later(view: &View<'_>, steps: &mut Vec<Planned>) {
    if view.desired.policy.wait_for_acceptance {
        return;
    }
    let objects = view.observed.objects.iter();
    let asking = objects.filter(|(key, seen)| view.is_wanted(**key) && asks_others(seen));
    let mut later: BTreeSet<Key> = asking.map(|(key, _)| *key).collect();
    let mut before = steps.len() + 1;
    while !later.is_empty() && steps.len() < before {
        before = steps.len();
        steps.retain(|planned| {
            let mut keys = planned
                .waits
                .iter()
                .filter_map(|wait| object_of(&wait.fact));
            let stays = planned.conflicts().next().is_some() || !keys.any(|it| later.contains(&it));
            if !stays {
                later.insert(planned.step.key);
            }
            stays
        });
    }
}

/// The object by which a fact comes about.
fn object_of(fact: &Fact) -> Option<Key> {
    match fact {
        Fact::Until(key, _) | Fact::Released { by: key, .. } | Fact::Gone(key) => Some(*key),
        Fact::Speaks(key, _) => Some(*key),
        _ => None,
    }
}
