//! Elastic Load Balancing's rules.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/>

use std::collections::BTreeSet;

use super::{
    Call, Done, Made,
    world::{Balancer, Group, Listener, World, known, plain},
};
use crate::model::{
    Key, Maybe, Slot,
    object::{
        self, GroupRef, LoadBalancer, TargetGroup,
        listener::{self, DEFAULT_IDLE_TIMEOUT_SECONDS},
        load_balancer,
        target_group::{self, GroupAttributes, Protocol},
    },
};
use crate::reconcile::{CloudError, ErrorKind};

const LISTENERS: usize = 50;
const SECURITY_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

pub(super) fn group_ids(
    call: &Call<'_>,
    groups: &BTreeSet<GroupRef>,
) -> Result<BTreeSet<String>, CloudError> {
    groups
        .iter()
        .map(|group| match group {
            GroupRef::Managed(key) => call.id(*key),
            GroupRef::Given(id) => Ok(id.known().cloned().unwrap_or_default()),
        })
        .collect()
}

pub(super) fn create_balancer(world: &mut World, call: &Call<'_>, wanted: &LoadBalancer) -> Made {
    let subnets = known(&wanted.subnets);
    one_a_zone(call, &subnets)?;
    let security_groups = group_ids(call, &wanted.security_groups)?;
    for id in &security_groups {
        // "InvalidSecurityGroup": it must exist; given ones are not kept here.
        if id.starts_with("sg-fake") && !world.security_groups.contains_key(id) {
            return Err(call.missing(id));
        }
    }
    // "A load balancer with the specified name already exists": DuplicateLoadBalancerName.
    if world.balancers.values().any(|it| it.name == wanted.name) {
        let message = "a load balancer of this name exists";
        return Err(call.refuse(ErrorKind::Exists, "DuplicateLoadBalancerName", message));
    }
    let id = world.new_id("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/");
    let enforced = !security_groups.is_empty();
    let balancer = Balancer {
        name: wanted.name.clone(),
        subnets,
        security_groups,
        enforce_on_private_link: enforced,
        ip_address_type: wanted.ip_address_type,
        cross_zone: false,
        deletion_protection: false,
        tags: plain(&wanted.tags),
        active_at: call.now + world.pace.balancer,
        failed: None,
    };
    world.balancers.insert(id.clone(), balancer);
    Ok(id)
}

pub(super) fn change_balancer(
    world: &mut World,
    call: &Call<'_>,
    id: &str,
    change: &load_balancer::Change,
) -> Done {
    let connected = is_connected(world, id);
    let (pace, active) = (world.pace.balancer, call.now);
    let balancer = world
        .balancers
        .get_mut(id)
        .ok_or_else(|| call.missing(id))?;
    match change {
        load_balancer::Change::SetSubnets(subnets) => {
            // Assumed of zones that are still being removed, which "can take up to 3 minutes".
            // <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html>
            if call.now < balancer.active_at {
                return Err(call.invalid("InvalidConfigurationRequest", "its zones are changing"));
            }
            let subnets = known(subnets);
            one_a_zone(call, &subnets)?;
            let gone: BTreeSet<_> = balancer.subnets.difference(&subnets).collect();
            // Removing is refused while an endpoint is associated, and the subnet of one zone is
            // exchanged in two calls.
            // <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html>
            if !gone.is_empty() && connected {
                return Err(call.invalid("OperationNotPermitted", "endpoints are connected"));
            }
            let left: BTreeSet<_> = gone.iter().map(|it| World::zone_of(it)).collect();
            let joined = subnets.difference(&balancer.subnets);
            if joined
                .map(|it| World::zone_of(it))
                .any(|zone| left.contains(&zone))
            {
                return Err(call.invalid("InvalidSubnet", "a zone's subnet was exchanged"));
            }
            balancer.subnets = subnets;
            balancer.active_at = active + pace / 4;
        }
        load_balancer::Change::SetSecurityGroups {
            groups,
            enforce_on_private_link,
        } => {
            let ids = group_ids(call, groups)?;
            // "You cannot perform this operation on a Network Load Balancer if you did not specify
            // a security group when you created it." (API_SetSecurityGroups)
            if balancer.security_groups.is_empty() != ids.is_empty() {
                return Err(call.invalid("InvalidConfigurationRequest", "groups only at birth"));
            }
            balancer.security_groups = ids;
            balancer.enforce_on_private_link = *enforce_on_private_link;
        }
        load_balancer::Change::SetIpAddressType(kind) => balancer.ip_address_type = *kind,
        load_balancer::Change::ModifyAttributes {
            cross_zone,
            deletion_protection,
        } => {
            balancer.cross_zone = *cross_zone;
            balancer.deletion_protection = *deletion_protection;
        }
    }
    Ok(())
}

