"""Pages of a list, in an order that no client should rely on.

AWS documents no order for its Describe and List calls. A list that fits one page is shuffled at
every call; a longer one is sorted by a hash, so that its pages still fit together.
"""

import base64
import hashlib
import random
from collections.abc import Callable
from typing import Any, TypeVar

from sandbox.errors import AwsError

Item = TypeVar("Item")


def page(
    items: list[Item],
    key: Callable[[Item], str],
    size: int | None,
    marker: str | None,
    default_size: int,
    invalid_marker: str = "ValidationError",
) -> tuple[list[Item], str | None]:
    """One page and the marker of the next one, None at the end."""
    size = size or default_size
    if not marker and len(items) <= size:
        shuffled = list(items)
        random.shuffle(shuffled)
        return shuffled, None
    start = 0
    if marker:
        try:
            start = int(base64.urlsafe_b64decode(marker.encode()).decode())
        except ValueError as error:
            raise AwsError(invalid_marker, f"The marker '{marker}' is not valid.") from error
    ordered = sorted(items, key=lambda item: hashlib.sha256(key(item).encode()).digest())
    end = start + size
    following = None
    if end < len(ordered):
        following = base64.urlsafe_b64encode(str(end).encode()).decode()
    return ordered[start:end], following


def filters_of(params: dict[str, Any]) -> dict[str, list[str]]:
    """EC2's Filters parameter as name -> accepted values."""
    return {item["Name"]: item.get("Values", []) for item in params.get("Filters") or []}
