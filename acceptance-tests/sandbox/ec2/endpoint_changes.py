"""ModifyVpcEndpoint."""

from typing import Any

from sandbox.ec2 import endpoint, endpoint_rules, interfaces, networks
from sandbox.ec2.endpoint import Endpoint
from sandbox.ec2.endpoint_service import EndpointService, by_name
from sandbox.ec2.endpoints import find, private_names
from sandbox.errors import AwsError
from sandbox.registry import Call, action


@action("ec2", "ModifyVpcEndpoint")
def modify(call: Call) -> dict[str, Any]:
    found = find(call.region, call["VpcEndpointId"])
    if found.state in ("deleting", "rejected", "failed", "expired"):
        raise AwsError(
            "InvalidParameter", f"The endpoint {found.id} is {found.state} and cannot be modified"
        )
    service = by_name(found.service_name)
    if service is None:
        raise AwsError(
            "InvalidServiceName", f"The Vpc Endpoint Service '{found.service_name}' does not exist"
        )
    # A subnet may have got an IPv6 block since.
    subnets = [networks.subnet(call.region, item.id) or item for item in _subnets(call, found)]
    groups = _groups(call, found)
    address_type = call.get("IpAddressType") or found.ip_address_type
    endpoint_rules.check_zones(service, call.region, subnets)
    endpoint_rules.check_address_type(service, address_type, subnets)
    private_dns = call.get("PrivateDnsEnabled")
    if private_dns and not found.private_dns_enabled:
        _check_private_dns(call, found, service)
    _exchange_interfaces(found, subnets)
    found.group_ids = groups
    interfaces.set_groups(call.region, list(found.interface_ids.values()), groups)
    found.ip_address_type = address_type
    endpoint.set_families(found)
    record_type = (call.get("DnsOptions") or {}).get("DnsRecordIpType")
    found.dns_record_ip_type = record_type or found.dns_record_ip_type
    if private_dns is not None:
        found.private_dns_enabled = private_dns
    if call.get("PolicyDocument") or call.get("ResetPolicy"):
        found.policy = None if call.get("ResetPolicy") else call["PolicyDocument"]
    return {"Return": True}


def _subnets(call: Call, found: Endpoint) -> list[networks.Subnet]:
    present = {subnet.id for subnet in found.subnets}
    removed = set(call.get("RemoveSubnetIds") or [])
    added = [item for item in call.get("AddSubnetIds") or [] if item not in present]
    fresh = endpoint_rules.subnets(call.region, found.vpc_id, added)
    # Exchanging the subnet of a zone takes two calls: the zone's interface has to be gone first.
    leaving = {subnet.zone for subnet in found.subnets if subnet.id in removed}
    if leaving & {subnet.zone for subnet in fresh}:
        raise AwsError(
            "DuplicateSubnetsInSameZone",
            f"Found another VPC endpoint subnet in the availability zone of "
            f"{', '.join(sorted(leaving))}",
        )
    return [subnet for subnet in found.subnets if subnet.id not in removed] + fresh


def _groups(call: Call, found: Endpoint) -> list[str]:
    removed = call.get("RemoveSecurityGroupIds") or []
    kept = [item for item in found.group_ids if item not in removed]
    wanted = list(dict.fromkeys([*kept, *(call.get("AddSecurityGroupIds") or [])]))
    if not wanted:
        raise AwsError("InvalidParameter", "An interface endpoint needs a security group")
    return endpoint_rules.groups(call.region, found.vpc_id, wanted)


def _check_private_dns(call: Call, found: Endpoint, service: EndpointService) -> None:
    endpoint_rules.check_private_dns(
        call.region,
        networks.vpc(call.region, found.vpc_id),
        service,
        found.accepted,
        private_names(call.region, found.vpc_id),
    )


def _exchange_interfaces(found: Endpoint, subnets: list[networks.Subnet]) -> None:
    wanted = {subnet.id for subnet in subnets}
    gone = [
        found.interface_ids.pop(item) for item in list(found.interface_ids) if item not in wanted
    ]
    interfaces.release(found.region, gone)
    found.subnets = subnets
    for subnet in subnets:
        if subnet.id not in found.interface_ids:
            endpoint.add_interface(found, subnet)
