"""`make acceptance-faults` and `make acceptance-interrupts`: whatever ends an apply or a destroy, and
at whatever call, running the command again is the whole answer.

Every call that changes something in AWS is tried with every trouble, with the real terraform against
the sandbox. A row of the table is one trouble: how many calls were tried, after how many the next run
converged to what an undisturbed one makes, and how many objects were left over, were there twice, or
were somebody else's and touched. `--first 5` tries only so many calls of each.
"""

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from harness.aws import Account, Control
from harness.configuration import configuration, orders
from harness.installation import Installation, install
from harness.lease import let_run_out
from harness.network import sandbox_network
from harness.path import inventory
from harness.processes import providers_of
from harness.sandbox_server import SandboxServer
from harness.terraform import Outcome, Workspace

# So that a call is seen before the next one is made.
LATENCY_MS = 40
READS = ("Describe", "List", "Get")


def kill_provider(running: Popen[str]) -> None:
    for provider in list(providers_of(running.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(provider.id, signal.SIGKILL)


def kill_both(running: Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)


def send(*signals: int) -> Callable[[Popen[str]], None]:
    def to_all(running: Popen[str]) -> None:
        for number, which in enumerate(signals):
            time.sleep(0.1 * number)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, which)

    return to_all


def kill_terraform(running: Popen[str]) -> None:
    os.kill(running.pid, signal.SIGKILL)


FAULTS: dict[str, Callable[[Popen[str]], None] | None] = {
    "answer lost": None,
    "provider killed": kill_provider,
}
INTERRUPTS: dict[str, Callable[[Popen[str]], None] | None] = {
    "terraform killed": kill_terraform,
    "both killed": kill_both,
    "Ctrl-C": send(signal.SIGINT),
    "Ctrl-C twice": send(signal.SIGINT, signal.SIGINT),
    "SIGTERM": send(signal.SIGTERM),
}
TROUBLES = FAULTS | INTERRUPTS


@dataclass
class Bench:
    folder: Path
    installation: Installation
    url: str
    undisturbed: Counter[str]


@dataclass
class Tried:
    call: str
    fault: str = ""
    left: int = 0
    doubled: int = 0
    foreign: int = 0


class Stage:
    """One account with a workspace, beside what somebody else has there."""

    def __init__(self, bench: Bench, place: str):
        self.account = Account(bench.url)
        self.control = Control(self.account)
        network = sandbox_network(self.account)
        self.control.latency(LATENCY_MS)
        self.foreign = foreign_objects(self.account, network.kafka.id)
        self.before = inventory(self.account)
        environment = self.account.environment()
        self.terraform = Workspace(bench.folder / place, bench.installation, environment, 300)
        self.terraform.write(configuration(orders(network, count=2)))
        self.control.forget_calls()

    def own(self) -> Counter[str]:
        return Counter(kind for kind, _ in inventory(self.account) - self.before)

    def writes(self) -> list[str]:
        return [
            call["action"] for call in self.control.calls() if not call["action"].startswith(READS)
        ]


def foreign_objects(account: Account, vpc: str) -> dict[str, Any]:
    """A group and a security group of others, called almost as ours are."""
    group = account.ec2.create_security_group(
        GroupName="orders-service-0a1b2c", Description="of others", VpcId=vpc
    )["GroupId"]
    arn = account.elbv2.create_target_group(
        Name="orders-1-0a1b2c", Protocol="TCP", Port=9092, VpcId=vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    return {"group": group, "arn": arn, **snapshot(account, group, arn)}


def snapshot(account: Account, group: str, arn: str) -> dict[str, Any]:
    seen = account.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    tags = account.elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    groups = account.elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    return {"seen": seen, "tags": tags, "groups": groups}


def command(stage: Stage, operation: str) -> Popen[str]:
    if operation == "create":
        return stage.terraform.start_apply()
    return stage.terraform.start("destroy", "-auto-approve", "-input=false", "-json")


def again(stage: Stage, operation: str) -> Outcome:
    if operation == "create":
        return stage.terraform.try_apply()
    return stage.terraform.run("destroy", "-auto-approve", "-input=false", "-json")


def undisturbed(bench: Bench) -> dict[str, list[str]]:
    """The calls of each operation that change something, in their order."""
    stage = Stage(bench, "undisturbed")
    stage.terraform.apply()
    creates = stage.writes()
    bench.undisturbed.update(stage.own())
    stage.control.forget_calls()
    stage.terraform.destroy()
    return {"create": creates, "destroy": stage.writes()}


def strike(bench: Bench, operation: str, trouble: str, calls: list[str], nth: int) -> Tried:
    tried = Tried(f"{operation} {nth + 1}, {calls[nth]}")
    stage = Stage(bench, f"{operation}-{trouble.replace(' ', '-')}-{nth}")
    if operation == "destroy":
        stage.terraform.apply()
        stage.control.forget_calls()
    act = TROUBLES[trouble]
    if act is None:
        same = calls[: nth + 1].count(calls[nth])
        stage.control.fault(calls[nth], nth=same, after=True, drop=True)
        stage.terraform.finish(command(stage, operation))
        stage.control.no_faults()
    else:
        running = command(stage, operation)
        # The last calls may be answered before they are seen.
        while len(stage.writes()) <= nth and running.poll() is None:
            time.sleep(0.01)
        act(running)
        stage.terraform.finish(running)
        # A provider that lost its Terraform ends what it is at.
        settle(stage)
    let_run_out(stage.account)
    second = again(stage, operation)
    if second.code != 0:
        last_moment = [error for error in second.errors if "exists already" in error.summary]
        if not (operation == "create" and last_moment):
            tried.fault = f"the next run fails: {second.text[:1500]}"
            return tried
        # Made to the end, with nobody to record it: the message says how to import it.
        name = stage.terraform.run("import", "kafka_privatelink.orders", "orders")
        if name.code != 0 or stage.terraform.try_apply().code != 0:
            tried.fault = f"it cannot be imported: {name.text[:1500]}"
            return tried
    if operation == "create":
        made = stage.own()
        if made != bench.undisturbed:
            extra = made - bench.undisturbed
            tried.doubled = extra.total()
            tried.fault = f"made {dict(made)}, undisturbed {dict(bench.undisturbed)}"
        plan = stage.terraform.try_plan()
        if plan.code != 0:
            tried.fault = f"the plan is not empty: {plan.text[:1500]}"
        ended = stage.terraform.run("destroy", "-auto-approve", "-input=false", "-json")
        if ended.code != 0:
            tried.fault = f"the destroy fails: {ended.text[:1500]}"
    tried.left = stage.own().total()
    if tried.left and not tried.fault:
        tried.fault = f"left over: {inventory(stage.account) - stage.before}"
    foreign = snapshot(stage.account, stage.foreign["group"], stage.foreign["arn"])
    tried.foreign = sum(foreign[key] != stage.foreign[key] for key in foreign)
    if tried.foreign and not tried.fault:
        tried.fault = "objects of others were touched"
    return tried


def settle(stage: Stage) -> None:
    before = -1
    while before != (before := len(stage.control.calls())):
        time.sleep(0.3)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--side-by-side", type=int, default=5)
    options.add_argument("--first", type=int, default=None, help="only so many calls of each")
    options.add_argument("--interrupts", action="store_true", help="what people and machines do")
    options.add_argument("--trouble", action="append", choices=TROUBLES)
    chosen = options.parse_args()
    troubles = chosen.trouble or (INTERRUPTS if chosen.interrupts else FAULTS)
    good, total = True, 0
    began = time.monotonic()
    print(f"{'operation':10}{'trouble':18}{'calls':>6}{'converged':>10}{'left over':>10}"
          f"{'double':>8}{'foreign':>9}", flush=True)
    with tempfile.TemporaryDirectory(prefix="kafka-privatelink-faults-") as name:
        folder = Path(name)
        sandbox = SandboxServer()
        bench = Bench(folder, install(folder), sandbox.url, Counter())
        try:
            calls = undisturbed(bench)
            with ThreadPoolExecutor(chosen.side_by_side) as pool:
                for operation, its in calls.items():
                    for trouble in troubles:
                        range_ = range(len(its[: chosen.first]))
                        rows = list(pool.map(
                            lambda nth: strike(bench, operation, trouble, its, nth), range_
                        ))
                        bad = [row for row in rows if row.fault]
                        total += len(rows)
                        good &= not bad
                        print(
                            f"{operation:10}{trouble:18}{len(rows):>6}{len(rows) - len(bad):>10}"
                            f"{sum(row.left for row in rows):>10}"
                            f"{sum(row.doubled for row in rows):>8}"
                            f"{sum(row.foreign for row in rows):>9}",
                            flush=True,
                        )
                        for row in bad:
                            print(f"  {row.call}: {row.fault}", flush=True)
        finally:
            sandbox.stop()
    print(f"{total} cases in {time.monotonic() - began:.0f} s", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
