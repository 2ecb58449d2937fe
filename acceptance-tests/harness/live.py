"""Running against real AWS: only on request, and never by accident."""

import os
import secrets
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

# Load balancers and endpoints take minutes.
PATIENCE = 45 * 60.0


def requested() -> bool:
    return os.environ.get("LIVE") == "yes"


def new_name() -> str:
    """A name that no other run has, so that two of them never meet in one account."""
    return f"acceptance-{secrets.token_hex(3)}"


def announce() -> None:
    """Says what would be made, and where, before anything is; ends the run if that cannot be."""
    if not os.environ.get("LIVE_SUBNET_IDS"):
        sys.exit("Set LIVE_SUBNET_IDS to subnets of one VPC, one per zone, separated by commas.")
    try:
        identity = boto3.client("sts").get_caller_identity()
        region = boto3.client("ec2").meta.region_name
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"No usable AWS credentials and region in the environment: {error}")
    print(
        f"Real AWS: account {identity['Account']} as {identity['Arn']}, region {region}.\n"
        f"Each test makes, and destroys at its end, under the name {os.environ['LIVE_NAME']}:\n"
        "  one internal network load balancer, four listeners, four target groups,\n"
        "  one endpoint service, one interface endpoint in two zones, two security groups,\n"
        "  one private hosted zone for kafka.test.com in the clients' VPC,\n"
        f"  in the subnets {os.environ['LIVE_SUBNET_IDS']}"
        f" (clients: {os.environ.get('LIVE_CLIENT_SUBNET_IDS', 'the same')}).\n"
        "AWS bills them while they exist. A test that fails destroys what its state knows.",
        file=sys.stderr,
    )
