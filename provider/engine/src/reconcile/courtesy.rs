//! Courtesies: orders that AWS does not ask for and that live traffic does.

use std::collections::BTreeSet;

use super::{bootstrap::offerable, view::View};
use crate::model::{
    Key, Life, Object, Role, Slot,
    object::{
        Change, Rule, TargetGroup, listener,
        security_group::{self, Source},
        target_group::{self, IpFamily, Target},
    },
};
use crate::reconcile::{Fact, Need, Order, Wait, Write};

/// Every courteous wait of one write, met or not.
pub(super) fn courtesies(view: &View<'_>, key: Key, write: &Write) -> Vec<Wait> {
    match write {
        Write::Delete => match key.slot {
            Slot::Listener(_) => {
                let mut waits = let_go(view, key, None);
                waits.extend(drained(view, key));
                waits
            }
            Slot::TargetGroup(_) => {
                let mut waits = successor(view, key);
                if !view.balancer_goes() {
                    waits.push(Wait::new(Order::Drain, Fact::Empty(key)));
                    // Only the group tells whose machine an old target of bootstrap is.
                    waits.push(Wait::new(Order::RegisterFirst, Fact::Dismissed(key)));
                }
                waits
            }
            Slot::SecurityGroup(_)
            | Slot::LoadBalancer
            | Slot::Service
            | Slot::Endpoint
            | Slot::Zone
            | Slot::Alias(_) => successor(view, key),
        },
        Write::Change(change) => match change {
            Change::Listener(listener::Change::Modify { forward, .. }) => {
                let_go(view, key, Some(*forward))
            }
            Change::SecurityGroup(security_group::Change::Revoke(rules)) => {
                close_last(view, key, rules)
            }
            Change::Listener(listener::Change::SetIdleTimeout(_))
            | Change::SecurityGroup(security_group::Change::Authorize(_)) => Vec::new(),
            // Who joins and leaves a group comes with its waits: see `membership`.
            Change::TargetGroup(_) => Vec::new(),
            Change::LoadBalancer(_)
            | Change::Service(_)
            | Change::Endpoint(_)
            | Change::Alias(_) => Vec::new(),
        },
        Write::Create(_) | Write::Overwrite(_) | Write::Tag { .. } => Vec::new(),
    }
}

/// Ports close after those who use them are gone, and after the others are open.
fn close_last(view: &View<'_>, key: Key, rules: &BTreeSet<Rule>) -> Vec<Wait> {
    let closing = view
        .ports_in(rules)
        .into_iter()
        .filter(|port| !view.is_wanted(*port) && !view.forgotten.contains(port))
        .map(Fact::Gone);
    // Who leaves a family closes its ports afterwards.
    let unspoken = families_of(rules)
        .filter(|family| !view.will_use(key, *family))
        .map(|family| Fact::Unspoken(key, family));
    closing
        .chain(unspoken)
        .chain([Fact::Open(key)])
        .map(|fact| Wait::new(Order::CloseLast, fact))
        .collect()
}

/// What must be before a listener stops serving whom it serves, to serve `next` or nobody.
fn let_go(view: &View<'_>, listener: Key, next: Option<Key>) -> Vec<Wait> {
    let seen = view
        .seen(listener)
        .and_then(|seen| seen.object.as_listener());
    match seen.and_then(|listener| listener.forward) {
        Some(group) if next != Some(group) => part(view, group, next),
        _ => Vec::new(),
    }
}

/// What must be before a group serves nobody on a port that then serves `next`.
fn part(view: &View<'_>, group: Key, next: Option<Key>) -> Vec<Wait> {
    let Slot::TargetGroup(role) = group.slot else {
        return Vec::new();
    };
    let next_role = next.map(|next| next.slot);
    let mut waits = Vec::new();
    let is_sole = matches!(role, Role::Broker(id) if view.is_sole(id));
    if is_sole && let Role::Broker(id) = role {
        // Bootstrap's port is the broker's when it is in there, and nobody else is left.
        waits.push(Wait::new(Order::Handover, Fact::Joined(id)));
        let others = view.others_seen(id).into_iter().map(Fact::Left);
        waits.extend(others.map(|fact| Wait::new(Order::LeaveFirst, fact)));
    }
    let serves_on = next_role == Some(group.slot)
        || is_sole && next_role == Some(Slot::TargetGroup(Role::Bootstrap));
    if view.is_wanted_role(role) {
        if !serves_on {
            waits.push(Wait::new(Order::Handover, Fact::Served(role)));
        }
        if role == Role::Bootstrap && view.wanted(group).is_none() {
            // The next group offers everybody that this one does, less those that leave.
            let offered = view.seen_group(group).map(|group| &group.targets);
            let staying = offered.into_iter().flatten();
            let staying = staying.flat_map(|target| view.brokers_seen_at(target));
            waits.extend(staying.map(|id| Wait::new(Order::RegisterFirst, Fact::Joined(id))));
        }
    } else if let Role::Broker(id) = role {
        waits.push(Wait::new(Order::LeaveFirst, Fact::Left(id)));
    }
    if let Role::Broker(id) = role {
        // A machine that goes on under another id has its new listeners first, unless this very
        // one is among them.
        let heirs = view
            .targets_of(id)
            .into_iter()
            .flat_map(|target| view.brokers_at(target))
            .map(Role::Broker)
            .filter(|heir| *heir != role && Some(Slot::TargetGroup(*heir)) != next_role);
        waits.extend(heirs.map(|heir| Wait::new(Order::LeaveFirst, Fact::Served(heir))));
    }
    waits
}

