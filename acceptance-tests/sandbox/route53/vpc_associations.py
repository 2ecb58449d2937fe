"""Association of VPCs with private zones, with authorization across accounts."""

from typing import Any

from sandbox.errors import AwsError
from sandbox.registry import Call, action
from sandbox.route53 import change, zone
from sandbox.route53.vpcs import VpcKey, check_conflict, check_vpc


@action("route53", "AssociateVPCWithHostedZone")
def associate(call: Call) -> dict[str, Any]:
    key = _key(call)
    found = zone.find_anywhere(call["HostedZoneId"])
    if not found.private:
        # Route 53 API Reference, AssociateVPCWithHostedZone: PublicZoneVPCAssociation.
        raise AwsError("PublicZoneVPCAssociation", "A public hosted zone has no VPCs.")
    check_vpc(call.account, key)
    if found.account is not call.account and key not in found.authorised_vpcs:
        # Route 53 API Reference, AssociateVPCWithHostedZone: NotAuthorizedException, status 401.
        raise AwsError(
            "NotAuthorizedException",
            f"The VPC: {key[1]} has not authorized to associate with your hosted zone.",
            401,
        )
    check_conflict(found.name, key)
    found.vpcs.append(key)
    return {"ChangeInfo": change.submit(call.account, call.get("Comment"))}


@action("route53", "DisassociateVPCFromHostedZone")
def disassociate(call: Call) -> dict[str, Any]:
    key = _key(call)
    found = zone.find(call.account, call["HostedZoneId"])
    if key not in found.vpcs:
        # Route 53 API Reference, DisassociateVPCFromHostedZone: VPCAssociationNotFound.
        raise AwsError(
            "VPCAssociationNotFound", f"The VPC: {key[1]} is not associated with the zone.", 404
        )
    if len(found.vpcs) == 1:
        # Same page: LastVPCAssociation.
        raise AwsError("LastVPCAssociation", "The last VPC of a private zone cannot be removed.")
    found.vpcs.remove(key)
    return {"ChangeInfo": change.submit(call.account, call.get("Comment"))}


@action("route53", "CreateVPCAssociationAuthorization")
def authorise(call: Call) -> dict[str, Any]:
    found = zone.find(call.account, call["HostedZoneId"])
    key = _key(call)
    if key not in found.authorised_vpcs:
        found.authorised_vpcs.append(key)
    return {"HostedZoneId": found.id, "VPC": {"VPCRegion": key[0], "VPCId": key[1]}}


@action("route53", "DeleteVPCAssociationAuthorization")
def withdraw(call: Call) -> None:
    found = zone.find(call.account, call["HostedZoneId"])
    key = _key(call)
    if key not in found.authorised_vpcs:
        # Route 53 API Reference: VPCAssociationAuthorizationNotFound, status 404.
        raise AwsError(
            "VPCAssociationAuthorizationNotFound", f"The VPC {key[1]} is not authorized.", 404
        )
    found.authorised_vpcs.remove(key)


@action("route53", "ListVPCAssociationAuthorizations")
def list_authorisations(call: Call) -> dict[str, Any]:
    found = zone.find(call.account, call["HostedZoneId"])
    vpcs = [{"VPCRegion": region, "VPCId": vpc_id} for region, vpc_id in found.authorised_vpcs]
    return {"HostedZoneId": found.id, "VPCs": vpcs}


def _key(call: Call) -> VpcKey:
    vpc = call["VPC"]
    return vpc.get("VPCRegion") or call.region_name, vpc["VPCId"]
