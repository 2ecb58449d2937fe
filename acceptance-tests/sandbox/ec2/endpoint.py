"""What an interface endpoint is, and where its state comes from."""

import random
from dataclasses import dataclass, field
from typing import Any

from sandbox import clock
from sandbox.accounts import Region
from sandbox.ec2 import interfaces, networks, tagging
from sandbox.ids import hex_id, lower_alphanumeric, regional_zone_id

# AWS General Reference, "AWS PrivateLink": hosted zone ids of interface endpoints.
ZONE_IDS = {
    "us-east-1": "Z7HUB22UULQXV",
    "us-east-2": "ZC8PG0KIFKBRI",
    "us-west-1": "Z12I86A8N7VCZO",
    "us-west-2": "Z1YSA3EXCYUU9Z",
    "eu-central-1": "Z273ZU8SZ5RJPC",
    "eu-west-1": "Z38GZ743OKFT7T",
}
_SETTLED = ("rejected", "failed", "expired")


@dataclass
class Endpoint:
    region: Region
    vpc_id: str
    service_name: str
    service_region: str
    # The service's zone part of the DNS names.
    service_base_name: str
    subnets: list[networks.Subnet]
    group_ids: list[str]
    ip_address_type: str
    dns_record_ip_type: str
    private_dns_enabled: bool
    # Set by acceptance.
    available_at: float | None = None
    # Set by a rejection: until when the connection still holds the service.
    released_at: float | None = None
    policy: str | None = None
    # Subnet id -> interface id.
    interface_ids: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"vpce-{hex_id()}")
    hash: str = field(default_factory=lambda: lower_alphanumeric(8))
    created: float = field(default_factory=clock.now)
    visible_at: float = 0.0
    # From when Route 53 knows its names.
    resolved_at: float = 0.0
    # Set by its deletion.
    gone_at: float | None = None

    def __post_init__(self) -> None:
        timing = self.region.account.timing
        self.visible_at = clock.after(timing.staleness)
        self.resolved_at = clock.after(timing.provisioning.alias_target)

    def accept(self) -> None:
        self.released_at = None
        self.available_at = clock.after(self.region.account.timing.provisioning.endpoint)

    @property
    def accepted(self) -> bool:
        return self.available_at is not None

    @property
    def holds_service(self) -> bool:
        if clock.passed(self.gone_at):
            return False
        if self.state == "rejected":
            return self.released_at is not None and not clock.passed(self.released_at)
        return self.state not in ("failed", "expired")

    @property
    def state(self) -> str:
        """VPC PrivateLink Guide, "Interface endpoint lifecycle"; lower camel case on the wire."""
        if self.gone_at is not None:
            return "deleting"
        switch = self.region.account.faults.switch("endpoint_state", endpoint=self.id)
        if switch:
            return switch["endpoint_state"]
        if self.released_at is not None:
            return "rejected"
        if self.available_at is None:
            return "pendingAcceptance"
        return "available" if clock.passed(self.available_at) else "pending"

    @property
    def visible(self) -> bool:
        return clock.passed(self.visible_at)

    @property
    def tags(self) -> dict[str, str]:
        return tagging.of(self.region, self.id)

    def dns_entries(self) -> list[dict[str, str]]:
        """Regional and zonal names, there already before acceptance, in no order to rely on."""
        prefix = f"{self.id}-{self.hash}"
        names = [f"{prefix}.{self.service_base_name}"] + [
            f"{prefix}-{subnet.zone}.{self.service_base_name}" for subnet in self.subnets
        ]
        random.shuffle(names)
        zone_id = regional_zone_id(self.region.name, "vpce", ZONE_IDS)
        return [{"DnsName": name, "HostedZoneId": zone_id} for name in names]

    def document(self) -> dict[str, Any]:
        groups = [networks.security_group(self.region, item) for item in self.group_ids]
        document: dict[str, Any] = {
            "VpcEndpointId": self.id,
            "VpcEndpointType": "Interface",
            "VpcId": self.vpc_id,
            "ServiceName": self.service_name,
            "ServiceRegion": self.service_region,
            "State": self.state,
            "PolicyDocument": self.policy
            or '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
            "RouteTableIds": [],
            "SubnetIds": [subnet.id for subnet in self.subnets],
            "Groups": [{"GroupId": group.id, "GroupName": group.name} for group in groups if group],
            "IpAddressType": self.ip_address_type,
            "DnsOptions": {"DnsRecordIpType": self.dns_record_ip_type},
            "PrivateDnsEnabled": self.private_dns_enabled,
            "RequesterManaged": False,
            "NetworkInterfaceIds": list(self.interface_ids.values()),
            "DnsEntries": self.dns_entries() if self.state not in _SETTLED else [],
            "CreationTimestamp": clock.timestamp(self.created),
            "Tags": tagging.documents(self.region, self.id),
            "OwnerId": self.region.account.id,
        }
        switch = self.region.account.faults.switch("endpoint_state", endpoint=self.id)
        if switch and self.state == "failed":
            reason = switch.get("reason", "Switched by a test.")
            document["FailureReason"] = reason
            document["LastError"] = {"Code": "Failed", "Message": reason}
        return document


def sweep(region: Region) -> None:
    """Forgets endpoints whose deletion is over."""
    for endpoint_id, item in list(region.all(Endpoint).items()):
        if clock.passed(item.gone_at):
            del region.all(Endpoint)[endpoint_id]
            tagging.forget(region, endpoint_id)
            interfaces.release(region, list(item.interface_ids.values()))


def add_interface(item: Endpoint, subnet: networks.Subnet) -> None:
    item.interface_ids[subnet.id] = interfaces.create(
        item.region,
        subnet,
        item.group_ids,
        f"VPC Endpoint Interface {item.id}",
        "vpc_endpoint",
    )
    set_families(item)


def set_families(item: Endpoint) -> None:
    """VPC PrivateLink Guide, "IP address types": interfaces have addresses of the endpoint's type."""
    for subnet in item.subnets:
        if subnet.id in item.interface_ids:
            wanted = item.ip_address_type in ("ipv6", "dualstack")
            interfaces.set_ipv6(item.region, item.interface_ids[subnet.id], subnet, wanted)
