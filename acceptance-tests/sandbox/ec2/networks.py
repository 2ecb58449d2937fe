"""The networks, which are moto's: VPCs, subnets, security groups, instances."""

import ipaddress
from dataclasses import dataclass
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends

from sandbox.accounts import Region


@dataclass(frozen=True)
class Subnet:
    id: str
    vpc_id: str
    zone: str
    zone_id: str
    cidr: str
    ipv6_cidr: str | None
    ipv6_only: bool


def backend(region: Region) -> Any:
    return ec2_backends[region.account.id][region.name]


def subnet(region: Region, subnet_id: str) -> Subnet | None:
    try:
        found = backend(region).get_subnet(subnet_id)
    except EC2ClientError:
        return None
    associations = found.ipv6_cidr_block_associations.values()
    ipv6 = [
        item["ipv6CidrBlock"]
        for item in associations
        if item["ipv6CidrBlockState"]["State"] == "associated"
    ]
    return Subnet(
        found.id,
        found.vpc_id,
        found.availability_zone,
        found.availability_zone_id,
        found.cidr_block,
        ipv6[0] if ipv6 else None,
        bool(found.ipv6_native),
    )


def free_addresses(region: Region, subnet_id: str) -> int:
    return backend(region).get_subnet(subnet_id).available_ip_address_count


def subnets_of(region: Region, vpc_id: str) -> list[Subnet]:
    found = [
        subnet(region, item.id)
        for zone in backend(region).subnets.values()
        for item in zone.values()
        if item.vpc_id == vpc_id
    ]
    return [item for item in found if item is not None]


def vpc(region: Region, vpc_id: str) -> Any | None:
    return backend(region).vpcs.get(vpc_id)


def vpc_blocks(region: Region, vpc_id: str) -> list[Any]:
    """The VPC's associated CIDR blocks, of both families."""
    found = vpc(region, vpc_id)
    associations = found.get_cidr_block_association_set() + found.get_cidr_block_association_set(
        ipv6=True
    )
    blocks = []
    for item in associations:
        text = item.get("cidr_block") or item.get("CidrBlock") or item.get("Ipv6CidrBlock")
        if text:
            blocks.append(ipaddress.ip_network(text, strict=False))
    return blocks


def has_internet_gateway(region: Region, vpc_id: str) -> bool:
    return any(
        gateway.vpc and gateway.vpc.id == vpc_id
        for gateway in backend(region).internet_gateways.values()
    )


def security_group(region: Region, group_id: str) -> Any | None:
    return backend(region).get_security_group_from_id(group_id)


def default_security_group(region: Region, vpc_id: str) -> str:
    return backend(region).get_default_security_group(vpc_id).id


def instance(region: Region, instance_id: str) -> Any | None:
    try:
        return backend(region).get_instance(instance_id)
    except EC2ClientError:
        return None
