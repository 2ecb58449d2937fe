//! What arguments of the endpoint must not be together.

use std::collections::BTreeSet;

use tfplugin::Diagnostic;

use super::{ConsumerSide, endpoint::EndpointConfig, open_ports::ranges};
use crate::{
    elements::{Ids, known},
    finding::{error, warning},
};
use engine::model::{Maybe, object::DnsMode};

/// Inbound rules of one security group, for IPv4 and for IPv6 each.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups>
const MOST_RULES: usize = 60;

pub fn has_subnets<A: ConsumerSide>(arguments: &A) -> Vec<Diagnostic> {
    match arguments
        .endpoint()
        .and_then(|endpoint| endpoint.subnet_ids.known())
    {
        Some(subnets) if subnets.is_empty() => vec![error(
            A::place("subnet_ids"),
            "No subnets",
            "An endpoint without subnets cannot be reached: give one per availability zone of \
             the clients.",
        )],
        _ => Vec::new(),
    }
}

pub fn has_security_groups<A: ConsumerSide>(arguments: &A) -> Vec<Diagnostic> {
    match arguments
        .endpoint()
        .map(|endpoint| &endpoint.security_group_ids)
    {
        Some(Maybe::Known(Some(groups))) if groups.is_empty() => vec![error(
            A::place("security_group_ids"),
            "No security groups",
            "AWS gives an endpoint without groups the default group of its VPC. Leave the \
             argument out (null) for a managed group, or give the groups.",
        )],
        _ => Vec::new(),
    }
}

pub fn zone_goes_with_records<A: ConsumerSide>(arguments: &A) -> Vec<Diagnostic> {
    let Some(endpoint) = arguments.endpoint() else {
        return Vec::new();
    };
    let is_given = matches!(endpoint.zone_id, Maybe::Known(Some(_)));
    if !is_given || endpoint.dns.mode != Maybe::Known(DnsMode::Nothing) {
        return Vec::new();
    }
    vec![error(
        A::place("zone_id"),
        "Zone without records",
        "With dns = { mode = \"none\" } no record of the hostname is made, and so there is none for \
         a zone to hold. Remove zone_id, or choose another mode.",
    )]
}

const BLOCKS: &str = "allowed_cidr_blocks";

/// Whom the managed group lets in, argument by argument.
fn allowed(endpoint: &EndpointConfig) -> [(&'static str, &Maybe<Option<Ids>>); 3] {
    let groups = &endpoint.allowed_security_group_ids;
    [
        (BLOCKS, &endpoint.allowed_cidr_blocks),
        ("allowed_security_group_ids", groups),
        ("allowed_prefix_list_ids", &endpoint.allowed_prefix_list_ids),
    ]
}

pub fn allowed_go_with_managed_group<A: ConsumerSide>(arguments: &A) -> Vec<Diagnostic> {
    let given = |it: &&EndpointConfig| matches!(it.security_group_ids, Maybe::Known(Some(_)));
    let Some(endpoint) = arguments.endpoint().filter(given) else {
        return Vec::new();
    };
    let refused = allowed(endpoint).into_iter();
    refused
        .filter(|(_, value)| matches!(value, Maybe::Known(Some(_))))
        .map(|(name, _)| {
            error(
                A::place(name),
                match name {
                    BLOCKS => "Blocks without a managed group",
                    _ => "Rules without a managed group",
                },
                format!(
                    "{name} are the rules of the managed security group, and with \
                     security_group_ids there is none. Remove one of the two."
                ),
            )
        })
        .collect()
}

/// Somebody is named, or nobody says anything and the VPC's blocks are let in.
pub fn somebody_gets_in<A: ConsumerSide>(arguments: &A) -> Vec<Diagnostic> {
    let Some(endpoint) = arguments.endpoint() else {
        return Vec::new();
    };
    let names_nobody = |it: &Maybe<Option<Ids>>| match it {
        Maybe::Known(told) => told.as_ref().is_none_or(BTreeSet::is_empty),
        Maybe::Unknown => false,
    };
    let all = allowed(endpoint);
    let said = all.iter().find(|(_, it)| **it != Maybe::Known(None));
    match said {
        Some((name, _)) if all.iter().all(|(_, it)| names_nobody(it)) => vec![warning(
            A::place(name),
            "Nobody can connect",
            format!(
                "The managed security group opens the listeners' ports to {nobody} at all. Leave \
                 the argument out for the blocks of the VPC.",
                nobody = match *name {
                    BLOCKS => "no block",
                    _ => "nobody",
                }
            ),
        )],
        _ => Vec::new(),
    }
}

/// One rule opens one range of ports to one source. One of a security group or a prefix list counts
/// for both families, and a list for as many as it may have entries, which only AWS knows. `ports`:
/// all that are known, none of which an unknown one may yet join to another range.
pub fn rules_fit_in_a_group<A: ConsumerSide>(
    arguments: &A,
    ports: &BTreeSet<u16>,
) -> Vec<Diagnostic> {
    let Some(endpoint) = arguments.endpoint() else {
        return Vec::new();
    };
    let all = allowed(endpoint).map(|(name, told)| {
        let told = told.known().into_iter().flatten();
        (name, told.flat_map(known).collect::<Vec<&String>>())
    });
    let [(_, blocks), others @ ..] = &all;
    let ranges = ranges(ports).len();
    let ipv6 = blocks.iter().filter(|block| block.contains(':')).count();
    let of_both: usize = others.iter().map(|(_, ids)| ids.len()).sum();
    let most = ipv6.max(blocks.len() - ipv6) + of_both;
    if ranges * most <= MOST_RULES {
        return Vec::new();
    }
    // The argument that asks for most of them.
    let longest = all.iter().rev().max_by_key(|(_, ids)| ids.len());
    let sources = match of_both {
        0 => "blocks",
        _ => "blocks, security groups and prefix lists",
    };
    vec![error(
        A::place(longest.map_or(BLOCKS, |(name, _)| name)),
        "Too many rules for a security group",
        format!(
            "{ranges} ranges of ports for {most} {sources} make {} rules, and a security group has \
             {MOST_RULES}. Give fewer and larger blocks, brokers' ports without gaps, or groups \
             of your own with security_group_ids.",
            ranges * most
        ),
    )]
}
