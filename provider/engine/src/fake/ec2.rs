//! EC2's rules: security groups, endpoint services and interface endpoints.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>

use std::collections::BTreeSet;

use super::{
    Call, Done, Made,
    elbv2::group_ids,
    world::{
        Balancer, Endpoint, EndpointState, SecurityGroup, Service, World, known, plain,
        service_name,
    },
};
use crate::model::object::{self, Rule, ServiceRef, endpoint, security_group, service};
use crate::reconcile::{CloudError, ErrorKind};

pub(super) fn create_security_group(
    world: &mut World,
    call: &Call<'_>,
    wanted: &object::SecurityGroup,
) -> Made {
    let vpc = wanted.vpc.known().cloned().unwrap_or_default();
    // "A security group name must be unique within the VPC": InvalidGroup.Duplicate.
    let same = |it: &SecurityGroup| it.name == wanted.name && it.vpc == vpc;
    if world.security_groups.values().any(same) {
        let message = "a group of this name exists";
        return Err(call.refuse(ErrorKind::Exists, "InvalidGroup.Duplicate", message));
    }
    let id = world.new_id("sg-fake");
    let group = SecurityGroup {
        name: wanted.name.clone(),
        vpc,
        rules: BTreeSet::from([Rule::EgressAll]),
        tags: plain(&wanted.tags),
    };
    world.security_groups.insert(id.clone(), group);
    Ok(id)
}

pub(super) fn delete_security_group(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    let in_use = world
        .balancers
        .values()
        .any(|it| it.security_groups.contains(id))
        || world
            .endpoints
            .values()
            .any(|it| it.security_groups.contains(id))
        || world.lingering.iter().any(|(group, _)| group == id);
    // Interfaces linger after their owner: "has a dependent object".
    if in_use {
        let message = "network interfaces use it";
        return Err(call.refuse(ErrorKind::NotYet, "DependencyViolation", message));
    }
    let gone = world.security_groups.remove(id);
    gone.map(drop).ok_or_else(|| call.missing(id))
}

pub(super) fn change_security_group(
    world: &mut World,
    call: &Call<'_>,
    id: &str,
    change: &security_group::Change,
) -> Done {
    let group = world
        .security_groups
        .get_mut(id)
        .ok_or_else(|| call.missing(id))?;
    match change {
        security_group::Change::Authorize(rules) => {
            // "InvalidPermission.Duplicate": the whole call fails.
            if !group.rules.is_disjoint(rules) {
                let message = "one of the rules exists";
                return Err(call.refuse(ErrorKind::Exists, "InvalidPermission.Duplicate", message));
            }
            group.rules.extend(rules.clone());
        }
        security_group::Change::Revoke(rules) => {
            if !rules.is_subset(&group.rules) {
                let message = "one of the rules does not exist";
                return Err(call.refuse(
                    ErrorKind::NotFound,
                    "InvalidPermission.NotFound",
                    message,
                ));
            }
            group.rules.retain(|rule| !rules.contains(rule));
        }
    }
    Ok(())
}

impl Endpoint {
    /// Counts as connected, or as asking to be.
    pub(super) fn is_connection(&self) -> bool {
        matches!(
            self.state,
            EndpointState::PendingAcceptance | EndpointState::Accepted(_)
        )
    }
}

pub(super) fn create_service(world: &mut World, call: &Call<'_>, wanted: &object::Service) -> Made {
    let balancer = call.id(wanted.load_balancer.ok_or_else(|| call.incomplete())?)?;
    let zones = attachable(world, call, &balancer)?;
    let id = world.new_id("vpce-svc-");
    let service = Service {
        balancer,
        acceptance_required: wanted.acceptance_required,
        principals: BTreeSet::new(),
        ip_address_types: wanted.ip_address_types.clone(),
        regions: known(&wanted.regions),
        zones,
        tags: plain(&wanted.tags),
        available_at: call.now + world.pace.service,
        gone_at: None,
    };
    world.services.insert(id.clone(), service);
    Ok(id)
}

pub(super) fn delete_service(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    let gone_at = call.now + world.pace.deleting;
    let connected = world.endpoints.values().any(|it| {
        it.service == id && (it.is_connection() || matches!(it.state, EndpointState::Going(_)))
    });
    let service = there(world, call, id)?;
    // "ExistingVpcEndpointConnections", listed as unsuccessful.
    // <https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html>
    if connected {
        let message = "endpoints are connected";
        return Err(call.refuse(ErrorKind::NotYet, "ExistingVpcEndpointConnections", message));
    }
    service.gone_at = Some(gone_at);
    Ok(())
}

