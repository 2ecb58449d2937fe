"""Idempotency of EC2's create calls.

EC2 API Reference, "Ensuring idempotency": a repeated request with the same client token returns
the first result; with other parameters it fails with IdempotentParameterMismatch.
"""

import json
from dataclasses import dataclass

from sandbox.errors import AwsError
from sandbox.registry import Call


@dataclass
class Remembered:
    request: str
    object_id: str


def _request(call: Call) -> str:
    return json.dumps(
        {key: value for key, value in call.params.items() if key != "ClientToken"},
        sort_keys=True,
        default=str,
    )


def replayed(call: Call, kind: str) -> str | None:
    """The id that an earlier call with this token made."""
    token = call.get("ClientToken")
    earlier = call.all(Remembered).get(f"{kind}/{token}") if token else None
    if earlier is None:
        return None
    if earlier.request != _request(call):
        raise AwsError(
            "IdempotentParameterMismatch",
            f"The client token '{token}' was used before with different parameters",
        )
    return earlier.object_id


def remember(call: Call, kind: str, object_id: str) -> None:
    token = call.get("ClientToken")
    if token:
        call.all(Remembered)[f"{kind}/{token}"] = Remembered(_request(call), object_id)
