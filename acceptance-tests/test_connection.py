"""`kafka_privatelink_connection`: the service's owner accepts endpoints one by one."""

from collections.abc import Callable
from typing import Any

import pytest

from harness import hcl, policies
from harness.aws import Account, Control, eventually
from harness.configuration import HEADER, HOSTNAME, configuration, service_side
from harness.hcl import Expression
from harness.network import Network, make_vpc
from harness.path import living_endpoints, services, zones
from harness.terraform import Workspace

ADDRESS = "kafka_privatelink_connection.approved"
ENDPOINT = "kafka_privatelink_endpoint.orders"
SECRET = "acceptance-secret-never-to-be-seen"


class Consumer:
    """Another account with a VPC, whose endpoints are made by hand."""

    def __init__(self, url: str):
        self.account = Account(url)
        self.vpc = make_vpc(self.account, 20)

    def asks(self, service: str) -> str:
        made = self.account.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            ServiceName=service,
            VpcId=self.vpc.id,
            SubnetIds=self.vpc.subnets[:1],
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def state(self, endpoint: str) -> str:
        found = living_endpoints(self.account)
        [state] = [item["State"] for item in found if item["VpcEndpointId"] == endpoint]
        return state


@pytest.fixture
def consumer(sandbox_url: str | None) -> Consumer:
    if sandbox_url is None:
        pytest.skip("needs the sandbox: it has accounts to spare")
    return Consumer(sandbox_url)


@pytest.fixture
def service(
    account: Account, network: Network, terraform: Workspace, consumer: Consumer
) -> dict[str, str]:
    """A path that requires acceptance and lets the consumer ask: its id and its service's name."""
    terraform.write(configuration(path(network, consumer)))
    terraform.apply()
    attributes = terraform.attributes()
    return {"id": attributes["id"], "name": attributes["service_name"]}


def path(network: Network, consumer: Consumer) -> dict[str, Any]:
    principals = [f"arn:aws:iam::{consumer.account.id}:root"]
    allowed = {"allowed_principals": principals, "on_destroy": "reject_connections"}
    return service_side(network, count=1, endpoint_service=allowed)


@pytest.fixture
def approval(
    new_workspace: Callable[[str], Workspace], service: dict[str, str]
) -> Callable[..., Workspace]:
    """Writes the approval of an endpoint, in a workspace of its own."""
    workspaces: dict[str, Workspace] = {}

    def write(endpoint: str, *more: str, name: str = "approval", **changes: Any) -> Workspace:
        if name not in workspaces:
            workspaces[name] = new_workspace(name)
        block = connection(service["id"], endpoint, **changes)
        return workspaces[name].write(HEADER, block, *more)

    return write


def connection(service: Any, endpoint: Any, **changes: Any) -> str:
    body = {"service_id": service, "endpoint_id": endpoint, **changes}
    return hcl.block("resource", "kafka_privatelink_connection", "approved", body=body)


def answer(account: Account, operation: str, endpoint: str) -> None:
    [service] = services(account)
    getattr(account.ec2, operation)(ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint])


def test_one_endpoint_is_approved_and_another_is_not(
    control: Control,
    service: dict[str, str],
    consumer: Consumer,
    approval: Callable[..., Workspace],
) -> None:
    first, second = consumer.asks(service["name"]), consumer.asks(service["name"])
    control.forget_calls()
    terraform = approval(first)
    made = terraform.apply()
    assert made.diagnostics == [], made.report()
    assert consumer.state(first) == "available"
    assert consumer.state(second) == "pendingAcceptance"
    attributes = terraform.attributes(ADDRESS)
    assert attributes == {
        "service_id": service["id"],
        "endpoint_id": first,
        "region": consumer.account.region,
        "timeouts": None,
        "id": f"{service['id']},{first}",
        "owner": consumer.account.id,
        "endpoint_region": consumer.account.region,
        "state": "available",
    }
    assert control.writes() == ["AcceptVpcEndpointConnections"]
    terraform.plan_is_empty()
    called = {policies.action(call) for call in control.calls()} - policies.FREE
    assert called == {f"ec2:{name}VpcEndpointConnections" for name in ("Describe", "Accept")}

    # The next one in its place: the first is turned away.
    approval(second)
    assert terraform.plan().actions(ADDRESS) == ["delete", "create"]
    terraform.apply()
    eventually(lambda: consumer.state(first) == "rejected", "the first is rejected")
    assert consumer.state(second) == "available"
    terraform.plan_is_empty()


def test_a_destroy_rejects(
    control: Control,
    service: dict[str, str],
    consumer: Consumer,
    approval: Callable[..., Workspace],
) -> None:
    endpoint = consumer.asks(service["name"])
    terraform = approval(endpoint)
    terraform.apply()
    control.forget_calls()
    terraform.destroy()
    assert control.writes() == ["RejectVpcEndpointConnections"]
    eventually(lambda: consumer.state(endpoint) == "rejected", "the endpoint is rejected")

    # Taken back, and gone before the next destroy.
    terraform.apply()
    assert consumer.state(endpoint) == "available"
    consumer.account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    control.forget_calls()
    terraform.destroy()
    assert control.writes() in ([], ["RejectVpcEndpointConnections"])


