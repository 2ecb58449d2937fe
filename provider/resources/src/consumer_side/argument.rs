//! Which argument a message about an object of the consumers' side is about.

use std::collections::BTreeSet;

use tfplugin::Path;

use super::ConsumerSide;
use engine::model::{
    Side, Slot,
    object::{
        Change, Rule, alias, endpoint,
        security_group::{self, Source},
    },
};

/// The argument that asks for an object; `None` for one of the other side.
pub fn of_object<A: ConsumerSide>(slot: Slot) -> Option<Path> {
    match slot {
        Slot::SecurityGroup(Side::Consumer) | Slot::Endpoint => Some(A::block()),
        Slot::Zone | Slot::Alias(_) => Some(Path::of("hostname")),
        _ => None,
    }
}

/// The argument that asks for a change; `None` for one of the other side, or where it is the
/// object's.
pub fn of_change<A: ConsumerSide>(slot: Slot, change: &Change) -> Option<Path> {
    match (slot, change) {
        (
            Slot::SecurityGroup(Side::Consumer),
            Change::SecurityGroup(
                security_group::Change::Authorize(rules) | security_group::Change::Revoke(rules),
            ),
        ) => Some(A::place(of_rules(rules))),
        (_, Change::Endpoint(endpoint::Change::Modify(_) | endpoint::Change::Accept)) => {
            Some(A::block())
        }
        (_, Change::Alias(alias::Change::Point { .. })) => Some(Path::of("hostname")),
        _ => None,
    }
}

/// The argument that asks for these rules, where they are of one alone.
fn of_rules(rules: &BTreeSet<Rule>) -> &'static str {
    let arguments: BTreeSet<&str> = rules
        .iter()
        .filter_map(|rule| match rule {
            Rule::Ingress { source, .. } => Some(match source {
                Source::Block(_) => "allowed_cidr_blocks",
                Source::SecurityGroup(_) => "allowed_security_group_ids",
                Source::PrefixList(_) => "allowed_prefix_list_ids",
            }),
            Rule::EgressAll | Rule::Other { .. } => None,
        })
        .collect();
    match arguments.first() {
        Some(only) if arguments.len() == 1 => only,
        _ => "allowed_cidr_blocks",
    }
}

/// The argument to look at, where AWS's code says it better than the step.
pub fn by_code<A: ConsumerSide>(slot: Slot, code: &str) -> Option<Path> {
    let argument = match (slot, code) {
        (
            Slot::Endpoint,
            "InvalidSubnetId.NotFound" | "InvalidSubnetID.NotFound" | "DuplicateSubnetsInSameZone",
        ) => "subnet_ids",
        (
            Slot::Endpoint | Slot::SecurityGroup(Side::Consumer),
            "InvalidVpcId.NotFound" | "InvalidVpcID.NotFound",
        ) => "vpc_id",
        (Slot::Endpoint, "InvalidSecurityGroupId.NotFound" | "InvalidGroup.NotFound") => {
            "security_group_ids"
        }
        (Slot::SecurityGroup(Side::Consumer), "InvalidGroup.NotFound") => {
            "allowed_security_group_ids"
        }
        (
            Slot::SecurityGroup(Side::Consumer),
            "InvalidPrefixListID.NotFound" | "InvalidPrefixListId.NotFound",
        ) => "allowed_prefix_list_ids",
        (_, "NoSuchHostedZone") => "zone_id",
        _ => return None,
    };
    Some(A::place(argument))
}
