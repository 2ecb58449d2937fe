"""How long things take, per account, in seconds.

The defaults are short so that tests are; AWS takes minutes for most of these.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass
class Provisioning:
    load_balancer: float = 0.3
    load_balancer_deletion: float = 0.0
    service: float = 0.2
    service_deletion: float = 0.1
    # How long a zone must be on the load balancer before its service can be told of it.
    service_zone: float = 0.0
    # How long a new service cannot be connected to, though it is `Available`: CreateVpcEndpoint is
    # answered 503 Unavailable. aws/aws-sdk issues/805; hashicorp/terraform-provider-aws issues/46154.
    service_connectable: float = 0.0
    endpoint: float = 0.3
    endpoint_deletion: float = 0.2
    # How long a rejected connection still keeps its service from being deleted.
    connection_release: float = 0.1
    target_registration: float = 0.2
    target_draining: float = 0.2
    # How long a target group counts as in use after its last listener is gone.
    target_group_release: float = 0.0
    route53: float = 0.2
    # How long Route 53 does not know the name of a new endpoint: an alias for it "was not found".
    # hashicorp/terraform-provider-aws issues/36513.
    alias_target: float = 0.0
    # How long interfaces of a deleted load balancer or endpoint hold on to groups and subnets.
    interface_release: float = 0.2
    private_dns_verification: float = 0.2


@dataclass
class Timing:
    provisioning: Provisioning = field(default_factory=Provisioning)
    # Added to every call, outside the lock.
    latency_ms: float = 0.0
    # How long a new load balancer, target group, listener, service or endpoint is "not found".
    staleness: float = 0.0
    # Whether somebody checks the targets and reports (control/target_health.py). Otherwise every target
    # counts as healthy once it is registered.
    measured_health: bool = False

    def update(self, document: dict[str, Any]) -> None:
        """Takes what is given, refuses what is unknown: a misspelt name must not pass silently."""
        known = {item.name for item in fields(Provisioning)}
        for name, value in (document.get("provisioning") or {}).items():
            if name not in known:
                raise ValueError(f"unknown provisioning time {name!r}, known: {sorted(known)}")
            setattr(self.provisioning, name, float(value))
        for name in ("latency_ms", "staleness"):
            if name in document:
                setattr(self, name, float(document[name]))
        if "measured_health" in document:
            self.measured_health = bool(document["measured_health"])

    def document(self) -> dict[str, Any]:
        return asdict(self)
