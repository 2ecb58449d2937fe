//! Who is connected to the endpoint service, whom to turn away and whom to let in.

use std::collections::BTreeSet;

use super::view::{LOAD_BALANCER, SERVICE, View};
use crate::model::{Connection, Life, Object, Slot, object::Service, principal::may_cover};

pub(super) fn live<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Connection> + use<'a> {
    let connections = view.observed.connections.iter();
    connections.filter(|it| it.is_live())
}

/// The live ones that are not of this path.
fn guests<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Connection> + use<'a> {
    let own: BTreeSet<&str> = view
        .observed
        .of(Slot::Endpoint)
        .filter_map(|(_, seen)| seen.id.known().map(String::as_str))
        .collect();
    let is_own =
        move |it: &Connection| it.endpoint_id.as_deref().is_some_and(|id| own.contains(id));
    live(view).filter(move |it| !is_own(it))
}

/// Connections that keep the service from being deleted: nobody allowed us to reject them, or AWS
/// takes no rejection of what has no endpoint.
pub(super) fn keepers(view: &View<'_>) -> BTreeSet<Connection> {
    let rejects = view.desired.policy.reject_connections;
    let stays = |it: &&Connection| !rejects || it.endpoint_id.is_none();
    guests(view).filter(stays).cloned().collect()
}

/// Guests whom none but a principal that leaves lets in. AWS lets existing connections be when
/// their principal goes.
pub(super) fn losers<'a>(view: &View<'a>) -> Vec<&'a Connection> {
    let wanted = view.wanted(SERVICE).and_then(Object::as_service);
    let seen = view.seen(SERVICE).filter(|seen| seen.life != Life::Going);
    let (Some(wanted), Some(seen)) = (wanted, seen.and_then(|seen| seen.object.as_service()))
    else {
        return Vec::new();
    };
    if !view.desired.policy.reject_removed_principals {
        return Vec::new();
    }
    // The owner of a service needs no permission.
    let own_account = view.observed.id(LOAD_BALANCER).and_then(account);
    guests(view)
        .filter(|guest| guest.endpoint_id.is_some())
        .filter(|guest| !guest.owner.is_empty() && own_account != Some(&guest.owner))
        .filter(|guest| is_turned_out(wanted, seen, &guest.owner))
        .collect()
}

fn is_turned_out(wanted: &Service, seen: &Service, account: &str) -> bool {
    let mut leaving = seen.principals.difference(&wanted.principals);
    let mut staying = wanted.principals.iter();
    leaving.any(|it| may_cover(it, account)) && !staying.any(|it| may_cover(it, account))
}

/// The account in an ARN.
fn account(arn: &str) -> Option<&str> {
    arn.split(':').nth(4)
}

/// Endpoints to be rejected now.
pub(super) fn rejects(view: &View<'_>) -> BTreeSet<String> {
    let service_goes = view
        .seen(SERVICE)
        .is_some_and(|seen| seen.life != Life::Going)
        && !view.is_wanted(SERVICE)
        && !view.forgotten.contains(&SERVICE);
    let ids = |it: &Connection| it.endpoint_id.clone();
    match service_goes && view.desired.policy.reject_connections {
        true => guests(view).filter_map(ids).collect(),
        false => losers(view).into_iter().filter_map(ids).collect(),
    }
}

/// Endpoints to be accepted now: they ask, and the configuration names their account. One that was
/// rejected stays so, since people decided that. The path's own endpoint has a step of its own.
pub(super) fn accepts(view: &View<'_>) -> BTreeSet<String> {
    let rejected = rejects(view);
    guests(view)
        .filter(|guest| guest.waits_for_acceptance())
        .filter(|guest| view.desired.policy.accept_from.contains(&guest.owner))
        .filter_map(|guest| guest.endpoint_id.clone())
        .filter(|endpoint| !rejected.contains(endpoint))
        .collect()
}
