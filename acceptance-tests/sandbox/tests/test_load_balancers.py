"""Network load balancers: create, describe, delete."""

import re

import pytest

from sandbox.tests.account import TestAccount, eventually, new_account, refused


def test_has_the_shapes_of_a_network_load_balancer(aws: TestAccount) -> None:
    made = aws.nlb("orders", active=False, Subnets=aws.subnets[:2])
    arn = made["LoadBalancerArn"]
    assert re.fullmatch(
        rf"arn:aws:elasticloadbalancing:us-east-1:{aws.id}:loadbalancer/net/orders/[0-9a-f]{{16}}",
        arn,
    )
    suffix = arn.rsplit("/", 1)[1]
    assert made["DNSName"] == f"orders-{suffix}.elb.us-east-1.amazonaws.com"
    assert made["CanonicalHostedZoneId"] == "Z26RNL4JYFTOTI"
    assert made["Type"] == "network" and made["Scheme"] == "internal"
    assert made["IpAddressType"] == "ipv4" and made["VpcId"] == aws.vpc
    assert {zone["ZoneName"] for zone in made["AvailabilityZones"]} == {"us-east-1a", "us-east-1b"}
    assert "SecurityGroups" not in made


def test_becomes_active_by_time_each_for_itself(aws: TestAccount) -> None:
    aws.configure(load_balancer=1.5)
    first = aws.nlb(active=False)
    assert first["State"]["Code"] == "provisioning"
    aws.until_active(first["LoadBalancerArn"])
    second = aws.nlb(active=False)["LoadBalancerArn"]
    aws.describe_nlb(first["LoadBalancerArn"])
    assert aws.describe_nlb(second)["State"]["Code"] == "provisioning"


def test_an_equal_create_returns_the_same_arn(aws: TestAccount) -> None:
    first = aws.nlb("same", active=False, Tags=[{"Key": "owner", "Value": "one"}])
    again = aws.nlb(
        "same", active=False, Subnets=aws.subnets[::-1], Tags=[{"Key": "owner", "Value": "two"}]
    )
    assert again["LoadBalancerArn"] == first["LoadBalancerArn"]
    tags = aws.elbv2.describe_tags(ResourceArns=[first["LoadBalancerArn"]])["TagDescriptions"][0]
    assert tags["Tags"] == [{"Key": "owner", "Value": "one"}]


def test_another_create_of_the_name_is_a_duplicate(aws: TestAccount) -> None:
    aws.nlb("same", active=False)
    with refused("DuplicateLoadBalancerName"):
        aws.nlb("same", active=False, Subnets=aws.subnets[:1])


@pytest.mark.parametrize("name", ["a" * 33, "under_score", "-a", "a-", "internal-a"])
def test_refuses_the_name(aws: TestAccount, name: str) -> None:
    with refused("ValidationError"):
        aws.nlb(name, active=False)


def test_refuses_subnets(aws: TestAccount) -> None:
    twin = aws.subnet("10.0.100.0/24", "us-east-1a")
    with refused("InvalidConfigurationRequest"):
        aws.nlb(active=False, Subnets=[aws.subnets[0], twin])
    with refused("SubnetNotFound"):
        aws.nlb(active=False, Subnets=["subnet-0123456789abcdef0"])
    with refused("ValidationError"):
        aws.nlb(active=False, Subnets=[])
    with refused("InvalidSubnet"):
        aws.nlb(active=False, Scheme="internet-facing")
    with refused("InvalidSubnet"):
        aws.nlb(active=False, IpAddressType="dualstack")


def test_needs_eight_free_addresses(aws: TestAccount) -> None:
    small = aws.subnet("10.0.100.0/28", "us-east-1a")
    for _ in range(3):
        aws.ec2.create_network_interface(SubnetId=small)
    aws.nlb(active=False, Subnets=[small])
    with refused("InvalidSubnet"):
        aws.nlb(active=False, Subnets=[small])


def test_refuses_security_groups(aws: TestAccount) -> None:
    with refused("InvalidSecurityGroup"):
        aws.nlb(active=False, SecurityGroups=["sg-0123456789abcdef0"])
    elsewhere = aws.group(vpc=aws.new_vpc("10.9.0.0/16"))
    with refused("InvalidConfigurationRequest"):
        aws.nlb(active=False, SecurityGroups=[elsewhere])


