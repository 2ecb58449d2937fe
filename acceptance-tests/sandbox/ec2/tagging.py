"""Tags of EC2 objects live in moto's store, so that every tag call sees them."""

from typing import Any

from sandbox.accounts import Region
from sandbox.ec2 import networks
from sandbox.errors import AwsError

# EC2 User Guide, "Tag restrictions": 50 tags, keys of at most 128 characters, no aws: prefix.
LIMIT = 50


def from_specifications(
    specifications: list[dict[str, Any]] | None, resource_type: str
) -> dict[str, str]:
    tags: dict[str, str] = {}
    for specification in specifications or []:
        if specification.get("ResourceType") != resource_type:
            raise AwsError(
                "InvalidParameterValue",
                f"'{specification.get('ResourceType')}' is not a valid taggable resource type for "
                "this operation.",
            )
        for tag in specification.get("Tags") or []:
            tags[tag["Key"]] = tag.get("Value") or ""
    check(tags)
    return tags


def check(tags: dict[str, str]) -> None:
    for key in tags:
        if key.startswith("aws:"):
            raise AwsError(
                "InvalidParameterValue",
                f"Value ( {key} ) for parameter key is invalid. Tag keys starting with 'aws:' are "
                "reserved for internal use",
            )
    if len(tags) > LIMIT:
        raise AwsError("TagLimitExceeded", f"The maximum number of Tags is {LIMIT}")


def put(region: Region, resource_id: str, tags: dict[str, str]) -> None:
    if tags:
        networks.backend(region).tags[resource_id].update(tags)


def of(region: Region, resource_id: str) -> dict[str, str]:
    return dict(networks.backend(region).tags.get(resource_id, {}))


def documents(region: Region, resource_id: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in of(region, resource_id).items()]


def forget(region: Region, resource_id: str) -> None:
    networks.backend(region).tags.pop(resource_id, None)


def matches(tags: dict[str, str], name: str, values: list[str]) -> bool | None:
    """Whether a tag:<key> or tag-key filter matches, None if it is no tag filter."""
    if name.startswith("tag:"):
        return tags.get(name.removeprefix("tag:")) in values
    if name == "tag-key":
        return any(key in values for key in tags)
    return None
