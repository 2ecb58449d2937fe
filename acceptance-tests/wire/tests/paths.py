"""A described path to start from: one endpoint, one load balancer, two brokers."""

from dataclasses import replace
from typing import Any

from wire.observation import (
    HEALTHY,
    Alias,
    Balancer,
    Endpoint,
    Group,
    Interface,
    Listener,
    Observation,
    Rule,
    Target,
)

ONE, TWO = Target("10.0.1.11", 9094), Target("10.0.2.12", 9094)
ENDPOINT_ADDRESS, NODE = "10.9.1.5", "10.0.1.77"
LINK = "e0"


def path(**changes: Any) -> Observation:
    """`endpoint`, `balancer` hold changed fields, `groups` whole groups by their ARN."""
    endpoint = Endpoint(
        id="vpce-1",
        interfaces=(Interface("a", ENDPOINT_ADDRESS),),
        ingress=(Rule(6001, 6002, "10.9.0.0/16"), Rule(9091, 9091, "10.9.0.0/16")),
        balancers=("arn:nlb",),
    )
    balancer = Balancer(
        arn="arn:nlb",
        name="orders-1",
        nodes=(Interface("a", NODE),),
        listeners=(Listener(6001, "one"), Listener(6002, "two"), Listener(9091, "all")),
        egress=(Rule(0, 65535, "0.0.0.0/0"),),
    )
    groups = {
        "one": Group("one", (ONE,)),
        "two": Group("two", (TWO,)),
        "all": Group("all", (ONE, TWO)),
        **changes.get("groups", {}),
    }
    return Observation(
        aliases=(Alias("kafka.test.com", "vpce-1"),),
        endpoints=(replace(endpoint, **changes.get("endpoint", {})),),
        balancers=(replace(balancer, **changes.get("balancer", {})),),
        groups={arn: group for arn, group in groups.items() if group is not None},
    )


def in_state(target: Target, state: str = HEALTHY) -> Target:
    return replace(target, state=state)