/// "You can specify only one subnet per Availability Zone." (API_CreateLoadBalancer)
fn one_a_zone(call: &Call<'_>, subnets: &BTreeSet<String>) -> Result<(), CloudError> {
    let zones: BTreeSet<_> = subnets.iter().map(|it| World::zone_of(it)).collect();
    if subnets.is_empty() || zones.len() < subnets.len() {
        return Err(call.invalid("InvalidSubnet", "one subnet a zone, one at least"));
    }
    Ok(())
}

fn is_connected(world: &World, balancer: &str) -> bool {
    let services: Vec<_> = world
        .services
        .iter()
        .filter(|(_, it)| it.balancer == balancer)
        .map(|(id, _)| id.clone())
        .collect();
    world
        .endpoints
        .values()
        .any(|it| services.contains(&it.service) && it.is_connection())
}

pub(super) fn delete_balancer(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    let Some(balancer) = world.balancers.get(id) else {
        return Err(call.missing(id));
    };
    // "You can't delete a load balancer if deletion protection is enabled." (API_DeleteLoadBalancer)
    if balancer.deletion_protection {
        return Err(call.invalid("OperationNotPermitted", "deletion protection is on"));
    }
    // "ResourceInUse: currently associated with another service".
    if world.services.values().any(|it| it.balancer == *id) {
        return Err(call.refuse(ErrorKind::InUse, "ResourceInUse", "a service fronts it"));
    }
    let until = call.now + world.pace.lingering;
    let groups = balancer.security_groups.clone();
    world
        .lingering
        .extend(groups.into_iter().map(|group| (group, until)));
    world.balancers.remove(id);
    // "Deleting a load balancer also deletes its listeners."
    world.listeners.retain(|_, it| it.balancer != *id);
    Ok(())
}

pub(super) fn create_target_group(
    world: &mut World,
    call: &Call<'_>,
    wanted: &TargetGroup,
) -> Made {
    if world
        .target_groups
        .values()
        .any(|it| it.name == wanted.name)
    {
        let message = "a target group of this name exists";
        return Err(call.refuse(ErrorKind::Exists, "DuplicateTargetGroupName", message));
    }
    let id = world.new_id("arn:aws:elasticloadbalancing:targetgroup/");
    let group = Group {
        name: wanted.name.clone(),
        vpc: wanted.vpc.known().cloned().unwrap_or_default(),
        target_type: wanted.target_type,
        protocol: wanted.protocol,
        port: wanted.port,
        family: wanted.family,
        health_check: wanted.health_check.clone(),
        attributes: GroupAttributes::default_of(wanted.target_type, wanted.protocol),
        targets: Default::default(),
        tags: plain(&wanted.tags),
    };
    world.target_groups.insert(id.clone(), group);
    Ok(id)
}

pub(super) fn delete_target_group(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    // "You can delete a target group if it is not referenced by any actions."
    if world.listeners.values().any(|it| it.group == *id) {
        let message = "a listener forwards to it";
        return Err(call.refuse(ErrorKind::InUse, "ResourceInUse", message));
    }
    let gone = world.target_groups.remove(id);
    gone.map(drop).ok_or_else(|| call.missing(id))
}

pub(super) fn change_target_group(
    world: &mut World,
    call: &Call<'_>,
    id: &str,
    change: &target_group::Change,
) -> Done {
    let group = world
        .target_groups
        .get_mut(id)
        .ok_or_else(|| call.missing(id))?;
    match change {
        target_group::Change::ModifyHealthCheck(check) => group.health_check.clone_from(check),
        target_group::Change::ModifyAttributes(attributes) => {
            group.attributes.clone_from(attributes);
        }
        target_group::Change::Register(targets) => {
            for target in targets {
                group.targets.entry(target.clone()).or_insert(call.now);
            }
        }
        target_group::Change::Deregister(targets) => {
            group.targets.retain(|it, _| !targets.contains(it));
        }
    }
    Ok(())
}

