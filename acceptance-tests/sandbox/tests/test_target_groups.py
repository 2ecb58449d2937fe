"""Target groups and their attributes."""

from typing import Any

import pytest

from sandbox.tests.account import TestAccount, eventually, refused


def _describe(aws: TestAccount, arn: str) -> dict[str, Any]:
    return aws.elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]


def _attributes(aws: TestAccount, arn: str) -> dict[str, str]:
    found = aws.elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    return {item["Key"]: item["Value"] for item in found}


def test_has_the_documented_defaults(aws: TestAccount) -> None:
    arn = aws.target_group("orders-1")
    assert _describe(aws, arn) == {
        "TargetGroupArn": arn,
        "TargetGroupName": "orders-1",
        "Protocol": "TCP",
        "Port": 9092,
        "VpcId": aws.vpc,
        "HealthCheckProtocol": "TCP",
        "HealthCheckPort": "traffic-port",
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 10,
        "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2,
        "LoadBalancerArns": [],
        "TargetType": "ip",
        "IpAddressType": "ipv4",
    }
    http = _describe(aws, aws.target_group(HealthCheckProtocol="HTTP"))
    assert http["HealthCheckTimeoutSeconds"] == 6
    assert http["HealthCheckPath"] == "/" and http["Matcher"] == {"HttpCode": "200-399"}


def test_an_equal_create_returns_the_same_arn(aws: TestAccount) -> None:
    first = aws.target_group("same")
    assert aws.target_group("same") == first
    with refused("DuplicateTargetGroupName"):
        aws.target_group("same", Port=9093)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "a" * 33}, "ValidationError"),
        ({"Port": 70000}, "ValidationError"),
        ({"Port": 0}, "ValidationError"),
        ({"Protocol": "SCTP"}, "ValidationError"),
        ({"VpcId": "vpc-0"}, "ValidationError"),
        ({"HealthCheckIntervalSeconds": 4}, "ValidationError"),
        ({"HealthCheckTimeoutSeconds": 121, "HealthCheckIntervalSeconds": 200}, "ValidationError"),
        ({"HealthCheckTimeoutSeconds": 20, "HealthCheckIntervalSeconds": 10}, "ValidationError"),
        ({"HealthyThresholdCount": 11}, "ValidationError"),
        ({"UnhealthyThresholdCount": 1}, "ValidationError"),
        ({"HealthCheckPort": "0"}, "ValidationError"),
        ({"HealthCheckPath": "/"}, "InvalidConfigurationRequest"),
    ],
)
def test_refuses(aws: TestAccount, changes: dict[str, Any], code: str) -> None:
    with refused(code):
        aws.target_group(**changes)


def test_health_checks_are_modified_in_place(aws: TestAccount) -> None:
    arn = aws.target_group()
    aws.elbv2.modify_target_group(
        TargetGroupArn=arn,
        HealthCheckProtocol="HTTP",
        HealthCheckPath="/ready",
        HealthCheckPort="8080",
        HealthyThresholdCount=3,
        Matcher={"HttpCode": "200"},
    )
    found = _describe(aws, arn)
    assert found["HealthCheckPath"] == "/ready" and found["Matcher"] == {"HttpCode": "200"}
    assert found["HealthCheckPort"] == "8080" and found["HealthyThresholdCount"] == 3
    aws.elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckProtocol="TCP")
    assert "HealthCheckPath" not in _describe(aws, arn)


def test_names_its_load_balancers(aws: TestAccount) -> None:
    nlb, group, other = (
        aws.nlb(active=False)["LoadBalancerArn"],
        aws.target_group(),
        aws.target_group(),
    )
    listener = aws.listener(nlb, group)
    assert _describe(aws, group)["LoadBalancerArns"] == [nlb]
    found = aws.elbv2.describe_target_groups(LoadBalancerArn=nlb)["TargetGroups"]
    assert [item["TargetGroupArn"] for item in found] == [group]
    aws.elbv2.modify_listener(
        ListenerArn=listener, DefaultActions=[{"Type": "forward", "TargetGroupArn": other}]
    )
    assert _describe(aws, group)["LoadBalancerArns"] == []
    assert _describe(aws, other)["LoadBalancerArns"] == [nlb]


