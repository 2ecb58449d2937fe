"""Register and deregister targets, describe their health."""

import ipaddress
from typing import Any

from sandbox import clock
from sandbox.accounts import Region
from sandbox.ec2 import networks
from sandbox.elbv2 import target_group
from sandbox.elbv2.target import Target, not_registered
from sandbox.elbv2.target_group import TargetGroup
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import Call, action

# ELB User Guide, "Quotas for your Network Load Balancers": 1,000 targets in a target group.
QUOTA = 1000
# ELB User Guide, "Target groups": ranges of addresses outside the VPC that can be targets.
_ALLOWED_OUTSIDE = [
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
]


@action("elbv2", "RegisterTargets")
def register_targets(call: Call) -> None:
    group = target_group.find(call.region, call["TargetGroupArn"])
    forget_gone(group)
    made = [_target(group, request) for request in call["Targets"]]
    fresh = {(item.id, item.port) for item in made} - set(group.targets)
    if len(group.targets) + len(fresh) > QUOTA:
        # ELB API Reference, RegisterTargets: TooManyTargets.
        raise AwsError("TooManyTargets", f"The target group has more than {QUOTA} targets")
    for target in made:
        present = group.targets.get((target.id, target.port))
        if present is None or present.gone_at is not None:
            group.targets[(target.id, target.port)] = target


@action("elbv2", "DeregisterTargets")
def deregister_targets(call: Call) -> None:
    group = target_group.find(call.region, call["TargetGroupArn"])
    forget_gone(group)
    for request in call["Targets"]:
        found = group.targets.get((request["Id"], request.get("Port") or group.port))
        # ELB API Reference, DeregisterTargets: "If the specified target does not exist, the
        # action returns successfully."
        if found and found.gone_at is None:
            found.deregister(group)
    forget_gone(group)


@action("elbv2", "DescribeTargetHealth")
def describe_target_health(call: Call) -> dict[str, Any]:
    group = target_group.find(call.region, call["TargetGroupArn"])
    forget_gone(group)
    asked = call.get("Targets")
    if asked:
        keys = [(item["Id"], item.get("Port") or group.port) for item in asked]
        found = [group.targets.get(key) for key in keys]
        return {
            "TargetHealthDescriptions": [
                target.document(group) if target else not_registered(*key)
                for key, target in zip(keys, found, strict=True)
            ]
        }
    # DescribeTargetHealth has no pages; its order is as arbitrary as that of other lists.
    targets, _ = page(list(group.targets.values()), lambda item: item.id, None, None, QUOTA + 1)
    return {"TargetHealthDescriptions": [item.document(group) for item in targets]}


def forget_gone(group: TargetGroup) -> None:
    for key, target in list(group.targets.items()):
        if target.gone:
            del group.targets[key]


def _target(group: TargetGroup, request: dict[str, Any]) -> Target:
    port = request.get("Port") or group.port
    zone = (
        _instance_zone(group, request)
        if group.target_type == "instance"
        else _ip_zone(group, request)
    )
    registration = group.region.account.timing.provisioning.target_registration
    return Target(request["Id"], port, zone, group.target_type == "ip", clock.now(), registration)


def _instance_zone(group: TargetGroup, request: dict[str, Any]) -> str:
    found = networks.instance(group.region, request["Id"])
    if found is None:
        # ELB API Reference, RegisterTargets: InvalidTarget.
        raise AwsError("InvalidTarget", f"Instance ID '{request['Id']}' is not valid")
    if found.vpc_id != group.vpc_id:
        raise AwsError("InvalidTarget", f"The instance {found.id} is not in the VPC {group.vpc_id}")
    if found.state != "running":
        raise AwsError(
            "InvalidTarget",
            f"The target is not in a running state and cannot be registered: {found.id}",
        )
    return found.placement.availability_zone


def _ip_zone(group: TargetGroup, request: dict[str, Any]) -> str:
    """The zone of an address. ELB API Reference, TargetDescription, AvailabilityZone."""
    address = _address(group, request["Id"])
    zone = request.get("AvailabilityZone")
    if any(address in block for block in networks.vpc_blocks(group.region, group.vpc_id)):
        if zone == "all":
            raise AwsError(
                "ValidationError",
                f"The IP address '{address}' is in the VPC: its zone cannot be 'all'",
            )
        detected = _zone_of_address(group.region, group.vpc_id, address)
        if zone and detected and zone != detected:
            raise AwsError(
                "ValidationError", f"The IP address '{address}' is not in the zone '{zone}'"
            )
        return detected or zone or "all"
    if address.version == 6 or not any(address in block for block in _ALLOWED_OUTSIDE):
        raise AwsError(
            "InvalidTarget",
            f"The IP address '{address}' is not within the VPC or the allowed private ranges",
        )
    if zone is None:
        # "If the IP address is outside the VPC, this parameter is required": a zone, or all.
        raise AwsError(
            "ValidationError",
            f"The IP address '{address}' is outside the VPC: a zone or 'all' is required",
        )
    return zone


def _address(group: TargetGroup, text: str) -> Any:
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise AwsError(
            "ValidationError", f"The IP address '{text}' is not a valid address"
        ) from error
    wanted = 6 if group.ip_address_type == "ipv6" else 4
    if address.version != wanted:
        raise AwsError(
            "ValidationError", f"The IP address '{text}' is not a valid IPv{wanted} address"
        )
    return address


def _zone_of_address(region: Region, vpc_id: str, address: Any) -> str | None:
    for subnet in networks.subnets_of(region, vpc_id):
        for block in (subnet.cidr, subnet.ipv6_cidr):
            if block and address in ipaddress.ip_network(block):
                return subnet.zone
    return None
