"""The whole path, built and taken down in the order that AWS needs."""

from sandbox.tests.account import TestAccount, eventually, refused


def test_builds_and_takes_down_the_path(aws: TestAccount) -> None:
    aws.configure(service_deletion=1.5, interface_release=1.5)
    group = aws.group()
    nlb = aws.nlb("orders", SecurityGroups=[group])["LoadBalancerArn"]
    targets = aws.target_group("orders-1")
    aws.elbv2.register_targets(TargetGroupArn=targets, Targets=[{"Id": "10.0.1.10", "Port": 9092}])
    listener = aws.listener(nlb, targets)
    service = aws.service(nlb, AcceptanceRequired=True)
    endpoint = aws.endpoint(service["ServiceName"], SecurityGroupIds=[aws.group()])
    assert endpoint["State"] == "pendingAcceptance"
    accepted = aws.ec2.accept_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]]
    )
    assert accepted.get("Unsuccessful", []) == []
    aws.until_endpoint(endpoint["VpcEndpointId"], "available")
    entry = next(
        item for item in endpoint["DnsEntries"] if "us-east-1a.vpce-svc" not in item["DnsName"]
    )
    zone = aws.route53.create_hosted_zone(
        Name="kafka.test.com",
        CallerReference="one",
        VPC={"VPCRegion": aws.region, "VPCId": aws.vpc},
    )["HostedZone"]["Id"]
    record = {
        "Name": "kafka.test.com",
        "Type": "A",
        "AliasTarget": {
            "DNSName": entry["DnsName"],
            "HostedZoneId": entry["HostedZoneId"],
            "EvaluateTargetHealth": False,
        },
    }
    for verb in ("CREATE", "DELETE"):
        aws.route53.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={"Changes": [{"Action": verb, "ResourceRecordSet": record}]},
        )
    aws.route53.delete_hosted_zone(Id=zone)
    assert (
        aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]]).get(
            "Unsuccessful", []
        )
        == []
    )

    def service_deleted() -> bool:
        answer = aws.ec2.delete_vpc_endpoint_service_configurations(
            ServiceIds=[service["ServiceId"]]
        )
        return not answer.get("Unsuccessful")

    eventually(service_deleted)
    aws.elbv2.delete_listener(ListenerArn=listener)
    aws.elbv2.delete_target_group(TargetGroupArn=targets)
    with refused("ResourceInUse"):
        aws.elbv2.delete_load_balancer(LoadBalancerArn=nlb)

    def nlb_deleted() -> bool:
        try:
            aws.elbv2.delete_load_balancer(LoadBalancerArn=nlb)
        except aws.elbv2.exceptions.ResourceInUseException:
            return False
        return True

    eventually(nlb_deleted)
    with refused("DependencyViolation"):
        aws.ec2.delete_security_group(GroupId=group)

    def group_deleted() -> bool:
        try:
            aws.ec2.delete_security_group(GroupId=group)
        except aws.ec2.exceptions.ClientError:
            return False
        return True

    eventually(group_deleted)
    assert aws.elbv2.describe_load_balancers()["LoadBalancers"] == []
    assert aws.elbv2.describe_target_groups()["TargetGroups"] == []
