//! All that is left to do, each step with what it still waits for.

use std::collections::BTreeSet;

pub use super::view::forgotten;
use super::{
    acceptance,
    connection::{accepts, rejects},
    courtesy::{courtesies, emptying, membership},
    diff::diff,
    fact::holds,
    law::laws,
    rejection::asks,
    subnets::has_new_zones,
    view::View,
};
use crate::model::{
    Desired, Key, Life, Object, Observed, Slot,
    object::{Alias, Change, Endpoint, listener, service},
};
use crate::reconcile::{Conflict, Fact, Order, Step, Wait, Write};

/// AWS's limit of a load balancer, which nobody can have raised: endpoint services allow no more.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html>
pub const LISTENERS_PER_LOAD_BALANCER: usize = 50;

/// Empty when nothing is left that we could do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In a stable order: by key, then as they read best.
    pub steps: Vec<Planned>,
    /// Objects that change by themselves: worth looking at again.
    pub awaited: BTreeSet<Key>,
}

/// A step and the facts that it still waits for; without any it may start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub step: Step,
    pub waits: Vec<Wait>,
}

impl Plan {
    /// Nothing to do and nothing to wait for.
    pub fn is_settled(&self) -> bool {
        self.steps.is_empty() && self.awaited.is_empty()
    }

    /// Steps that may start.
    pub fn ready(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|planned| planned.waits.is_empty())
            .map(|planned| &planned.step)
    }
}

impl Planned {
    /// What somebody must decide before this step can ever run.
    pub fn conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.waits.iter().filter_map(|wait| match &wait.fact {
            Fact::Never(conflict) => Some(conflict),
            _ => None,
        })
    }
}

/// What leads from `observed` to `desired`. Pure: the same inputs give the same plan.
pub fn plan(desired: &Desired, observed: &Observed) -> Plan {
    plan_without(desired, observed, &[])
}

/// The same with some orders ignored, by which tests show that each is needed.
pub fn plan_without(desired: &Desired, observed: &Observed, off: &[Order]) -> Plan {
    let view = View::new(desired, observed);
    let keys: BTreeSet<Key> = desired
        .objects
        .keys()
        .chain(observed.objects.keys())
        .copied()
        .collect();
    let mut steps = Vec::new();
    for key in keys {
        for (write, own) in writes(&view, key) {
            let mut waits = laws(&view, key, &write);
            waits.extend(courtesies(&view, key, &write));
            waits.extend(own);
            waits.retain(|wait| !off.contains(&wait.order) && !holds(&view, &wait.fact));
            waits.dedup();
            steps.push(Planned {
                step: Step { key, write },
                waits,
            });
        }
    }
    leave_for_later(&view, &mut steps);
    if !off.contains(&Order::Room) {
        count_places(&view, &mut steps);
    }
    if desired.objects.is_empty() {
        all_or_nothing(&mut steps);
    }
    let awaited = awaited(&view, &steps);
    if awaited.is_empty() && !off.contains(&Order::Yield) {
        give_way(&mut steps);
    }
    Plan { steps, awaited }
}

/// The writes that one object needs, some with waits that only its own context knows.
fn writes(view: &View<'_>, key: Key) -> Vec<(Write, Vec<Wait>)> {
    let alone = |write: Write| (write, Vec::new());
    match (view.wanted(key), view.seen(key)) {
        (Some(wanted), None) => born(view, key, wanted),
        (Some(wanted), Some(seen)) => match &seen.life {
            Life::Coming | Life::Ready => {
                let mut writes = towards(view, key, wanted, &seen.object);
                writes.extend(acceptance::missing(view, seen).map(alone));
                if key.slot == Slot::Service {
                    writes.extend(in_the_way(view));
                    writes.extend(waiting(view).map(alone));
                    writes.extend(
                        has_new_zones(view).then(|| alone(of_service(service::Change::LearnZones))),
                    );
                }
                writes
            }
            Life::Going => born(view, key, wanted),
            // Only an endpoint makes way for a new one of the same key.
            Life::Failed(_) if key.slot == Slot::Endpoint => {
                let mut writes = vec![alone(Write::Delete)];
                writes.extend(born(view, key, wanted));
                writes
            }
            Life::Failed(_) => vec![alone(Write::Create(Box::new(wanted.clone())))],
        },
        (None, Some(seen)) if seen.life != Life::Going && !view.forgotten.contains(&key) => {
            // Deleting a load balancer deletes its listeners: they have no steps of their own, and
            // its ports stop all at once when nobody is connected any more.
            if matches!(key.slot, Slot::Listener(_)) && view.balancer_goes() {
                return Vec::new();
            }
            let mut writes = Vec::new();
            if key.slot == Slot::Service {
                writes.extend(in_the_way(view));
            }
            writes.extend(
                seen.object
                    .as_target_group()
                    .and_then(|group| emptying(view, key, group)),
            );
            writes.push(alone(Write::Delete));
            writes
        }
        _ => Vec::new(),
    }
}

