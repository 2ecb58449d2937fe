"""Broker ids written as plain numbers, `1 = {...}`, as people and Terraform's own generators write
them. Terraform panics at a diagnostic whose path leads through such a key, and of a path that is
being created nothing is left in the state then: no message may carry one."""

from typing import Any

import pytest

from harness import hcl
from harness.aws import Account, Control
from harness.configuration import ADDRESS, configuration, merged, service_side
from harness.handmade import HandMade
from harness.hcl import Expression
from harness.network import Network
from harness.path import inventory
from harness.terraform import Outcome, Workspace, says

pytestmark = pytest.mark.matrix


def bare(brokers: dict[str, Any], key: str = "{}") -> dict[str, Any]:
    return {Expression(key.format(number)): broker for number, broker in brokers.items()}


def path(network: Network, count: int = 2, **changes: Any) -> dict[str, Any]:
    arguments = service_side(network, count=count, **changes)
    return merged(arguments, {"brokers": Expression(hcl.render(bare(arguments["brokers"]), 1))})


def broken(network: Network, changes: dict[str, Any], key: str = "{}") -> dict[str, Any]:
    """With the second of three brokers changed, all of them under bare keys."""
    arguments = service_side(network, count=3, brokers={"2": changes})
    rendered = hcl.render(bare(arguments["brokers"], key), 1)
    return merged(arguments, {"brokers": Expression(rendered)})


def shows_brokers(outcome: Outcome, where: str, said: str) -> None:
    """Terraform ended by itself, shows the argument, and the text begins with the whole path."""
    assert "TERRAFORM CRASH" not in outcome.text and "panic" not in outcome.text, outcome.report()
    assert says(outcome.diagnostics, where, said), outcome.report()
    [shown] = [item.source for item in outcome.diagnostics if said in item.detail]
    assert "brokers" in shown, shown


@pytest.mark.parametrize("key", ["{}", "({})"], ids=["bare", "parenthesised"])
@pytest.mark.parametrize(
    ("where", "said", "changes"),
    [
        ('brokers["2"].target: ', "neither an IP address", {"target": "kafka"}),
        ('brokers["2"].target: ', "required", {"target": None}),
        ('brokers["2"].port: ', "6001", {"port": 6001}),
        ('brokers["2"].port: ', "1 to 65535", {"port": 70000}),
    ],
    ids=["bad-target", "null-target", "used-port", "bad-port"],
)
def test_validate(
    network: Network,
    terraform: Workspace,
    key: str,
    where: str,
    said: str,
    changes: dict[str, Any],
) -> None:
    found = terraform.write(configuration(broken(network, changes, key))).validate()
    shows_brokers(found.expect(1), where, said)


def test_validate_of_tags_with_bare_keys(network: Network, terraform: Workspace) -> None:
    tags = Expression('{ 1 = "x", "aws:y" = "z" }')
    found = terraform.write(configuration(service_side(network, tags=tags))).validate().expect(1)
    assert says(found.errors, 'tags["aws:y"]: ', "aws:"), found.report()


def test_plan(network: Network, terraform: Workspace) -> None:
    """Nothing but a warning is enough for it."""
    arguments = broken(network, {"target": "192.168.7.7", "availability_zone": "all"})
    changed = merged(arguments, {"load_balancer": {"subnet_ids": network.kafka.subnets[:2]}})
    planned = terraform.write(configuration(changed)).try_plan()
    assert "panic" not in planned.text and planned.diagnostics, planned.report()
    assert says(planned.diagnostics, 'brokers["3"].target: ', "subnet"), planned.report()


@pytest.mark.parametrize("action", ["CreateTargetGroup", "RegisterTargets", "CreateListener"])
def test_create(
    account: Account, control: Control, network: Network, terraform: Workspace, action: str
) -> None:
    """Of one broker something is refused: what exists is in the state, the next apply finishes."""
    terraform.write(configuration(path(network)))
    control.fault(action, code="AccessDenied", message="not you", status=403, times=10_000)
    failed = terraform.apply_fails()
    shows_brokers_of_any(failed, "not you")
    assert terraform.instance()["status"] == "tainted"
    assert terraform.attributes()["load_balancer_arn"]
    control.no_faults()
    terraform.apply()
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()


def shows_brokers_of_any(outcome: Outcome, said: str) -> None:
    """Of one broker, or of several that one cause has stopped."""
    assert "panic" not in outcome.text, outcome.report()
    assert says(outcome.errors, "brokers", said), outcome.report()


def test_update(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    """A new machine that does not become healthy in time is named."""
    patient = {"wait_for_healthy": True, "timeouts": {"update": "5s"}}
    terraform.write(configuration(path(network, **patient))).apply()
    new = network.kafka.address(1, 99)
    control.fault(target_health="unhealthy", target=new, reason="Target.Timeout")
    moved = service_side(network, count=2, brokers={"2": {"target": new}}, **patient)
    rendered = Expression(hcl.render(bare(moved["brokers"]), 1))
    terraform.write(configuration(merged(moved, {"brokers": rendered})))
    shows_brokers_of_any(terraform.apply_fails(), new)
    control.no_faults()
    terraform.apply()
    terraform.plan_is_empty()


def test_import_and_change_at_once(
    account: Account, control: Control, network: Network, terraform: Workspace
) -> None:
    made = HandMade.with_service(account, network).bootstrap(1, 2).brokers(1, 2)
    imported = hcl.block("import", body={"to": Expression(ADDRESS), "id": made.service})
    built = {"target_group": {"connection_termination": False}}
    terraform.write(configuration(path(network, count=3, **built)), imported)
    control.fault("CreateListener", code="AccessDenied", message="not you", status=403, times=1000)
    shows_brokers_of_any(terraform.apply_fails(), "not you")
    assert terraform.attributes()["id"] == made.service
    control.no_faults()
    terraform.apply()
    terraform.plan_is_empty()
