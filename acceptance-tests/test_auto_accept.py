"""`endpoint_service.auto_accept_principals`: connections of named accounts are accepted by each
apply, and those of others wait for people."""

from typing import Any

from harness.aws import Account, Control, eventually
from harness.configuration import ADDRESS, configuration, orders, service_side
from harness.consumer import Consumer
from harness.network import Network
from harness.terraform import Outcome, Workspace

WAITS = "Connections wait to be accepted"


def service(*consumers: Consumer, accepts: list[str]) -> dict[str, Any]:
    allowed = [consumer.principal for consumer in consumers]
    return {"allowed_principals": allowed, "auto_accept_principals": accepts}


def waiting(outcome: Outcome) -> str:
    """What the plan tells of connections that somebody has to accept."""
    return "\n".join(item.detail for item in outcome.warnings if item.summary == WAITS)


def is_available(consumer: Consumer, endpoint: str) -> None:
    eventually(lambda: consumer.state(endpoint) == "available", f"{endpoint} is available")


def test_each_apply_accepts_who_waits_and_nobody_else(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    friend, stranger = Consumer(account.url), Consumer(account.url)
    # A role counts as its account, which is all that AWS tells of a connection.
    role = f"arn:aws:iam::{friend.id}:role/reader"
    both = service(friend, stranger, accepts=[role])
    terraform.write(configuration(orders(network, count=1, endpoint_service=both))).apply()
    terraform.plan_is_empty()
    name = terraform.attributes()["service_name"]
    for _ in range(2):
        theirs, other = friend.ask(name), stranger.ask(name)
        plan = terraform.plan()
        assert plan.actions(ADDRESS) == ["update"]
        found = plan.change(ADDRESS)["before"]["drift"]
        assert found == {
            "endpoint-service": f"has connections that wait to be accepted: {theirs}"
        }
        told = waiting(plan.outcome)
        assert other in told and stranger.id in told and theirs not in told
        control.forget_calls()
        terraform.apply("plan.bin")
        assert control.writes() == ["AcceptVpcEndpointConnections"]
        is_available(friend, theirs)
        assert stranger.state(other) == "pendingAcceptance"
        assert terraform.attributes()["drift"] == {}
        terraform.plan_is_empty()


def test_an_account_that_is_added_is_accepted(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    friend = Consumer(account.url)
    nobody = service(friend, accepts=[])
    terraform.write(configuration(service_side(network, endpoint_service=nobody))).apply()
    endpoint = friend.ask(terraform.attributes()["service_name"])
    assert endpoint in waiting(terraform.plan().outcome)
    accepts = service(friend, accepts=[friend.id])
    terraform.write(configuration(service_side(network, endpoint_service=accepts)))
    assert waiting(terraform.plan().outcome) == ""
    control.forget_calls()
    terraform.apply("plan.bin")
    assert control.writes() == ["AcceptVpcEndpointConnections"]
    is_available(friend, endpoint)
    # Taken out again, it stays connected.
    terraform.write(configuration(service_side(network, endpoint_service=nobody)))
    control.forget_calls()
    terraform.apply()
    assert control.writes() == [] and friend.state(endpoint) == "available"
    terraform.plan_is_empty()


def test_what_was_rejected_stays_rejected(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    friend = Consumer(account.url)
    accepts = service(friend, accepts=[friend.id])
    terraform.write(configuration(service_side(network, endpoint_service=accepts))).apply()
    made = terraform.attributes()
    endpoint = friend.ask(made["service_name"])
    account.ec2.reject_vpc_endpoint_connections(
        ServiceId=made["id"], VpcEndpointIds=[endpoint]
    )
    eventually(lambda: friend.state(endpoint) == "rejected", f"{endpoint} is rejected")
    terraform.plan_is_empty()
    control.forget_calls()
    terraform.apply()
    assert control.writes() == [] and friend.state(endpoint) == "rejected"
