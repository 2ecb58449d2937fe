"""Whatever ends a replacement or a destroy, at its first call or later: no object is forgotten.

`pytest acceptance-tests/test_kept.py -s` prints the table. Every other moment is tried in process:
`provider/resources/tests/oracle/kept.rs`.
"""

import json
import os
import re
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.aws import Account, Control, eventually
from harness.configuration import ADDRESS, configuration, service_side
from harness.network import Network
from harness.path import inventory
from harness.processes import providers_of
from harness.terraform import Workspace
from harness.trouble import Detour

TROUBLES = ("Ctrl-C", "credentials expired", "AWS not reachable", "provider killed", "timeout")
# The path's last objects but one: endpoint service, listeners and load balancer are gone by then.
LATE = "DeleteTargetGroup"
TRIGGER = 'resource "terraform_data" "trigger" {\n  input = "%s"\n}\n'
LIFECYCLE = {
    "replace_triggered_by": "  lifecycle {\n    replace_triggered_by = [terraform_data.trigger]\n  }\n",
    "create_before_destroy": "  lifecycle {\n    create_before_destroy = true\n  }\n",
}


@pytest.fixture
def detour(account: Account, control: Control, terraform: Workspace) -> Iterator[Detour]:
    assert account.url
    detour = Detour(account.url)
    terraform.environment["AWS_ENDPOINT_URL"] = detour.url
    with tempfile.TemporaryDirectory(prefix="kp", dir="/tmp") as sockets:
        terraform.environment["TMPDIR"] = sockets
        yield detour
    detour.close()


class Scenario:
    """One way to have a path deleted, again and again."""

    def __init__(self, kind: str, terraform: Workspace, network: Network):
        self.kind, self.terraform, self.network, self.round = kind, terraform, network, 0

    def write(self) -> None:
        # Of one name there can be only one path at a time.
        name = f"orders-{self.round}" if self.kind == "create_before_destroy" else "orders"
        body = service_side(
            self.network,
            count=1,
            name=name,
            timeouts={"create": "8s", "update": "8s", "delete": "3s"},
        )
        extra = LIFECYCLE.get(self.kind, "")
        self.terraform.write(configuration(body, TRIGGER % self.round, extra=extra))

    def begin(self) -> None:
        self.write()
        self.terraform.apply()

    def plan(self) -> None:
        self.round += 1
        self.write()
        if self.kind == "tainted":
            self.terraform.run("taint", ADDRESS).expect(0)
        options = {
            "-replace": [f"-replace={ADDRESS}"],
            "create_before_destroy": [f"-replace={ADDRESS}"],
            "destroy": ["-destroy"],
        }.get(self.kind, [])
        planned = self.terraform.plan(*options).document["resource_changes"]
        # What a replacement has not deleted yet is planned beside the path itself.
        changes = [item["change"]["actions"] for item in planned if item["address"] == ADDRESS]
        assert any("delete" in actions for actions in changes), changes


def apply_with(trouble: str, at: str, terraform: Workspace, control: Control, way: Detour) -> None:
    """Applies the plan; the trouble begins with the first call of that action."""
    if trouble == "credentials expired":
        if at:
            control.fault(at, code="ExpiredToken", status=403, times=10_000)
        else:
            control.fault(code="ExpiredToken", status=403, times=10_000)
    elif trouble == "AWS not reachable":
        way.cut(at)
    else:
        way.hold(at)
    running = terraform.start("apply", "-json", "plan.bin")
    if trouble in ("Ctrl-C", "provider killed", "timeout"):
        eventually(way.held.is_set, f"{trouble}: {at or 'the first call'} is made")
    if trouble == "Ctrl-C":
        os.killpg(running.pid, signal.SIGINT)
        time.sleep(0.3)
        way.clear()
    elif trouble == "provider killed":
        for provider in list(providers_of(running.pid)):
            os.kill(provider.id, signal.SIGKILL)
    # Of "timeout" the call is held until the provider itself has had enough.
    terraform.finish(running).expect(1)
    way.clear()
    control.no_faults()


def stored(terraform: Workspace) -> list[dict[str, Any]]:
    resources = terraform.state()["resources"]
    [path] = [item for item in resources if item["type"] == "kafka_privatelink"] or [{}]
    return path.get("instances", [])


def owners(control: Control) -> set[str]:
    text = json.dumps(control.objects())
    return set(re.findall(r'kafka-privatelink:owner"[^a-z0-9]+(?:value[^a-z0-9]+)?([a-z2-9]{8})"', text, re.I))


def remembered(terraform: Workspace) -> set[str]:
    return {item["attributes"]["owner_id"] for item in stored(terraform)}


@pytest.mark.parametrize(
    "kind", ["tainted", "-replace", "replace_triggered_by", "create_before_destroy", "destroy"]
)
def test_no_object_is_forgotten(
    account: Account,
    control: Control,
    network: Network,
    terraform: Workspace,
    detour: Detour,
    kind: str,
) -> None:
    scenario = Scenario(kind, terraform, network)
    scenario.begin()
    assert owners(control) == remembered(terraform) != set()
    table = []

    # Nothing was done: state and private data are as they were.
    for trouble in TROUBLES:
        scenario.plan()
        before = stored(terraform)
        apply_with(trouble, "", terraform, control, detour)
        after = stored(terraform)
        if kind == "create_before_destroy":
            assert owners(control) == remembered(terraform), trouble
        else:
            assert after == before, trouble
        table.append((trouble, "first call", "kept"))

    terraform.apply()
    for trouble in TROUBLES:
        scenario.plan()
        apply_with(trouble, LATE, terraform, control, detour)
        assert owners(control) <= remembered(terraform), trouble
        terraform.apply()
        assert owners(control) == remembered(terraform), trouble
        table.append((trouble, LATE, "kept"))

    terraform.destroy()
    assert inventory(account) == set()
    for row in table:
        print(f"{kind:<24}{row[0]:<22}{row[1]:<20}{row[2]}")
