"""Who may create endpoints to a service."""

import re
from typing import Any

from sandbox.ec2 import endpoint_service
from sandbox.ec2.endpoint_service import Permission
from sandbox.ec2.filtering import apply
from sandbox.errors import AwsError
from sandbox.paging import filters_of, page
from sandbox.registry import Call, action

# EC2 API Reference, AllowedPrincipal, principalType, by the shape of the ARN. A role or user with
# a path is not supported: ModifyVpcEndpointServicePermissions says so.
_KINDS = (
    (r"\*", "All"),
    (r"arn:aws[a-z-]*:iam::\d{12}:root", "Account"),
    (r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@-]+", "Role"),
    (r"arn:aws[a-z-]*:iam::\d{12}:user/[\w+=,.@-]+", "User"),
    (r"arn:aws[a-z-]*:organizations::\d{12}:ou/[\w/-]+", "OrganizationUnit"),
    (r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", "Service"),
)


@action("ec2", "ModifyVpcEndpointServicePermissions")
def modify(call: Call) -> dict[str, Any]:
    found = endpoint_service.find(call.region, call["ServiceId"])
    added = [
        Permission(principal, _kind(principal))
        for principal in dict.fromkeys(call.get("AddAllowedPrincipals") or [])
    ]
    for principal in call.get("RemoveAllowedPrincipals") or []:
        _kind(principal)
        found.permissions.pop(principal, None)
    fresh = [item for item in added if item.principal not in found.permissions]
    found.permissions.update({item.principal: item for item in fresh})
    return {
        "AddedPrincipals": [_document(found.id, item) for item in fresh],
        "ReturnValue": True,
    }


@action("ec2", "DescribeVpcEndpointServicePermissions")
def describe(call: Call) -> dict[str, Any]:
    found = endpoint_service.find(call.region, call["ServiceId"])
    # EC2 API Reference, DescribeVpcEndpointServicePermissions, Filters.
    seen = apply(
        list(found.permissions.values()),
        filters_of(call.params),
        lambda item: {"principal": item.principal, "principal-type": item.kind},
        lambda item: {},
    )
    items, token = page(
        seen,
        lambda item: item.id,
        call.get("MaxResults"),
        call.get("NextToken"),
        1000,
        "InvalidNextToken",
    )
    return {
        "AllowedPrincipals": [_document(found.id, item) for item in items],
        "NextToken": token,
    }


def _kind(principal: str) -> str:
    for pattern, kind in _KINDS:
        if re.fullmatch(pattern, principal):
            return kind
    raise AwsError("InvalidPrincipal", f"The principal '{principal}' is not valid")


def _document(service_id: str, permission: Permission) -> dict[str, Any]:
    return {
        "PrincipalType": permission.kind,
        "Principal": permission.principal,
        "ServicePermissionId": permission.id,
        "ServiceId": service_id,
    }
