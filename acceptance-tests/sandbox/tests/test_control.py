"""What a test can see and steer: timing, the call log, faults, reset."""

import threading
import time
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError

from sandbox.tests.account import TestAccount, eventually, new_account, refused


def test_timing_is_settable_per_account(aws: TestAccount) -> None:
    other = TestAccount(aws.url, new_account())
    answer = aws.post("config", provisioning={"load_balancer": 7}, latency_ms=1, staleness=0)
    assert answer["provisioning"]["load_balancer"] == 7
    found = requests.get(f"{aws.url}/sandbox/config", params={"account": other.id}).json()
    assert found["provisioning"]["load_balancer"] < 1
    unknown = requests.post(
        f"{aws.url}/sandbox/config", json={"account": aws.id, "provisioning": {"balancer": 1}}
    )
    assert unknown.status_code == 400 and "balancer" in unknown.json()["error"]


def test_new_times_apply_to_what_starts_later(aws: TestAccount) -> None:
    arn = aws.nlb()["LoadBalancerArn"]
    aws.configure(load_balancer=30)
    assert aws.describe_nlb(arn)["State"]["Code"] == "active"
    later = aws.nlb(active=False)["LoadBalancerArn"]
    aws.configure(load_balancer=0)
    assert aws.describe_nlb(later)["State"]["Code"] == "provisioning"


def test_latency(aws: TestAccount) -> None:
    aws.route53.get_hosted_zone_count()
    aws.post("config", latency_ms=150)
    began = time.monotonic()
    aws.route53.get_hosted_zone_count()
    assert time.monotonic() - began >= 0.15


def test_latency_does_not_hold_the_lock(aws: TestAccount) -> None:
    clients = [aws.client("route53") for _ in range(8)]
    aws.post("config", latency_ms=400)
    threads = [threading.Thread(target=client.get_hosted_zone_count) for client in clients]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 8 * 0.4


def test_stale_reads_find_nothing_for_a_while(aws: TestAccount) -> None:
    aws.post("config", staleness=1.5)
    arn = aws.nlb("fresh", active=False)["LoadBalancerArn"]
    with refused("LoadBalancerNotFound"):
        aws.describe_nlb(arn)
    with refused("LoadBalancerNotFound"):
        aws.elbv2.describe_tags(ResourceArns=[arn])
    assert aws.elbv2.describe_load_balancers()["LoadBalancers"] == []
    assert aws.nlb("fresh", active=False)["LoadBalancerArn"] == arn
    eventually(lambda: len(aws.elbv2.describe_load_balancers()["LoadBalancers"]) == 1)
    aws.describe_nlb(arn)


def test_the_call_log(aws: TestAccount) -> None:
    requests.delete(f"{aws.url}/sandbox/calls", params={"account": aws.id})
    group = aws.target_group("orders")
    with refused("TargetGroupNotFound"):
        aws.elbv2.describe_target_groups(Names=["absent"])
    create, describe = aws.calls("CreateTargetGroup", "DescribeTargetGroups")
    assert create["service"] == "elasticloadbalancing" and create["region"] == "us-east-1"
    assert create["write"] is True and create["status"] == 200 and create["error"] is None
    assert create["params"]["Name"] == "orders" and create["params"]["Port"] == 9092
    assert "Boto3" in create["user_agent"] and len(create["request_id"]) == 36
    assert describe["write"] is False and describe["error"] == "TargetGroupNotFound"
    assert describe["status"] == 400 and describe["params"] == {"Names.0": "absent"}
    assert describe["time"] >= create["time"]
    assert group
    requests.delete(f"{aws.url}/sandbox/calls", params={"account": aws.id})
    assert aws.calls() == []


