"""CreateTags and DeleteTags, for objects of ours and of moto."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import validate_resource_ids

from sandbox.ec2 import endpoint_service, networks, tagging
from sandbox.ec2.endpoints import find as find_endpoint
from sandbox.errors import AwsError
from sandbox.registry import Call, action


@action("ec2", "CreateTags")
def create_tags(call: Call) -> None:
    added = {item["Key"]: item.get("Value") or "" for item in call["Tags"]}
    for resource_id in call["Resources"]:
        _check_exists(call, resource_id)
        tagging.check({**tagging.of(call.region, resource_id), **added})
    for resource_id in call["Resources"]:
        tagging.put(call.region, resource_id, added)


@action("ec2", "DeleteTags")
def delete_tags(call: Call) -> None:
    for resource_id in call["Resources"]:
        _check_exists(call, resource_id)
        tags = networks.backend(call.region).tags[resource_id]
        # EC2 API Reference, DeleteTags: without tags all are deleted; with a value only if the
        # value matches.
        for item in call.get("Tags") or [{"Key": key} for key in list(tags)]:
            if item.get("Value") in (None, tags.get(item["Key"])):
                tags.pop(item["Key"], None)


def _check_exists(call: Call, resource_id: str) -> Any:
    if resource_id.startswith("vpce-svc-"):
        return endpoint_service.find(call.region, resource_id)
    if resource_id.startswith("vpce-"):
        return find_endpoint(call.region, resource_id)
    try:
        validate_resource_ids([resource_id])
        return networks.backend(call.region).do_resources_exist([resource_id])
    except EC2ClientError as error:
        raise AwsError(error.code, error.message) from error
