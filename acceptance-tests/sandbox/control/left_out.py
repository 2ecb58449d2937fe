"""Answers without fields that AWS's own models call optional.

AWS's emulators leave such fields out, each others; nothing promises that AWS never will.
"""

from typing import Any

from sandbox.accounts import Account


def prune(account: Account, action: str, answer: dict[str, Any] | None) -> dict[str, Any] | None:
    """The answer, less the fields that the switch `left_out` names for the action."""
    switch = account.faults.switch("left_out") or {}
    fields = switch.get("left_out", {}).get(action)
    return _without(answer, frozenset(fields)) if fields else answer


def _without(value: Any, fields: frozenset[str]) -> Any:
    if isinstance(value, dict):
        # An attribute is left out by its key: {"Key": "idle_timeout", "Value": ...}.
        return {
            key: _without(item, fields) for key, item in value.items() if key not in fields
        }
    if isinstance(value, list | tuple):
        kept = [item for item in value if not _is_attribute(item, fields)]
        return [_without(item, fields) for item in kept]
    return value


def _is_attribute(item: Any, fields: frozenset[str]) -> bool:
    return isinstance(item, dict) and item.get("Key") in fields
