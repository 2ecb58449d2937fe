"""Creates that are ended from outside, and several of one name at the same moment.

Every writing call is tried by `make acceptance-faults`, and in process by
`provider/resources/tests/oracle/kept.rs`.
"""

import os
import signal
from collections.abc import Callable

import pytest

from harness.aws import Account, Control, eventually
from harness.configuration import ADDRESS, configuration, orders, service_side
from harness.lease import leases, let_run_out
from harness.network import Network
from harness.path import inventory, services
from harness.processes import providers_of
from harness.terraform import Workspace

Make = Callable[[str], Workspace]


@pytest.mark.parametrize("call", ["CreateSecurityGroup", "CreateLoadBalancer", "CreateListener"])
@pytest.mark.parametrize("victim", ["terraform", "provider"])
def test_what_a_killed_create_left_is_finished_by_the_next(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    call: str,
    victim: str,
) -> None:
    control.latency(50)
    terraform.write(configuration(orders(network, count=2)))
    running = terraform.start_apply()
    eventually(lambda: bool(control.calls(call)), "the apply is under way")
    providers = list(providers_of(running.pid))
    if victim == "terraform":
        os.kill(running.pid, signal.SIGKILL)
    else:
        os.kill(providers[0].id, signal.SIGKILL)
    terraform.finish(running)
    eventually(lambda: not providers[0].alive(), "the provider ends by itself", seconds=15)
    assert terraform.state()["resources"] == []
    left = inventory(account)
    assert left
    let_run_out(account)
    terraform.apply()
    terraform.plan_is_empty()
    made = inventory(account)
    assert {it for it in left if it[0] != "listener"} <= made, "made anew"
    assert len(services(account)) == 1
    assert all(text.endswith(" ended") for text in leases(account).values())
    terraform.destroy()
    assert inventory(account) == set()


def test_a_lease_is_waited_for(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """The log says what is waited for, and the apply goes on by itself."""
    control.latency(50)
    terraform.write(configuration(service_side(network, count=1)))
    running = terraform.start_apply()
    eventually(lambda: bool(control.calls("CreateLoadBalancer")), "the apply is under way")
    os.kill(next(iter(providers_of(running.pid))).id, signal.SIGKILL)
    terraform.finish(running)
    log = terraform.folder / "log.json"
    second = terraform.start(
        "apply", "-auto-approve", "-input=false", "-json",
        env={"TF_LOG_PROVIDER": "INFO", "TF_LOG_PATH": str(log)},
    )
    waiting = "Waiting for the end of an unfinished create"
    eventually(lambda: log.exists() and waiting in log.read_text(), "the lease is waited for")
    assert second.poll() is None
    let_run_out(account)
    terraform.finish(second).expect(0)
    assert len(services(account)) == 1
    terraform.plan_is_empty()


def test_a_path_that_another_apply_is_making_is_refused(
    account: Account, control: Control, network: Network, new_workspace: Make
) -> None:
    control.provisioning(load_balancer=20)
    first, second = new_workspace("first"), new_workspace("second")
    for workspace in (first, second):
        workspace.write(configuration(service_side(network, count=1)))
    running = first.start_apply()
    eventually(lambda: bool(control.calls("CreateLoadBalancer")), "the apply is under way")
    waiting = second.start_apply()
    # As the first one renews it, in less than a minute's time.
    eventually(lambda: any(" until " in text for text in leases(account).values()), "a lease")
    first.finish(running).expect(0)
    refused = second.finish(waiting).expect(1)
    [error] = refused.errors
    assert "terraform import" in error.detail and "Nothing was made" in error.detail
    assert second.state()["resources"] == []
    first.plan_is_empty()
    first.destroy()
    assert inventory(account) == set()


@pytest.mark.parametrize("run", range(20))
def test_of_two_simultaneous_applies_one_makes_the_path(
    account: Account, control: Control, network: Network, new_workspace: Make, run: int
) -> None:
    workspaces = [new_workspace("first"), new_workspace("second")]
    for workspace in workspaces:
        workspace.write(configuration(service_side(network, count=1)))
    control.latency(20 + run)
    running = [workspace.start_apply() for workspace in workspaces]
    ended = [one.finish(it) for one, it in zip(workspaces, running, strict=True)]
    assert sorted(outcome.code for outcome in ended) == [0, 1], ended
    winner, loser = workspaces if ended[0].code == 0 else reversed(workspaces)
    [said] = [outcome for outcome in ended if outcome.code == 1]
    owner = winner.attributes()["owner_id"]
    assert owner in said.text and "terraform import" in said.text, said.report()
    assert loser.state()["resources"] == []
    winner.plan_is_empty()
    winner.destroy()
    assert inventory(account) == set()


def test_a_second_state_of_the_same_objects_is_noticed(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """As if another apply had taken over what this state believes to be its own."""
    terraform.write(configuration(service_side(network, count=1))).apply()
    [(group, _)] = leases(account).items()
    tag = {"Key": "kafka-privatelink:create", "Value": "another2 ended"}
    account.ec2.create_tags(Resources=[group], Tags=[tag])
    before = inventory(account)
    planned = terraform.try_plan()
    assert "Another apply has taken over" in planned.text
    terraform.write(configuration(service_side(network, count=2)))
    assert "another2" in terraform.apply_fails().text
    failed = terraform.run("destroy", "-auto-approve", "-json").expect(1)
    assert "another2" in failed.text
    assert inventory(account) == before
    assert terraform.instance(ADDRESS)["attributes"]["id"] == terraform.attributes()["id"]
