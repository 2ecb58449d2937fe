"""An account to test in, with short names for what most tests need."""

import secrets
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


def new_account() -> str:
    return f"{secrets.randbelow(9 * 10**11) + 10**11:012d}"


def refused(code: str) -> Any:
    """`with refused("Code"):` the call inside must fail with that AWS error code."""

    class Refused:
        def __enter__(self) -> None:
            return None

        def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
            if error is None:
                pytest.fail(f"AWS refuses this with {code}, the sandbox accepted it")
            if not isinstance(error, ClientError):
                return False
            found = error.response["Error"]
            assert found["Code"] == code, found
            return True

    return Refused()


def eventually(check: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


class TestAccount:
    __test__ = False

    def __init__(self, url: str, account: str, region: str = REGION):
        self.url, self.id, self.region = url, account, region

    def client(self, service: str, region: str | None = None, **config: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region or self.region,
            aws_access_key_id=self.id,
            aws_secret_access_key="sandbox",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False, **config),
        )

    @cached_property
    def ec2(self) -> Any:
        return self.client("ec2")

    @cached_property
    def elbv2(self) -> Any:
        return self.client("elbv2")

    @cached_property
    def route53(self) -> Any:
        return self.client("route53")

    def post(self, name: str, **document: Any) -> Any:
        answer = requests.post(f"{self.url}/sandbox/{name}", json={"account": self.id, **document})
        answer.raise_for_status()
        return answer.json()

    def configure(self, **provisioning: float) -> None:
        self.post("config", provisioning=provisioning)

    def calls(self, *actions: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/sandbox/calls", params={"account": self.id})
        return [item for item in answer.json() if not actions or item["action"] in actions]

    @cached_property
    def vpc(self) -> str:
        return self.new_vpc()

    def new_vpc(self, cidr: str = "10.0.0.0/16") -> str:
        return self.ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]

    @cached_property
    def subnets(self) -> list[str]:
        return [self.subnet(f"10.0.{n}.0/24", zone) for n, zone in enumerate(ZONES)]

    def subnet(self, cidr: str, zone: str, vpc: str | None = None) -> str:
        made = self.ec2.create_subnet(VpcId=vpc or self.vpc, CidrBlock=cidr, AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    def group(self, name: str | None = None, vpc: str | None = None) -> str:
        return self.ec2.create_security_group(
            GroupName=name or f"g{secrets.token_hex(4)}", Description="test", VpcId=vpc or self.vpc
        )["GroupId"]

    def nlb(self, name: str | None = None, active: bool = True, **changes: Any) -> dict[str, Any]:
        request = {
            "Name": name or f"n{secrets.token_hex(4)}",
            "Type": "network",
            "Scheme": "internal",
            "Subnets": self.subnets,
            **changes,
        }
        made = self.elbv2.create_load_balancer(**request)["LoadBalancers"][0]
        if active:
            self.until_active(made["LoadBalancerArn"])
        return made

    def until_active(self, arn: str) -> None:
        eventually(lambda: self.describe_nlb(arn)["State"]["Code"] == "active")

    def describe_nlb(self, arn: str) -> dict[str, Any]:
        return self.elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]

    def target_group(self, name: str | None = None, **changes: Any) -> str:
        request = {
            "Name": name or f"t{secrets.token_hex(4)}",
            "Protocol": "TCP",
            "Port": 9092,
            "VpcId": self.vpc,
            "TargetType": "ip",
            **changes,
        }
        return self.elbv2.create_target_group(**request)["TargetGroups"][0]["TargetGroupArn"]

    def listener(self, nlb: str, group: str, port: int = 9091, **changes: Any) -> str:
        request = {
            "LoadBalancerArn": nlb,
            "Protocol": "TCP",
            "Port": port,
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
            **changes,
        }
        return self.elbv2.create_listener(**request)["Listeners"][0]["ListenerArn"]

    def service(self, nlb: str | None = None, ready: bool = True, **changes: Any) -> dict[str, Any]:
        arn = nlb or self.nlb()["LoadBalancerArn"]
        made = self.ec2.create_vpc_endpoint_service_configuration(
            **{"NetworkLoadBalancerArns": [arn], "AcceptanceRequired": False, **changes}
        )["ServiceConfiguration"]
        if ready:
            eventually(
                lambda: self.describe_service(made["ServiceId"])["ServiceState"] == "Available"
            )
        return made

    def describe_service(self, service_id: str) -> dict[str, Any]:
        found = self.ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])
        return found["ServiceConfigurations"][0]

    def endpoint(self, service_name: str, **changes: Any) -> dict[str, Any]:
        request = {
            "VpcEndpointType": "Interface",
            "VpcId": self.vpc,
            "ServiceName": service_name,
            "SubnetIds": self.subnets[:2],
            **changes,
        }
        return self.ec2.create_vpc_endpoint(**request)["VpcEndpoint"]

    def describe_endpoint(self, endpoint_id: str) -> dict[str, Any]:
        return self.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]

    def until_endpoint(self, endpoint_id: str, state: str) -> None:
        eventually(lambda: self.describe_endpoint(endpoint_id)["State"] == state)