def test_what_somebody_rejects_the_next_apply_accepts(
    account: Account,
    service: dict[str, str],
    consumer: Consumer,
    approval: Callable[..., Workspace],
) -> None:
    endpoint = consumer.asks(service["name"])
    terraform = approval(endpoint)
    terraform.apply()
    answer(account, "reject_vpc_endpoint_connections", endpoint)
    eventually(lambda: consumer.state(endpoint) == "rejected", "the endpoint is rejected")
    plan = terraform.plan()
    assert plan.actions(ADDRESS) == ["update"]
    assert plan.change(ADDRESS)["after_unknown"] == {"state": True}
    terraform.apply()
    assert consumer.state(endpoint) == "available"
    terraform.plan_is_empty()


def test_what_was_accepted_by_hand_is_imported(
    account: Account,
    control: Control,
    service: dict[str, str],
    consumer: Consumer,
    approval: Callable[..., Workspace],
) -> None:
    endpoint = consumer.asks(service["name"])
    answer(account, "accept_vpc_endpoint_connections", endpoint)
    eventually(lambda: consumer.state(endpoint) == "available", "the endpoint is available")
    identifier = f"{service['id']},{endpoint}@{account.region}"
    block = hcl.block("import", body={"to": Expression(ADDRESS), "id": identifier})
    terraform = approval(endpoint, block)
    assert terraform.plan().actions(ADDRESS) == ["no-op"]
    control.forget_calls()
    terraform.apply()
    assert control.writes() == []
    terraform.plan_is_empty()

    other = approval(endpoint, name="other")
    refused = other.run("import", "-input=false", ADDRESS, f"{service['id']},vpce-0").expect(1)
    assert "non-existent remote object" in refused.text, refused.report()


def test_one_that_never_asks_is_an_error_at_its_argument(
    approval: Callable[..., Workspace], service: dict[str, str]
) -> None:
    terraform = approval("vpce-00000000000000000", timeouts={"create": "3s"})
    [told] = terraform.apply_fails().errors
    assert told.summary == "Could not accept the connection"
    assert "endpoint_id" in told.source and "Check both ids" in told.detail, told.detail
    approval(service["id"])
    [told] = terraform.plan_fails().errors
    assert told.summary == "Not the id of an interface endpoint"


def both_sides(network: Network, consumer: Consumer, **changes: Any) -> list[str]:
    """Two accounts by two configurations of the provider; nothing says `depends_on`."""
    orders = "kafka_privatelink.orders"
    body = {
        "name": "orders",
        "service_name": Expression(f"{orders}.service_name"),
        "hostname": HOSTNAME,
        "broker_ports": [6001],
        "vpc_id": consumer.vpc.id,
        "subnet_ids": consumer.vpc.subnets[:2],
        **changes,
    }
    extra = "  provider = kafka.consumer\n"
    login = {"alias": "consumer", "access_key": consumer.account.id, "secret_key": SECRET}
    return [
        configuration(path(network, consumer)),
        hcl.block("provider", "kafka", body=login),
        hcl.block("resource", "kafka_privatelink_endpoint", "orders", body=body, extra=extra),
        connection(Expression(f"{orders}.id"), Expression(f"{ENDPOINT}.id")),
    ]


def records(consumer: Consumer) -> list[dict[str, Any]]:
    return [record for zone in zones(consumer.account) for record in zone["Records"]]


def test_both_sides_in_one_configuration_with_acceptance(
    network: Network, consumer: Consumer, new_workspace: Callable[[str], Workspace]
) -> None:
    """The connection needs the endpoint's id, so that the endpoint cannot wait for it: its record
    comes with the second apply."""
    both = new_workspace("both").write(*both_sides(network, consumer))
    both.apply()
    assert both.attributes(ADDRESS)["state"] == "available"
    assert records(consumer) == []

    plan = both.plan()
    assert plan.actions(ENDPOINT) == ["update"] and plan.actions(ADDRESS) == ["no-op"]
    both.apply()
    assert len(records(consumer)) == 1
    both.plan_is_empty()
    both.destroy()
    assert living_endpoints(consumer.account) == []


def test_an_endpoint_that_waits_for_its_connection_in_the_same_apply_runs_out_of_time(
    network: Network, consumer: Consumer, new_workspace: Callable[[str], Workspace]
) -> None:
    """What the guide warns of."""
    waits = {"wait_for_acceptance": True, "timeouts": {"create": "5s"}}
    both = new_workspace("both").write(*both_sides(network, consumer, **waits))
    [told] = both.apply_fails().errors
    assert told.summary == "Cannot accept the endpoint"
    assert "aws ec2 accept-vpc-endpoint-connections" in told.detail
