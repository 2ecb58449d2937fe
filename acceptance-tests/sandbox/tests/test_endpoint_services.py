"""Endpoint services and who may use them."""

import re

import pytest

from sandbox.tests.account import TestAccount, eventually, new_account, refused


def test_needs_an_active_load_balancer(aws: TestAccount) -> None:
    aws.configure(load_balancer=1.5)
    arn = aws.nlb(active=False)["LoadBalancerArn"]
    with refused("InvalidParameter"):
        aws.service(arn)
    aws.until_active(arn)
    aws.service(arn)


def test_has_the_shapes_of_an_endpoint_service(aws: TestAccount) -> None:
    aws.configure(service=1.5)
    arn = aws.nlb(Subnets=aws.subnets[:2])["LoadBalancerArn"]
    made = aws.service(arn, ready=False)
    service_id = made["ServiceId"]
    assert re.fullmatch(r"vpce-svc-[0-9a-f]{17}", service_id)
    assert made["ServiceName"] == f"com.amazonaws.vpce.us-east-1.{service_id}"
    assert made["BaseEndpointDnsNames"] == [f"{service_id}.us-east-1.vpce.amazonaws.com"]
    assert made["ServiceState"] == "Pending"
    assert made["ServiceType"] == [{"ServiceType": "Interface"}]
    assert made["AvailabilityZones"] == ["us-east-1a", "us-east-1b"]
    assert made["NetworkLoadBalancerArns"] == [arn]
    assert made["SupportedIpAddressTypes"] == ["ipv4"]
    assert made["SupportedRegions"] == [{"Region": "us-east-1", "ServiceState": "Available"}]
    assert made["AcceptanceRequired"] is False and made["ManagesVpcEndpoints"] is False
    eventually(lambda: aws.describe_service(service_id)["ServiceState"] == "Available")


def test_acceptance_is_required_unless_said_otherwise(aws: TestAccount) -> None:
    made = aws.ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[aws.nlb()["LoadBalancerArn"]]
    )["ServiceConfiguration"]
    assert made["AcceptanceRequired"] is True


def test_a_load_balancer_has_one_service(aws: TestAccount) -> None:
    arn = aws.nlb()["LoadBalancerArn"]
    aws.service(arn, ready=False)
    with refused("InvalidParameter"):
        aws.service(arn)
    with refused("InvalidParameter"):
        aws.service(f"{arn}0")
    with refused("InvalidParameter"):
        aws.ec2.create_vpc_endpoint_service_configuration()
    with refused("ResourceInUse"):
        aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)


def test_a_client_token_replays_the_answer(aws: TestAccount) -> None:
    arn = aws.nlb()["LoadBalancerArn"]
    first = aws.service(arn, ClientToken="one")
    assert aws.service(arn, ClientToken="one")["ServiceId"] == first["ServiceId"]
    with refused("IdempotentParameterMismatch"):
        aws.service(arn, ClientToken="one", AcceptanceRequired=True)


def test_modify(aws: TestAccount) -> None:
    service_id = aws.service()["ServiceId"]
    second = aws.nlb()["LoadBalancerArn"]

    def modify(**changes: object) -> None:
        aws.ec2.modify_vpc_endpoint_service_configuration(ServiceId=service_id, **changes)

    modify(AcceptanceRequired=True, AddSupportedRegions=["eu-west-1"])
    found = aws.describe_service(service_id)
    assert found["AcceptanceRequired"] is True
    assert {item["Region"] for item in found["SupportedRegions"]} == {"us-east-1", "eu-west-1"}
    modify(AddNetworkLoadBalancerArns=[second])
    assert len(aws.describe_service(service_id)["NetworkLoadBalancerArns"]) == 2
    modify(RemoveNetworkLoadBalancerArns=[second], RemoveSupportedRegions=["eu-west-1"])
    assert len(aws.describe_service(service_id)["NetworkLoadBalancerArns"]) == 1
    with refused("InvalidParameter"):
        modify(RemoveSupportedRegions=["eu-west-1"])
    with refused("InvalidParameter"):
        modify(RemoveSupportedRegions=["us-east-1"])
    with refused("InvalidParameter"):
        modify(AddSupportedIpAddressTypes=["ipv6"])
    with refused("InvalidParameter"):
        modify(RemoveNetworkLoadBalancerArns=found["NetworkLoadBalancerArns"])