pub(super) fn change_service(
    world: &mut World,
    call: &Call<'_>,
    id: &str,
    change: &service::Change,
) -> Done {
    match change {
        service::Change::Modify(modification) => {
            let balancer = modification.attach.map(|key| call.id(key)).transpose()?;
            let attached = match balancer {
                Some(balancer) => Some((attachable(world, call, &balancer)?, balancer)),
                None => None,
            };
            let service = available(world, call, id)?;
            if let Some((zones, balancer)) = attached {
                service.balancer = balancer;
                service.zones = zones;
            }
            modify_service(service, modification);
        }
        service::Change::ModifyPermissions { add, remove } => {
            let principals = &mut available(world, call, id)?.principals;
            principals.retain(|principal| !remove.contains(principal));
            principals.extend(known(add));
        }
        service::Change::LearnZones => {
            // "It can take a few minutes": until then AWS says yes and goes on without the zone.
            // <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html>
            let lag = world.pace.zone;
            let ready = |it: &&Balancer| lag.is_zero() || call.now >= it.active_at + lag;
            let balancer = available(world, call, id)?.balancer.clone();
            let zones = world.balancers.get(&balancer).filter(ready);
            if let Some(zones) = zones.map(Balancer::zones) {
                there(world, call, id)?.zones = zones;
            }
        }
        service::Change::AcceptConnections(ids) => accept_connections(world, call, id, ids)?,
        service::Change::RejectConnections(ids) => {
            for endpoint in ids {
                if let Some(endpoint) = world.endpoints.get_mut(endpoint) {
                    endpoint.state = EndpointState::Rejected { for_good: false };
                }
            }
        }
    }
    Ok(())
}

/// Each is accepted or listed as unsuccessful by itself: what is accepted already with
/// InvalidState, what is gone as not found.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html>
fn accept_connections(
    world: &mut World,
    call: &Call<'_>,
    service: &str,
    ids: &BTreeSet<String>,
) -> Done {
    let available_at = call.now + world.pace.endpoint;
    let mut unsuccessful = Ok(());
    for id in ids {
        let endpoint = world.endpoints.get_mut(id);
        match endpoint.filter(|it| it.service == service) {
            None => unsuccessful = Err(call.missing(id)),
            Some(endpoint) if endpoint.state == EndpointState::PendingAcceptance => {
                endpoint.state = EndpointState::Accepted(available_at);
            }
            Some(_) => {
                let message = "it does not ask to be accepted";
                unsuccessful = Err(call.refuse(ErrorKind::Exists, "InvalidState", message));
            }
        }
    }
    unsuccessful
}

fn there<'a>(
    world: &'a mut World,
    call: &Call<'_>,
    id: &str,
) -> Result<&'a mut Service, CloudError> {
    let service = world.services.get_mut(id);
    let service = service.filter(|it| it.gone_at.is_none());
    service.ok_or_else(|| call.missing(id))
}

/// One that may be modified.
fn available<'a>(
    world: &'a mut World,
    call: &Call<'_>,
    id: &str,
) -> Result<&'a mut Service, CloudError> {
    let service = there(world, call, id)?;
    match call.now < service.available_at {
        true => Err(call.refuse(ErrorKind::NotYet, "IncorrectState", "pending")),
        false => Ok(service),
    }
}

fn modify_service(service: &mut Service, change: &service::Modification) {
    if let Some(required) = change.acceptance_required {
        service.acceptance_required = required;
    }
    let families = &mut service.ip_address_types;
    families.extend(&change.add_ip_address_types);
    families.retain(|family| !change.remove_ip_address_types.contains(family));
    let regions = &mut service.regions;
    regions.retain(|region| !change.remove_regions.contains(region));
    regions.extend(known(&change.add_regions));
}

/// An active load balancer that no other service fronts.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html>
fn attachable(
    world: &World,
    call: &Call<'_>,
    balancer: &str,
) -> Result<BTreeSet<String>, CloudError> {
    let held = world
        .balancers
        .get(balancer)
        .ok_or_else(|| call.missing(balancer))?;
    if call.now < held.active_at || held.failed.is_some() {
        return Err(call.invalid("InvalidParameter", "the load balancer is not active"));
    }
    let fronted = world.services.values().any(|it| it.balancer == balancer);
    if fronted {
        let message = "the load balancer is associated with another service";
        return Err(call.refuse(ErrorKind::Exists, "InvalidParameter", message));
    }
    Ok(held.zones())
}

