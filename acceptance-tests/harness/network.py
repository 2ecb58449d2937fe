"""The two networks that a path joins: the brokers' VPC and a client's."""

import ipaddress
import os
from dataclasses import dataclass

from harness.aws import Account

LETTERS = "abc"


@dataclass
class Vpc:
    id: str
    cidr: str
    subnets: list[str]
    """One in each of up to three zones."""
    subnet_cidrs: list[str]

    def address(self, subnet: int, host: int) -> str:
        """An address in the numbered subnet; 4 and up are free for use in AWS's subnets."""
        return str(ipaddress.ip_network(self.subnet_cidrs[subnet])[host])


@dataclass
class Network:
    kafka: Vpc
    client: Vpc


def make_vpc(account: Account, second_octet: int, region: str | None = None) -> Vpc:
    """10.N.0.0/16 with DNS on, and a /24 in each of three zones."""
    region, cidr = region or account.region, f"10.{second_octet}.0.0/16"
    ec2 = account.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{name: {"Value": True}})
    cidrs = [f"10.{second_octet}.{number}.0/24" for number in range(1, len(LETTERS) + 1)]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=f"{region}{letter}")
        for block, letter in zip(cidrs, LETTERS, strict=True)
    ]
    return Vpc(vpc, cidr, [made["Subnet"]["SubnetId"] for made in subnets], cidrs)


def add_ipv6(account: Account, vpc: Vpc) -> str:
    """Gives the VPC a block of AWS's, which is returned, and each subnet one of it."""
    ec2 = account.ec2
    ec2.associate_vpc_cidr_block(VpcId=vpc.id, AmazonProvidedIpv6CidrBlock=True)
    found = ec2.describe_vpcs(VpcIds=[vpc.id])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]
    block = ipaddress.ip_network(found["Ipv6CidrBlock"])
    for subnet, part in zip(vpc.subnets, block.subnets(new_prefix=64), strict=False):
        ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=str(part))
    return str(block)


def sandbox_network(account: Account, region: str | None = None) -> Network:
    return Network(make_vpc(account, 0, region), make_vpc(account, 9, region))


def live_network(account: Account) -> Network:
    """The VPCs of the caller: LIVE_SUBNET_IDS, and LIVE_CLIENT_SUBNET_IDS when they differ."""
    kafka = _existing(account, os.environ["LIVE_SUBNET_IDS"])
    client = os.environ.get("LIVE_CLIENT_SUBNET_IDS")
    return Network(kafka, _existing(account, client) if client else kafka)


def _existing(account: Account, ids: str) -> Vpc:
    found = account.ec2.describe_subnets(SubnetIds=[item.strip() for item in ids.split(",")])
    subnets = sorted(found["Subnets"], key=lambda item: item["AvailabilityZone"])
    vpc = account.ec2.describe_vpcs(VpcIds=[subnets[0]["VpcId"]])["Vpcs"][0]
    return Vpc(
        vpc["VpcId"],
        vpc["CidrBlock"],
        [item["SubnetId"] for item in subnets],
        [item["CidrBlock"] for item in subnets],
    )
