//! Laws: what AWS refuses otherwise, and what nobody may lose.

use std::collections::BTreeSet;

use super::{
    connection, subnets,
    view::{LOAD_BALANCER, SERVICE, View},
};
use crate::model::{
    Connection, Key, Life, Object, Side, Slot,
    object::{Alias, GroupRef, load_balancer::IpAddressType, target_group::IpFamily},
};
use crate::reconcile::{Conflict, Fact, Need, Order, Wait, Write};

/// Every lawful wait of one write, met or not. Room is counted by the plan.
pub(super) fn laws(view: &View<'_>, key: Key, write: &Write) -> Vec<Wait> {
    let mut waits = match write {
        Write::Create(object) | Write::Overwrite(object) => create(view, key, object),
        Write::Delete => release(view, key),
        // Modifications of a service or an endpoint that is still changing are refused.
        Write::SetService(_) | Write::SetPrincipals { .. } | Write::LearnZones => {
            vec![until(key, Need::Ready)]
        }
        // Zones are added and removed for minutes.
        Write::SetEndpoint(_) | Write::SetSubnets(_) => vec![until(key, Need::Ready)],
        Write::Accept => vec![reference(Fact::Asking(key))],
        _ => vec![until(key, Need::Exists)],
    };
    if let Write::SetPrincipals { .. } = write {
        waits.push(Wait::new(Order::RejectFirst, Fact::Rejected));
    }
    waits.extend(references(view, write));
    waits.extend(families(view, key, write));
    waits.extend(conflicts(view, key, write).into_iter().map(Wait::never));
    waits
}

fn until(key: Key, need: Need) -> Wait {
    reference(Fact::Until(key, need))
}

fn reference(fact: Fact) -> Wait {
    Wait::new(Order::Reference, fact)
}

/// An object of a failed or going life makes room first.
fn create(view: &View<'_>, key: Key, object: &Object) -> Vec<Wait> {
    let gone = view.seen(key).map(|_| reference(Fact::Gone(key)));
    let above = match object {
        Object::Listener(_) => vec![until(LOAD_BALANCER, Need::Exists)],
        // Nobody documents that AWS takes a load balancer that is still provisioning, and the
        // controllers that do this for a living wait.
        Object::Service(_) => vec![until(LOAD_BALANCER, Need::Ready), reference(Fact::Placed)],
        Object::Endpoint(_) => vec![reference(Fact::Placed)],
        _ => Vec::new(),
    };
    gone.into_iter().chain(above).collect()
}

/// What the write makes its object point at.
fn references(view: &View<'_>, write: &Write) -> Vec<Wait> {
    let groups = |groups: &BTreeSet<GroupRef>| {
        groups
            .iter()
            .filter_map(GroupRef::managed)
            .map(|key| until(key, Need::Exists))
            .collect::<Vec<_>>()
    };
    match write {
        Write::Create(object) | Write::Overwrite(object) => object
            .references()
            .into_iter()
            // An endpoint may be of somebody else's service.
            .filter(|key| *key != SERVICE || view.is_wanted(*key))
            .map(|key| until(key, need_of_newborn(object, key)))
            .collect(),
        Write::SetSecurityGroups { groups: wanted, .. } => groups(wanted),
        Write::SetEndpoint(change) => {
            let mut waits = groups(&change.add_groups);
            waits.extend((!change.add_subnets.is_empty()).then(|| reference(Fact::Placed)));
            waits
        }
        Write::SetListener { forward, .. } => vec![until(*forward, Need::Serves)],
        Write::SetService(change) => match change.attach {
            Some(balancer) => vec![until(balancer, Need::Serves), reference(Fact::Placed)],
            None => Vec::new(),
        },
        // The alias' hostname must never lead to an endpoint that does not answer.
        Write::Point(endpoint) => vec![until(*endpoint, Need::Ready)],
        _ => Vec::new(),
    }
}

