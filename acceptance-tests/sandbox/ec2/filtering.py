"""EC2 filters: all names must match, for each name one of its values.

EC2 API Reference, Filter. Values may hold the wildcards * and ?.
"""

import fnmatch
from collections.abc import Callable
from typing import Any, TypeVar

from sandbox.ec2 import tagging
from sandbox.errors import AwsError

Item = TypeVar("Item")


def apply(
    items: list[Item],
    filters: dict[str, list[str]],
    fields: Callable[[Item], dict[str, Any]],
    tags: Callable[[Item], dict[str, str]],
) -> list[Item]:
    return [
        item
        for item in items
        if all(_matches(fields(item), tags(item), name, values) for name, values in filters.items())
    ]


def _matches(fields: dict[str, Any], tags: dict[str, str], name: str, values: list[str]) -> bool:
    by_tag = tagging.matches(tags, name, values)
    if by_tag is not None:
        return by_tag
    if name not in fields:
        raise AwsError("InvalidFilter", f"The filter '{name}' is invalid")
    value = fields[name]
    present = value if isinstance(value, (list, tuple)) else [value]
    return any(fnmatch.fnmatchcase(str(item), pattern) for item in present for pattern in values)
