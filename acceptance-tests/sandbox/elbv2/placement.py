"""Which subnets and security groups a network load balancer accepts."""

from typing import Any

from sandbox.accounts import Region
from sandbox.ec2 import networks
from sandbox.errors import AwsError


def subnet_requests(params: dict[str, Any]) -> list[dict[str, Any]]:
    """Subnets or SubnetMappings as mappings; exactly one of the two is required.

    ELB API Reference, CreateLoadBalancer: "You must specify either subnets or subnet mappings,
    but not both."
    """
    plain, mappings = params.get("Subnets") or [], params.get("SubnetMappings") or []
    if bool(plain) == bool(mappings):
        raise AwsError(
            "ValidationError", "You must specify either subnets or subnet mappings, but not both"
        )
    return mappings or [{"SubnetId": subnet_id} for subnet_id in plain]


def subnets(region: Region, requests: list[dict[str, Any]], scheme: str) -> list[networks.Subnet]:
    """The subnets asked for, or the error of the first rule that they break."""
    found = []
    for request in requests:
        subnet = networks.subnet(region, request["SubnetId"])
        if subnet is None:
            # ELB API Reference, CreateLoadBalancer: SubnetNotFound.
            raise AwsError("SubnetNotFound", f"The subnet ID '{request['SubnetId']}' is not valid")
        found.append(subnet)
    if len({subnet.vpc_id for subnet in found}) > 1:
        raise AwsError("InvalidConfigurationRequest", "All subnets must belong to the same VPC")
    if len({subnet.zone for subnet in found}) < len(found):
        # ELB API Reference, CreateLoadBalancer, Subnets: "You can specify only one subnet per
        # Availability Zone."
        raise AwsError(
            "InvalidConfigurationRequest",
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        )
    if scheme == "internet-facing" and not networks.has_internet_gateway(region, found[0].vpc_id):
        raise AwsError("InvalidSubnet", f"VPC {found[0].vpc_id} has no internet gateway")
    return found


def check_space(region: Region, added: list[networks.Subnet]) -> None:
    """ELB User Guide, "Availability Zones": a subnet needs at least 8 free addresses."""
    for subnet in added:
        if networks.free_addresses(region, subnet.id) < 8:
            raise AwsError(
                "InvalidSubnet",
                f"Not enough IP space available in {subnet.id}. ELB requires at least 8 free IP "
                "addresses in each subnet.",
            )


def check_address_type(address_type: str, found: list[networks.Subnet]) -> None:
    """ELB User Guide, "IP address type": dualstack needs subnets with IPv6 blocks."""
    if address_type == "dualstack-without-public-ipv4":
        raise AwsError(
            "InvalidConfigurationRequest",
            "dualstack-without-public-ipv4 is not supported for load balancers of type 'network'",
        )
    without = [subnet.id for subnet in found if not subnet.ipv6_cidr]
    if address_type == "dualstack" and without:
        raise AwsError(
            "InvalidSubnet",
            f"You must specify subnets with an associated IPv6 CIDR block: {', '.join(without)}",
        )


def check_groups(region: Region, vpc_id: str, group_ids: list[str]) -> None:
    for group_id in group_ids:
        group = networks.security_group(region, group_id)
        if group is None:
            # ELB API Reference, CreateLoadBalancer: InvalidSecurityGroup.
            raise AwsError("InvalidSecurityGroup", f"Security group '{group_id}' does not exist")
        if group.vpc_id != vpc_id:
            raise AwsError(
                "InvalidConfigurationRequest",
                f"One or more security groups are not in the VPC {vpc_id}: {group_id}",
            )
