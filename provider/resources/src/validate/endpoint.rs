//! `endpoint`.

use std::collections::BTreeSet;

use tfplugin::Diagnostic;

use super::{error, place, ports::ports, warning};
use crate::config::{Config, EndpointConfig, known, may_grow};
use engine::model::{
    Maybe,
    object::{load_balancer::IpAddressType, target_group::IpFamily},
};

/// Inbound rules of one security group, for IPv4 and for IPv6 each.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups>
const MOST_RULES: usize = 60;

const OBJECT: &str = "endpoint";

fn endpoint(config: &Config) -> Option<&EndpointConfig> {
    config.endpoint.known()?.as_ref()
}

pub(super) fn has_subnets(config: &Config) -> Vec<Diagnostic> {
    match endpoint(config).and_then(|endpoint| endpoint.subnet_ids.known()) {
        Some(subnets) if subnets.is_empty() => vec![error(
            place(OBJECT, "subnet_ids"),
            "No subnets",
            "An endpoint without subnets cannot be reached: give one per availability zone of \
             the clients.",
        )],
        _ => Vec::new(),
    }
}

pub(super) fn has_security_groups(config: &Config) -> Vec<Diagnostic> {
    match endpoint(config).map(|endpoint| &endpoint.security_group_ids) {
        Some(Maybe::Known(Some(groups))) if groups.is_empty() => vec![error(
            place(OBJECT, "security_group_ids"),
            "No security groups",
            "AWS gives an endpoint without groups the default group of its VPC. Leave the \
             argument out (null) for a managed group, or give the groups.",
        )],
        _ => Vec::new(),
    }
}

pub(super) fn blocks_go_with_managed_group(config: &Config) -> Vec<Diagnostic> {
    let Some(endpoint) = endpoint(config) else {
        return Vec::new();
    };
    let given = matches!(endpoint.security_group_ids, Maybe::Known(Some(_)));
    let blocks = matches!(endpoint.allowed_cidr_blocks, Maybe::Known(Some(_)));
    if !given || !blocks {
        return Vec::new();
    }
    vec![error(
        place(OBJECT, "allowed_cidr_blocks"),
        "Blocks without a managed group",
        "allowed_cidr_blocks are the rules of the managed security group, and with \
         security_group_ids there is none. Remove one of the two.",
    )]
}

pub(super) fn somebody_gets_in(config: &Config) -> Vec<Diagnostic> {
    match endpoint(config).map(|endpoint| &endpoint.allowed_cidr_blocks) {
        Some(Maybe::Known(Some(blocks))) if blocks.is_empty() => vec![warning(
            place(OBJECT, "allowed_cidr_blocks"),
            "Nobody can connect",
            "The managed security group opens the listeners' ports to no block at all. Leave the \
             argument out for the blocks of the VPC.",
        )],
        _ => Vec::new(),
    }
}

/// One rule opens one range of ports to one block.
pub(super) fn rules_fit_in_a_group(config: &Config) -> Vec<Diagnostic> {
    let Some(endpoint) = endpoint(config) else {
        return Vec::new();
    };
    let Maybe::Known(Some(blocks)) = &endpoint.allowed_cidr_blocks else {
        return Vec::new();
    };
    // An unknown port may close a gap between two ranges.
    if config
        .unknown_shape
        .iter()
        .any(|path| path.to_string().contains("port"))
        || config.brokers.is_unknown()
    {
        return Vec::new();
    }
    let ports: BTreeSet<u16> = ports(config).into_iter().map(|(port, ..)| port).collect();
    let ranges = ports
        .iter()
        .filter(|port| {
            !port
                .checked_sub(1)
                .is_some_and(|before| ports.contains(&before))
        })
        .count();
    let (ipv6, ipv4): (Vec<&String>, Vec<&String>) =
        known(blocks).partition(|block| block.contains(':'));
    let most = ipv4.len().max(ipv6.len());
    if ranges * most <= MOST_RULES {
        return Vec::new();
    }
    vec![error(
        place(OBJECT, "allowed_cidr_blocks"),
        "Too many rules for a security group",
        format!(
            "{ranges} ranges of ports for {most} blocks make {} rules, and a security group has \
             {MOST_RULES}. Give fewer and larger blocks, brokers' ports without gaps, or groups \
             of your own with security_group_ids.",
            ranges * most
        ),
    )]
}

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
pub(super) fn address_type_is_served(config: &Config) -> Vec<Diagnostic> {
    let served = &config.endpoint_service.supported_ip_address_types;
    let (Some(endpoint), Maybe::Known(Some(served))) = (endpoint(config), served) else {
        return Vec::new();
    };
    let needed: &[IpFamily] = match endpoint.ip_address_type {
        Maybe::Known(Some(IpAddressType::Ipv4)) => &[IpFamily::Ipv4],
        Maybe::Known(Some(IpAddressType::Ipv6)) => &[IpFamily::Ipv6],
        Maybe::Known(Some(IpAddressType::Dualstack)) => &[IpFamily::Ipv4, IpFamily::Ipv6],
        Maybe::Known(None) | Maybe::Unknown => &[],
    };
    if may_grow(served) {
        return Vec::new();
    }
    needed
        .iter()
        .filter(|family| !served.contains(&Maybe::Known(**family)))
        .map(|family| {
            let family = family.as_str();
            error(
                place(OBJECT, "ip_address_type"),
                "Address type that the service does not support",
                format!(
                    "An endpoint of this type needs {family:?} in \
                     endpoint_service.supported_ip_address_types. Add it there, or choose another \
                     type."
                ),
            )
        })
        .collect()
}
