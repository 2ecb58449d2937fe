"""Who was heard on the brokers' machines."""

import json

from wire.network import Network

# Counts connections that reach a machine, by who began them and to which port.
_HEARD = """
table ip heard {
  set sources { type ipv4_addr . inet_service; flags dynamic; counter; }
  chain input {
    type filter hook input priority filter; policy accept;
    tcp flags & (syn | ack) == syn add @sources { ip saddr . tcp dport }
  }
}
"""


class Ears:
    """Counters in the machines' own namespaces, out of the load balancers' reach."""

    def __init__(self, network: Network):
        self._network = network
        self.machines: dict[str, str] = {}

    def open(self, address: str) -> None:
        if address not in self.machines:
            self.machines[address] = self._network.machine(address)
            self._network.run_in(self.machines[address], "nft", "-f", "-", text=_HEARD)

    def heard(self) -> dict[str, dict[tuple[str, int], int]]:
        """Machine -> (who, on which port) -> connections."""
        return {address: self._sources(name) for address, name in self.machines.items()}

    def _sources(self, namespace: str) -> dict[tuple[str, int], int]:
        text = self._network.run_in(namespace, "nft", "-j", "list", "set", "ip", "heard", "sources")
        found = {}
        for item in json.loads(text)["nftables"]:
            for element in item.get("set", {}).get("elem", []):
                source, port = element["elem"]["val"]["concat"]
                found[(source, port)] = element["elem"]["counter"]["packets"]
        return found

    def forget(self) -> None:
        """Starts counting anew."""
        for name in self.machines.values():
            self._network.run_in(name, "nft", "flush", "set", "ip", "heard", "sources")
