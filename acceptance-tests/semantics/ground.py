"""What changes need to exist in the account before they are made, and paths that stand."""

from collections.abc import Callable
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

from harness.aws import Account, Control
from harness.configuration import HOSTNAME, configuration, merged, orders, service_side
from harness.consumer import Consumer
from harness.installation import Installation
from harness.network import Network, Vpc, make_vpc, sandbox_network
from harness.shape import shape
from harness.surroundings import make_prefix_list
from harness.terraform import Workspace
from sandbox.tests.certificate import self_signed


class Ground:
    """An account with its networks; everything else is made when it is first asked for."""

    def __init__(self, url: str):
        self.account = Account(url)
        self.control = Control(self.account)
        self.network: Network = sandbox_network(self.account)

    @cached_property
    def other_client(self) -> Vpc:
        return make_vpc(self.account, 20)

    @cached_property
    def consumer(self) -> Consumer:
        return Consumer(self.account.url)

    @cached_property
    def certificate(self) -> str:
        return self._certificate()

    @cached_property
    def other_certificate(self) -> str:
        return self._certificate()

    def _certificate(self) -> str:
        key, certificate = self_signed(HOSTNAME)
        acm = self.account.client("acm")
        made = acm.import_certificate(Certificate=certificate, PrivateKey=key)
        return made["CertificateArn"]

    @cached_property
    def brokers_group(self) -> str:
        return self._group(self.network.kafka.id, "given-brokers")

    @cached_property
    def clients_group(self) -> str:
        return self._group(self.network.client.id, "given-clients")

    def _group(self, vpc: str, name: str) -> str:
        made = self.account.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)
        return made["GroupId"]

    @cached_property
    def prefix_list(self) -> str:
        return make_prefix_list(self.account, ["10.30.0.0/16"])

    @cached_property
    def foreign_target_group(self) -> str:
        made = self.account.elbv2.create_target_group(
            Name="theirs", Protocol="TCP", Port=80, VpcId=self.network.kafka.id, TargetType="ip"
        )
        return made["TargetGroups"][0]["TargetGroupArn"]

    @cached_property
    def zone(self) -> str:
        """A private zone of the clients' VPC that somebody else looks after."""
        made = self.account.route53.create_hosted_zone(
            Name="test.com",
            CallerReference="given",
            VPC={"VPCRegion": self.account.region, "VPCId": self.network.client.id},
            HostedZoneConfig={"PrivateZone": True},
        )
        return made["HostedZone"]["Id"].removeprefix("/hostedzone/")

    @cached_property
    def instance(self) -> str:
        made = self.account.ec2.run_instances(
            ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=self.network.kafka.subnets[0]
        )
        return made["Instances"][0]["InstanceId"]

    def dual_stack(self, vpc: Vpc, second_octet: int) -> None:
        """Gives a network and all its subnets IPv6."""
        ec2 = self.account.ec2
        ec2.associate_vpc_cidr_block(VpcId=vpc.id, AmazonProvidedIpv6CidrBlock=True)
        for number, subnet in enumerate(vpc.subnets):
            block = f"2001:db8:{second_octet}:{number}::/64"
            ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=block)


def whole(ground: Ground) -> dict[str, Any]:
    """Three brokers, three zones, both sides."""
    return orders(ground.network, tags={"team": "kafka"})


def tls(ground: Ground) -> dict[str, Any]:
    """TLS ends at the load balancer; no consumer side."""
    return merged(
        service_side(ground.network, count=2),
        {
            "listener": {
                "protocol": "TLS",
                "certificate_arn": ground.certificate,
                "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            }
        },
    )


def one_zone(ground: Ground) -> dict[str, Any]:
    """One broker in one zone; no consumer side."""
    subnets = ground.network.kafka.subnets[:1]
    return service_side(ground.network, load_balancer={"subnet_ids": subnets})


def two_zones(ground: Ground) -> dict[str, Any]:
    """One broker, two zones; no consumer side, so that a zone can be left."""
    subnets = ground.network.kafka.subnets[:2]
    return service_side(ground.network, load_balancer={"subnet_ids": subnets})


def pinned(ground: Ground) -> dict[str, Any]:
    """Nothing of the service is left for AWS to decide."""
    ground.dual_stack(ground.network.kafka, 0)
    types = {"supported_ip_address_types": ["ipv4"]}
    return merged(service_side(ground.network), {"endpoint_service": types})


def accepting(ground: Ground) -> dict[str, Any]:
    """Connections of another account are accepted; no consumer side."""
    service = {
        "allowed_principals": [ground.consumer.principal],
        "auto_accept_principals": [ground.consumer.id],
    }
    return service_side(ground.network, endpoint_service=service)


def ipv6(ground: Ground) -> dict[str, Any]:
    """Everything could be dual stack."""
    ground.dual_stack(ground.network.kafka, 0)
    ground.dual_stack(ground.network.client, 9)
    return merged(orders(ground.network, count=1), {"tags": {"team": "kafka"}})


Plot = Callable[[Ground], dict[str, Any]]


class Standing:
    """A path that was applied once; every test leaves it as it was, or it is made anew."""

    def __init__(self, plot: Plot, url: str, folder: Path, installation: Installation):
        self.ground = Ground(url)
        self.account, self.control = self.ground.account, self.ground.control
        self.terraform = Workspace(folder, installation, self.account.environment())
        self.arguments = plot(self.ground)
        self.write().apply()

    def with_(self, *changes: dict[str, Any]) -> dict[str, Any]:
        return reduce(merged, changes, self.arguments)

    def write(self, *changes: dict[str, Any]) -> Workspace:
        return self.terraform.write(configuration(self.with_(*changes)))

    def shape(self) -> dict[str, Any]:
        return shape(self.control.objects())


class Standings:
    """One standing path of each kind for a worker."""

    def __init__(self, url: str, folder: Callable[[], Path], installation: Installation):
        self._url, self._folder, self._installation = url, folder, installation
        self._made: dict[Plot, Standing] = {}

    def take(self, plot: Plot) -> Standing:
        """Out of the shelf: a test that fails does not put it back."""
        found = self._made.pop(plot, None)
        return found or Standing(plot, self._url, self._folder(), self._installation)

    def give_back(self, plot: Plot, standing: Standing) -> None:
        self._made[plot] = standing
