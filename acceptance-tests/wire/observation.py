"""What AWS describes of the paths, as plain data. Nothing here knows a client library."""

from dataclasses import dataclass, field

HEALTHY, UNHEALTHY, INITIAL, DRAINING = "healthy", "unhealthy", "initial", "draining"
# States of a target that AWS would send new connections to, at least while nothing is healthy.
REGISTERED = (HEALTHY, UNHEALTHY, INITIAL)


@dataclass(frozen=True, order=True)
class Rule:
    """TCP ports from `first` to `last`, from or to the CIDR block."""

    first: int
    last: int
    block: str


@dataclass(frozen=True)
class HealthCheck:
    """`port` is None for the target's own; times in seconds."""

    port: int | None = None
    interval: float = 30
    timeout: float = 10
    healthy_threshold: int = 3
    unhealthy_threshold: int = 3


@dataclass(frozen=True, order=True)
class Target:
    address: str
    port: int
    state: str = HEALTHY


@dataclass(frozen=True)
class Group:
    arn: str
    targets: tuple[Target, ...] = ()
    # deregistration_delay.connection_termination.enabled
    ends_deregistered: bool = True
    # target_health_state.unhealthy.connection_termination.enabled
    ends_unhealthy: bool = True
    check: HealthCheck = HealthCheck()


@dataclass(frozen=True, order=True)
class Listener:
    port: int
    group: str
    protocol: str = "TCP"


@dataclass(frozen=True, order=True)
class Interface:
    """A private address in a zone: of an endpoint, or of a load balancer's node."""

    zone: str
    address: str
    # "" where it has none.
    ipv6: str = ""


@dataclass(frozen=True)
class Balancer:
    arn: str
    name: str
    active: bool = True
    nodes: tuple[Interface, ...] = ()
    listeners: tuple[Listener, ...] = ()
    # None where the groups' inbound rules do not apply to PrivateLink traffic.
    ingress: tuple[Rule, ...] | None = None
    # None where it has no groups at all.
    egress: tuple[Rule, ...] | None = None


@dataclass(frozen=True)
class Endpoint:
    id: str
    # The consumer's side says `available`.
    available: bool = True
    # The service's side lists the connection as `available`.
    accepted: bool = True
    interfaces: tuple[Interface, ...] = ()
    ingress: tuple[Rule, ...] = ()
    ingress_ipv6: tuple[Rule, ...] = ()
    # Load balancers of the service that it connects to.
    balancers: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.available and self.accepted


@dataclass(frozen=True)
class Alias:
    name: str
    endpoint: str
    # A or AAAA.
    kind: str = "A"


@dataclass(frozen=True)
class Observation:
    aliases: tuple[Alias, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    balancers: tuple[Balancer, ...] = ()
    groups: dict[str, Group] = field(default_factory=dict)

    def balancer(self, arn: str) -> Balancer | None:
        return next((item for item in self.balancers if item.arn == arn), None)

    def addresses_of(self, name: str) -> list[str]:
        """What the hosted zones answer for a name: all interfaces of the endpoint behind it, by the
        addresses of each record's family."""
        wanted = [(item.endpoint, item.kind) for item in self.aliases if item.name == name]
        found = [
            interface.address if kind == "A" else interface.ipv6
            for endpoint in self.endpoints
            for behind, kind in sorted(wanted)
            if behind == endpoint.id
            for interface in endpoint.interfaces
        ]
        return [address for address in found if address]