def test_another_region_excludes_a_custom_idle_timeout(aws: TestAccount) -> None:
    arn = aws.nlb()["LoadBalancerArn"]
    listener = aws.listener(arn, aws.target_group())
    aws.elbv2.modify_listener_attributes(
        ListenerArn=listener, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "600"}]
    )
    with refused("InvalidParameter"):
        aws.service(arn, SupportedRegions=["us-east-1", "eu-west-1"])


def test_a_new_zone_is_served_after_a_modify(aws: TestAccount) -> None:
    arn = aws.nlb(Subnets=aws.subnets[:1])["LoadBalancerArn"]
    service_id = aws.service(arn)["ServiceId"]
    aws.configure(service_zone=1.5)
    aws.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=aws.subnets[:2])

    def zones() -> list[str]:
        return aws.describe_service(service_id)["AvailabilityZones"]

    assert zones() == ["us-east-1a"]

    def served() -> bool:
        aws.ec2.modify_vpc_endpoint_service_configuration(ServiceId=service_id)
        return zones() == ["us-east-1a", "us-east-1b"]

    assert not served()
    eventually(served)


def test_filters_and_pages(aws: TestAccount) -> None:
    tag = [{"Key": "owner", "Value": "a1b2"}]
    mine = aws.service(TagSpecifications=[{"ResourceType": "vpc-endpoint-service", "Tags": tag}])[
        "ServiceId"
    ]
    other = aws.service()["ServiceId"]

    def found(name: str, *values: str) -> list[str]:
        answer = aws.ec2.describe_vpc_endpoint_service_configurations(
            Filters=[{"Name": name, "Values": list(values)}]
        )["ServiceConfigurations"]
        return [item["ServiceId"] for item in answer]

    assert found("tag:owner", "a1b2") == [mine]
    assert found("tag:owner", "else") == []
    assert found("tag-key", "owner") == [mine]
    assert found("service-id", other) == [other]
    assert sorted(found("service-state", "Available")) == sorted([mine, other])
    assert aws.describe_service(mine)["Tags"] == tag
    with refused("InvalidFilter"):
        found("colour", "red")
    with refused("InvalidVpcEndpointServiceId.NotFound"):
        aws.describe_service("vpce-svc-0123456789abcdef0")
    pages = aws.ec2.get_paginator("describe_vpc_endpoint_service_configurations").paginate(
        PaginationConfig={"PageSize": 1}
    )
    assert [len(page["ServiceConfigurations"]) for page in pages] == [1, 1]


def test_delete_reports_failures_inside_the_answer(aws: TestAccount) -> None:
    aws.configure(connection_release=1.5)
    service = aws.service()
    endpoint = aws.endpoint(service["ServiceName"])
    missing = "vpce-svc-0123456789abcdef0"
    answer = aws.ec2.delete_vpc_endpoint_service_configurations(
        ServiceIds=[service["ServiceId"], missing]
    )
    assert {item["ResourceId"]: item["Error"]["Code"] for item in answer["Unsuccessful"]} == {
        service["ServiceId"]: "ExistingVpcEndpointConnections",
        missing: "InvalidVpcEndpointService.NotFound",
    }
    aws.ec2.reject_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]]
    )

    def deleted() -> bool:
        answer = aws.ec2.delete_vpc_endpoint_service_configurations(
            ServiceIds=[service["ServiceId"]]
        )
        return not answer.get("Unsuccessful")

    assert not deleted()
    eventually(deleted)


