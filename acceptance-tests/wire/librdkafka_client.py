"""The librdkafka client under load: the same commands and answers as client/Main.java.

Run as `python -m wire.librdkafka_client settings.json` in the consumer's namespace.
"""

import json
import os
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition


class Stream:
    """Produces numbers to every partition in turn and reads them back. Each partition must give
    each acknowledged number once, and numbers must never go backwards."""

    def __init__(self, settings: dict[str, Any]):
        self._name, self._topic = settings["name"], settings["topic"]
        self._partitions: int = settings["partitions"]
        self._pause = 1 / settings["rate"]
        self._next = [0] * self._partitions
        self._last = [0] * self._partitions
        self._offset = [-1] * self._partitions
        self._unread: list[set[int]] = [set() for _ in range(self._partitions)]
        self._early: list[set[int]] = [set() for _ in range(self._partitions)]
        self._lock = threading.Lock()
        self._going = False
        self._forget()
        self._producer = Producer(settings["producer"])
        self._consumer = Consumer(settings["consumer"])
        self._consumer.assign(
            [TopicPartition(self._topic, number, 0) for number in range(self._partitions)]
        )
        for work in (self._produce, self._consume):
            threading.Thread(target=work, daemon=True).start()

    def go(self) -> None:
        self._going = True

    def pause(self) -> None:
        self._going = False

    def drain(self, deadline: float) -> None:
        while time.monotonic() < deadline and not self._drained():
            time.sleep(0.02)

    def report(self, end: bool) -> dict[str, Any]:
        """What happened since the last report that was an end; an end starts the count anew."""
        with self._lock:
            report = {
                "stream": self._name,
                "sent": self._sent,
                "acknowledged": sum(self._acknowledged),
                "failed": self._failed,
                "pending": self._sent - sum(self._acknowledged) - self._failed,
                "lost": sum(map(len, self._unread)),
                "disordered": self._disordered,
                "read": self._read,
                "reread": self._reread,
                "rewritten": self._rewritten,
                "worst_ms": int(self._worst * 1000),
                "acknowledged_by_partition": dict(enumerate(self._acknowledged)),
                "errors": list(self._errors),
            }
            if end:
                self._forget()
                for numbers in self._unread:
                    numbers.clear()
            return report

    def _forget(self) -> None:
        self._sent = self._failed = self._read = self._reread = 0
        self._rewritten = self._disordered = 0
        self._acknowledged = [0] * self._partitions
        self._worst = 0.0
        self._errors: deque[str] = deque(maxlen=5)

    def _drained(self) -> bool:
        with self._lock:
            answered = sum(self._acknowledged) + self._failed
            return self._sent == answered and not any(self._unread)

    def _produce(self) -> None:
        turn = 0
        while True:
            time.sleep(self._pause)
            self._producer.poll(0)
            if not self._going:
                continue
            turn = (turn + 1) % self._partitions
            with self._lock:
                self._next[turn] += 1
                number = self._next[turn]
                self._sent += 1
            began = time.monotonic()

            def answered(
                error: KafkaError | None,
                message: Message,
                turn: int = turn,
                number: int = number,
                began: float = began,
            ) -> None:
                self._answered(turn, number, began, error)

            value = number.to_bytes(8, "big")
            self._producer.produce(self._topic, value, partition=turn, on_delivery=answered)

    def _answered(self, partition: int, number: int, began: float, error: Any) -> None:
        with self._lock:
            self._worst = max(self._worst, time.monotonic() - began)
            if error is not None:
                self._failed += 1
                self._errors.append(f"produce: {error}")
                return
            self._acknowledged[partition] += 1
            if number in self._early[partition]:
                self._early[partition].remove(number)
            else:
                self._unread[partition].add(number)

    def _consume(self) -> None:
        while True:
            for message in self._consumer.consume(500, 0.2):
                with self._lock:
                    if message.error() is not None:
                        self._errors.append(f"consume: {message.error()}")
                    else:
                        self._received(message.partition(), message.offset(), message.value())

    def _received(self, partition: int, offset: int, value: bytes) -> None:
        number = int.from_bytes(value, "big")
        self._read += 1
        if offset <= self._offset[partition]:
            # One record of the log, handed out twice by the client: not two records.
            self._reread += 1
            return
        self._offset[partition] = offset
        if number == self._last[partition]:
            # Seen in the log: librdkafka took a new producer epoch while a leader moved, and sent
            # once more what the old epoch had written already. No path can prevent that.
            self._rewritten += 1
            return
        if number < self._last[partition]:
            self._disordered += 1
            said = f"partition {partition} gave {number} after {self._last[partition]} at {offset}"
            self._errors.append(said)
            return
        self._last[partition] = number
        if number in self._unread[partition]:
            self._unread[partition].remove(number)
        else:
            self._early[partition].add(number)


def main() -> None:
    settings = json.loads(Path(sys.argv[1]).read_text())
    streams: list[Stream] = []
    for line in sys.stdin:
        try:
            answer = {"ok": _answer(json.loads(line), settings, streams)}
        except Exception as error:  # noqa: BLE001 - the other end is told
            answer = {"error": repr(error)}
        print(json.dumps(answer), flush=True)
    # The other end is gone, and with it the interest in what is still in flight.
    os._exit(0)


def _answer(command: dict[str, Any], settings: dict[str, Any], streams: list[Stream]) -> Any:
    match command["do"]:
        case "start":
            streams += [Stream(item) for item in settings["streams"]]
        case "go":
            for stream in streams:
                stream.go()
        case "settle":
            deadline = time.monotonic() + command["ms"] / 1000
            for stream in streams:
                stream.pause()
            for stream in streams:
                stream.drain(deadline)
            return [stream.report(end=True) for stream in streams]
        case "progress":
            return [stream.report(end=False) for stream in streams]
        case unknown:
            raise ValueError(f"no command {unknown!r}")
    return None


if __name__ == "__main__":
    main()
