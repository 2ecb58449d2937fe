"""`make live`: says what would be made in which real account, and runs only on an explicit yes."""

import os
import sys

import pytest

from harness import live


def main() -> int:
    os.environ.setdefault("LIVE_NAME", live.new_name())
    if "AWS_REGION" in os.environ:
        # boto3 reads the older name only, terraform-provider-kafka both.
        os.environ.setdefault("AWS_DEFAULT_REGION", os.environ["AWS_REGION"])
    live.announce()
    if not live.requested():
        print("Nothing was made. To run: LIVE=yes make live", file=sys.stderr)
        return 2
    # One after the other: the tests share a name, a VPC and the account's quotas.
    folder = os.path.dirname(os.path.abspath(__file__))
    return pytest.main([folder, "-m", "live", "-n", "0", "-v", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
