//! Laws: what AWS refuses otherwise, and what nobody may lose.

mod conflicts;

use std::collections::BTreeSet;

use super::{
    connection,
    view::{LOAD_BALANCER, View},
};
use crate::model::{
    Key, Object, Slot,
    object::{
        Alias, Change, GroupRef, ServiceRef, alias, endpoint, listener,
        load_balancer::{self, IpAddressType},
        service,
        target_group::IpFamily,
    },
};
use crate::reconcile::{Fact, Need, Order, Wait, Write};

/// Every lawful wait of one write, met or not. Room is counted by the plan.
pub(super) fn laws(view: &View<'_>, key: Key, write: &Write) -> Vec<Wait> {
    let mut waits = match write {
        Write::Create(object) => create(view, key, object),
        Write::Overwrite(alias) => create_record(view, key, alias),
        Write::Delete => release(view, key),
        Write::Tag { .. } => vec![until(key, Need::Exists)],
        Write::Change(change) => changes(view, key, change),
    };
    waits.extend(conflicts::of(view, key, write).into_iter().map(Wait::never));
    waits
}

fn until(key: Key, need: Need) -> Wait {
    reference(Fact::Until(key, need))
}

fn reference(fact: Fact) -> Wait {
    Wait::new(Order::Reference, fact)
}

fn create(view: &View<'_>, key: Key, object: &Object) -> Vec<Wait> {
    let (above, families) = match object {
        Object::Listener(listener) => (
            vec![until(LOAD_BALANCER, Need::Exists)],
            speaks(view, LOAD_BALANCER, group_family(view, listener.forward)),
        ),
        // Nobody documents that AWS takes a load balancer that is still provisioning, and the
        // controllers that do this for a living wait.
        Object::Service(service) => (
            vec![until(LOAD_BALANCER, Need::Ready), reference(Fact::Placed)],
            speaks(
                view,
                LOAD_BALANCER,
                service.ip_address_types.iter().copied(),
            ),
        ),
        Object::Endpoint(endpoint) => match endpoint.service {
            ServiceRef::Managed(service) => (
                vec![reference(Fact::Placed)],
                speaks(view, service, endpoint.ip_address_type.families()),
            ),
            ServiceRef::Given(_) => (Vec::new(), Vec::new()),
        },
        Object::Alias(alias) => return create_record(view, key, alias),
        Object::SecurityGroup(_)
        | Object::LoadBalancer(_)
        | Object::TargetGroup(_)
        | Object::Zone(_) => (Vec::new(), Vec::new()),
    };
    let references = object.references().into_iter();
    let references = references.map(|key| until(key, need_of_newborn(object, key)));
    let room = makes_room(view, key).into_iter();
    room.chain(above)
        .chain(references)
        .chain(families)
        .collect()
}

fn create_record(view: &View<'_>, key: Key, alias: &Alias) -> Vec<Wait> {
    let need = |of: &Key| match of.slot {
        // The hostname must never lead to an endpoint that does not answer.
        Slot::Endpoint => Need::Ready,
        _ => Need::Exists,
    };
    let references = alias.references().into_iter();
    let references = references.map(|key| until(key, need(&key)));
    let room = makes_room(view, key).into_iter();
    let families = resolves(view, alias, alias.target);
    room.chain(references).chain(families).collect()
}

/// An object of a failed or going life makes room first.
fn makes_room(view: &View<'_>, key: Key) -> Option<Wait> {
    view.seen(key).map(|_| reference(Fact::Gone(key)))
}

/// The state that AWS asks of the object, then what the change makes it point at, then who may
/// speak which address family: that follows the order load balancer, service, endpoint when one
/// comes, and the reverse when one goes.
fn changes(view: &View<'_>, key: Key, change: &Change) -> Vec<Wait> {
    let exists = || vec![until(key, Need::Exists)];
    // Modifications of a service or an endpoint that is still changing are refused, and zones of a
    // load balancer are added and removed for minutes.
    let ready = || vec![until(key, Need::Ready)];
    match change {
        Change::SecurityGroup(_) | Change::TargetGroup(_) => exists(),
        Change::LoadBalancer(change) => match change {
            load_balancer::Change::SetSubnets(_) => ready(),
            load_balancer::Change::SetSecurityGroups { groups, .. } => {
                exists().into_iter().chain(managed(groups)).collect()
            }
            load_balancer::Change::SetIpAddressType(kind) => {
                let mut waits = exists();
                if *kind == IpAddressType::Ipv4 {
                    waits.extend(unspoken(key, [IpFamily::Ipv6]));
                }
                waits
            }
            load_balancer::Change::ModifyAttributes { .. } => exists(),
        },
        Change::Listener(change) => match change {
            listener::Change::Modify { forward, .. } => {
                let mut waits = exists();
                waits.push(until(*forward, Need::Serves));
                let family = group_family(view, Some(*forward));
                waits.extend(speaks(view, LOAD_BALANCER, family));
                waits
            }
            listener::Change::SetIdleTimeout(_) => exists(),
        },
        Change::Service(change) => match change {
            service::Change::Modify(change) => {
                let mut waits = ready();
                if let Some(balancer) = change.attach {
                    waits.push(until(balancer, Need::Serves));
                    waits.push(reference(Fact::Placed));
                }
                let families = change.add_ip_address_types.iter().copied();
                waits.extend(speaks(view, LOAD_BALANCER, families));
                let families = change.remove_ip_address_types.iter().copied();
                waits.extend(unspoken(key, families));
                waits
            }
            service::Change::ModifyPermissions { .. } => {
                let mut waits = ready();
                waits.push(Wait::new(Order::RejectFirst, Fact::Rejected));
                waits
            }
            service::Change::LearnZones => ready(),
            service::Change::RejectConnections(_) | service::Change::AcceptConnections(_) => {
                exists()
            }
        },
        Change::Endpoint(change) => match change {
            endpoint::Change::Modify(change) => {
                let mut waits = ready();
                waits.extend(managed(&change.add_groups));
                if !change.add_subnets.is_empty() && is_of_ours(view, key) {
                    waits.push(reference(Fact::Placed));
                }
                let next = change.ip_address_type;
                waits.extend(
                    next.into_iter()
                        .flat_map(|next| readdresses(view, key, next)),
                );
                waits
            }
            endpoint::Change::Accept => vec![reference(Fact::Asking(key))],
        },
        Change::Alias(alias::Change::Point { endpoint, .. }) => {
            let mut waits = exists();
            waits.push(until(*endpoint, Need::Ready));
            let held = view.seen(key).and_then(|seen| seen.object.as_alias());
            let families = held.map(|alias| resolves(view, alias, Some(*endpoint)));
            waits.extend(families.unwrap_or_default());
            waits
        }
    }
}

