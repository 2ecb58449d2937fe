"""Attributes of load balancers, target groups and listeners, with AWS's defaults and ranges.

Source of keys, defaults and ranges: ELB API Reference, LoadBalancerAttribute,
TargetGroupAttribute and ListenerAttribute. Values are strings on the wire, always.
"""

import re
from collections.abc import Callable
from typing import Any

from sandbox.elbv2 import balancer, listener, target_group
from sandbox.errors import AwsError
from sandbox.registry import Call, action

LOAD_BALANCER_DEFAULTS = {
    "access_logs.s3.bucket": "",
    "access_logs.s3.enabled": "false",
    "access_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "dns_record.client_routing_policy": "any_availability_zone",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "false",
    "secondary_ips.auto_assigned.per_subnet": "0",
    "zonal_shift.config.enabled": "false",
}
_BOOLEAN = r"true|false"
_COUNT = r"off|[1-9]\d{0,3}"
_PERCENTAGE = r"off|[1-9]\d?|100"
_RULES: dict[str, str | tuple[int, int]] = {
    "access_logs.s3.enabled": _BOOLEAN,
    "deletion_protection.enabled": _BOOLEAN,
    "dns_record.client_routing_policy": (
        "any_availability_zone|availability_zone_affinity|partial_availability_zone_affinity"
    ),
    "ipv6.deny_all_igw_traffic": _BOOLEAN,
    "secondary_ips.auto_assigned.per_subnet": (0, 7),
    "zonal_shift.config.enabled": _BOOLEAN,
    "deregistration_delay.connection_termination.enabled": _BOOLEAN,
    "deregistration_delay.timeout_seconds": (0, 3600),
    "load_balancing.cross_zone.enabled": r"true|false|use_load_balancer_configuration",
    "preserve_client_ip.enabled": _BOOLEAN,
    "proxy_protocol_v2.enabled": _BOOLEAN,
    "stickiness.enabled": _BOOLEAN,
    "stickiness.type": r"source_ip",
    "target_group_health.dns_failover.minimum_healthy_targets.count": _COUNT,
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": _PERCENTAGE,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": r"[1-9]\d{0,3}",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": _PERCENTAGE,
    "target_health_state.unhealthy.connection_termination.enabled": _BOOLEAN,
    "target_health_state.unhealthy.draining_interval_seconds": (0, 360000),
    "tcp.idle_timeout.seconds": (60, 6000),
}


@action("elbv2", "DescribeLoadBalancerAttributes")
def describe_load_balancer_attributes(call: Call) -> dict[str, Any]:
    return _document(balancer.find(call.region, call["LoadBalancerArn"]).attributes)


@action("elbv2", "ModifyLoadBalancerAttributes")
def modify_load_balancer_attributes(call: Call) -> dict[str, Any]:
    found = balancer.find(call.region, call["LoadBalancerArn"])

    def check(key: str, value: str) -> None:
        if key == "load_balancing.cross_zone.enabled" and value not in ("true", "false"):
            raise _invalid_value(key, value)
        if key == "secondary_ips.auto_assigned.per_subnet" and int(value) < int(
            found.attributes[key]
        ):
            raise AwsError("InvalidConfigurationRequest", f"'{key}' cannot be decreased")

    _modify(found.attributes, call["Attributes"], "Load balancer", check)
    return _document(found.attributes)


@action("elbv2", "DescribeTargetGroupAttributes")
def describe_target_group_attributes(call: Call) -> dict[str, Any]:
    return _document(target_group.find(call.region, call["TargetGroupArn"]).attributes)


@action("elbv2", "ModifyTargetGroupAttributes")
def modify_target_group_attributes(call: Call) -> dict[str, Any]:
    found = target_group.find(call.region, call["TargetGroupArn"])
    after = {
        **found.attributes,
        **{item["Key"]: item.get("Value", "") for item in call["Attributes"]},
    }
    datagram = found.protocol in ("UDP", "TCP_UDP", "QUIC", "TCP_QUIC")

    def check(key: str, value: str) -> None:
        if datagram and key == "preserve_client_ip.enabled" and value == "false":
            raise AwsError(
                "InvalidConfigurationRequest",
                f"Client IP preservation can't be disabled for {found.protocol} target groups",
            )
        if (
            key == "target_health_state.unhealthy.draining_interval_seconds"
            and value != "0"
            and after["target_health_state.unhealthy.connection_termination.enabled"] == "true"
        ):
            raise AwsError(
                "InvalidConfigurationRequest",
                f"'{key}' can only be set when connection termination is disabled",
            )

    _modify(found.attributes, call["Attributes"], "Target group", check)
    return _document(found.attributes)


@action("elbv2", "DescribeListenerAttributes")
def describe_listener_attributes(call: Call) -> dict[str, Any]:
    return _document(_tcp_listener(call).attributes)


@action("elbv2", "ModifyListenerAttributes")
def modify_listener_attributes(call: Call) -> dict[str, Any]:
    found = _tcp_listener(call)
    _modify(found.attributes, call["Attributes"], "Listener", lambda key, value: None)
    return _document(found.attributes)


def _tcp_listener(call: Call) -> listener.Listener:
    found = listener.find(call.region, call["ListenerArn"])
    if found.protocol != "TCP":
        # ELB User Guide, "Update the TCP idle timeout": the timeout of TLS listeners is 350
        # seconds and cannot be changed.
        raise AwsError(
            "InvalidConfigurationRequest",
            f"Listener attributes are not supported for '{found.protocol}' listeners",
        )
    return found


def _modify(
    attributes: dict[str, str],
    changes: list[dict[str, str]],
    kind: str,
    check: Callable[[str, str], None],
) -> None:
    """All or nothing: nothing changes if one attribute is refused."""
    wanted = {item["Key"]: item.get("Value", "") for item in changes}
    for key, value in wanted.items():
        if key not in attributes:
            raise AwsError(
                "InvalidConfigurationRequest", f"{kind} attribute key '{key}' is not recognized"
            )
        rule = _RULES.get(key)
        if isinstance(rule, str) and not re.fullmatch(rule, value):
            raise _invalid_value(key, value)
        if isinstance(rule, tuple) and not (
            re.fullmatch(r"\d+", value) and rule[0] <= int(value) <= rule[1]
        ):
            raise _invalid_value(key, value)
        check(key, value)
    attributes.update(wanted)


def _invalid_value(key: str, value: str) -> AwsError:
    return AwsError("ValidationError", f"Attribute value '{value}' is not valid for '{key}'")


def _document(attributes: dict[str, str]) -> dict[str, Any]:
    return {"Attributes": [{"Key": key, "Value": value} for key, value in attributes.items()]}
