"""The README's figure, step by step."""

from wire import load, reach
from wire.load import Report
from wire.paths import ADDRESSES, MTLS_ADDRESS
from wire.report import told
from wire.stage import Stage

_ASKED = 20


def run(stage: Stage) -> None:
    for path in ADDRESSES:
        _path(stage, path)


def _path(stage: Stage, path: str) -> None:
    host, bootstrap = stage.paths.bootstrap(path)
    advertised = stage.paths.advertised(path)
    observation = stage.data_plane.refreshed()
    secure = " with mutual TLS" if path == MTLS_ADDRESS else ""

    resolved = stage.as_consumer(lambda: reach.addresses(host))
    assert resolved and resolved == sorted(observation.addresses_of(host)), resolved
    told(f"1. {host} is the endpoint's {', '.join(resolved)}, and no other name exists")

    before = _led_to(stage, path, bootstrap)
    for _ in range(_ASKED):
        assert stage.dial(host, bootstrap) == reach.OPEN
    after = _led_to(stage, path, bootstrap)
    counts = {item: after[item] - before.get(item, 0) for item in after}
    machines = set(stage.paths.machines.values())
    assert set(counts) == machines and min(counts.values()) > 0, counts
    told(f"2. {host}:{bootstrap} leads to any healthy broker: {_ASKED} connections, {counts}")

    listed = stage.metadata(path)
    assert listed == advertised, f"Metadata says {listed}, terraform {advertised}"
    assert {name for name, _ in listed.values()} == {host}
    told(f"3. Metadata{secure} lists one hostname, {host}, for every broker")
    assert len({port for _, port in listed.values()}) == len(listed)
    told(f"4. and a port of its own for each: {_ports(listed)}")

    for node, (_, port) in advertised.items():
        others = [item for item in advertised if item != node]
        assert stage.is_node(path, node, host, port), f"{host}:{port} is not node {node}"
        for other in others:
            assert not stage.is_node(path, other, host, port), f"{host}:{port} is node {other} too"
        targets = set(_led_to(stage, path, port))
        assert targets == {stage.paths.machines[node]}, f"{port} led to {targets}"
    told(f"5. each of {_ports(advertised)} leads to exactly that node, asked by node id")


def delivered(reports: list[Report]) -> None:
    """Steps 6 and 7, seen in what the clients counted."""
    for report in reports:
        assert len(report.by_partition) == load.PARTITIONS, report
        assert min(report.by_partition.values()) > 0, report
    told("6. clients of both kinds dialled the leader of every partition, and produced to it")
    told("7. and consumed from it, each record once and in order")


def _led_to(stage: Stage, path: str, port: int) -> dict[str, int]:
    return stage.data_plane.connections().get((stage.paths.balancer(path), port), {})


def _ports(advertised: dict[int, tuple[str, int]]) -> str:
    return ", ".join(f"{node} at {port}" for node, (_, port) in sorted(advertised.items()))
