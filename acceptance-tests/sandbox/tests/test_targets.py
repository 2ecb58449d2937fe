"""Registered targets and their health."""

from typing import Any

import pytest

from sandbox.tests.account import TestAccount, eventually, refused


def _health(aws: TestAccount, group: str, **asked: Any) -> list[dict[str, Any]]:
    found = aws.elbv2.describe_target_health(TargetGroupArn=group, **asked)
    return found["TargetHealthDescriptions"]


def _state(aws: TestAccount, group: str) -> str:
    return _health(aws, group)[0]["TargetHealth"]["State"]


def _register(aws: TestAccount, group: str, *targets: dict[str, Any]) -> None:
    aws.elbv2.register_targets(TargetGroupArn=group, Targets=list(targets))


def _used_group(aws: TestAccount, **changes: Any) -> str:
    group = aws.target_group()
    aws.listener(aws.nlb(active=False, **changes)["LoadBalancerArn"], group)
    return group


def test_one_address_on_two_ports_is_two_targets(aws: TestAccount) -> None:
    group = aws.target_group()
    _register(aws, group, {"Id": "10.0.0.10"}, {"Id": "10.0.0.10", "Port": 9093})
    found = {(item["Target"]["Id"], item["Target"]["Port"]) for item in _health(aws, group)}
    assert found == {("10.0.0.10", 9092), ("10.0.0.10", 9093)}
    aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}])
    assert [item["Target"]["Port"] for item in _health(aws, group)] == [9093]


def test_the_zone_of_an_address_is_detected(aws: TestAccount) -> None:
    group = aws.target_group()
    assert aws.subnets
    _register(aws, group, {"Id": "10.0.1.10"})
    found = _health(aws, group)[0]
    assert found["Target"] == {"Id": "10.0.1.10", "Port": 9092, "AvailabilityZone": "us-east-1b"}
    assert found["HealthCheckPort"] == "9092"


def test_health_goes_from_unused_over_initial_to_healthy(aws: TestAccount) -> None:
    aws.configure(target_registration=1.5)
    nlb, group = aws.nlb(active=False)["LoadBalancerArn"], aws.target_group()
    _register(aws, group, {"Id": "10.0.0.10"})
    unused = _health(aws, group)[0]["TargetHealth"]
    assert (unused["State"], unused["Reason"]) == ("unused", "Target.NotInUse")
    aws.listener(nlb, group)
    initial = _health(aws, group)[0]["TargetHealth"]
    assert (initial["State"], initial["Reason"]) == ("initial", "Elb.RegistrationInProgress")
    eventually(lambda: _state(aws, group) == "healthy")
    assert "Reason" not in _health(aws, group)[0]["TargetHealth"]


def test_a_target_in_a_zone_without_load_balancer_is_unused(aws: TestAccount) -> None:
    group = _used_group(aws, Subnets=aws.subnets[:1])
    _register(aws, group, {"Id": "10.0.2.10"}, {"Id": "192.168.7.7", "AvailabilityZone": "all"})

    def states() -> dict[str, str]:
        return {item["Target"]["Id"]: item["TargetHealth"]["State"] for item in _health(aws, group)}

    eventually(lambda: states() == {"10.0.2.10": "unused", "192.168.7.7": "healthy"})


def test_an_address_outside_the_vpc_is_in_the_zone_that_it_is_told(aws: TestAccount) -> None:
    group = _used_group(aws, Subnets=aws.subnets[:1])
    outside = {"192.168.7.7": "all", "192.168.7.8": "us-east-1a"}
    _register(aws, group, *({"Id": it, "AvailabilityZone": zone} for it, zone in outside.items()))
    listed = [item["Target"] for item in _health(aws, group)]
    assert {item["Id"]: item["AvailabilityZone"] for item in listed} == outside


def test_a_deregistered_target_drains_then_is_gone(aws: TestAccount) -> None:
    aws.configure(target_registration=0, target_draining=1.5)
    group = _used_group(aws)
    _register(aws, group, {"Id": "10.0.0.10"})
    aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}])
    draining = _health(aws, group)[0]["TargetHealth"]
    assert (draining["State"], draining["Reason"]) == (
        "draining",
        "Target.DeregistrationInProgress",
    )
    eventually(lambda: _health(aws, group) == [])
    asked = _health(aws, group, Targets=[{"Id": "10.0.0.10"}])[0]["TargetHealth"]
    assert (asked["State"], asked["Reason"]) == ("unused", "Target.NotRegistered")


def test_registering_a_draining_target_takes_it_back(aws: TestAccount) -> None:
    aws.configure(target_registration=0, target_draining=30)
    group = _used_group(aws)
    _register(aws, group, {"Id": "10.0.0.10"})
    aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}])
    _register(aws, group, {"Id": "10.0.0.10"})
    assert _state(aws, group) == "healthy"


