"""When plan reads AWS, how often, and what becomes of reads that fail."""

from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import ADDRESS, configuration, orders, resource, service_side
from harness.hcl import Expression, block
from harness.network import Network, make_vpc
from harness.path import inventory, services
from harness.surroundings import (
    group_in,
    machines,
    on_machines,
    open_group_in,
    private_zone,
)
from harness.terraform import Workspace, says

# Nothing but preflight reads these.
ITS_OWN = "DescribeVpcAttribute"
MOST_CALLS = 12


def test_where_all_is_well_nothing_is_said(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    given = private_zone(account, "test.com", network.client.id)
    terraform.write(
        configuration(
            orders(
                network,
                brokers={"2": {"target": "192.168.7.7", "availability_zone": "all"}},
                load_balancer={"security_group_ids": [open_group_in(account, network.kafka.id)]},
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
    planned = terraform.plan_has_changes()
    assert says(planned.warnings, 'brokers["3"].target', "An apply stops at this"), planned.report()
    control.forget_calls()
    failed = terraform.apply_fails()
    assert says(failed.errors, 'brokers["3"].target', "does not exist"), failed.report()
    assert control.writes() == []
    # Nor does a configuration that no apply would take.
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


def test_what_cannot_take_the_place_of_a_path_does_not_delete_it(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """In another region, where its subnets are not."""
    terraform.write(configuration(service_side(network))).apply()
    before = inventory(account)
    terraform.write(configuration(service_side(network, region="eu-west-1")))
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["delete", "create"]
    warnings = plan.outcome.warnings
    assert says(warnings, "load_balancer.subnet_ids", "An apply stops at this")
    control.forget_calls()
    failed = terraform.apply_fails()
    [error] = failed.errors
    assert error.summary == "The resource is not replaced", failed.report()
    assert "load_balancer.subnet_ids" in error.detail and "Nothing was changed" in error.detail
    assert control.writes() == [] and inventory(account) == before
    terraform.destroy()
    assert inventory(account) == set()


@pytest.mark.parametrize(
    "command", [("destroy",), ("apply", "-destroy")], ids=["destroy", "apply-destroy"]
)
def test_what_was_never_made_holds_up_no_destroy(
    account: Account, network: Network, terraform: Workspace, command: tuple[str, ...]
) -> None:
    """Terraform plans it before it destroys what is there."""
    terraform.write(configuration(service_side(network))).apply()
    nowhere = {"subnet_ids": ["subnet-0123456789abcdef0"]}
    other = service_side(network, name="other", load_balancer=nowhere)
    terraform.write(configuration(service_side(network), resource(other, "other")))
    assert says(terraform.plan_fails().errors, "load_balancer.subnet_ids", "does not exist")
    terraform.run(*command, "-auto-approve", "-input=false", "-json").expect(0)
    assert inventory(account) == set()


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
        # Whose credentials these are, before all else.
        "GetCallerIdentity",
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


def test_nothing_known_is_nothing_asked_but_whose_credentials_these_are(
    control: Control, network: Network, terraform: Workspace
) -> None:
    later = block("resource", "terraform_data", "later", body={"input": network.kafka.subnets})
    subnets = {"subnet_ids": Expression("terraform_data.later.output")}
    arguments = service_side(network, load_balancer=subnets)
    arguments["name"] = Expression('"orders-${terraform_data.later.id}"')
    terraform.write(configuration(arguments, later))
    assert terraform.plan().actions(ADDRESS) == ["create"]
    assert [item["action"] for item in control.calls()] == ["GetCallerIdentity"]


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


def test_what_replaces_a_tainted_path_is_not_warned_of_what_goes_first(
    control: Control, network: Network, terraform: Workspace
) -> None:
    """Terraform plans it as if there were no path; its name, service and zone are still there."""
    terraform.write(configuration(orders(network, count=1))).apply()
    terraform.run("taint", ADDRESS).expect(0)
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["delete", "create"]
    assert plan.outcome.warnings == []
    terraform.apply("plan.bin")
    terraform.plan_is_empty()


def test_two_resources_of_one_name_are_not_made_at_once(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Neither sees the other's endpoint service when it begins."""
    control.provisioning(load_balancer=2)
    twins = (configuration(service_side(network)), resource(service_side(network), "twin"))
    [error] = terraform.write(*twins).apply_fails().errors
    assert error.summary == "Another resource called orders is being made"
    assert error.detail.startswith("name: ") and account.region in error.detail
    assert len(services(account)) == len(terraform.state()["resources"]) == 1
    [made] = terraform.state()["resources"]
    assert "status" not in made["instances"][0]
    terraform.destroy()
    assert inventory(account) == set()
