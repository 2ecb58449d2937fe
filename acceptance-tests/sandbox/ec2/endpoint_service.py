"""What an endpoint service is, who may see it, and what is connected to it."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox import clock
from sandbox.accounts import WORLD, Region
from sandbox.ec2 import tagging
from sandbox.elbv2.balancer import LoadBalancer
from sandbox.errors import AwsError
from sandbox.ids import hex_id, lower_alphanumeric

if TYPE_CHECKING:
    from sandbox.ec2.endpoint import Endpoint


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
    verification_started: float | None = None


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
    created: float = field(default_factory=clock.now)
    deleted: float | None = None

    @property
    def name(self) -> str:
        return f"com.amazonaws.vpce.{self.region.name}.{self.id}"

    @property
    def base_name(self) -> str:
        return f"{self.id}.{self.region.name}.vpce.amazonaws.com"

    @property
    def state(self) -> str:
        """EC2 API Reference, ServiceConfiguration, serviceState: capitalised."""
        timing = self.region.account.timing.provisioning
        if self.deleted is not None:
            return "Deleting"
        if clock.now() < self.created + timing.service:
            return "Pending"
        switch = self.region.account.faults.switch("service_state", service=self.id)
        return switch["service_state"] if switch else "Available"

    @property
    def visible(self) -> bool:
        return clock.now() >= self.created + self.region.account.timing.staleness

    @property
    def tags(self) -> dict[str, str]:
        return tagging.of(self.region, self.id)

    def private_dns_state(self) -> str | None:
        """EC2 API Reference, PrivateDnsNameConfiguration, state."""
        if self.private_dns is None:
            return None
        started = self.private_dns.verification_started
        wait = self.region.account.timing.provisioning.private_dns_verification
        if started is None or clock.now() < started + wait:
            return "pendingVerification"
        return "verified"

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


def find(region: Region, service_id: str, code: str = "InvalidVpcEndpointServiceId.NotFound") -> EndpointService:
    sweep(region)
    found = region.all(EndpointService).get(service_id)
    if not found or found.deleted or not found.visible:
        # hashicorp/aws knows both codes: describe answers InvalidVpcEndpointServiceId.NotFound,
        # delete InvalidVpcEndpointService.NotFound.
        raise AwsError(code, f"The VpcEndpointService Id '{service_id}' does not exist")
    return found


def sweep(region: Region) -> None:
    wait = region.account.timing.provisioning.service_deletion
    for service_id, item in list(region.all(EndpointService).items()):
        if item.deleted is not None and clock.now() >= item.deleted + wait:
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
    living = (item for item in WORLD.everywhere(EndpointService) if item.deleted is None)
    return next((item for item in living if item.name == service_name), None)


def connections_of(service: EndpointService) -> list["Endpoint"]:
    """Endpoints that hold on to the service: rejected and failed ones do not."""
    from sandbox.ec2.endpoint import Endpoint

    return [
        item
        for item in WORLD.everywhere(Endpoint)
        if item.service_name == service.name
        and item.state in ("pendingAcceptance", "pending", "available")
    ]


def zones_of_load_balancers(region: Region, arns: list[str]) -> dict[str, str]:
    """The zones that a service takes over from its load balancers when it is told to."""
    settled = clock.now() - region.account.timing.provisioning.service_zone
    return {
        zone.name: zone.zone_id
        for arn in arns
        for zone in region.all(LoadBalancer)[arn].zones
        if zone.since <= settled
    }
