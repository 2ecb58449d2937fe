"""Network namespaces: one for the load balancers, one for the consumer, one for each machine.

```
consumer 10.9.200.10 ── e0 [ load balancers ] br0 ── machines 10.0.n.m
```

All of them live inside the namespaces that `launch.py` made, and end with those.
"""

import ctypes
import ipaddress
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

CONSUMER, BALANCERS = "consumer", "balancers"
# The load balancers' end of the link to the consumer.
LINK, BRIDGE = "e0", "br0"
KAFKA_NETWORK, CLIENT_NETWORK = "10.0.0.0/16", "10.9.0.0/16"
# Within the client's VPC and in none of its subnets, where AWS places interfaces.
CONSUMER_ADDRESS = "10.9.200.10"
# Within the Kafka VPC likewise: the controller is nobody's target.
CONTROLLER_ADDRESS = "10.0.200.1"

_BRIDGE_MAC = "02:00:00:00:00:01"
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Network:
    """The namespaces, and how commands and threads get into them."""

    def __init__(self) -> None:
        self._made: set[str] = set()
        run("ip", "link", "set", "lo", "up")
        for name in (BALANCERS, CONSUMER):
            self._namespace(name)
        run("ip", "link", "add", "c0", "netns", CONSUMER, "type", "veth", "peer", "name", LINK,
            "netns", BALANCERS)
        run("ip", "-n", CONSUMER, "addr", "add", f"{CONSUMER_ADDRESS}/16", "dev", "c0")
        run("ip", "-n", CONSUMER, "link", "set", "c0", "up")
        # Without an address of its own a bridge takes the lowest of its ports: a new machine would
        # change it, and the others would send to the old one until they ask again, for a minute.
        run("ip", "-n", BALANCERS, "link", "add", BRIDGE, "address", _BRIDGE_MAC, "type", "bridge")
        for link, block in ((LINK, CLIENT_NETWORK), (BRIDGE, KAFKA_NETWORK)):
            run("ip", "-n", BALANCERS, "link", "set", link, "up")
            run("ip", "-n", BALANCERS, "route", "add", block, "dev", link)
        self.run_in(BALANCERS, "sysctl", "-qw", "net.ipv4.ip_forward=1",
                    "net.ipv4.conf.all.rp_filter=0", f"net.ipv4.conf.{LINK}.rp_filter=0",
                    f"net.ipv4.conf.{BRIDGE}.rp_filter=0")
        # Frames between machines must not be taken for traffic through the load balancers.
        for file in Path("/proc/sys/net/bridge").glob("bridge-nf-call-*"):
            self.run_in(BALANCERS, "sysctl", "-qw", f"net.bridge.{file.name}=0")

    def machine(self, address: str) -> str:
        """The namespace of the machine with that address; made when asked for first."""
        name = f"m-{address}"
        if name in self._made:
            return name
        self._namespace(name)
        link = f"v{len(self._made)}"
        run("ip", "link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", link,
            "netns", BALANCERS)
        run("ip", "-n", BALANCERS, "link", "set", link, "master", BRIDGE, "up")
        run("ip", "-n", name, "addr", "add", f"{address}/16", "dev", "eth0")
        run("ip", "-n", name, "link", "set", "eth0", "up")
        return name

    def add_ipv6(self, block: str) -> None:
        """IPv6 between consumer and load balancers, in that block of the client's VPC."""
        # In none of the VPC's subnets, as the consumer's IPv4 address.
        consumer = ipaddress.ip_network(block)[-16]
        for namespace, device in ((CONSUMER, "c0"), (BALANCERS, LINK)):
            # No link-local addresses: they would be a way that no rule of ours sees.
            for setting in ("addr_gen_mode=1", "accept_dad=0", "disable_ipv6=0"):
                self.run_in(namespace, "sysctl", "-qw", f"net.ipv6.conf.{device}.{setting}")
        prefix = block.split("/")[1]
        run("ip", "-n", CONSUMER, "-6", "addr", "add", f"{consumer}/{prefix}", "dev", "c0", "nodad")
        run("ip", "-n", BALANCERS, "-6", "route", "add", block, "dev", LINK)

    def addresses_ipv6(self, wanted: set[str]) -> None:
        """Makes the load balancers' end of the link answer for exactly these addresses."""
        listed = run("ip", "-n", BALANCERS, "-o", "-6", "addr", "show", "dev", LINK)
        present = {line.split()[3].split("/")[0] for line in listed.splitlines()}
        place = ("ip", "-n", BALANCERS, "-6", "addr")
        for address in sorted(present - wanted):
            run(*place, "del", f"{address}/128", "dev", LINK)
        for address in sorted(wanted - present):
            run(*place, "add", f"{address}/128", "dev", LINK, "nodad")

    def addresses(self, namespace: str, device: str, wanted: set[str]) -> None:
        """Makes the device answer for exactly these addresses."""
        listed = run("ip", "-n", namespace, "-o", "-4", "addr", "show", "dev", device)
        present = {line.split()[3].split("/")[0] for line in listed.splitlines()}
        for address in sorted(present - wanted):
            run("ip", "-n", namespace, "addr", "del", f"{address}/32", "dev", device)
        for address in sorted(wanted - present):
            run("ip", "-n", namespace, "addr", "add", f"{address}/32", "dev", device)

    def run_in(self, namespace: str, *command: str, text: str = "") -> str:
        return run("ip", "netns", "exec", namespace, *command, text=text)

    def inside(self, namespace: str, act: Callable[[], Result]) -> Result:
        """Runs `act` in a thread of that namespace; sockets made there belong to it for good."""
        answers: list[Result] = []
        errors: list[BaseException] = []

        def act_inside() -> None:
            try:
                enter(namespace)
                answers.append(act())
            except BaseException as error:  # noqa: BLE001 - it is raised again by the caller
                errors.append(error)

        thread = threading.Thread(target=act_inside, name=f"in {namespace}")
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        return answers[0]

    def _namespace(self, name: str) -> None:
        run("ip", "netns", "add", name)
        self._made.add(name)
        # Link-local IPv6 would be a way that no rule of ours sees.
        self.run_in(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                    "net.ipv6.conf.default.disable_ipv6=1")
        run("ip", "-n", name, "link", "set", "lo", "up")


def enter(namespace: str) -> None:
    """Moves the calling thread; threads that it starts from now on are born there."""
    descriptor = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns to {namespace}")
    finally:
        os.close(descriptor)


def run(*command: str, text: str = "") -> str:
    ran = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {ran.stderr.strip() or ran.returncode}\n{text}")
    return ran.stdout
