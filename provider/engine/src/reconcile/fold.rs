//! What a finished step leaves behind: a claim about AWS, which tests hold against it.

use std::collections::BTreeMap;

use super::view::{LOAD_BALANCER, SERVICE};
use crate::model::{
    Connection, Key, Life, Maybe, Object, Observed, Seen, Slot,
    object::{
        listener::DEFAULT_IDLE_TIMEOUT_SECONDS,
        target_group::{Protocol, Target},
    },
    tags,
};
use crate::reconcile::{Step, Write, step::EndpointChange, step::ServiceChange};

/// Brings `observed` to what it is after `step` was done. `id` is the new object's, of a create.
pub fn fold(observed: &mut Observed, step: &Step, id: Maybe<String>) {
    match &step.write {
        Write::Create(object) => create(observed, step.key, object, id),
        Write::Overwrite(object) => {
            observed
                .foreign
                .retain(|slot, _| !matches!(slot, Slot::Alias(_)));
            create(observed, step.key, object, id);
        }
        Write::Delete => delete(observed, step.key),
        Write::LearnZones => {
            let balancer = observed
                .objects
                .get(&LOAD_BALANCER)
                .map(|seen| seen.outputs.clone());
            if let (Some(outputs), Some(service)) = (balancer, observed.objects.get_mut(&step.key))
            {
                service.outputs.zones = outputs.zones;
                service.outputs.zone_ids = outputs.zone_ids;
            }
        }
        Write::RejectConnections(ids) => {
            for connection in &mut observed.connections {
                if connection
                    .endpoint_id
                    .as_ref()
                    .is_some_and(|id| ids.contains(id))
                {
                    "rejected".clone_into(&mut connection.state);
                }
            }
        }
        write => {
            if let Some(seen) = observed.objects.get_mut(&step.key) {
                modify(seen, write);
            }
        }
    }
}