pub(super) fn create_endpoint(
    world: &mut World,
    call: &Call<'_>,
    wanted: &object::Endpoint,
) -> Made {
    let available_at = call.now + world.pace.endpoint;
    // The same client token gives the same endpoint.
    if let Some(id) = world.tokens.get(&call.step.key)
        && world.endpoints.contains_key(id)
    {
        return Ok(id.clone());
    }
    let (service, held) = match &wanted.service {
        ServiceRef::Managed(key) => {
            let service = call.id(*key)?;
            let held = world.services.get(&service);
            let Some(held) = held.filter(|it| it.gone_at.is_none()) else {
                return Err(call.missing(&service));
            };
            // "InvalidServiceName" for a service that is not there yet.
            if call.now < held.available_at {
                return Err(call.refuse(
                    ErrorKind::NotYet,
                    "InvalidServiceName",
                    "no such service",
                ));
            }
            (service, held)
        }
        // The same for one that is not there, or that does not let this account ask.
        ServiceRef::Given(name) => {
            let mut services = world.services.iter();
            let named = services.find(|(id, it)| {
                let is_open = it.gone_at.is_none() && call.now >= it.available_at;
                is_open && name.known() == Some(&service_name(id))
            });
            let no_such = || call.invalid("InvalidServiceName", format!("no service {name}"));
            let (id, held) = named.ok_or_else(no_such)?;
            (id.clone(), held)
        }
    };
    let subnets = known(&wanted.subnets);
    one_a_zone(call, &subnets)?;
    let state = if held.acceptance_required {
        EndpointState::PendingAcceptance
    } else {
        EndpointState::Accepted(available_at)
    };
    let security_groups = group_ids(call, &wanted.security_groups)?;
    let id = world.new_id("vpce-");
    let endpoint = Endpoint {
        service,
        account: "123456789012".to_owned(),
        vpc: wanted.vpc.known().cloned().unwrap_or_default(),
        subnets,
        security_groups,
        ip_address_type: wanted.ip_address_type,
        tags: plain(&wanted.tags),
        state,
    };
    world.endpoints.insert(id.clone(), endpoint);
    world.tokens.insert(call.step.key, id.clone());
    Ok(id)
}

pub(super) fn delete_endpoint(world: &mut World, call: &Call<'_>, id: &str) -> Done {
    let gone_at = call.now + world.pace.deleting;
    let endpoint = world.endpoints.get_mut(id);
    endpoint.ok_or_else(|| call.missing(id))?.state = EndpointState::Going(gone_at);
    Ok(())
}

pub(super) fn change_endpoint(
    world: &mut World,
    call: &Call<'_>,
    id: &str,
    change: &endpoint::Change,
) -> Done {
    let available_at = call.now + world.pace.endpoint;
    let endpoint = world.endpoints.get_mut(id);
    let endpoint = endpoint.ok_or_else(|| call.missing(id))?;
    match change {
        // By the id of the service, which nobody but its owner knows it by.
        endpoint::Change::Accept if endpoint.service != service_of(call)? => {
            return Err(call.missing(id));
        }
        // Accepting what does not ask is refused: InvalidState, listed as unsuccessful. Whether
        // AWS takes back what was rejected is documented nowhere, and assumed: a test may assume
        // the contrary.
        endpoint::Change::Accept => match endpoint.state {
            EndpointState::PendingAcceptance | EndpointState::Rejected { for_good: false } => {
                endpoint.state = EndpointState::Accepted(available_at);
            }
            _ => {
                let message = "it does not ask to be accepted";
                return Err(call.refuse(ErrorKind::Exists, "InvalidState", message));
            }
        },
        endpoint::Change::Modify(change) => {
            if endpoint.state(call.now) != "available" {
                let message = "it is not available";
                return Err(call.refuse(ErrorKind::NotYet, "IncorrectState", message));
            }
            let subnets = &change.remove_subnets | &known(&change.add_subnets);
            // "DuplicateSubnetsInSameZone", also between what leaves and what comes.
            if !change.add_subnets.is_empty() {
                one_a_zone(call, &(&subnets | &endpoint.subnets))?;
            }
            endpoint
                .subnets
                .retain(|it| !change.remove_subnets.contains(it));
            endpoint.subnets.extend(known(&change.add_subnets));
            let (add, remove) = (
                group_ids(call, &change.add_groups)?,
                group_ids(call, &change.remove_groups)?,
            );
            endpoint.security_groups.retain(|it| !remove.contains(it));
            endpoint.security_groups.extend(add);
            if let Some(kind) = change.ip_address_type {
                endpoint.ip_address_type = kind;
            }
            if !subnets.is_empty() || change.ip_address_type.is_some() {
                endpoint.state = EndpointState::Accepted(available_at);
            }
        }
    }
    Ok(())
}

/// The service that the caller takes the endpoint to be connected to.
fn service_of(call: &Call<'_>) -> Result<String, CloudError> {
    let endpoint = call.observed.get(call.step.key);
    let endpoint = endpoint.and_then(|seen| seen.object.as_endpoint());
    let service = endpoint.and_then(|endpoint| endpoint.service.managed());
    call.id(service.ok_or_else(|| call.incomplete())?)
}

/// "You can specify only one subnet per Availability Zone": DuplicateSubnetsInSameZone.
fn one_a_zone(call: &Call<'_>, subnets: &BTreeSet<String>) -> Result<(), CloudError> {
    let zones: BTreeSet<_> = subnets.iter().map(|it| World::zone_of(it)).collect();
    if zones.len() < subnets.len() {
        return Err(call.invalid("DuplicateSubnetsInSameZone", "one subnet a zone"));
    }
    Ok(())
}
