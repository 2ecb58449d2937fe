"""The consumers' side by both resources that have one: `endpoint` of a whole path, and
`kafka_privatelink_endpoint`, here beside the path whose service it connects to."""

from dataclasses import dataclass
from typing import Any

from harness import hcl
from harness.configuration import (
    ADDRESS,
    HOSTNAME,
    PRINCIPAL,
    Removed,
    configuration,
    merged,
    orders,
)
from harness.hcl import Expression
from harness.network import Network
from harness.terraform import Workspace

# One destroy takes both sides away, whose connection its plan still sees.
_OPEN = {
    "acceptance_required": False,
    "allowed_principals": [PRINCIPAL],
    "on_destroy": "reject_connections",
}


@dataclass(frozen=True)
class Side:
    name: str
    address: str
    is_alone: bool

    def text(
        self,
        network: Network,
        *more: str,
        path: dict[str, Any] | None = None,
        **endpoint: Any,
    ) -> str:
        """A configuration. `path`: changes of the path; `endpoint`: of the endpoint's arguments."""
        changes = merged({"endpoint_service": _OPEN}, path or {})
        if not self.is_alone:
            changes = merged(changes, {"endpoint": endpoint})
            return configuration(orders(network, count=1, **changes), *more)
        changes = {**changes, "endpoint": Removed}
        body = {
            "name": "clients",
            "service_name": Expression(f"{ADDRESS}.service_name"),
            "hostname": HOSTNAME,
            "broker_ports": [6001],
            "vpc_id": network.client.id,
            "subnet_ids": network.client.subnets[:2],
        }
        alone = hcl.block(
            "resource", "kafka_privatelink_endpoint", "orders", body=merged(body, endpoint)
        )
        return configuration(orders(network, count=1, **changes), alone, *more)

    def attributes(self, terraform: Workspace) -> dict[str, Any]:
        """Those of the endpoint."""
        found = terraform.attributes(self.address)
        return found if self.is_alone else found["endpoint"]

    def drift(self, terraform: Workspace) -> dict[str, str]:
        drift: dict[str, str] = terraform.attributes(self.address)["drift"]
        return drift

    def argument(self, name: str) -> str:
        """Its path in messages."""
        return name if self.is_alone else f"endpoint.{name}"


SIDES = [
    Side("endpoint", ADDRESS, False),
    Side("kafka_privatelink_endpoint", "kafka_privatelink_endpoint.orders", True),
]
