"""Which connections the described load balancers carry: pure decisions, no packets.

Rules and their sources (Network Load Balancer guide unless said otherwise):

- new connections go to healthy targets; where none is healthy, to all registered ones (fail-open,
  "Health checks for your target groups");
- a draining target gets no new connections; existing ones go on until deregistration ends, and end
  then only if connection termination is on ("Edit target group attributes");
- connections to a target that turned unhealthy end, unless the group fails open ("Unhealthy
  connection termination");
- a listener that points at another group keeps established connections where they are, until their
  target is deregistered ("a flow is routed to a single target throughout its lifetime");
- connections end with their listener. AWS does not say so; it is the harder case for clients.

Zones are not modelled: cross-zone load balancing counts as on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wire.observation import (
    HEALTHY,
    REGISTERED,
    UNHEALTHY,
    Balancer,
    Endpoint,
    Group,
    Observation,
    Target,
)


@dataclass(frozen=True, order=True)
class Flow:
    """Established connections of one kind: through an endpoint and a port to one target."""

    endpoint: str
    balancer: str
    port: int
    address: str
    target_port: int


@dataclass(frozen=True)
class Origin:
    """The group that let a flow begin, and what it said then about its end."""

    group: str
    ends_deregistered: bool


Carried = dict[Flow, Origin]


def candidates(group: Group) -> tuple[Target, ...]:
    """Where new connections go."""
    healthy = tuple(item for item in group.targets if item.state == HEALTHY)
    return healthy or tuple(item for item in group.targets if item.state in REGISTERED)


def ways(observation: Observation) -> Iterator[tuple[Endpoint, Balancer]]:
    """Load balancers that open endpoints lead to."""
    for endpoint in observation.endpoints:
        if not endpoint.open:
            continue
        for arn in endpoint.balancers:
            balancer = observation.balancer(arn)
            if balancer is not None and balancer.active:
                yield endpoint, balancer


def carried(observation: Observation, before: Carried) -> Carried:
    """The flows that may live on or begin, given those that were carried before."""
    result: Carried = {}
    ports: set[tuple[str, str, int]] = set()
    for endpoint, balancer in ways(observation):
        for listener in balancer.listeners:
            ports.add((endpoint.id, balancer.arn, listener.port))
            group = observation.groups.get(listener.group)
            if group is None:
                continue
            for target in group.targets:
                if not _ended_by_health(group, target):
                    flow = Flow(
                        endpoint.id, balancer.arn, listener.port, target.address, target.port
                    )
                    result[flow] = Origin(group.arn, group.ends_deregistered)
    for flow, origin in before.items():
        served = (flow.endpoint, flow.balancer, flow.port) in ports
        if flow not in result and served and _lives_on(observation, flow, origin):
            result[flow] = origin
    return result


def _ended_by_health(group: Group, target: Target) -> bool:
    return target.state == UNHEALTHY and group.ends_unhealthy and target not in candidates(group)


def _lives_on(observation: Observation, flow: Flow, origin: Origin) -> bool:
    group = observation.groups.get(origin.group)
    for target in group.targets if group else ():
        if (target.address, target.port) == (flow.address, flow.target_port):
            return not (group and _ended_by_health(group, target))
    return not origin.ends_deregistered