/// The removed broker's group lets go of its targets, so that their connections drain.
fn drained(view: &View<'_>, listener: Key) -> Option<Wait> {
    let group = view.seen(listener)?.object.as_listener()?.forward?;
    let drains = goes(view, group)
        && matches!(group.slot, Slot::TargetGroup(role) if !view.is_wanted_role(role));
    drains.then(|| Wait::new(Order::Drain, Fact::Empty(group)))
}

fn goes(view: &View<'_>, key: Key) -> bool {
    !view.is_wanted(key) && !view.forgotten.contains(&key)
}

fn families_of(rules: &BTreeSet<Rule>) -> impl Iterator<Item = IpFamily> {
    let families: BTreeSet<IpFamily> = rules
        .iter()
        .filter_map(|rule| match rule {
            Rule::Ingress {
                source: Source::Block(block),
                ..
            } => Some(IpFamily::of_block(block.known()?)),
            // Security groups and prefix lists are of no family.
            Rule::Ingress { .. } | Rule::EgressAll | Rule::Other { .. } => None,
        })
        .collect();
    families.into_iter()
}

/// Records of a name are each other's successors, whatever their types: the name must not stop
/// resolving.
fn successor(view: &View<'_>, key: Key) -> Vec<Wait> {
    let follows = |next: Slot| match (next, key.slot) {
        (Slot::Alias(_), Slot::Alias(_)) => true,
        (next, slot) => next == slot,
    };
    view.desired
        .objects
        .keys()
        .filter(|next| follows(next.slot) && **next != key)
        .map(|next| Wait::new(Order::Successor, Fact::Until(*next, Need::Ready)))
        .collect()
}

/// Targets that are to come and go in a wanted group, in as few calls as their waits allow.
pub(super) fn membership(
    view: &View<'_>,
    key: Key,
    wanted: &TargetGroup,
    seen: &TargetGroup,
) -> Vec<(Write, Vec<Wait>)> {
    let missing = wanted.targets.difference(&seen.targets).cloned();
    let (now, later): (Vec<Target>, Vec<Target>) =
        missing.partition(|target| view.may_join(wanted, target));
    let served = later
        .iter()
        .flat_map(|target| view.served_before(target))
        .map(|id| Wait::new(Order::JoinLast, Fact::Served(Role::Broker(id))))
        .collect();

    // The old machine of a broker that stays leaves only when the new one is in.
    let extra = seen.targets.difference(&wanted.targets).cloned();
    let successors = |target: &Target| match wanted.role {
        Role::Bootstrap => view.brokers_seen_at(target),
        Role::Broker(_) => Default::default(),
    };
    let (leaving, replaced): (Vec<Target>, Vec<Target>) =
        extra.partition(|target| successors(target).is_empty());
    // AWS checks no target of a group before a listener forwards to it: of such a group nobody
    // could ever be found healthy.
    let is_checked = view.desired.policy.wait_for_healthy
        && wanted.role == Role::Bootstrap
        && view.is_serving(key);
    let mut rest = vec![Wait::new(Order::RegisterFirst, Fact::Registered(key))];
    let mut joined = rest.clone();
    for id in replaced.iter().flat_map(successors) {
        joined.push(Wait::new(Order::RegisterFirst, Fact::Joined(id)));
        if is_checked {
            joined.push(Wait::new(Order::RegisterFirst, Fact::Healthy(id)));
        }
    }
    if is_checked {
        let healthy = offerable(view).into_iter().map(Fact::Healthy);
        rest.extend(healthy.map(|fact| Wait::new(Order::RegisterFirst, fact)));
    }
    let register = target_group::Change::Register;
    let deregister = target_group::Change::Deregister;
    let calls = [
        (now, register as fn(_) -> _, Vec::new()),
        (later, register, served),
        (leaving, deregister, rest),
        (replaced, deregister, joined),
    ];
    calls
        .into_iter()
        .filter(|(targets, _, _)| !targets.is_empty())
        .map(|(targets, change, waits)| {
            let change = change(targets.into_iter().collect());
            (Write::Change(Change::TargetGroup(change)), waits)
        })
        .collect()
}

/// Emptying a group that is to go while its load balancer stays: after the listeners that stay
/// have left it, and after a removed broker has left bootstrap.
pub(super) fn emptying(
    view: &View<'_>,
    key: Key,
    seen: &TargetGroup,
) -> Option<(Write, Vec<Wait>)> {
    if seen.targets.is_empty() || view.balancer_goes() {
        return None;
    }
    let mut waits: Vec<Wait> = view
        .observed
        .objects
        .iter()
        .filter(|(by, it)| it.life != Life::Going && keeps(view, **by))
        .filter(|(_, it)| it.object.references().contains(&key))
        .map(|(by, _)| Wait::new(Order::Release, Fact::Released { key, by: *by }))
        .collect();
    waits.extend(part(view, key, None));
    let change = target_group::Change::Deregister(seen.targets.clone());
    Some((Write::Change(Change::TargetGroup(change)), waits))
}

/// A listener that stays, or that goes only after its role is served elsewhere.
fn keeps(view: &View<'_>, by: Key) -> bool {
    view.wanted(by)
        .is_some_and(|object| matches!(object, Object::Listener(_)))
}
