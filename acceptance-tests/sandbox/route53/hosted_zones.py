"""Create, get and delete hosted zones."""

from typing import Any

from sandbox.errors import AwsError
from sandbox.registry import Call, action
from sandbox.route53 import change, names, zone
from sandbox.route53.vpcs import check_conflict, check_vpc
from sandbox.route53.zone import HostedZone, zones_of


@action("route53", "CreateHostedZone")
def create_hosted_zone(call: Call) -> dict[str, Any]:
    name = names.normalised(call["Name"])
    reference = call["CallerReference"]
    config = call.get("HostedZoneConfig") or {}
    if any(item.caller_reference == reference for item in zones_of(call.account).values()):
        # Route 53 API Reference, CreateHostedZone: HostedZoneAlreadyExists, status 409: "The
        # hosted zone you're trying to create already exists, or ... with the specified
        # CallerReference".
        raise AwsError(
            "HostedZoneAlreadyExists",
            f"A hosted zone has already been created with the specified caller reference: "
            f"{reference}",
            409,
        )
    vpc = call.get("VPC")
    vpcs = []
    if vpc:
        # Route 53 API Reference, CreateHostedZone, VPC: a zone made with a VPC is private.
        key = (vpc.get("VPCRegion") or call.region_name, vpc["VPCId"])
        check_vpc(call.account, key)
        check_conflict(name, key)
        vpcs.append(key)
    elif config.get("PrivateZone"):
        raise AwsError(
            "InvalidInput",
            "When you're creating a private hosted zone (when you specify true for PrivateZone), "
            "you must also specify values for VPCId and VPCRegion.",
        )
    made = HostedZone(call.account, name, reference, config.get("Comment"), bool(vpcs), vpcs)
    zones_of(call.account)[made.id] = made
    document: dict[str, Any] = {
        "HostedZone": made.document(),
        "ChangeInfo": change.submit(call.account),
        "Location": f"https://route53.amazonaws.com/2013-04-01/hostedzone/{made.id}",
    }
    if made.private:
        document["VPC"] = made.vpc_documents()[0]
    else:
        document["DelegationSet"] = made.delegation_set()
    return document


@action("route53", "GetHostedZone")
def get_hosted_zone(call: Call) -> dict[str, Any]:
    found = zone.find(call.account, call["Id"])
    if found.private:
        return {"HostedZone": found.document(), "VPCs": found.vpc_documents()}
    return {"HostedZone": found.document(), "DelegationSet": found.delegation_set()}


@action("route53", "UpdateHostedZoneComment")
def update_hosted_zone_comment(call: Call) -> dict[str, Any]:
    found = zone.find(call.account, call["Id"])
    found.comment = call.get("Comment")
    return {"HostedZone": found.document()}


@action("route53", "DeleteHostedZone")
def delete_hosted_zone(call: Call) -> dict[str, Any]:
    found = zone.find(call.account, call["Id"])
    if not found.empty:
        # Route 53 API Reference, DeleteHostedZone: HostedZoneNotEmpty.
        raise AwsError(
            "HostedZoneNotEmpty",
            "The specified hosted zone contains non-required resource record sets  and so cannot "
            "be deleted.",
        )
    del zones_of(call.account)[found.id]
    return {"ChangeInfo": change.submit(call.account)}
