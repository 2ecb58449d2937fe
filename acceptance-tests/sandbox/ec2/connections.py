"""Endpoints as the owner of their service sees them: describe, accept, reject."""

from typing import Any

from sandbox import clock
from sandbox.accounts import WORLD
from sandbox.ec2 import endpoint, endpoint_service
from sandbox.ec2.endpoint import Endpoint
from sandbox.ec2.endpoint_service import EndpointService
from sandbox.ec2.endpoint_services import unsuccessful_item
from sandbox.ec2.filtering import apply
from sandbox.errors import AwsError
from sandbox.ids import hashed
from sandbox.paging import filters_of, page
from sandbox.registry import Call, action


@action("ec2", "DescribeVpcEndpointConnections")
def describe(call: Call) -> dict[str, Any]:
    _sweep()
    services = {item.name: item for item in call.all(EndpointService).values()}
    seen = [
        item
        for item in WORLD.everywhere(Endpoint)
        if item.service_name in services and item.visible
    ]
    # EC2 API Reference, DescribeVpcEndpointConnections, Filters.
    seen = apply(
        seen,
        filters_of(call.params),
        lambda item: {
            "ip-address-type": item.ip_address_type,
            "service-id": services[item.service_name].id,
            "vpc-endpoint-connection-id": _connection_id(item),
            "vpc-endpoint-id": item.id,
            "vpc-endpoint-owner": item.region.account.id,
            "vpc-endpoint-region": item.region.name,
            "vpc-endpoint-state": item.state,
        },
        lambda item: {},
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
        "VpcEndpointConnections": [_document(services[item.service_name], item) for item in items],
        "NextToken": token,
    }


@action("ec2", "AcceptVpcEndpointConnections")
def accept(call: Call) -> dict[str, Any]:
    def take(item: Endpoint) -> None:
        # VPC PrivateLink Guide, "Accept or reject connection requests", speaks of requests that are
        # pending and of connections that are available. That a rejected one can be accepted after
        # all is assumed: no public text says so or denies it. The switch assumes the contrary.
        final = call.account.faults.switch("rejection", endpoint=item.id)
        acceptable = ("pendingAcceptance",) if final else ("pendingAcceptance", "rejected")
        if item.state not in acceptable:
            raise _wrong_state(item)
        item.accept()

    return _each(call, take)


@action("ec2", "RejectVpcEndpointConnections")
def reject(call: Call) -> dict[str, Any]:
    def turn_away(item: Endpoint) -> None:
        # VPC PrivateLink Guide, "Accept or reject connection requests": also after acceptance.
        if item.state not in ("pendingAcceptance", "pending", "available"):
            raise _wrong_state(item)
        release = call.account.timing.provisioning.connection_release
        item.released_at = clock.after(release)

    return _each(call, turn_away)


def _each(call: Call, change: Any) -> dict[str, Any]:
    """Failures are reported per endpoint, in an answer with status 200."""
    _sweep()
    service = endpoint_service.find(call.region, call["ServiceId"])
    unsuccessful = []
    for endpoint_id in call["VpcEndpointIds"]:
        try:
            change(_connected(service, endpoint_id))
        except AwsError as error:
            unsuccessful.append(unsuccessful_item(endpoint_id, error))
    return {"Unsuccessful": unsuccessful}


def _connected(service: EndpointService, endpoint_id: str) -> Endpoint:
    for item in WORLD.everywhere(Endpoint):
        if item.id == endpoint_id and item.service_name == service.name and item.visible:
            return item
    raise AwsError(
        "InvalidVpcEndpoint.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
    )


def _wrong_state(item: Endpoint) -> AwsError:
    # EC2 API Reference, "Error codes": InvalidState. That accept and reject answer with this one
    # is assumed: no public text quotes it.
    return AwsError("InvalidState", f"The Vpc Endpoint '{item.id}' is in the state {item.state}")


def _sweep() -> None:
    for item in list(WORLD.everywhere(Endpoint)):
        endpoint.sweep(item.region)


def _connection_id(item: Endpoint) -> str:
    return f"vpce-con-{hashed(item.id, 17, '0123456789abcdef')}"


def _document(service: EndpointService, item: Endpoint) -> dict[str, Any]:
    return {
        "ServiceId": service.id,
        "VpcEndpointId": item.id,
        "VpcEndpointOwner": item.region.account.id,
        "VpcEndpointState": item.state,
        "CreationTimestamp": clock.timestamp(item.created),
        "DnsEntries": item.dns_entries(),
        "NetworkLoadBalancerArns": list(service.load_balancer_arns),
        "IpAddressType": item.ip_address_type,
        "VpcEndpointConnectionId": _connection_id(item),
        "VpcEndpointRegion": item.region.name,
    }
