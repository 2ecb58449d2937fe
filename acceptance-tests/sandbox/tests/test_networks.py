"""The networks, which are moto's, and what they depend on here."""

from sandbox.tests.account import TestAccount, eventually, refused


def test_zones_have_ids(aws: TestAccount) -> None:
    found = aws.ec2.describe_availability_zones()["AvailabilityZones"]
    assert {item["ZoneName"] for item in found} >= {"us-east-1a", "us-east-1b", "us-east-1c"}
    assert all(item["ZoneId"].startswith("use1-az") for item in found)
    assert all(item["State"] == "available" and item["RegionName"] == "us-east-1" for item in found)


def test_vpcs_with_blocks_and_dns_attributes(aws: TestAccount) -> None:
    aws.ec2.associate_vpc_cidr_block(VpcId=aws.vpc, CidrBlock="100.64.0.0/16")
    found = aws.ec2.describe_vpcs(VpcIds=[aws.vpc])["Vpcs"][0]
    assert found["CidrBlock"] == "10.0.0.0/16" and found["State"] == "available"
    blocks = {item["CidrBlock"] for item in found["CidrBlockAssociationSet"]}
    assert blocks == {"10.0.0.0/16", "100.64.0.0/16"}

    def attribute(name: str, key: str) -> bool:
        return aws.ec2.describe_vpc_attribute(VpcId=aws.vpc, Attribute=name)[key]["Value"]

    # Amazon VPC User Guide, "DNS attributes": support is on, host names are off in a new VPC.
    assert attribute("enableDnsSupport", "EnableDnsSupport") is True
    assert attribute("enableDnsHostnames", "EnableDnsHostnames") is False
    aws.ec2.modify_vpc_attribute(VpcId=aws.vpc, EnableDnsHostnames={"Value": True})
    assert attribute("enableDnsHostnames", "EnableDnsHostnames") is True
    with refused("InvalidVpcID.NotFound"):
        aws.ec2.describe_vpcs(VpcIds=["vpc-0123456789abcdef0"])


def test_a_target_may_be_in_a_secondary_block(aws: TestAccount) -> None:
    aws.ec2.associate_vpc_cidr_block(VpcId=aws.vpc, CidrBlock="100.64.0.0/16")
    group = aws.target_group()
    aws.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "100.64.0.10"}])


def test_subnets(aws: TestAccount) -> None:
    found = aws.ec2.describe_subnets(
        Filters=[{"Name": "vpc-id", "Values": [aws.vpc]}], SubnetIds=aws.subnets[:1]
    )["Subnets"][0]
    assert found["AvailabilityZone"] == "us-east-1a" and found["CidrBlock"] == "10.0.0.0/24"
    assert found["AvailabilityZoneId"].startswith("use1-az") and found["VpcId"] == aws.vpc
    assert found["AvailableIpAddressCount"] == 251 and found["OwnerId"] == aws.id
    with refused("InvalidSubnetID.NotFound"):
        aws.ec2.describe_subnets(SubnetIds=["subnet-0123456789abcdef0"])


def _permission(port: int, cidr: str) -> dict:
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": cidr, "Description": f"port {port}"}],
    }


def test_security_group_rules(aws: TestAccount) -> None:
    group = aws.group("orders")
    made = aws.ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[_permission(9091, "10.0.0.0/16"), _permission(6001, "10.0.0.0/16")],
    )["SecurityGroupRules"]
    assert sorted(item["FromPort"] for item in made) == [6001, 9091]
    assert all(item["SecurityGroupRuleId"].startswith("sgr-") for item in made)
    with refused("InvalidPermission.Duplicate"):
        aws.ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[_permission(9091, "10.0.0.0/16")]
        )
    listed = aws.ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}]
    )["SecurityGroupRules"]
    ingress = {item["SecurityGroupRuleId"] for item in listed if not item["IsEgress"]}
    assert ingress == {item["SecurityGroupRuleId"] for item in made}
    aws.ec2.revoke_security_group_ingress(
        GroupId=group, SecurityGroupRuleIds=[made[0]["SecurityGroupRuleId"]]
    )
    found = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    assert [item["FromPort"] for item in found["IpPermissions"]] == [made[1]["FromPort"]]
    with refused("InvalidGroup.Duplicate"):
        aws.group("orders")


def test_tags_of_a_security_group_at_create(aws: TestAccount) -> None:
    tags = [{"Key": "owner", "Value": "one"}]
    group = aws.ec2.create_security_group(
        GroupName="g",
        Description="d",
        VpcId=aws.vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
    )["GroupId"]
    found = aws.ec2.describe_security_groups(Filters=[{"Name": "tag:owner", "Values": ["one"]}])
    assert [item["GroupId"] for item in found["SecurityGroups"]] == [group]
    assert found["SecurityGroups"][0]["Tags"] == tags


