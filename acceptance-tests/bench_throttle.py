"""`make bench-throttle`: accounts in which other software uses AWS's token buckets.

Each row stands beside what the buckets' arithmetic allows: a bucket of size b and refill r lets n
calls through in (n - b) / r seconds. The slowest bucket counts; what cannot be done side by side,
such as the last look after the last write, is not in it.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.aws import Account, Control
from harness.configuration import configuration, orders
from harness.installation import Installation, install
from harness.network import sandbox_network
from harness.sandbox_server import SandboxServer
from harness.terraform import Outcome, Workspace
from sandbox.control.call_log import is_write
from sandbox.control.throttle import DOCUMENTED

THROTTLED = ("Throttling", "RequestLimitExceeded")
INSTANT = dict.fromkeys(
    ("load_balancer", "service", "endpoint", "endpoint_deletion", "target_registration",
     "target_draining", "route53", "interface_release", "load_balancer_deletion"), 0.0
)
# No bucket takes longer to fill up: 4 calls at 0.3 a second.
FULL_AGAIN = 14
LATENCY_MS = 30


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--brokers", type=int, nargs="*", default=[9, 20, 49])
    options.add_argument("--others", type=int, nargs="*", default=[0, 40, 70, 90])
    options.add_argument("--side-by-side", type=int, default=4)
    chosen = options.parse_args()
    print(f"{'brokers':>7} {'others':>6} {'command':8} {'end':6} {'seconds':>8} {'allowed':>8} "
          f"{'ratio':>6} {'calls':>6} {'refused':>8}", flush=True)
    with tempfile.TemporaryDirectory(prefix="kafka-privatelink-throttle-") as name:
        folder = Path(name)
        installation = install(folder)
        sandbox = SandboxServer()
        try:
            # The longest first.
            cells = [(b, o) for o in sorted(chosen.others, reverse=True)
                     for b in sorted(chosen.brokers, reverse=True)]
            with ThreadPoolExecutor(chosen.side_by_side) as pool:
                runs = [pool.submit(cell, folder, installation, sandbox.url, *it) for it in cells]
                ended_well = all([run.result() for run in runs])
        finally:
            sandbox.stop()
    return 0 if ended_well else 1


def cell(
    folder: Path, installation: Installation, url: str, brokers: int, others: int
) -> bool:
    account = Account(url)
    control = Control(account)
    control.provisioning(**INSTANT)
    network = sandbox_network(account)
    control.latency(LATENCY_MS)
    workspace = Workspace(
        folder / f"{brokers}-{others}", installation, account.environment(), 3600
    )
    timeouts = dict.fromkeys(("create", "read", "update", "delete"), "60m")
    workspace.write(configuration(orders(network, count=brokers, timeouts=timeouts)))
    control.throttle(others / 100)
    good = True
    for command, run, codes in (
        ("apply", lambda: workspace.run("apply", "-auto-approve", "-input=false", "-json"), (0,)),
        ("plan", lambda: workspace.try_plan(), (0,)),
        ("destroy", lambda: workspace.run("destroy", "-auto-approve", "-json"), (0,)),
    ):
        time.sleep(FULL_AGAIN)
        control.forget_calls()
        ended = run()
        line, ended_well = row(control, brokers, others, command, ended, codes)
        good &= ended_well
        print(line, flush=True)
    return good


def row(
    control: Control, brokers: int, others: int, command: str, ended: Outcome,
    codes: tuple[int, ...],
) -> tuple[str, bool]:
    calls = control.calls()
    refused = sum(1 for call in calls if call["error"] in THROTTLED)
    allowed = arithmetic(calls, others / 100)
    good = ended.code in codes
    if not good:
        print("\n".join(item.text for item in ended.errors)[:2000], file=sys.stderr)
    ratio = f"{ended.seconds / allowed:.2f}" if allowed > 1 else "-"
    line = (
        f"{brokers:>7} {others:>5}% {command:8} {'ok' if good else 'FAILED':6} "
        f"{ended.seconds:>8.0f} {allowed:>8.0f} {ratio:>6} {len(calls) - refused:>6} {refused:>8}"
    )
    return line, good


def arithmetic(calls: list[dict], others: float) -> float:
    """The seconds that the slowest bucket needs for what it let through."""
    drawn: Counter[str] = Counter()
    for call in calls:
        if call["error"] not in THROTTLED:
            drawn[bucket(call)] += 1
    left = 1 - others
    seconds = [0.0]
    for name, count in drawn.items():
        size, refill = DOCUMENTED.get(name) or DOCUMENTED["ec2 reads"]
        seconds.append((count - max(1.0, size * left)) / (refill * left))
    return max(seconds)


def bucket(call: dict) -> str:
    action, service = call["action"], call["service"]
    if service == "route53":
        return "route53"
    if service == "ec2":
        named = f"ec2 {action}"
        return named if named in DOCUMENTED else f"ec2 {'writes' if is_write(action) else 'reads'}"
    if action in ("RegisterTargets", "DeregisterTargets"):
        return "elbv2 registrations"
    return f"elbv2 {'modifications' if is_write(action) else 'reads'}"


if __name__ == "__main__":
    sys.exit(main())
