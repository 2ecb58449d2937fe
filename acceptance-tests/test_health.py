"""`wait_for_healthy`: an old target serves bootstrap until the new one is healthy there."""

from typing import Any

from harness.aws import Account, Control
from harness.configuration import ADDRESS, configuration, service_side
from harness.network import Network
from harness.path import read_path
from harness.terraform import Workspace


def machines(network: Network, second: int) -> dict[str, Any]:
    """Two brokers, the second of which is at this host of its subnet."""
    return {
        "1": {"target": network.kafka.address(0, 11)},
        "2": {"target": network.kafka.address(1, second)},
    }


def bootstrap(account: Account) -> set[str]:
    return {address for address, _ in read_path(account)["listeners"][9091]["targets"]}


def test_what_stays_unhealthy_leaves_the_old_target_and_is_named(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    arguments = {
        "brokers": machines(network, 12),
        "wait_for_healthy": True,
        "timeouts": {"update": "5s"},
    }
    terraform.write(configuration(service_side(network, **arguments))).apply()
    arguments["brokers"] = machines(network, 99)
    old, new = network.kafka.address(1, 12), network.kafka.address(1, 99)
    control.fault(
        target_health="unhealthy",
        target=new,
        reason="Target.Timeout",
        description="Request timed out",
    )
    terraform.write(configuration(service_side(network, **arguments)))
    failed = terraform.apply_fails()
    [error] = [item for item in failed.errors if item.summary == "Broker 2 is not healthy"]
    assert f"{new}:9092 unhealthy (Target.Timeout: Request timed out)" in error.detail
    assert "wait_for_healthy = false" in error.detail
    assert {old, new} < bootstrap(account)

    control.no_faults()
    terraform.plan_has_changes()
    terraform.apply()
    assert bootstrap(account) == {network.kafka.address(0, 11), new}
    terraform.plan_is_empty()


def test_a_create_waits_and_names_whom_it_waits_for(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    ill = network.kafka.address(1, 12)
    control.fault(
        target_health="unhealthy",
        target=ill,
        reason="Target.FailedHealthChecks",
        description="Health checks failed",
    )
    arguments = {
        "brokers": machines(network, 12),
        "wait_for_healthy": True,
        "timeouts": {"create": "8s"},
    }
    terraform.write(configuration(service_side(network, **arguments)))
    failed = terraform.apply_fails()
    [error] = failed.errors
    assert error.summary == "Broker 2 is not healthy", failed.report()
    assert f"{ill}:9092 unhealthy (Target.FailedHealthChecks: Health checks failed)" in error.detail
    assert "All else is done." in error.detail

    terraform.run("untaint", ADDRESS).expect(0)
    control.no_faults()
    terraform.plan_is_empty()
    terraform.destroy()
    settles = 1.5
    control.provisioning(target_registration=settles)
    control.forget_calls()
    del arguments["timeouts"]
    terraform.write(configuration(service_side(network, **arguments))).apply()
    joined = [call["time"] for call in control.calls("RegisterTargets")]
    asked = [call["time"] for call in control.calls("DescribeTargetHealth")]
    assert max(asked) - max(joined) >= settles


def test_the_old_target_leaves_when_the_new_one_is_healthy(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """A broker that is ill for itself keeps nobody else from being replaced."""
    arguments = {"brokers": machines(network, 12), "wait_for_healthy": True}
    terraform.write(configuration(service_side(network, **arguments))).apply()
    control.fault(target_health="unhealthy", target=network.kafka.address(0, 11))
    # The sandbox lets no target be healthy before this time has passed.
    settles = 1.5
    control.provisioning(target_registration=settles)
    group = read_path(account)["listeners"][9091]["group"]["TargetGroupArn"]
    arguments["brokers"] = machines(network, 99)
    control.forget_calls()
    terraform.write(configuration(service_side(network, **arguments))).apply()
    [joined] = of_group(control, "RegisterTargets", group)
    [left] = of_group(control, "DeregisterTargets", group)
    assert left["time"] - joined["time"] >= settles
    assert network.kafka.address(1, 12) not in bootstrap(account)
    terraform.plan_is_empty()


def of_group(control: Control, action: str, group: str) -> list[dict[str, Any]]:
    calls = control.calls(action)
    return [call for call in calls if call["params"]["TargetGroupArn"] == group]
