"""When AWS, the network or the user breaks an apply: nothing is lost, and the next one finishes."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.aws import Account, Control, eventually
from harness.configuration import ADDRESS, configuration, orders, service_side
from harness.network import Network
from harness.path import inventory, read_path
from harness.processes import Process, providers_of
from harness.terraform import Workspace

# What one path with both sides is made of; the record and the zone are managed.
WHOLE = Counter(
    {
        "load balancer": 1,
        "listener": 3,
        "target group": 3,
        "endpoint service": 1,
        "endpoint": 1,
        "security group": 2,
        "zone": 1,
        "record": 1,
    }
)
CREATES = (
    "CreateSecurityGroup",
    "CreateLoadBalancer",
    "CreateTargetGroup",
    "RegisterTargets",
    "CreateListener",
    "CreateVpcEndpointServiceConfiguration",
    "ModifyVpcEndpointServicePermissions",
    "CreateVpcEndpoint",
    "AcceptVpcEndpointConnections",
    "CreateHostedZone",
    "ChangeResourceRecordSets",
)


def kinds(account: Account) -> Counter[str]:
    return Counter(kind for kind, _ in inventory(account))


@pytest.mark.parametrize("action", CREATES)
def test_denied(
    account: Account, control: Control, network: Network, terraform: Workspace, action: str
) -> None:
    """The text says what was refused; the state says what exists; the next apply finishes."""
    terraform.write(configuration(orders(network, count=2)))
    reason = f"User is not authorized to perform {action}"
    control.fault(action, code="AccessDenied", message=reason, status=403, times=10_000)
    failed = terraform.apply_fails()
    struck = [call for call in control.calls(action) if call["error"]]
    assert struck, "the provider never made this call"
    assert reason in failed.text and action in failed.text
    assert any(call["request_id"] in failed.text for call in struck), "no request id"
    if action == "CreateSecurityGroup":
        # Nothing is made before it: there is nothing to know of.
        assert terraform.state()["resources"] == []
        assert not inventory(account)
    else:
        assert terraform.instance()["status"] == "tainted"
    control.no_faults()
    terraform.apply()
    assert kinds(account) == WHOLE
    terraform.plan_is_empty()


@pytest.mark.parametrize(
    "action",
    [
        "CreateSecurityGroup",
        "CreateLoadBalancer",
        "CreateTargetGroup",
        "CreateListener",
        "CreateVpcEndpointServiceConfiguration",
        "CreateVpcEndpoint",
        "CreateHostedZone",
        "ChangeResourceRecordSets",
    ],
)
def test_a_lost_answer(
    account: Account, control: Control, network: Network, terraform: Workspace, action: str
) -> None:
    """AWS did it and the answer never came: found again, and not made twice."""
    terraform.write(configuration(orders(network, count=2)))
    control.fault(action, drop=True, after=True)
    terraform.apply()
    assert kinds(account) == WHOLE
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()


def test_throttling(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network, count=2)))
    for action in ("CreateLoadBalancer", "CreateListener", "DescribeTargetGroups"):
        control.fault(action, code="Throttling", message="Rate exceeded", times=2)
    for action in ("CreateVpcEndpoint", "DescribeVpcEndpoints", "CreateSecurityGroup"):
        control.fault(action, code="RequestLimitExceeded", message="Slow down", status=503, times=2)
    control.fault("ChangeResourceRecordSets", code="PriorRequestNotComplete", message="Busy")
    terraform.apply()
    assert kinds(account) == WHOLE
    terraform.plan_is_empty()


def test_reads_that_come_late(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """A new object that is not found for a while is not made a second time."""
    control.staleness(0.5)
    terraform.write(configuration(orders(network, count=2))).apply()
    control.staleness(0)
    eventually(lambda: kinds(account) == WHOLE, "one of each")
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()


def test_a_failed_load_balancer_ends_the_wait_with_its_reason(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    control.fault(load_balancer_state="failed", reason="Not enough free addresses in subnet")
    terraform.write(configuration(service_side(network)))
    failed = terraform.apply_fails()
    assert "Not enough free addresses in subnet" in failed.text
    control.no_faults()
    terraform.apply()
    terraform.plan_is_empty()


def reject(account: Account) -> str:
    """The service's owner turns the path's endpoint away."""
    path = read_path(account)
    endpoint = path["endpoint"]["VpcEndpointId"]
    account.ec2.reject_vpc_endpoint_connections(
        ServiceId=path["service"]["ServiceId"], VpcEndpointIds=[endpoint]
    )
    return endpoint


def test_a_rejected_endpoint_is_accepted_again(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(orders(network, count=1))).apply()
    endpoint = reject(account)
    control.forget_calls()
    terraform.apply()
    assert control.writes() == ["AcceptVpcEndpointConnections"]
    assert terraform.attributes()["endpoint"]["id"] == endpoint
    assert terraform.attributes()["endpoint"]["state"] == "available"
    terraform.plan_is_empty()


def test_a_rejected_endpoint_that_aws_does_not_take_back_is_replaced(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """The plan promises no id, and the one record moves when the new endpoint answers."""
    terraform.write(configuration(orders(network, count=1))).apply()
    control.fault(rejection="final")
    endpoint = reject(account)
    control.forget_calls()
    terraform.apply()
    # The first acceptance is refused inside an answer with status 200.
    assert control.writes() == [
        "AcceptVpcEndpointConnections",
        "DeleteVpcEndpoints",
        "CreateVpcEndpoint",
        "AcceptVpcEndpointConnections",
        "ChangeResourceRecordSets",
    ]
    assert terraform.attributes()["endpoint"]["id"] != endpoint
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()


@pytest.mark.parametrize("state", ["rejected", "failed", "expired"])
def test_no_more_than_two_new_endpoints_are_made(
    control: Control, network: Network, terraform: Workspace, state: str
) -> None:
    control.fault(endpoint_state=state, reason="no room for it")
    control.fault(rejection="final")
    terraform.write(configuration(orders(network, count=1)))
    failed = terraform.apply_fails()
    assert "created again 2 times" in failed.text and state in failed.text
    if state == "failed":
        assert "no room for it" in failed.text
    creates = control.calls("CreateVpcEndpoint")
    assert len(creates) == 3
    assert len({call["params"]["ClientToken"] for call in creates}) == 3
    assert terraform.attributes()["id"].startswith("vpce-svc-")


@pytest.mark.matrix
def test_a_failed_update_keeps_the_state_and_is_finished_later(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    terraform.write(configuration(service_side(network, count=1))).apply()
    made = terraform.attributes()["id"]
    control.fault("CreateListener", code="AccessDenied", message="no", status=403, times=10_000)
    terraform.write(configuration(service_side(network, count=2))).apply_fails()
    assert "status" not in terraform.instance(), "an update must not taint"
    control.no_faults()
    assert terraform.plan().actions(ADDRESS) == ["update"]
    terraform.apply("plan.bin")
    assert terraform.attributes()["id"] == made
    assert set(read_path(account)["listeners"]) == {9091, 6001, 6002}
    terraform.plan_is_empty()


@pytest.mark.parametrize(
    "action",
    [
        "DeleteVpcEndpoints",
        "DeleteVpcEndpointServiceConfigurations",
        "DeleteLoadBalancer",
        "DeleteTargetGroup",
        "DeleteSecurityGroup",
    ],
)
def test_a_failed_destroy_keeps_what_is_left(
    account: Account, control: Control, network: Network, terraform: Workspace, action: str
) -> None:
    terraform.write(configuration(orders(network, count=1))).apply()
    control.fault(action, code="AccessDenied", message="not you", status=403, times=10_000)
    failed = terraform.run("destroy", "-auto-approve", "-json").expect(1)
    assert "not you" in failed.text
    assert terraform.instance()["attributes"]
    control.no_faults()
    terraform.destroy()
    assert inventory(account) == set()


@pytest.mark.matrix
def test_interrupted(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """Ctrl-C once: no new step starts, the state is saved, and the next apply finishes."""
    control.provisioning(load_balancer=10)
    terraform.write(configuration(orders(network, count=2)))
    running = terraform.start_apply()
    eventually(lambda: bool(control.calls("CreateListener")), "the apply makes listeners")
    os.killpg(running.pid, signal.SIGINT)
    ended = terraform.finish(running).expect(1)
    assert ended.seconds < 5, "the wait went on after Ctrl-C"
    assert terraform.instance()["status"] == "tainted"
    assert terraform.attributes()["load_balancer_arn"]
    terraform.run("untaint", ADDRESS).expect(0)
    terraform.apply()
    assert kinds(account) == WHOLE
    terraform.plan_is_empty()


@pytest.fixture
def sockets() -> Iterator[Path]:
    """A folder of its own for the sockets: paths of unix sockets are short, pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="kp", dir="/tmp") as folder:
        yield Path(folder)


