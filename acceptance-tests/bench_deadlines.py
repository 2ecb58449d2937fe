"""`make bench-deadlines`: what an operation does with its timeout, and with Ctrl-C, while AWS does not
answer as it should.

From the moment the operation is under way all of AWS's calls fail, are throttled, or are never
answered. A row says how long the operation outlived its time limit or the interrupt, whether the
state knows the path's service or load balancer, and whether the next run converges.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from harness.aws import Account, Control, eventually
from harness.configuration import configuration, orders
from harness.installation import Installation, install
from harness.network import Network, sandbox_network
from harness.path import inventory
from harness.sandbox_server import SandboxServer
from harness.terraform import Outcome, Workspace

EVER = 10**9
FAULTS = {
    "5xx": {"code": "InternalFailure", "message": "AWS failed.", "status": 500},
    "throttled": {"code": "Throttling", "message": "Rate exceeded"},
    "unanswered": {"hang": True},
}
# The call that shows that an operation is at work.
UNDER_WAY = {
    "create": "CreateTargetGroup",
    "update": "CreateTargetGroup",
    "delete": "ChangeResourceRecordSets",
    "read": None,
}
LATENCY_MS = 60


@dataclass
class Ended:
    outcome: Outcome
    # Beyond the time limit, or after the interrupt.
    late: float
    known: bool
    converges: bool


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--timeout", type=int, default=60)
    options.add_argument("--side-by-side", type=int, default=6)
    chosen = options.parse_args()
    print(f"{'AWS':11} {'operation':9} {'ended by':9} {'seconds':>8} {'state':8} {'again':9}",
          flush=True)
    good = True
    with tempfile.TemporaryDirectory(prefix="kafka-privatelink-deadlines-") as name:
        folder = Path(name)
        installation = install(folder)
        sandbox = SandboxServer()
        try:
            cells = [(fault, operation, by) for fault in FAULTS for operation in UNDER_WAY
                     for by in ("timeout", "Ctrl-C")]
            with ThreadPoolExecutor(chosen.side_by_side) as pool:
                def run(it: tuple[str, str, str]) -> Ended:
                    place = folder / "-".join(it)
                    return cell(place, installation, sandbox.url, *it, chosen.timeout)

                for (fault, operation, by), ended in zip(cells, pool.map(run, cells), strict=True):
                    limit = 10 if by == "timeout" else 30
                    good &= ended.late < limit and ended.converges
                    print(
                        f"{fault:11} {operation:9} {by:9} {ended.late:>+8.1f} "
                        f"{'known' if ended.known else 'UNKNOWN':8} "
                        f"{'converges' if ended.converges else 'DOES NOT':9}",
                        flush=True,
                    )
        finally:
            sandbox.stop()
    return 0 if good else 1


def cell(
    folder: Path, installation: Installation, url: str, fault: str, operation: str, by: str,
    timeout: int,
) -> Ended:
    account = Account(url)
    control = Control(account)
    network = sandbox_network(account)
    control.latency(LATENCY_MS)
    workspace = Workspace(folder, installation, account.environment(), 600)
    seconds = timeout if by == "timeout" else 600
    if operation != "create":
        write(workspace, network, 2, {})
        workspace.apply()
    # Planned with the limit, so that each kind of operation has it.
    limit = dict.fromkeys(("create", "read", "update", "delete"), f"{seconds}s")
    write(workspace, network, 3 if operation == "update" else 2, limit)
    if operation in ("read", "delete"):
        workspace.apply()
    control.forget_calls()
    ended, late = interfere(workspace, control, fault, operation, by, seconds)
    known = is_known(workspace)
    control.no_faults()
    return Ended(ended, late, known, converges(workspace, account, operation))


def write(workspace: Workspace, network: Network, count: int, timeouts: dict[str, str]) -> None:
    # A preflight that AWS does not answer has a time limit of its own, which is not measured here;
    # nor is what the provider does while AWS does not say whose the credentials are.
    changes = {"timeouts": timeouts} if timeouts else {}
    text = configuration(orders(network, count=count, **changes))
    header = 'provider "kafka" {\n  preflight = false\n  skip_credentials_validation = true\n}'
    workspace.write(text.replace('provider "kafka" {}', header))


def interfere(
    workspace: Workspace, control: Control, fault: str, operation: str, by: str, seconds: int
) -> tuple[Outcome, float]:
    started = {
        "create": lambda: workspace.start_apply(),
        "update": lambda: workspace.start_apply(),
        "read": lambda: workspace.start("plan", "-input=false", "-json"),
        "delete": lambda: workspace.start("destroy", "-auto-approve", "-input=false", "-json"),
    }
    spoil: Callable[[], None] = lambda: control.fault(times=EVER, **FAULTS[fault])
    under_way = UNDER_WAY[operation]
    if under_way is None:
        spoil()
    running = started[operation]()
    calls = ((lambda: bool(control.calls(under_way))) if under_way
             else (lambda: bool(control.calls())))
    eventually(calls, f"{operation} is under way", 60)
    began = time.monotonic()
    if under_way is not None:
        spoil()
    if by == "Ctrl-C":
        time.sleep(10)
        began = time.monotonic()
        os.killpg(running.pid, signal.SIGINT)
    ended = workspace.finish(running)
    late = time.monotonic() - began - (seconds if by == "timeout" else 0)
    return ended, late


def is_known(workspace: Workspace) -> bool:
    """Whether the state leads to what exists: all of it carries the owner."""
    resources = workspace.state()["resources"]
    return any(
        instance["attributes"].get("owner_id")
        for resource in resources
        for instance in resource["instances"]
    )


def converges(workspace: Workspace, account: Account, operation: str) -> bool:
    if operation == "delete":
        workspace.run("destroy", "-auto-approve", "-input=false", "-json")
        return inventory(account) == set()
    again = workspace.try_apply()
    return again.code == 0 and workspace.run("plan", "-detailed-exitcode").code == 0


if __name__ == "__main__":
    sys.exit(main())
