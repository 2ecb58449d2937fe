"""What an interface endpoint accepts: service, subnets, groups, address type, private DNS."""

from typing import Any

from sandbox.accounts import Region
from sandbox.ec2 import networks
from sandbox.ec2.endpoint_service import EndpointService, by_name
from sandbox.errors import AwsError

_NEEDS = {"ipv4": (True, False), "ipv6": (False, True), "dualstack": (True, True)}


def visible_service(region: Region, name: str, service_region: str) -> EndpointService:
    """The service, if it exists and this account may use it from here.

    AWS answers InvalidServiceName in all other cases alike, so that a consumer cannot tell a
    missing service from a forbidden one.
    """
    found = by_name(name)
    if (
        found is None
        or found.state != "Available"
        or not found.allows(region.account.id)
        or found.region.name != service_region
        or region.name not in found.regions
    ):
        raise AwsError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
    return found


def subnets(region: Region, vpc_id: str, ids: list[str]) -> list[networks.Subnet]:
    found = []
    for subnet_id in ids:
        subnet = networks.subnet(region, subnet_id)
        if subnet is None:
            raise AwsError(
                "InvalidSubnetId.NotFound", f"The subnet ID '{subnet_id}' does not exist"
            )
        if subnet.vpc_id != vpc_id:
            raise AwsError("InvalidParameter", f"The subnet {subnet_id} is not in the VPC {vpc_id}")
        found.append(subnet)
    return found


def check_zones(service: EndpointService, region: Region, chosen: list[networks.Subnet]) -> None:
    if len({subnet.zone for subnet in chosen}) < len(chosen):
        # VPC PrivateLink Guide, "Access an AWS service": one subnet per Availability Zone.
        raise AwsError(
            "DuplicateSubnetsInSameZone",
            "Found another VPC endpoint subnet in the availability zone of "
            f"{', '.join(sorted({subnet.zone for subnet in chosen}))}",
        )
    if service.region.name != region.name:
        # VPC PrivateLink Guide, "Cross-Region access": zones need not be the same.
        return
    offered = set(service.zones.values())
    missing = [subnet.id for subnet in chosen if subnet.zone_id not in offered]
    if missing:
        raise AwsError(
            "InvalidParameter",
            f"The VPC endpoint service {service.name} does not support the availability zone of "
            f"the subnet: {', '.join(missing)}.",
        )


def groups(region: Region, vpc_id: str, ids: list[str]) -> list[str]:
    """EC2 API Reference, CreateVpcEndpoint: the default group if none is given."""
    for group_id in ids:
        found = networks.security_group(region, group_id)
        if found is None:
            raise AwsError(
                "InvalidSecurityGroupId.NotFound",
                f"The security group ID '{group_id}' does not exist",
            )
        if found.vpc_id != vpc_id:
            raise AwsError(
                "InvalidParameter", f"The security group {group_id} is not in the VPC {vpc_id}"
            )
    return list(dict.fromkeys(ids)) or [networks.default_security_group(region, vpc_id)]


def check_address_type(
    service: EndpointService, address_type: str, chosen: list[networks.Subnet]
) -> None:
    """VPC PrivateLink Guide, "IP address types"."""
    if address_type not in _NEEDS:
        raise AwsError("InvalidParameterValue", f"The IP address type '{address_type}' is invalid")
    ipv4, ipv6 = _NEEDS[address_type]
    if ipv4 and "ipv4" not in service.address_types or ipv6 and "ipv6" not in service.address_types:
        raise AwsError(
            "InvalidParameter",
            f"The service {service.name} does not support the IP address type {address_type}",
        )
    for subnet in chosen:
        if ipv6 and not subnet.ipv6_cidr or ipv4 and subnet.ipv6_only:
            raise AwsError(
                "InvalidParameter",
                f"The subnet {subnet.id} does not support the IP address type {address_type}",
            )


def check_private_dns(
    region: Region, vpc: Any, service: EndpointService, accepted: bool, others: list[str | None]
) -> None:
    """VPC PrivateLink Guide, "Manage DNS names"; `others` are names already in the VPC."""
    if service.private_dns is None:
        raise AwsError(
            "InvalidParameter",
            f"Private DNS can't be enabled because the service {service.name} does not provide a "
            "private DNS name.",
        )
    if not accepted:
        raise AwsError(
            "InvalidParameter",
            "Private DNS can only be enabled after the endpoint connection is accepted by the "
            f"owner of {service.name}.",
        )
    if service.private_dns_state() != "verified":
        raise AwsError(
            "InvalidParameter",
            f"Private DNS can't be enabled because the domain of {service.name} is not verified.",
        )
    if not (_flag(vpc, "enable_dns_support") and _flag(vpc, "enable_dns_hostnames")):
        raise AwsError(
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
            f"attributes set to true for {vpc.id}",
        )
    if service.private_dns.name in others:
        raise AwsError(
            "InvalidParameter",
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain "
            f"for {service.private_dns.name} in the VPC {vpc.id}",
        )


def _flag(vpc: Any, name: str) -> bool:
    return str(getattr(vpc, name)).lower() == "true"
