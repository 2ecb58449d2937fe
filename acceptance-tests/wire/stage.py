"""Everything that a scenario acts on, started in order."""

import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from confluent_kafka.admin import AdminClient

from harness.aws import Account, Control
from harness.network import sandbox_network
from harness.sandbox_server import SandboxServer
from wire import certificates, identity, load, reach
from wire.cluster import Cluster
from wire.data_plane import DataPlane
from wire.load import Load
from wire.ears import Ears
from wire.network import CONSUMER, CONTROLLER_ADDRESS, Network
from wire.paths import (
    ADDRESSES,
    MTLS_ADDRESS,
    MTLS_HOSTNAME,
    MTLS_PORT,
    PLAIN_PORT,
    Paths,
)
from wire.patience import PATIENCE

Result = TypeVar("Result")


class Stage:
    def __init__(self, work: Path, folder: Path):
        """`work` holds the parts, `folder` takes what this run writes."""
        self.network = Network()
        self._sandbox = SandboxServer()
        self.account = Account(self._sandbox.url)
        self.control = Control(self.account)
        # Long enough to be seen by the data plane; AWS takes minutes.
        self.control.provisioning(target_draining=2.0)
        self.control.measured_health()
        self.vpcs = sandbox_network(self.account)
        self.certificates = certificates.issue(_made(folder / "certificates"), MTLS_HOSTNAME)
        self.paths = Paths(folder / "terraform", self.account, self.vpcs)
        self.data_plane = DataPlane(
            self.account, self.vpcs.client.id, self.network, _made(folder / "data-plane")
        )
        self.ears = Ears(self.network)
        self.cluster = Cluster(self.network, work / "jars", folder / "kafka", self.certificates)
        self._work, self._folder = work, folder
        self.load: Load

    def machine(self, node: int, generation: int = 0) -> str:
        """An address for the node: in its own zone, and a new one for every generation."""
        return self.vpcs.kafka.address((node - 1) % 3, 10 + node + 10 * generation)

    def begin(self) -> None:
        """From nothing to both clients connected: apply, brokers, topics, clients."""
        self.data_plane.start()
        self.paths.apply({node: self.machine(node) for node in (1, 2, 3)})
        for node in (1, 2, 3):
            self.start(node)
        self.ready()
        servers = [":".join(map(str, self.paths.bootstrap(item))) for item in ADDRESSES]
        self.load = Load(
            self._work, _made(self._folder / "clients"), load.Paths(*servers), self.certificates
        )
        self.load.admin("create", topics=load.TOPICS, partitions=load.PARTITIONS)
        self.load.start()

    def start(self, node: int, disk: str = "") -> None:
        """Starts the node on the machine that terraform was told of, with what terraform says."""
        address = self.paths.machines[node]
        self.ears.open(address)
        snippet, mtls = self.paths.snippet(node), self.paths.mtls(node)
        self.cluster.start(node, address, snippet, mtls, disk)

    def ready(self) -> None:
        """Until every broker that runs is who its own ports say, on both paths."""
        self.eventually(
            lambda: all(all(self.identities(item).values()) for item in ADDRESSES),
            "every port leads to its broker",
            lambda: "\n".join([*self.answers(), *self.cluster.last_words()]),
        )

    def answers(self) -> list[str]:
        """How a connection to each broker's own port ends, on both paths."""
        return [
            f"{host}:{port} (broker {node}): {self.dial(host, port)}"
            for path in ADDRESSES
            for node, (host, port) in self.paths.advertised(path).items()
        ]

    def identities(self, address: str) -> dict[int, bool]:
        """Node id of each running broker -> whether the port that terraform gave it leads there."""
        advertised = self.paths.advertised(address)
        running = [node for node in self.cluster.brokers if node in advertised]
        with ThreadPoolExecutor(max(len(running), 1)) as pool:
            answers = pool.map(
                lambda node: self.is_node(address, node, *advertised[node]), running
            )
            return dict(zip(running, answers, strict=True))

    def is_node(self, path: str, node: int, host: str, port: int) -> bool:
        """False also where nothing answers."""
        tls = self.tls() if path == MTLS_ADDRESS else None
        try:
            return self.as_consumer(lambda: identity.is_node(host, port, node, tls))
        except OSError:
            return False

    def metadata(self, path: str) -> dict[int, tuple[str, int]]:
        """Node id -> host and port, as a broker behind the bootstrap port lists them."""
        host, port = self.paths.bootstrap(path)
        settings = {"bootstrap.servers": f"{host}:{port}"}
        if path == MTLS_ADDRESS:
            settings |= {
                "security.protocol": "ssl",
                "ssl.ca.location": str(self.certificates.authority),
                "ssl.certificate.location": str(self.certificates.client_certificate),
                "ssl.key.location": str(self.certificates.client_key),
            }
        listed = self.as_consumer(lambda: AdminClient(settings).list_topics(timeout=10).brokers)
        return {node: (broker.host, broker.port) for node, broker in listed.items()}

    def leaders(self) -> dict[str, dict[int, int]]:
        found = self.load.admin("leaders", topics=load.TOPICS)
        return {
            topic: {int(partition): node for partition, node in items.items()}
            for topic, items in found.items()
        }

    def dial(self, host: str, port: int) -> str:
        """How a connection of the consumer to that name or address ends."""

        def connect() -> str:
            found = reach.addresses(host)
            return reach.dial(found[0], port) if found else reach.NO_WAY

        return self.as_consumer(connect)

    def as_consumer(self, act: Callable[[], Result]) -> Result:
        return self.network.inside(CONSUMER, act)

    def tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.certificates.authority))
        context.load_cert_chain(str(self.certificates.client))
        return context

    def strangers(self) -> list[str]:
        """Connections that a machine heard from anybody but load balancers and the cluster."""
        nodes = self.data_plane.nodes
        cluster = {CONTROLLER_ADDRESS, *self.ears.machines}
        return [
            f"{source} -> {machine}:{port} ({count} connections)"
            for machine, sources in self.ears.heard().items()
            for (source, port), count in sources.items()
            if source not in (nodes if port in (PLAIN_PORT, MTLS_PORT) else cluster)
        ]

    def eventually(
        self, check: Callable[[], bool], what: str, seen: Callable[[], str] = lambda: ""
    ) -> float:
        """Waits for it; returns the seconds it took. `seen` tells what there is instead."""
        began = time.monotonic()
        while not check():
            self.cluster.check()
            self.data_plane.check()
            if time.monotonic() - began > PATIENCE:
                raise AssertionError(f"not within {PATIENCE} s: {what}\n{seen()}")
            time.sleep(0.2)
        return time.monotonic() - began


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
