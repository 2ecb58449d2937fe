"""Authorizing rules of security groups: all of a call or none, and an answer with every rule.

moto adds the rules before a duplicate, and answers with those of the last permission only.
EC2 API Reference, AuthorizeSecurityGroupIngress: InvalidPermission.Duplicate, SecurityGroupRules.
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.security_groups import parse_sg_attributes_from_dict

from sandbox.ec2 import networks, tagging
from sandbox.errors import AwsError
from sandbox.registry import Call, action, guard


@guard("ec2", "CreateSecurityGroup")
def check_name(call: Call) -> None:
    """EC2 API Reference, CreateSecurityGroup, GroupName: "Cannot start with sg-"."""
    name = str(call.get("GroupName") or "")
    if name.lower().startswith("sg-"):
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({name}) for parameter GroupName is invalid. Group names may not be in the "
            "format sg-*.",
        )


@action("ec2", "AuthorizeSecurityGroupIngress")
def authorize_ingress(call: Call) -> dict[str, Any]:
    return _authorize(call, "ingress")


@action("ec2", "AuthorizeSecurityGroupEgress")
def authorize_egress(call: Call) -> dict[str, Any]:
    return _authorize(call, "egress")


def _authorize(call: Call, direction: str) -> dict[str, Any]:
    group_id = call.get("GroupId")
    group = networks.security_group(call.region, group_id) if group_id else None
    if group is None:
        raise AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    tags = tagging.from_specifications(call.get("TagSpecifications"), "security-group-rule")
    authorize = getattr(networks.backend(call.region), f"authorize_security_group_{direction}")
    rules = getattr(group, f"{direction}_rules")
    before = list(rules)
    made: list[Any] = []
    try:
        for permission in call.get("IpPermissions") or [call.params]:
            added, _ = authorize(group.id, *_arguments(permission, tags))
            made.extend(added)
    except EC2ClientError as error:
        rules[:] = before
        raise AwsError(error.code, error.message) from error
    return {"Return": True, "SecurityGroupRules": [_document(rule) for rule in made]}


def _arguments(permission: dict[str, Any], tags: dict[str, str]) -> tuple[Any, ...]:
    protocol, low, high, ranges, groups, prefix_lists = parse_sg_attributes_from_dict(permission)
    return protocol, low, high, ranges, tags, groups, prefix_lists


def _document(rule: Any) -> dict[str, Any]:
    document = {
        "SecurityGroupRuleId": rule.id,
        "GroupId": rule.group_id,
        "GroupOwnerId": rule.owner_id,
        "IsEgress": rule.is_egress,
        "IpProtocol": rule.ip_protocol,
        # EC2 API Reference, SecurityGroupRule: -1 stands for all ports.
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
        "CidrIpv4": rule.cidr_ipv4,
        "CidrIpv6": rule.cidr_ipv6,
        "PrefixListId": rule.prefix_list_id,
        "ReferencedGroupInfo": rule.referenced_group_info,
        "Description": rule.description,
        "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in rule.get_tags()],
    }
    return {key: value for key, value in document.items() if value is not None}
