"""Values that are unknown at plan, several resources at once, and Terraform's own verbs."""

import pytest

from harness import hcl
from harness.aws import Account, Control
from harness.configuration import (
    ADDRESS,
    HEADER,
    PRINCIPAL,
    configuration,
    orders,
    resource,
    service_side,
)
from harness.hcl import Expression
from harness.network import Network, make_vpc
from harness.path import inventory, read_path
from harness.terraform import Workspace


def later(label: str, value: object) -> str:
    """A value that is known only after apply, as those of instances not made yet."""
    body = {"input": value}
    return hcl.block("resource", "terraform_data", label, body=body)


@pytest.mark.matrix
def test_everything_unknown_at_plan(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    group = account.ec2.create_security_group(
        GroupName="given", Description="given", VpcId=network.kafka.id
    )["GroupId"]
    arguments = orders(
        network,
        brokers={
            "1": {"target": Expression("terraform_data.targets.output[0]")},
            "2": {"target": Expression("terraform_data.targets.output[1]")},
            "3": {"target": Expression("terraform_data.targets.output[2]")},
        },
        load_balancer={
            "subnet_ids": Expression("terraform_data.subnets.output"),
            "security_group_ids": [Expression("terraform_data.group.output")],
        },
        endpoint_service={"allowed_principals": Expression("terraform_data.principals.output")},
        endpoint={
            "vpc_id": Expression("terraform_data.vpc.output"),
            "subnet_ids": Expression("terraform_data.client_subnets.output"),
        },
    )
    terraform.write(
        configuration(
            arguments,
            later("targets", [network.kafka.address(n, 11 + n) for n in range(3)]),
            later("subnets", network.kafka.subnets),
            later("group", group),
            later("principals", [PRINCIPAL]),
            later("vpc", network.client.id),
            later("client_subnets", network.client.subnets[:2]),
        )
    )
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["create"]
    # Ports and names do not depend on addresses: they are known already.
    assert plan.change(ADDRESS)["after"]["bootstrap_servers"] == "kafka.test.com:9091"
    assert plan.change(ADDRESS)["after"]["advertised_listeners"]["3"] == "kafka.test.com:6003"
    terraform.apply("plan.bin")
    path = read_path(account)
    assert path["load_balancer"]["SecurityGroups"] == [group]
    assert path["principals"] == {PRINCIPAL}
    assert len(path["listeners"][9091]["targets"]) == 3
    terraform.plan_is_empty()


def test_a_value_becomes_unknown_later(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """An update whose new value is known only during apply: a replaced broker."""
    machine = hcl.block(
        "resource",
        "terraform_data",
        "machine",
        body={"input": "10.0.1.11", "triggers_replace": ["one"]},
    )
    arguments = service_side(
        network, brokers={"1": {"target": Expression("terraform_data.machine.output")}}
    )
    terraform.write(configuration(arguments, machine)).apply()
    service = terraform.attributes()["id"]
    changed = machine.replace('"one"', '"two"').replace("10.0.1.11", "10.0.1.77")
    terraform.write(configuration(arguments, changed))
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["update"]
    assert plan.change(ADDRESS)["after"]["id"] == service
    terraform.apply("plan.bin")
    assert read_path(account)["listeners"][6001]["targets"] == {("10.0.1.77", 9092)}
    terraform.plan_is_empty()


def test_unknown_that_turns_out_the_same_writes_nothing(
    control: Control, network: Network, terraform: Workspace
) -> None:
    machine = hcl.block(
        "resource",
        "terraform_data",
        "machine",
        body={"input": "10.0.1.11", "triggers_replace": ["one"]},
    )
    arguments = service_side(
        network, brokers={"1": {"target": Expression("terraform_data.machine.output")}}
    )
    terraform.write(configuration(arguments, machine)).apply()
    terraform.write(configuration(arguments, machine.replace('"one"', '"two"')))
    control.forget_calls()
    terraform.apply()
    assert control.writes() == []
    terraform.plan_is_empty()


def test_brokers_unknown_as_a_whole(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    arguments = service_side(network) | {"brokers": Expression("terraform_data.brokers.output")}
    brokers = later("brokers", {"5": {"target": "10.0.1.15"}})
    terraform.write(configuration(arguments, brokers)).apply()
    assert read_path(account)["listeners"][6005]["targets"] == {("10.0.1.15", 9092)}
    terraform.plan_is_empty()


def test_two_resources_one_feeding_the_other(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    second = service_side(
        network,
        name="second",
        hostname="second.test.com",
        load_balancer={
            "security_group_ids": [
                Expression("kafka_privatelink.orders.load_balancer_security_group_id")
            ]
        },
    )
    terraform.write(configuration(service_side(network), resource(second, "second"))).apply()
    first = terraform.attributes()["load_balancer_security_group_id"]
    assert terraform.attributes("kafka_privatelink.second")["load_balancer"][
        "security_group_ids"
    ] == [first]
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()


def test_for_over_brokers(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    expression = Expression(
        "{ for number, address in local.addresses : tostring(number + 1) => { target = address } }"
    )
    arguments = service_side(network) | {"brokers": expression}
    addresses = [network.kafka.address(n, 11 + n) for n in range(3)]
    local = hcl.block("locals", body={"addresses": addresses})
    terraform.write(configuration(arguments, local)).apply()
    assert set(read_path(account)["listeners"]) == {9091, 6001, 6002, 6003}
    terraform.plan_is_empty()


def test_count(control: Control, network: Network, terraform: Workspace) -> None:
    arguments = service_side(network) | {
        "name": Expression('"orders-${count.index}"'),
        "hostname": Expression('"kafka-${count.index}.test.com"'),
    }
    terraform.write(configuration(arguments, extra="  count = 2\n")).apply()
    ids = {terraform.attributes(f"{ADDRESS}[{index}]")["id"] for index in (0, 1)}
    assert len(ids) == 2
    terraform.plan_is_empty()
    terraform.write(configuration(arguments, extra="  count = 1\n")).apply()
    assert terraform.attributes(f"{ADDRESS}[0]")["id"] in ids
    terraform.plan_is_empty()


def test_an_aliased_provider_in_a_second_region(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    elsewhere = make_vpc(account, 0, "eu-west-1")
    second = service_side(network, load_balancer={"subnet_ids": elsewhere.subnets})
    terraform.write(
        configuration(
            service_side(network),
            hcl.block("provider", "kafka", body={"alias": "ireland", "region": "eu-west-1"}),
            resource(second, "ireland", "  provider = kafka.ireland\n"),
        )
    ).apply()
    assert terraform.attributes()["region"] == "us-east-1"
    assert terraform.attributes("kafka_privatelink.ireland")["region"] == "eu-west-1"
    for region in ("us-east-1", "eu-west-1"):
        assert f":{region}:" in read_path(account, region)["load_balancer"]["LoadBalancerArn"]
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == inventory(account, "eu-west-1") == set()


@pytest.mark.matrix
def test_target_and_moved(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    other = resource(service_side(network, name="other", hostname="b.test.com"), "other")
    terraform.write(configuration(service_side(network), other)).apply(f"-target={ADDRESS}")
    assert len(account.elbv2.describe_load_balancers()["LoadBalancers"]) == 1
    arguments = service_side(network)
    moved = hcl.block(
        "moved",
        body={"from": Expression(ADDRESS), "to": Expression("kafka_privatelink.renamed")},
    )
    terraform.write(HEADER, resource(arguments, "renamed"), moved)
    control.forget_calls()
    assert terraform.plan().actions("kafka_privatelink.renamed") == ["no-op"]
    terraform.apply("plan.bin")
    assert control.writes() == []


@pytest.mark.matrix
def test_untaint_after_a_failed_create(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    control.fault(
        "CreateListener", nth=2, times=1000, code="AccessDenied", message="no", status=403
    )
    terraform.write(configuration(service_side(network, count=2)))
    failed = terraform.apply_fails()
    assert "terraform untaint" in failed.text
    assert terraform.instance()["status"] == "tainted"
    service_made = read_path(account)["load_balancer"]["LoadBalancerArn"]
    control.no_faults()
    terraform.run("untaint", ADDRESS).expect(0)
    assert terraform.plan().actions(ADDRESS) == ["update"]
    terraform.apply("plan.bin")
    path = read_path(account)
    assert path["load_balancer"]["LoadBalancerArn"] == service_made
    assert set(path["listeners"]) == {9091, 6001, 6002}
    terraform.plan_is_empty()


@pytest.mark.matrix
def test_replace_makes_a_new_path(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(service_side(network))).apply()
    first = terraform.attributes()["id"]
    terraform.apply(f"-replace={ADDRESS}")
    assert terraform.attributes()["id"] != first
    assert read_path(account)["service"]["ServiceState"] == "Available"
    terraform.plan_is_empty()


@pytest.mark.matrix
def test_create_before_destroy_is_refused_with_nothing_made_or_deleted(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """A dependent with create_before_destroy forces it on us, and Terraform does not tell."""
    dependent = hcl.block(
        "resource",
        "terraform_data",
        "dependent",
        body={"triggers_replace": [Expression(f"{ADDRESS}.id")]},
        extra="  lifecycle {\n    create_before_destroy = true\n  }\n",
    )
    terraform.write(configuration(service_side(network), dependent)).apply()
    held, made = inventory(account), terraform.attributes()["id"]
    control.forget_calls()
    refused = terraform.apply_fails(f"-replace={ADDRESS}")
    assert control.writes() == []
    assert inventory(account) == held
    assert terraform.attributes()["id"] == made
    assert "create_before_destroy" in refused.text
    terraform.plan_is_empty()


@pytest.mark.matrix
def test_unknown_provider_configuration(
    control: Control, network: Network, terraform: Workspace
) -> None:
    """Plan works without clients; the region is known when apply comes."""
    provider = hcl.block(
        "provider", "kafka", body={"region": Expression("terraform_data.region.output")}
    )
    parts = (
        HEADER.replace('provider "kafka" {}\n', provider),
        resource(service_side(network)),
        later("region", "us-east-1"),
    )
    terraform.write(*parts)
    assert terraform.plan().actions(ADDRESS) == ["create"]
    assert control.writes() == []
    terraform.apply("plan.bin")
    terraform.plan_is_empty()
    # A refresh without a region is an error that names the argument, and never "gone".
    state = terraform.state()
    changed = (
        *parts[:2],
        parts[2]
        .replace("us-east-1", "us-east-1")
        .replace("  input", '  triggers_replace = ["again"]\n  input'),
    )
    terraform.write(*changed)
    failed = terraform.plan_fails()
    assert "region" in failed.text
    assert terraform.state()["resources"] == state["resources"]
