"""Ports and machines change places."""

from wire.paths import ADDRESSES, PLAIN_ADDRESS
from wire.reach import OPEN
from wire.report import told
from wire.stage import Stage

_NEW = 6102


def moved(stage: Stage) -> None:
    host, old = stage.paths.advertised(PLAIN_ADDRESS)[2]
    stage.paths.apply(moved_ports={"2": {"port": _NEW, "additional_ports": [old]}})
    for port in (old, _NEW):
        stage.eventually(
            lambda port=port: stage.is_node(PLAIN_ADDRESS, 2, host, port), f"{port} leads to 2"
        )
    told(f"first apply: broker 2 is reached on {old} and on {_NEW}")
    # KRaft brokers advertise a changed port only after a restart.
    stage.cluster.stop(2)
    stage.start(2)
    stage.ready()
    assert stage.metadata(PLAIN_ADDRESS)[2] == (host, _NEW)
    stage.paths.apply(moved_ports={"2": {"port": _NEW, "additional_ports": []}})
    stage.eventually(lambda: stage.dial(host, old) != OPEN, f"{old} closes")
    told(f"second apply, after the broker's restart: {old} is closed, {_NEW} stays")


def swapped(stage: Stage) -> None:
    machines = stage.paths.machines
    machines[2], machines[3] = machines[3], machines[2]
    # Neither may be reached under the other's port: both stop before terraform swaps them.
    stage.cluster.stop(2)
    stage.cluster.stop(3)
    took = stage.paths.apply(machines).seconds
    stage.start(2)
    stage.start(3, disk="-new")
    stage.ready()
    for path in ADDRESSES:
        listed = stage.metadata(path)
        assert listed == stage.paths.advertised(path), listed
    told(f"brokers 2 and 3 swapped machines, terraform took {took:.1f} s")