def test_a_group_is_held_by_load_balancers_and_endpoints_and_lingers(aws: TestAccount) -> None:
    aws.configure(interface_release=1.5, endpoint_deletion=0)
    held, consumer = aws.group(), aws.group()
    arn = aws.nlb(SecurityGroups=[held])["LoadBalancerArn"]
    service = aws.service(arn)
    endpoint = aws.endpoint(service["ServiceName"], SecurityGroupIds=[consumer])["VpcEndpointId"]
    for group in (held, consumer):
        with refused("DependencyViolation"):
            aws.ec2.delete_security_group(GroupId=group)
    with refused("DependencyViolation"):
        aws.ec2.delete_subnet(SubnetId=aws.subnets[0])
    aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    with refused("DependencyViolation"):
        aws.ec2.delete_security_group(GroupId=consumer)

    def deleted(group: str) -> bool:
        try:
            aws.ec2.delete_security_group(GroupId=group)
        except aws.ec2.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "DependencyViolation"
            return False
        return True

    eventually(lambda: deleted(consumer))
    with refused("InvalidGroup.NotFound"):
        aws.ec2.delete_security_group(GroupId=consumer)


def test_a_group_named_by_another_is_held(aws: TestAccount) -> None:
    named, naming = aws.group(), aws.group()
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 9092,
        "ToPort": 9092,
        "UserIdGroupPairs": [{"GroupId": named}],
    }
    aws.ec2.authorize_security_group_ingress(GroupId=naming, IpPermissions=[rule])
    with refused("DependencyViolation"):
        aws.ec2.delete_security_group(GroupId=named)
    aws.ec2.revoke_security_group_ingress(GroupId=naming, IpPermissions=[rule])
    aws.ec2.delete_security_group(GroupId=named)


def test_tags_of_services_and_endpoints(aws: TestAccount) -> None:
    service = aws.service()
    endpoint = aws.endpoint(service["ServiceName"])["VpcEndpointId"]
    ids = [service["ServiceId"], endpoint, aws.group()]
    aws.ec2.create_tags(Resources=ids, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    aws.ec2.delete_tags(Resources=ids, Tags=[{"Key": "b"}])
    assert aws.describe_service(ids[0])["Tags"] == [{"Key": "a", "Value": "1"}]
    assert aws.describe_endpoint(ids[1])["Tags"] == [{"Key": "a", "Value": "1"}]
    found = aws.ec2.describe_tags(Filters=[{"Name": "key", "Values": ["a"]}])["Tags"]
    assert {(item["ResourceId"], item["ResourceType"]) for item in found} == {
        (ids[0], "vpc-endpoint-service"),
        (ids[1], "vpc-endpoint"),
        (ids[2], "security-group"),
    }
    with refused("InvalidVpcEndpointServiceId.NotFound"):
        aws.ec2.create_tags(
            Resources=["vpce-svc-0123456789abcdef0"], Tags=[{"Key": "a", "Value": "1"}]
        )
    with refused("InvalidParameterValue"):
        aws.ec2.create_tags(Resources=[ids[0]], Tags=[{"Key": "aws:a", "Value": "1"}])


def test_a_deletion_goes_on_though_nobody_looks_at_it(aws: TestAccount) -> None:
    group = aws.group()
    endpoint = aws.endpoint(aws.service()["ServiceName"], SecurityGroupIds=[group])
    aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])

    def deleted() -> bool:
        try:
            aws.ec2.delete_security_group(GroupId=group)
        except aws.ec2.exceptions.ClientError:
            return False
        return True

    eventually(deleted)


def test_a_refused_permission_adds_no_rule_of_the_call(aws: TestAccount) -> None:
    group = aws.group()
    first, second = _permission(9091, "10.0.0.0/16"), _permission(6001, "10.0.0.0/16")
    aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[second])
    with refused("InvalidPermission.Duplicate"):
        aws.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[first, second])
    found = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    assert [item["FromPort"] for item in found["IpPermissions"]] == [6001]


def test_what_does_not_exist_is_left_out_by_a_filter(aws: TestAccount) -> None:
    """EC2 API Reference: a filter that matches nothing is no error, where an id is."""

    def found(describe: str, key: str, name: str, values: list[str]) -> list[dict]:
        filters = [{"Name": name, "Values": values}]
        return getattr(aws.ec2, describe)(Filters=filters)[key]

    subnets = found("describe_subnets", "Subnets", "subnet-id", [aws.subnets[0], "subnet-0123"])
    assert [item["SubnetId"] for item in subnets] == [aws.subnets[0]]
    group = aws.group("orders")
    groups = found("describe_security_groups", "SecurityGroups", "group-id", [group, "sg-0123"])
    assert [(item["GroupId"], item["VpcId"]) for item in groups] == [(group, aws.vpc)]
    vpcs = found("describe_vpcs", "Vpcs", "vpc-id", [aws.vpc, "vpc-0123"])
    assert [item["VpcId"] for item in vpcs] == [aws.vpc]
    machine = aws.ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=aws.subnets[0]
    )["Instances"][0]["InstanceId"]
    seen = found("describe_instances", "Reservations", "instance-id", [machine, "i-0123"])
    [instance] = [item for reservation in seen for item in reservation["Instances"]]
    assert instance["Placement"]["AvailabilityZone"] == "us-east-1a"
    assert instance["VpcId"] == aws.vpc and instance["State"]["Name"] == "running"
    with refused("InvalidVpcID.NotFound"):
        aws.ec2.describe_vpc_attribute(VpcId="vpc-0123", Attribute="enableDnsSupport")
