"""Brokers die, come, move to a new machine, and leave."""

import time

from wire import load
from wire.observation import HEALTHY
from wire.paths import ADDRESSES
from wire.reach import OPEN, REFUSED
from wire.report import told
from wire.stage import Stage


def killed_and_back(stage: Stage) -> None:
    address = stage.paths.machines[1]
    stage.eventually(lambda: all(_healthy(stage, address)), "broker 1 is healthy")
    stage.cluster.kill(1)
    for path in ADDRESSES:
        host, port = stage.paths.advertised(path)[1]
        assert stage.dial(host, port) == REFUSED, "a dead broker's port answers"
    took = stage.eventually(lambda: not any(_healthy(stage, address)), "bootstrap avoids broker 1")
    told(f"broker 1 is dead: its own port is refused, bootstrap avoids it after {took:.1f} s")
    for path in ADDRESSES:
        host, port = stage.paths.bootstrap(path)
        assert {stage.dial(host, port) for _ in range(10)} == {OPEN}, "bootstrap is blocked"
    stage.start(1)
    took = stage.eventually(lambda: all(_healthy(stage, address)), "broker 1 is healthy again")
    stage.ready()
    told(f"it is back, and in bootstrap after {took:.1f} s")
    # A client that was connected to the others comes back to it when it leads again.
    _lead(stage, [1, 2, 3])


def added(stage: Stage) -> None:
    machines = {**stage.paths.machines, 4: stage.machine(4)}
    took = stage.paths.apply(machines).seconds
    told(f"terraform added broker 4 in {took:.1f} s")
    stage.start(4)
    stage.ready()
    _lead(stage, [1, 2, 3, 4])
    told("partitions moved to it, their leaders dialled on its own port")


def new_machine(stage: Stage) -> None:
    old = stage.paths.machines[3]
    stage.cluster.stop(3)
    new = stage.machine(3, generation=1)
    took = stage.paths.apply({**stage.paths.machines, 3: new}).seconds
    # The new machine has an empty disk: the broker fetches everything from the others.
    stage.start(3, disk="-new")
    stage.ready()
    _lead(stage, [1, 2, 3, 4])
    told(f"broker 3 moved from {old} to {new}, terraform took {took:.1f} s")


def removed(stage: Stage) -> None:
    _lead(stage, [1, 2, 3])
    ports = [stage.paths.advertised(path)[4] for path in ADDRESSES]
    machines = {node: item for node, item in stage.paths.machines.items() if node != 4}
    took = stage.paths.apply(machines).seconds
    for host, port in ports:
        stage.eventually(lambda host=host, port=port: stage.dial(host, port) != OPEN, "6004 closes")
    stage.cluster.stop(4)
    told(f"broker 4 was drained, then removed by terraform in {took:.1f} s")


def _healthy(stage: Stage, address: str) -> list[bool]:
    """For each bootstrap listener, whether the machine is healthy behind it."""
    found = stage.data_plane.observation
    ports = {stage.paths.bootstrap(path)[1] for path in ADDRESSES}
    groups = [
        found.groups[listener.group]
        for balancer in found.balancers
        for listener in balancer.listeners
        if listener.port in ports
    ]
    return [
        any(item.address == address and item.state == HEALTHY for item in group.targets)
        for group in groups
    ]


def _lead(stage: Stage, nodes: list[int]) -> None:
    """Spreads every topic over these nodes, three replicas each, the leaders in turn."""
    count = len(nodes)
    replicas = [
        [nodes[(partition + step) % count] for step in range(3)]
        for partition in range(load.PARTITIONS)
    ]
    stage.load.admin("reassign", topics=load.TOPICS, replicas=replicas)
    wanted = {partition: brokers[0] for partition, brokers in enumerate(replicas)}
    stage.eventually(
        lambda: all(found == wanted for found in stage.leaders().values()), "leaders as wanted"
    )
    time.sleep(1)