@pytest.mark.parametrize(
    ("service", "action", "code", "status"),
    [
        ("elasticloadbalancing", "DescribeLoadBalancers", "Throttling", 400),
        ("elbv2", "DescribeLoadBalancers", "Throttling", 400),
        ("ec2", "DescribeVpcs", "RequestLimitExceeded", 503),
        ("route53", "ListHostedZones", "Throttling", 400),
        ("sts", "GetCallerIdentity", "ExpiredToken", 403),
    ],
)
def test_the_nth_call_fails(
    aws: TestAccount, service: str, action: str, code: str, status: int
) -> None:
    calls = {
        "DescribeLoadBalancers": lambda: aws.elbv2.describe_load_balancers(),
        "DescribeVpcs": lambda: aws.ec2.describe_vpcs(),
        "ListHostedZones": lambda: aws.route53.list_hosted_zones(),
        "GetCallerIdentity": lambda: aws.client("sts").get_caller_identity(),
    }
    aws.post(
        "faults",
        service=service,
        action=action,
        nth=2,
        times=2,
        code=code,
        status=status,
        message="slow down",
    )
    calls[action]()
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            calls[action]()
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["Error"]["Message"] == "slow down"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    calls[action]()
    assert [item["error"] for item in aws.calls(action)] == [None, code, code, None]


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("ec2", "RequestLimitExceeded", 503),
        ("elbv2", "Throttling", 400),
        ("route53", "Throttling", 400),
    ],
)
def test_throttling(aws: TestAccount, service: str, code: str, status: int) -> None:
    calls = {
        "ec2": aws.ec2.describe_vpc_endpoints,
        "elbv2": aws.elbv2.describe_load_balancers,
        "route53": aws.route53.list_hosted_zones,
    }
    calls[service]()
    aws.post("config", throttle={service: {"size": 3, "refill_per_second": 1}})
    with pytest.raises(ClientError) as caught:
        for _ in range(30):
            calls[service]()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status

    def allowed() -> bool:
        time.sleep(0.3)
        try:
            calls[service]()
        except ClientError:
            return False
        return True

    eventually(allowed)
    aws.post("config", throttle={service: None})
    for _ in range(10):
        calls[service]()


def test_a_lost_answer(aws: TestAccount) -> None:
    assert aws.vpc
    aws.post("faults", action="CreateTargetGroup", after=True, drop=True)
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        aws.target_group("orders")
    found = aws.elbv2.describe_target_groups()["TargetGroups"]
    assert [item["TargetGroupName"] for item in found] == ["orders"]


def test_a_fault_before_performs_nothing(aws: TestAccount) -> None:
    assert aws.vpc
    aws.post("faults", action="CreateTargetGroup", code="InternalFailure", status=500)
    with refused("InternalFailure"):
        aws.target_group("orders")
    assert aws.elbv2.describe_target_groups()["TargetGroups"] == []
    requests.delete(f"{aws.url}/sandbox/faults", params={"account": aws.id})
    aws.target_group("orders")


def test_a_misspelt_fault_is_refused(aws: TestAccount) -> None:
    answer = requests.post(
        f"{aws.url}/sandbox/faults", json={"account": aws.id, "acton": "X", "code": "Y"}
    )
    assert answer.status_code == 400 and "acton" in answer.json()["error"]


def test_the_objects_of_an_account(aws: TestAccount) -> None:
    def objects() -> dict[str, Any]:
        return requests.get(f"{aws.url}/sandbox/objects", params={"account": aws.id}).json()

    assert objects() == {}
    aws.group()
    assert list(objects()["us-east-1"]) == ["security_groups"]
    service = aws.service()
    group = aws.target_group()
    aws.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.10"}])
    endpoint = aws.endpoint(service["ServiceName"], SecurityGroupIds=[aws.group()])
    aws.until_endpoint(endpoint["VpcEndpointId"], "available")
    aws.route53.create_hosted_zone(Name="test.com", CallerReference="one")
    before = objects()
    assert {name: set(kinds) for name, kinds in before.items()} == {
        "us-east-1": {
            "load_balancers",
            "target_groups",
            "endpoint_services",
            "endpoints",
            "security_groups",
        },
        "global": {"hosted_zones"},
    }
    assert list(before["us-east-1"]["target_groups"][group]["targets"]) == ["10.0.0.10:9092"]
    aws.elbv2.describe_target_groups()
    assert objects() == before
    aws.ec2.create_tags(
        Resources=[endpoint["VpcEndpointId"]], Tags=[{"Key": "touched", "Value": "yes"}]
    )
    assert objects() != before


