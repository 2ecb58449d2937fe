"""Checks every target at its group's scaled interval, and reports what it found to the sandbox."""

import time
from concurrent.futures import ThreadPoolExecutor

from harness.aws import Control
from wire import health
from wire.health import Health, Subject
from wire.network import BALANCERS, enter
from wire.observation import INITIAL, Observation


class Checker:
    def __init__(self, control: Control):
        self._control = control
        self._known: dict[Subject, Health] = {}
        self._due: dict[Subject, float] = {}
        # A broker hears its checks from the load balancer, so the pool lives there.
        self._pool = ThreadPoolExecutor(8, initializer=enter, initargs=(BALANCERS,))

    def check(self, observation: Observation) -> None:
        """Checks what is due."""
        subjects, now = health.subjects(observation), time.monotonic()
        self._known = {item: self._known.get(item, Health()) for item in subjects}
        due = [item for item in subjects if self._due.get(item, 0) <= now]
        # Two groups that share a target share the connection: they would only ask twice.
        places = sorted({(item.source, item.address, item.check_port) for item in due})
        answered = dict(zip(places, self._pool.map(_answers, places), strict=True))
        for item in due:
            check, told = subjects[item]
            answer = answered[(item.source, item.address, item.check_port)]
            found = health.step(self._known[item], check, answer)
            self._known[item] = found
            self._due[item] = now + health.interval(check)
            if found.state not in (INITIAL, told):
                self._control.health(item.group, item.address, item.port, found.state)


def _answers(place: tuple[str, str, int]) -> bool:
    return health.answers(*place)
