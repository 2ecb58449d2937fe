"""What plan finds out by reading AWS, before the first write: errors for what nothing pending can
still change, warnings for the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import (
    ADDRESS,
    HOSTNAME,
    configuration,
    orders,
    resource,
    service_side,
)
from harness.hcl import Expression, block
from harness.network import Network, Vpc, make_vpc
from harness.path import inventory
from harness.terraform import Diagnostic, Workspace

# Whoever reads these is preflight: nothing else has a use for them.
ITS_OWN = "DescribeVpcAttribute"
MOST_CALLS = 12


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


def missing_group(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"security_group_ids": ["sg-0123456789abcdef0"]}}


def missing_vpc(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"vpc_id": "vpc-0123456789abcdef0"}}


def missing_zone(account: Account, network: Network) -> dict[str, Any]:
    return {"endpoint": {"zone_id": "Z0123456789ABCDEFGHIJ"}}


def machine(account: Account, subnet: str) -> str:
    made = account.ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet
    )
    return made["Instances"][0]["InstanceId"]


def on_machines(machines: list[str], **more: Any) -> dict[str, Any]:
    return {
        "brokers": {
            str(number): {"target": machine} for number, machine in enumerate(machines, start=1)
        },
        "target_group": {"target_type": "instance"},
        **more,
    }


def machines(account: Account, network: Network) -> list[str]:
    return [machine(account, subnet) for subnet in network.kafka.subnets]


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


def says(diagnostics: list[Diagnostic], path: str, said: str) -> bool:
    return any(item.detail.startswith(path) and said in item.detail for item in diagnostics)


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
    Finding("VPC without names", "endpoint.vpc_id", "host", vpc_without_names),
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


def test_where_all_is_well_nothing_is_said(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    given = private_zone(account, "test.com", network.client.id)
    terraform.write(
        configuration(
            orders(
                network,
                brokers={"2": {"target": "192.168.7.7", "availability_zone": "all"}},
                load_balancer={"security_group_ids": [group_in(account, network.kafka.id)]},
                endpoint={"zone_id": given},
            )
        )
    )
    plan = terraform.plan()
    assert plan.outcome.warnings == [], plan.outcome.report()
    called = [item["action"] for item in control.calls()]
    assert ITS_OWN in called and len(called) <= MOST_CALLS, called


def test_three_problems_in_one_plan(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    account.ec2.modify_vpc_attribute(VpcId=network.client.id, EnableDnsHostnames={"Value": False})
    terraform.write(
        configuration(
            orders(
                network,
                brokers={"2": {"target": "52.94.76.10", "availability_zone": "all"}},
                load_balancer={"security_group_ids": [group_in(account, network.client.id)]},
                endpoint={"subnet_ids": [network.client.subnets[0], "subnet-0123456789abcdef0"]},
            )
        )
    )
    failed = terraform.plan_fails()
    places = [item.detail.split(":")[0] for item in failed.errors]
    assert sorted(places) == [
        'brokers["2"].target',
        "endpoint.subnet_ids",
        "load_balancer.security_group_ids",
    ], failed.report()
    assert says(failed.warnings, "endpoint.vpc_id", network.client.id), failed.report()
    assert len(control.calls()) <= MOST_CALLS


def test_an_empty_plan_and_a_destroy_read_nothing(
    control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network))).apply()
    control.forget_calls()
    terraform.plan_is_empty()
    assert control.calls(ITS_OWN) == []
    terraform.write(configuration(orders(network, hostname="other.test.com")))
    terraform.plan_has_changes()
    assert len(control.calls(ITS_OWN)) == 2
    terraform.write(configuration(orders(network)))
    control.forget_calls()
    terraform.destroy()
    assert control.calls(ITS_OWN) == []


def test_a_machine_that_died_stands_in_no_way(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """`terraform destroy` begins with a plan of the configuration."""
    there = machines(account, network)
    arguments = service_side(network, **on_machines(there))
    terraform.write(configuration(arguments)).apply()
    account.ec2.terminate_instances(InstanceIds=there[2:])
    target_group = terraform.attributes()["target_group_arns"]["3"]
    account.elbv2.deregister_targets(TargetGroupArn=target_group, Targets=[{"Id": there[2]}])
    changed = terraform.plan_has_changes()
    assert says(changed.warnings, 'brokers["3"].target', "terminated"), changed.report()
    replaced = on_machines([*there[:2], "i-0123456789abcdef0"])
    terraform.write(configuration(service_side(network, **replaced)))
    assert says(terraform.plan_fails().errors, 'brokers["3"].target', "does not exist")
    terraform.write(configuration(arguments))
    terraform.destroy()
    assert inventory(account) == set()


def test_a_replacement_is_looked_at_once(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Terraform plans it twice. A replacement on request changes nothing at first: it is not."""
    terraform.write(configuration(orders(network))).apply()
    control.forget_calls()
    terraform.plan(f"-replace={ADDRESS}")
    assert control.calls(ITS_OWN) == []
    elsewhere = orders(network, region="eu-west-1")
    vpcs = {name: make_vpc(account, octet, "eu-west-1") for name, octet in (("k", 0), ("c", 9))}
    elsewhere["load_balancer"] = {"subnet_ids": vpcs["k"].subnets}
    elsewhere["endpoint"] = {"vpc_id": vpcs["c"].id, "subnet_ids": vpcs["c"].subnets[:2]}
    terraform.write(configuration(elsewhere))
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["delete", "create"]
    assert plan.outcome.warnings == [], plan.outcome.report()
    asked = control.calls(ITS_OWN)
    assert [item["region"] for item in asked] == ["eu-west-1"] * 2