fn told(value: &Option<Maybe<String>>) -> Option<String> {
    value.as_ref().and_then(|it| it.known().cloned())
}

pub(super) fn create_listener(
    world: &mut World,
    call: &Call<'_>,
    wanted: &object::Listener,
) -> Made {
    let balancer = call.id(Key::only(Slot::LoadBalancer))?;
    if !world.balancers.contains_key(&balancer) {
        return Err(call.missing(&balancer));
    }
    let group = call.id(wanted.forward.ok_or_else(|| call.incomplete())?)?;
    accepts(world, call, &balancer, &group, wanted.protocol)?;
    let ports: Vec<u16> = world
        .listeners_of(&balancer)
        .map(|(_, it)| it.port)
        .collect();
    if ports.contains(&wanted.port) {
        let message = "the port has a listener";
        return Err(call.refuse(ErrorKind::Exists, "DuplicateListener", message));
    }
    // <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html>
    if ports.len() >= LISTENERS {
        return Err(call.invalid("TooManyListeners", "50 listeners"));
    }
    let id = world.new_id("arn:aws:elasticloadbalancing:listener/net/");
    let listener = Listener {
        balancer,
        port: wanted.port,
        protocol: wanted.protocol,
        group,
        certificate: told(&wanted.certificate),
        ssl_policy: (wanted.protocol == Protocol::Tls)
            .then(|| told(&wanted.ssl_policy).unwrap_or(SECURITY_POLICY.to_owned())),
        idle_timeout_seconds: DEFAULT_IDLE_TIMEOUT_SECONDS,
        tags: plain(&wanted.tags),
    };
    world.listeners.insert(id.clone(), listener);
    Ok(id)
}

pub(super) fn delete_listener(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    let gone = world.listeners.remove(id);
    gone.map(drop).ok_or_else(|| call.missing(id))
}

pub(super) fn change_listener(
    world: &mut World,
    call: &Call<'_>,
    id: &str,
    change: &listener::Change,
) -> Done {
    let missing = || call.missing(id);
    match change {
        listener::Change::Modify {
            protocol,
            forward,
            certificate,
            ssl_policy,
        } => {
            let held = world.listeners.get(id).ok_or_else(missing)?;
            let group = call.id(*forward)?;
            accepts(world, call, &held.balancer, &group, *protocol)?;
            let listener = world.listeners.get_mut(id).ok_or_else(missing)?;
            listener.group = group;
            listener.certificate = told(certificate);
            listener.ssl_policy = (*protocol == Protocol::Tls).then(|| {
                told(ssl_policy)
                    .or(listener.ssl_policy.take())
                    .unwrap_or(SECURITY_POLICY.to_owned())
            });
            if listener.protocol != *protocol {
                listener.idle_timeout_seconds = DEFAULT_IDLE_TIMEOUT_SECONDS;
            }
            listener.protocol = *protocol;
        }
        listener::Change::SetIdleTimeout(seconds) => {
            let listener = world.listeners.get_mut(id).ok_or_else(missing)?;
            listener.idle_timeout_seconds = *seconds;
        }
    }
    Ok(())
}

/// A group serves one load balancer only, in whose VPC it is; a TCP listener forwards to TCP only.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html>
fn accepts(
    world: &World,
    call: &Call<'_>,
    balancer: &str,
    group: &str,
    protocol: Protocol,
) -> Result<(), CloudError> {
    let Some(held) = world.target_groups.get(group) else {
        return Err(call.missing(group));
    };
    let elsewhere = |it: &Listener| it.group == group && it.balancer != balancer;
    if world.listeners.values().any(elsewhere) {
        let message = "the group serves another load balancer";
        return Err(call.invalid("TargetGroupAssociationLimit", message));
    }
    if protocol == Protocol::Tcp && held.protocol != Protocol::Tcp {
        return Err(call.invalid("IncompatibleProtocols", "TCP listener, other group"));
    }
    Ok(())
}
