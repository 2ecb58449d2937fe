"""What a path stands on beside its networks: groups, zones and machines of others."""

from typing import Any

from harness.aws import Account
from harness.network import Network, Vpc


def another_subnet(account: Account, vpc: Vpc, cidr: str, zone: str) -> str:
    made = account.ec2.create_subnet(
        VpcId=vpc.id, CidrBlock=cidr, AvailabilityZone=f"{account.region}{zone}"
    )
    return made["Subnet"]["SubnetId"]


def group_in(account: Account, vpc: str) -> str:
    made = account.ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)
    return made["GroupId"]


def make_prefix_list(account: Account, blocks: list[str]) -> str:
    made = account.ec2.create_managed_prefix_list(
        PrefixListName="clients",
        AddressFamily="IPv4",
        MaxEntries=len(blocks),
        Entries=[{"Cidr": block} for block in blocks],
    )
    return made["PrefixList"]["PrefixListId"]


def open_group_in(account: Account, vpc: str) -> str:
    """One that lets everybody in."""
    made = group_in(account, vpc)
    everybody = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    account.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[everybody])
    return made


def private_zone(account: Account, name: str, vpc: str) -> str:
    made = account.route53.create_hosted_zone(
        Name=name,
        CallerReference=name,
        VPC={"VPCRegion": account.region, "VPCId": vpc},
        HostedZoneConfig={"PrivateZone": True},
    )
    return made["HostedZone"]["Id"].removeprefix("/hostedzone/")


def machine(account: Account, subnet: str) -> str:
    made = account.ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet
    )
    return made["Instances"][0]["InstanceId"]


def machines(account: Account, network: Network) -> list[str]:
    return [machine(account, subnet) for subnet in network.kafka.subnets]


def on_machines(machines: list[str], **more: Any) -> dict[str, Any]:
    return {
        "brokers": {
            str(number): {"target": machine} for number, machine in enumerate(machines, start=1)
        },
        "target_group": {"target_type": "instance"},
        **more,
    }