def test_a_group_in_use_is_not_deleted(aws: TestAccount) -> None:
    nlb, group = aws.nlb(active=False)["LoadBalancerArn"], aws.target_group()
    listener = aws.listener(nlb, group)
    with refused("ResourceInUse"):
        aws.elbv2.delete_target_group(TargetGroupArn=group)
    aws.configure(target_group_release=1.5)
    aws.elbv2.delete_listener(ListenerArn=listener)
    with refused("ResourceInUse"):
        aws.elbv2.delete_target_group(TargetGroupArn=group)

    def deleted() -> bool:
        try:
            aws.elbv2.delete_target_group(TargetGroupArn=group)
        except aws.elbv2.exceptions.ResourceInUseException:
            return False
        return True

    eventually(deleted)
    with refused("TargetGroupNotFound"):
        _describe(aws, group)
    aws.elbv2.delete_target_group(TargetGroupArn=group)


def test_pages_through_target_groups(aws: TestAccount) -> None:
    made = {aws.target_group() for _ in range(5)}
    pages = list(
        aws.elbv2.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 2})
    )
    assert [len(page["TargetGroups"]) for page in pages] == [2, 2, 1]
    assert {item["TargetGroupArn"] for page in pages for item in page["TargetGroups"]} == made


def test_attributes_are_complete_with_the_documented_defaults(aws: TestAccount) -> None:
    expected = {
        "deregistration_delay.connection_termination.enabled": "false",
        "deregistration_delay.timeout_seconds": "300",
        "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
        "preserve_client_ip.enabled": "false",
        "proxy_protocol_v2.enabled": "false",
        "stickiness.enabled": "false",
        "stickiness.type": "source_ip",
        "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
        "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
        "target_health_state.unhealthy.connection_termination.enabled": "true",
        "target_health_state.unhealthy.draining_interval_seconds": "0",
    }
    assert _attributes(aws, aws.target_group()) == expected
    instance = aws.target_group(TargetType="instance")
    assert _attributes(aws, instance) == {**expected, "preserve_client_ip.enabled": "true"}


def test_modifying_one_attribute_answers_with_all(aws: TestAccount) -> None:
    arn = aws.target_group()
    answer = aws.elbv2.modify_target_group_attributes(
        TargetGroupArn=arn,
        Attributes=[
            {"Key": "deregistration_delay.timeout_seconds", "Value": "3600"},
            {
                "Key": "target_group_health.dns_failover.minimum_healthy_targets.count",
                "Value": "off",
            },
        ],
    )["Attributes"]
    assert {item["Key"]: item["Value"] for item in answer} == _attributes(aws, arn)
    assert _attributes(aws, arn)["deregistration_delay.timeout_seconds"] == "3600"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("slow_start.duration_seconds", "30", "InvalidConfigurationRequest"),
        ("deregistration_delay.timeout_seconds", "3601", "ValidationError"),
        ("deregistration_delay.timeout_seconds", "soon", "ValidationError"),
        ("stickiness.type", "lb_cookie", "ValidationError"),
        (
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
            "off",
            "ValidationError",
        ),
        (
            "target_group_health.dns_failover.minimum_healthy_targets.percentage",
            "101",
            "ValidationError",
        ),
        # Only with connection termination off.
        (
            "target_health_state.unhealthy.draining_interval_seconds",
            "60",
            "InvalidConfigurationRequest",
        ),
    ],
)
def test_refuses_attributes(aws: TestAccount, key: str, value: str, code: str) -> None:
    with refused(code):
        aws.elbv2.modify_target_group_attributes(
            TargetGroupArn=aws.target_group(), Attributes=[{"Key": key, "Value": value}]
        )
