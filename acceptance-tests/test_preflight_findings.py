"""What plan finds out by reading AWS, before the first write: errors for what nothing pending can
still change, warnings for the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import ADDRESS, HOSTNAME, configuration, orders
from harness.network import Network, make_vpc
from harness.surroundings import (
    another_subnet,
    group_in,
    machine,
    machines,
    on_machines,
    private_zone,
)
from harness.terraform import Workspace, says

MOST_CALLS = 13


@dataclass
class Finding:
    """`arrange` makes what is wrong and returns the changes to the figure's configuration."""

    label: str
    path: str
    said: str
    arrange: Callable[[Account, Network], dict[str, Any]]


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


def missing_group(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"security_group_ids": ["sg-0123456789abcdef0"]}}


def missing_vpc(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"vpc_id": "vpc-0123456789abcdef0"}}


def missing_zone(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"zone_id": "Z0123456789ABCDEFGHIJ"}}


def missing_machine(account: Account, network: Network) -> dict[str, Any]:
    return on_machines([*machines(account, network)[:2], "i-0123456789abcdef0"])


def terminated_machine(account: Account, network: Network) -> dict[str, Any]:
    there = machines(account, network)
    account.ec2.terminate_instances(InstanceIds=there[2:])
    return on_machines(there)


def machine_of_another_vpc(account: Account, network: Network) -> dict[str, Any]:
    elsewhere = machine(account, network.client.subnets[2])
    return on_machines([*machines(account, network)[:2], elsewhere])


def machine_in_an_unserved_zone(account: Account, network: Network) -> dict[str, Any]:
    subnets = {"subnet_ids": network.kafka.subnets[:2]}
    return on_machines(machines(account, network), load_balancer=subnets)


ERRORS = [
    Finding("missing subnet", "load_balancer.subnet_ids", "does not exist", missing_subnet),
    Finding("two VPCs", "load_balancer.subnet_ids", "VPC", two_vpcs),
    Finding("one zone twice", "load_balancer.subnet_ids", "us-east-1a", one_zone_twice),
    Finding(
        "group of another VPC", "load_balancer.security_group_ids", "vpc-", group_of_another_vpc
    ),
    Finding("unserved zone", 'brokers["3"].target', "us-east-1c", broker_in_an_unserved_zone),
    Finding("public broker", 'brokers["2"].target', "(10.0.0.0/16)", public_broker),
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
    Finding("missing group", "endpoint.security_group_ids", "does not exist", missing_group),
    Finding("missing VPC", "endpoint.vpc_id", "does not exist in us-east-1", missing_vpc),
    Finding("missing zone", "endpoint.zone_id", "does not exist", missing_zone),
    Finding("missing instance", 'brokers["3"].target', "does not exist", missing_machine),
    Finding("terminated instance", 'brokers["3"].target', "terminated", terminated_machine),
    Finding("instance elsewhere", 'brokers["3"].target', "vpc-", machine_of_another_vpc),
    Finding(
        "instance in an unserved zone",
        'brokers["3"].target',
        "us-east-1c",
        machine_in_an_unserved_zone,
    ),
]


@pytest.mark.parametrize("finding", ERRORS, ids=lambda item: item.label.replace(" ", "-"))
def test_errors(
    account: Account, control: Control, network: Network, terraform: Workspace, finding: Finding
) -> None:
    terraform.write(configuration(orders(network, **finding.arrange(account, network))))
    failed = terraform.plan_fails()
    assert says(failed.errors, finding.path, finding.said), failed.report()
    assert control.writes() == []
    assert len(control.calls()) <= MOST_CALLS


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


def public_zone_behind_a_private_one(account: Account, network: Network) -> dict[str, Any]:
    private_zone(account, "test.com", network.client.id)
    made = account.route53.create_hosted_zone(Name="test.com", CallerReference="public")
    return {"endpoint": {"zone_id": made["HostedZone"]["Id"].removeprefix("/hostedzone/")}}


def zone_that_is_there_already(account: Account, network: Network) -> dict[str, Any]:
    private_zone(account, HOSTNAME, network.client.id)
    return {}


def address_in_no_subnet(account: Account, network: Network) -> dict[str, Any]:
    return {"brokers": {"2": {"target": "10.0.200.7"}}}


def stopped_machine(account: Account, network: Network) -> dict[str, Any]:
    there = machines(account, network)
    account.ec2.stop_instances(InstanceIds=there[2:])
    return on_machines(there)


def certificate_of_another_account(account: Account, network: Network) -> dict[str, Any]:
    arn = f"arn:aws:acm:{account.region}:111122223333:certificate/a-b-c"
    return {"listener": {"protocol": "TLS", "certificate_arn": arn}}


WARNINGS = [
    Finding("VPC without names", "endpoint.vpc_id", "enableDnsHostnames", vpc_without_names),
    Finding("zone of another VPC", "endpoint.zone_id", "associated", zone_of_another_vpc),
    Finding("zone of another name", "endpoint.zone_id", HOSTNAME, zone_of_another_name),
    Finding("more specific zone", "endpoint.zone_id", HOSTNAME, more_specific_zone),
    Finding(
        "public zone behind a private one",
        "endpoint.zone_id",
        "test.com (Z",
        public_zone_behind_a_private_one,
    ),
    Finding(
        "zone that is there already", "endpoint.zone_id", HOSTNAME, zone_that_is_there_already
    ),
    Finding("address in no subnet", 'brokers["2"].target', "10.0.200.7", address_in_no_subnet),
    Finding("stopped instance", 'brokers["3"].target', "stopped", stopped_machine),
    Finding(
        "certificate of another account",
        "listener.certificate_arn",
        "111122223333",
        certificate_of_another_account,
    ),
]


@pytest.mark.parametrize("finding", WARNINGS, ids=lambda item: item.label.replace(" ", "-"))
def test_warnings(
    account: Account, control: Control, network: Network, terraform: Workspace, finding: Finding
) -> None:
    """The same apply may still put it right, so plan only says so."""
    terraform.write(configuration(orders(network, **finding.arrange(account, network))))
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["create"]
    assert says(plan.outcome.warnings, finding.path, finding.said), plan.outcome.report()
    assert len(control.calls()) <= MOST_CALLS