def test_reset_forgets_one_account(aws: TestAccount) -> None:
    other = TestAccount(aws.url, new_account())
    for account in (aws, other):
        account.nlb("orders", active=False)
        account.route53.create_hosted_zone(Name="test.com", CallerReference="one")
    vpcs = len(other.ec2.describe_vpcs()["Vpcs"])
    aws.post("reset")
    assert aws.elbv2.describe_load_balancers()["LoadBalancers"] == []
    assert aws.route53.list_hosted_zones()["HostedZones"] == []
    assert aws.vpc not in [item["VpcId"] for item in aws.ec2.describe_vpcs()["Vpcs"]]
    assert len(other.elbv2.describe_load_balancers()["LoadBalancers"]) == 1
    assert len(other.ec2.describe_vpcs()["Vpcs"]) == vpcs


@pytest.mark.parametrize(
    ("service", "method", "request_"),
    [
        ("elbv2", "get_resource_policy", {"ResourceArn": "arn:aws:x"}),
        ("ec2", "describe_vpc_endpoint_associations", {}),
        ("route53", "list_cidr_collections", {}),
    ],
)
def test_an_unknown_action_is_refused_and_not_retried(
    aws: TestAccount, service: str, method: str, request_: dict[str, Any]
) -> None:
    client = boto3.client(
        service,
        endpoint_url=aws.url,
        region_name=aws.region,
        aws_access_key_id=aws.id,
        aws_secret_access_key="sandbox",
        config=Config(retries={"total_max_attempts": 3}),
    )
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**request_)
    assert caught.value.response["Error"]["Code"] == "InvalidAction"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_every_answer_carries_the_request_id_of_its_call(aws: TestAccount) -> None:
    answers = [
        aws.elbv2.describe_load_balancers(),
        aws.ec2.describe_vpc_endpoints(),
        aws.ec2.describe_vpcs(),
        aws.route53.list_hosted_zones(),
        aws.client("sts").get_caller_identity(),
    ]
    ids = [answer["ResponseMetadata"]["RequestId"] for answer in answers]
    assert ids == [entry["request_id"] for entry in aws.calls()]
    with pytest.raises(ClientError) as caught:
        aws.describe_endpoint("vpce-0123456789abcdef0")
    found = caught.value.response["ResponseMetadata"]["RequestId"]
    assert found == aws.calls()[-1]["request_id"]


def test_the_access_key_is_the_account(aws: TestAccount) -> None:
    assert aws.client("sts").get_caller_identity()["Account"] == aws.id


def test_an_assumed_role_belongs_to_its_account(aws: TestAccount) -> None:
    owner = new_account()
    keys = aws.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{owner}:role/deployer", RoleSessionName="test"
    )["Credentials"]
    session = boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=aws.region,
    )
    identity = session.client("sts", endpoint_url=aws.url).get_caller_identity()
    assert identity["Account"] == owner
    vpc = session.client("ec2", endpoint_url=aws.url).create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]
    seen = TestAccount(aws.url, owner).ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"]
    assert seen[0]["OwnerId"] == owner


def test_simultaneous_equal_creates_make_one_object(aws: TestAccount) -> None:
    assert aws.subnets
    clients = [aws.client("elbv2") for _ in range(8)]
    arns: list[str] = []

    def create(client: Any) -> None:
        made = client.create_load_balancer(
            Name="same", Type="network", Scheme="internal", Subnets=aws.subnets
        )
        arns.append(made["LoadBalancers"][0]["LoadBalancerArn"])

    threads = [threading.Thread(target=create, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(arns) == 8 and len(set(arns)) == 1


def test_fields_are_left_out_of_answers(aws: TestAccount) -> None:
    arn = aws.nlb()["LoadBalancerArn"]
    listener = aws.listener(arn, aws.target_group())
    fields = {
        "DescribeLoadBalancers": ["AvailabilityZones", "IpAddressType"],
        "DescribeListenerAttributes": ["tcp.idle_timeout.seconds"],
    }
    aws.post("faults", left_out=fields)
    told = aws.describe_nlb(arn)
    assert "IpAddressType" not in told and not told.get("AvailabilityZones")
    assert told["LoadBalancerArn"] == arn
    found = aws.elbv2.describe_listener_attributes(ListenerArn=listener)["Attributes"]
    assert "tcp.idle_timeout.seconds" not in [item["Key"] for item in found]


def test_groups_are_listed_late_by_their_load_balancer(aws: TestAccount) -> None:
    arn, group = aws.nlb()["LoadBalancerArn"], aws.target_group()
    aws.listener(arn, group)
    aws.post("faults", group_listing="late")
    assert not aws.elbv2.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"]
    assert aws.elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
