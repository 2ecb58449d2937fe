"""Create, describe and delete endpoint services."""

from typing import Any

from sandbox import clock
from sandbox.ec2 import client_tokens, endpoint_service, tagging
from sandbox.ec2.endpoint_service import (
    EndpointService,
    PrivateDnsName,
    connections_of,
    zones_of_load_balancers,
)
from sandbox.ec2.endpoint_service_rules import (
    check_address_types,
    check_load_balancers,
    check_regions,
)
from sandbox.ec2.filtering import apply
from sandbox.errors import AwsError
from sandbox.paging import filters_of, page
from sandbox.registry import Call, action


@action("ec2", "CreateVpcEndpointServiceConfiguration")
def create(call: Call) -> dict[str, Any]:
    earlier = client_tokens.replayed(call, "endpoint-service")
    if earlier:
        return _created(call, endpoint_service.find(call.region, earlier))
    endpoint_service.sweep(call.region)
    arns = list(dict.fromkeys(call.get("NetworkLoadBalancerArns") or []))
    if not arns or call.get("GatewayLoadBalancerArns"):
        # EC2 API Reference, CreateVpcEndpointServiceConfiguration: network or gateway load
        # balancers are required; the sandbox models network load balancers.
        raise AwsError("InvalidParameter", "Specify one or more network load balancer ARNs")
    address_types = list(call.get("SupportedIpAddressTypes") or ["ipv4"])
    regions = list(dict.fromkeys([call.region_name, *(call.get("SupportedRegions") or [])]))
    tags = tagging.from_specifications(call.get("TagSpecifications"), "vpc-endpoint-service")
    check_load_balancers(call.region, arns)
    check_address_types(call.region, address_types, arns)
    check_regions(call.region, regions, arns)
    private_name = call.get("PrivateDnsName")
    made = EndpointService(
        region=call.region,
        load_balancer_arns=arns,
        # EC2 API Reference: acceptance is required unless the request says otherwise.
        acceptance_required=call.get("AcceptanceRequired", True),
        address_types=address_types,
        regions=regions,
        zones=zones_of_load_balancers(call.region, arns),
        private_dns=PrivateDnsName(private_name) if private_name else None,
    )
    call.all(EndpointService)[made.id] = made
    tagging.put(call.region, made.id, tags)
    client_tokens.remember(call, "endpoint-service", made.id)
    return _created(call, made)


@action("ec2", "DescribeVpcEndpointServiceConfigurations")
def describe(call: Call) -> dict[str, Any]:
    endpoint_service.sweep(call.region)
    seen = [item for item in call.all(EndpointService).values() if item.visible]
    ids = call.get("ServiceIds")
    if ids:
        known = {item.id for item in seen}
        for service_id in ids:
            if service_id not in known:
                raise AwsError(
                    "InvalidVpcEndpointServiceId.NotFound",
                    f"The VpcEndpointService Id '{service_id}' does not exist",
                )
        seen = [item for item in seen if item.id in ids]
    # EC2 API Reference, DescribeVpcEndpointServiceConfigurations, Filters.
    seen = apply(
        seen,
        filters_of(call.params),
        lambda item: {
            "service-id": item.id,
            "service-name": item.name,
            "service-state": item.state,
            "supported-ip-address-types": item.address_types,
        },
        lambda item: item.tags,
    )
    items, token = page(
        seen,
        lambda item: item.id,
        call.get("MaxResults"),
        call.get("NextToken"),
        1000,
        "InvalidNextToken",
    )
    return {"ServiceConfigurations": [item.document() for item in items], "NextToken": token}


@action("ec2", "DeleteVpcEndpointServiceConfigurations")
def delete(call: Call) -> dict[str, Any]:
    """Failures are reported per service, in an answer with status 200."""
    unsuccessful = []
    for service_id in call["ServiceIds"]:
        try:
            found = endpoint_service.find(
                call.region, service_id, "InvalidVpcEndpointService.NotFound"
            )
            if connections_of(found):
                # VPC PrivateLink Guide, "Delete an endpoint service": not while endpoints are
                # connected in state available or pending-acceptance.
                raise AwsError(
                    "ExistingVpcEndpointConnections",
                    f"Service {service_id} has existing active VPC Endpoint connections!",
                )
            found.gone_at = clock.after(call.account.timing.provisioning.service_deletion)
        except AwsError as error:
            unsuccessful.append(unsuccessful_item(service_id, error))
    endpoint_service.sweep(call.region)
    return {"Unsuccessful": unsuccessful}


def unsuccessful_item(resource_id: str, error: AwsError) -> dict[str, Any]:
    """EC2 API Reference, UnsuccessfulItem."""
    return {
        "ResourceId": resource_id,
        "Error": {"Code": error.code, "Message": error.message},
    }


def _created(call: Call, service: EndpointService) -> dict[str, Any]:
    return {"ServiceConfiguration": service.document(), "ClientToken": call.get("ClientToken")}
