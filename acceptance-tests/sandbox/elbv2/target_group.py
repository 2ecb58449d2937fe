"""What a target group is, and which load balancers use it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.accounts import Region
from sandbox.errors import AwsError
from sandbox.ids import hex_id

if TYPE_CHECKING:
    from sandbox.elbv2.target import Target


@dataclass
class TargetGroup:
    region: Region
    name: str
    protocol: str
    port: int
    vpc_id: str
    target_type: str
    ip_address_type: str
    health_check: dict[str, Any]
    attributes: dict[str, str]
    tags: dict[str, str]
    # (id, port) -> target: the same address on two ports is two targets.
    targets: dict[tuple[str, int], "Target"] = field(default_factory=dict)
    # Since when a listener forwards to this group, None while none does.
    used_since: float | None = None
    # Until when the last listener that is gone still counts.
    released_at: float | None = None
    hash: str = field(default_factory=lambda: hex_id(16))
    visible_at: float = 0.0

    def __post_init__(self) -> None:
        self.visible_at = clock.after(self.region.account.timing.staleness)

    @property
    def arn(self) -> str:
        return (
            f"arn:aws:elasticloadbalancing:{self.region.name}:{self.region.account.id}"
            f":targetgroup/{self.name}/{self.hash}"
        )

    @property
    def visible(self) -> bool:
        return clock.passed(self.visible_at)

    @property
    def load_balancer_arns(self) -> list[str]:
        # A listener knows its groups, and this asks the other way round.
        from sandbox.elbv2.listener import Listener

        return sorted(
            {
                item.load_balancer_arn
                for item in self.region.all(Listener).values()
                if self.arn in item.target_group_arns
            }
        )

    def settings(self) -> dict[str, Any]:
        """What CreateTargetGroup compares to tell an equal request from a different one."""
        return {
            "protocol": self.protocol,
            "port": self.port,
            "vpc": self.vpc_id,
            "type": self.target_type,
            "family": self.ip_address_type,
            **self.health_check,
        }

    def document(self) -> dict[str, Any]:
        return {
            "TargetGroupArn": self.arn,
            "TargetGroupName": self.name,
            "Protocol": self.protocol,
            "Port": self.port,
            "VpcId": self.vpc_id,
            **self.health_check,
            "LoadBalancerArns": self.load_balancer_arns,
            "TargetType": self.target_type,
            "IpAddressType": self.ip_address_type,
        }


def find(region: Region, arn: str) -> TargetGroup:
    found = region.all(TargetGroup).get(arn)
    if not found or not found.visible:
        # ELB API Reference: TargetGroupNotFound.
        raise AwsError("TargetGroupNotFound", f"Target group '{arn}' not found")
    return found


def groups_of_load_balancer(region: Region, load_balancer_arn: str) -> list[TargetGroup]:
    return [
        item
        for item in region.all(TargetGroup).values()
        if load_balancer_arn in item.load_balancer_arns
    ]


def note_use(region: Region) -> None:
    """Keeps since when each group is in use; called after every change of a listener."""
    for group in region.all(TargetGroup).values():
        used = bool(group.load_balancer_arns)
        if used and group.used_since is None:
            group.used_since, group.released_at = clock.now(), None
        elif not used and group.used_since is not None:
            release = region.account.timing.provisioning.target_group_release
            group.used_since, group.released_at = None, clock.after(release)