fn born(view: &View<'_>, key: Key, wanted: &Object) -> Vec<(Write, Vec<Wait>)> {
    let write = match wanted {
        Object::Alias(alias) if takes_over(view) || succeeds(view, alias) => {
            Write::Overwrite(Box::new(alias.clone()))
        }
        wanted => Write::Create(Box::new(wanted.clone())),
    };
    let mut writes = vec![(write, Vec::new())];
    let mut newborn = wanted.newborn();
    // Without acceptance AWS lets every endpoint in.
    if let Object::Endpoint(endpoint) = &mut newborn {
        endpoint.accepted = !asks_first(view, endpoint);
    }
    writes.extend(towards(view, key, wanted, &newborn));
    writes
}

/// Whether somebody else's record stands at the hostname, and is to make way.
fn takes_over(view: &View<'_>) -> bool {
    view.desired.policy.overwrite_record && view.observed.foreign_aliases().next().is_some()
}

/// Whether a record of ours has to go in the same change, for the name to resolve all the time.
fn succeeds(view: &View<'_>, alias: &Alias) -> bool {
    let mut seen = view.observed.aliases();
    seen.any(|(key, _, other)| !view.forgotten.contains(&key) && alias.excludes(other))
}

/// Whether an endpoint of the wanted service has to be accepted by us.
fn asks_first(view: &View<'_>, endpoint: &Endpoint) -> bool {
    let service = endpoint.service.managed();
    service
        .and_then(|key| view.wanted(key)?.as_service())
        .is_some_and(|service| service.acceptance_required)
}

fn towards(view: &View<'_>, key: Key, wanted: &Object, seen: &Object) -> Vec<(Write, Vec<Wait>)> {
    let zones = &view.observed.surroundings.subnet_zones;
    let mut writes: Vec<_> = diff(wanted, seen, &view.desired.policy, zones)
        .into_iter()
        .map(|write| (write, Vec::new()))
        .collect();
    if let (Object::TargetGroup(wanted), Object::TargetGroup(seen)) = (wanted, seen) {
        writes.extend(membership(view, key, wanted, seen));
    }
    writes
}

fn in_the_way(view: &View<'_>) -> Option<(Write, Vec<Wait>)> {
    let ids = rejects(view);
    let change = service::Change::RejectConnections;
    (!ids.is_empty()).then(|| (of_service(change(ids)), Vec::new()))
}

fn waiting(view: &View<'_>) -> Option<Write> {
    let ids = accepts(view);
    (!ids.is_empty()).then(|| of_service(service::Change::AcceptConnections(ids)))
}

fn of_service(change: service::Change) -> Write {
    Write::Change(Change::Service(change))
}

/// As many creates as there are places may start. Only counting is safe with steps in flight:
/// asked one by one, two creates would find the same place free.
fn count_places(view: &View<'_>, steps: &mut [Planned]) {
    let observed = view.observed;
    let foreign = observed.foreign.keys().filter_map(|slot| match slot {
        Slot::Listener(port) => Some(*port),
        _ => None,
    });
    let taken: BTreeSet<u16> = observed
        .objects
        .keys()
        .filter_map(|key| match key.slot {
            Slot::Listener(port) => Some(port),
            _ => None,
        })
        .chain(observed.foreign_listeners.iter().copied())
        .chain(foreign)
        .collect();
    let free = LISTENERS_PER_LOAD_BALANCER.saturating_sub(taken.len());
    let creates = steps.iter_mut().filter(|planned| {
        matches!(planned.step.key.slot, Slot::Listener(_))
            && matches!(planned.step.write, Write::Create(_))
            && planned.conflicts().next().is_none()
    });
    for planned in creates.skip(free) {
        planned.waits.push(Wait::new(Order::Room, Fact::Room));
    }
}

