"""GetChange."""

from typing import Any

from sandbox.accounts import GLOBAL
from sandbox.errors import AwsError
from sandbox.registry import Call, action
from sandbox.route53.change import Change


@action("route53", "GetChange")
def get_change(call: Call) -> dict[str, Any]:
    change_id = call["Id"].removeprefix("/change/")
    found = call.account.region(GLOBAL).all(Change).get(change_id)
    if found is None:
        # Route 53 API Reference, GetChange: NoSuchChange.
        raise AwsError("NoSuchChange", f"Could not find resource with ID: {change_id}", 404)
    return {"ChangeInfo": found.document()}
