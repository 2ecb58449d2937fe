"""Destroy with clients connected: refused by default, and carried out when told to reject."""

from harness.aws import Account
from harness.path import inventory
from wire.paths import OTHER_ACCOUNT, PLAIN_ADDRESS
from wire.report import told
from wire.stage import Stage



def refused(stage: Stage) -> None:
    endpoint = _foreign_endpoint(stage)
    ran = stage.paths.terraform.run("destroy", "-auto-approve", "-input=false", "-json").expect(1)
    assert endpoint in ran.text and OTHER_ACCOUNT in ran.text, ran.report()
    stage.ready()
    told(f"destroy refused at plan, naming {endpoint} of {OTHER_ACCOUNT}; nothing was deleted")


def carried_out(stage: Stage, before: set[tuple[str, str]]) -> None:
    stage.paths.apply(on_destroy="reject_connections")
    took = stage.paths.terraform.destroy().seconds
    left = inventory(stage.account) - before
    assert not left, left
    told(f"with reject_connections destroy ended in {took:.1f} s, and nothing is left")


def _foreign_endpoint(stage: Stage) -> str:
    """A consumer in another account, connected and accepted by hand."""
    other = Account(stage.account.url)
    other.id = OTHER_ACCOUNT
    attributes = stage.paths.terraform.attributes(PLAIN_ADDRESS)
    vpc = other.ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    zone = f"{other.region}a"
    subnet = other.ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24", AvailabilityZone=zone)
    made = other.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc,
        ServiceName=attributes["service_name"],
        SubnetIds=[subnet["Subnet"]["SubnetId"]],
    )
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    stage.account.ec2.accept_vpc_endpoint_connections(
        ServiceId=attributes["id"], VpcEndpointIds=[endpoint]
    )
    return endpoint