fn create(observed: &mut Observed, key: Key, object: &Object, id: Maybe<String>) {
    let mut seen = Seen::newborn(object.newborn(), id);
    if !comes_slowly(key.slot) {
        seen.life = Life::Ready;
    }
    let asks = observed
        .objects
        .get(&SERVICE)
        .and_then(|seen| seen.object.as_service())
        .is_some_and(|service| service.acceptance_required);
    if let Object::Endpoint(endpoint) = &mut seen.object {
        endpoint.accepted = !asks;
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

/// Kinds that AWS answers for at once and provisions afterwards.
fn comes_slowly(slot: Slot) -> bool {
    matches!(slot, Slot::LoadBalancer | Slot::Service | Slot::Endpoint)
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
        _ => {
            observed.objects.remove(&key);
        }
    }
}

fn modify(seen: &mut Seen, write: &Write) {
    if let Write::Tag { set, remove } = write {
        seen.owned |= set.contains_key(tags::OWNER);
        if let Some(tags) = seen.object.tags_mut() {
            tags.extend(set.clone());
            tags.retain(|key, _| !remove.contains(key));
        }
        return;
    }
    match (&mut seen.object, write) {
        (Object::SecurityGroup(group), Write::Authorize(rules)) => {
            group.rules.extend(rules.clone());
        }
        (Object::SecurityGroup(group), Write::Revoke(rules)) => {
            group.rules.retain(|rule| !rules.contains(rule));
        }
        (Object::LoadBalancer(balancer), Write::SetSubnets(subnets)) => {
            balancer.subnets.clone_from(subnets);
            // Interfaces come and go: which zones it serves is seen later.
            seen.life = Life::Coming;
            seen.outputs.zones = Maybe::Unknown;
            seen.outputs.zone_ids = Maybe::Unknown;
        }
        (
            Object::LoadBalancer(balancer),
            Write::SetSecurityGroups {
                groups,
                enforce_on_private_link,
            },
        ) => {
            balancer.security_groups.clone_from(groups);
            balancer.enforce_on_private_link = *enforce_on_private_link;
        }
        (Object::LoadBalancer(balancer), Write::SetIpAddressType(kind)) => {
            balancer.ip_address_type = *kind;
        }
        (
            Object::LoadBalancer(balancer),
            Write::SetLoadBalancerAttributes {
                cross_zone,
                deletion_protection,
            },
        ) => {
            balancer.cross_zone = *cross_zone;
            balancer.deletion_protection = *deletion_protection;
        }
        (Object::TargetGroup(group), Write::SetHealthCheck(check)) => {
            group.health_check.clone_from(check);
        }
        (Object::TargetGroup(group), Write::SetGroupAttributes(attributes)) => {
            group.attributes.clone_from(attributes);
        }
        (Object::TargetGroup(group), Write::Register(targets)) => {
            group.targets.extend(targets.clone());
        }
        (Object::TargetGroup(group), Write::Deregister(targets)) => {
            let stays = |target: &Target| !targets.contains(target);
            group.targets.retain(stays);
            let health: BTreeMap<_, _> = std::mem::take(&mut seen.health);
            seen.health = health
                .into_iter()
                .filter(|(target, _)| stays(target))
                .collect();
        }
        (
            Object::Listener(listener),
            Write::SetListener {
                protocol,
                forward,
                certificate,
                ssl_policy,
            },
        ) => {
            let was = listener.protocol;
            listener.protocol = *protocol;
            listener.forward = Some(*forward);
            listener.certificate.clone_from(certificate);
            listener.ssl_policy = match (protocol, ssl_policy) {
                (Protocol::Tcp | Protocol::Other, _) => None,
                (Protocol::Tls, Some(policy)) => Some(policy.clone()),
                (Protocol::Tls, None) if was == Protocol::Tls => listener.ssl_policy.take(),
                (Protocol::Tls, None) => Some(Maybe::Unknown),
            };
            if was != *protocol {
                listener.idle_timeout_seconds = DEFAULT_IDLE_TIMEOUT_SECONDS;
            }
        }
        (Object::Listener(listener), Write::SetIdleTimeout(seconds)) => {
            listener.idle_timeout_seconds = *seconds;
        }
        (Object::Service(_), Write::SetService(change)) => service(seen, change),
        (Object::Service(service), Write::SetPrincipals { add, remove }) => {
            service
                .principals
                .retain(|principal| principal.known().is_none_or(|it| !remove.contains(it)));
            service.principals.extend(add.clone());
        }
        (Object::Endpoint(_), Write::SetEndpoint(change)) => endpoint(seen, change),
        (Object::Endpoint(endpoint), Write::Accept) => {
            endpoint.accepted = true;
            seen.life = Life::Coming;
            seen.outputs.state = Maybe::Unknown;
        }
        (Object::Alias(alias), Write::Point(target)) => alias.target = Some(*target),
        // No other kind takes such a write.
        _ => {}
    }
}

fn service(seen: &mut Seen, change: &ServiceChange) {
    let Object::Service(service) = &mut seen.object else {
        return;
    };
    if let Some(required) = change.acceptance_required {
        service.acceptance_required = required;
    }
    if change.attach.is_some() {
        service.load_balancer = change.attach;
        seen.outputs.zones = Maybe::Unknown;
        seen.outputs.zone_ids = Maybe::Unknown;
    }
    service
        .ip_address_types
        .extend(change.add_ip_address_types.iter().copied());
    service
        .ip_address_types
        .retain(|family| !change.remove_ip_address_types.contains(family));
    service.regions.retain(|region| {
        region
            .known()
            .is_none_or(|it| !change.remove_regions.contains(it))
    });
    service.regions.extend(change.add_regions.clone());
}

fn endpoint(seen: &mut Seen, change: &EndpointChange) {
    let Object::Endpoint(endpoint) = &mut seen.object else {
        return;
    };
    endpoint.subnets.retain(|subnet| {
        subnet
            .known()
            .is_none_or(|it| !change.remove_subnets.contains(it))
    });
    endpoint.subnets.extend(change.add_subnets.clone());
    endpoint
        .security_groups
        .retain(|group| !change.remove_groups.contains(group));
    endpoint.security_groups.extend(change.add_groups.clone());
    if let Some(kind) = change.ip_address_type {
        endpoint.ip_address_type = kind;
    }
    if !change.add_subnets.is_empty()
        || !change.remove_subnets.is_empty()
        || change.ip_address_type.is_some()
    {
        seen.life = Life::Coming;
        seen.outputs.network_interface_ids = Maybe::Unknown;
    }
}
