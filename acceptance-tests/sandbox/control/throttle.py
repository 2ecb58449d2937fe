"""Request throttling by token buckets, off until a test sets it.

EC2 Developer Guide, "Request throttling for the Amazon EC2 API": a bucket has a size and a refill
rate; a call without a token is refused, with RequestLimitExceeded and status 503, and takes none.
ELB and Route 53 answer Throttling and "Rate exceeded" with status 400.
"""

from dataclasses import dataclass
from typing import Any

from sandbox import clock
from sandbox.control.call_log import is_write
from sandbox.errors import AwsError

# What AWS documents, or others measured: size and refill per second.
#   ELB reads: Elastic Load Balancing User Guide, "Request throttling for the ELB API".
#   ELB writes: kubernetes-sigs/aws-load-balancer-controller, pkg/aws/throttle/defaults.go.
#   EC2: EC2 Developer Guide, "Request token bucket sizes and refill rates", of each action.
#   Route 53: Developer Guide, "Quotas", maximums on API requests: of the account, in all regions.
DOCUMENTED = {
    "elbv2 reads": (40.0, 10.0),
    "elbv2 registrations": (20.0, 4.0),
    "elbv2 modifications": (20.0, 3.0),
    "ec2 reads": (100.0, 20.0),
    "ec2 writes": (50.0, 5.0),
    "ec2 CreateVpcEndpoint": (4.0, 0.3),
    "ec2 ModifyVpcEndpoint": (4.0, 0.3),
    "ec2 DeleteVpcEndpoints": (4.0, 0.3),
    "ec2 CreateVpcEndpointServiceConfiguration": (10.0, 1.0),
    "ec2 ModifyVpcEndpointServiceConfiguration": (10.0, 1.0),
    "ec2 DeleteVpcEndpointServiceConfigurations": (10.0, 1.0),
    "ec2 AcceptVpcEndpointConnections": (10.0, 1.0),
    "ec2 RejectVpcEndpointConnections": (10.0, 1.0),
    "route53": (5.0, 5.0),
}


@dataclass
class Bucket:
    size: float
    refill_per_second: float
    tokens: float
    refilled: float

    def take(self) -> bool:
        now = clock.now()
        gained = (now - self.refilled) * self.refill_per_second
        self.tokens, self.refilled = min(self.size, self.tokens + gained), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Throttle:
    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}
        # The part of AWS's own buckets that other software of the account uses, if they count.
        self._others: float | None = None
        self._documented: dict[str, Bucket] = {}

    def update(self, document: dict[str, Any]) -> None:
        """`{"ec2": {"size": 50, "refill_per_second": 20}}`; null takes a limit away.

        `{"aws": {"others": 0.7}}`: the documented buckets of all services, less what others use.
        """
        for service, limit in document.items():
            if service == "aws":
                self._others = None if limit is None else float(limit.get("others", 0.0))
                self._documented.clear()
                continue
            if limit is None:
                self._buckets.pop(service, None)
                continue
            size = float(limit["size"])
            self._buckets[service] = Bucket(
                size, float(limit["refill_per_second"]), size, clock.now()
            )

    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            service: {"size": bucket.size, "refill_per_second": bucket.refill_per_second}
            for service, bucket in self._buckets.items()
        }
        if self._others is not None:
            found["aws"] = {"others": self._others}
        return found

    def check(self, services: tuple[str, str], action: str, region: str) -> None:
        """Takes a token from the bucket under the service's signing name or SDK name."""
        for service in dict.fromkeys(services):
            bucket = self._buckets.get(service)
            if bucket and not bucket.take():
                raise _refusal(services)
        if self._others is not None:
            documented = self._bucket(services[1], action, region)
            if documented and not documented.take():
                raise _refusal(services)

    def _bucket(self, service: str, action: str, region: str) -> Bucket | None:
        limit, shared_by = _limit(service, action)
        if limit is None:
            return None
        name = shared_by if service == "route53" else f"{region} {shared_by}"
        if name not in self._documented:
            left = 1 - (self._others or 0.0)
            size, refill = limit
            size = max(1.0, size * left)
            self._documented[name] = Bucket(size, refill * left, size, clock.now())
        return self._documented[name]


def _limit(service: str, action: str) -> tuple[tuple[float, float] | None, str]:
    """Size and refill, and who draws from the same bucket."""
    if service == "route53":
        return DOCUMENTED["route53"], "route53"
    if service == "ec2":
        name = f"ec2 {action}"
        kind = "ec2 writes" if is_write(action) else "ec2 reads"
        return DOCUMENTED.get(name, DOCUMENTED[kind]), name
    if service == "elbv2":
        kind = "modifications" if is_write(action) else "reads"
        if action in ("RegisterTargets", "DeregisterTargets"):
            kind = "registrations"
        return DOCUMENTED[f"elbv2 {kind}"], f"elbv2 {kind}"
    return None, service


def _refusal(services: tuple[str, str]) -> AwsError:
    if "ec2" in services:
        return AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
    return AwsError("Throttling", "Rate exceeded")
