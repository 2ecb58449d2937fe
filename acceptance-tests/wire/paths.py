"""What terraform builds: examples/complete as users copy it, and the second path of wire.tf."""

import json
import shutil
from pathlib import Path
from typing import Any

from harness.aws import Account
from harness.installation import ROOT, install
from harness.network import Network
from harness.terraform import Outcome, Workspace
from wire.properties import FurtherListener

HOSTNAME, MTLS_HOSTNAME = "kafka.test.com", "kafka-mtls.test.com"
PLAIN_ADDRESS, MTLS_ADDRESS = "kafka_privatelink.orders", "kafka_privatelink.mtls"
ADDRESSES = (PLAIN_ADDRESS, MTLS_ADDRESS)
OTHER_ACCOUNT = "210987654321"
# The listener that wire.tf's path leads to.
MTLS_LISTENER, MTLS_PORT = "MTLS", 9095
PLAIN_PORT = 9094
_HERE = Path(__file__).parent


class Paths:
    def __init__(self, folder: Path, account: Account, network: Network):
        self.network = network
        (folder / "installation").mkdir(parents=True)
        installed = install(folder / "installation")
        self.terraform = Workspace(folder / "paths", installed, account.environment(), 180)
        for file in (*(ROOT / "examples" / "complete").glob("*.tf"), *_HERE.glob("terraform/*.tf")):
            shutil.copy(file, self.terraform.folder)
        self._variables: dict[str, Any] = {
            "mtls_hostname": MTLS_HOSTNAME,
            "kafka_subnet_ids": network.kafka.subnets,
            "client_vpc_id": network.client.id,
            "client_subnet_ids": network.client.subnets,
            "allowed_principals": [f"arn:aws:iam::{OTHER_ACCOUNT}:root"],
            "brokers": {},
        }

    @property
    def machines(self) -> dict[int, str]:
        """Node id -> address, as terraform was told last."""
        return {int(node): address for node, address in self._variables["brokers"].items()}

    def set(self, machines: dict[int, str] | None = None, **variables: Any) -> None:
        if machines is not None:
            variables["brokers"] = {str(node): item for node, item in sorted(machines.items())}
        self._variables.update(variables)
        file = self.terraform.folder / "terraform.tfvars.json"
        file.write_text(json.dumps(self._variables, indent=2))

    def apply(self, machines: dict[int, str] | None = None, **variables: Any) -> Outcome:
        self.set(machines, **variables)
        return self.terraform.apply()

    def snippet(self, node: int) -> str:
        """What examples/complete tells the owner of that broker."""
        return self.terraform.output("broker_properties")[str(node)]

    def mtls(self, node: int) -> FurtherListener:
        advertised = self.terraform.output("mtls_advertised_listeners")[str(node)]
        return FurtherListener(MTLS_LISTENER, MTLS_PORT, advertised, "SSL")

    def bootstrap(self, address: str) -> tuple[str, int]:
        return _host_and_port(self.terraform.attributes(address)["bootstrap_servers"])

    def advertised(self, address: str) -> dict[int, tuple[str, int]]:
        """Node id -> host and port."""
        listed = self.terraform.attributes(address)["advertised_listeners"]
        return {int(node): _host_and_port(text) for node, text in listed.items()}

    def balancer(self, address: str) -> str:
        """The load balancer's name."""
        return self.terraform.attributes(address)["load_balancer_arn"].split("/")[-2]

    def ports(self) -> dict[tuple[str, int], int]:
        """(load balancer, port) -> node id, for every broker port, moving ones included."""
        found: dict[tuple[str, int], int] = {}
        for address in ADDRESSES:
            name = self.balancer(address)
            for node, broker in self.terraform.attributes(address)["brokers"].items():
                for port in (broker["port"], *(broker["additional_ports"] or ())):
                    found[(name, port)] = int(node)
        return found


def _host_and_port(text: str) -> tuple[str, int]:
    host, port = text.rsplit(":", 1)
    return host, int(port)