def test_one_missing_arn_fails_the_whole_describe(aws: TestAccount) -> None:
    arn = aws.nlb(active=False)["LoadBalancerArn"]
    with refused("LoadBalancerNotFound"):
        aws.elbv2.describe_load_balancers(LoadBalancerArns=[arn, arn[:-4] + "beef"])
    with refused("LoadBalancerNotFound"):
        aws.elbv2.describe_load_balancers(Names=["absent"])


def test_pages_through_load_balancers(aws: TestAccount) -> None:
    made = {aws.nlb(active=False)["LoadBalancerArn"] for _ in range(5)}
    pages = list(
        aws.elbv2.get_paginator("describe_load_balancers").paginate(
            PaginationConfig={"PageSize": 2}
        )
    )
    assert [len(page["LoadBalancers"]) for page in pages] == [2, 2, 1]
    assert {item["LoadBalancerArn"] for page in pages for item in page["LoadBalancers"]} == made


def test_lists_in_no_fixed_order(aws: TestAccount) -> None:
    for _ in range(5):
        aws.nlb(active=False)

    def order() -> tuple[str, ...]:
        found = aws.elbv2.describe_load_balancers()["LoadBalancers"]
        return tuple(item["LoadBalancerName"] for item in found)

    assert len({order() for _ in range(20)}) > 1


def test_deletion_protection(aws: TestAccount) -> None:
    arn = aws.nlb(active=False)["LoadBalancerArn"]

    def protect(value: str) -> None:
        aws.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": value}]
        )

    protect("true")
    with refused("OperationNotPermitted"):
        aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    protect("false")
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    with refused("LoadBalancerNotFound"):
        aws.describe_nlb(arn)
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)


def test_deleting_takes_the_listeners_and_leaves_the_groups(aws: TestAccount) -> None:
    nlb, group = aws.nlb(active=False)["LoadBalancerArn"], aws.target_group()
    listener = aws.listener(nlb, group)
    aws.elbv2.delete_load_balancer(LoadBalancerArn=nlb)
    with refused("ListenerNotFound"):
        aws.elbv2.describe_listeners(ListenerArns=[listener])
    found = aws.elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]
    assert found["LoadBalancerArns"] == []


def test_a_slow_deletion_stays_in_sight(aws: TestAccount) -> None:
    arn = aws.nlb(active=False)["LoadBalancerArn"]
    aws.configure(load_balancer_deletion=1.5)
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    assert aws.describe_nlb(arn)["LoadBalancerArn"] == arn
    with refused("LoadBalancerNotFound"):
        aws.listener(arn, aws.target_group())
    eventually(lambda: aws.elbv2.describe_load_balancers()["LoadBalancers"] == [])


def test_a_failing_load_balancer_says_why(aws: TestAccount) -> None:
    aws.post("faults", load_balancer_state="failed", reason="no free addresses")
    arn = aws.nlb(active=False)["LoadBalancerArn"]
    eventually(
        lambda: aws.describe_nlb(arn)["State"] == {"Code": "failed", "Reason": "no free addresses"}
    )


def test_keeps_interfaces_in_its_subnets_with_its_groups(aws: TestAccount) -> None:
    group = aws.group()
    arn = aws.nlb("orders", active=False, SecurityGroups=[group])["LoadBalancerArn"]
    found = aws.ec2.describe_network_interfaces(
        Filters=[{"Name": "description", "Values": [f"ELB {arn.split('loadbalancer/')[1]}"]}]
    )["NetworkInterfaces"]
    assert {item["SubnetId"] for item in found} == set(aws.subnets)
    for item in found:
        assert item["InterfaceType"] == "network_load_balancer"
        assert [held["GroupId"] for held in item["Groups"]] == [group]
        assert item["PrivateIpAddress"].startswith("10.0.")


def test_accounts_do_not_see_each_other(aws: TestAccount) -> None:
    aws.nlb("mine", active=False)
    other = TestAccount(aws.url, new_account())
    assert other.elbv2.describe_load_balancers()["LoadBalancers"] == []
    assert other.nlb("mine", active=False)["LoadBalancerArn"].split(":")[4] == other.id
