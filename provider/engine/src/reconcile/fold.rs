//! What a finished step leaves behind: a claim about AWS, which tests hold against it.

use std::collections::BTreeSet;

use super::view::LOAD_BALANCER;
use crate::model::{
    Connection, Key, Life, Maybe, Object, Observed, Seen, Slot,
    object::{Change, alias::Form, endpoint},
    tags::{self, Tags},
};
use crate::reconcile::{Step, Write};

/// Brings `observed` to what it is after `step` was done. `id` is the new object's, of a create.
pub fn fold(observed: &mut Observed, step: &Step, id: Maybe<String>) {
    let key = step.key;
    match &step.write {
        Write::Create(object) => create(observed, key, object.newborn(), id),
        Write::Overwrite(alias) => {
            let is_record = |slot: &Slot| matches!(slot, Slot::Alias(_));
            observed.foreign.retain(|slot, _| !is_record(slot));
            let is_in_the_way = |seen: &Seen| match &seen.object {
                Object::Alias(other) => alias.excludes(other),
                _ => false,
            };
            observed.objects.retain(|_, seen| !is_in_the_way(seen));
            create(observed, key, Object::Alias(alias.as_ref().clone()), id);
        }
        Write::Delete => delete(observed, key),
        Write::Tag { set, remove } => {
            if let Some(seen) = observed.objects.get_mut(&key) {
                tag(seen, set, remove);
            }
        }
        Write::Change(change) => modify(observed, key, change),
    }
}

fn create(observed: &mut Observed, key: Key, newborn: Object, id: Maybe<String>) {
    let mut seen = Seen::newborn(newborn, id);
    seen.life = first_life(key.slot);
    if let Object::Endpoint(endpoint) = &mut seen.object {
        // Whether somebody else's service lets it in is seen, not known.
        endpoint.accepted = endpoint.service.managed().is_some_and(|service| {
            let service = observed.get(service);
            let service = service.and_then(|seen| seen.object.as_service());
            service.is_none_or(|service| !service.acceptance_required)
        });
        // An alias that named an earlier endpoint of this key names nothing any more.
        for other in observed.objects.values_mut() {
            if let Object::Alias(alias) = &mut other.object
                && alias.target == Some(key)
            {
                alias.target = None;
            }
        }
    }
    observed.objects.insert(key, seen);
}

/// Some kinds AWS answers for at once and provisions afterwards.
fn first_life(slot: Slot) -> Life {
    match slot {
        Slot::LoadBalancer | Slot::Service | Slot::Endpoint => Life::Coming,
        Slot::SecurityGroup(_)
        | Slot::TargetGroup(_)
        | Slot::Listener(_)
        | Slot::Zone
        | Slot::Alias(_) => Life::Ready,
    }
}

fn delete(observed: &mut Observed, key: Key) {
    match key.slot {
        // Both are listed as deleting for a while, and so is an endpoint's connection.
        Slot::Endpoint | Slot::Service => {
            if let Some(seen) = observed.objects.get_mut(&key) {
                seen.life = Life::Going;
                let mut connections = observed.connections.iter_mut();
                let id = seen.id.known();
                let own = |it: &&mut Connection| id.is_some_and(|id| it.is_of(id));
                if let Some(own) = connections.find(own) {
                    "deleting".clone_into(&mut own.state);
                }
            }
        }
        Slot::LoadBalancer => {
            observed
                .objects
                .retain(|other, _| *other != key && !matches!(other.slot, Slot::Listener(_)));
            observed.foreign_listeners.clear();
        }
        Slot::SecurityGroup(_)
        | Slot::TargetGroup(_)
        | Slot::Listener(_)
        | Slot::Zone
        | Slot::Alias(_) => {
            observed.objects.remove(&key);
        }
    }
}

fn tag(seen: &mut Seen, set: &Tags, remove: &BTreeSet<String>) {
    seen.owned |= set.contains_key(tags::OWNER);
    if let Some(tags) = seen.object.tags_mut() {
        tags.extend(set.clone());
        tags.retain(|key, _| !remove.contains(key));
    }
}

/// The object is of the change's kind: two kinds never share a key.
fn modify(observed: &mut Observed, key: Key, change: &Change) {
    let balancer = observed.get(LOAD_BALANCER).map(|seen| seen.outputs.clone());
    let connections = &mut observed.connections;
    let Some(seen) = observed.objects.get_mut(&key) else {
        return;
    };
    let (object, life, outputs) = (&mut seen.object, &mut seen.life, &mut seen.outputs);
    let has_new_addresses = match change {
        Change::Endpoint(endpoint::Change::Modify(change)) => change.moves_interfaces(),
        _ => false,
    };
    let _ = match change {
        Change::SecurityGroup(change) => object.as_security_group_mut().map(|it| change.apply(it)),
        Change::LoadBalancer(change) => object
            .as_load_balancer_mut()
            .map(|it| change.apply(it, life, outputs)),
        Change::TargetGroup(change) => object
            .as_target_group_mut()
            .map(|it| change.apply(it, &mut seen.health)),
        Change::Listener(change) => object.as_listener_mut().map(|it| change.apply(it)),
        Change::Service(change) => object
            .as_service_mut()
            .map(|it| change.apply(it, outputs, balancer.as_ref(), connections)),
        Change::Endpoint(change) => object
            .as_endpoint_mut()
            .map(|it| change.apply(it, life, outputs)),
        Change::Alias(change) => object.as_alias_mut().map(|it| change.apply(it)),
    };
    if has_new_addresses {
        leave_behind(observed, key);
    }
}

/// Records hold the addresses that the endpoint had.
fn leave_behind(observed: &mut Observed, endpoint: Key) {
    let objects = observed.objects.values_mut();
    let aliases = objects.filter_map(|seen| seen.object.as_alias_mut());
    for alias in aliases.filter(|it| it.form == Form::Addresses) {
        alias.target = alias.target.filter(|target| *target != endpoint);
    }
}