def waiting_apply(
    terraform: Workspace, control: Control, network: Network, sockets: Path
) -> tuple[subprocess.Popen[str], Process]:
    """An apply in the middle of its work, and the provider that does it."""
    control.provisioning(load_balancer=60)
    terraform.environment["TMPDIR"] = str(sockets)
    terraform.write(configuration(service_side(network)))
    running = terraform.start_apply()
    eventually(lambda: bool(control.calls("CreateLoadBalancer")), "the apply is under way")
    [provider] = [item for item in providers_of(running.pid) if item.alive()]
    return running, provider


def test_killed_terraform_leaves_no_provider_behind(
    control: Control, network: Network, terraform: Workspace, sockets: Path
) -> None:
    running, provider = waiting_apply(terraform, control, network, sockets)
    listening = provider.sockets()
    assert listening and all(path.exists() for path in listening)
    os.kill(running.pid, signal.SIGKILL)
    eventually(lambda: not provider.alive(), "the provider ends by itself", seconds=15)
    assert not any(path.exists() for path in listening), "the socket is left behind"
    assert list(sockets.rglob("*")) == []
    running.communicate()


def test_a_crashed_provider_is_reported(
    control: Control, network: Network, terraform: Workspace, sockets: Path
) -> None:
    """What was made is found again by its owner's name, or told: here the state never came."""
    running, provider = waiting_apply(terraform, control, network, sockets)
    with contextlib.suppress(ProcessLookupError):
        os.kill(provider.id, signal.SIGKILL)
    failed = terraform.finish(running).expect(1)
    assert failed.errors


def test_a_timeout_says_what_it_waited_for(
    control: Control, network: Network, terraform: Workspace
) -> None:
    control.provisioning(load_balancer=60)
    terraform.write(configuration(service_side(network, timeouts={"create": "3s"})))
    failed = terraform.apply_fails()
    assert "timeouts" in failed.text or "3s" in failed.text
    assert "load balancer" in failed.text
    assert terraform.instance()["status"] == "tainted"
    assert terraform.attributes()["load_balancer_arn"]
