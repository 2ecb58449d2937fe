//! What a plan checks of the endpoint service, which is somebody else's. All of it may change before
//! the apply, or by it where the owner's side is in the same configuration: these are warnings.

use std::collections::BTreeSet;

use tfplugin::{Diagnostic, Path};

use super::arguments::Arguments;
use crate::{
    finding::{list, warning},
    lifecycle::preflight::CheckContext,
};
use engine::model::{
    Maybe, Slot,
    object::target_group::IpFamily,
    survey::{OfferedService, Subnet},
};

type Case<'a> = CheckContext<'a, Arguments>;

fn offered<'a>(case: &Case<'a>) -> Option<(&'a str, &'a OfferedService)> {
    let name = case.config.service_name.known()?;
    Some((name, case.survey.offered.known()?.as_ref()?))
}

pub(super) fn is_offered(case: &Case<'_>) -> Vec<Diagnostic> {
    let (Some(name), Some(None)) = (
        case.config.service_name.known(),
        case.survey.offered.known(),
    ) else {
        return Vec::new();
    };
    vec![warning(
        Path::of("service_name"),
        "No such endpoint service for this account",
        format!(
            "AWS shows no {name} to this account in {}: it does not exist, does not allow this \
             account, or is not offered in this region, which AWS does not tell apart. Correct the \
             name, or have the account added to the service's allowed principals, and of a service \
             in another region this one to its supported regions. Unless this apply does that, the \
             endpoint cannot be made.",
            case.region
        ),
    )]
}

/// Of a service in another region any zone will do. Names of zones mean another zone in each account, ids do not.
/// <https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html>
pub(super) fn serves_the_zones(case: &Case<'_>) -> Vec<Diagnostic> {
    let is_here = case.config.other_region(case.region).is_none();
    let Some((name, service)) = offered(case).filter(|_| is_here) else {
        return Vec::new();
    };
    let is_served = |subnet: &Subnet| match &subnet.zone_id {
        Some(id) if !service.zone_ids.is_empty() => service.zone_ids.contains(id),
        _ => service.zones.is_empty() || service.zones.contains(&subnet.zone),
    };
    let place = |subnet: &Subnet| match &subnet.zone_id {
        Some(id) => format!("{} in {} ({id})", subnet.id, subnet.zone),
        None => format!("{} in {}", subnet.id, subnet.zone),
    };
    let subnets = case.subnets(&case.config.endpoint.subnet_ids);
    let (fitting, others): (Vec<&Subnet>, Vec<&Subnet>) =
        subnets.into_iter().partition(|subnet| is_served(subnet));
    if others.is_empty() {
        return Vec::new();
    }
    let zones = match service.zone_ids.is_empty() {
        true => &service.zones,
        false => &service.zone_ids,
    };
    let keep = match fitting.is_empty() {
        true => "Give subnets in those zones".to_owned(),
        false => format!("Keep {}", list(fitting.into_iter().map(|it| &it.id))),
    };
    vec![warning(
        Path::of("subnet_ids"),
        "Zone that the service does not serve",
        format!(
            "{name} is offered in the zones {}, and not in those of {}. {keep}, or have its owner \
             add a subnet in the other zones to its load balancer.",
            list(zones),
            list(others.into_iter().map(place)),
        ),
    )]
}

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
pub(super) fn speaks_the_address_type(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some((name, service)) = offered(case) else {
        return Vec::new();
    };
    let Maybe::Known(Some(kind)) = case.config.endpoint.ip_address_type else {
        return Vec::new();
    };
    let needed = kind.families().into_iter();
    let missing: BTreeSet<&str> = needed
        .filter(|family| !service.ip_families.contains(family))
        .map(IpFamily::as_str)
        .collect();
    if missing.is_empty() || service.ip_families.is_empty() {
        return Vec::new();
    }
    vec![warning(
        Path::of("ip_address_type"),
        "Address type that the service does not support",
        format!(
            "{name} does not support {}, which an endpoint of the type {:?} needs. Choose another \
             type, or have its owner add it to the supported address types.",
            list(missing),
            kind.as_str()
        ),
    )]
}

/// Where the endpoint is yet to be made: of one that waits, every plan tells.
pub(super) fn asks_for_acceptance(case: &Case<'_>) -> Vec<Diagnostic> {
    let is_there = case
        .observed
        .is_some_and(|it| it.of(Slot::Endpoint).next().is_some());
    let waits = case.config.wait_for_acceptance != Maybe::Known(false);
    let Some((name, service)) = offered(case).filter(|_| case.is_new || !is_there) else {
        return Vec::new();
    };
    if !service.acceptance_required {
        return Vec::new();
    }
    let what = match waits {
        true => "This apply waits for that, as long as timeouts allow",
        false => {
            "Until then the hostname gets no record; the next apply after that makes it. With \
             wait_for_acceptance = true an apply waits"
        }
    };
    vec![warning(
        Path::of("service_name"),
        "The service's owner has to accept the endpoint",
        format!("{name} requires acceptance: its owner has to accept the new endpoint. {what}."),
    )]
}
