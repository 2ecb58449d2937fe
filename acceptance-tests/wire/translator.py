"""IPv6 clients of IPv4 targets: a dual-stack load balancer ends their connection and makes its own.

Network Load Balancer guide, "IP address type": targets of an IPv4 group are reached by IPv4, whatever
the client speaks. The kernel's NAT keeps the family, so that these connections end in a program. What
it decides it takes from `flows.py`, as the rules for IPv4 do.
"""

import contextlib
import random
import socket
import struct
import threading
from collections import Counter
from dataclasses import dataclass, field

from wire.flows import Carried, Flow, candidates, ways
from wire.network import BALANCERS, Network
from wire.observation import Observation, Target

# (load balancer, port, target's address)
Led = tuple[str, int, str]
_CHUNK = 65536


@dataclass
class Way:
    """Where new connections of one port of one interface go."""

    endpoint: str
    arn: str
    balancer: str
    port: int
    node: str
    targets: tuple[Target, ...]


@dataclass
class Door:
    way: Way
    listening: socket.socket
    relays: list["Relay"] = field(default_factory=list)


@dataclass
class Relay:
    flow: Flow
    client: socket.socket
    target: socket.socket

    def end(self) -> None:
        """As the load balancer ends connections: with a reset."""
        for each in (self.client, self.target):
            _reset(each)


def wanted(observation: Observation) -> dict[tuple[str, int], Way]:
    """The ports that answer over IPv6, by address and port. Pure."""
    found: dict[tuple[str, int], Way] = {}
    for endpoint, balancer in ways(observation):
        nodes = {item.zone: item.address for item in balancer.nodes}
        for interface in endpoint.interfaces:
            if not interface.ipv6 or interface.zone not in nodes:
                continue
            for listener in balancer.listeners:
                group = observation.groups.get(listener.group)
                found[(interface.ipv6, listener.port)] = Way(
                    endpoint.id,
                    balancer.arn,
                    balancer.name,
                    listener.port,
                    nodes[interface.zone],
                    candidates(group) if group else (),
                )
    return found


class Translator:
    def __init__(self, network: Network):
        self._network = network
        self._doors: dict[tuple[str, int], Door] = {}
        self.led: Counter[Led] = Counter()

    def follow(self, observation: Observation, carried: Carried) -> None:
        """Opens and closes ports, and ends what is no longer carried."""
        ports = wanted(observation)
        for place in self._doors.keys() - ports.keys():
            door = self._doors.pop(place)
            # A thread that waits in accept is woken by the shutdown, not by the close.
            with contextlib.suppress(OSError):
                door.listening.shutdown(socket.SHUT_RDWR)
            door.listening.close()
            for relay in door.relays:
                relay.end()
        for place, way in ports.items():
            door = self._doors.get(place)
            if door is None:
                self._doors[place] = self._open(place, way)
                continue
            door.way = way
            for relay in list(door.relays):
                if relay.flow not in carried:
                    relay.end()
                    door.relays.remove(relay)

    def _open(self, place: tuple[str, int], way: Way) -> Door:
        def listen() -> Door:
            listening = socket.create_server(place, family=socket.AF_INET6, backlog=64)
            door = Door(way, listening)
            threading.Thread(target=self._serve, args=(door,), daemon=True).start()
            return door

        return self._network.inside(BALANCERS, listen)

    def _serve(self, door: Door) -> None:
        while True:
            try:
                client, _ = door.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(door, client), daemon=True).start()

    def _relay(self, door: Door, client: socket.socket) -> None:
        way = door.way
        if not way.targets:
            _reset(client)
            return
        target = random.choice(way.targets)
        self.led[(way.balancer, way.port, target.address)] += 1
        try:
            far = socket.create_connection(
                (target.address, target.port), 5, source_address=(way.node, 0)
            )
        except OSError:
            _reset(client)
            return
        far.settimeout(None)
        flow = Flow(way.endpoint, way.arn, way.port, target.address, target.port)
        relay = Relay(flow, client, far)
        door.relays.append(relay)
        back = threading.Thread(target=_pour, args=(far, client), daemon=True)
        back.start()
        _pour(client, far)
        back.join()
        for each in (client, far):
            each.close()
        with contextlib.suppress(ValueError):
            door.relays.remove(relay)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(_CHUNK):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for each in (source, sink):
            _reset(each)


def _reset(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Wakes whoever reads from it; the close of a socket that is being read is not seen there.
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RD)
    each.close()
