"""The Kafka cluster: a controller, and brokers on machines of their own."""

import shlex
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wire import properties
from wire.certificates import Certificates
from wire.identity import CLUSTER_ID
from wire.network import CONTROLLER_ADDRESS, Network
from wire.properties import CONTROLLER_ID, FurtherListener

_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m")

_LOG = (
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)


@dataclass
class Broker:
    node: int
    address: str
    process: subprocess.Popen[bytes]


class Cluster:
    def __init__(
        self, network: Network, jars: Path, folder: Path, certificates: Certificates
    ) -> None:
        self._network, self._jars, self._folder = network, jars, folder
        self._certificates = certificates
        self.brokers: dict[int, Broker] = {}
        home = folder / "controller"
        home.mkdir(parents=True)
        file = home / "server.properties"
        file.write_text(properties.controller(home))
        self._controller = self._run(CONTROLLER_ID, CONTROLLER_ADDRESS, home)

    def start(
        self, node: int, address: str, snippet: str, mtls: FurtherListener, disk: str = ""
    ) -> None:
        """Starts the broker on the machine with that address. `snippet` are the lines that
        terraform gave for it; a `disk` other than before is an empty one."""
        home = self._folder / f"broker-{node}{disk}"
        home.mkdir(parents=True, exist_ok=True)
        file = home / "server.properties"
        file.write_text(properties.broker(node, home, snippet, mtls, self._certificates))
        self.brokers[node] = Broker(node, address, self._run(node, address, home))

    def kill(self, node: int) -> None:
        """As a machine that loses power."""
        self._end(node, signal.SIGKILL)

    def stop(self, node: int) -> None:
        """As an operator who drained it: leaders move away first."""
        self._end(node, signal.SIGTERM)

    def check(self) -> None:
        """A broker that ended by itself is an error of the test's set-up."""
        for broker in self.brokers.values():
            if broker.process.poll() is not None:
                raise RuntimeError(f"broker {broker.node} ended by itself: see {self._folder}")

    def last_words(self) -> list[str]:
        """The last lines that the controller and each broker logged."""
        logs = sorted(self._folder.glob("*/server.log"))
        return [f"{log.parent.name}: {_last_lines(log)}" for log in logs]

    def _end(self, node: int, how: signal.Signals) -> None:
        process = self.brokers.pop(node).process
        process.send_signal(how)
        process.wait(60)

    def _run(self, node: int, address: str, home: Path) -> subprocess.Popen[bytes]:
        namespace = self._network.machine(address)
        file = str(home / "server.properties")
        java = ["ip", "netns", "exec", namespace, "java", *_JVM, *_LOG, "-cp", f"{self._jars}/*"]
        command = "exec " + shlex.join([*java, "kafka.Kafka", file])
        if not (home / "data" / "meta.properties").exists():
            form = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", file]
            command = f"{shlex.join([*java, *form])} && {command}"
        with (home / "server.log").open("ab") as log:
            return subprocess.Popen(
                ["sh", "-c", command], cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )


def _last_lines(log: Path, count: int = 5) -> str:
    return "\n    ".join(log.read_text(errors="replace").splitlines()[-count:])
