"""Interface endpoints, and their acceptance by the owner of the service."""

import re
from typing import Any

from sandbox.tests.account import TestAccount, eventually, new_account, refused


def test_has_the_shapes_of_an_interface_endpoint(aws: TestAccount) -> None:
    service = aws.service()
    made = aws.endpoint(service["ServiceName"])
    endpoint_id = made["VpcEndpointId"]
    assert re.fullmatch(r"vpce-[0-9a-f]{17}", endpoint_id)
    assert made["State"] == "pending" and made["VpcEndpointType"] == "Interface"
    assert made["OwnerId"] == aws.id and made["IpAddressType"] == "ipv4"
    assert made["PrivateDnsEnabled"] is False and made["RequesterManaged"] is False
    default = aws.ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [aws.vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"][0]["GroupId"]
    assert made["Groups"] == [{"GroupId": default, "GroupName": "default"}]
    names = sorted((entry["DnsName"] for entry in made["DnsEntries"]), key=len)
    tail = re.escape(f".{service['ServiceId']}.us-east-1.vpce.amazonaws.com")
    assert re.fullmatch(rf"{endpoint_id}-[0-9a-z]{{8}}{tail}", names[0])
    assert all(
        re.fullmatch(rf"{endpoint_id}-[0-9a-z]{{8}}-us-east-1[ab]{tail}", n) for n in names[1:]
    )
    assert len(names) == 3
    assert {entry["HostedZoneId"] for entry in made["DnsEntries"]} == {"Z7HUB22UULQXV"}
    aws.until_endpoint(endpoint_id, "available")


def test_the_order_of_dns_entries_means_nothing(aws: TestAccount) -> None:
    endpoint_id = aws.endpoint(aws.service()["ServiceName"])["VpcEndpointId"]

    def order() -> tuple[str, ...]:
        return tuple(item["DnsName"] for item in aws.describe_endpoint(endpoint_id)["DnsEntries"])

    assert len({order() for _ in range(30)}) > 1


def test_acceptance_goes_over_pending_to_available(aws: TestAccount) -> None:
    service = aws.service(AcceptanceRequired=True)
    aws.configure(endpoint=1.5)
    endpoint_id = aws.endpoint(service["ServiceName"])["VpcEndpointId"]
    waiting = aws.describe_endpoint(endpoint_id)
    assert waiting["State"] == "pendingAcceptance"
    assert len(waiting["DnsEntries"]) == 3 and len(waiting["NetworkInterfaceIds"]) == 2
    listed = aws.ec2.describe_vpc_endpoint_connections(
        Filters=[
            {"Name": "service-id", "Values": [service["ServiceId"]]},
            {"Name": "vpc-endpoint-state", "Values": ["pendingAcceptance"]},
        ]
    )["VpcEndpointConnections"]
    assert [item["VpcEndpointId"] for item in listed] == [endpoint_id]
    assert listed[0]["VpcEndpointOwner"] == aws.id
    request = {"ServiceId": service["ServiceId"], "VpcEndpointIds": [endpoint_id]}
    assert not aws.ec2.accept_vpc_endpoint_connections(**request).get("Unsuccessful")
    assert aws.describe_endpoint(endpoint_id)["State"] == "pending"
    aws.until_endpoint(endpoint_id, "available")
    again = aws.ec2.accept_vpc_endpoint_connections(**request)["Unsuccessful"][0]
    assert again["ResourceId"] == endpoint_id and again["Error"]["Code"] == "InvalidState"
    assert not aws.ec2.reject_vpc_endpoint_connections(**request).get("Unsuccessful")
    assert aws.describe_endpoint(endpoint_id)["State"] == "rejected"


def test_a_rejected_connection_is_accepted_again_unless_that_is_switched_off(
    aws: TestAccount,
) -> None:
    service = aws.service(AcceptanceRequired=True)
    endpoint_id = aws.endpoint(service["ServiceName"])["VpcEndpointId"]
    request = {"ServiceId": service["ServiceId"], "VpcEndpointIds": [endpoint_id]}
    aws.ec2.reject_vpc_endpoint_connections(**request)
    aws.post("faults", rejection="final", endpoint=endpoint_id)
    refusal = aws.ec2.accept_vpc_endpoint_connections(**request)["Unsuccessful"][0]
    assert refusal["Error"]["Code"] == "InvalidState"
    assert aws.describe_endpoint(endpoint_id)["State"] == "rejected"
    aws.post("faults", rejection="final", endpoint="vpce-another")
    other = aws.endpoint(service["ServiceName"])["VpcEndpointId"]
    request["VpcEndpointIds"] = [other]
    aws.ec2.reject_vpc_endpoint_connections(**request)
    assert not aws.ec2.accept_vpc_endpoint_connections(**request).get("Unsuccessful")
    aws.until_endpoint(other, "available")


def test_accepting_an_unknown_endpoint_fails_inside_the_answer(aws: TestAccount) -> None:
    service = aws.service()
    answer = aws.ec2.accept_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=["vpce-0123456789abcdef0"]
    )
    assert answer["Unsuccessful"][0]["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"
    with refused("InvalidVpcEndpointServiceId.NotFound"):
        aws.ec2.reject_vpc_endpoint_connections(
            ServiceId="vpce-svc-0123456789abcdef0", VpcEndpointIds=["vpce-0123456789abcdef0"]
        )


def test_across_accounts(aws: TestAccount) -> None:
    service = aws.service(AcceptanceRequired=True)
    consumer = TestAccount(aws.url, new_account())
    with refused("InvalidServiceName"):
        consumer.endpoint(service["ServiceName"])
    aws.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"],
        AddAllowedPrincipals=[f"arn:aws:iam::{consumer.id}:role/deployer"],
    )
    endpoint_id = consumer.endpoint(service["ServiceName"])["VpcEndpointId"]
    found = aws.ec2.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    assert [item["VpcEndpointOwner"] for item in found] == [consumer.id]
    assert aws.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    aws.ec2.accept_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint_id]
    )
    consumer.until_endpoint(endpoint_id, "available")
    aws.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"],
        RemoveAllowedPrincipals=[f"arn:aws:iam::{consumer.id}:role/deployer"],
    )
    assert consumer.describe_endpoint(endpoint_id)["State"] == "available"


