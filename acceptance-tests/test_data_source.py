"""`data "kafka_privatelink"`: a path as AWS has it, with the real `terraform`."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness import hcl, policies
from harness.aws import Account, Control, eventually
from harness.configuration import HEADER, configuration, orders, service_side
from harness.handmade import HandMade
from harness.hcl import Expression
from harness.network import Network, make_vpc
from harness.path import living_endpoints
from harness.terraform import Workspace

SEEN = "kafka_privatelink.seen"
OWN = {"connections", "service_state", "health"}
CHECK = """
check "every_broker_is_healthy" {
  data "kafka_privatelink" "now" {
    name = "orders"
  }
  assert {
    condition = alltrue([
      for broker in data.kafka_privatelink.now.brokers :
      length(broker.health) > 0 && alltrue([for it in broker.health : it.state == "healthy"])
    ])
    error_message = "Not healthy: ${jsonencode(data.kafka_privatelink.now.brokers)}"
  }
}
"""


def seen(label: str = "seen", **arguments: Any) -> str:
    return hcl.block("data", "kafka_privatelink", label, body=arguments)


def denied(control: Control, *actions: str) -> None:
    for action in actions:
        control.fault(action, code="AccessDenied", message="no", status=403, times=1000)


@pytest.fixture
def reader(new_workspace: Callable[[str], Workspace]) -> Callable[..., Workspace]:
    """A configuration that has nothing but the data source."""
    workspace = new_workspace("reader")

    def write(*more: str, **arguments: Any) -> Workspace:
        return workspace.write(HEADER, seen(**arguments), *more)

    return write


def odd_rule(account: Account, terraform: Workspace) -> None:
    """Of rules that are not TCP AWS tells more in a call of its own."""
    group = terraform.attributes()["load_balancer_security_group_id"]
    odd: dict[str, Any] = {"IpProtocol": "udp", "FromPort": 1, "ToPort": 1}
    odd["IpRanges"] = [{"CidrIp": "10.0.0.0/8"}]
    account.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[odd])


def differences(data: Any, state: Any, path: str = "") -> Iterator[str]:
    """Where what data and resource both have is not equal."""
    if isinstance(data, dict) and isinstance(state, dict):
        for name, value in data.items():
            if name not in OWN:
                yield from differences(value, state.get(name, "missing"), f"{path}.{name}")
    elif data != state:
        yield f"{path}: {data!r}, not {state!r}"


def test_a_path_is_read_by_each_of_its_names(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    reader: Callable[..., Workspace],
) -> None:
    terraform.write(configuration(orders(network))).apply()
    odd_rule(account, terraform)
    # A load balancer checks its targets only after they were registered.
    terraform.refresh_only()
    made = terraform.attributes()
    control.forget_calls()
    for argument in ("id", "service_name", "name"):
        data = reader(**{argument: made[argument]})
        assert data.apply().diagnostics == []
        attributes = data.attributes(SEEN)
        assert list(differences(attributes, made)) == []
        assert attributes["service_state"] == "Available"
        assert not {"timeouts", "wait_for_healthy", "drift"} & attributes.keys()
        [own] = attributes["connections"]
        assert own["endpoint_id"] == made["endpoint"]["id"]
        assert own["state"] == "available"
        for number, broker in attributes["brokers"].items():
            [target] = broker["health"]
            assert target["target"] == made["brokers"][number]["target"]
            assert target["state"] in ("healthy", "initial")
    assert control.writes() == []
    called = {policies.action(call) for call in control.calls()} - policies.FREE
    # Addresses are read of paths whose records hold them.
    assert called == policies.DATA - {"ec2:DescribeNetworkInterfaces"}


def test_it_follows_the_resource_in_the_same_configuration(
    network: Network, terraform: Workspace
) -> None:
    """Its argument is unknown in the first plan, and so it is read in the apply."""
    block = seen("path", service_name=Expression("kafka_privatelink.orders.service_name"))
    output = hcl.block(
        "output", "state", body={"value": Expression("data.kafka_privatelink.path.service_state")}
    )
    terraform.write(configuration(service_side(network)), block, output).apply()
    assert terraform.output("state") == "Available"
    terraform.plan_is_empty()
    terraform.destroy()


@pytest.mark.needs(terraform="1.5", opentofu="1.6", what="check blocks")
def test_a_check_says_which_broker_is_not_healthy(
    control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(service_side(network, count=2), CHECK)).apply()
    ill = network.kafka.address(1, 12)
    eventually(lambda: not terraform.try_plan().diagnostics, "every broker is healthy")
    control.fault(
        target_health="unhealthy",
        target=ill,
        reason="Target.FailedHealthChecks",
        description="Health checks failed",
    )
    [warning] = terraform.try_plan().warnings
    assert warning.summary == "Check block assertion failed"
    for part in (ill, "unhealthy", "Target.FailedHealthChecks", "Health checks failed"):
        assert part in warning.detail, warning.detail


def test_connections_of_other_accounts(
    account: Account,
    network: Network,
    terraform: Workspace,
    reader: Callable[..., Workspace],
    new_workspace: Callable[[str], Workspace],
    sandbox_url: str | None,
) -> None:
    if sandbox_url is None:
        pytest.skip("needs the sandbox: it has accounts to spare")
    consumer = Account(sandbox_url)
    vpc = make_vpc(consumer, 20)
    allowed = {"allowed_principals": [f"arn:aws:iam::{consumer.id}:root"]}
    terraform.write(configuration(service_side(network, endpoint_service=allowed))).apply()
    made = terraform.attributes()
    for subnet in vpc.subnets[:2]:
        consumer.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            ServiceName=made["service_name"],
            VpcId=vpc.id,
            SubnetIds=[subnet],
        )
    waiting, rejected = sorted(it["VpcEndpointId"] for it in living_endpoints(consumer))
    account.ec2.reject_vpc_endpoint_connections(
        ServiceId=made["id"], VpcEndpointIds=[rejected]
    )

    def connections() -> dict[str, dict[str, Any]]:
        data = reader(id=made["id"])
        data.apply()
        return {it["endpoint_id"]: it for it in data.attributes(SEEN)["connections"]}

    eventually(lambda: connections()[rejected]["state"] == "rejected", "it is rejected")
    found = connections()
    assert found.keys() == {waiting, rejected}
    assert found[waiting]["state"] == "pendingAcceptance"
    for connection in found.values():
        assert connection["owner"] == consumer.id
        assert connection["region"] == consumer.region
        assert connection["created_at"].startswith("20") and "T" in connection["created_at"]
    endpoints = {it["VpcEndpointId"]: it for it in living_endpoints(consumer)}
    names = {entry["DnsName"] for entry in endpoints[waiting]["DnsEntries"]}
    assert names == set(found[waiting]["dns_names"])

    # Nobody but its owner reads a service.
    other = new_workspace("consumer")
    other.environment.update(consumer.environment())
    [error] = other.write(HEADER, seen(id=made["id"])).plan_fails().errors
    assert error.summary == "No such endpoint service"
    assert made["id"] in error.detail and f"id = \"{made['id']}\"" in error.source


def test_what_a_policy_refuses_is_null(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    reader: Callable[..., Workspace],
) -> None:
    terraform.write(configuration(orders(network))).apply()
    odd_rule(account, terraform)
    made = terraform.attributes()
    refused = {
        "DescribeTargetHealth": lambda it: it["brokers"]["1"]["health"],
        "DescribeVpcEndpointConnections": lambda it: it["connections"],
        "DescribeVpcEndpointServicePermissions": (
            lambda it: it["endpoint_service"]["allowed_principals"]
        ),
        "DescribeVpcEndpoints": lambda it: it["endpoint"],
        "DescribeVpcs": lambda it: it["brokers"]["1"]["availability_zone"],
        "DescribeSecurityGroups": lambda it: it["load_balancer_security_group_id"],
        "DescribeSecurityGroupRules": lambda it: it["load_balancer_security_group_id"],
        "DescribeTargetGroupAttributes": (
            lambda it: it["target_group"]["deregistration_delay_seconds"]
        ),
        "DescribeListenerAttributes": lambda it: it["listener"]["tcp_idle_timeout_seconds"],
        "DescribeLoadBalancerAttributes": lambda it: it["load_balancer"]["cross_zone_enabled"],
        "GetHostedZone": lambda it: it["endpoint"]["managed_zone_id"],
        "ListHostedZonesByVPC": lambda it: it["endpoint"]["managed_zone_id"],
        "ListResourceRecordSets": lambda it: it["endpoint"]["managed_zone_id"],
        "ListTagsForResource": lambda it: it["endpoint"]["managed_zone_id"],
    }
    for action, part in refused.items():
        denied(control, action)
        data = reader(name=made["name"])
        warnings = data.apply().warnings
        assert len(warnings) == 1, action
        [warning] = warnings
        assert warning.summary == "Not everything was read: permissions are missing"
        assert f":{action}" in warning.detail, warning.detail
        attributes = data.attributes(SEEN)
        assert part(attributes) is None, action
        assert attributes["brokers"].keys() == made["brokers"].keys()
        assert attributes["hostname"] == made["hostname"]
        control.no_faults()

    # All of them at once, and the rest is there.
    denied(control, *refused)
    data = reader(name=made["name"])
    [warning] = data.apply().warnings
    assert all(f":{action}" in warning.detail for action in refused if action not in hidden())
    attributes = data.attributes(SEEN)
    assert attributes["listener_arns"] == made["listener_arns"]
    assert attributes["bootstrap_servers"] == made["bootstrap_servers"]
    control.no_faults()

    for action in ("DescribeVpcEndpointServiceConfigurations", "DescribeLoadBalancers"):
        denied(control, action)
        [error] = reader(name=made["name"]).plan_fails().errors
        assert action in error.detail and "IAM policies" in error.detail
        control.no_faults()


def hidden() -> set[str]:
    """Calls that are not made where those before them were refused."""
    zones = {"GetHostedZone", "ListHostedZonesByVPC", "ListResourceRecordSets"}
    return {*zones, "ListTagsForResource", "DescribeSecurityGroupRules"}


def test_which_path_is_meant_must_be_clear(
    account: Account, network: Network, terraform: Workspace, reader: Callable[..., Workspace]
) -> None:
    for arguments, said, argument in (
        ({}, "Give one of id, service_name and name", "data"),
        ({"id": "vpce-svc-1", "name": "orders"}, "Both id and name", "name"),
        ({"name": "orders"}, "kafka-privatelink:name", "name"),
        ({"id": "vpce-svc-0"}, "no endpoint service vpce-svc-0", "id"),
    ):
        [error] = reader(**arguments).plan_fails().errors
        assert said in error.detail, error.detail
        assert argument in error.source, error.source

    terraform.write(configuration(service_side(network))).apply()
    made = terraform.attributes()["id"]
    twin = HandMade.with_service(account, network).service
    tags = {"name": "orders", "owner": "somebody", "resource": "endpoint-service"}
    account.ec2.create_tags(
        Resources=[twin],
        Tags=[{"Key": f"kafka-privatelink:{key}", "Value": value} for key, value in tags.items()],
    )
    [error] = reader(name="orders").plan_fails().errors
    assert error.summary == "More than one path of that name"
    assert made in error.detail and twin in error.detail, error.detail
    # Who built the other one did without our tags until now.
    account.ec2.delete_tags(Resources=[twin], Tags=[{"Key": "kafka-privatelink:owner"}])
    data = reader(id=twin)
    data.apply()
    assert data.attributes(SEEN)["brokers"] == {}
