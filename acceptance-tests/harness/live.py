"""Running against real AWS: only on request, and never by accident."""

import os
import sys

import boto3

# Load balancers and endpoints take minutes.
PATIENCE = 45 * 60.0
_NEEDED = ("LIVE_SUBNET_IDS", "LIVE_NAME")


def requested() -> bool:
    return os.environ.get("LIVE") == "yes"


def announce() -> None:
    """Says what would be made, and where, before anything is; raises when something is missing."""
    missing = [name for name in _NEEDED if not os.environ.get(name)]
    if missing:
        raise SystemExit(f"LIVE=yes needs {' and '.join(missing)}; see acceptance-tests/README.md")
    identity = boto3.client("sts").get_caller_identity()
    region = boto3.session.Session().region_name
    print(
        f"Real AWS: account {identity['Account']} as {identity['Arn']}, region {region}.\n"
        f"Each test makes and destroys, under the name {os.environ['LIVE_NAME']}: one internal "
        "network load balancer, up to five listeners and target groups, one endpoint service, "
        "one interface endpoint in two zones, two security groups and one private hosted zone "
        f"for kafka.test.com, in the subnets {os.environ['LIVE_SUBNET_IDS']}. AWS bills them.",
        file=sys.stderr,
    )
