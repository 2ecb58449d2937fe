"""SetSecurityGroups, SetSubnets and SetIpAddressType."""

from typing import Any

from sandbox.ec2 import interfaces, networks
from sandbox.ec2.endpoint_service import connections_of, service_of_load_balancer
from sandbox.elbv2 import balancer, placement
from sandbox.elbv2.balancer import LoadBalancer
from sandbox.elbv2.load_balancers import zone_in
from sandbox.elbv2.target_group import groups_of_load_balancer
from sandbox.errors import AwsError
from sandbox.registry import Call, action


@action("elbv2", "SetSecurityGroups")
def set_security_groups(call: Call) -> dict[str, Any]:
    found = balancer.find(call.region, call["LoadBalancerArn"])
    groups = list(call["SecurityGroups"])
    if not found.born_with_groups:
        # ELB API Reference, SetSecurityGroups: "You can't perform this operation on a Network
        # Load Balancer unless you specified a security group for the load balancer when you
        # created it."
        raise AwsError(
            "InvalidConfigurationRequest",
            "Cannot set security groups on a Network Load Balancer created without one",
        )
    if not groups:
        # ELB User Guide, "Update the security groups": at least one must stay.
        raise AwsError(
            "InvalidConfigurationRequest",
            "You must specify at least one security group for the load balancer",
        )
    placement.check_groups(call.region, found.vpc_id, groups)
    enforce = call.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    found.security_groups = groups
    if enforce:
        found.enforce_on_private_link = enforce
    interfaces.set_groups(call.region, [zone.interface_id for zone in found.zones], groups)
    return {
        "SecurityGroupIds": groups,
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": found.enforce_on_private_link,
    }


@action("elbv2", "SetSubnets")
def set_subnets(call: Call) -> dict[str, Any]:
    found = balancer.find(call.region, call["LoadBalancerArn"])
    requests = placement.subnet_requests(call.params)
    subnets = placement.subnets(call.region, requests, found.scheme)
    if subnets[0].vpc_id != found.vpc_id:
        raise AwsError("InvalidConfigurationRequest", "The subnets must belong to the same VPC")
    address_type = call.get("IpAddressType") or found.ip_address_type
    placement.check_address_type(address_type, subnets)
    wanted = {subnet.id for subnet in subnets}
    present = {zone.subnet_id for zone in found.zones}
    placement.check_space(call.region, [subnet for subnet in subnets if subnet.id not in present])
    leaving = [zone for zone in found.zones if zone.subnet_id not in wanted]
    _check_removal(found, leaving, subnets)
    mappings = {mapping["SubnetId"]: mapping for mapping in requests}
    found.zones = [zone for zone in found.zones if zone.subnet_id in wanted] + [
        zone_in(found, subnet, mappings[subnet.id])
        for subnet in subnets
        if subnet.id not in present
    ]
    found.ip_address_type = address_type
    interfaces.release(call.region, [zone.interface_id for zone in leaving])
    return {"AvailabilityZones": found.zone_documents(), "IpAddressType": address_type}


@action("elbv2", "SetIpAddressType")
def set_ip_address_type(call: Call) -> dict[str, Any]:
    found = balancer.find(call.region, call["LoadBalancerArn"])
    wanted = call["IpAddressType"]
    subnets = [networks.subnet(call.region, zone.subnet_id) for zone in found.zones]
    placement.check_address_type(wanted, [subnet for subnet in subnets if subnet])
    if wanted == "ipv4":
        _check_ipv6_unused(found)
    found.ip_address_type = wanted
    return {"IpAddressType": wanted}


def _check_removal(found: LoadBalancer, leaving: list[Any], subnets: list[networks.Subnet]) -> None:
    exchanged = {zone.name for zone in leaving} & {subnet.zone for subnet in subnets}
    if exchanged:
        # ELB User Guide, "Update the Availability Zones for your Network Load Balancer": changing
        # the subnet of a zone takes two operations, first remove the zone, then add it.
        raise AwsError(
            "InvalidConfigurationRequest",
            f"The subnet of {', '.join(sorted(exchanged))} cannot be changed in one operation; "
            "remove the Availability Zone first",
        )
    service = service_of_load_balancer(found.arn)
    if leaving and service and connections_of(service):
        # ELB User Guide, same page: "You can't remove a subnet if the Network Load Balancer has
        # an active Amazon VPC endpoint association."
        raise AwsError(
            "InvalidConfigurationRequest",
            "Subnets cannot be removed from a load balancer with an active VPC endpoint "
            "association",
        )


def _check_ipv6_unused(found: LoadBalancer) -> None:
    """VPC PrivateLink Guide, "Supported IP address types"; ELB User Guide, "Target groups"."""
    service = service_of_load_balancer(found.arn)
    if service and "ipv6" in service.address_types:
        raise AwsError(
            "InvalidConfigurationRequest",
            f"The endpoint service {service.id} supports ipv6, so the load balancer must too",
        )
    for group in groups_of_load_balancer(found.region, found.arn):
        if group.ip_address_type == "ipv6":
            raise AwsError(
                "InvalidConfigurationRequest",
                f"The load balancer forwards to the IPv6 target group '{group.arn}'",
            )
