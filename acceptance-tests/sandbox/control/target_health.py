"""Health of targets as a data plane has measured it.

With `measured_health` in the account's settings, DescribeTargetHealth tells what was reported last,
and `initial` until then. A target that is deregistered and registered again starts anew.
"""

from typing import Any

from sandbox.accounts import Account
from sandbox.elbv2.target_group import TargetGroup

STATES = ("healthy", "unhealthy")


def report(account: Account, document: dict[str, Any]) -> None:
    """`{"target_group": ARN, "target": id, "port": N, "state": ...}`; a target that is gone by now
    is nobody's mistake."""
    state = document["state"]
    if state not in STATES:
        raise ValueError(f"unknown state {state!r}, known: {STATES}")
    for region in account.regions():
        group = region.all(TargetGroup).get(document["target_group"])
        target = group and group.targets.get((document["target"], int(document["port"])))
        if target:
            # ELB API Reference, TargetHealth: the reason of a failed check.
            target.reported = {"State": state} if state == "healthy" else {
                "State": state,
                "Reason": "Target.FailedHealthChecks",
                "Description": "Health checks failed",
            }
