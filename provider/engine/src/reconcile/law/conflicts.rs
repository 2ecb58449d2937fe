//! What AWS never does, or nobody wants, until somebody decides.

use std::collections::BTreeSet;

use crate::model::{
    Connection, Key, Life, Object, Side, Slot,
    object::{Change, GroupRef, load_balancer},
};
use crate::reconcile::{
    Conflict, Write, acceptance, connection, subnets,
    view::{LOAD_BALANCER, View},
};

/// What stands against one write.
pub(super) fn of(view: &View<'_>, key: Key, write: &Write) -> Vec<Conflict> {
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
        Write::Change(Change::LoadBalancer(change)) => match change {
            load_balancer::Change::SetSubnets(_) => {
                conflicts.extend(moves_vpc(view));
                conflicts.extend(subnet_keepers(view));
            }
            load_balancer::Change::SetSecurityGroups { groups, .. } => {
                conflicts.extend(birthmark(view, key, groups));
            }
            load_balancer::Change::SetIpAddressType(_)
            | load_balancer::Change::ModifyAttributes { .. } => {}
        },
        // Whether AWS modifies an endpoint that was not accepted, it says nowhere: nothing is tried that
        // might fail in the middle of a run.
        Write::Change(Change::Endpoint(_)) => {
            conflicts.extend(view.seen(key).and_then(acceptance::conflict));
        }
        // In the place of one of ours.
        Write::Overwrite(_) if !view.desired.policy.overwrite_record => {
            conflicts.extend(taken(view, key.slot));
        }
        Write::Overwrite(_) | Write::Tag { .. } | Write::Change(_) => {}
    }
    conflicts
}

/// A load balancer has security groups from its birth, or never.
fn birthmark(view: &View<'_>, key: Key, groups: &BTreeSet<GroupRef>) -> Option<Conflict> {
    let seen = view.seen(key)?.object.as_load_balancer()?;
    match (seen.security_groups.is_empty(), groups.is_empty()) {
        (true, false) => Some(Conflict::BornWithoutGroups),
        (false, true) => Some(Conflict::BornWithGroups),
        (true, true) | (false, false) => None,
    }
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
    if load_balancer::subnets::next(&wanted.subnets, &seen.subnets, zones).is_none() {
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