def test_a_delay_of_zero_drains_nothing(aws: TestAccount) -> None:
    aws.configure(target_registration=0, target_draining=30)
    group = _used_group(aws)
    aws.elbv2.modify_target_group_attributes(
        TargetGroupArn=group,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}],
    )
    _register(aws, group, {"Id": "10.0.0.10"})
    aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}])
    assert _health(aws, group) == []


def test_deregistering_an_unknown_target_succeeds(aws: TestAccount) -> None:
    group = aws.target_group()
    aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.99"}])
    with refused("TargetGroupNotFound"):
        aws.elbv2.deregister_targets(TargetGroupArn=f"{group}0", Targets=[{"Id": "10.0.0.99"}])


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"Id": "broker-1"}, "ValidationError"),
        ({"Id": "fd00::1"}, "ValidationError"),
        ({"Id": "10.0.0.10", "AvailabilityZone": "all"}, "ValidationError"),
        ({"Id": "10.0.0.10", "AvailabilityZone": "us-east-1c"}, "ValidationError"),
        ({"Id": "192.168.1.1"}, "ValidationError"),
        ({"Id": "8.8.8.8", "AvailabilityZone": "all"}, "InvalidTarget"),
        ({"Id": "10.0.0.10", "Port": 0}, "ValidationError"),
    ],
)
def test_refuses_addresses_and_registers_none_of_the_call(
    aws: TestAccount, target: dict[str, Any], code: str
) -> None:
    assert aws.subnets
    group = aws.target_group()
    with refused(code):
        _register(aws, group, {"Id": "10.0.0.11"}, target)
    assert _health(aws, group) == []


def test_ipv6_addresses_of_the_vpc(aws: TestAccount) -> None:
    vpc = aws.ec2.create_vpc(CidrBlock="10.8.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    aws.ec2.create_subnet(
        VpcId=vpc["VpcId"],
        CidrBlock="10.8.1.0/24",
        AvailabilityZone="us-east-1a",
        Ipv6CidrBlock=block.replace("::/56", "::/64"),
    )
    group = aws.target_group(VpcId=vpc["VpcId"], IpAddressType="ipv6")
    _register(aws, group, {"Id": block.replace("::/56", "::10")})
    assert _health(aws, group)[0]["Target"]["AvailabilityZone"] == "us-east-1a"
    with refused("ValidationError"):
        _register(aws, group, {"Id": "10.8.1.10"})
    with refused("InvalidTarget"):
        _register(aws, group, {"Id": "2001:db8::1", "AvailabilityZone": "all"})


def test_instances(aws: TestAccount) -> None:
    made = aws.ec2.run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=aws.subnets[1]
    )["Instances"][0]["InstanceId"]
    group = aws.target_group(TargetType="instance")
    aws.listener(aws.nlb(active=False)["LoadBalancerArn"], group)
    _register(aws, group, {"Id": made, "Port": 9094})
    assert _health(aws, group)[0]["Target"] == {"Id": made, "Port": 9094}
    eventually(lambda: _state(aws, group) == "healthy")
    with refused("InvalidTarget"):
        _register(aws, group, {"Id": "i-0123456789abcdef0"})


def test_a_target_can_be_switched_unhealthy(aws: TestAccount) -> None:
    aws.configure(target_registration=0)
    group = _used_group(aws)
    _register(aws, group, {"Id": "10.0.0.10"}, {"Id": "10.0.0.11"})
    aws.post(
        "faults",
        target_health="unhealthy",
        reason="Target.Timeout",
        target_group=group,
        target="10.0.0.11",
    )
    found = {item["Target"]["Id"]: item["TargetHealth"] for item in _health(aws, group)}
    assert found["10.0.0.10"]["State"] == "healthy"
    assert found["10.0.0.11"]["State"] == "unhealthy"
    assert found["10.0.0.11"]["Reason"] == "Target.Timeout"


def test_measured_health_is_what_was_reported(aws: TestAccount) -> None:
    aws.post("config", measured_health=True)
    group = _used_group(aws)
    _register(aws, group, {"Id": "10.0.0.10"})

    def reason() -> str:
        return _health(aws, group)[0]["TargetHealth"].get("Reason", "")

    eventually(lambda: reason() == "Elb.InitialHealthChecking")
    assert _state(aws, group) == "initial"
    found = {"target_group": group, "target": "10.0.0.10", "port": 9092}
    aws.post("target-health", **found, state="healthy")
    assert (_state(aws, group), reason()) == ("healthy", "")
    aws.post("target-health", **found, state="unhealthy")
    assert (_state(aws, group), reason()) == ("unhealthy", "Target.FailedHealthChecks")
    aws.elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}])
    eventually(lambda: not _health(aws, group))
    _register(aws, group, {"Id": "10.0.0.10"})
    eventually(lambda: reason() == "Elb.InitialHealthChecking")
