"""HashiCorp's own test framework (terraform-plugin-testing) drives the provider: `plugin-testing/`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.aws import Account, Control
from harness.installation import ROOT, Installation, clean_environment
from harness.network import Network
from harness.path import inventory

MODULE = ROOT / "acceptance-tests" / "plugin-testing"


@pytest.mark.matrix
@pytest.mark.parametrize("test", ["TestPath", "TestMessages"])
def test_of_hashicorps_framework(
    account: Account,
    control: Control,
    network: Network,
    installation: Installation,
    tmp_path: Path,
    test: str,
) -> None:
    if not os.environ.get("MATRIX"):
        pytest.skip("run by `make matrix`: the framework is built first, which takes minutes")
    if not shutil.which("go"):
        pytest.skip("Go is missing")
    before = inventory(account)
    ran = subprocess.run(
        ["go", "test", "-count=1", "-run", f"^{test}$", "."],
        cwd=MODULE,
        env=environment(installation, account, network, tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert inventory(account) == before


def environment(
    installation: Installation, account: Account, network: Network, home: Path
) -> dict[str, str]:
    clean = clean_environment(installation, home)
    # The framework sets it, and refuses what others set.
    del clean["TF_IN_AUTOMATION"]
    names = ("GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS", "GOTOOLCHAIN", "GOSUMDB")
    told = subprocess.run(["go", "env", *names], capture_output=True, text=True, check=True)
    go = dict(zip(names, told.stdout.splitlines(), strict=True))
    targets = [network.kafka.address(number, 11 + number) for number in range(3)]
    return {
        **clean,
        **{name: value for name, value in go.items() if value},
        **account.environment(),
        "TF_ACC": "1",
        "TF_ACC_TERRAFORM_PATH": str(shutil.which(installation.terraform)),
        "KAFKA_SUBNET_IDS": ",".join(network.kafka.subnets),
        "CLIENT_VPC_ID": network.client.id,
        "CLIENT_SUBNET_IDS": ",".join(network.client.subnets[:2]),
        "BROKER_TARGETS": ",".join(targets),
    }
