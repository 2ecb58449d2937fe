"""SetSecurityGroups, SetSubnets, SetIpAddressType and the attributes of load balancers."""

import pytest

from sandbox.tests.account import TestAccount, refused


def test_groups_change_only_on_a_load_balancer_born_with_some(aws: TestAccount) -> None:
    bare = aws.nlb(active=False)["LoadBalancerArn"]
    with refused("InvalidConfigurationRequest"):
        aws.elbv2.set_security_groups(LoadBalancerArn=bare, SecurityGroups=[aws.group()])
    arn = aws.nlb(active=False, SecurityGroups=[aws.group()])["LoadBalancerArn"]
    wanted = [aws.group(), aws.group()]
    answer = aws.elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=wanted)
    assert answer["SecurityGroupIds"] == wanted
    assert aws.describe_nlb(arn)["SecurityGroups"] == wanted
    with refused("InvalidConfigurationRequest"):
        aws.elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[])
    with refused("InvalidSecurityGroup"):
        aws.elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=["sg-0"])


def test_enforcement_is_on_at_birth_and_can_be_switched(aws: TestAccount) -> None:
    group = aws.group()
    made = aws.nlb(active=False, SecurityGroups=[group])
    key = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    assert made[key] == "on"
    arn = made["LoadBalancerArn"]
    answer = aws.elbv2.set_security_groups(
        LoadBalancerArn=arn, SecurityGroups=[group], **{key: "off"}
    )
    assert answer[key] == "off"
    aws.elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[group])
    assert aws.describe_nlb(arn)[key] == "off"
    with refused("ValidationError"):
        aws.elbv2.set_security_groups(
            LoadBalancerArn=arn, SecurityGroups=[group], **{key: "perhaps"}
        )


def test_subnets_can_be_added_and_removed(aws: TestAccount) -> None:
    arn = aws.nlb(active=False, Subnets=aws.subnets[:1])["LoadBalancerArn"]
    for wanted in (aws.subnets, aws.subnets[1:2]):
        answer = aws.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=wanted)
        assert {zone["SubnetId"] for zone in answer["AvailabilityZones"]} == set(wanted)
    found = aws.describe_nlb(arn)["AvailabilityZones"]
    assert [zone["ZoneName"] for zone in found] == ["us-east-1b"]


def test_the_subnet_of_a_zone_is_exchanged_in_two_steps(aws: TestAccount) -> None:
    arn = aws.nlb(active=False, Subnets=aws.subnets[:2])["LoadBalancerArn"]
    twin = aws.subnet("10.0.100.0/24", "us-east-1a")
    with refused("InvalidConfigurationRequest"):
        aws.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=[twin, aws.subnets[1]])
    aws.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=[aws.subnets[1]])
    aws.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=[twin, aws.subnets[1]])


def test_no_subnet_is_removed_while_an_endpoint_is_connected(aws: TestAccount) -> None:
    arn = aws.nlb()["LoadBalancerArn"]
    service = aws.service(arn)
    aws.endpoint(service["ServiceName"], SubnetIds=aws.subnets[:1])
    with refused("InvalidConfigurationRequest"):
        aws.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=aws.subnets[:2])


def test_dualstack_needs_ipv6_subnets(aws: TestAccount) -> None:
    arn = aws.nlb(active=False)["LoadBalancerArn"]
    with refused("InvalidSubnet"):
        aws.elbv2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="dualstack")
    with refused("ValidationError"):
        aws.elbv2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="ipv5")


def test_dualstack_and_back(aws: TestAccount) -> None:
    vpc = aws.ec2.create_vpc(CidrBlock="10.8.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    subnet = aws.ec2.create_subnet(
        VpcId=vpc["VpcId"],
        CidrBlock="10.8.1.0/24",
        AvailabilityZone="us-east-1a",
        Ipv6CidrBlock=block.replace("::/56", "::/64"),
    )["Subnet"]["SubnetId"]
    arn = aws.nlb(Subnets=[subnet])["LoadBalancerArn"]
    aws.elbv2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="dualstack")
    assert aws.describe_nlb(arn)["IpAddressType"] == "dualstack"
    service = aws.service(arn, SupportedIpAddressTypes=["ipv4", "ipv6"])
    with refused("InvalidConfigurationRequest"):
        aws.elbv2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="ipv4")
    aws.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=service["ServiceId"], RemoveSupportedIpAddressTypes=["ipv6"]
    )
    aws.elbv2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="ipv4")


def _attributes(aws: TestAccount, arn: str) -> dict[str, str]:
    found = aws.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return {item["Key"]: item["Value"] for item in found}


def test_attributes_have_the_documented_defaults(aws: TestAccount) -> None:
    arn = aws.nlb(active=False)["LoadBalancerArn"]
    assert _attributes(aws, arn) == {
        "access_logs.s3.bucket": "",
        "access_logs.s3.enabled": "false",
        "access_logs.s3.prefix": "",
        "deletion_protection.enabled": "false",
        "dns_record.client_routing_policy": "any_availability_zone",
        "ipv6.deny_all_igw_traffic": "true",
        "load_balancing.cross_zone.enabled": "false",
        "secondary_ips.auto_assigned.per_subnet": "0",
        "zonal_shift.config.enabled": "false",
    }


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("no.such.key", "true", "InvalidConfigurationRequest"),
        ("idle_timeout.timeout_seconds", "60", "InvalidConfigurationRequest"),
        ("load_balancing.cross_zone.enabled", "yes", "ValidationError"),
        ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration", "ValidationError"),
        ("dns_record.client_routing_policy", "somewhere", "ValidationError"),
        ("secondary_ips.auto_assigned.per_subnet", "8", "ValidationError"),
    ],
)
def test_a_refused_attribute_changes_nothing(
    aws: TestAccount, key: str, value: str, code: str
) -> None:
    arn = aws.nlb(active=False)["LoadBalancerArn"]
    before = _attributes(aws, arn)
    with refused(code):
        aws.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=arn,
            Attributes=[
                {"Key": "deletion_protection.enabled", "Value": "true"},
                {"Key": key, "Value": value},
            ],
        )
    assert _attributes(aws, arn) == before


def test_secondary_addresses_only_grow(aws: TestAccount) -> None:
    arn = aws.nlb(active=False)["LoadBalancerArn"]

    def assign(count: str) -> None:
        aws.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=arn,
            Attributes=[{"Key": "secondary_ips.auto_assigned.per_subnet", "Value": count}],
        )

    assign("3")
    with refused("InvalidConfigurationRequest"):
        assign("2")
