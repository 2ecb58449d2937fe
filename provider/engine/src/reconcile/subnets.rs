//! Who waits for a load balancer that changes its subnets.

use super::{
    connection::live,
    view::{LOAD_BALANCER, SERVICE, View, all_known},
};
use crate::model::{Life, Object, object::LoadBalancer};

/// Whether the load balancer and its service are in the zones where they are to be, so that an
/// endpoint may connect. Once it has, the load balancer lets go of no subnet any more: a removal
/// comes first, unless other endpoints keep it from ever happening.
pub(super) fn are_settled(view: &View<'_>) -> bool {
    let object = view.wanted(LOAD_BALANCER);
    let wanted = object.and_then(|object| object.as_load_balancer());
    let (Some(wanted), Some(seen)) = (wanted, view.seen(LOAD_BALANCER)) else {
        return true;
    };
    let held = seen.object.as_load_balancer();
    if held.is_some_and(|held| leave(wanted, held)) && live(view).next().is_some() {
        return true;
    }
    held.is_some_and(|held| held.subnets == wanted.subnets)
        && seen.life == Life::Ready
        && !has_new_zones(view)
}

/// Whether some subnet is to leave the load balancer.
pub(super) fn leave(wanted: &LoadBalancer, seen: &LoadBalancer) -> bool {
    all_known(&wanted.subnets) && !seen.subnets.is_subset(&wanted.subnets)
}

/// A zone that the load balancer got later is served only after the service was told. It is not
/// told while the load balancer is about to leave one: it would go on to name that.
pub(super) fn has_new_zones(view: &View<'_>) -> bool {
    let wanted = view
        .wanted(LOAD_BALANCER)
        .and_then(Object::as_load_balancer);
    let held = view
        .seen(LOAD_BALANCER)
        .and_then(|seen| seen.object.as_load_balancer());
    if let (Some(wanted), Some(held)) = (wanted, held)
        && leave(wanted, held)
    {
        return false;
    }
    let zones = |key| view.seen(key)?.outputs.zones.known();
    match (zones(LOAD_BALANCER), zones(SERVICE)) {
        (Some(all), Some(served)) => !all.is_subset(served),
        _ => false,
    }
}
