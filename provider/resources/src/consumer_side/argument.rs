//! Which argument a message about an object of the consumers' side is about.

use tfplugin::Path;

use super::ConsumerSide;
use engine::model::{
    Side, Slot,
    object::{Change, alias, endpoint, security_group},
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
                security_group::Change::Authorize(_) | security_group::Change::Revoke(_),
            ),
        ) => Some(A::place("allowed_cidr_blocks")),
        (_, Change::Endpoint(endpoint::Change::Modify(_) | endpoint::Change::Accept)) => {
            Some(A::block())
        }
        (_, Change::Alias(alias::Change::Point(_))) => Some(Path::of("hostname")),
        _ => None,
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
        (_, "NoSuchHostedZone") => "zone_id",
        _ => return None,
    };
    Some(A::place(argument))
}
