"""What an endpoint service is, who may see it, and what is connected to it."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox import clock
from sandbox.accounts import WORLD, Region
from sandbox.ec2 import tagging
from sandbox.ec2.endpoint import Endpoint
from sandbox.elbv2.balancer import LoadBalancer
from sandbox.errors import AwsError
from sandbox.ids import hex_id, lower_alphanumeric


@dataclass
class Permission:
    principal: str
    kind: str
    id: str = field(default_factory=lambda: f"vpce-svc-perm-{hex_id()}")


@dataclass
class PrivateDnsName:
    name: str
    value: str = field(default_factory=lambda: f"vpce:{lower_alphanumeric(20)}")
    label: str = field(default_factory=lambda: f"_{lower_alphanumeric(20)}")
    # Set when the verification is started.
    verified_at: float | None = None


@dataclass
class EndpointService:
    region: Region
    load_balancer_arns: list[str]
    acceptance_required: bool
    address_types: list[str]
    regions: list[str]
    # Zone name -> id: what the service was last told of its load balancers' zones.
    zones: dict[str, str]
    private_dns: PrivateDnsName | None
    permissions: dict[str, Permission] = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"vpce-svc-{hex_id()}")
    available_at: float = 0.0
    connectable_at: float = 0.0
    visible_at: float = 0.0
    # Set by its deletion.
    gone_at: float | None = None

    def __post_init__(self) -> None:
        timing = self.region.account.timing
        self.available_at = clock.after(timing.provisioning.service)
        self.connectable_at = self.available_at + timing.provisioning.service_connectable
        self.visible_at = clock.after(timing.staleness)

    @property
    def name(self) -> str:
        # aws/aws-cdk, packages/aws-cdk-lib/region-info/lib/default.ts: in China the names begin
        # with that of the partition's domain.
        prefix = "cn." if self.region.name.startswith("cn-") else ""
        return f"{prefix}com.amazonaws.vpce.{self.region.name}.{self.id}"

    @property
    def base_name(self) -> str:
        return f"{self.id}.{self.region.name}.vpce.amazonaws.com"

    @property
    def state(self) -> str:
        """EC2 API Reference, ServiceConfiguration, serviceState: capitalised."""
        if self.gone_at is not None:
            return "Deleting"
        if not clock.passed(self.available_at):
            return "Pending"
        switch = self.region.account.faults.switch("service_state", service=self.id)
        return switch["service_state"] if switch else "Available"

    @property
    def visible(self) -> bool:
        return clock.passed(self.visible_at)

    @property
    def tags(self) -> dict[str, str]:
        return tagging.of(self.region, self.id)

    def private_dns_state(self) -> str | None:
        """EC2 API Reference, PrivateDnsNameConfiguration, state."""
        if self.private_dns is None:
            return None
        return "verified" if clock.passed(self.private_dns.verified_at) else "pendingVerification"

    def allows(self, account_id: str) -> bool:
        """VPC PrivateLink Guide, "Manage permissions": the owner needs no permission.

        Calls are known by their account only, so a role or a user stands for its account.
        """
        if account_id == self.region.account.id:
            return True
        return any(
            item.principal == "*" or re.search(rf"::{account_id}:", item.principal)
            for item in self.permissions.values()
        )

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "ServiceType": [{"ServiceType": "Interface"}],
            "ServiceId": self.id,
            "ServiceName": self.name,
            "ServiceState": self.state,
            "AvailabilityZones": sorted(self.zones),
            "AvailabilityZoneIds": [self.zones[name] for name in sorted(self.zones)],
            "AcceptanceRequired": self.acceptance_required,
            "ManagesVpcEndpoints": False,
            "NetworkLoadBalancerArns": list(self.load_balancer_arns),
            "SupportedIpAddressTypes": list(self.address_types),
            "BaseEndpointDnsNames": [self.base_name],
            "Tags": tagging.documents(self.region, self.id),
            "SupportedRegions": [
                {"Region": name, "ServiceState": "Available"} for name in self.regions
            ],
            "RemoteAccessEnabled": len(self.regions) > 1,
        }
        if self.private_dns:
            document["PrivateDnsName"] = self.private_dns.name
            document["PrivateDnsNameConfiguration"] = {
                "State": self.private_dns_state(),
                "Type": "TXT",
                "Value": self.private_dns.value,
                "Name": self.private_dns.label,
            }
        return document


def find(
    region: Region, service_id: str, code: str = "InvalidVpcEndpointServiceId.NotFound"
) -> EndpointService:
    sweep(region)
    found = region.all(EndpointService).get(service_id)
    if not found or found.gone_at or not found.visible:
        # hashicorp/aws knows both codes: describe answers InvalidVpcEndpointServiceId.NotFound,
        # delete InvalidVpcEndpointService.NotFound.
        raise AwsError(code, f"The VpcEndpointService Id '{service_id}' does not exist")
    return found


def sweep(region: Region) -> None:
    for service_id, item in list(region.all(EndpointService).items()):
        if clock.passed(item.gone_at):
            del region.all(EndpointService)[service_id]
            tagging.forget(region, service_id)


def service_of_load_balancer(arn: str) -> EndpointService | None:
    """A load balancer belongs to one service at most, also while that one is being deleted."""
    for item in WORLD.everywhere(EndpointService):
        sweep(item.region)
    return next(
        (item for item in WORLD.everywhere(EndpointService) if arn in item.load_balancer_arns), None
    )


def by_name(service_name: str) -> EndpointService | None:
    living = (item for item in WORLD.everywhere(EndpointService) if item.gone_at is None)
    return next((item for item in living if item.name == service_name), None)


def connections_of(service: EndpointService) -> list[Endpoint]:
    """Endpoints that hold on to the service.

    A rejected one does for a while: openshift/hypershift keeps trying to delete the service. One
    that is being deleted does until it is gone, which is assumed.
    """
    return [
        item
        for item in WORLD.everywhere(Endpoint)
        if item.service_name == service.name and item.holds_service
    ]


def zones_of_load_balancers(
    region: Region, arns: list[str], served: dict[str, str] | None = None
) -> dict[str, str]:
    """The zones that a service takes over from its load balancers when it is told to."""
    settled = clock.now() - region.account.timing.provisioning.service_zone
    return {
        zone.name: zone.zone_id
        for arn in arns
        for zone in region.all(LoadBalancer)[arn].zones
        if zone.since <= settled or zone.name in (served or {})
    }