fn need_of_newborn(object: &Object, key: Key) -> Need {
    match (object, key.slot) {
        (Object::Listener(_), _) => Need::Serves,
        (Object::Service(_), _) => Need::Ready,
        (Object::Endpoint(_), Slot::Service) => Need::Ready,
        (Object::Alias(_), Slot::Endpoint) => Need::Ready,
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

/// Who may speak which address family follows the order load balancer, service, endpoint when one
/// comes, and the reverse when one goes.
fn families(view: &View<'_>, key: Key, write: &Write) -> Vec<Wait> {
    let kinds = |kind: IpAddressType| match kind {
        IpAddressType::Ipv4 => vec![IpFamily::Ipv4],
        IpAddressType::Dualstack => vec![IpFamily::Ipv4, IpFamily::Ipv6],
        IpAddressType::Ipv6 => vec![IpFamily::Ipv6],
    };
    let speaks = |key: Key, families: Vec<IpFamily>| {
        families
            .into_iter()
            .filter(|_| view.is_wanted(key))
            .map(|family| reference(Fact::Speaks(key, family)))
            .collect::<Vec<_>>()
    };
    let group_family = |group: Option<Key>| {
        let group = group
            .and_then(|key| view.wanted(key))
            .and_then(Object::as_target_group);
        group
            .map(|group| group.family)
            .into_iter()
            .collect::<Vec<_>>()
    };
    let unspoken = |families: Vec<IpFamily>| {
        families
            .into_iter()
            .map(|family| Wait::new(Order::Release, Fact::Unspoken(key, family)))
            .collect::<Vec<_>>()
    };
    // A record leads to an endpoint that has addresses of its family. A new one is born with them.
    let resolves = |alias: &Alias, target: Option<Key>| {
        target
            .filter(|key| view.seen(*key).is_some())
            .map(|key| speaks(key, alias.family().into_iter().collect()))
            .unwrap_or_default()
    };
    match write {
        Write::Create(object) | Write::Overwrite(object) => match object.as_ref() {
            Object::Alias(alias) => resolves(alias, alias.target),
            Object::Listener(listener) => speaks(LOAD_BALANCER, group_family(listener.forward)),
            Object::Service(service) => speaks(
                LOAD_BALANCER,
                service.ip_address_types.iter().copied().collect(),
            ),
            Object::Endpoint(endpoint) => speaks(SERVICE, kinds(endpoint.ip_address_type)),
            _ => Vec::new(),
        },
        Write::SetListener { forward, .. } => speaks(LOAD_BALANCER, group_family(Some(*forward))),
        Write::SetIpAddressType(IpAddressType::Ipv4) => unspoken(vec![IpFamily::Ipv6]),
        Write::SetService(change) => {
            let mut waits = speaks(
                LOAD_BALANCER,
                change.add_ip_address_types.iter().copied().collect(),
            );
            waits.extend(unspoken(
                change.remove_ip_address_types.iter().copied().collect(),
            ));
            waits
        }
        Write::SetEndpoint(change) => {
            let next = change.ip_address_type.map(kinds);
            let mut waits = speaks(SERVICE, next.clone().unwrap_or_default());
            // From dual-stack the record of the family that goes is gone first: the other one
            // serves. Where both families change places nothing could.
            let held = view.seen(key).and_then(|seen| seen.object.as_endpoint());
            if let (Some(next), Some(held)) = (next, held)
                && held.ip_address_type == IpAddressType::Dualstack
            {
                let mut lost = kinds(held.ip_address_type);
                lost.retain(|family| !next.contains(family));
                waits.extend(unspoken(lost));
            }
            waits
        }
        Write::Point(target) => match view.seen(key).map(|seen| &seen.object) {
            Some(Object::Alias(alias)) => resolves(alias, Some(*target)),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn conflicts(view: &View<'_>, key: Key, write: &Write) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let twins: BTreeSet<String> = view
        .observed
        .twins
        .iter()
        .filter(|(twin, _)| *twin == key)
        .map(|(_, id)| id.clone())
        .chain(view.observed.id(key).map(str::to_owned))
        .collect();
    if twins.len() > 1 {
        conflicts.push(Conflict::Twins { key, ids: twins });
    }
    match write {
        Write::Create(object) => {
            conflicts.extend(taken(view, key.slot));
            if let Some(Life::Failed(reason)) = view.seen(key).map(|seen| &seen.life)
                && key.slot != Slot::Endpoint
            {
                conflicts.push(Conflict::Failed {
                    key,
                    reason: reason.clone(),
                });
            }
            if matches!(
                object.as_ref(),
                Object::TargetGroup(_) | Object::SecurityGroup(_)
            ) && key.slot != Slot::SecurityGroup(Side::Consumer)
            {
                conflicts.extend(moves_vpc(view));
            }
        }
        Write::Delete => conflicts.extend(keepers(view, key)),
        Write::SetSubnets(_) => {
            conflicts.extend(moves_vpc(view));
            conflicts.extend(subnet_keepers(view));
        }
        Write::SetSecurityGroups { groups, .. } => {
            let seen = view
                .seen(key)
                .and_then(|seen| seen.object.as_load_balancer());
            conflicts.extend(match seen.map(|it| it.security_groups.is_empty()) {
                Some(true) if !groups.is_empty() => Some(Conflict::BornWithoutGroups),
                Some(false) if groups.is_empty() => Some(Conflict::BornWithGroups),
                _ => None,
            });
        }
        _ => {}
    }
    conflicts
}

/// What is not ours and stands where the object would. A name is one place: no record of it may lead
/// elsewhere.
fn taken(view: &View<'_>, slot: Slot) -> Option<Conflict> {
    let what = match slot {
        Slot::Alias(_) => {
            let all: Vec<&str> = view
                .observed
                .foreign_aliases()
                .map(String::as_str)
                .collect();
            (!all.is_empty()).then(|| all.join(" and "))
        }
        _ => view.observed.foreign.get(&slot).cloned(),
    };
    what.map(|what| Conflict::Taken { slot, what })
}

/// What keeps an object from being deleted.
fn keepers(view: &View<'_>, key: Key) -> Vec<Conflict> {
    let observed = view.observed;
    let mut keepers = Vec::new();
    match key.slot {
        Slot::LoadBalancer => {
            let mut ports = observed.foreign_listeners.clone();
            ports.extend(observed.foreign.keys().filter_map(|slot| match slot {
                Slot::Listener(port) => Some(*port),
                _ => None,
            }));
            ports.extend(view.forgotten.iter().filter_map(|key| match key.slot {
                Slot::Listener(port) => Some(port),
                _ => None,
            }));
            if !ports.is_empty() {
                keepers.push(Conflict::ForeignListeners(ports));
            }
            if view
                .seen(key)
                .and_then(|seen| seen.object.as_load_balancer())
                .is_some_and(|balancer| balancer.deletion_protection)
            {
                keepers.push(Conflict::Protected);
            }
        }
        Slot::Zone if !observed.foreign_records.is_empty() => {
            keepers.push(Conflict::ForeignRecords(observed.foreign_records.clone()));
        }
        Slot::Service => {
            let connections = connection::keepers(view);
            if !connections.is_empty() {
                keepers.push(Conflict::Connections(connections));
            }
        }
        _ => {}
    }
    keepers
}

/// "You can't remove a subnet if the load balancer has an active VPC endpoint association."
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html>
fn subnet_keepers(view: &View<'_>) -> Option<Conflict> {
    let wanted = view.wanted(LOAD_BALANCER)?.as_load_balancer()?;
    let seen = view.seen(LOAD_BALANCER)?.object.as_load_balancer()?;
    let zones = &view.observed.surroundings.subnet_zones;
    if subnets::next(&wanted.subnets, &seen.subnets, zones).is_none() {
        return Some(Conflict::OnlySubnet);
    }
    if !subnets::leave(wanted, seen) {
        return None;
    }
    let live: BTreeSet<String> = connection::live(view).map(Connection::name).collect();
    (!live.is_empty()).then_some(Conflict::ConnectedSubnets(live))
}

/// The load balancer is in the VPC of the groups that its listeners forward to.
fn moves_vpc(view: &View<'_>) -> Option<Conflict> {
    view.seen(LOAD_BALANCER)?;
    view.wanted(LOAD_BALANCER)?;
    let vpc = |object: &Object| match object {
        Object::TargetGroup(group) => group.vpc.known().cloned(),
        _ => None,
    };
    let to = view.desired.objects.values().find_map(vpc)?;
    let from = view
        .listeners()
        .filter_map(|(_, listener)| view.seen(listener.forward?))
        .find_map(|seen| vpc(&seen.object))?;
    (from != to).then_some(Conflict::MovesVpc { from, to })
}
