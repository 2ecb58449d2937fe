"""What plan finds out by reading AWS, before the first write: errors for what nothing pending can
still change, warnings for the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import ADDRESS, HOSTNAME, configuration, orders
from harness.network import Network, Vpc, make_vpc
from harness.terraform import Workspace

# Strict: the first finding that plan reports turns this mark itself into a failure.
pytestmark = pytest.mark.xfail(reason="plan does not look at the surroundings yet", strict=True)


@dataclass
class Finding:
    """`arrange` makes what is wrong and returns the changes to the figure's configuration."""

    label: str
    path: str
    said: str
    arrange: Callable[[Account, Network], dict[str, Any]]


def another_subnet(account: Account, vpc: Vpc, cidr: str, zone: str) -> str:
    made = account.ec2.create_subnet(
        VpcId=vpc.id, CidrBlock=cidr, AvailabilityZone=f"{account.region}{zone}"
    )
    return made["Subnet"]["SubnetId"]


def group_in(account: Account, vpc: str) -> str:
    made = account.ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)
    return made["GroupId"]


def private_zone(account: Account, name: str, vpc: str) -> str:
    made = account.route53.create_hosted_zone(
        Name=name,
        CallerReference=name,
        VPC={"VPCRegion": account.region, "VPCId": vpc},
        HostedZoneConfig={"PrivateZone": True},
    )
    return made["HostedZone"]["Id"].removeprefix("/hostedzone/")


def missing_subnet(account: Account, network: Network) -> dict[str, Any]:
    return {"load_balancer": {"subnet_ids": ["subnet-0123456789abcdef0"]}}


def two_vpcs(account: Account, network: Network) -> dict[str, Any]:
    other = make_vpc(account, 30)
    return {"load_balancer": {"subnet_ids": [network.kafka.subnets[0], other.subnets[1]]}}


def one_zone_twice(account: Account, network: Network) -> dict[str, Any]:
    second = another_subnet(account, network.kafka, "10.0.100.0/24", "a")
    return {"load_balancer": {"subnet_ids": [*network.kafka.subnets, second]}}


def group_of_another_vpc(account: Account, network: Network) -> dict[str, Any]:
    return {"load_balancer": {"security_group_ids": [group_in(account, network.client.id)]}}


def broker_in_an_unserved_zone(account: Account, network: Network) -> dict[str, Any]:
    return {"load_balancer": {"subnet_ids": network.kafka.subnets[:2]}}


def public_broker(account: Account, network: Network) -> dict[str, Any]:
    return {"brokers": {"2": {"target": "52.94.76.10", "availability_zone": "all"}}}


def zone_given_inside(account: Account, network: Network) -> dict[str, Any]:
    return {"brokers": {"2": {"availability_zone": "all"}}}


def zone_missing_outside(account: Account, network: Network) -> dict[str, Any]:
    return {"brokers": {"2": {"target": "192.168.7.7"}}}


def endpoint_in_an_unserved_zone(account: Account, network: Network) -> dict[str, Any]:
    brokers = {"1": {}, "2": {}, "3": {"target": network.kafka.address(0, 13)}}
    return {
        "brokers": brokers,
        "load_balancer": {"subnet_ids": network.kafka.subnets[:2]},
        "endpoint": {"subnet_ids": network.client.subnets},
    }


def endpoint_subnet_of_another_vpc(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"subnet_ids": network.kafka.subnets[:2]}}


ERRORS = [
    Finding("missing subnet", "load_balancer.subnet_ids", "does not exist", missing_subnet),
    Finding("two VPCs", "load_balancer.subnet_ids", "VPC", two_vpcs),
    Finding("one zone twice", "load_balancer.subnet_ids", "us-east-1a", one_zone_twice),
    Finding(
        "group of another VPC", "load_balancer.security_group_ids", "vpc-", group_of_another_vpc
    ),
    Finding("unserved zone", 'brokers["3"].target', "us-east-1c", broker_in_an_unserved_zone),
    Finding("public broker", 'brokers["2"].target', "private", public_broker),
    Finding("zone given inside", 'brokers["2"].availability_zone', "10.0.2.12", zone_given_inside),
    Finding(
        "zone missing outside",
        'brokers["2"].availability_zone',
        "192.168.7.7",
        zone_missing_outside,
    ),
    Finding(
        "endpoint in an unserved zone", "endpoint.subnet_ids", "zone", endpoint_in_an_unserved_zone
    ),
    Finding(
        "endpoint subnet elsewhere", "endpoint.subnet_ids", "VPC", endpoint_subnet_of_another_vpc
    ),
]


@pytest.mark.parametrize("finding", ERRORS, ids=lambda item: item.label.replace(" ", "-"))
def test_errors(
    account: Account, control: Control, network: Network, terraform: Workspace, finding: Finding
) -> None:
    terraform.write(configuration(orders(network, **finding.arrange(account, network))))
    failed = terraform.plan_fails()
    assert any(
        item.detail.startswith(finding.path) and finding.said in item.detail
        for item in failed.errors
    ), failed.report()
    assert control.writes() == []


def vpc_without_names(account: Account, network: Network) -> dict[str, Any]:
    account.ec2.modify_vpc_attribute(VpcId=network.client.id, EnableDnsHostnames={"Value": False})
    return {}


def zone_of_another_vpc(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"zone_id": private_zone(account, "test.com", network.kafka.id)}}


def zone_of_another_name(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"zone_id": private_zone(account, "example.com", network.client.id)}}


def more_specific_zone(account: Account, network: Network) -> dict[str, Any]:
    private_zone(account, HOSTNAME, network.client.id)
    given = private_zone(account, "test.com", network.client.id)
    return {"endpoint": {"zone_id": given}}


WARNINGS = [
    Finding("VPC without names", "endpoint.vpc_id", "host", vpc_without_names),
    Finding("zone of another VPC", "endpoint.zone_id", "associated", zone_of_another_vpc),
    Finding("zone of another name", "endpoint.zone_id", HOSTNAME, zone_of_another_name),
    Finding("more specific zone", "endpoint.zone_id", HOSTNAME, more_specific_zone),
]


@pytest.mark.parametrize("finding", WARNINGS, ids=lambda item: item.label.replace(" ", "-"))
def test_warnings(
    account: Account, control: Control, network: Network, terraform: Workspace, finding: Finding
) -> None:
    """The same apply may still put it right, so plan only says so."""
    terraform.write(configuration(orders(network, **finding.arrange(account, network))))
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["create"]
    assert any(
        item.detail.startswith(finding.path) and finding.said in item.detail
        for item in plan.outcome.warnings
    ), plan.outcome.report()
