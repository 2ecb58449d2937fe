//! What arguments of the endpoint must not be together.

use std::collections::BTreeSet;

use tfplugin::Diagnostic;

use super::{ConsumerSide, open_ports::ranges};
use crate::{
    elements::known,
    finding::{error, warning},
};
use engine::model::Maybe;

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

pub fn blocks_go_with_managed_group<A: ConsumerSide>(arguments: &A) -> Vec<Diagnostic> {
    let Some(endpoint) = arguments.endpoint() else {
        return Vec::new();
    };
    let given = matches!(endpoint.security_group_ids, Maybe::Known(Some(_)));
    let blocks = matches!(endpoint.allowed_cidr_blocks, Maybe::Known(Some(_)));
    if !given || !blocks {
        return Vec::new();
    }
    vec![error(
        A::place("allowed_cidr_blocks"),
        "Blocks without a managed group",
        "allowed_cidr_blocks are the rules of the managed security group, and with \
         security_group_ids there is none. Remove one of the two.",
    )]
}

pub fn somebody_gets_in<A: ConsumerSide>(arguments: &A) -> Vec<Diagnostic> {
    match arguments
        .endpoint()
        .map(|endpoint| &endpoint.allowed_cidr_blocks)
    {
        Some(Maybe::Known(Some(blocks))) if blocks.is_empty() => vec![warning(
            A::place("allowed_cidr_blocks"),
            "Nobody can connect",
            "The managed security group opens the listeners' ports to no block at all. Leave the \
             argument out for the blocks of the VPC.",
        )],
        _ => Vec::new(),
    }
}

/// One rule opens one range of ports to one block. `ports`: all that are known, none of which an
/// unknown one may yet join to another range.
pub fn rules_fit_in_a_group<A: ConsumerSide>(
    arguments: &A,
    ports: &BTreeSet<u16>,
) -> Vec<Diagnostic> {
    let Some(endpoint) = arguments.endpoint() else {
        return Vec::new();
    };
    let Maybe::Known(Some(blocks)) = &endpoint.allowed_cidr_blocks else {
        return Vec::new();
    };
    let ranges = ranges(ports).len();
    let (ipv6, ipv4): (Vec<&String>, Vec<&String>) =
        known(blocks).partition(|block| block.contains(':'));
    let most = ipv4.len().max(ipv6.len());
    if ranges * most <= MOST_RULES {
        return Vec::new();
    }
    vec![error(
        A::place("allowed_cidr_blocks"),
        "Too many rules for a security group",
        format!(
            "{ranges} ranges of ports for {most} blocks make {} rules, and a security group has \
             {MOST_RULES}. Give fewer and larger blocks, brokers' ports without gaps, or groups \
             of your own with security_group_ids.",
            ranges * most
        ),
    )]
}
