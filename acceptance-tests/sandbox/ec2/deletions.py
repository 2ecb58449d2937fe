"""What moto deletes although something still holds on to it."""

from typing import Any

from sandbox.ec2 import interfaces, networks
from sandbox.errors import AwsError
from sandbox.registry import Call, action


@action("ec2", "DeleteSecurityGroup")
def delete_security_group(call: Call) -> dict[str, Any]:
    group_id = call.get("GroupId")
    found = networks.security_group(call.region, group_id) if group_id else None
    if found is None:
        raise AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    if found.name == "default":
        raise AwsError(
            "CannotDelete",
            f"the specified group: '{group_id}' name: 'default' cannot be deleted by a user",
        )
    # EC2 API Reference, DeleteSecurityGroup: DependencyViolation while an instance, an interface
    # or a rule of another group uses it.
    if interfaces.users_of_group(call.region, found.id) or _referencing(call, found):
        raise AwsError("DependencyViolation", f"resource {group_id} has a dependent object")
    networks.backend(call.region).delete_security_group(group_id=found.id)
    return {"Return": True, "GroupId": found.id}


@action("ec2", "DeleteSubnet")
def delete_subnet(call: Call) -> None:
    subnet_id = call["SubnetId"]
    if networks.subnet(call.region, subnet_id) is None:
        raise AwsError("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist")
    if interfaces.users_of_subnet(call.region, subnet_id):
        # EC2 API Reference, "Error codes": DependencyViolation.
        raise AwsError(
            "DependencyViolation",
            f"The subnet '{subnet_id}' has dependencies and cannot be deleted.",
        )
    networks.backend(call.region).delete_subnet(subnet_id)


def _referencing(call: Call, group: Any) -> bool:
    groups = [
        item
        for in_vpc in networks.backend(call.region).groups.values()
        for item in in_vpc.values()
        if item.id != group.id
    ]
    return any(
        source.get("GroupId") == group.id
        for item in groups
        for rule in [*item.ingress_rules, *item.egress_rules]
        for source in [rule.source_group or {}]
    )
