"""Failures on demand: scripted answers to the n-th call, and states that objects take.

A scripted fault is `{"service", "action", "nth", "times", "code", "message", "status", "after",
"drop", "hang"}`. `after` performs the call first; `drop` then closes the connection without an
answer; `hang` leaves it open without one, as a half-open connection or a proxy does.
A state switch is a document with one of the keys in `SWITCHES`.
"""

from dataclasses import dataclass
from typing import Any

SWITCHES = (
    # {"load_balancer_state": "failed", "reason": "...", "name": optional}
    "load_balancer_state",
    # {"endpoint_state": "failed" | "rejected" | "expired", "reason": "...", "endpoint": optional}
    "endpoint_state",
    # {"rejection": "final", "endpoint": optional}: what was rejected is never accepted again
    "rejection",
    # {"service_state": "Failed", "service": optional}
    "service_state",
    # {"alias_targets": "same_zone"}: a record leads to records of its own zone alone. AWS GovCloud
    # (US) User Guide, "Amazon Route 53", for public zones until 2024: alias records for other AWS
    # resources were not to be had there.
    "alias_targets",
    # {"left_out": {"DescribeX": ["Field", ...]}}: these fields are missing in its answers
    "left_out",
    # {"group_listing": "late"}: a group is not listed by its load balancer, whatever forwards to it
    "group_listing",
    # {"target_health": "unhealthy", "reason": "...", "target_group": optional, "target": optional}
    "target_health",
)
_FAULT_KEYS = {
    "account",
    "service",
    "action",
    "nth",
    "times",
    "code",
    "message",
    "status",
    "after",
    "drop",
    "hang",
}


@dataclass
class Fault:
    service: str | None
    action: str | None
    nth: int
    times: int
    code: str
    message: str
    status: int
    after: bool
    drop: bool
    hang: bool = False
    seen: int = 0

    def strikes(self, services: tuple[str, str], action: str) -> bool:
        if self.service not in (None, *services) or self.action not in (None, action):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


class Faults:
    def __init__(self) -> None:
        self._scripted: list[Fault] = []
        self._switches: list[dict[str, Any]] = []

    def add(self, document: dict[str, Any]) -> None:
        if any(name in document for name in SWITCHES):
            self._switches.append(document)
            return
        unknown = set(document) - _FAULT_KEYS
        if unknown or not ("code" in document or document.get("drop") or document.get("hang")):
            raise ValueError(
                f"a fault needs a code, drop or hang, or one of {SWITCHES}; unknown: {sorted(unknown)}"
            )
        self._scripted.append(
            Fault(
                service=document.get("service"),
                action=document.get("action"),
                nth=int(document.get("nth", 1)),
                times=int(document.get("times", 1)),
                code=document.get("code", "ServiceUnavailable"),
                message=document.get("message", "Injected by the sandbox."),
                status=int(document.get("status", 400)),
                after=bool(document.get("after", False)),
                drop=bool(document.get("drop", False)),
                hang=bool(document.get("hang", False)),
            )
        )

    def strike(self, services: tuple[str, str], action: str) -> Fault | None:
        """The fault that hits this call; every matching one counts the call.

        `services` are the signing name and the SDK's name of the service; a fault may use either.
        """
        struck = [fault for fault in self._scripted if fault.strikes(services, action)]
        return struck[0] if struck else None

    def switch(self, name: str, /, **subject: str) -> dict[str, Any] | None:
        """The newest switch of that name whose named subjects all match, if any."""
        for document in reversed(self._switches):
            if name in document and all(
                document.get(key) in (None, value) for key, value in subject.items()
            ):
                return document
        return None

    def clear(self) -> None:
        self._scripted.clear()
        self._switches.clear()
