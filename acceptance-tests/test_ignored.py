"""`ignore_changes` and functions that give another value each time: an apply makes what was planned."""

from typing import Any

import pytest

from harness.aws import Account, Control
from harness.configuration import ADDRESS, Removed, broker_map, configuration, orders, service_side
from harness.hcl import Expression
from harness.network import Network
from harness.path import inventory, read_path
from harness.terraform import Workspace


def ignoring(*what: str) -> str:
    listed = "all" if what == ("all",) else f"[{', '.join(what)}]"
    return f"  lifecycle {{\n    ignore_changes = {listed}\n  }}\n"


# What was applied, what is written afterwards, and what is ignored of it.
IGNORED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "tags": ({"tags": {"team": "a"}}, {"tags": {"team": "b"}}),
    'tags["team"]': ({"tags": {"team": "a"}}, {"tags": {"team": "b", "x": "y"}}),
    "tags, name": ({"tags": {"team": "a"}}, {"tags": Removed, "name": "billing"}),
    "hostname": ({}, {"hostname": "events.test.com"}),
    "bootstrap_port": ({"bootstrap_port": 9500}, {"bootstrap_port": Removed}),
    "brokers": ({}, {"brokers": {"1": {"port": 7001}}}),
    'brokers["1"]': ({}, {"brokers": {"1": {"port": 7001}}}),
    "endpoint_service.allowed_principals": (
        {"endpoint_service": {"allowed_principals": ["arn:aws:iam::111111111111:root"]}},
        {"endpoint_service": {"allowed_principals": []}},
    ),
    "endpoint_service": ({"endpoint_service": {"acceptance_required": False}}, {}),
    "endpoint": ({}, {"endpoint": Removed}),
    "target_group.health_check": ({}, {"target_group": {"health_check": {"interval_seconds": 10}}}),
    "timeouts": ({"timeouts": {"create": "45m"}}, {"timeouts": Removed}),
}


@pytest.mark.parametrize("what", IGNORED)
def test_every_argument_can_be_ignored(
    account: Account, network: Network, terraform: Workspace, what: str
) -> None:
    """The plan alone is empty, and another change is applied beside it."""
    first, then = IGNORED[what]
    terraform.write(configuration(orders(network, count=1, **first))).apply()
    written = orders(network, count=1, **then)
    terraform.write(configuration(written, extra=ignoring(*what.split(", "))))
    if "x" not in str(then):
        terraform.plan_is_empty()
    written["listener"] = {"tcp_idle_timeout_seconds": 300}
    terraform.write(configuration(written, extra=ignoring(*what.split(", "))))
    assert terraform.plan().actions(ADDRESS) == ["update"]
    terraform.apply("plan.bin")
    assert terraform.attributes()["listener"]["tcp_idle_timeout_seconds"] == 300
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()


@pytest.mark.matrix
def test_functions_that_give_another_value_each_time(
    account: Account, network: Network, terraform: Workspace
) -> None:
    """`uuid()` differs at each of the three evaluations of an apply."""
    impure = {
        "name": Expression('"o-${substr(uuid(), 0, 8)}"'),
        "tags": {
            "at": Expression("timestamp()"),
            "id": Expression("uuid()"),
            "hash": Expression('sha1(bcrypt("x", 4))'),
        },
    }
    body = service_side(network, **impure)
    terraform.write(configuration(body, extra=ignoring("name", "tags"))).apply()
    terraform.plan_is_empty()
    # Not ignored, it changes with every apply.
    terraform.write(configuration(body)).apply()
    terraform.destroy()
    assert inventory(account) == set()


@pytest.mark.matrix
def test_what_others_changed_is_left_alone(
    control: Control, account: Account, network: Network, terraform: Workspace
) -> None:
    """Principals that another tool keeps, beside a change of our own."""
    terraform.write(configuration(service_side(network))).apply()
    service = terraform.attributes()["id"]
    theirs = "arn:aws:iam::444455556666:role/theirs"
    account.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service, AddAllowedPrincipals=[theirs]
    )
    ignored = ignoring("endpoint_service.allowed_principals")
    terraform.write(configuration(service_side(network), extra=ignored))
    terraform.plan_is_empty()
    control.forget_calls()
    terraform.write(configuration(service_side(network, count=2), extra=ignored)).apply()
    assert "ModifyVpcEndpointServicePermissions" not in control.writes()
    assert theirs in terraform.attributes()["endpoint_service"]["allowed_principals"]
    terraform.plan_is_empty()
    terraform.destroy()


