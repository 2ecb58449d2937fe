"""Every AWS call of an account, in order, for assertions and benchmarks."""

from collections import deque
from typing import Any

LIMIT = 50_000

# An action that starts with one of these words changes nothing.
_READS = ("Describe", "Get", "List", "Search", "Lookup", "Test")


def is_write(action: str) -> bool:
    return not action.startswith(_READS)


class CallLog:
    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=LIMIT)

    def add(self, entry: dict[str, Any]) -> None:
        self._entries.append(entry)

    def entries(self) -> list[dict[str, Any]]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()
