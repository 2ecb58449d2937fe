"""Both clients at work in the consumer's namespace, and what they report."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wire.certificates import Certificates
from wire.network import CONSUMER

PARTITIONS = 4
# Records a second and stream: enough that every partition is always in flight.
_RATE = 60
# A client gives a record up after that, however busy the machine is: it is part of what is measured.
_DELIVERY_MS = 60_000
JAVA, LIBRDKAFKA = "java", "librdkafka"
PLAIN, MTLS = "plain", "mtls"


@dataclass(frozen=True)
class Paths:
    """Where clients begin, on each of the two paths."""

    plain: str
    mtls: str


@dataclass(frozen=True)
class Report:
    """One stream over one scenario."""

    stream: str
    sent: int
    failed: int
    pending: int
    lost: int
    disordered: int
    # Handed out twice by the client, though it is in the log once.
    reread: int
    # Written twice by the producer, one right after the other. The Java client never does it.
    rewritten: int
    worst_ms: int
    by_partition: dict[int, int]
    errors: tuple[str, ...]

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Report":
        counts = document["acknowledged_by_partition"]
        return cls(
            **{name: document[name] for name in ("stream", "sent", "failed", "pending", "lost")},
            disordered=document["disordered"],
            reread=document["reread"],
            rewritten=document.get("rewritten", 0),
            worst_ms=document["worst_ms"],
            by_partition={int(number): count for number, count in counts.items()},
            errors=tuple(document.get("errors", ())),
        )


TOPICS = [f"{client}-{path}" for client in (JAVA, LIBRDKAFKA) for path in (PLAIN, MTLS)]


class Load:
    """A Java and a librdkafka process, each with a producer and a consumer on either path."""

    def __init__(
        self, work: Path, folder: Path, paths: Paths, certificates: Certificates
    ) -> None:
        java = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m"]
        # A name that is gone must be seen to be gone, and one that is back to be back.
        java += ["-Dsun.net.inetaddr.ttl=1", "-Dsun.net.inetaddr.negative.ttl=0"]
        java += ["-Dorg.slf4j.simpleLogger.showDateTime=true"]
        java += ["-cp", f"{work / 'classes'}:{work / 'jars'}/*", "Main"]
        python = [sys.executable, "-m", "wire.librdkafka_client"]
        self._clients = {
            JAVA: _Client(JAVA, java, folder, _java_settings(paths, certificates)),
            LIBRDKAFKA: _Client(
                LIBRDKAFKA, python, folder, _librdkafka_settings(paths, certificates)
            ),
        }

    def admin(self, what: str, **arguments: Any) -> Any:
        return self._clients[JAVA].ask(what, **arguments)

    def start(self) -> None:
        self._all("start")

    def go(self) -> None:
        self._all("go")

    def settle(self) -> list[Report]:
        """Stops producing, waits for everything in flight, and starts the count anew."""
        return self._reports("settle", ms=_DELIVERY_MS + 10_000)

    def progress(self) -> list[Report]:
        return self._reports("progress")

    def _reports(self, what: str, **arguments: Any) -> list[Report]:
        answers = self._all(what, **arguments)
        return [Report.of(item) for answer in answers for item in answer]

    def _all(self, what: str, **arguments: Any) -> list[Any]:
        with ThreadPoolExecutor(len(self._clients)) as pool:
            asked = [pool.submit(item.ask, what, **arguments) for item in self._clients.values()]
            return [item.result() for item in asked]


class _Client:
    def __init__(self, name: str, command: list[str], folder: Path, settings: dict[str, Any]):
        file = folder / f"{name}.json"
        file.write_text(json.dumps(settings, indent=2))
        self._name, self._log = name, folder / f"{name}.log"
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", CONSUMER, *command, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log.open("w"),
            text=True,
            env=dict(os.environ),
        )

    def ask(self, what: str, **arguments: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the {self._name} client ended:\n{self._log.read_text()[-3000:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self._name} client, {what}: {answer['error']}")
        return answer["ok"]


def _java_settings(paths: Paths, certificates: Certificates) -> dict[str, Any]:
    tls = {
        "security.protocol": "SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificates.client),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificates.authority),
    }
    common = {
        "request.timeout.ms": "5000",
        "socket.connection.setup.timeout.ms": "3000",
        "reconnect.backoff.max.ms": "1000",
        # README: endpoints forget connections that are idle for 350 seconds.
        "connections.max.idle.ms": "300000",
    }
    producer = {
        "acks": "all",
        "enable.idempotence": "true",
        "delivery.timeout.ms": str(_DELIVERY_MS),
        "max.block.ms": str(_DELIVERY_MS),
        "linger.ms": "5",
    }
    consumer = {"isolation.level": "read_committed", "default.api.timeout.ms": "10000"}
    return _settings(JAVA, paths, common, producer, consumer, tls)


def _librdkafka_settings(paths: Paths, certificates: Certificates) -> dict[str, Any]:
    tls = {
        "security.protocol": "ssl",
        "ssl.key.location": str(certificates.client_key),
        "ssl.certificate.location": str(certificates.client_certificate),
        "ssl.ca.location": str(certificates.authority),
    }
    common = {
        "socket.timeout.ms": 5000,
        "socket.connection.setup.timeout.ms": 3000,
        "reconnect.backoff.max.ms": 1000,
        "connections.max.idle.ms": 300000,
    }
    producer = {
        "acks": "all",
        "enable.idempotence": True,
        "request.timeout.ms": 5000,
        "message.timeout.ms": _DELIVERY_MS,
        "linger.ms": 5,
    }
    consumer = {"group.id": "unused", "enable.auto.commit": False}
    return _settings(LIBRDKAFKA, paths, common, producer, consumer, tls)


def _settings(
    client: str,
    paths: Paths,
    common: dict[str, Any],
    producer: dict[str, Any],
    consumer: dict[str, Any],
    tls: dict[str, Any],
) -> dict[str, Any]:
    streams = []
    for path, servers in ((PLAIN, paths.plain), (MTLS, paths.mtls)):
        secure = tls if path == MTLS else {}
        begin = {"bootstrap.servers": servers, **common, **secure}
        streams.append(
            {
                "name": f"{client} {path}",
                "topic": f"{client}-{path}",
                "partitions": PARTITIONS,
                "rate": _RATE,
                "producer": {**begin, **producer},
                "consumer": {**begin, **consumer},
            }
        )
    return {"admin": {"bootstrap.servers": paths.plain, **common}, "streams": streams}