def test_a_deleted_service_holds_its_load_balancer_for_a_while(aws: TestAccount) -> None:
    aws.configure(service_deletion=1.5)
    arn = aws.nlb()["LoadBalancerArn"]
    service_id = aws.service(arn)["ServiceId"]
    aws.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service_id])
    assert aws.describe_service(service_id)["ServiceState"] == "Deleting"
    with refused("ResourceInUse"):
        aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)

    def gone() -> bool:
        answer = aws.ec2.describe_vpc_endpoint_service_configurations()
        return answer["ServiceConfigurations"] == []

    eventually(gone)
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)


def test_permissions(aws: TestAccount) -> None:
    service_id = aws.service()["ServiceId"]
    principals = {
        "*": "All",
        "arn:aws:iam::111122223333:root": "Account",
        "arn:aws:iam::111122223333:role/reader": "Role",
        "arn:aws:iam::111122223333:user/ann": "User",
    }

    def modify(**changes: list[str]) -> dict:
        return aws.ec2.modify_vpc_endpoint_service_permissions(ServiceId=service_id, **changes)

    added = modify(AddAllowedPrincipals=list(principals))["AddedPrincipals"]
    assert {item["Principal"]: item["PrincipalType"] for item in added} == principals
    assert all(item["ServicePermissionId"].startswith("vpce-svc-perm-") for item in added)
    assert not modify(AddAllowedPrincipals=["*"]).get("AddedPrincipals")
    modify(RemoveAllowedPrincipals=["*", "arn:aws:iam::999999999999:root"])
    describe = aws.ec2.describe_vpc_endpoint_service_permissions
    found = describe(ServiceId=service_id)["AllowedPrincipals"]
    assert {item["Principal"] for item in found} == set(principals) - {"*"}
    roles = describe(
        ServiceId=service_id, Filters=[{"Name": "principal-type", "Values": ["Role"]}]
    )["AllowedPrincipals"]
    assert [item["Principal"] for item in roles] == ["arn:aws:iam::111122223333:role/reader"]
    pages = aws.ec2.get_paginator("describe_vpc_endpoint_service_permissions").paginate(
        ServiceId=service_id, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["AllowedPrincipals"]) for page in pages] == [2, 1]


@pytest.mark.parametrize(
    "principal", ["111122223333", "arn:aws:iam::111122223333:role/path/reader", "everyone"]
)
def test_refuses_the_principal(aws: TestAccount, principal: str) -> None:
    service_id = aws.service()["ServiceId"]
    with refused("InvalidPrincipal"):
        aws.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service_id, AddAllowedPrincipals=[principal]
        )


def test_consumers_see_what_they_are_allowed_to(aws: TestAccount) -> None:
    service = aws.service()
    name = service["ServiceName"]
    consumer = TestAccount(aws.url, new_account())

    def names(account: TestAccount) -> list[str]:
        return account.ec2.describe_vpc_endpoint_services()["ServiceNames"]

    assert names(aws) == [name] and names(consumer) == []
    with refused("InvalidServiceName"):
        consumer.ec2.describe_vpc_endpoint_services(ServiceNames=[name])
    aws.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"], AddAllowedPrincipals=[f"arn:aws:iam::{consumer.id}:root"]
    )
    found = consumer.ec2.describe_vpc_endpoint_services(ServiceNames=[name])["ServiceDetails"][0]
    assert found["Owner"] == aws.id and found["ServiceId"] == service["ServiceId"]
    assert found["AvailabilityZones"] == service["AvailabilityZones"]
    assert found["AcceptanceRequired"] is False


def test_private_dns_is_verified_by_request(aws: TestAccount) -> None:
    service_id = aws.service(PrivateDnsName="kafka.test.com")["ServiceId"]

    def state() -> str:
        return aws.describe_service(service_id)["PrivateDnsNameConfiguration"]["State"]

    found = aws.describe_service(service_id)["PrivateDnsNameConfiguration"]
    assert found["Type"] == "TXT" and found["Value"].startswith("vpce:")
    assert state() == "pendingVerification"
    aws.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service_id)
    eventually(lambda: state() == "verified")
    aws.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=service_id, RemovePrivateDnsName=True
    )
    assert "PrivateDnsName" not in aws.describe_service(service_id)