/// An endpoint of the path's own service.
fn is_of_ours(view: &View<'_>, key: Key) -> bool {
    let endpoint = view.seen(key).and_then(|seen| seen.object.as_endpoint());
    endpoint.is_none_or(|it| it.service.is_managed())
}

fn managed(groups: &BTreeSet<GroupRef>) -> impl Iterator<Item = Wait> {
    let groups = groups.iter().filter_map(GroupRef::managed);
    groups.map(|key| until(key, Need::Exists))
}

fn need_of_newborn(object: &Object, key: Key) -> Need {
    match (object, key.slot) {
        (Object::Listener(_), _) => Need::Serves,
        (Object::Service(_), _) => Need::Ready,
        (Object::Endpoint(_), Slot::Service) => Need::Ready,
        _ => Need::Exists,
    }
}

/// Nothing points at it any more. What would only point at its next life does not count: a failed
/// endpoint makes way while the alias still names it.
fn release(view: &View<'_>, key: Key) -> Vec<Wait> {
    let users = view.observed.objects.iter().filter(|(by, seen)| {
        seen.object.references().contains(&key)
            && !(view.is_wanted(key)
                && view
                    .wanted(**by)
                    .is_some_and(|by| by.references().contains(&key)))
    });
    let mut waits: Vec<Wait> = users
        .map(|(by, _)| Wait::new(Order::Release, Fact::Released { key, by: *by }))
        .collect();
    if key.slot == Slot::Service && connection::keepers(view).is_empty() {
        waits.push(Wait::new(Order::Release, Fact::Disconnected));
    }
    waits
}

fn speaks(view: &View<'_>, key: Key, families: impl IntoIterator<Item = IpFamily>) -> Vec<Wait> {
    let families = families.into_iter().filter(|_| view.is_wanted(key));
    families
        .map(|family| reference(Fact::Speaks(key, family)))
        .collect()
}

fn unspoken(key: Key, families: impl IntoIterator<Item = IpFamily>) -> impl Iterator<Item = Wait> {
    let facts = families
        .into_iter()
        .map(move |family| Fact::Unspoken(key, family));
    facts.map(|fact| Wait::new(Order::Release, fact))
}

fn group_family(view: &View<'_>, group: Option<Key>) -> Option<IpFamily> {
    let group = view.wanted(group?)?.as_target_group()?;
    Some(group.family)
}

/// A record leads to an endpoint that has addresses of its family. A new one is born with them.
fn resolves(view: &View<'_>, alias: &Alias, target: Option<Key>) -> Vec<Wait> {
    let target = target.filter(|key| view.seen(*key).is_some());
    target
        .map(|key| speaks(view, key, alias.family()))
        .unwrap_or_default()
}

/// From dual-stack the record of the family that goes is gone first: the other one serves. Where
/// both families change places nothing could.
fn readdresses(view: &View<'_>, endpoint: Key, next: IpAddressType) -> Vec<Wait> {
    let held = view
        .seen(endpoint)
        .and_then(|seen| seen.object.as_endpoint());
    let service = held.and_then(|held| held.service.managed());
    let service = service.into_iter();
    let mut waits: Vec<Wait> = service
        .flat_map(|service| speaks(view, service, next.families()))
        .collect();
    if held.is_some_and(|held| held.ip_address_type == IpAddressType::Dualstack) {
        let mut lost = IpAddressType::Dualstack.families();
        lost.retain(|family| !next.families().contains(family));
        waits.extend(unspoken(endpoint, lost));
    }
    waits
}
