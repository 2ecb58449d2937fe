"""Rules on the VPCs of private hosted zones."""

from sandbox.accounts import Account
from sandbox.ec2 import networks
from sandbox.errors import AwsError
from sandbox.route53 import zone

VpcKey = tuple[str, str]


def check_vpc(account: Account, key: VpcKey) -> None:
    region, vpc_id = key
    if networks.vpc(account.region(region), vpc_id) is None:
        # Route 53 API Reference, CreateHostedZone: InvalidVPCId.
        raise AwsError(
            "InvalidVPCId", f"The VPC: {vpc_id} in region {region} that you provided is not valid."
        )


def check_conflict(name: str, key: VpcKey) -> None:
    """Two private zones of one name cannot serve one VPC."""
    if any(item.name == name for item in zone.of_vpc(*key)):
        # Route 53 API Reference, CreateHostedZone: ConflictingDomainExists.
        raise AwsError(
            "ConflictingDomainExists",
            f"The VPC {key[1]} in region {key[0]} has already been associated with the hosted zone "
            f"with the same domain name {name}",
        )