@pytest.mark.matrix
@pytest.mark.parametrize("objects", ["one", "all"])
def test_a_tag_that_others_changed_is_left_to_them(
    control: Control, account: Account, network: Network, terraform: Workspace, objects: str
) -> None:
    body = service_side(network, tags={"team": "a"})
    terraform.write(configuration(body)).apply()
    attributes = terraform.attributes()
    arns = [attributes["load_balancer_arn"]]
    if objects == "all":
        arns += attributes["listener_arns"].values()
        arns += attributes["target_group_arns"].values()
    for arn in arns:
        account.elbv2.add_tags(ResourceArns=[arn], Tags=[{"Key": "team", "Value": "b"}])
    body = service_side(
        network, tags={"team": "c"}, listener={"tcp_idle_timeout_seconds": 300}
    )
    control.forget_calls()
    terraform.write(configuration(body, extra=ignoring("tags"))).apply()
    assert "RemoveTags" not in control.writes() and "DeleteTags" not in control.writes()
    for described in account.elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]:
        tags = {tag["Key"]: tag["Value"] for tag in described["Tags"]}
        assert tags["team"] == "b", described
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()


@pytest.mark.matrix
@pytest.mark.parametrize("what", ["brokers", "all"])
def test_what_is_gone_is_made_again(
    account: Account, network: Network, terraform: Workspace, what: str
) -> None:
    """The state says null where a value is required: plan, apply and destroy go on."""
    extra = ignoring(what)
    ports = {"brokers": {"1": {"port": 7001}}}
    written = configuration(orders(network, count=2, **ports), extra=extra)
    terraform.write(written).apply()
    path = read_path(account)
    for port in (7001, 6002):
        account.elbv2.delete_listener(ListenerArn=path["listeners"][port]["ListenerArn"])
    group = path["listeners"][6002]["group"]["TargetGroupArn"]
    target = network.kafka.address(1, 12)
    account.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": target, "Port": 9092}])
    terraform.apply()
    assert set(read_path(account)["listeners"]) == {9091, 7001, 6002}
    terraform.apply()
    terraform.plan_is_empty()
    # Without anything made again before it, too.
    account.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": target, "Port": 9092}])
    terraform.destroy()
    assert inventory(account) == set()


@pytest.mark.parametrize(
    "what", [("drift",), ('drift["listener/6002"]',), ("all",), ("drift", "listener")]
)
@pytest.mark.matrix
def test_drift_is_left_alone(
    control: Control, account: Account, network: Network, terraform: Workspace, what: tuple[str]
) -> None:
    body = service_side(network, count=2)
    terraform.write(configuration(body)).apply()
    path = read_path(account)
    elsewhere = path["listeners"][9091]["group"]["TargetGroupArn"]
    stray = account.elbv2.create_target_group(
        Name="theirs", Protocol="TCP", Port=9092, VpcId=network.kafka.id, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    assert stray != elsewhere
    forward = [{"Type": "forward", "TargetGroupArn": stray}]
    arn = path["listeners"][6002]["ListenerArn"]
    account.elbv2.modify_listener(ListenerArn=arn, DefaultActions=forward)
    terraform.plan_has_changes()

    terraform.write(configuration(body, extra=ignoring(*what)))
    control.forget_calls()
    terraform.plan_is_empty()
    if what != ("all",):
        terraform.write(configuration({**body, "tags": {"x": "y"}}, extra=ignoring(*what))).apply()
        assert "ModifyListener" not in control.writes()
        assert list(terraform.attributes()["drift"]) == ["listener/6002"]
        terraform.plan_is_empty()
    # No longer ignored, it is repaired.
    terraform.write(configuration({**body, "tags": {"x": "y"}})).apply()
    assert terraform.attributes()["drift"] == {}
    forwards = read_path(account)["listeners"][6002]["DefaultActions"][0]["TargetGroupArn"]
    assert forwards != stray
    account.elbv2.delete_target_group(TargetGroupArn=stray)
    terraform.destroy()


def test_a_value_for_drift_is_refused(network: Network, terraform: Workspace) -> None:
    body = service_side(network, drift={"alias": "is as I like it"})
    terraform.write(configuration(body))
    failed = terraform.run("validate", "-json").expect(1)
    assert "drift takes no value" in failed.text and "ignore_changes" in failed.text


@pytest.mark.matrix
def test_it_goes_together_with_replacements(
    account: Account, network: Network, terraform: Workspace
) -> None:
    """A replacement ignores nothing: what is written is made."""
    lifecycle = (
        "  lifecycle {\n    ignore_changes = [tags]\n"
        "    replace_triggered_by = [terraform_data.trigger]\n  }\n"
    )
    trigger = 'resource "terraform_data" "trigger" {\n  input = "%s"\n}\n'

    def write(tag: str, input: str) -> Workspace:
        body = service_side(network, tags={"team": tag}, brokers=broker_map(network, [1]))
        return terraform.write(configuration(body, trigger % input, extra=lifecycle))

    write("a", "1").apply()
    write("b", "1").plan_is_empty()
    write("b", "2").apply()
    assert terraform.attributes()["tags"] == {"team": "b"}
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()
