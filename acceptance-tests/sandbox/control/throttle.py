"""Request throttling by token buckets, one for each service, off until a test sets it.

EC2 Developer Guide, "Request throttling for the Amazon EC2 API": a bucket has a size and a refill
rate; a call without a token is refused, with RequestLimitExceeded and status 503. ELB and
Route 53 answer Throttling and "Rate exceeded" with status 400.
"""

from dataclasses import dataclass
from typing import Any

from sandbox import clock
from sandbox.errors import AwsError


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

    def update(self, document: dict[str, Any]) -> None:
        """`{"ec2": {"size": 50, "refill_per_second": 20}}`; null takes a limit away."""
        for service, limit in document.items():
            if limit is None:
                self._buckets.pop(service, None)
                continue
            size = float(limit["size"])
            self._buckets[service] = Bucket(
                size, float(limit["refill_per_second"]), size, clock.now()
            )

    def document(self) -> dict[str, Any]:
        return {
            service: {"size": bucket.size, "refill_per_second": bucket.refill_per_second}
            for service, bucket in self._buckets.items()
        }

    def check(self, services: tuple[str, str]) -> None:
        """Takes a token from the bucket under the service's signing name or SDK name."""
        for service in dict.fromkeys(services):
            bucket = self._buckets.get(service)
            if bucket and not bucket.take():
                if "ec2" in services:
                    raise AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
                raise AwsError("Throttling", "Rate exceeded")
