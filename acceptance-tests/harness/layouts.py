"""What hand-written modules put on a load balancer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.aws import Account
from harness.configuration import HOSTNAME
from harness.handmade import HandMade
from sandbox.tests.certificate import self_signed


@dataclass
class Layout:
    label: str
    build: Callable[[HandMade], dict[str, Any]]
    """Makes the listeners, and gives the arguments that describe them."""
    creates: dict[str, int] = field(default_factory=dict)
    """What is missing and an apply makes."""
    neighbours: tuple[int, ...] = ()
    """Ports of others."""


def certificate(account: Account) -> str:
    key, pem = self_signed(HOSTNAME)
    acm = account.client("acm")
    return acm.import_certificate(Certificate=pem, PrivateKey=key)["CertificateArn"]


def brokers_only(made: HandMade) -> dict[str, Any]:
    made.brokers(1, 2, 3)
    return {}


def with_bootstrap(made: HandMade) -> dict[str, Any]:
    made.bootstrap(1, 2, 3).brokers(1, 2, 3)
    return {}


def on_other_ports(made: HandMade) -> dict[str, Any]:
    """Nothing tells that the first of these is broker 1, and an import counts from 9090: the
    configuration knows better."""
    made.bootstrap(1, 2, 3, port=9092)
    for number in (1, 2, 3):
        made.listener(9093 + number, made.group(f"n{number}", made.broker(number)))
    return {"bootstrap_port": 9092, "broker_port_base": 9093}


def tls(made: HandMade) -> dict[str, Any]:
    arn = certificate(made.account)
    request = {
        "Protocol": "TLS",
        "Certificates": [{"CertificateArn": arn}],
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    }
    made.bootstrap(1, 2, 3, **request).brokers(1, 2, 3, **request)
    return {"listener": {"protocol": "TLS", "certificate_arn": arn}}


def with_neighbours(made: HandMade) -> dict[str, Any]:
    """A registry on the brokers' machines, something below all ports, and a machine of its own."""
    made.bootstrap(1, 2, 3).brokers(1, 2, 3)
    registry = made.group("registry", made.broker(1), made.broker(2), port=8081)
    made.listener(8081, registry)
    made.listener(443, made.group("console", made.network.kafka.address(0, 99), port=443))
    made.listener(8083, made.group("connect", made.network.kafka.address(1, 99), port=8083))
    return {}


LAYOUTS = [
    Layout("brokers-only", brokers_only, {"CreateTargetGroup": 1, "CreateListener": 1}),
    Layout("with-bootstrap", with_bootstrap),
    Layout("on-other-ports", on_other_ports),
    Layout("tls", tls),
    Layout("with-neighbours", with_neighbours, neighbours=(8081, 443, 8083)),
]
