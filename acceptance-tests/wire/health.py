"""Health checks of the targets: real TCP connections, and when they change a target's state."""

import socket
from dataclasses import dataclass

from wire.observation import HEALTHY, INITIAL, REGISTERED, UNHEALTHY, HealthCheck, Observation

# AWS checks every 30 seconds by default; a test cannot wait for that.
SCALE = 60
# A loaded machine answers late; the time limit is not scaled below this.
_PATIENCE = 1.0


@dataclass(frozen=True, order=True)
class Subject:
    """A target of a group, and where it is asked from and to."""

    group: str
    address: str
    port: int
    check_port: int
    source: str


@dataclass(frozen=True)
class Health:
    """A target's state, and how many checks in a row have said otherwise."""

    state: str = INITIAL
    against: int = 0


def subjects(observation: Observation) -> dict[Subject, tuple[HealthCheck, str]]:
    """Targets that their load balancer checks, registered ones of groups that a listener uses, with
    the state that AWS tells of each."""
    found: dict[Subject, tuple[HealthCheck, str]] = {}
    for balancer in observation.balancers:
        if not balancer.nodes or not balancer.active:
            continue
        source = min(item.address for item in balancer.nodes)
        for arn in {item.group for item in balancer.listeners}:
            group = observation.groups.get(arn)
            for target in group.targets if group else ():
                if group and target.state in REGISTERED:
                    port = group.check.port or target.port
                    subject = Subject(arn, target.address, target.port, port, source)
                    found[subject] = (group.check, target.state)
    return found


def step(health: Health, check: HealthCheck, answered: bool) -> Health:
    """The state after one more check."""
    said = HEALTHY if answered else UNHEALTHY
    if said == health.state:
        return Health(health.state)
    against = health.against + 1
    threshold = check.healthy_threshold if answered else check.unhealthy_threshold
    return Health(said) if against >= threshold else Health(health.state, against)


def interval(check: HealthCheck) -> float:
    return check.interval / SCALE


def answers(source: str, address: str, port: int) -> bool:
    """Whether a TCP connection is accepted; to be called in the load balancers' namespace."""
    try:
        socket.create_connection((address, port), _PATIENCE, (source, 0)).close()
    except OSError:
        return False
    return True
