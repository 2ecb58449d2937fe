"""DescribeVpcEndpointServices: what a consumer sees, across accounts."""

from typing import Any

from sandbox.accounts import WORLD
from sandbox.ec2 import tagging
from sandbox.ec2.endpoint_service import EndpointService
from sandbox.ec2.filtering import apply
from sandbox.errors import AwsError
from sandbox.paging import filters_of, page
from sandbox.registry import Call, action


@action("ec2", "DescribeVpcEndpointServices")
def describe(call: Call) -> dict[str, Any]:
    regions = call.get("ServiceRegions") or [call.region_name]
    seen = [
        item
        for item in WORLD.everywhere(EndpointService)
        if item.gone_at is None
        and item.visible
        and item.region.name in regions
        and call.region_name in item.regions
        and item.allows(call.account.id)
    ]
    names = call.get("ServiceNames")
    if names:
        known = {item.name for item in seen}
        for name in names:
            if name not in known:
                # The same answer for a missing service and for one that this account may not see.
                raise AwsError(
                    "InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist"
                )
        seen = [item for item in seen if item.name in names]
    # EC2 API Reference, DescribeVpcEndpointServices, Filters.
    seen = apply(
        seen,
        filters_of(call.params),
        lambda item: {
            "owner": item.region.account.id,
            "service-name": item.name,
            "service-region": item.region.name,
            "service-type": "Interface",
            "supported-ip-address-types": item.address_types,
        },
        lambda item: _visible_tags(call, item),
    )
    items, token = page(
        seen,
        lambda item: item.id,
        call.get("MaxResults"),
        call.get("NextToken"),
        1000,
        "InvalidNextToken",
    )
    return {
        "ServiceNames": [item.name for item in items],
        "ServiceDetails": [_document(call, item) for item in items],
        "NextToken": token,
    }


def _visible_tags(call: Call, service: EndpointService) -> dict[str, str]:
    """Tags belong to the account that set them."""
    return service.tags if service.region.account is call.account else {}


def _document(call: Call, service: EndpointService) -> dict[str, Any]:
    own = service.region.account is call.account
    document = {
        "ServiceName": service.name,
        "ServiceId": service.id,
        "ServiceType": [{"ServiceType": "Interface"}],
        "ServiceRegion": service.region.name,
        "AvailabilityZones": sorted(service.zones),
        "AvailabilityZoneIds": [service.zones[name] for name in sorted(service.zones)],
        "Owner": service.region.account.id,
        "BaseEndpointDnsNames": [service.base_name],
        "VpcEndpointPolicySupported": False,
        "AcceptanceRequired": service.acceptance_required,
        "ManagesVpcEndpoints": False,
        "Tags": tagging.documents(service.region, service.id) if own else [],
        "SupportedIpAddressTypes": list(service.address_types),
    }
    if service.private_dns:
        document["PrivateDnsName"] = service.private_dns.name
        document["PrivateDnsNames"] = [{"PrivateDnsName": service.private_dns.name}]
        document["PrivateDnsNameVerificationState"] = service.private_dns_state()
    return document
