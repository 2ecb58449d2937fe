"""What an account holds, without what is different in every run: ids, times, counters."""

import json
from typing import Any

RESOURCE = "kafka-privatelink:resource"

# Kept by the sandbox beside what AWS shows: times, and what an equal call is known by.
_VOLATILE = frozenset(
    "alpn_policy available_at born_with_groups caller_reference created dns_record_ip_type "
    "gone_at hash id interface_id interface_ids private_ipv4 registered registration released_at "
    "request resolved_at since service_base_name used_since visible_at "
    # The run that made a resource, on the first of its objects.
    "kafka-privatelink:create".split()
)


def labels(objects: dict[str, Any]) -> dict[str, str]:
    """Id or ARN -> what the provider's own tag calls it, or the id itself for what is not ours."""
    return {
        identifier: (fields.get("tags") or {}).get(RESOURCE, identifier)
        for kinds in objects.values()
        for listed in kinds.values()
        for identifier, fields in listed.items()
    }


def shape(objects: dict[str, Any]) -> dict[str, Any]:
    """Label -> what the object is like, from a snapshot of the sandbox; ids become labels."""
    known = labels(objects)
    return {
        known[identifier]: _plain(fields, known)
        for kinds in objects.values()
        for listed in kinds.values()
        for identifier, fields in listed.items()
    }


def _plain(value: Any, known: dict[str, str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {
            _text(name, known): _plain(item, known, name)
            for name, item in value.items()
            if name not in _VOLATILE and not (key == "targets" and item.get("gone_at"))
        }
    if isinstance(value, list):
        # Rules of a security group begin with an id.
        items = [item[1:] for item in value] if key == "rules" else value
        return sorted((_plain(item, known) for item in items), key=json.dumps)
    return _text(value, known) if isinstance(value, str) else value


def _text(text: str, known: dict[str, str]) -> str:
    """Ids also stand inside of longer texts: names of endpoints and services, ARNs of listeners."""
    if text in known:
        return known[text]
    for identifier, label in known.items():
        if identifier in text:
            # An alias ends in a hash of its own after the endpoint's id.
            return f"of {label}"
    return text
