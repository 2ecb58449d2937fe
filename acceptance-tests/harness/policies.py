"""The documented IAM policies, as sets of actions."""

import json
import re
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "iam-policies.md"
# Allowed to everybody, whatever a policy says.
FREE = {"sts:GetCallerIdentity"}


def _statements() -> dict[str, set[str]]:
    blocks = re.findall(r"```json\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return {
        statement["Sid"]: set(statement["Action"])
        for block in blocks
        for statement in json.loads(block)["Statement"]
    }


PLANNED = _statements()["Planned"]
CALLED = _statements()["Called"]
ALONG = _statements()["CheckedAlongWithThem"]
ENDPOINT = _statements()["Endpoint"]
DATA = _statements()["Data"]


def action(call: dict[str, str]) -> str:
    return f"{call['service']}:{call['action']}"