def test_service_name_must_exist_be_available_and_of_this_region(aws: TestAccount) -> None:
    with refused("InvalidServiceName"):
        aws.endpoint("com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0")
    aws.configure(service=1.5)
    pending = aws.service(ready=False)
    with refused("InvalidServiceName"):
        aws.endpoint(pending["ServiceName"])
    eventually(lambda: aws.describe_service(pending["ServiceId"])["ServiceState"] == "Available")
    elsewhere = TestAccount(aws.url, aws.id, "eu-west-1")
    vpc = elsewhere.new_vpc("10.7.0.0/16")
    subnet = elsewhere.subnet("10.7.1.0/24", "eu-west-1a", vpc)
    request: dict[str, Any] = {"VpcId": vpc, "SubnetIds": [subnet]}
    with refused("InvalidServiceName"):
        elsewhere.endpoint(pending["ServiceName"], **request)
    aws.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=pending["ServiceId"], AddSupportedRegions=["eu-west-1"]
    )
    made = elsewhere.endpoint(pending["ServiceName"], ServiceRegion="us-east-1", **request)
    assert made["ServiceRegion"] == "us-east-1"


def test_refuses_subnets_and_groups(aws: TestAccount) -> None:
    name = aws.service(aws.nlb(Subnets=aws.subnets[:2])["LoadBalancerArn"])["ServiceName"]
    twin = aws.subnet("10.0.100.0/24", "us-east-1a")
    with refused("DuplicateSubnetsInSameZone"):
        aws.endpoint(name, SubnetIds=[aws.subnets[0], twin])
    with refused("InvalidParameter"):
        aws.endpoint(name, SubnetIds=[aws.subnets[2]])
    with refused("InvalidSubnetId.NotFound"):
        aws.endpoint(name, SubnetIds=["subnet-0123456789abcdef0"])
    with refused("InvalidSecurityGroupId.NotFound"):
        aws.endpoint(name, SecurityGroupIds=["sg-0123456789abcdef0"])
    elsewhere = aws.new_vpc("10.9.0.0/16")
    with refused("InvalidParameter"):
        aws.endpoint(name, VpcId=elsewhere)
    with refused("InvalidParameter"):
        aws.endpoint(name, SecurityGroupIds=[aws.group(vpc=elsewhere)])
    with refused("InvalidVpcId.NotFound"):
        aws.endpoint(name, VpcId="vpc-0123456789abcdef0")
    with refused("InvalidParameter"):
        aws.endpoint(name, IpAddressType="dualstack")
    assert aws.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_interfaces_are_in_the_subnets_with_the_groups(aws: TestAccount) -> None:
    group, other = aws.group(), aws.group()
    made = aws.endpoint(aws.service()["ServiceName"], SecurityGroupIds=[group])

    def found() -> dict[str, Any]:
        ids = aws.describe_endpoint(made["VpcEndpointId"])["NetworkInterfaceIds"]
        answer = aws.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)
        return {item["SubnetId"]: item for item in answer["NetworkInterfaces"]}

    assert set(found()) == set(aws.subnets[:2])
    for subnet, item in found().items():
        assert item["InterfaceType"] == "vpc_endpoint"
        assert [held["GroupId"] for held in item["Groups"]] == [group]
        assert item["PrivateIpAddress"].startswith(f"10.0.{aws.subnets.index(subnet)}.")
    aws.ec2.modify_vpc_endpoint(
        VpcEndpointId=made["VpcEndpointId"],
        AddSecurityGroupIds=[other],
        RemoveSecurityGroupIds=[group],
        AddSubnetIds=[aws.subnets[2]],
        RemoveSubnetIds=[aws.subnets[0]],
    )
    assert set(found()) == set(aws.subnets[1:])
    for item in found().values():
        assert [held["GroupId"] for held in item["Groups"]] == [other]


