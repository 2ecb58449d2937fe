"""Constraints that botocore's service models state: required, enum, minimum, maximum, pattern."""

import re
from typing import Any

from moto.core.utils import get_service_model

from sandbox.errors import AwsError


def validate(service: str, action: str, params: dict[str, Any]) -> None:
    shape = get_service_model(service).operation_model(action).input_shape
    if shape is not None:
        _structure(service, shape, params, "")


def _structure(service: str, shape: Any, value: dict[str, Any], path: str) -> None:
    for name in shape.required_members:
        if value.get(name) is None:
            raise _missing(service, path + name)
    for name, member in shape.members.items():
        if value.get(name) is not None:
            _value(service, member, value[name], path + name)


def _value(service: str, shape: Any, value: Any, path: str) -> None:
    if shape.type_name == "structure":
        _structure(service, shape, value, path + ".")
    elif shape.type_name == "list":
        for item in value:
            _value(service, shape.member, item, path)
    elif shape.type_name == "string":
        _string(service, shape, value, path)
    elif shape.type_name in ("integer", "long"):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and value < low or high is not None and value > high:
            raise _invalid(service, path, value, f"Member must be between {low} and {high}")


def _string(service: str, shape: Any, value: str, path: str) -> None:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        raise _invalid(
            service, path, value, f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        )
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and len(value) < low or high is not None and len(value) > high:
        raise _invalid(service, path, value, f"Member must have length between {low} and {high}")
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        raise _invalid(service, path, value, f"Member must match {pattern}")


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        # Some patterns of the models are Java's, such as \p{L}: they are not checked.
        return True


def _missing(service: str, path: str) -> AwsError:
    if service == "ec2":
        # EC2 API Reference, "Error codes": MissingParameter.
        return AwsError("MissingParameter", f"The request must contain the parameter {path}")
    return _invalid(service, path, "null", "Member must not be null")


def _invalid(service: str, path: str, value: Any, rule: str) -> AwsError:
    if service == "ec2":
        # EC2 API Reference, "Error codes": InvalidParameterValue.
        return AwsError(
            "InvalidParameterValue", f"Value ({value}) for parameter {path} is invalid. {rule}"
        )
    # ELB API Reference, "Common Errors": ValidationError. Route 53 answers InvalidInput.
    code = "InvalidInput" if service == "route53" else "ValidationError"
    name = path[0].lower() + path[1:]
    return AwsError(
        code,
        f"1 validation error detected: Value '{value}' at '{name}' "
        f"failed to satisfy constraint: {rule}",
    )
