"""`-debug`: a provider that runs on its own, and CLIs that are told to attach to it."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.aws import Account, Control
from harness.configuration import configuration, service_side
from harness.installation import HOSTS, Installation, clean_environment
from harness.network import Network
from harness.path import inventory
from harness.terraform import Workspace


@pytest.fixture(params=["-debug", "--debug=true"])
def attach(
    request: pytest.FixtureRequest, installation: Installation, account: Account, tmp_path: Path
) -> Iterator[str]:
    """The text to export. This provider alone knows the credentials."""
    with subprocess.Popen(
        [installation.binary, request.param],
        env={**clean_environment(installation, tmp_path), **account.environment()},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        lines = iter(process.stdout.readline, "")
        told = next(line.strip() for line in lines if "TF_REATTACH_PROVIDERS='" in line)
        yield told.partition("=")[2].strip("'")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.mark.matrix
def test_a_cli_attaches(
    account: Account, control: Control, network: Network, terraform: Workspace, attach: str
) -> None:
    assert {name.partition("/")[0] for name in json.loads(attach)} == set(HOSTS)
    for name in [name for name in terraform.environment if name.startswith("AWS_")]:
        del terraform.environment[name]
    terraform.environment["TF_REATTACH_PROVIDERS"] = attach
    terraform.write(configuration(service_side(network))).apply()
    terraform.plan_is_empty()
    terraform.destroy()
    assert inventory(account) == set()
    # One that is not attached starts a provider of its own, which has no credentials.
    del terraform.environment["TF_REATTACH_PROVIDERS"]
    assert terraform.try_apply().code == 1