/// What keeps one object of a path that is to go keeps the whole path: half a path serves nobody,
/// and its service name would be lost for good.
fn all_or_nothing(steps: &mut [Planned]) {
    if steps.iter().all(|it| it.conflicts().next().is_none()) {
        return;
    }
    for planned in steps.iter_mut() {
        if planned.conflicts().next().is_none() {
            planned.waits.push(Wait::new(Order::Conflict, Fact::Whole));
        }
    }
}

fn awaited(view: &View<'_>, steps: &[Planned]) -> BTreeSet<Key> {
    let changing = view
        .observed
        .objects
        .iter()
        .filter(|(key, seen)| match seen.life {
            Life::Going => !view.forgotten.contains(*key),
            // One that asks to be accepted waits for us or for people, not we for it.
            Life::Coming => {
                let is_awaited = acceptance::is_awaited(&view.desired.policy, seen);
                view.is_wanted(**key) && (!asks(seen) || is_awaited)
            }
            Life::Ready | Life::Failed(_) => false,
        });
    // Health comes by itself once all the rest of the wait is there.
    let heals = |wait: &Wait| matches!(wait.fact, Fact::Healthy(_));
    let healing = steps
        .iter()
        .filter(|planned| !planned.waits.is_empty() && planned.waits.iter().all(heals))
        .map(|planned| planned.step.key);
    changing.map(|(key, _)| *key).chain(healing).collect()
}

/// When no step can run, nothing comes by itself and nothing conflicts, courtesy gives way: ports
/// that go round in a ring all change hands at once; a full load balancer loses one old listener.
fn give_way(steps: &mut [Planned]) {
    let stuck = steps
        .iter()
        .all(|planned| !planned.waits.is_empty() && planned.conflicts().next().is_none());
    if !stuck {
        return;
    }
    let polite = |planned: &Planned| planned.waits.iter().all(|wait| wait.order.is_courtesy());
    let forwards = |planned: &Planned| match &planned.step.write {
        Write::Change(Change::Listener(change)) => {
            matches!(change, listener::Change::Modify { .. })
        }
        _ => false,
    };
    // Where ports and machines wait for each other, a machine goes without its next port for a
    // moment rather than a broker without any.
    let hands_over = |wait: &Wait| wait.order == Order::Handover;
    let keeps_brokers = |planned: &Planned| !planned.waits.iter().any(hands_over);
    let yielding = |planned: &Planned| forwards(planned) && polite(planned);
    let is_mixed = steps.iter().any(|it| yielding(it) && keeps_brokers(it));
    let gives_way = |it: &Planned| yielding(it) && (!is_mixed || keeps_brokers(it));
    if steps.iter().any(gives_way) {
        for planned in steps.iter_mut().filter(|it| gives_way(it)) {
            planned.waits.clear();
        }
        return;
    }
    let old_listener = steps.iter().position(|planned| {
        matches!(planned.step.key.slot, Slot::Listener(_))
            && planned.step.write == Write::Delete
            && polite(planned)
    });
    if let Some(first) = old_listener.or_else(|| steps.iter().position(polite)) {
        steps[first].waits.clear();
    }
}

/// Takes out the steps that a later run makes, once the endpoint was accepted: those that wait for
/// it, and those that wait for such steps. What somebody must decide anyway stays.
fn leave_for_later(view: &View<'_>, steps: &mut Vec<Planned>) {
    if view.desired.policy.wait_for_acceptance {
        return;
    }
    let objects = view.observed.objects.iter();
    let asking =
        objects.filter(|(key, seen)| view.is_wanted(**key) && acceptance::asks_others(seen));
    let mut later: BTreeSet<Key> = asking.map(|(key, _)| *key).collect();
    let mut before = steps.len() + 1;
    while !later.is_empty() && steps.len() < before {
        before = steps.len();
        steps.retain(|planned| {
            let mut keys = planned.waits.iter().filter_map(|wait| wait.fact.object());
            let stays = planned.conflicts().next().is_some() || !keys.any(|it| later.contains(&it));
            if !stays {
                later.insert(planned.step.key);
            }
            stays
        });
    }
}
