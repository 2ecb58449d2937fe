"""What a network load balancer is, and where its state comes from."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import clock
from sandbox.accounts import Region
from sandbox.errors import AwsError
from sandbox.ids import hex_id, regional_zone_id

# AWS General Reference, "Elastic Load Balancing endpoints and quotas": hosted zone ids of
# network load balancers.
ZONE_IDS = {
    "us-east-1": "Z26RNL4JYFTOTI",
    "us-east-2": "ZLMOA37VPKANP",
    "us-west-1": "Z24FKFUX50B4VW",
    "us-west-2": "Z18D5FSROUN65G",
    "ca-central-1": "Z2EPGBW3API2WT",
    "eu-central-1": "Z3F0SRJ5LGBH90",
    "eu-west-1": "Z2IFOLAFXWLO4F",
    "eu-west-2": "ZD4D7Y8KGAGG3",
    "eu-west-3": "Z1CMS0P5QUZ6D5",
    "ap-northeast-1": "Z31USIVHYNEOWT",
    "ap-south-1": "ZVDDRBQ08TROA",
    "ap-southeast-1": "ZKVM4W9LS7TM",
    "ap-southeast-2": "ZCT6FZBF4DROD",
    "sa-east-1": "ZTK26PT1VY4CU",
}


@dataclass
class Zone:
    """One enabled Availability Zone with the interface in its subnet."""

    name: str
    zone_id: str
    subnet_id: str
    interface_id: str
    private_ipv4: str | None
    since: float


@dataclass
class LoadBalancer:
    region: Region
    name: str
    scheme: str
    vpc_id: str
    ip_address_type: str
    security_groups: list[str]
    # Security groups can only be changed on a load balancer that was created with some.
    born_with_groups: bool
    tags: dict[str, str]
    # What CreateLoadBalancer was asked for, to tell an equal request from a different one.
    request: dict[str, Any]
    zones: list[Zone] = field(default_factory=list)
    enforce_on_private_link: str = "on"
    attributes: dict[str, str] = field(default_factory=dict)
    hash: str = field(default_factory=lambda: hex_id(16))
    created: float = field(default_factory=clock.now)
    active_at: float = 0.0
    visible_at: float = 0.0
    # Set by its deletion.
    gone_at: float | None = None

    def __post_init__(self) -> None:
        timing = self.region.account.timing
        self.active_at = clock.after(timing.provisioning.load_balancer)
        self.visible_at = clock.after(timing.staleness)

    @property
    def arn(self) -> str:
        return (
            f"arn:aws:elasticloadbalancing:{self.region.name}:{self.region.account.id}"
            f":loadbalancer/net/{self.name}/{self.hash}"
        )

    @property
    def dns_name(self) -> str:
        return f"{self.name}-{self.hash}.elb.{self.region.name}.amazonaws.com"

    @property
    def state(self) -> tuple[str, str | None]:
        """Code and reason. ELB API Reference, LoadBalancerState: provisioning, active, failed."""
        switch = self.region.account.faults.switch("load_balancer_state", name=self.name)
        if not clock.passed(self.active_at):
            return "provisioning", None
        if switch:
            return switch["load_balancer_state"], switch.get("reason", "Switched by a test.")
        return "active", None

    @property
    def visible(self) -> bool:
        """EC2 Developer Guide, "Eventual consistency": not found just after a create."""
        return clock.passed(self.visible_at)

    def zone_of(self, name: str) -> Zone | None:
        return next((zone for zone in self.zones if zone.name == name), None)

    def document(self) -> dict[str, Any]:
        code, reason = self.state
        document = {
            "LoadBalancerArn": self.arn,
            "DNSName": self.dns_name,
            "CanonicalHostedZoneId": regional_zone_id(self.region.name, "nlb", ZONE_IDS),
            "CreatedTime": clock.timestamp(self.created),
            "LoadBalancerName": self.name,
            "Scheme": self.scheme,
            "VpcId": self.vpc_id,
            "State": {"Code": code, **({"Reason": reason} if reason else {})},
            "Type": "network",
            "AvailabilityZones": self.zone_documents(),
            "IpAddressType": self.ip_address_type,
        }
        if self.born_with_groups:
            document["SecurityGroups"] = list(self.security_groups)
            document["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = (
                self.enforce_on_private_link
            )
        return document

    def zone_documents(self) -> list[dict[str, Any]]:
        return [
            {
                "ZoneName": zone.name,
                "SubnetId": zone.subnet_id,
                "LoadBalancerAddresses": (
                    [{"PrivateIPv4Address": zone.private_ipv4}] if zone.private_ipv4 else []
                ),
            }
            for zone in self.zones
        ]


def find(region: Region, arn: str) -> LoadBalancer:
    sweep(region)
    found = region.all(LoadBalancer).get(arn)
    if not found or found.gone_at or not found.visible:
        # ELB API Reference: LoadBalancerNotFound.
        raise AwsError("LoadBalancerNotFound", f"Load balancer '{arn}' not found")
    return found


def sweep(region: Region) -> None:
    """Forgets load balancers whose deletion is over."""
    for arn, item in list(region.all(LoadBalancer).items()):
        if clock.passed(item.gone_at):
            del region.all(LoadBalancer)[arn]
