"""Create, describe, modify and delete target groups."""

import re
from typing import Any

from sandbox import clock
from sandbox.ec2 import networks
from sandbox.elbv2 import balancer, tag_rules, target_group
from sandbox.elbv2.load_balancers import check_name
from sandbox.elbv2.target_group import TargetGroup
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import Call, action

# ELB User Guide, "Quotas for your Network Load Balancers": 3,000 in a region.
QUOTA = 3000
# ELB User Guide, "Target groups for your Network Load Balancers", protocols.
PROTOCOLS = ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")
_HEALTH_CHECK_KEYS = (
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "HealthCheckPath",
    "Matcher",
)


@action("elbv2", "CreateTargetGroup")
def create_target_group(call: Call) -> dict[str, Any]:
    name = call["Name"]
    check_name(name, "Target group")
    made = TargetGroup(
        region=call.region,
        name=name,
        protocol=_required(call, "Protocol"),
        port=_required(call, "Port"),
        vpc_id=_required(call, "VpcId"),
        target_type=call.get("TargetType") or "instance",
        ip_address_type=call.get("IpAddressType") or "ipv4",
        health_check={},
        attributes={},
        tags=tag_rules.as_dict(call.get("Tags")),
    )
    if made.protocol not in PROTOCOLS or made.target_type not in ("ip", "instance"):
        raise AwsError(
            "InvalidConfigurationRequest",
            "The sandbox models instance and ip target groups of network load balancers",
        )
    if networks.vpc(call.region, made.vpc_id) is None:
        raise AwsError("ValidationError", f"The VPC ID '{made.vpc_id}' is not found")
    made.health_check = _health_check({}, call.params)
    made.attributes = _default_attributes(made)
    existing = next((item for item in call.all(TargetGroup).values() if item.name == name), None)
    if existing:
        if existing.settings() == made.settings():
            # ELB API Reference, CreateTargetGroup: "This operation is idempotent".
            return {"TargetGroups": [existing.document()]}
        raise AwsError(
            "DuplicateTargetGroupName",
            f"A target group with the same name '{name}' exists, but with different settings",
        )
    if len(call.all(TargetGroup)) >= QUOTA:
        raise AwsError("TooManyTargetGroups", "The maximum number of target groups was reached")
    call.all(TargetGroup)[made.arn] = made
    return {"TargetGroups": [made.document()]}


@action("elbv2", "DescribeTargetGroups")
def describe_target_groups(call: Call) -> dict[str, Any]:
    arns, names, owner = call.get("TargetGroupArns"), call.get("Names"), call.get("LoadBalancerArn")
    if sum(bool(item) for item in (arns, names, owner)) > 1:
        raise AwsError(
            "ValidationError",
            "Specify one of: load balancer ARN, target group names, target group ARNs",
        )
    if owner:
        balancer.find(call.region, owner)
    seen = [item for item in call.all(TargetGroup).values() if item.visible]
    if owner:
        # AWS lists a group there only some time after a listener began to forward to it.
        late = call.account.faults.switch("group_listing")
        seen = [item for item in seen if owner in item.load_balancer_arns and not late]
    if arns or names:
        asked = set(arns or names)
        seen = [item for item in seen if (item.arn if arns else item.name) in asked]
        if len(seen) < len(asked):
            raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    items, marker = page(seen, lambda item: item.arn, call.get("PageSize"), call.get("Marker"), 400)
    return {"TargetGroups": [item.document() for item in items], "NextMarker": marker}


@action("elbv2", "ModifyTargetGroup")
def modify_target_group(call: Call) -> dict[str, Any]:
    found = target_group.find(call.region, call["TargetGroupArn"])
    found.health_check = _health_check(found.health_check, call.params)
    return {"TargetGroups": [found.document()]}


@action("elbv2", "DeleteTargetGroup")
def delete_target_group(call: Call) -> None:
    found = call.all(TargetGroup).get(call["TargetGroupArn"])
    if not found:
        # ELB API Reference, DeleteTargetGroup knows no "not found": ResourceInUse is its only
        # error, so a missing group is a success.
        return
    releasing = found.released_at is not None and not clock.passed(found.released_at)
    if found.load_balancer_arns or releasing:
        raise AwsError(
            "ResourceInUse",
            f"Target group '{found.arn}' is currently in use by a listener or a rule",
        )
    del call.all(TargetGroup)[found.arn]


def _required(call: Call, name: str) -> Any:
    if call.get(name) is None:
        # ELB API Reference, CreateTargetGroup: required unless the target is a Lambda function.
        raise AwsError("ValidationError", f"A {name} must be specified")
    return call[name]


def _health_check(before: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """The health check after a request. ELB API Reference, CreateTargetGroup, for the defaults."""
    given = {key: params[key] for key in _HEALTH_CHECK_KEYS if params.get(key) is not None}
    protocol = given.get("HealthCheckProtocol") or before.get("HealthCheckProtocol") or "TCP"
    if protocol not in ("TCP", "HTTP", "HTTPS"):
        raise AwsError(
            "ValidationError",
            f"Health check protocol '{protocol}' must be one of 'TCP, HTTP, HTTPS'",
        )
    http = protocol in ("HTTP", "HTTPS")
    if not http and ("HealthCheckPath" in given or "Matcher" in given):
        raise AwsError(
            "InvalidConfigurationRequest",
            f"A path or matcher cannot be specified for health checks with the protocol {protocol}",
        )
    if protocol != before.get("HealthCheckProtocol"):
        before = {k: v for k, v in before.items() if k not in ("HealthCheckPath", "Matcher")}
    defaults: dict[str, Any] = {
        "HealthCheckProtocol": protocol,
        "HealthCheckPort": "traffic-port",
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 30,
        # "For target groups with a protocol of TCP, TLS, or HTTPS the default is 10", HTTP 6.
        "HealthCheckTimeoutSeconds": 6 if protocol == "HTTP" else 10,
        "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2,
        **({"HealthCheckPath": "/", "Matcher": {"HttpCode": "200-399"}} if http else {}),
    }
    after = {**defaults, **before, **given}
    port = str(after["HealthCheckPort"])
    if port != "traffic-port" and not (re.fullmatch(r"\d+", port) and 1 <= int(port) <= 65535):
        raise AwsError("ValidationError", f"Health check port '{port}' is not valid")
    if after["HealthCheckTimeoutSeconds"] > after["HealthCheckIntervalSeconds"]:
        raise AwsError(
            "ValidationError",
            f"Health check timeout '{after['HealthCheckTimeoutSeconds']}' must be smaller than or "
            f"equal to the interval '{after['HealthCheckIntervalSeconds']}'",
        )
    return after


def _default_attributes(group: TargetGroup) -> dict[str, str]:
    """ELB API Reference, TargetGroupAttribute: the attributes of network load balancers."""
    datagram = group.protocol not in ("TCP", "TLS")
    preserved = group.target_type == "instance" or datagram
    return {
        "deregistration_delay.connection_termination.enabled": str(datagram).lower(),
        "deregistration_delay.timeout_seconds": "300",
        "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
        "preserve_client_ip.enabled": str(preserved).lower(),
        "proxy_protocol_v2.enabled": "false",
        "stickiness.enabled": "false",
        "stickiness.type": "source_ip",
        "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
        "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
        "target_health_state.unhealthy.connection_termination.enabled": str(not datagram).lower(),
        "target_health_state.unhealthy.draining_interval_seconds": "0",
    }
