"""What makes real accounts hard: shared buckets, answers that never come, things that take minutes."""

import time
from collections import Counter

import pytest
import requests
from botocore.exceptions import ClientError, ReadTimeoutError

from sandbox.control.throttle import DOCUMENTED
from sandbox.tests.account import TestAccount, eventually, refused


def burst(aws: TestAccount, action: str, calls: int) -> Counter[str]:
    """So many calls as fast as they go, by AWS's answer."""
    made = {
        "DescribeLoadBalancers": lambda: aws.elbv2.describe_load_balancers(),
        "RegisterTargets": lambda: aws.elbv2.register_targets(
            TargetGroupArn="arn:aws:x", Targets=[{"Id": "10.0.0.1"}]
        ),
        "AddTags": lambda: aws.elbv2.add_tags(
            ResourceArns=["arn:aws:x"], Tags=[{"Key": "a", "Value": "b"}]
        ),
        "DescribeVpcs": lambda: aws.ec2.describe_vpcs(),
        "DescribeSubnets": lambda: aws.ec2.describe_subnets(),
        "ListHostedZones": lambda: aws.route53.list_hosted_zones(),
    }
    for _ in range(calls):
        try:
            made[action]()
        except ClientError as error:
            assert error.response["Error"]["Code"]
    entries = aws.calls(action)
    codes = ("Throttling", "RequestLimitExceeded")
    return Counter("refused" if item["error"] in codes else "let through" for item in entries)


@pytest.mark.parametrize(
    ("action", "bucket"),
    [
        ("DescribeLoadBalancers", "elbv2 reads"),
        ("RegisterTargets", "elbv2 registrations"),
        ("AddTags", "elbv2 modifications"),
        ("DescribeVpcs", "ec2 reads"),
        ("ListHostedZones", "route53"),
    ],
)
def test_documented_buckets_less_what_others_use(
    aws: TestAccount, action: str, bucket: str
) -> None:
    size, refill = DOCUMENTED[bucket]
    aws.post("config", throttle={"aws": {"others": 0.9}})
    began = time.monotonic()
    found = burst(aws, action, 60)
    left, gained = max(1.0, size * 0.1), (time.monotonic() - began) * refill * 0.1
    assert left - 1 <= found["let through"] <= left + gained + 1, found
    assert found["refused"] > 0


def test_one_bucket_an_action_of_ec2_and_one_for_all_reads_of_load_balancing(
    aws: TestAccount,
) -> None:
    aws.post("config", throttle={"aws": {"others": 0.95}})
    assert burst(aws, "DescribeVpcs", 30)["refused"] > 0
    assert burst(aws, "DescribeSubnets", 2)["refused"] == 0
    assert burst(aws, "DescribeLoadBalancers", 30)["refused"] > 0
    with refused("Throttling"):
        for _ in range(3):
            aws.elbv2.describe_target_groups()


def test_null_takes_the_buckets_away(aws: TestAccount) -> None:
    aws.post("config", throttle={"aws": {"others": 0.99}})
    assert burst(aws, "ListHostedZones", 10)["refused"] > 0
    answer = aws.post("config", throttle={"aws": None})
    assert answer["throttle"] == {}
    for _ in range(10):
        aws.route53.list_hosted_zones()


@pytest.mark.parametrize("after", [False, True])
def test_a_call_that_is_never_answered(aws: TestAccount, after: bool) -> None:
    assert aws.vpc
    aws.post("faults", action="CreateTargetGroup", hang=True, after=after)
    impatient = aws.client("elbv2", read_timeout=0.5)
    with pytest.raises(ReadTimeoutError):
        impatient.create_target_group(Name="orders", Protocol="TCP", Port=9092, VpcId=aws.vpc)
    # Nobody else is held up.
    found = aws.elbv2.describe_target_groups()["TargetGroups"]
    assert len(found) == (1 if after else 0)
    assert aws.calls("CreateTargetGroup")[0]["error"] == "Hung"


def test_failing_for_ever(aws: TestAccount) -> None:
    aws.post(
        "faults", action="DescribeVpcs", code="InternalFailure", status=500, times=1_000_000
    )
    for _ in range(20):
        with refused("InternalFailure"):
            aws.ec2.describe_vpcs()
    requests.delete(f"{aws.url}/sandbox/faults", params={"account": aws.id})
    aws.ec2.describe_vpcs()


def test_a_new_service_cannot_be_connected_to_for_a_while(aws: TestAccount) -> None:
    aws.configure(service_connectable=1.0)
    service = aws.service()
    with pytest.raises(ClientError) as caught:
        aws.endpoint(service["ServiceName"])
    assert caught.value.response["Error"]["Code"] == "Unavailable"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503

    def connected() -> bool:
        try:
            return bool(aws.endpoint(service["ServiceName"]))
        except ClientError:
            return False

    eventually(connected)


def test_services_in_china_have_their_own_names(aws: TestAccount) -> None:
    china = TestAccount(aws.url, aws.id, "cn-north-1")
    china.subnets = [china.subnet("10.0.0.0/24", "cn-north-1a")]
    made = china.service()
    assert made["ServiceName"] == f"cn.com.amazonaws.vpce.cn-north-1.{made['ServiceId']}"
    endpoint = china.endpoint(made["ServiceName"])
    assert endpoint["ServiceName"] == made["ServiceName"]


def test_group_names_do_not_look_like_ids(aws: TestAccount) -> None:
    for name in ("sg-orders", "SG-orders"):
        with refused("InvalidParameterValue"):
            aws.group(name)
    aws.group("orders-sg-1")


def change(aws: TestAccount, zone: str, target: dict[str, str]) -> None:
    aws.route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [
                {
                    "Action": "UPSERT",
                    "ResourceRecordSet": {
                        "Name": "kafka.test.com",
                        "Type": "A",
                        "AliasTarget": {**target, "EvaluateTargetHealth": False},
                    },
                }
            ]
        },
    )


def endpoint_target(aws: TestAccount) -> dict[str, str]:
    endpoint = aws.endpoint(aws.service()["ServiceName"])
    entry = endpoint["DnsEntries"][0]
    return {"DNSName": entry["DnsName"], "HostedZoneId": entry["HostedZoneId"]}


def test_an_alias_target_is_not_known_for_a_while(aws: TestAccount) -> None:
    zone = aws.route53.create_hosted_zone(Name="test.com", CallerReference="a")["HostedZone"]["Id"]
    aws.configure(alias_target=1.0)
    target = endpoint_target(aws)
    with pytest.raises(ClientError) as caught:
        change(aws, zone, target)
    assert "but that target was not found" in str(caught.value)

    def done() -> bool:
        try:
            change(aws, zone, target)
        except ClientError:
            return False
        return True

    eventually(done)


def test_alias_records_within_a_zone_alone(aws: TestAccount) -> None:
    zone = aws.route53.create_hosted_zone(Name="test.com", CallerReference="a")["HostedZone"]["Id"]
    target = endpoint_target(aws)
    aws.post("faults", alias_targets="same_zone")
    with refused("InvalidChangeBatch"):
        change(aws, zone, target)
    change(aws, zone, {"DNSName": "other.test.com", "HostedZoneId": zone.split("/")[-1]})
    requests.delete(f"{aws.url}/sandbox/faults", params={"account": aws.id})
    change(aws, zone, target)
