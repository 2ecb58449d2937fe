"""A registered target and its health, computed when it is read."""

from dataclasses import dataclass
from typing import Any

from sandbox import clock
from sandbox.elbv2.balancer import LoadBalancer
from sandbox.elbv2.target_group import TargetGroup

_NOT_REGISTERED = {
    "State": "unused",
    "Reason": "Target.NotRegistered",
    "Description": "Target is not registered to the target group",
}
_FIRST_CHECKS = {
    "State": "initial",
    "Reason": "Elb.InitialHealthChecking",
    "Description": "Initial health checks in progress",
}


@dataclass
class Target:
    id: str
    port: int
    # Where the target is, "all" for an address outside the VPC.
    zone: str
    # Whether DescribeTargetHealth shows the zone: it does for addresses, not for instances.
    shows_zone: bool
    registered: float
    # How long registration takes, counted from when the target and its group are both in place.
    registration: float
    # Set by its deregistration.
    gone_at: float | None = None
    # What a data plane that really checks has reported; see control/target_health.py.
    reported: dict[str, str] | None = None

    @property
    def gone(self) -> bool:
        return clock.passed(self.gone_at)

    def deregister(self, group: TargetGroup) -> None:
        """Drains if the target takes traffic, for at most the deregistration delay."""
        takes_traffic = self.health(group)["State"] in ("healthy", "unhealthy", "initial")
        delay = min(
            group.region.account.timing.provisioning.target_draining,
            float(group.attributes["deregistration_delay.timeout_seconds"]),
        )
        self.gone_at = clock.after(delay if takes_traffic else 0)

    def health(self, group: TargetGroup) -> dict[str, Any]:
        """ELB API Reference, TargetHealth: states, and the reasons that go with each."""
        if self.gone:
            return dict(_NOT_REGISTERED)
        if self.gone_at is not None:
            return {
                "State": "draining",
                "Reason": "Target.DeregistrationInProgress",
                "Description": "Target deregistration is in progress",
            }
        if group.used_since is None:
            return {
                "State": "unused",
                "Reason": "Target.NotInUse",
                "Description": "Target group is not configured to receive traffic from the load "
                "balancer",
            }
        if not self._in_enabled_zone(group):
            return {
                "State": "unused",
                "Reason": "Target.NotInUse",
                "Description": "Target is in an Availability Zone that is not enabled for the load "
                "balancer",
            }
        settled = max(self.registered, group.used_since)
        if not clock.passed(settled + self.registration):
            return {
                "State": "initial",
                "Reason": "Elb.RegistrationInProgress",
                "Description": "Target registration is in progress",
            }
        return self._switched(group) or self._checked(group)

    def document(self, group: TargetGroup) -> dict[str, Any]:
        port = group.health_check["HealthCheckPort"]
        description: dict[str, Any] = {"Id": self.id, "Port": self.port}
        if self.shows_zone:
            description["AvailabilityZone"] = self.zone
        return {
            "Target": description,
            "HealthCheckPort": str(self.port) if port == "traffic-port" else str(port),
            "TargetHealth": self.health(group),
        }

    def _in_enabled_zone(self, group: TargetGroup) -> bool:
        """ELB User Guide, "Register targets": a target in a zone that is not enabled for the load
        balancer gets no traffic."""
        balancers = group.region.all(LoadBalancer)
        return self.zone == "all" or any(
            balancers[arn].zone_of(self.zone)
            for arn in group.load_balancer_arns
            if arn in balancers
        )

    def _checked(self, group: TargetGroup) -> dict[str, Any]:
        if not group.region.account.timing.measured_health:
            return {"State": "healthy"}
        return dict(self.reported) if self.reported else dict(_FIRST_CHECKS)

    def _switched(self, group: TargetGroup) -> dict[str, Any] | None:
        switch = group.region.account.faults.switch(
            "target_health", target_group=group.arn, target=self.id
        )
        if not switch or switch["target_health"] == "healthy":
            return None
        return {
            "State": switch["target_health"],
            "Reason": switch.get("reason", "Target.FailedHealthChecks"),
            "Description": switch.get("description", "Health checks failed"),
        }


def not_registered(target_id: str, port: int) -> dict[str, Any]:
    return {"Target": {"Id": target_id, "Port": port}, "TargetHealth": dict(_NOT_REGISTERED)}
