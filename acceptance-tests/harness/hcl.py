"""Terraform configuration from Python values."""

import json
from typing import Any


class Expression(str):
    """Text that is HCL already: a reference, a call, a `for`; as a key, one without quotes."""


def render(value: Any, indent: int = 0) -> str:
    """One value as an HCL expression: None is null, dicts are objects with quoted keys where HCL
    needs them."""
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, dict):
        inner = "".join(
            f"{'  ' * (indent + 1)}{_key(key)} = {render(item, indent + 1)}\n"
            for key, item in value.items()
        )
        return f"{{\n{inner}{'  ' * indent}}}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(render(item, indent) for item in value) + "]"
    # JSON's scalars are HCL's, but for the two template markers.
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")


def block(kind: str, *labels: str, body: dict[str, Any] | None = None, extra: str = "") -> str:
    """`kind "label" { body }`; `extra` is HCL put in front of the closing brace as it is."""
    head = " ".join([kind, *(f'"{label}"' for label in labels)])
    lines = "".join(f"  {key} = {render(item, 1)}\n" for key, item in (body or {}).items())
    return f"{head} {{\n{lines}{extra}}}\n"


def _key(key: str) -> str:
    return key if isinstance(key, Expression) or key.isidentifier() else json.dumps(key)
