"""Runs scenarios under load and holds each to what the clients and the counters say."""

import time
from collections.abc import Callable

from wire.report import Row, heading
from wire.stage import Stage

Connections = dict[tuple[str, int], dict[str, int]]


class Runner:
    def __init__(self, stage: Stage):
        self._stage = stage
        self.rows: list[Row] = []
        self.faults: list[str] = []

    def without_loss(self, name: str, act: Callable[[Stage], None]) -> Row:
        """Nothing may fail, get lost, come twice or out of order, or go to another broker."""
        row = self.under_load(name, act, one_broker_a_port=True)
        if row.failed or row.lost or row.disordered:
            self.faults.append(
                f"{name}: {row.failed} failed, {row.lost} lost, {row.disordered} disordered"
            )
        if not row.sent:
            self.faults.append(f"{name}: nothing was sent")
        return row

    def under_load(
        self, name: str, act: Callable[[Stage], None], one_broker_a_port: bool = False
    ) -> Row:
        heading(name)
        stage = self._stage
        began, led, owners = time.monotonic(), stage.data_plane.connections(), self._owners()
        stage.load.go()
        act(stage)
        # The end of a scenario is under load too.
        time.sleep(1)
        row = Row(name, time.monotonic() - began, stage.load.settle())
        for port, machines in self._owners().items():
            owners.setdefault(port, set()).update(machines)
        self._connections(row, led, owners, one_broker_a_port)
        self.faults += [f"{name}: stranger heard: {item}" for item in stage.strangers()]
        self.rows.append(row)
        row.tell()
        return row

    def _owners(self) -> dict[tuple[str, int], set[str]]:
        """Broker port -> machines of the node that terraform gave it to."""
        machines = self._stage.paths.machines
        return {port: {machines[node]} for port, node in self._stage.paths.ports().items()}

    def _connections(
        self, row: Row, before: Connections, owners: dict[tuple[str, int], set[str]], strict: bool
    ) -> None:
        for (balancer, port), led in sorted(self._stage.data_plane.connections().items()):
            earlier = before.get((balancer, port), {})
            now = {item: count - earlier.get(item, 0) for item, count in led.items()}
            now = {item: count for item, count in now.items() if count}
            if now:
                listed = ", ".join(f"{count} to {item}" for item, count in sorted(now.items()))
                row.connections.append(f"{balancer}:{port}: {listed}")
            wrong = set(now) - owners.get((balancer, port), set(now))
            if strict and wrong:
                self.faults.append(f"{row.scenario}: {balancer}:{port} led to {sorted(wrong)}")