def test_resources_of_one_configuration_share_what_was_read(
    control: Control, network: Network, terraform: Workspace
) -> None:
    second = orders(network, name="second", hostname="second.test.com")
    terraform.write(configuration(orders(network), resource(second, "second")))
    terraform.plan()
    called = sorted(item["action"] for item in control.calls())
    assert called == [
        "DescribeSubnets",
        "DescribeSubnets",
        "DescribeVpcAttribute",
        "DescribeVpcAttribute",
        # One for each name.
        "DescribeVpcEndpointServiceConfigurations",
        "DescribeVpcEndpointServiceConfigurations",
        "DescribeVpcs",
        "ListHostedZonesByVPC",
    ]


def test_what_is_known_is_checked(
    control: Control, network: Network, terraform: Workspace
) -> None:
    """A value of a resource that is not made yet hides no other."""
    later = block("resource", "terraform_data", "later", body={"input": network.kafka.subnets[2]})
    missing = "subnet-0123456789abcdef0"
    subnets = [*network.kafka.subnets[:2], missing, Expression("terraform_data.later.output")]
    terraform.write(configuration(orders(network, load_balancer={"subnet_ids": subnets}), later))
    failed = terraform.plan_fails()
    [error] = failed.errors
    assert says([error], "load_balancer.subnet_ids", missing), failed.report()


def test_nothing_known_is_nothing_asked(
    control: Control, network: Network, terraform: Workspace
) -> None:
    later = block("resource", "terraform_data", "later", body={"input": network.kafka.subnets})
    subnets = {"subnet_ids": Expression("terraform_data.later.output")}
    arguments = service_side(network, load_balancer=subnets)
    arguments["name"] = Expression('"orders-${terraform_data.later.id}"')
    terraform.write(configuration(arguments, later))
    assert terraform.plan().actions(ADDRESS) == ["create"]
    assert control.calls() == []


def test_missing_permissions_switch_checks_off(
    control: Control, network: Network, terraform: Workspace
) -> None:
    denied = {"code": "UnauthorizedOperation", "message": "no", "status": 403, "times": 1000}
    control.fault("DescribeSubnets", **denied)
    control.fault("DescribeVpcAttribute", **denied)
    control.fault(
        "ListHostedZonesByVPC", code="AccessDenied", message="no", status=403, times=1000
    )
    terraform.write(configuration(orders(network)))
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["create"]
    [warning] = plan.outcome.warnings
    for action in (
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcAttribute",
        "route53:ListHostedZonesByVPC",
    ):
        assert action in warning.detail
    # What may be read is checked all the same.
    terraform.write(
        configuration(orders(network, endpoint={"security_group_ids": ["sg-0123456789"]}))
    )
    [error] = terraform.plan_fails().errors
    assert "sg-0123456789" in error.detail


def test_a_read_that_fails_fails_no_plan(
    control: Control, network: Network, terraform: Workspace
) -> None:
    control.fault("DescribeVpcs", code="Unexpected", message="out of sorts", times=1000)
    terraform.write(configuration(orders(network)))
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["create"]
    [warning] = plan.outcome.warnings
    assert "out of sorts" in warning.detail and "preflight = false" in warning.detail


def test_a_name_that_is_taken(
    control: Control, network: Network, terraform: Workspace, new_workspace: Any
) -> None:
    terraform.write(configuration(service_side(network))).apply()
    made = terraform.attributes()["id"]
    other = new_workspace("other").write(configuration(service_side(network)))
    assert says(other.plan().outcome.warnings, "name", made)
    # Not by the path itself, nor by what takes its place.
    terraform.write(configuration(service_side(network, bootstrap_port=9092)))
    assert not says(terraform.plan().outcome.warnings, "name", made)
