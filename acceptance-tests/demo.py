"""`make demo`: examples/complete, applied to a sandbox of its own and destroyed again."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness.aws import Account
from harness.installation import ROOT, Installation, clean_environment, install
from harness.network import Network, sandbox_network
from harness.path import inventory
from harness.sandbox_server import SandboxServer


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="kafka-privatelink-demo-") as name:
        folder = Path(name)
        say("Starting the sandbox AWS")
        sandbox = SandboxServer()
        try:
            return demonstrate(folder, Account(sandbox.url))
        finally:
            sandbox.stop()


def demonstrate(folder: Path, account: Account) -> int:
    say("Making two VPCs with three subnets each: the brokers' and the clients'")
    network = sandbox_network(account)
    before = inventory(account)

    say("Installing the provider into a mirror of its own")
    installation = install(folder)
    example = folder / "complete"
    shutil.copytree(ROOT / "examples" / "complete", example)
    (example / "terraform.tfvars.json").write_text(json.dumps(variables(network), indent=2))
    terraform = Terraform(example, installation, account)

    say("terraform init")
    terraform.run("init", "-input=false")
    say("terraform apply: three brokers behind kafka.test.com")
    began = time.monotonic()
    terraform.run("apply", "-auto-approve", "-input=false")
    say(f"Applied in {time.monotonic() - began:.1f} s. The outputs:")
    terraform.run("output")

    say("terraform plan: nothing is left to do")
    terraform.run("plan", "-input=false", "-detailed-exitcode")

    say("terraform destroy")
    terraform.run("destroy", "-auto-approve", "-input=false")
    left = inventory(account) - before
    if left:
        print("Left behind:", *sorted(left), sep="\n  ")
        return 1
    say("The sandbox is as empty as before: no load balancer, listener, target group, endpoint")
    print("    service, endpoint, security group, hosted zone or record is left.")
    return 0


def variables(network: Network) -> dict[str, object]:
    return {
        "brokers": {str(n): network.kafka.address(n - 1, 11) for n in (1, 2, 3)},
        "kafka_subnet_ids": network.kafka.subnets,
        "client_vpc_id": network.client.id,
        "client_subnet_ids": network.client.subnets,
        "allowed_principals": ["arn:aws:iam::210987654321:root"],
    }


class Terraform:
    """Runs visibly: what terraform prints goes straight to the reader."""

    def __init__(self, folder: Path, installation: Installation, account: Account):
        self.folder, self.program = folder, installation.terraform
        self.environment = {
            **clean_environment(installation, folder),
            **account.environment(),
            "TERM": os.environ.get("TERM", "dumb"),
        }

    def run(self, *arguments: str) -> None:
        ran = subprocess.run(
            [self.program, *arguments], cwd=self.folder, env=self.environment, check=False
        )
        if ran.returncode != 0:
            raise SystemExit(f"terraform {arguments[0]} ended with {ran.returncode}")


def say(text: str) -> None:
    print(f"\n==> {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
