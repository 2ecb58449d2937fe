//! Brokers that are given by addresses.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use tfplugin::Diagnostic;

use super::{Case, case::broker};
use crate::{
    config::BrokerConfig,
    finding::{error, list, warning},
};
use engine::model::{BrokerId, Maybe};

/// A broker by its address.
type Addressed<'a> = (BrokerId, &'a BrokerConfig, IpAddr);

/// Brokers inside or outside the VPC; none while its blocks are not known.
fn placed<'a>(case: &Case<'a>, inside: bool) -> Vec<Addressed<'a>> {
    let Some(blocks) = case.service_blocks() else {
        return Vec::new();
    };
    let is_inside = |address: IpAddr| blocks.iter().any(|block| block.contains(&address));
    case.addresses()
        .filter(|(_, _, address)| is_inside(*address) == inside)
        .collect()
}

/// The ranges that AWS takes targets from besides the VPC's own blocks.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-type>
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            // RFC 6598.
            let shared = Ipv4Addr::new(100, 64, 0, 0);
            let shared = ipnet::Ipv4Net::new(shared, 10).is_ok_and(|net| net.contains(&four));
            four.is_private() || shared
        }
        IpAddr::V6(_) => false,
    }
}

pub(super) fn are_private(case: &Case<'_>) -> Vec<Diagnostic> {
    let (Some(vpc), Some(blocks)) = (case.service_vpc(), case.service_blocks()) else {
        return Vec::new();
    };
    let blocks = list(blocks.iter().map(IpNet::to_string));
    placed(case, false)
        .into_iter()
        .filter(|(_, _, address)| !is_private(*address))
        .map(|(id, _, address)| {
            let (kind, only) = match address {
                IpAddr::V4(_) => (
                    "a public address",
                    "Only brokers in private networks can be reached: give the broker's private \
                     address",
                ),
                IpAddr::V6(_) => (
                    "an address",
                    "AWS takes IPv6 targets of the VPC's own networks only, private or not: give \
                     an address in it, or IPv4",
                ),
            };
            error(
                broker(id, "target"),
                "Target outside all private networks",
                format!("{address} is {kind} outside {vpc} ({blocks}). {only}."),
            )
        })
        .collect()
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html>
pub(super) fn say_their_zone(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(vpc) = case.service_vpc() else {
        return Vec::new();
    };
    let inside = placed(case, true).into_iter().filter_map(|broker_at| {
        let (id, settings, address) = broker_at;
        let Maybe::Known(Some(zone)) = &settings.availability_zone else {
            return None;
        };
        Some(error(
            broker(id, "availability_zone"),
            "Zone of an address inside the VPC",
            format!(
                "{address} is inside {vpc}, where AWS knows the zone by the subnet. Remove \
                 availability_zone = {zone:?}: it is for addresses outside the VPC."
            ),
        ))
    });
    let outside = placed(case, false).into_iter().filter_map(|broker_at| {
        let (id, settings, address) = broker_at;
        let is_missing = settings.availability_zone == Maybe::Known(None);
        (is_missing && is_private(address)).then(|| {
            error(
                broker(id, "availability_zone"),
                "No zone for an address outside the VPC",
                format!(
                    "{address} is outside {vpc}, where AWS cannot know its zone. Set \
                     availability_zone = \"all\", or correct the address."
                ),
            )
        })
    });
    inside.chain(outside).collect()
}

/// The subnet may be made by the same apply, whose ids an address does not show.
pub(super) fn are_in_a_subnet(case: &Case<'_>) -> Vec<Diagnostic> {
    let (Some(vpc), Some(_)) = (case.service_vpc(), case.survey.neighbours.known()) else {
        return Vec::new();
    };
    placed(case, true)
        .into_iter()
        .filter(|(_, _, address)| case.subnet_of(*address).is_none())
        .map(|(id, _, address)| {
            warning(
                broker(id, "target"),
                "Address in no subnet",
                format!(
                    "{address} is inside {vpc}, and in none of its subnets: nothing can have it. \
                     Unless this apply makes the subnet, correct the address."
                ),
            )
        })
        .collect()
}

/// A load balancer sends nothing to a zone that it has no subnet in, cross-zone or not.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html>
pub(super) fn are_in_served_zones(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(zones) = case.zones() else {
        return Vec::new();
    };
    let inside = case.addresses().filter_map(|(id, _, address)| {
        let subnet = case.subnet_of(address)?;
        let zone = subnet.zone.as_str();
        (!zones.contains(zone)).then(|| {
            error(
                broker(id, "target"),
                "Broker in a zone without load balancer",
                format!(
                    "{address} is in {zone} ({}), and the load balancer in {}. It sends nothing to \
                     other zones: add a subnet in {zone} to load_balancer.subnet_ids.",
                    subnet.id,
                    list(&zones)
                ),
            )
        })
    });
    let outside = placed(case, false).into_iter().filter_map(|broker_at| {
        let (id, settings, address) = broker_at;
        let Maybe::Known(Some(zone)) = &settings.availability_zone else {
            return None;
        };
        (zone != "all" && !zones.contains(zone.as_str())).then(|| {
            error(
                broker(id, "availability_zone"),
                "Broker in a zone without load balancer",
                format!(
                    "{address} is to get its traffic from {zone}, and the load balancer is in {}. \
                     Name one of those, or \"all\".",
                    list(&zones)
                ),
            )
        })
    });
    inside.chain(outside).collect()
}
