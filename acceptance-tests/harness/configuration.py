"""The configuration that most tests start from: three brokers as in the README's figure."""

import os
from typing import Any

from harness import hcl
from harness.hcl import Expression
from harness.installation import REQUIRED_PROVIDERS
from harness.network import Network

ADDRESS = "kafka_privatelink.orders"
HOSTNAME = "kafka.test.com"
PRINCIPAL = "arn:aws:iam::210987654321:root"
HEADER = REQUIRED_PROVIDERS + 'provider "kafka" {}\n'


class Removed:
    """In a change: leave this argument out altogether."""


def orders(network: Network, *, count: int = 3, **changes: Any) -> dict[str, Any]:
    """The arguments of one `kafka_privatelink` with `count` brokers; `changes` are merged in."""
    arguments: dict[str, Any] = {
        "name": name(),
        "hostname": HOSTNAME,
        "brokers": broker_map(network, range(1, count + 1)),
        "load_balancer": {"subnet_ids": network.kafka.subnets},
        "endpoint_service": {"allowed_principals": [PRINCIPAL]},
        "endpoint": {
            "vpc_id": network.client.id,
            "subnet_ids": network.client.subnets[:2],
        },
    }
    return merged(arguments, changes)


def service_side(network: Network, *, count: int = 1, **changes: Any) -> dict[str, Any]:
    """The smallest path: no consumer side, which most rules do not need and which takes time."""
    return orders(network, count=count, **{"endpoint": Removed, **changes})


def name() -> str:
    """On a real account two runs must not meet."""
    return os.environ.get("LIVE_NAME", "orders")


def broker_map(network: Network, ids: Any) -> dict[str, Any]:
    """Broker n lives in zone (n - 1) modulo the number of zones, at host 10 + n."""
    zones = len(network.kafka.subnets)
    return {
        str(number): {"target": network.kafka.address((number - 1) % zones, 10 + number)}
        for number in ids
    }


def merged(arguments: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = dict(arguments)
    for key, value in changes.items():
        if value is Removed:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def resource(arguments: dict[str, Any], label: str = "orders", extra: str = "") -> str:
    """One resource block; `extra` is HCL for meta-arguments."""
    return hcl.block("resource", "kafka_privatelink", label, body=arguments, extra=extra)


def configuration(arguments: dict[str, Any], *more: str, extra: str = "") -> str:
    return "\n".join([HEADER, resource(arguments, extra=extra), *more])


def output(label: str, expression: str) -> str:
    return hcl.block("output", label, body={"value": Expression(expression)})
