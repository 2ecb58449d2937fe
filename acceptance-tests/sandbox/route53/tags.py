"""Tags of hosted zones, which cannot be given when a zone is created."""

from typing import Any

from sandbox.errors import AwsError
from sandbox.registry import Call, action
from sandbox.route53 import names, zone
from sandbox.route53.zone import HostedZone

# Route 53 API Reference, ChangeTagsForResource: at most 10 tags are added in one request.
LIMIT = 10


@action("route53", "ChangeTagsForResource")
def change_tags(call: Call) -> None:
    found = _zone(call, call["ResourceId"])
    added, removed = call.get("AddTags") or [], call.get("RemoveTagKeys") or []
    if not added and not removed:
        raise AwsError("InvalidInput", "Either AddTags or RemoveTags must be specified.")
    if len(added) > LIMIT or len(removed) > LIMIT:
        raise AwsError("InvalidInput", f"At most {LIMIT} tags can be changed in one request.")
    for key in removed:
        found.tags.pop(key, None)
    found.tags.update({item["Key"]: item.get("Value") or "" for item in added})


@action("route53", "ListTagsForResource")
def list_tags(call: Call) -> dict[str, Any]:
    return {"ResourceTagSet": _document(_zone(call, call["ResourceId"]))}


@action("route53", "ListTagsForResources")
def list_tags_of_several(call: Call) -> dict[str, Any]:
    if len(call["ResourceIds"]) > 10:
        # Route 53 API Reference, ListTagsForResources: up to 10 resources.
        raise AwsError("InvalidInput", "At most 10 resources can be asked for.")
    return {"ResourceTagSets": [_document(_zone(call, item)) for item in call["ResourceIds"]]}


def _zone(call: Call, zone_id: str) -> HostedZone:
    if call["ResourceType"] != "hostedzone":
        raise AwsError("InvalidInput", "The sandbox models tags of hosted zones.")
    return zone.find(call.account, names.plain_id(zone_id))


def _document(found: HostedZone) -> dict[str, Any]:
    return {
        "ResourceType": "hostedzone",
        "ResourceId": found.id,
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(found.tags.items())],
    }
