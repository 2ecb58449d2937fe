"""Create, describe and delete interface endpoints."""

from typing import Any

from sandbox import clock
from sandbox.accounts import Region
from sandbox.ec2 import client_tokens, endpoint, endpoint_rules, networks, tagging
from sandbox.ec2.endpoint import Endpoint
from sandbox.ec2.endpoint_service import by_name
from sandbox.ec2.endpoint_services import unsuccessful_item
from sandbox.ec2.filtering import apply
from sandbox.errors import AwsError
from sandbox.paging import filters_of, page
from sandbox.registry import Call, action

# VPC PrivateLink Guide, "Quotas": interface and Gateway Load Balancer endpoints per VPC.
QUOTA = 50


@action("ec2", "CreateVpcEndpoint")
def create(call: Call) -> dict[str, Any]:
    endpoint.sweep(call.region)
    earlier = client_tokens.replayed(call, "endpoint")
    if earlier:
        return _created(call, find(call.region, earlier))
    if call.get("VpcEndpointType") != "Interface" or not call.get("ServiceName"):
        raise AwsError("InvalidParameter", "The sandbox models endpoints of type Interface")
    vpc = networks.vpc(call.region, call["VpcId"])
    if vpc is None:
        raise AwsError("InvalidVpcId.NotFound", f"The Vpc Id {call['VpcId']} does not exist")
    service_region = call.get("ServiceRegion") or call.region_name
    service = endpoint_rules.visible_service(call.region, call["ServiceName"], service_region)
    if not clock.passed(service.connectable_at):
        raise AwsError("Unavailable", "The service is currently unavailable. Try again later.", 503)
    chosen = endpoint_rules.subnets(call.region, vpc.id, _subnet_ids(call))
    endpoint_rules.check_zones(service, call.region, chosen)
    address_type = call.get("IpAddressType") or (
        "ipv4" if "ipv4" in service.address_types else "ipv6"
    )
    endpoint_rules.check_address_type(service, address_type, chosen)
    groups = endpoint_rules.groups(call.region, vpc.id, list(call.get("SecurityGroupIds") or []))
    tags = tagging.from_specifications(call.get("TagSpecifications"), "vpc-endpoint")
    if sum(item.vpc_id == vpc.id for item in call.all(Endpoint).values()) >= QUOTA:
        raise AwsError("VpcEndpointLimitExceeded", f"The VPC {vpc.id} has {QUOTA} endpoints")
    wants_private_dns = bool(call.get("PrivateDnsEnabled", False))
    if wants_private_dns:
        others = private_names(call.region, vpc.id)
        endpoint_rules.check_private_dns(
            call.region, vpc, service, not service.acceptance_required, others
        )
    made = Endpoint(
        region=call.region,
        vpc_id=vpc.id,
        service_name=service.name,
        service_region=service_region,
        service_base_name=service.base_name,
        subnets=chosen,
        group_ids=groups,
        ip_address_type=address_type,
        dns_record_ip_type=(call.get("DnsOptions") or {}).get("DnsRecordIpType") or address_type,
        private_dns_enabled=wants_private_dns,
        policy=call.get("PolicyDocument"),
    )
    # An endpoint of the service's own account waits for acceptance like any other.
    if not service.acceptance_required:
        made.accept()
    for subnet in chosen:
        endpoint.add_interface(made, subnet)
    call.all(Endpoint)[made.id] = made
    tagging.put(call.region, made.id, tags)
    client_tokens.remember(call, "endpoint", made.id)
    return _created(call, made)


@action("ec2", "DescribeVpcEndpoints")
def describe(call: Call) -> dict[str, Any]:
    endpoint.sweep(call.region)
    seen = [item for item in call.all(Endpoint).values() if item.visible]
    ids = call.get("VpcEndpointIds")
    if ids:
        known = {item.id for item in seen}
        for endpoint_id in ids:
            if endpoint_id not in known:
                raise AwsError(
                    "InvalidVpcEndpointId.NotFound",
                    f"The Vpc Endpoint Id '{endpoint_id}' does not exist",
                )
        seen = [item for item in seen if item.id in ids]
    # EC2 API Reference, DescribeVpcEndpoints, Filters.
    seen = apply(
        seen,
        filters_of(call.params),
        lambda item: {
            "ip-address-type": item.ip_address_type,
            "service-name": item.service_name,
            "service-region": item.service_region,
            "vpc-id": item.vpc_id,
            "vpc-endpoint-id": item.id,
            "vpc-endpoint-state": item.state,
            "vpc-endpoint-type": "Interface",
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
    return {"VpcEndpoints": [item.document() for item in items], "NextToken": token}


@action("ec2", "DeleteVpcEndpoints")
def delete(call: Call) -> dict[str, Any]:
    """Failures are reported per endpoint, in an answer with status 200."""
    unsuccessful = []
    for endpoint_id in call["VpcEndpointIds"]:
        try:
            found = find(call.region, endpoint_id, "InvalidVpcEndpoint.NotFound")
            if found.gone_at is None:
                found.gone_at = clock.after(call.account.timing.provisioning.endpoint_deletion)
        except AwsError as error:
            unsuccessful.append(unsuccessful_item(endpoint_id, error))
    endpoint.sweep(call.region)
    return {"Unsuccessful": unsuccessful}


def find(region: Region, endpoint_id: str, code: str = "InvalidVpcEndpointId.NotFound") -> Endpoint:
    """hashicorp/aws expects both codes: InvalidVpcEndpoint.NotFound comes from the delete call."""
    endpoint.sweep(region)
    found = region.all(Endpoint).get(endpoint_id)
    if found is None or not found.visible:
        raise AwsError(code, f"The Vpc Endpoint Id '{endpoint_id}' does not exist")
    return found


def private_names(region: Region, vpc_id: str) -> list[str | None]:
    """Private DNS names that endpoints of the VPC already answer for."""
    enabled = [
        by_name(item.service_name)
        for item in region.all(Endpoint).values()
        if item.vpc_id == vpc_id and item.private_dns_enabled and item.gone_at is None
    ]
    return [item.private_dns.name for item in enabled if item and item.private_dns]


def _subnet_ids(call: Call) -> list[str]:
    configured = [item["SubnetId"] for item in call.get("SubnetConfigurations") or []]
    return list(dict.fromkeys([*(call.get("SubnetIds") or []), *configured]))


def _created(call: Call, item: Endpoint) -> dict[str, Any]:
    return {"VpcEndpoint": item.document(), "ClientToken": call.get("ClientToken")}
