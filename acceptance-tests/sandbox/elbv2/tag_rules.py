"""Rules for tags of load balancing objects."""

from typing import Any

from sandbox.errors import AwsError

# ELB API Reference, Tag: a key has 1 to 128 characters, a value at most 256. Quota: 50 a resource.
LIMIT = 50


def as_dict(tags: list[dict[str, Any]] | None) -> dict[str, str]:
    tags = tags or []
    keys = [tag["Key"] for tag in tags]
    if len(set(keys)) < len(keys):
        # ELB API Reference: DuplicateTagKeys.
        raise AwsError("DuplicateTagKeys", "A tag key was specified more than once")
    for key in keys:
        if key.lower().startswith("aws:"):
            raise AwsError(
                "ValidationError", "aws: prefixed tag key names are not allowed for external use"
            )
    check_count(keys)
    return {tag["Key"]: tag.get("Value") or "" for tag in tags}


def check_count(keys: Any) -> None:
    if len(keys) > LIMIT:
        # ELB API Reference: TooManyTags.
        raise AwsError("TooManyTags", f"The maximum number of tags is {LIMIT}")