def test_exchanging_the_subnet_of_a_zone_takes_two_calls(aws: TestAccount) -> None:
    made = aws.endpoint(aws.service()["ServiceName"])
    twin = aws.subnet("10.0.100.0/24", "us-east-1a")
    exchange = {"AddSubnetIds": [twin], "RemoveSubnetIds": [aws.subnets[0]]}
    with refused("DuplicateSubnetsInSameZone"):
        aws.ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], **exchange)
    for name in ("RemoveSubnetIds", "AddSubnetIds"):
        aws.ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], **{name: exchange[name]})
    assert set(aws.describe_endpoint(made["VpcEndpointId"])["SubnetIds"]) == {twin, aws.subnets[1]}


def test_a_client_token_replays_the_answer(aws: TestAccount) -> None:
    name = aws.service()["ServiceName"]
    first = aws.endpoint(name, ClientToken="one")
    assert aws.endpoint(name, ClientToken="one")["VpcEndpointId"] == first["VpcEndpointId"]
    with refused("IdempotentParameterMismatch"):
        aws.endpoint(name, ClientToken="one", SubnetIds=aws.subnets)
    other = aws.endpoint(name, ClientToken="two")
    assert other["VpcEndpointId"] != first["VpcEndpointId"]


def test_delete_goes_over_deleting_to_not_found(aws: TestAccount) -> None:
    aws.configure(endpoint_deletion=1.5)
    service = aws.service()
    endpoint_id = aws.endpoint(service["ServiceName"])["VpcEndpointId"]
    missing = "vpce-0123456789abcdef0"
    answer = aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id, missing])
    assert [(item["ResourceId"], item["Error"]["Code"]) for item in answer["Unsuccessful"]] == [
        (missing, "InvalidVpcEndpoint.NotFound")
    ]
    assert aws.describe_endpoint(endpoint_id)["State"] == "deleting"
    eventually(lambda: aws.ec2.describe_vpc_endpoints()["VpcEndpoints"] == [])
    with refused("InvalidVpcEndpointId.NotFound"):
        aws.describe_endpoint(endpoint_id)


