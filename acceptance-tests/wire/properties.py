"""What a broker's server.properties says: the users' snippet, and what only this test adds."""

from dataclasses import dataclass
from pathlib import Path

from wire.certificates import Certificates
from wire.network import CONTROLLER_ADDRESS

CONTROLLER_ID = 100
_CONTROLLER = f"{CONTROLLER_ADDRESS}:9093"
# Lists of Kafka's whose entries belong to one listener each.
_LISTS = ("listeners", "advertised.listeners", "listener.security.protocol.map")

# A broker that was killed is forgotten quickly, a group starts without waiting.
_QUICK = {
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "3",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.num.partitions": "3",
    "transaction.state.log.replication.factor": "3",
    "min.insync.replicas": "2",
    "default.replication.factor": "3",
    "auto.create.topics.enable": "false",
    # Nothing is read from a disk that is slower than the page cache, and nothing outlives the run.
    "log.cleaner.dedupe.buffer.size": "8388608",
    "num.recovery.threads.per.data.dir": "2",
}


@dataclass(frozen=True)
class FurtherListener:
    """Another listener set on the same brokers."""

    name: str
    port: int
    advertised: str
    protocol: str


def parse(text: str) -> dict[str, str]:
    pairs = [line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] != "#"]
    return {key.strip(): value.strip() for key, value in pairs}


def extended(snippet: dict[str, str], listener: FurtherListener) -> dict[str, str]:
    """The snippet with one more listener; its own entries stay as they are."""
    more = (
        f"{listener.name}://:{listener.port}",
        f"{listener.name}://{listener.advertised}",
        f"{listener.name}:{listener.protocol}",
    )
    joined = {key: f"{snippet[key]},{entry}" for key, entry in zip(_LISTS, more, strict=True)}
    return {**snippet, **joined}


def broker(
    node: int, folder: Path, snippet: str, mtls: FurtherListener, certificates: Certificates
) -> str:
    prefix = f"listener.name.{mtls.name.lower()}"
    return _text(
        {
            **extended(parse(snippet), mtls),
            "node.id": str(node),
            "process.roles": "broker",
            "controller.quorum.voters": f"{CONTROLLER_ID}@{_CONTROLLER}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(folder / "data"),
            f"{prefix}.ssl.client.auth": "required",
            f"{prefix}.ssl.keystore.type": "PEM",
            f"{prefix}.ssl.keystore.location": str(certificates.broker),
            f"{prefix}.ssl.truststore.type": "PEM",
            f"{prefix}.ssl.truststore.location": str(certificates.authority),
            **_QUICK,
        }
    )


def controller(folder: Path) -> str:
    return _text(
        {
            "node.id": str(CONTROLLER_ID),
            "process.roles": "controller",
            "controller.quorum.voters": f"{CONTROLLER_ID}@{_CONTROLLER}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"CONTROLLER://{_CONTROLLER}",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT",
            "log.dirs": str(folder / "data"),
            **_QUICK,
        }
    )


def _text(values: dict[str, str]) -> str:
    return "".join(f"{key}={value}\n" for key, value in values.items())
