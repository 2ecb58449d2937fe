"""What a listener is."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import clock
from sandbox.accounts import Region
from sandbox.elbv2 import target_group
from sandbox.errors import AwsError
from sandbox.ids import hex_id

# ELB API Reference, ListenerAttribute: default 350 seconds.
TCP_DEFAULTS = {"tcp.idle_timeout.seconds": "350"}


@dataclass
class Listener:
    region: Region
    load_balancer_arn: str
    protocol: str
    port: int
    # Target group ARN -> weight.
    forward: dict[str, int]
    certificates: list[str]
    ssl_policy: str | None
    alpn_policy: list[str]
    tags: dict[str, str]
    extra_certificates: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=lambda: dict(TCP_DEFAULTS))
    hash: str = field(default_factory=lambda: hex_id(16))
    visible_at: float | None = None

    def __post_init__(self) -> None:
        # A modified listener is a copy that keeps its moment.
        if self.visible_at is None:
            self.visible_at = clock.after(self.region.account.timing.staleness)

    @property
    def arn(self) -> str:
        return f"{self.load_balancer_arn.replace(':loadbalancer/', ':listener/')}/{self.hash}"

    @property
    def target_group_arns(self) -> list[str]:
        return list(self.forward)

    @property
    def visible(self) -> bool:
        return clock.passed(self.visible_at)

    def settings(self) -> tuple[Any, ...]:
        """What CreateListener compares to tell an equal request from a different one."""
        return (
            self.protocol,
            self.port,
            tuple(sorted(self.forward.items())),
            tuple(self.certificates),
            self.ssl_policy,
            tuple(self.alpn_policy),
        )

    def document(self) -> dict[str, Any]:
        default_action: dict[str, Any] = {
            "Type": "forward",
            "ForwardConfig": {
                "TargetGroups": [
                    {"TargetGroupArn": arn, "Weight": weight}
                    for arn, weight in self.forward.items()
                ]
            },
        }
        if len(self.forward) == 1:
            default_action["TargetGroupArn"] = next(iter(self.forward))
        document: dict[str, Any] = {
            "ListenerArn": self.arn,
            "LoadBalancerArn": self.load_balancer_arn,
            "Port": self.port,
            "Protocol": self.protocol,
            "DefaultActions": [default_action],
        }
        if self.protocol == "TLS":
            document["Certificates"] = [{"CertificateArn": arn} for arn in self.certificates]
            document["SslPolicy"] = self.ssl_policy
            if self.alpn_policy:
                document["AlpnPolicy"] = list(self.alpn_policy)
        return document


def find(region: Region, arn: str) -> Listener:
    found = region.all(Listener).get(arn)
    if not found or not found.visible:
        # ELB API Reference: ListenerNotFound.
        raise AwsError("ListenerNotFound", f"Listener '{arn}' not found")
    return found


def listeners_of(region: Region, load_balancer_arn: str) -> list[Listener]:
    return [
        item
        for item in region.all(Listener).values()
        if item.load_balancer_arn == load_balancer_arn
    ]


def forget_listener(region: Region, listener: Listener) -> None:
    region.all(Listener).pop(listener.arn, None)
    target_group.note_use(region)
