"""Paths as people build them by hand, with names and tags of their own: by boto3."""

from dataclasses import dataclass, field
from typing import Any

from harness.aws import Account, eventually
from harness.configuration import PRINCIPAL
from harness.network import Network
from harness.path import listeners_of, load_balancers, services, tags

BOOTSTRAP_PORT = 9091


@dataclass
class HandMade:
    """A load balancer with an endpoint service; listeners and the rest are added one by one.

    Names are those of no convention, and nothing is tagged unless a test does it.
    """

    account: Account
    network: Network
    balancer: str = ""
    service: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    """ARN of each target group by its name."""

    @classmethod
    def with_service(
        cls, account: Account, network: Network, *, cross_zone: bool = True, **balancer: Any
    ) -> "HandMade":
        """`balancer` is merged into CreateLoadBalancer: security groups and the like."""
        made = cls(account, network)
        made.balancer = made.load_balancer("streaming-prod-NLB", **balancer)
        made.account.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=made.balancer,
            Attributes=[
                {"Key": "load_balancing.cross_zone.enabled", "Value": str(cross_zone).lower()}
            ],
        )
        made.service = made.endpoint_service(made.balancer)
        return made

    def load_balancer(self, name: str, **request: Any) -> str:
        arn = self.account.elbv2.create_load_balancer(
            Name=name,
            Type="network",
            Scheme="internal",
            Subnets=self.network.kafka.subnets,
            **request,
        )["LoadBalancers"][0]["LoadBalancerArn"]
        states = lambda: {  # noqa: E731
            item["LoadBalancerArn"]: item["State"]["Code"]
            for item in load_balancers(self.account)
        }
        eventually(lambda: states()[arn] == "active", f"{name} is active")
        return arn

    def endpoint_service(self, *balancers: str, **request: Any) -> str:
        made = self.account.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=list(balancers), AcceptanceRequired=True, **request
        )["ServiceConfiguration"]["ServiceId"]
        self.account.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=made, AddAllowedPrincipals=[PRINCIPAL]
        )
        eventually(
            lambda: self.describe_service(made)["ServiceState"] == "Available",
            f"{made} is available",
        )
        return made

    def describe_service(self, service: str | None = None) -> dict[str, Any]:
        wanted = service or self.service
        [found] = [item for item in services(self.account) if item["ServiceId"] == wanted]
        return found

    def group(self, name: str, *targets: str, port: int = 9092, **request: Any) -> str:
        """A target group as `aws_lb_target_group` leaves it: thresholds of 3, the rest AWS's."""
        arn = self.account.elbv2.create_target_group(
            **{
                "Name": name,
                "Protocol": "TCP",
                "Port": port,
                "VpcId": self.network.kafka.id,
                "TargetType": "ip",
                "HealthyThresholdCount": 3,
                "UnhealthyThresholdCount": 3,
                **request,
            }
        )["TargetGroups"][0]["TargetGroupArn"]
        if targets:
            self.account.elbv2.register_targets(
                TargetGroupArn=arn, Targets=[{"Id": target, "Port": port} for target in targets]
            )
        self.groups[name] = arn
        return arn

    def listener(self, port: int, group: str, **request: Any) -> str:
        return self.account.elbv2.create_listener(
            **{
                "LoadBalancerArn": self.balancer,
                "Port": port,
                "Protocol": "TCP",
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
                **request,
            }
        )["Listeners"][0]["ListenerArn"]

    def broker(self, number: int) -> str:
        """Its address, as in the configuration that most tests start from."""
        kafka = self.network.kafka
        return kafka.address((number - 1) % len(kafka.subnets), 10 + number)

    def brokers(self, *numbers: int, base: int = 6000, **listener: Any) -> "HandMade":
        """A group and a listener for each."""
        for number in numbers:
            group = self.group(f"Prod-Node-{number}-tcp", self.broker(number))
            self.listener(base + number, group, **listener)
        return self

    def bootstrap(self, *numbers: int, port: int = BOOTSTRAP_PORT, **listener: Any) -> "HandMade":
        """One group of all brokers, and its listener."""
        group = self.group("Prod-AnyNode-tcp", *(self.broker(number) for number in numbers))
        self.listener(port, group, **listener)
        return self

    def endpoint(self) -> dict[str, Any]:
        """An accepted endpoint of the clients' VPC, with a security group of its own."""
        ec2, client = self.account.ec2, self.network.client
        ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=self.service,
            AddAllowedPrincipals=[f"arn:aws:iam::{self.account.id}:root"],
        )
        group = ec2.create_security_group(
            GroupName="clients-of-kafka", Description="clients", VpcId=client.id
        )["GroupId"]
        made = ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=client.id,
            ServiceName=self.describe_service()["ServiceName"],
            SubnetIds=client.subnets[:2],
            SecurityGroupIds=[group],
        )["VpcEndpoint"]
        endpoint = made["VpcEndpointId"]
        ec2.accept_vpc_endpoint_connections(ServiceId=self.service, VpcEndpointIds=[endpoint])
        found = lambda: ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]  # noqa: E731
        eventually(lambda: found()["State"] == "available", f"{endpoint} is available")
        return found()

    def alias(self, hostname: str, endpoint: dict[str, Any]) -> str:
        """A record in a private zone of the parent domain; gives the zone's id."""
        route53 = self.account.route53
        zone = route53.create_hosted_zone(
            Name=hostname.partition(".")[2],
            CallerReference="by hand",
            VPC={"VPCRegion": self.account.region, "VPCId": self.network.client.id},
            HostedZoneConfig={"PrivateZone": True},
        )["HostedZone"]["Id"].removeprefix("/hostedzone/")
        regional = min(endpoint["DnsEntries"], key=lambda entry: len(entry["DnsName"]))
        record = {
            "Name": hostname,
            "Type": "A",
            "AliasTarget": {
                "DNSName": regional["DnsName"],
                "HostedZoneId": regional["HostedZoneId"],
                "EvaluateTargetHealth": False,
            },
        }
        route53.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
        )
        return zone

    def names(self) -> dict[str, str]:
        """What AWS calls the load balancers and target groups, by ARN."""
        groups = self.account.elbv2.describe_target_groups()["TargetGroups"]
        named = {item["TargetGroupArn"]: item["TargetGroupName"] for item in groups}
        for item in load_balancers(self.account):
            named[item["LoadBalancerArn"]] = item["LoadBalancerName"]
        return named

    def on_port(self, port: int) -> dict[str, Any]:
        """A listener with its group, their tags and the targets: all that a neighbour could mind."""
        elbv2 = self.account.elbv2
        [listener] = [
            item for item in listeners_of(self.account, self.balancer) if item["Port"] == port
        ]
        arn = listener["DefaultActions"][0]["TargetGroupArn"]
        health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return {
            "listener": listener,
            "group": elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"],
            "attributes": sorted(
                (item["Key"], item["Value"])
                for item in elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
            ),
            "targets": sorted((item["Target"]["Id"], item["Target"]["Port"]) for item in health),
            "tags": tags(self.account, listener["ListenerArn"], arn),
        }