def test_filters(aws: TestAccount) -> None:
    tag = [{"Key": "owner", "Value": "a1b2"}]
    name = aws.service()["ServiceName"]
    mine = aws.endpoint(name, TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tag}])
    aws.endpoint(name)

    def found(key: str, value: str) -> list[str]:
        answer = aws.ec2.describe_vpc_endpoints(Filters=[{"Name": key, "Values": [value]}])
        return [item["VpcEndpointId"] for item in answer["VpcEndpoints"]]

    assert mine["Tags"] == tag
    assert found("tag:owner", "a1b2") == [mine["VpcEndpointId"]]
    assert found("vpc-endpoint-id", mine["VpcEndpointId"]) == [mine["VpcEndpointId"]]
    assert len(found("service-name", name)) == 2 and len(found("vpc-id", aws.vpc)) == 2
    assert found("vpc-id", "vpc-0") == []


def test_states_can_be_switched(aws: TestAccount) -> None:
    endpoint_id = aws.endpoint(aws.service()["ServiceName"])["VpcEndpointId"]
    for state in ("failed", "expired", "rejected"):
        aws.post("faults", endpoint_state=state, reason="told to", endpoint=endpoint_id)
        found = aws.describe_endpoint(endpoint_id)
        assert found["State"] == state
        assert found.get("FailureReason") == ("told to" if state == "failed" else None)


def test_private_dns(aws: TestAccount) -> None:
    service = aws.service(PrivateDnsName="kafka.test.com", AcceptanceRequired=True)
    plain = aws.service()
    with refused("InvalidParameter"):
        aws.endpoint(plain["ServiceName"], PrivateDnsEnabled=True)
    with refused("InvalidParameter"):
        aws.endpoint(service["ServiceName"], PrivateDnsEnabled=True)
    endpoint_id = aws.endpoint(service["ServiceName"])["VpcEndpointId"]
    aws.ec2.accept_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint_id]
    )

    def enable() -> None:
        aws.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PrivateDnsEnabled=True)

    with refused("InvalidParameter"):
        enable()
    aws.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service["ServiceId"])
    eventually(
        lambda: (
            aws.describe_service(service["ServiceId"])["PrivateDnsNameConfiguration"]["State"]
            == "verified"
        )
    )
    with refused("InvalidParameter"):
        enable()
    aws.ec2.modify_vpc_attribute(VpcId=aws.vpc, EnableDnsHostnames={"Value": True})
    enable()
    assert aws.describe_endpoint(endpoint_id)["PrivateDnsEnabled"] is True


def test_interfaces_have_addresses_of_the_endpoints_type(aws: TestAccount) -> None:
    aws.ec2.associate_vpc_cidr_block(VpcId=aws.vpc, AmazonProvidedIpv6CidrBlock=True)
    vpc = aws.ec2.describe_vpcs(VpcIds=[aws.vpc])["Vpcs"][0]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    for number, subnet in enumerate(aws.subnets):
        part = block.replace("00::/56", f"{number:02x}::/64")
        aws.ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=part)
    nlb = aws.nlb(IpAddressType="dualstack")["LoadBalancerArn"]
    service = aws.service(nlb, SupportedIpAddressTypes=["ipv4", "ipv6"])
    made = aws.endpoint(service["ServiceName"], IpAddressType="ipv4")["VpcEndpointId"]

    def addresses() -> list[int]:
        ids = aws.describe_endpoint(made)["NetworkInterfaceIds"]
        found = aws.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
        return [len(item["Ipv6Addresses"]) for item in found]

    assert set(addresses()) == {0}
    for kind, count in (("dualstack", 1), ("ipv4", 0)):
        aws.ec2.modify_vpc_endpoint(VpcEndpointId=made, IpAddressType=kind)
        assert set(addresses()) == {count}
