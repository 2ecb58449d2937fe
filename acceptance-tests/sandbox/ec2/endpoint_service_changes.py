"""ModifyVpcEndpointServiceConfiguration, and the verification of a private DNS name."""

from typing import Any

from sandbox import clock
from sandbox.ec2 import endpoint_service
from sandbox.ec2.endpoint_service import PrivateDnsName, connections_of, zones_of_load_balancers
from sandbox.ec2.endpoint_service_rules import (
    check_address_types,
    check_load_balancers,
    check_regions,
)
from sandbox.errors import AwsError
from sandbox.registry import Call, action


@action("ec2", "ModifyVpcEndpointServiceConfiguration")
def modify(call: Call) -> dict[str, Any]:
    found = endpoint_service.find(call.region, call["ServiceId"])
    arns = _changed(call, found.load_balancer_arns, "NetworkLoadBalancerArns")
    address_types = _changed(call, found.address_types, "SupportedIpAddressTypes")
    regions = _changed(call, found.regions, "SupportedRegions")
    removed = [arn for arn in found.load_balancer_arns if arn not in arns]
    if removed and connections_of(found):
        # VPC PrivateLink Guide, "Configure an endpoint service": "You can't disassociate a load
        # balancer if there are endpoints connected to your endpoint service."
        raise AwsError(
            "ExistingVpcEndpointConnections",
            f"Service {found.id} has existing active VPC Endpoint connections!",
        )
    if not arns:
        raise AwsError("InvalidParameter", "An endpoint service needs a load balancer")
    if call.region_name not in regions:
        # VPC PrivateLink Guide, "Cross-Region access": the host region is always supported.
        raise AwsError(
            "InvalidParameter", f"The service's own Region {call.region_name} cannot be removed"
        )
    check_load_balancers(call.region, [arn for arn in arns if arn not in found.load_balancer_arns])
    check_address_types(call.region, address_types, arns)
    if call.get("AddSupportedRegions"):
        check_regions(call.region, regions, arns)
    found.load_balancer_arns, found.address_types, found.regions = arns, address_types, regions
    if call.get("AcceptanceRequired") is not None:
        found.acceptance_required = call["AcceptanceRequired"]
    if call.get("PrivateDnsName"):
        found.private_dns = PrivateDnsName(call["PrivateDnsName"])
    if call.get("RemovePrivateDnsName"):
        found.private_dns = None
    # VPC PrivateLink Guide, "Configure an endpoint service": a zone added to the load balancer
    # is served only after this call, which may name the service alone.
    # What it serves already it goes on to serve, however new.
    found.zones = zones_of_load_balancers(call.region, arns, served=found.zones)
    return {"Return": True}


@action("ec2", "StartVpcEndpointServicePrivateDnsVerification")
def start_verification(call: Call) -> dict[str, Any]:
    found = endpoint_service.find(call.region, call["ServiceId"])
    if found.private_dns is None:
        raise AwsError("InvalidParameter", f"Service {found.id} has no private DNS name")
    wait = call.account.timing.provisioning.private_dns_verification
    found.private_dns.verified_at = clock.after(wait)
    return {"ReturnValue": True}


def _changed(call: Call, before: list[str], name: str) -> list[str]:
    """A list after its Add and Remove parameters; removing what is absent is refused."""
    removed = call.get(f"Remove{name}") or []
    for item in removed:
        if item not in before:
            raise AwsError("InvalidParameter", f"'{item}' is not associated with the service")
    kept = [item for item in before if item not in removed]
    return list(dict.fromkeys([*kept, *(call.get(f"Add{name}") or [])]))
